//! The forms in which values of contacts are compared. Pure.
//!
//! What differs in nothing but its writing is one value: a server rewrites much of what it is given. Values
//! are kept and sent as they were written; nothing here is ever stored as a value.

mod phone;

pub use phone::PhoneRegion;

use crate::model::{Card, CardEmail, CardPlace, ContactForms};
use unicode_normalization::UnicodeNormalization;

/// What stands for the end of a line, besides `\n`.
const LINE_ENDS: [char; 5] = ['\r', '\u{b}', '\u{85}', '\u{2028}', '\u{2029}'];

/// A text: lines end with `\n`, without space at their ends, and there are no control characters.
pub(super) fn text(written: &str) -> String {
    let unified = written.replace("\r\n", "\n").replace(LINE_ENDS, "\n");
    let is_text = |c: &char| !c.is_control() || matches!(c, '\n' | '\t');
    let composed: String = unified.chars().filter(is_text).nfc().collect();
    let lines: Vec<_> = composed.lines().map(str::trim_end).collect();
    lines.join("\n").trim().to_owned()
}

/// A text of which neither case nor the space between words says anything: a category, a name to look for.
pub(super) fn folded(written: &str) -> String {
    let words: Vec<_> = written.split_whitespace().collect();
    text(&words.join(" ")).to_lowercase()
}

/// A postal address, part by part.
pub(super) fn place(place: &CardPlace) -> CardPlace {
    let CardPlace { street, city, state, postal_code, country } = place;
    CardPlace {
        street: text(street),
        city: text(city),
        state: text(state),
        postal_code: text(postal_code),
        country: text(country),
    }
}

/// An e-mail address by which two contacts can be told to be the same; `None` of what is none, and of a
/// directory's name (X.500, X.400). The local part is compared without case, as all servers do.
#[must_use]
pub fn email_form(written: &str) -> Option<String> {
    let written = written.trim();
    let (local, domain) = written.rsplit_once('@').filter(|_| !is_directory_name(written))?;
    let domain = idna::domain_to_ascii(domain).unwrap_or_else(|_| domain.to_lowercase());
    let is_whole = !local.is_empty() && !domain.is_empty() && !written.contains(char::is_whitespace);
    is_whole.then(|| format!("{}@{domain}", folded(local)))
}

fn is_directory_name(written: &str) -> bool {
    written.starts_with('/') && written.contains('=')
}

/// An entry of a contact's e-mail addresses: its address, or else its name. A server keeps what is no address
/// as a name alone, and gives each address a name of its own.
pub(super) fn email(entry: &CardEmail) -> String {
    let written = if entry.address.trim().is_empty() { &entry.name } else { &entry.address };
    email_form(written).unwrap_or_else(|| folded(written))
}

/// Canonical forms that depend on where the installation stands.
#[derive(Debug, Clone, Copy, Default)]
pub struct Canon {
    /// Where a number without a country's code is dialled; `None` where such numbers are compared by their
    /// digits.
    pub region: Option<PhoneRegion>,
}

impl Canon {
    /// The forms by which a card is found: only those that can prove who somebody is.
    #[must_use]
    pub fn forms(self, card: &Card) -> ContactForms {
        ContactForms {
            emails: card.emails.iter().map(|entry| email_form(&entry.address)).collect(),
            phones: card.phones.iter().map(|phone| self.valid_phone(&phone.number)).collect(),
        }
    }
}

#[cfg(test)]
mod tests;
