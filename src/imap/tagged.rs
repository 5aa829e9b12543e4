//! A command and its answers, to the tagged one.

use super::answers::{AnswerStream, RawAnswer};
use super::{ImapError, refusal};
use crate::clock::Clock;
use imap_proto::{Outcome, Response, Status};
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use zeroize::Zeroizing;

/// No answer takes longer to come, a long message on a slow line included.
const LIMIT: Duration = Duration::from_mins(3);

/// A connection on which one command at a time is asked.
pub(super) struct TaggedStream<S> {
    answers: AnswerStream<S>,
    commands: u32,
    /// Whether a command has had no tagged answer: what is still to come would be taken for the next one's.
    is_under_way: bool,
}

/// What one answer is to the command that is under way.
enum Heard<'a> {
    /// The server waits for more of it.
    Continue,
    /// It is done, or refused.
    Done(Result<(), ImapError>),
    /// Data, of it or in between.
    Data(Response<'a>),
    /// Data that nobody can read.
    Unread,
}

impl<S: AsyncRead + AsyncWrite + Unpin> TaggedStream<S> {
    pub(super) fn new(stream: S) -> Self {
        Self { answers: AnswerStream::new(stream), commands: 0, is_under_way: false }
    }

    /// Reads the greeting.
    ///
    /// # Errors
    /// `Unreadable` where it is none.
    pub(super) async fn greeting(&mut self) -> Result<(), ImapError> {
        let answer = within(self.answers.answer()).await?;
        match parsed(&answer) {
            Some(Response::Data { status: Status::Ok | Status::PreAuth, .. }) => Ok(()),
            Some(Response::Data { status: Status::Bye, outcome }) => Err(refusal::bye(text(&outcome))),
            _ => Err(ImapError::Unreadable("greeting")),
        }
    }

    /// Runs a command that is called `what` and gives each answer to `take`; how many answers could not be read.
    ///
    /// # Errors
    /// What the server refused, how the connection ended; `Closed` after a command that was not answered to its end.
    pub(super) async fn run(
        &mut self,
        what: &'static str,
        command: &str,
        mut take: impl FnMut(Response<'_>),
    ) -> Result<usize, ImapError> {
        self.converse(what, command.as_bytes(), None, &mut take).await
    }

    /// Signs in: `reply` is sent once, when the server waits for it; then it is sent empty lines.
    pub(super) async fn sign_in(
        &mut self,
        what: &'static str,
        command: &[u8],
        reply: Option<Zeroizing<Vec<u8>>>,
    ) -> Result<(), ImapError> {
        self.converse(what, command, reply, &mut |_| ()).await.map(|_| ())
    }

    async fn converse(
        &mut self,
        what: &'static str,
        command: &[u8],
        mut reply: Option<Zeroizing<Vec<u8>>>,
        take: &mut impl FnMut(Response<'_>),
    ) -> Result<usize, ImapError> {
        if mem::replace(&mut self.is_under_way, true) {
            return Err(ImapError::Closed);
        }
        self.commands += 1;
        let tag = format!("o{}", self.commands);
        self.send(&[tag.as_bytes(), b" ", command].concat().into()).await?;
        let mut unread = 0;
        loop {
            let answer = within(self.answers.answer()).await?;
            match heard(&answer, &tag, what)? {
                Heard::Done(done) => {
                    self.is_under_way = false;
                    return done.map(|()| unread);
                }
                Heard::Continue => self.send(&reply.take().unwrap_or_default()).await?,
                Heard::Data(response) => take(response),
                Heard::Unread => {
                    tracing::debug!(
                        command = what,
                        bytes = answer.bytes.len(),
                        "an answer by IMAP cannot be read"
                    );
                    unread += 1;
                }
            }
        }
    }

    async fn send(&mut self, text: &Zeroizing<Vec<u8>>) -> Result<(), ImapError> {
        let line = Zeroizing::new([text.as_slice(), b"\r\n"].concat());
        within(self.answers.send(&line)).await
    }
}

async fn within<T>(work: impl Future<Output = Result<T, ImapError>>) -> Result<T, ImapError> {
    Clock::limit(LIMIT, work).await.unwrap_or(Err(ImapError::TimedOut(LIMIT)))
}

fn heard<'a>(answer: &'a RawAnswer, tag: &str, what: &'static str) -> Result<Heard<'a>, ImapError> {
    match parsed(answer) {
        Some(Response::Done { tag: of, status, outcome }) if of.0 == tag => {
            let refused = || refusal::no(text(&outcome), what);
            Ok(Heard::Done(if status == Status::Ok { Ok(()) } else { Err(refused()) }))
        }
        Some(Response::Continue(_)) => Ok(Heard::Continue),
        Some(Response::Data { status: Status::Bye, outcome }) => Err(refusal::bye(text(&outcome))),
        Some(response) => Ok(Heard::Data(response)),
        None if answer.bytes.starts_with(tag.as_bytes()) => Err(ImapError::Unreadable(what)),
        None => Ok(Heard::Unread),
    }
}

fn text<'a>(outcome: &'a Outcome<'_>) -> &'a str {
    outcome.information.as_deref().unwrap_or_default()
}

/// What is nested may be nested without end, and Exchange writes it wrong (MailKit#919, #1415): it is never asked for, and
/// never looked at.
const NESTED: [&[u8]; 3] = [b"BODYSTRUCTURE (", b"ENVELOPE (", b"BODY ("];

/// Only FETCH has it; a folder may be called so.
fn is_nested(lines: &[u8]) -> bool {
    let has = |word: &&[u8]| lines.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word));
    let third = lines.split(|byte| *byte == b' ').nth(2);
    third.is_some_and(|word| word.eq_ignore_ascii_case(b"FETCH")) && NESTED.iter().any(has)
}

/// An answer as the parser has it; `None` where it has none. It slices texts of servers byte by byte.
fn parsed(answer: &RawAnswer) -> Option<Response<'_>> {
    if is_nested(&answer.lines) {
        return None;
    }
    let parsed = catch_unwind(AssertUnwindSafe(|| Response::parse(&answer.bytes).ok()));
    parsed.ok().flatten().map(|(_, response)| response)
}

/// A quoted string; `None` of what cannot stand in one.
pub(super) fn quoted(text: &str) -> Option<String> {
    let fits = !text.contains(['\r', '\n', '\0']);
    fits.then(|| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")))
}

/// What a quoted string says, which the parser gives as it is written. Anything else says itself.
pub(super) fn unquoted(text: &str) -> String {
    let (mut said, mut rest) = (String::new(), text.chars().peekable());
    while let Some(letter) = rest.next() {
        let escaped = rest.next_if(|next| letter == '\\' && matches!(next, '\\' | '"'));
        said.push(escaped.unwrap_or(letter));
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::AsyncWriteExt as _;

    #[tokio::test]
    async fn after_what_could_not_be_read_nothing_is_asked_on_a_connection() {
        let (mut server, client) = tokio::io::duplex(1 << 20);
        let endless = [vec![b'x'; 1 << 17], b"\r\no2 OK done\r\n".to_vec()].concat();
        server.write_all(&endless).await.unwrap();
        let mut stream = TaggedStream::new(client);
        stream.run("FETCH", "UID FETCH 1 (FLAGS)", |_| ()).await.unwrap_err();
        let next = stream.run("FETCH", "UID FETCH 2 (FLAGS)", |_| ()).await;
        assert!(matches!(next, Err(ImapError::Closed)), "{next:?}");
    }

    #[tokio::test]
    async fn after_a_command_that_was_given_up_nothing_is_asked_on_a_connection() {
        let (_server, client) = tokio::io::duplex(1 << 20);
        let mut stream = TaggedStream::new(client);
        let given_up = Clock::limit(Duration::ZERO, stream.run("LIST", "LIST", |_| ())).await;
        assert!(given_up.is_err());
        let next = Clock::limit(Duration::ZERO, stream.run("LIST", "LIST", |_| ())).await;
        assert!(matches!(next, Ok(Err(ImapError::Closed))), "{next:?}");
    }

    fn read(bytes: &[u8], lines: &[u8]) -> bool {
        parsed(&RawAnswer { bytes: bytes.to_vec(), lines: lines.to_vec() }).is_some()
    }

    #[test]
    fn an_answer_that_no_grammar_knows_is_none() {
        for raw in [
            "* 1 FETCH (BODYSTRUCTURE (\"text\" \"plain\" NIL NIL NIL \"7BIT\" -1 \"inline\" (NIL NIL NIL)))\r\n",
            "* 1 FETCH (UID 1 ENVELOPE (NIL NIL NIL))\r\n",
            "* NAMESPACE ((\"\" \"/\")) NIL NIL\r\n",
            "* OK [UIDNEXT 5]\u{e9}\r\n",
            "\r\n",
        ] {
            assert!(!read(raw.as_bytes(), raw.as_bytes()), "{raw}");
        }
        for raw in
            ["* 1 FETCH (UID 1 FLAGS ())\r\n", "* OK é ready\r\n", "* LIST () \"/\" \"Body (old)\"\r\n"]
        {
            assert!(read(raw.as_bytes(), raw.as_bytes()), "{raw}");
        }
    }

    #[test]
    fn what_is_nested_is_seen_behind_a_literal_and_not_in_it() {
        let deep = format!(" BODYSTRUCTURE {})\r\n", "(".repeat(60_000));
        let behind = format!("* 1 FETCH (BODY[] {{0}}\r\n{deep}");
        assert!(!read(behind.as_bytes(), behind.as_bytes()));
        let mail = "* 1 FETCH (BODY[] {15}\r\nBODYSTRUCTURE ( UID 7)\r\n";
        assert!(read(mail.as_bytes(), b"* 1 FETCH (BODY[] {15}\r\n UID 7)\r\n"));
    }

    #[test]
    fn what_is_quoted_says_what_was_to_be_said() {
        for name in ["a", "", "a\"b", "a\\b", "\\\"", "Entw&APw-rfe"] {
            let written = quoted(name).unwrap();
            assert_eq!(unquoted(&written[1..written.len() - 1]), name);
        }
        assert_eq!(unquoted("a\\b\\"), "a\\b\\", "no quoted string has it so");
    }
}
