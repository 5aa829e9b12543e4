use super::*;

fn read(language: &str, text: &str) -> Option<usize> {
    Words::of(language).longest(text).map(|(length, _)| length)
}

#[test]
fn the_longest_word_is_found_and_ends_where_a_word_ends() {
    for (language, text, expected) in [
        ("en", "monday", Some(6)),
        ("en", "mon 10:05", Some(3)),
        ("en", "mondayish", None),
        ("en", "budget", None),
        ("sv", "i dag 10:05", Some(5)),
        ("vi", "th 2 9:05", Some(4)),
        ("vi", "th 21", None),
        ("pt", "quarta feira 9", Some(12)),
        ("pt", "quarta 9", Some(6)),
        ("th", "วันพุธที่ 9", Some("วันพุธ".len())),
        ("zh", "星期一14:46", Some("星期一".len())),
        ("hu", "sz", None),
        ("hu", "szo 9", Some(3)),
    ] {
        assert_eq!(read(language, text), expected, "{language} {text}");
    }
}

#[test]
fn every_language_has_weekdays_months_and_todays() {
    let mut languages = 0;
    for (_, line) in tables::languages() {
        languages += 1;
        let keys: Vec<_> = tables::entries(line).map(|(key, _)| key).collect();
        // Months that are numbers are read as numbers.
        let months = if keys.contains(&"m1") { 12 } else { 0 };
        let wanted = (1..=7).map(|n| format!("d{n}")).chain((1..=months).map(|n| format!("m{n}")));
        for key in wanted.chain(["am".to_owned(), "pm".to_owned(), "r0".to_owned(), "r-1".to_owned()]) {
            assert!(keys.contains(&key.as_str()), "{key} in {line:.20}");
        }
    }
    assert!(languages >= 63, "{languages}");
}
