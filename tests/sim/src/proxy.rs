//! The way in for clients that cannot be told another address for a host name: a `CONNECT` proxy (RFC 9110,
//! 9.3.6) that leads every host of the simulator to the simulator, by HTTPS and by IMAP, and no other host anywhere.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::hosts;

/// Longest head of a request to the proxy.
const LONGEST: usize = 4096;

/// What follows a request, by TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Behind {
    Https,
    Imap,
}

/// Answers the request at the head of the connection; what follows, where anything does.
pub(crate) async fn admitted(stream: &mut TcpStream) -> Option<Behind> {
    let head = head(stream).await?;
    let known = |host: &str| hosts::all().iter().any(|known| known == host);
    let behind = target(&head).filter(|(host, _)| known(host)).map(|(_, behind)| behind);
    let answer =
        if behind.is_some() { "HTTP/1.1 200 Connection established" } else { "HTTP/1.1 403 Forbidden" };
    stream.write_all(format!("{answer}\r\n\r\n").as_bytes()).await.ok()?;
    behind
}

/// A client sends nothing behind the head until it has its answer, so reading byte by byte takes nothing of
/// what follows.
async fn head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() == LONGEST {
            return None;
        }
        head.push(stream.read_u8().await.ok()?);
    }
    String::from_utf8(head).ok()
}

/// The host of `CONNECT host:443` or `host:993`, and what is at that port.
fn target(head: &str) -> Option<(&str, Behind)> {
    let (host, port) = head.strip_prefix("CONNECT ")?.split(' ').next()?.rsplit_once(':')?;
    match port {
        "443" => Some((host, Behind::Https)),
        "993" => Some((host, Behind::Imap)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tls_to_a_host_is_led_on() {
        let asked = |port: u16| format!("CONNECT a.example:{port} HTTP/1.1\r\n\r\n");
        assert_eq!(target(&asked(443)), Some(("a.example", Behind::Https)));
        assert_eq!(target(&asked(993)), Some(("a.example", Behind::Imap)));
        assert_eq!(target("CONNECT graph.microsoft.com:80 HTTP/1.1\r\n\r\n"), None);
        assert_eq!(target("GET http://graph.microsoft.com/ HTTP/1.1\r\n\r\n"), None);
    }
}
