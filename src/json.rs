//! JSON as others write it, mended before it is read: one bad character takes nothing else away.

use serde::de::DeserializeOwned;
use std::borrow::Cow;

/// The mark that some write before UTF-8.
const MARK: &[u8] = "\u{feff}".as_bytes();
/// In place of what is no character.
const REPLACEMENT: &[u8; 6] = b"\\ufffd";

/// Reads JSON. Half a surrogate pair, as where a preview was cut in the middle of an emoji, bytes that are no
/// UTF-8, and U+0000, which PostgreSQL cannot keep, become U+FFFD; control characters that stand in texts as they
/// are become spaces.
///
/// # Errors
/// When it is no JSON, or not of that shape.
pub fn from_slice<T: DeserializeOwned>(json: &[u8]) -> serde_json::Result<T> {
    let json = mended(json);
    let read = serde_json::from_slice(&json);
    if read.is_err() && json.iter().any(u8::is_ascii_control) {
        return serde_json::from_slice(&json.iter().map(|byte| printable(*byte)).collect::<Vec<_>>());
    }
    read
}

/// Between texts a space says what a line's end does.
fn printable(byte: u8) -> u8 {
    if byte < b' ' { b' ' } else { byte }
}

fn mended(json: &[u8]) -> Cow<'_, [u8]> {
    let json = json.strip_prefix(MARK).unwrap_or(json);
    let mut mended = match String::from_utf8_lossy(json) {
        Cow::Borrowed(_) => Cow::Borrowed(json),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    };
    let mut at = 0;
    while let Some(next) = mended.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == b'\\')) {
        at += next;
        match (escape(&mended, at), escape(&mended, at + 6)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => at += 12,
            (Some(0 | 0xd800..=0xdfff), _) => {
                mended.to_mut()[at..at + 6].copy_from_slice(REPLACEMENT);
                at += 6;
            }
            _ => at += 2,
        }
    }
    mended
}

/// The code unit of the `\uXXXX` that begins here.
fn escape(json: &[u8], at: usize) -> Option<u16> {
    let digits = json.get(at..at + 6)?.strip_prefix(b"\\u")?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_no_character_becomes_the_replacement_character_and_nothing_else_changes() {
        for (json, text) in [
            (&br#""a\ud83d\ude00b\\ud83d""#[..], "a\u{1f600}b\\ud83d"),
            (br#""x\ud83d y\ude00\ud83d\uD83D\uDE00\\""#, "x\u{fffd} y\u{fffd}\u{fffd}\u{1f600}\\"),
            (br#""cut\ud83d""#, "cut\u{fffd}"),
            (br#""a\u0000b\\u0000""#, "a\u{fffd}b\\u0000"),
            (b"\xef\xbb\xbf\"marked\"", "marked"),
            (b"\"half \xf0\x9f and \xff\"", "half \u{fffd} and \u{fffd}"),
        ] {
            assert_eq!(from_slice::<String>(json).unwrap(), text);
        }
        assert_eq!(from_slice::<Vec<String>>(b"[\n\"a\x0b b\tc\nd\"\n]").unwrap(), ["a  b c d"]);
        assert!(from_slice::<String>(br#""\ud8"#).is_err());
        assert!(from_slice::<String>(b"\"\\").unwrap_err().is_eof());
    }

    proptest! {
        #[test]
        fn what_is_well_formed_is_read_as_it_is(text: String) {
            let json = serde_json::to_string(&text).unwrap();
            prop_assert_eq!(from_slice::<String>(json.as_bytes()).unwrap(), text.replace('\0', "\u{fffd}"));
        }

        #[test]
        fn any_units_in_escapes_are_some_text(units: Vec<u16>) {
            let escapes = units.iter().map(|unit| format!("\\u{unit:04x}")).collect::<Vec<_>>().concat();
            let expected = String::from_utf16_lossy(&units).replace('\0', "\u{fffd}");
            prop_assert_eq!(from_slice::<String>(format!("\"{escapes}\"").as_bytes()).unwrap(), expected);
        }
    }
}
