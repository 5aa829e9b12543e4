//! What others have written, as it is shown to a person.

/// What is shown in the place of a character that nobody sees.
const UNSEEN: char = '\u{fffd}';

/// A text without what acts on the place where it is shown: control characters and separators of lines are blanks, but
/// for line feeds. What turns the order of letters round (bidirectional controls, Unicode Standard Annex 9) or is not
/// seen at all is shown as U+FFFD: two names that look alike are alike. What joins letters and emoji
/// (U+200C, U+200D) stays.
#[must_use]
pub fn printable(text: &str) -> String {
    let shown = |c| match c {
        '\n' => c,
        '\u{2028}' | '\u{2029}' => ' ',
        c if c.is_control() => ' ',
        c if is_unseen(c) => UNSEEN,
        c => c,
    };
    text.chars().map(shown).collect()
}

/// Format characters of Unicode (category Cf) that programs show as nothing, the fillers of Hangul, and Braille's blank.
fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{180e}'
            | '\u{200b}'
            | '\u{200e}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_seen_is_shown_and_what_belongs_to_a_name_stays() {
        for (text, shown) in [
            ("anna\u{202e}moc.live", "anna\u{fffd}moc.live"),
            ("a\u{200b}nna\u{2066}", "a\u{fffd}nna\u{fffd}"),
            ("a\u{e0041}", "a\u{fffd}"),
            ("a\x1b[2J\u{9b}b\rc\nd", "a [2J b c\nd"),
            ("a\u{2028}b", "a b"),
            (
                "\u{5d0}\u{5e0}\u{5d4} \u{1f469}\u{200d}\u{1f4bb} na\u{308}h",
                "\u{5d0}\u{5e0}\u{5d4} \u{1f469}\u{200d}\u{1f4bb} na\u{308}h",
            ),
        ] {
            assert_eq!(printable(text), shown, "{text:?}");
        }
    }
}
