//! What a command is answered.

/// The word of a status line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    Ok,
    No,
    Bad,
}

/// Untagged lines, the tagged one, and how the connection ends, if it does.
#[derive(Debug, Default)]
pub(super) struct Answer {
    /// Without `* ` and the line's end.
    pub(super) data: Vec<Vec<u8>>,
    /// The tagged line; none: it never comes.
    pub(super) status: Option<(Word, String)>,
    /// What is sent before all that, as it is, and how many more bytes of no meaning.
    pub(super) raw: Option<(String, u64)>,
    /// The text of a last `BYE`, behind the tagged line.
    pub(super) bye: Option<String>,
    /// The connection is closed although there was no `BYE`.
    pub(super) cut: bool,
    /// Ids of the items in it, and how many of them are whole.
    pub(super) returned: Vec<String>,
    pub(super) bodies: usize,
}

impl Answer {
    fn status(word: Word, text: &str) -> Self {
        Self { status: Some((word, text.to_owned())), ..Self::default() }
    }

    pub(super) fn ok(text: &str) -> Self {
        Self::status(Word::Ok, text)
    }

    pub(super) fn no(text: &str) -> Self {
        Self::status(Word::No, text)
    }

    pub(super) fn bad(text: &str) -> Self {
        Self::status(Word::Bad, text)
    }

    /// An argument that is not understood, or names a broken item (DirectoryTree/ImapEngine#109).
    pub(super) fn bad_argument() -> Self {
        Self::bad("Command Argument Error. 11")
    }

    /// A last word without an answer.
    pub(super) fn bye(text: &str) -> Self {
        Self { bye: Some(text.to_owned()), ..Self::default() }
    }

    /// The person is known and has no mailbox here (MailKit#1494, simonrob/email-oauth2-proxy#74).
    pub(super) fn not_connected() -> Self {
        Self::bad("User is authenticated but not connected.").and_bye("Connection closed. 14")
    }

    /// The beginning of something, so many bytes behind it, and nothing else.
    pub(super) fn raw(start: String, bytes: u64) -> Self {
        Self { raw: Some((start, bytes)), cut: true, ..Self::default() }
    }

    pub(super) fn and_bye(self, text: &str) -> Self {
        Self { bye: Some(text.to_owned()), ..self }
    }

    /// With an untagged line.
    pub(super) fn with(mut self, line: impl Into<Vec<u8>>) -> Self {
        self.data.push(line.into());
        self
    }

    /// With untagged lines before those that are there.
    pub(super) fn after(mut self, mut lines: Vec<Vec<u8>>) -> Self {
        lines.append(&mut self.data);
        self.data = lines;
        self
    }

    pub(super) fn closes(&self) -> bool {
        self.cut || self.bye.is_some()
    }

    /// As the log has it: what HTTP would say.
    pub(super) fn logged(&self) -> u16 {
        match &self.status {
            Some((Word::Ok, _)) => 200,
            Some((Word::No, _)) => 403,
            Some((Word::Bad, _)) => 400,
            None => 503,
        }
    }
}
