//! Answers in their bounds: a line with the literals in it (RFC 3501, 4.3), cut out of the stream before anything looks at
//! it.

use super::ImapError;
use std::io;
use tokio::io::{
    AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader,
};

/// Longest answer without its literals: of FETCH and LIST, a few hundred bytes.
const LINES: u64 = 64 * 1024;
/// So much of a message is read: Exchange takes messages of 35 MB as a rule, whose MIME is a third longer
/// ("Exchange Online limits", learn.microsoft.com).
pub(super) const LONGEST_MESSAGE: u64 = 50 * 1024 * 1024;
/// Longest literals of an answer: a message, and what else a server may write so.
const LITERALS: u64 = LONGEST_MESSAGE + LINES;

/// An answer as it came.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct RawAnswer {
    /// All of it, with the end of its last line.
    pub(super) bytes: Vec<u8>,
    /// Its lines without the literals in them: what the server itself says, and nothing of a mail.
    pub(super) lines: Vec<u8>,
}

/// A connection that gives whole answers.
pub(super) struct AnswerStream<S> {
    stream: BufReader<S>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> AnswerStream<S> {
    pub(super) fn new(stream: S) -> Self {
        Self { stream: BufReader::new(stream) }
    }

    /// The next answer.
    ///
    /// # Errors
    /// `Closed` where there is none any more; `TooLong` or `Unreadable` where it has no end within its bounds. The connection
    /// is of no use then.
    pub(super) async fn answer(&mut self) -> Result<RawAnswer, ImapError> {
        let (mut answer, mut literals) = (RawAnswer::default(), 0_u64);
        loop {
            let line = self.line(LINES - answer.lines.len() as u64).await?;
            answer.bytes.extend(&line);
            answer.lines.extend(&line);
            let Some(length) = literal(&line) else { return Ok(answer) };
            literals = literals.saturating_add(length);
            if literals > LITERALS {
                return Err(ImapError::TooLong);
            }
            let read = (&mut self.stream).take(length).read_to_end(&mut answer.bytes).await;
            if read.map_err(broken)? as u64 != length {
                return Err(ImapError::Closed);
            }
        }
    }

    /// Reads to the end of the line.
    async fn line(&mut self, most: u64) -> Result<Vec<u8>, ImapError> {
        let mut line = Vec::new();
        let read = (&mut self.stream).take(most).read_until(b'\n', &mut line).await.map_err(broken)?;
        match line.last() {
            Some(b'\n') => Ok(line),
            _ if read as u64 == most => Err(ImapError::Unreadable("line without an end")),
            _ => Err(ImapError::Closed),
        }
    }

    pub(super) async fn send(&mut self, line: &[u8]) -> Result<(), ImapError> {
        self.stream.write_all(line).await.map_err(broken)?;
        self.stream.flush().await.map_err(broken)
    }
}

/// A server that hangs up without TLS's own farewell has hung up.
fn broken(error: io::Error) -> ImapError {
    if error.kind() == io::ErrorKind::UnexpectedEof {
        ImapError::Closed
    } else {
        ImapError::of_connection(error)
    }
}

/// The length of the literal that follows a line.
fn literal(line: &[u8]) -> Option<u64> {
    let inside = line.strip_suffix(b"}\r\n")?;
    let at = inside.iter().rposition(|byte| *byte == b'{')?;
    // One that is no number's is refused like one that is too long.
    let digits =
        std::str::from_utf8(&inside[at + 1..]).ok().filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
    digits.filter(|digits| !digits.is_empty()).map(|digits| digits.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::duplex;

    async fn answers(bytes: &[u8]) -> Vec<Result<RawAnswer, ImapError>> {
        let (mut server, client) = duplex(1 << 20);
        server.write_all(bytes).await.unwrap();
        drop(server);
        let (mut stream, mut answers) = (AnswerStream::new(client), Vec::new());
        loop {
            answers.push(stream.answer().await);
            if answers.last().unwrap().is_err() {
                return answers;
            }
        }
    }

    #[tokio::test]
    async fn an_answer_ends_behind_its_last_literal() {
        let first = b"* 1 FETCH (BODY[] {9}\r\nab\r\n{4}\r\n UID 5 X {0}\r\n)\r\n".as_slice();
        let all = answers(&[first, b"* OK {x}\r\n", b"a1 OK"].concat()).await;
        let lines = b"* 1 FETCH (BODY[] {9}\r\n UID 5 X {0}\r\n)\r\n".to_vec();
        assert_eq!(*all[0].as_ref().unwrap(), RawAnswer { bytes: first.to_vec(), lines });
        assert_eq!(all[1].as_ref().unwrap().bytes, b"* OK {x}\r\n");
        assert!(matches!(all[2], Err(ImapError::Closed)), "half of a line is none");
    }

    #[tokio::test]
    async fn what_has_no_end_within_its_bounds_is_refused_before_it_is_kept() {
        let line = [b"* OK ".as_slice(), &vec![b'x'; 1 << 19]].concat();
        assert!(matches!(answers(&line).await[0], Err(ImapError::Unreadable(_))));
        for length in ["60000000", "99999999999999999999999"] {
            let literal = format!("* 1 FETCH (BODY[] {{{length}}}\r\nabc");
            assert!(matches!(answers(literal.as_bytes()).await[0], Err(ImapError::TooLong)));
        }
        let sum = format!("* 1 FETCH (X {{1}}\r\na Y {{{}}}\r\nabc", u64::MAX);
        assert!(matches!(answers(sum.as_bytes()).await[0], Err(ImapError::TooLong)));
        let cut = answers(b"* 1 FETCH (BODY[] {60}\r\nabc").await;
        assert!(matches!(cut[0], Err(ImapError::Closed)));
    }
}
