use super::*;
use crate::dates::text::plain;

fn scan(language: &str, shown: &str) -> Option<(String, usize)> {
    let scan = Scan::new(&plain(shown)?, &Words::of(language))?;
    let shown = |number: &Number| format!("{}{}", number.sign, number.value);
    Some((scan.numbers().iter().map(shown).collect(), scan.words().len()))
}

#[test]
fn numbers_keep_what_stands_between_them() {
    for (language, text, numbers, words) in [
        ("en", "Mon 2/4/2026 2:12 PM", " 2/4/2026 2:12", 2),
        ("de", "Mo 9. März 14:46 Uhr", " 9.14:46", 2),
        ("fr", "14 h 46", " 14h46", 0),
        ("ja", "2026年2月3日火曜日 9:05", " 2026u2u3u9:5", 1),
        ("ja", "日 9:05", " 9:5", 1),
        ("hu", "V 01. 25.", " 1.25", 1),
        ("vi", "Th 2 9:05 CH", " 9:5", 2),
        ("vi", "Thứ Ba, 9 tháng 9, 2025", " 9 2025", 2),
    ] {
        assert_eq!(scan(language, text), Some((numbers.to_owned(), words)), "{text}");
    }
}

#[test]
fn what_no_date_has_is_refused() {
    for text in ["Budget 10:30", "99999", "1 2 3 4 5 6 7", "Mon Tue Wed Thu Fri"] {
        assert_eq!(scan("en", text), None, "{text}");
    }
}
