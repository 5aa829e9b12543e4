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
