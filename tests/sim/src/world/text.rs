//! Invented words, in the language of the mailbox.

use rand::RngExt as _;
use rand::rngs::StdRng;

use super::Person;
use super::locale::Locale;

/// A random element; `items` is never empty.
pub(super) fn pick<'a, T>(rng: &mut StdRng, items: &'a [T]) -> &'a T {
    &items[rng.random_range(0..items.len())]
}

/// A subject that no other conversation of the mailbox has.
pub(super) fn subject(rng: &mut StdRng, locale: &Locale, number: u64) -> String {
    format!("{} ({number})", pick(rng, locale.subjects))
}

pub(super) fn person(rng: &mut StdRng, locale: &Locale) -> Person {
    let (handle, name) = pick(rng, locale.people);
    Person::smtp(name, &format!("{handle}@papermoon-sim.example"))
}

/// Up to `most` paragraphs of up to four sentences.
pub(super) fn paragraphs(rng: &mut StdRng, locale: &Locale, most: usize) -> String {
    let count = rng.random_range(1..=most);
    let paragraphs: Vec<String> = (0..count).map(|_| paragraph(rng, locale)).collect();
    paragraphs.join("\n")
}

fn paragraph(rng: &mut StdRng, locale: &Locale) -> String {
    let count = rng.random_range(1..=4);
    let sentences: Vec<&str> = (0..count).map(|_| *pick(rng, locale.sentences)).collect();
    sentences.join(" ")
}

/// First of the characters that stand for halves of surrogate pairs: private ones, for no `String` holds a half.
const HALVES: u32 = 0x10_0000;

/// What stands in a text of this world for half of a surrogate pair (`0xd800` to `0xdfff`): answers spell it as
/// Exchange does, `\ud83d`.
///
/// # Panics
/// When `unit` is no such half.
#[must_use]
pub fn half(unit: u16) -> char {
    assert!((0xd800..=0xdfff).contains(&unit), "{unit:x} is no half of a pair");
    char::from_u32(HALVES + u32::from(unit)).expect("these are private characters")
}

/// The half of a pair that a character stands for.
pub(crate) fn half_of(c: char) -> Option<u16> {
    let unit = u16::try_from(u32::from(c).checked_sub(HALVES)?).ok()?;
    (0xd800..=0xdfff).contains(&unit).then_some(unit)
}

/// A text of UTF-16, of which a half of a pair may have lost the other.
pub(super) fn of_units(units: impl Iterator<Item = u16>) -> String {
    char::decode_utf16(units).map(|c| c.unwrap_or_else(|error| half(error.unpaired_surrogate()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_cut_within_a_pair_ends_in_a_half() {
        let cut = of_units("ab\u{1f600}".encode_utf16().take(3));
        assert_eq!(cut, format!("ab{}", half(0xd83d)));
        assert_eq!(cut.chars().filter_map(half_of).collect::<Vec<_>>(), [0xd83d]);
        assert_eq!(of_units("ab\u{1f600}".encode_utf16()), "ab\u{1f600}");
    }
}
