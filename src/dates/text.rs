//! What is shown, made plain: one form for the many ways to write the same thing.

use unicode_normalization::char::decompose_canonical;

/// Longer texts are not dates. In characters as shown.
const LONGEST: usize = 96;

/// Where the decimal digits of a script begin (Unicode general category Nd), for scripts that a mailbox may
/// use.
const ZEROS: [char; 18] = [
    '\u{660}', '\u{6f0}', '\u{966}', '\u{9e6}', '\u{a66}', '\u{ae6}', '\u{b66}', '\u{be6}', '\u{c66}',
    '\u{ce6}', '\u{d66}', '\u{e50}', '\u{ed0}', '\u{f20}', '\u{1040}', '\u{17e0}', '\u{1810}', '\u{ff10}',
];

/// Lower case without accents, ASCII digits, single spaces. The signs `.` `/` `-` `:` stay where they follow
/// a digit; elsewhere they, and all others, are spaces. Direction marks and apostrophes are gone. `None` when
/// it is too long.
pub(super) fn plain(shown: &str) -> Option<String> {
    let mut plain = String::with_capacity(shown.len() + 8);
    for (count, shown) in shown.chars().enumerate() {
        if count == LONGEST {
            return None;
        }
        add(&mut plain, shown);
    }
    plain.truncate(plain.trim_end().len());
    Some(plain)
}

fn add(plain: &mut String, shown: char) {
    match shown {
        'a'..='z' | '0'..='9' => plain.push(shown),
        'A'..='Z' => plain.push(shown.to_ascii_lowercase()),
        ' ' => add_space(plain),
        '.' | '/' | '-' | ':' => add_sign(plain, shown),
        '\u{2010}'..='\u{2015}' | '\u{2212}' => add_sign(plain, '-'),
        '\u{ff1a}' => add_sign(plain, ':'),
        '\u{ff0f}' => add_sign(plain, '/'),
        shown if is_nothing(shown) => {}
        shown if is_between_words(shown) => add_space(plain),
        shown => match digit(shown) {
            Some(digit) => plain.push(digit),
            None => add_letter(plain, shown),
        },
    }
}

fn add_sign(plain: &mut String, sign: char) {
    if plain.ends_with(|last: char| last.is_ascii_digit()) {
        plain.push(sign);
    } else {
        add_space(plain);
    }
}

fn add_space(plain: &mut String) {
    if !plain.is_empty() && !plain.ends_with(' ') {
        plain.push(' ');
    }
}

/// Case and accents are told apart by nobody: `İ`, `I`, `ı` and `i` are one letter, `ς` is `σ`.
fn add_letter(plain: &mut String, letter: char) {
    for lower in letter.to_lowercase() {
        decompose_canonical(lower, |part| match part {
            'ı' => plain.push('i'),
            'ς' => plain.push('σ'),
            part if is_accent(part) => {}
            part => plain.push(part),
        });
    }
}

/// Accents of Latin, Greek and Cyrillic, vowel signs and hamza of Arabic, the nukta of Indic scripts.
fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{64b}'..='\u{655}' | '\u{93c}' | '\u{9bc}' | '\u{a3c}')
}

/// Marks that no eye sees, accents that stand alone, and apostrophes, of which each language has several.
fn is_nothing(c: char) -> bool {
    is_accent(c)
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{61c}' | '\u{feff}')
        || matches!(c, '\'' | '`' | '\u{b4}' | '\u{2bc}' | '\u{2018}' | '\u{2019}' | '\u{5f3}' | '\u{5f4}')
}

/// Spaces, and signs that no word has: of ASCII and Latin 1, the Arabic comma and its like, the danda, the
/// blocks of punctuation and symbols, and those of East Asia.
fn is_between_words(c: char) -> bool {
    matches!(c, '\0'..='/' | ':'..='@' | '['..='`' | '{'..='\u{bf}' | '\u{d7}' | '\u{f7}' | '\u{600}'..='\u{61f}'
        | '\u{66a}'..='\u{66d}' | '\u{964}' | '\u{965}' | '\u{1680}' | '\u{2000}'..='\u{2bff}'
        | '\u{3000}'..='\u{3004}' | '\u{3008}'..='\u{3020}' | '\u{30fb}' | '\u{fe10}'..='\u{fe6f}'
        | '\u{ff01}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}')
}

fn digit(c: char) -> Option<char> {
    ZEROS.into_iter().find_map(|zero| char::from_digit(u32::from(c).checked_sub(zero.into())?, 10))
}

#[cfg(test)]
mod tests;
