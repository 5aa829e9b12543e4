//! The way in for clients that cannot be told another address for a host name: a `CONNECT` proxy (RFC 9110,
//! 9.3.6) that leads every host of the simulator to the simulator, and no other host anywhere.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::hosts;

/// Longest head of a request to the proxy.
const LONGEST: usize = 4096;

/// Answers the request at the head of the connection; whether TLS follows.
pub(crate) async fn admits(stream: &mut TcpStream) -> bool {
    let Some(head) = head(stream).await else { return false };
    let admitted = target(&head).is_some_and(|host| hosts::all().iter().any(|known| known == host));
    let answer = if admitted { "HTTP/1.1 200 Connection established" } else { "HTTP/1.1 403 Forbidden" };
    stream.write_all(format!("{answer}\r\n\r\n").as_bytes()).await.is_ok() && admitted
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

/// The host of `CONNECT host:443`.
fn target(head: &str) -> Option<&str> {
    head.strip_prefix("CONNECT ")?.split(' ').next()?.strip_suffix(":443")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tls_to_a_host_is_led_on() {
        assert_eq!(target("CONNECT graph.microsoft.com:443 HTTP/1.1\r\n\r\n"), Some("graph.microsoft.com"));
        assert_eq!(target("CONNECT graph.microsoft.com:80 HTTP/1.1\r\n\r\n"), None);
        assert_eq!(target("GET http://graph.microsoft.com/ HTTP/1.1\r\n\r\n"), None);
    }
}
