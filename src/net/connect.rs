//! The server's side of `CONNECT` (RFC 9110, 9.3.6), for proxies of our own on loopback.

use crate::clock::Clock;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// Established, as a proxy says it.
pub(crate) const ESTABLISHED: &str = "200 Connection Established";
/// A head that is no request of ours.
pub(crate) const BAD: &str = "400 Bad Request";

const PAUSE: Duration = Duration::from_millis(100);
const HEAD_BYTES: usize = 16 * 1024;

/// A port of loopback.
pub(crate) async fn listener() -> io::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await
}

/// Serves every connection that comes, for as long as it is polled; dropped, it ends them.
pub(crate) async fn accept<F>(listener: TcpListener, serve: impl Fn(TcpStream, SocketAddr) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => { connections.spawn(serve(stream, peer)); }
                Err(error) => {
                    tracing::warn!(%error, "a proxy of our own cannot accept");
                    // Out of file descriptors, most likely: at once it would fail again.
                    Clock::System.sleep(PAUSE).await;
                }
            },
        }
    }
}

/// The head of a request. Nothing follows it before it is answered.
pub(crate) async fn read_head(client: &mut TcpStream) -> io::Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() >= HEAD_BYTES || client.read_buf(&mut head).await? == 0 {
            return Err(io::ErrorKind::InvalidData.into());
        }
    }
    String::from_utf8(head).map_err(|_| io::ErrorKind::InvalidData.into())
}

/// The host of `CONNECT host:443`.
pub(crate) fn host(head: &str) -> Option<&str> {
    head.strip_prefix("CONNECT ")?.split(' ').next()?.strip_suffix(":443")
}

/// Answers with a status line, and nothing else.
pub(crate) async fn answer(client: &mut TcpStream, status: &str) {
    let length = if status.starts_with("200") { "" } else { "Content-Length: 0\r\nConnection: close\r\n" };
    // A client that is gone needs no answer.
    let _ = client.write_all(format!("HTTP/1.1 {status}\r\n{length}\r\n").as_bytes()).await;
}

/// Hands on what either side says, to its end.
pub(crate) async fn join(mut client: TcpStream, mut server: TcpStream) {
    answer(&mut client, ESTABLISHED).await;
    // How either side ends a connection is its own affair.
    let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_connect_to_port_443_names_a_host() {
        assert_eq!(host("CONNECT a.example:443 HTTP/1.1\r\n\r\n"), Some("a.example"));
        for head in ["CONNECT a.example:22 HTTP/1.1\r\n\r\n", "GET http://a.example/ HTTP/1.1\r\n\r\n", ""] {
            assert_eq!(host(head), None);
        }
    }
}
