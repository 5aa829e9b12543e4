//! The form in which phone numbers are compared. Pure.

use super::Canon;
use phonenumber::country;
use std::panic;

/// The longest text that is taken for a number: what is longer holds several, or a note.
const MOST_CHARS: usize = 40;
/// What introduces an extension; the longer ones first.
const EXTENSION_MARKS: [&str; 7] = [";ext=", "extension", "durchwahl", "ext", "dw", "x", "#"];
/// The longest extension, in digits.
const MOST_EXTENSION: usize = 7;

/// Where numbers are dialled that have no country's code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PhoneRegion(country::Id);

impl PhoneRegion {
    /// The region of a code of ISO 3166 such as `DE`; `None` where there is no such region.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        code.to_ascii_uppercase().parse().ok().map(Self)
    }
}

/// A number as it was written, taken apart.
struct WrittenNumber {
    number: String,
    extension: String,
}

impl WrittenNumber {
    /// `None` of what is no number, but words.
    fn of(text: &str) -> Option<Self> {
        let lower = text.trim().to_lowercase();
        let plain = lower.strip_prefix("tel:").unwrap_or(&lower);
        if plain.chars().count() > MOST_CHARS {
            return None;
        }
        let (number, extension) = with_extension(plain).unwrap_or((plain, String::new()));
        let is_number =
            number.chars().all(is_dialled_or_space) && number.contains(|c: char| c.is_ascii_digit());
        is_number.then(|| Self { number: number.to_owned(), extension })
    }

    /// With the country's code and valid there. An extension is part of the number.
    fn e164(&self, canon: Canon) -> Option<String> {
        let region = canon.region.map(|region| region.0);
        // It has panicked on odd input before.
        let parsed = panic::catch_unwind(|| {
            let number = phonenumber::parse(region, &self.number).ok()?;
            // Its formatter writes the same, and looks through patterns that this form has none of.
            number.is_valid().then(|| format!("+{}{}", number.country().code(), number.national()))
        });
        parsed.ok()?.map(|number| self.extended(&number))
    }

    fn digits(&self) -> String {
        let digits: String = self.number.chars().filter(char::is_ascii_digit).collect();
        let plus = if self.number.trim_start().starts_with('+') { "+" } else { "" };
        self.extended(&format!("{plus}{digits}"))
    }

    fn extended(&self, number: &str) -> String {
        if self.extension.is_empty() { number.to_owned() } else { format!("{number};{}", self.extension) }
    }
}

/// Takes the extension off a number; `None` where it has none.
fn with_extension(plain: &str) -> Option<(&str, String)> {
    let (number, rest) = EXTENSION_MARKS.into_iter().find_map(|mark| plain.split_once(mark))?;
    let extension = rest.trim_matches(|c: char| c.is_whitespace() || matches!(c, '.' | ':' | ')'));
    let is_extension = (1..=MOST_EXTENSION).contains(&extension.len())
        && extension.bytes().all(|byte| byte.is_ascii_digit())
        && number.contains(|c: char| c.is_ascii_digit());
    is_extension.then(|| (number.trim_end_matches([' ', ',', '(']), extension.to_owned()))
}

fn is_dialled_or_space(c: char) -> bool {
    c.is_ascii_digit()
        || c.is_whitespace()
        || "+-./()\u{2010}\u{2011}\u{2012}\u{2013}\u{2014}\u{2212}".contains(c)
}

impl Canon {
    /// A phone number: in E.164 if it is valid, else its digits, each with its extension. What holds words is
    /// compared as a text.
    pub(in crate::sync::contacts) fn phone(self, written: &str) -> String {
        let number = WrittenNumber::of(written);
        number.map_or_else(
            || super::folded(written),
            |number| number.e164(self).unwrap_or_else(|| number.digits()),
        )
    }

    /// A phone number by which two contacts can be told to be the same; `None` of one that is not valid.
    pub(in crate::sync::contacts) fn valid_phone(self, written: &str) -> Option<String> {
        WrittenNumber::of(written)?.e164(self)
    }
}
