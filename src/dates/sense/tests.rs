use super::*;

#[test]
fn each_key_of_the_table_has_a_sense_of_its_own() {
    let days = (1..=7).map(|n| format!("d{n}"));
    let months = (1..=12).map(|n| format!("m{n}"));
    let others = ["am", "pm", "h", "x", "r0", "r-1", "r-2", "w0", "w-1", "n0", "n-1"].map(str::to_owned);
    let mut seen = Senses::default();
    for key in days.chain(months).chain(others) {
        let senses = Senses::of_key(&key).expect("a sense");
        assert!(!seen.has(senses), "{key}");
        seen = seen | senses;
    }
    assert!(Senses::of_key("d1").is_some_and(|day| day.names(Weekday::Mon) && !day.names(Weekday::Sun)));
    assert!(Senses::of_key("m12").is_some_and(|month| month.months().eq([12])));
    assert_eq!(Senses::of_key("r-1").and_then(Senses::days_ago), Some(1));
    for key in ["", "d0", "d8", "m13", "r-3", "w-2", "q1", "d"] {
        assert_eq!(Senses::of_key(key), None, "{key}");
    }
}
