//! A command and its answers, to the tagged one.

use super::wire::Wire;
use super::{ImapError, refusal};
use crate::clock::Clock;
use imap_proto::{Outcome, Response, Status};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use zeroize::Zeroizing;

/// No command takes longer, with all its answers: a set of large messages on a slow line does.
const LIMIT: Duration = Duration::from_mins(3);

/// A connection on which one command at a time is asked.
pub(super) struct Exchange<S> {
    wire: Wire<S>,
    commands: u32,
}

/// What one answer is to the command that is under way.
enum Step<'a> {
    /// The server waits for more of it.
    Continue,
    /// It is done.
    Done,
    /// Data, of it or in between.
    Data(Response<'a>),
    /// Data that nobody can read.
    Unread,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Exchange<S> {
    pub(super) fn new(stream: S) -> Self {
        Self { wire: Wire::new(stream), commands: 0 }
    }

    /// Reads the greeting.
    ///
    /// # Errors
    /// `Unreadable` where it is none.
    pub(super) async fn greeting(&mut self) -> Result<(), ImapError> {
        let raw = within(self.wire.answer()).await?;
        match parsed(&raw) {
            Some(Response::Data { status: Status::Ok | Status::PreAuth, .. }) => Ok(()),
            Some(Response::Data { status: Status::Bye, outcome }) => Err(refusal::bye(text(&outcome))),
            _ => Err(ImapError::Unreadable("greeting")),
        }
    }

    /// Runs a command that is called `what` and gives each answer to `take`; how many answers could not be read.
    ///
    /// # Errors
    /// What the server refused, how the connection ended.
    pub(super) async fn run(
        &mut self,
        what: &'static str,
        command: &str,
        mut take: impl FnMut(Response<'_>),
    ) -> Result<usize, ImapError> {
        within(self.converse(what, command.as_bytes(), &mut Vec::new(), &mut take)).await
    }

    /// Signs in: each of `replies` is sent once, when the server waits for it; then it is sent empty lines.
    pub(super) async fn sign_in(
        &mut self,
        what: &'static str,
        command: &[u8],
        mut replies: Vec<Zeroizing<Vec<u8>>>,
    ) -> Result<(), ImapError> {
        within(self.converse(what, command, &mut replies, &mut |_| ())).await.map(|_| ())
    }

    async fn converse(
        &mut self,
        what: &'static str,
        command: &[u8],
        replies: &mut Vec<Zeroizing<Vec<u8>>>,
        take: &mut impl FnMut(Response<'_>),
    ) -> Result<usize, ImapError> {
        self.commands += 1;
        let tag = format!("o{}", self.commands);
        let line = Zeroizing::new([tag.as_bytes(), b" ", command, b"\r\n"].concat());
        self.wire.send(&line).await?;
        let mut unread = 0;
        loop {
            let raw = self.wire.answer().await?;
            match step(&raw, &tag, what)? {
                Step::Done => return Ok(unread),
                Step::Continue => {
                    let reply = replies.pop().unwrap_or_default();
                    self.wire.send(&Zeroizing::new([reply.as_slice(), b"\r\n"].concat())).await?;
                }
                Step::Data(response) => take(response),
                Step::Unread => {
                    tracing::debug!(command = what, bytes = raw.len(), "an answer by IMAP cannot be read");
                    unread += 1;
                }
            }
        }
    }
}

async fn within<T>(work: impl Future<Output = Result<T, ImapError>>) -> Result<T, ImapError> {
    Clock::limit(LIMIT, work).await.unwrap_or(Err(ImapError::TimedOut(LIMIT)))
}

fn step<'a>(raw: &'a [u8], tag: &str, what: &'static str) -> Result<Step<'a>, ImapError> {
    match parsed(raw) {
        Some(Response::Done { tag: of, status, outcome }) if of.0 == tag => {
            done(&status, &outcome, what).map(|()| Step::Done)
        }
        Some(Response::Continue(_)) => Ok(Step::Continue),
        Some(Response::Data { status: Status::Bye, outcome }) => Err(refusal::bye(text(&outcome))),
        Some(response) => Ok(Step::Data(response)),
        None if raw.starts_with(tag.as_bytes()) => Err(ImapError::Unreadable(what)),
        None => Ok(Step::Unread),
    }
}

fn done(status: &Status, outcome: &Outcome<'_>, what: &'static str) -> Result<(), ImapError> {
    match status {
        Status::Ok => Ok(()),
        Status::Bad if text(outcome).contains("Argument Error") => Err(ImapError::Argument(what)),
        Status::No | Status::Bad | Status::PreAuth | Status::Bye => {
            Err(refusal::known(text(outcome)).unwrap_or(ImapError::Refused(what)))
        }
    }
}

fn text<'a>(outcome: &'a Outcome<'_>) -> &'a str {
    outcome.information.as_deref().unwrap_or_default()
}

/// What is nested may be nested without end, and Exchange writes it wrong (MailKit#919, #1415): it is never asked for, and
/// never looked at.
const NESTED: [&[u8]; 3] = [b"BODYSTRUCTURE", b"ENVELOPE", b"BODY ("];

/// An answer as the parser has it; `None` where it has none. It slices texts of servers byte by byte.
fn parsed(raw: &[u8]) -> Option<Response<'_>> {
    let head = raw.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let is_nested = |word: &&[u8]| head.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word));
    if NESTED.iter().any(is_nested) {
        return None;
    }
    let parsed = catch_unwind(AssertUnwindSafe(|| Response::parse(raw).ok()));
    parsed.ok().flatten().map(|(_, response)| response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_no_grammar_knows_is_none() {
        for raw in [
            "* 1 FETCH (BODYSTRUCTURE (\"text\" \"plain\" NIL NIL NIL \"7BIT\" -1 \"inline\" (NIL NIL NIL)))\r\n",
            "* 1 FETCH (UID 1 ENVELOPE (NIL NIL NIL))\r\n",
            "* NAMESPACE ((\"\" \"/\")) NIL NIL\r\n",
            "* OK [UIDNEXT 5]\u{e9}\r\n",
            "\r\n",
        ] {
            assert_eq!(parsed(raw.as_bytes()), None, "{raw}");
        }
        assert!(parsed(b"* 1 FETCH (UID 1 FLAGS ())\r\n").is_some());
        assert!(parsed("* OK é ready\r\n".as_bytes()).is_some());
    }
}
