//! Lines and literals (RFC 3501, 4.3), of a client and to it.

use std::io;

use tokio::io::{
    AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufStream,
};

use super::answer::{Answer, Word};

/// Longest line, and longest literal, that is read at all.
const MOST: u64 = 1 << 20;

/// A connection behind TLS.
pub(super) struct Wire<S> {
    stream: BufStream<S>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Wire<S> {
    pub(super) fn new(stream: S) -> Self {
        Self { stream: BufStream::new(stream) }
    }

    /// A line without its end; `None` when there is none any more.
    pub(super) async fn line(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        (&mut self.stream).take(MOST).read_until(b'\n', &mut line).await?;
        if line.pop() != Some(b'\n') {
            return Ok(None);
        }
        line.pop_if(|last| *last == b'\r');
        Ok(Some(line))
    }

    /// A command with the literals in it; `None` when the client has gone.
    pub(super) async fn command(&mut self) -> io::Result<Option<Vec<u8>>> {
        let Some(mut command) = self.line().await? else { return Ok(None) };
        while let Some((length, waits)) = literal(&command) {
            if waits {
                self.send(b"+ Ready for additional command text.\r\n").await?;
            }
            command.extend(b"\r\n");
            (&mut self.stream).take(length.min(MOST)).read_to_end(&mut command).await?;
            let Some(rest) = self.line().await? else { return Ok(None) };
            command.extend(rest);
        }
        Ok(Some(command))
    }

    pub(super) async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes).await?;
        self.stream.flush().await
    }

    /// Sends an answer; whether the connection goes on.
    pub(super) async fn answer(&mut self, tag: &str, answer: &Answer) -> io::Result<bool> {
        if let Some((start, bytes)) = &answer.raw {
            self.stream.write_all(start.as_bytes()).await?;
            tokio::io::copy(&mut tokio::io::repeat(b'x').take(*bytes), &mut self.stream).await?;
        }
        for line in &answer.data {
            self.stream.write_all(&[b"* ", line.as_slice(), b"\r\n"].concat()).await?;
        }
        if let Some((word, text)) = &answer.status {
            let word = match word {
                Word::Ok => "OK",
                Word::No => "NO",
                Word::Bad => "BAD",
            };
            self.stream.write_all(format!("{tag} {word} {text}\r\n").as_bytes()).await?;
        }
        if let Some(text) = &answer.bye {
            self.stream.write_all(format!("* BYE {text}\r\n").as_bytes()).await?;
        }
        self.stream.flush().await?;
        if answer.closes() {
            self.stream.shutdown().await?;
        }
        Ok(!answer.closes())
    }
}

/// The length of the literal that a line ends with, and whether the client waits for leave to send it (RFC 7888).
fn literal(line: &[u8]) -> Option<(u64, bool)> {
    let inside = line.strip_suffix(b"}")?;
    let at = inside.iter().rposition(|byte| *byte == b'{')?;
    let text = std::str::from_utf8(&inside[at + 1..]).ok()?;
    let (digits, waits) = text.strip_suffix('+').map_or((text, true), |digits| (digits, false));
    Some((digits.parse().ok()?, waits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_with_and_without_leave() {
        assert_eq!(literal(b"a LOGIN {5}"), Some((5, true)));
        assert_eq!(literal(b"a LOGIN {5+}"), Some((5, false)));
        assert_eq!(literal(b"a NOOP"), None);
        assert_eq!(literal(b"a SEARCH SUBJECT {x}"), None);
    }
}
