//! Contacts as files: vCard 3.0 and 4.0, tables (CSV), and JSON by the line. Pure: bytes in, contacts out, and
//! the other way.
//!
//! ```text
//! vcard   split: a file into its cards; read, write; names: which property is which text of a card
//! table   a row per contact, with columns of ours or those of Outlook's own export
//! line    a line of JSON per contact, as the API tells it
//! ```
//!
//! What a file says beyond what a card has is named, so that nothing is lost in silence; what is wrong with
//! one contact keeps no other from being read.

mod line;
mod table;
mod vcard;

#[cfg(test)]
mod tests;

pub use table::TableWriter;
pub use vcard::{CardVersion, write as write_vcard};

use crate::model::{BY_CONTENT, Card, CardEmail, CardField, ContactId};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use std::io::{self, BufRead};

words! {
    /// What a file of contacts is written as.
    pub enum CardFormat {
        /// vCard 4.0.
        VCard4 = "vcard4",
        /// vCard 3.0, the newest that Outlook reads.
        VCard3 = "vcard3",
        /// A table.
        Csv = "csv",
        /// A line of JSON per contact.
        Json = "json",
    }
}

/// The longest name that a contact of a file is known by, characters.
const LONGEST: usize = 200;
/// What stands before an id of ours in a file.
const OWN: &str = "urn:uuid:";
/// What is said of a file that is UTF-16.
const WIDE: &str =
    "the file is UTF-16: write it anew with `iconv -f UTF-16 -t UTF-8`, or save it in Excel as CSV UTF-8";
/// The mark that some write before UTF-8.
const MARK: &[u8] = "\u{feff}".as_bytes();

/// A contact as a file has it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FiledContact {
    /// Our own id of it, where the file has one.
    pub own: Option<ContactId>,
    /// By what else the file tells it from its others, if it does.
    pub external: Option<String>,
    /// What is written on it.
    pub card: Card,
    /// What the file has of it and a card has no place for, by the file's own names.
    pub left_out: Vec<String>,
}

/// A contact of a file, or why it cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEntry {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// The contact; else the reason, for people.
    pub read: Result<FiledContact, String>,
}

impl FiledContact {
    /// It is known by the one id that a vCard has for it.
    fn known_by(&mut self, uid: String) {
        match uid.strip_prefix(OWN) {
            Some(id) => self.own = Some(ContactId::from(id.to_owned())),
            None => self.external = Some(uid),
        }
    }

    /// The external id that the file has of it, where that can be kept.
    #[must_use]
    pub fn given_id(&self) -> Option<&str> {
        self.external.as_deref().filter(|id| is_usable(id))
    }

    /// The external id that it gets where no contact has its own: the file's, or our own of another account, or where
    /// that is none that can be kept, what its content comes to, so that the same file read again names the same
    /// contact.
    #[must_use]
    pub fn external_id(&self) -> String {
        let uid = self.external.clone().or_else(|| self.own.as_ref().map(|id| uid(id, None)));
        uid.clone().filter(|uid| is_usable(uid)).unwrap_or_else(|| {
            let content = format!("{uid:?} {:?}", self.card);
            format!("{BY_CONTENT}{}", BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(content.as_bytes())))
        })
    }

    /// A card after what the file says was written on it. What the file does not have stays.
    ///
    /// # Errors
    /// What is wrong with a value, for people.
    pub fn written_on(&self, card: &Card) -> Result<Card, String> {
        let mut written = card.clone();
        let is_alone = |field: &CardField| !matches!(field, CardField::Place(..) | CardField::Email);
        for field in CardField::all().filter(is_alone) {
            let values = field.values(&self.card);
            if !values.is_empty() && values != field.values(card) {
                field.write(&mut written, &values)?;
            }
        }
        for (kind, place) in &self.card.places {
            written.set_place(*kind, place.clone());
        }
        if !self.card.emails.is_empty() {
            written.emails = self.card.emails.iter().map(|email| named(email, &card.emails)).collect();
        }
        Ok(written)
    }
}

/// An e-mail address as a file has it: by the name that is known where the file has none, as most kinds cannot.
fn named(filed: &CardEmail, known: &[CardEmail]) -> CardEmail {
    let is_whole = !filed.name.is_empty();
    let same = known.iter().find(|known| !is_whole && known.shown() == filed.shown());
    same.unwrap_or(filed).clone()
}

/// Whether it can be kept as an external id.
fn is_usable(id: &str) -> bool {
    !id.trim().is_empty() && id.chars().count() <= LONGEST && !id.contains(char::is_control)
}

/// By what a contact is told in a vCard: the other program's id, or ours.
#[must_use]
pub fn uid(id: &ContactId, external_id: Option<&str>) -> String {
    external_id.map_or_else(|| format!("{OWN}{id}"), str::to_owned)
}

/// The contacts of a file, which is told by how it begins: `BEGIN:VCARD`, `{`, or else the head of a table.
///
/// # Errors
/// When the file cannot be read any further; `UnexpectedEof` of one that is empty, `InvalidData` of one of which not
/// a single contact could be read, which says why.
pub fn read(
    mut input: impl BufRead + 'static,
) -> io::Result<Box<dyn Iterator<Item = io::Result<FileEntry>>>> {
    if input.fill_buf()?.starts_with(MARK) {
        input.consume(MARK.len());
    }
    if input.fill_buf()?.iter().all(u8::is_ascii_whitespace) {
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the file is empty"));
    }
    if is_wide(input.fill_buf()?) {
        return Err(io::Error::new(io::ErrorKind::InvalidData, WIDE));
    }
    let begin: Vec<u8> =
        input.fill_buf()?.iter().copied().skip_while(u8::is_ascii_whitespace).take("BEGIN:".len()).collect();
    Ok(if begin.eq_ignore_ascii_case(b"BEGIN:") {
        Box::new(vcard::read(input))
    } else if begin.starts_with(b"{") {
        Box::new(line::read(input))
    } else {
        Box::new(table::read(input)?)
    })
}

/// UTF-16, as Excel saves what it calls Unicode text.
fn is_wide(begin: &[u8]) -> bool {
    begin.starts_with(&[0xff, 0xfe])
        || begin.starts_with(&[0xfe, 0xff])
        || begin.iter().take(4).any(|byte| *byte == 0)
}

/// Lines of a file, each with its number, without their ends.
fn lines(mut input: impl BufRead) -> impl Iterator<Item = io::Result<(u64, Vec<u8>)>> {
    let mut number = 0;
    std::iter::from_fn(move || {
        let mut line = Vec::new();
        match input.read_until(b'\n', &mut line) {
            Ok(0) => None,
            Ok(_) => {
                number += 1;
                while line.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
                    line.pop();
                }
                Some(Ok((number, line)))
            }
            Err(error) => Some(Err(error)),
        }
    })
}

/// A text, which is UTF-8.
fn text(bytes: Vec<u8>) -> Result<String, String> {
    let next = "it is not UTF-8: write the file anew with `iconv -f WINDOWS-1252 -t UTF-8`";
    String::from_utf8(bytes).map_err(|_| next.to_owned())
}

/// A text whose lines end with `\n` and that has no other control character: each would end a line of a file,
/// or speak to the terminal that shows it.
fn clean(text: &str) -> String {
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    lines.chars().map(|c| if c.is_control() && !matches!(c, '\n' | '\t') { ' ' } else { c }).collect()
}
