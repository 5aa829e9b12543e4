//! A connection to a host through a proxy: `CONNECT` as its client (RFC 9110, 9.3.6).

use super::error::ProxyFault;
use crate::clock::Clock;
use crate::error::with_causes;
use crate::secret::{ExposeSecret, SecretText};
use httparse::{EMPTY_HEADER, Response, Status};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpStream, lookup_host};
use zeroize::Zeroizing;

/// A proxy is in the firm's own network.
const CONNECT: Duration = Duration::from_secs(4);
/// It answers once it has reached the host.
const ANSWER: Duration = Duration::from_secs(10);
const HEAD_BYTES: usize = 16 * 1024;
const HEADERS: usize = 64;
/// No more of what a proxy says is repeated, characters.
const LONGEST_WORDS: usize = 40;

/// What a proxy answered that opens no tunnel.
pub(super) enum Unopened {
    /// It wants a user, or another one; the schemes by which it takes one.
    WantsUser(Vec<String>),
    /// Anything else.
    Fault(ProxyFault),
}

impl From<ProxyFault> for Unopened {
    fn from(fault: ProxyFault) -> Self {
        Self::Fault(fault)
    }
}

/// Opens one to a port of a host through the proxy at `(host, port)`. `proof` is the value of
/// `Proxy-Authorization`.
pub(super) async fn open(
    (proxy, port): (&str, u16),
    proof: Option<&SecretText>,
    to: (&str, u16),
) -> Result<TcpStream, Unopened> {
    let silent = |limit: crate::clock::Elapsed| ProxyFault::Unreachable(limit.to_string());
    let mut stream = Clock::limit(CONNECT, connect(proxy, port)).await.map_err(silent)??;
    let asked = Clock::limit(ANSWER, ask(&mut stream, proof, to)).await;
    asked.map_err(|_| ProxyFault::Silent(ANSWER))??;
    Ok(stream)
}

async fn connect(proxy: &str, port: u16) -> Result<TcpStream, ProxyFault> {
    let unresolved = |error: std::io::Error| ProxyFault::Unresolved(with_causes(&error));
    let mut last = "it has none".to_owned();
    for address in lookup_host((proxy, port)).await.map_err(unresolved)? {
        match TcpStream::connect(address).await {
            Ok(stream) => {
                // A latency nicety; without it the connection works all the same.
                let _ = stream.set_nodelay(true);
                return Ok(stream);
            }
            Err(error) => last = error.to_string(),
        }
    }
    Err(ProxyFault::Unreachable(last))
}

async fn ask(stream: &mut TcpStream, proof: Option<&SecretText>, to: (&str, u16)) -> Result<(), Unopened> {
    let cut = |error: std::io::Error| ProxyFault::Cut(error.to_string());
    let proof = proof.map_or_else(Zeroizing::default, |proof| {
        Zeroizing::new(format!("Proxy-Authorization: {}\r\n", proof.expose_secret()))
    });
    let authority = super::authority(to.0, to.1);
    let request = Zeroizing::new(format!(
        "CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n{}\r\n",
        proof.as_str()
    ));
    stream.write_all(request.as_bytes()).await.map_err(cut)?;
    let mut bytes = Vec::new();
    loop {
        let read = stream.read_buf(&mut bytes).await.map_err(cut)?;
        match said(&bytes, to) {
            Some(answer) => return answer,
            None if read == 0 && bytes.is_empty() => {
                return Err(ProxyFault::Cut("it says nothing".to_owned()).into());
            }
            None if read == 0 || bytes.len() >= HEAD_BYTES => {
                return Err(ProxyFault::NoTunnel("an answer without an end".to_owned()).into());
            }
            None => {}
        }
    }
}

/// What an answer means as far as it has come; `None` while it is not over.
fn said(bytes: &[u8], (host, port): (&str, u16)) -> Option<Result<(), Unopened>> {
    let no_tunnel = |why: String| Some(Err(ProxyFault::NoTunnel(why).into()));
    let mut headers = [EMPTY_HEADER; HEADERS];
    let mut answer = Response::new(&mut headers);
    let end = match answer.parse(bytes) {
        Ok(Status::Partial) => return None,
        Ok(Status::Complete(end)) => end,
        Err(_) => return no_tunnel("no HTTP".to_owned()),
    };
    let (status, host) = (answer.code.unwrap_or_default(), host.to_owned());
    match status {
        // Whom we ask speaks only after us: what comes before is a page of the proxy's own.
        200..=299 if bytes.len() > end || has_body(&answer) => no_tunnel(format!("{status} with a page")),
        200..=299 => Some(Ok(())),
        // A wrong password tinyproxy answers as a server would, with 401: behind no tunnel there is none but it.
        401 | 407 => Some(Err(Unopened::WantsUser(schemes(&answer)))),
        403 | 451 => Some(Err(ProxyFault::Denied { host, port, status }.into())),
        408 | 429 | 500 | 502..=504 | 506..=599 => Some(Err(ProxyFault::Failing { host, status }.into())),
        _ => no_tunnel(status.to_string()),
    }
}

/// Whether it says that a page follows, which may be on its way.
fn has_body(answer: &Response<'_, '_>) -> bool {
    let length = values(answer, "content-length").next().and_then(|value| value.trim().parse::<u64>().ok());
    length.is_some_and(|length| length > 0)
}

/// The schemes of `Proxy-Authenticate`, or `WWW-Authenticate`, of which one may name several (RFC 9110, 11.6.1).
fn schemes(answer: &Response<'_, '_>) -> Vec<String> {
    let named = values(answer, "proxy-authenticate").chain(values(answer, "www-authenticate"));
    let parts = named.flat_map(|value| value.split(','));
    let words = parts.filter_map(|part| part.split_whitespace().next());
    let is_word = |word: &&str| word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    words.filter(is_word).map(|word| word.chars().take(LONGEST_WORDS).collect()).collect()
}

fn values<'a>(answer: &'a Response<'_, '_>, name: &'static str) -> impl Iterator<Item = &'a str> {
    let named = answer.headers.iter().filter(move |header| header.name.eq_ignore_ascii_case(name));
    named.filter_map(|header| std::str::from_utf8(header.value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(answer: &str) -> Option<ProxyFault> {
        match said(answer.as_bytes(), ("a.example", 443)) {
            Some(Err(Unopened::Fault(fault))) => Some(fault),
            Some(Ok(()) | Err(Unopened::WantsUser(_))) | None => None,
        }
    }

    #[test]
    fn an_answer_is_taken_for_what_it_is() {
        for open in ["HTTP/1.1 200 Connection established\r\n\r\n", "HTTP/1.0 200 OK\r\nVia: x\r\n\r\n"] {
            assert!(matches!(said(open.as_bytes(), ("a.example", 443)), Some(Ok(()))), "{open}");
        }
        assert!(said(b"HTTP/1.1 200 OK\r\nVia", ("a.example", 443)).is_none(), "it is not over");
        let host = || "a.example".to_owned();
        assert_eq!(
            fault("HTTP/1.1 403 Forbidden\r\nContent-Length: 5\r\n\r\n<html"),
            Some(ProxyFault::Denied { host: host(), port: 443, status: 403 })
        );
        for status in [500, 502, 503, 504, 429] {
            let expected = ProxyFault::Failing { host: host(), status };
            assert_eq!(fault(&format!("HTTP/1.1 {status} x\r\n\r\n")), Some(expected));
        }
        for (answer, why) in [
            ("<html><body>Welcome</body></html>", "no HTTP"),
            ("SSH-2.0-OpenSSH_9.2\r\n", "no HTTP"),
            ("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>", "200 with a page"),
            ("HTTP/1.1 200 OK\r\nContent-Length: 42\r\n\r\n", "200 with a page"),
            ("HTTP/1.1 302 Found\r\nLocation: https://guests.example/\r\n\r\n", "302"),
            ("HTTP/1.1 405 Method Not Allowed\r\n\r\n", "405"),
            ("HTTP/1.1 501 Not Implemented\r\n\r\n", "501"),
        ] {
            assert_eq!(fault(answer), Some(ProxyFault::NoTunnel(why.to_owned())), "{answer}");
        }
    }

    #[test]
    fn the_schemes_of_a_proxy_are_words_and_nothing_else_of_it() {
        for (headers, expected) in [
            ("Proxy-Authenticate: Basic realm=\"a, b\"\r\n", vec!["Basic"]),
            ("Proxy-Authenticate: Negotiate\r\nproxy-authenticate: NTLM\r\n", vec!["Negotiate", "NTLM"]),
            (
                "Proxy-Authenticate: Digest realm=\"x\", nonce=\"y\", Basic realm=\"x\"\r\n",
                vec!["Digest", "Basic"],
            ),
            ("Proxy-Authenticate: <b>NTLM</b>\r\n", vec![]),
            ("", vec![]),
        ] {
            let answer = format!("HTTP/1.1 407 x\r\n{headers}\r\n");
            let schemes = match said(answer.as_bytes(), ("a.example", 443)) {
                Some(Err(Unopened::WantsUser(schemes))) => schemes,
                _ => vec!["nothing of the kind".to_owned()],
            };
            assert_eq!(schemes, expected, "{headers:?}");
        }
    }
}
