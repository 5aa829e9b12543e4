use super::*;
use proptest::prelude::*;

#[test]
fn patterns_are_understood() {
    for (pattern, expected) in [
        ("dd.MM.yyyy", Some((Order::Dmy, '.', 2, 2, 4))),
        ("M/d/yy", Some((Order::Mdy, '/', 1, 1, 2))),
        ("yyyy. MM. dd.", Some((Order::Ymd, '.', 2, 2, 4))),
        ("yyyy MM dd", Some((Order::Ymd, ' ', 2, 2, 4))),
        ("yyyy'年'M'月'd'日'", Some((Order::Ymd, 'u', 1, 1, 4))),
        ("d.MM.yy' г.'", Some((Order::Dmy, '.', 1, 2, 2))),
        ("dd MMM yyyy", None),
        ("dd.MM", None),
        ("", None),
    ] {
        let read = DatePattern::parse(pattern, 0).and_then(|format| {
            let shape = format.shape?;
            Some((format.order, shape.sign, shape.day_digits, shape.month_digits, shape.year_digits))
        });
        assert_eq!(read, expected, "{pattern}");
    }
}

proptest! {
    #[test]
    fn any_text_is_a_pattern_or_not(text in "\\PC{0,40}") {
        DatePattern::parse(&text, 0);
    }
}
