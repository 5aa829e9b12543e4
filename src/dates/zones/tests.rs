use super::*;
use crate::dates::Habits;

fn berlin() -> ZonedReader {
    let habits = Habits { locale: Some("de-DE".to_owned()), ..Habits::default() };
    ZonedReader { reader: Reader::new(&habits), zone: Tz::Europe__Berlin }
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

#[test]
fn zones_go_by_either_name() {
    for (name, expected) in [
        ("W. Europe Standard Time", Some(Tz::Europe__Berlin)),
        ("w. europe standard time", Some(Tz::Europe__Berlin)),
        ("Europe/Berlin", Some(Tz::Europe__Berlin)),
        ("UTC", Some(Tz::UTC)),
        ("Atlantis Standard Time", None),
    ] {
        assert_eq!(zone(name), expected, "{name}");
    }
}

#[test]
fn every_windows_zone_of_the_table_is_one_we_have() {
    for name in tables::windows_zones() {
        assert!(zone(name).is_some(), "{name}");
    }
}

#[test]
fn days_begin_at_the_zones_midnight() {
    let seen = berlin().read("So 25.01", at("2026-02-04T15:30:00Z")).expect("a date");
    assert_eq!(seen.instant, Instant { at: at("2026-01-24T23:00:00Z"), precision: Precision::Day });
    // In Santiago the clock of that day began at one.
    let habits = Habits { locale: Some("es-ES".to_owned()), ..Habits::default() };
    let reader = ZonedReader { reader: Reader::new(&habits), zone: Tz::America__Santiago };
    let seen = reader.read("dom. 07/09/2025", at("2025-10-01T12:00:00Z")).expect("a date");
    assert_eq!(seen.instant.at, at("2025-09-07T04:00:00Z"));
}

#[test]
fn a_time_that_was_skipped_is_not_believed() {
    assert_eq!(berlin().read("So 29.03.2026 02:30", at("2026-04-04T15:30:00Z")), None);
}

#[test]
fn an_hour_that_came_twice_is_told_apart_by_the_rows_around_and_by_the_clock() {
    let now = at("2026-10-25T12:00:00Z");
    let rows = ["02:10", "02:50", "01:40"].map(|text| Row { text, header: None });
    let read = berlin().read_list(&rows, now);
    let minutes = ["2026-10-25T01:10:00Z", "2026-10-25T00:50:00Z", "2026-10-24T23:40:00Z"]
        .map(|text| Instant { at: at(text), precision: Precision::Minute });
    assert_eq!(read.into_iter().flatten().map(|seen| seen.instant).collect::<Vec<_>>(), minutes);
    let soon = berlin().read("02:30", at("2026-10-25T00:40:00Z")).expect("a time");
    let first = Instant { at: at("2026-10-25T00:30:00Z"), precision: Precision::Minute };
    assert_eq!(soon.instant, first, "the second was not yet");
}

#[test]
fn a_time_that_nothing_tells_apart_is_known_to_the_day_alone() {
    let alone = berlin().read("02:30", at("2026-10-25T12:00:00Z")).expect("a time");
    let day = Instant { at: at("2026-10-24T22:00:00Z"), precision: Precision::Day };
    assert_eq!((alone.instant, alone.confidence), (day, Confidence::High));
}
