//! The words of a mailbox's language, and the longest of them that a text begins with.

use super::sense::Senses;
use super::tables;
use super::text::plain;

/// All words of a language in their plain form, sorted.
#[derive(Debug, Clone)]
pub(super) struct Words(Vec<(String, Senses)>);

impl Words {
    /// Of a language of the table, and `more`: keys of senses and words.
    pub(super) fn new<'a>(line: &'a str, more: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut forms = Vec::new();
        for (key, words) in tables::entries(line).chain(more) {
            if let Some(senses) = Senses::of_key(key) {
                words.split('|').for_each(|word| add(&mut forms, word, senses));
            }
        }
        // Interfaces of any language may write the half of the day as English does.
        for (word, half) in [("am", Senses::AM), ("pm", Senses::PM)] {
            if !forms.iter().any(|(form, _)| form == word) {
                add(&mut forms, word, half);
            }
        }
        Self(merged(forms))
    }

    /// Length in bytes and meaning of the longest word that `rest` begins with.
    pub(super) fn longest(&self, rest: &str) -> Option<(usize, Senses)> {
        let mut bound = rest.as_bytes();
        loop {
            // The words that `rest` begins with sort before it, the longest last.
            let after = self.0.partition_point(|(form, _)| form.as_bytes() <= bound);
            let (form, senses) = self.0.get(after.checked_sub(1)?)?;
            let shared = form.bytes().zip(rest.bytes()).take_while(|(form, rest)| form == rest).count();
            if shared == form.len() && ends_here(form, &rest[shared..]) {
                return Some((shared, *senses));
            }
            let shorter = if shared == form.len() { shared.checked_sub(1)? } else { shared };
            bound = rest.as_bytes().get(..shorter).filter(|bound| !bound.is_empty())?;
        }
    }
}

fn add(forms: &mut Vec<(String, Senses)>, word: &str, senses: Senses) {
    let Some(form) = plain(word).filter(|form| !form.is_empty()) else { return };
    if word.contains('.') {
        // "a.m." and "a. m." are written "am" as well.
        forms.push((form.replace(' ', ""), senses));
    }
    forms.push((form, senses));
}

fn merged(mut forms: Vec<(String, Senses)>) -> Vec<(String, Senses)> {
    forms.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
    forms.dedup_by(|(form, senses), (kept, all)| {
        let same = form == kept;
        if same {
            *all = *all | *senses;
        }
        same
    });
    forms.shrink_to_fit();
    forms
}

/// Whether a word may end before `rest`: not amid letters, in scripts that put spaces between words, nor amid
/// digits.
fn ends_here(word: &str, rest: &str) -> bool {
    let Some(next) = rest.chars().next() else { return true };
    match word.chars().next_back() {
        Some(last) if last.is_ascii_digit() => !next.is_ascii_digit(),
        Some(last) => !(next.is_alphabetic() && is_spaced(next) && is_spaced(last)),
        None => false,
    }
}

fn is_spaced(letter: char) -> bool {
    !matches!(letter, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{11ff}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{9fff}')
}

#[cfg(test)]
impl Words {
    /// Of a language of the table.
    pub(super) fn of(language: &str) -> Self {
        let (_, line) =
            tables::languages().find(|(code, _)| *code == language).expect("a language of the table");
        Self::new(line, std::iter::empty())
    }
}

#[cfg(test)]
mod tests;
