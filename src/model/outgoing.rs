//! What is sent: checked, so that no text of it gets into another header or to another recipient. Pure.

use super::printable;
use chrono::{DateTime, Utc};

words! {
    /// What a message that is sent is to the one that it is about.
    pub enum SendMode {
        /// It is about none.
        New = "new",
        /// It answers whoever wrote that.
        Reply = "reply",
        /// It answers them and everybody else whom that went to.
        ReplyAll = "reply_all",
        /// It hands that on.
        Forward = "forward",
    }
}

/// The longest subject and the longest name, characters.
const LONGEST_LINE: usize = 500;
/// The longest address, bytes: RFC 5321, 4.5.3.1.3, without its brackets.
const LONGEST_ADDRESS: usize = 254;
/// The longest part before the `@`, bytes: RFC 5321, 4.5.3.1.1.
const LONGEST_LOCAL: usize = 64;

/// Why something cannot be sent as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OutgoingFault {
    /// An address is none that mail is sent to.
    #[error("`{0}` is no address that mail is sent to: name@host in ASCII, as in ada@example.com")]
    Address(String),
    /// A name, a subject or the name of a file has more than one line, or is too long.
    #[error("{0} is one line of at most 500 characters, without control characters")]
    Line(&'static str),
    /// A kind of file is none.
    #[error("`{0}` is no media type such as application/pdf")]
    MediaType(String),
    /// It goes to nobody.
    #[error("it goes to nobody: name a recipient")]
    Nobody,
    /// It says nothing.
    #[error("it has neither a text nor HTML")]
    Empty,
}

/// A name and an address that mail is sent to or from. Nothing in them ends a header or an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailAddress {
    name: Option<String>,
    address: String,
}

impl MailAddress {
    /// The address of a person, with the name to be shown.
    ///
    /// # Errors
    /// `Address` unless it is a dot-atom and a host name in ASCII (RFC 5321, 4.1.2, without quoted and literal
    /// forms); `Line` of the name.
    pub fn new(address: &str, name: Option<&str>) -> Result<Self, OutgoingFault> {
        let address = address.trim();
        if !is_address(address) {
            return Err(OutgoingFault::Address(printable(address).chars().take(LONGEST_ADDRESS).collect()));
        }
        let name = name.map(str::trim).filter(|name| !name.is_empty() && *name != address);
        match name {
            Some(name) if !is_one_line(name) => Err(OutgoingFault::Line("a name")),
            name => Ok(Self { name: name.map(str::to_owned), address: address.to_owned() }),
        }
    }

    /// The same from `ada@example.com` or `Ada Lovelace <ada@example.com>`.
    ///
    /// # Errors
    /// Those of `new`.
    pub fn parse(text: &str) -> Result<Self, OutgoingFault> {
        let text = text.trim();
        match text.strip_suffix('>').and_then(|text| text.rsplit_once('<')) {
            Some((name, address)) => Self::new(address, Some(name.trim().trim_matches('"'))),
            None => Self::new(text, None),
        }
    }

    /// The name to be shown.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The address as it was written.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Whether it is the same mailbox, by all that can be told.
    #[must_use]
    pub fn is_at(&self, address: &str) -> bool {
        self.address.eq_ignore_ascii_case(address)
    }
}

/// What a message says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OutgoingBody {
    /// Without markup.
    pub text: Option<String>,
    /// The same with markup.
    pub html: Option<String>,
}

/// A file that goes along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutgoingFile {
    /// What it is called.
    name: String,
    /// Its media type.
    media_type: String,
    /// What is in it.
    content: Vec<u8>,
}

impl OutgoingFile {
    /// A file; without a type it is `application/octet-stream`.
    ///
    /// # Errors
    /// `Line` of the name; `MediaType`.
    pub fn new(name: &str, media_type: Option<&str>, content: Vec<u8>) -> Result<Self, OutgoingFault> {
        let media_type = media_type.unwrap_or("application/octet-stream").to_ascii_lowercase();
        if name.trim().is_empty() || !is_one_line(name) {
            return Err(OutgoingFault::Line("the name of a file"));
        }
        if !is_media_type(&media_type) {
            return Err(OutgoingFault::MediaType(
                printable(&media_type).chars().take(LONGEST_ADDRESS).collect(),
            ));
        }
        Ok(Self { name: name.to_owned(), media_type, content })
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its media type.
    #[must_use]
    pub fn media_type(&self) -> &str {
        &self.media_type
    }

    /// What is in it.
    #[must_use]
    pub fn content(&self) -> &[u8] {
        &self.content
    }
}

/// A message as it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Ours, with brackets.
    pub internet_message_id: String,
    /// When it is written.
    pub date: DateTime<Utc>,
    /// From whom.
    pub from: MailAddress,
    /// To whom.
    pub to: Vec<MailAddress>,
    /// Who sees it too.
    pub cc: Vec<MailAddress>,
    /// Who sees it too, and nobody sees that.
    pub bcc: Vec<MailAddress>,
    /// What it is about: one line.
    pub subject: String,
    /// What it says.
    pub body: OutgoingBody,
    /// What goes along.
    pub files: Vec<OutgoingFile>,
    /// The Message-ID of what it answers, with brackets.
    pub in_reply_to: Option<String>,
    /// Those of the thread that it goes on with, with brackets, the oldest first.
    pub references: Vec<String>,
}

impl Outgoing {
    /// Whom it goes to.
    pub fn recipients(&self) -> impl Iterator<Item = &MailAddress> {
        self.to.iter().chain(&self.cc).chain(&self.bcc)
    }

    /// Whether it can be sent so.
    ///
    /// # Errors
    /// Why not.
    pub fn check(&self) -> Result<(), OutgoingFault> {
        if !is_one_line(&self.subject) {
            return Err(OutgoingFault::Line("a subject"));
        }
        if self.recipients().next().is_none() {
            return Err(OutgoingFault::Nobody);
        }
        let says = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.is_empty());
        let is_empty = !says(&self.body.text) && !says(&self.body.html) && self.files.is_empty();
        if is_empty { Err(OutgoingFault::Empty) } else { Ok(()) }
    }
}

/// Whether a text ends no header.
#[must_use]
pub fn is_one_line(text: &str) -> bool {
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    !text.contains(breaks) && text.chars().count() <= LONGEST_LINE
}

fn is_address(text: &str) -> bool {
    let Some((local, host)) = text.rsplit_once('@') else { return false };
    text.len() <= LONGEST_ADDRESS && local.len() <= LONGEST_LOCAL && is_dot_atom(local) && is_host(host)
}

/// RFC 5322, 3.2.3.
fn is_dot_atom(text: &str) -> bool {
    let is_text = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c);
    text.split('.').all(|part| !part.is_empty() && part.chars().all(is_text))
}

fn is_host(text: &str) -> bool {
    let is_label = |label: &str| {
        let is_text = |c: char| c.is_ascii_alphanumeric() || c == '-';
        (1..=63).contains(&label.len())
            && label.chars().all(is_text)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.split('.').all(is_label)
}

/// RFC 6838, 4.2.
fn is_media_type(text: &str) -> bool {
    let is_text = |c: char| c.is_ascii_alphanumeric() || "!#$&-^_.+".contains(c);
    let is_name = |name: &str| (1..=127).contains(&name.len()) && name.chars().all(is_text);
    text.split_once('/').is_some_and(|(kind, name)| is_name(kind) && is_name(name) && kind != "multipart")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_would_say_more_than_an_address_are_none() {
        for good in
            ["ada@example.com", "a.b+c@x-y.example", "o'hara@sim.example", "Ada@EXAMPLE.com", "a@localhost"]
        {
            assert_eq!(MailAddress::parse(good).unwrap().address(), good);
        }
        for bad in [
            "",
            "ada",
            "@example.com",
            "ada@",
            "ada@example.com\r\nBcc: eve@example.org",
            "ada@example.com, eve@example.org",
            "ada@example.com>,<eve@example.org",
            "<ada@example.com",
            "ada@exa mple.com",
            "\"ada lovelace\"@example.com",
            "ada@[192.0.2.1]",
            "ada..b@example.com",
            ".ada@example.com",
            "ada@-example.com",
            "ada@example..com",
            "ädä@example.com",
            "ada@bücher.example",
            "ada\u{0}@example.com",
        ] {
            assert!(MailAddress::parse(bad).is_err(), "{bad:?}");
        }
        let long = format!("{}@example.com", "a".repeat(65));
        assert!(MailAddress::parse(&long).is_err());
    }

    #[test]
    fn a_name_stands_before_its_address_and_has_one_line() {
        for written in ["Ada Lovelace <ada@example.com>", "\"Ada Lovelace\" <ada@example.com>"] {
            let ada = MailAddress::parse(written).unwrap();
            assert_eq!((ada.name(), ada.address()), (Some("Ada Lovelace"), "ada@example.com"));
        }
        assert_eq!(MailAddress::new("ada@example.com", Some("ada@example.com")).unwrap().name(), None);
        for name in ["Ada\r\nBcc: eve@example.org", "Ada\nX", "Ada\u{0}", "Ada\u{2028}X"] {
            assert_eq!(MailAddress::new("ada@example.com", Some(name)), Err(OutgoingFault::Line("a name")));
        }
    }

    #[test]
    fn a_file_has_a_name_and_a_type_that_say_no_more() {
        let file = |name, kind| OutgoingFile::new(name, kind, Vec::new());
        assert_eq!(file("a.pdf", Some("Application/PDF")).unwrap().media_type(), "application/pdf");
        assert_eq!(file("a", None).unwrap().media_type(), "application/octet-stream");
        for (name, kind) in [
            ("", None),
            ("a\r\nb", None),
            ("a", Some("text")),
            ("a", Some("text/plain; charset=utf-8")),
            ("a", Some("text/plain\r\nX: y")),
            ("a", Some("multipart/mixed")),
        ] {
            assert!(file(name, kind).is_err(), "{name:?} {kind:?}");
        }
    }
}
