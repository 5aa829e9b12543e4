//! A secret as people paste it: with a byte order mark, blanks around it, the quotes of the page it was copied
//! from, and characters that nobody sees.

use crate::secret::{SecretText, secret};

/// Pairs that are put around a secret and are none of it: what keys give, and what programs make of it by language.
const QUOTES: [(char, char); 16] = [
    ('"', '"'),
    ('\'', '\''),
    ('`', '`'),
    ('“', '”'),
    ('‘', '’'),
    ('„', '“'),
    ('„', '”'),
    ('‚', '‘'),
    ('‚', '’'),
    ('”', '”'),
    ('’', '’'),
    ('«', '»'),
    ('»', '«'),
    ('‹', '›'),
    ('›', '‹'),
    ('「', '」'),
];

/// The first line that says something. `None` where none does.
///
/// # Errors
/// What in the middle of it no secret has.
pub(super) fn pasted(text: &str) -> Result<Option<SecretText>, &'static str> {
    let Some(line) = text.lines().map(bare).find(|line| !line.is_empty()) else { return Ok(None) };
    if line.chars().any(|c| c.is_control() || is_unseen(c)) {
        return Err("holds a character that cannot be seen in the middle of the secret");
    }
    Ok(Some(secret(line.to_owned())))
}

/// Without what stands around it.
fn bare(line: &str) -> &str {
    let around = |c: char| c.is_whitespace() || c.is_control() || is_unseen(c);
    let line = line.trim_matches(around);
    let inner = QUOTES.iter().find_map(|&(open, close)| line.strip_prefix(open)?.strip_suffix(close));
    inner.map_or(line, |inner| inner.trim_matches(around))
}

/// Characters without width: the byte order mark, joiners, marks of direction, the soft hyphen.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::ExposeSecret;

    fn read(text: &str) -> Option<String> {
        pasted(text).unwrap().map(|secret| secret.expose_secret().clone())
    }

    #[test]
    fn a_secret_is_the_first_line_that_says_something() {
        assert_eq!(read("\n  hunter2 \r\nmore"), Some("hunter2".to_owned()));
        assert_eq!((read(""), read(" \n\n"), read("\u{feff}\r\n\"\"\n")), (None, None, None));
    }

    #[test]
    fn what_pasting_puts_around_it_is_none_of_it() {
        let copied =
            ["\u{feff}a~8 Q\r\n", "\"a~8 Q\"", " 'a~8 Q' \n", "“a~8 Q”", "\u{200b}a~8 Q\u{a0}", "`a~8 Q`"];
        let languages = [
            "„a~8 Q“",
            "„a~8 Q”",
            "‚a~8 Q‘",
            "«a~8 Q»",
            "« a~8 Q »",
            "»a~8 Q«",
            "‹a~8 Q›",
            "”a~8 Q”",
            "「a~8 Q」",
        ];
        for text in copied.into_iter().chain(languages) {
            assert_eq!(read(text), Some("a~8 Q".to_owned()), "{text:?}");
        }
        // One quote may be of the secret.
        for own in ["\"a", "a'", "it's", "~a~"] {
            assert_eq!(read(own), Some(own.to_owned()));
        }
    }

    #[test]
    fn what_cannot_be_seen_in_its_middle_is_said() {
        for text in ["a\u{200b}b", "a\u{ad}b", "a\tb"] {
            assert!(pasted(text).is_err(), "{text:?}");
        }
    }
}
