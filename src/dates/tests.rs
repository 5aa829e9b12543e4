use super::*;
use crate::model::Precision;
use chrono::TimeZone;

fn culture(date: &str, time: &str, language: &str, windows: &str) -> Culture {
    let zone = zone(windows).expect("a zone of the table");
    Culture {
        date_format: date.to_owned(),
        time_format: time.to_owned(),
        language: language.to_owned(),
        zone,
    }
}

fn american() -> Culture {
    culture("M/d/yyyy", "h:mm tt", "en-US", "Eastern Standard Time")
}

fn german() -> Culture {
    culture("dd.MM.yyyy", "HH:mm", "de-DE", "W. Europe Standard Time")
}

/// Wednesday, 4 February 2026.
fn now() -> DateTime<Utc> {
    at("2026-02-04T15:30:00Z")
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

fn shown(text: &str, culture: &Culture) -> Option<(DateTime<Utc>, Precision)> {
    parse(text, None, culture, now()).map(|instant| (instant.at, instant.precision))
}

#[test]
fn each_rung_of_the_ladder_is_read_in_the_mailboxes_zone() {
    for (text, culture, expected, precision) in [
        ("9:00 AM", american(), "2026-02-04T14:00:00Z", Precision::Minute),
        ("9:00\u{202f}AM", american(), "2026-02-04T14:00:00Z", Precision::Minute),
        ("12:05 AM", american(), "2026-02-04T05:05:00Z", Precision::Minute),
        ("Sun 9:00 AM", american(), "2026-02-01T14:00:00Z", Precision::Minute),
        ("Fri 1/23", american(), "2026-01-23T05:00:00Z", Precision::Day),
        ("2/4/2025", american(), "2025-02-04T05:00:00Z", Precision::Day),
        ("14:46", german(), "2026-02-04T13:46:00Z", Precision::Minute),
        ("Mo 14:46", german(), "2026-02-02T13:46:00Z", Precision::Minute),
        ("So 25.01", german(), "2026-01-24T23:00:00Z", Precision::Day),
        ("04.02.2025", german(), "2025-02-03T23:00:00Z", Precision::Day),
        ("14:46 Uhr", german(), "2026-02-04T13:46:00Z", Precision::Minute),
    ] {
        assert_eq!(shown(text, &culture), Some((at(expected), precision)), "{text}");
    }
}

#[test]
fn forms_of_other_languages() {
    let swedish = culture("yyyy-MM-dd", "HH:mm", "sv-SE", "W. Europe Standard Time");
    let japanese = culture("yyyy/MM/dd", "H:mm", "ja-JP", "Tokyo Standard Time");
    let korean = culture("yyyy-MM-dd", "tt h:mm", "ko-KR", "Korea Standard Time");
    let hebrew = culture("dd/MM/yyyy", "HH:mm", "he-IL", "Israel Standard Time");
    let czech = culture("dd.MM.yyyy", "H:mm", "cs-CZ", "Central Europe Standard Time");
    for (text, culture, expected) in [
        ("sön 01-25", &swedish, "2026-01-24T23:00:00Z"),
        ("01/25 (日)", &japanese, "2026-01-24T15:00:00Z"),
        ("2026年2月3日", &japanese, "2026-02-02T15:00:00Z"),
        ("월 오후 2:46", &korean, "2026-02-02T05:46:00Z"),
        ("יום א׳ 25/01", &hebrew, "2026-01-24T22:00:00Z"),
        ("יום ב' 14:46", &hebrew, "2026-02-02T12:46:00Z"),
        ("\u{200f}04/02/2025\u{200f}", &hebrew, "2025-02-03T22:00:00Z"),
        ("ב \u{200f}02/02/2026 01:16", &hebrew, "2026-02-01T23:16:00Z"),
        ("Po 9:23", &czech, "2026-02-02T08:23:00Z"),
    ] {
        assert_eq!(shown(text, culture).map(|(at, _)| at), Some(at(expected)), "{text}");
    }
}

#[test]
fn the_title_is_read_before_the_text() {
    let title = Some("Mon 2/2/2026 2:12 PM");
    let read = parse("Mon 2:12 PM", title, &american(), now()).expect("an instant");
    assert_eq!((read.at, read.precision), (at("2026-02-02T19:12:00Z"), Precision::Minute));
    let from_text = parse("Mon 2:12 PM", Some("someone@example.com"), &american(), now());
    assert_eq!(from_text.map(|instant| instant.at), Some(read.at), "a title that is no date is passed over");
}

#[test]
fn what_is_unsure_stays_unsaid() {
    let finnish = culture("d.M.yyyy", "H.mm", "fi-FI", "FLE Standard Time");
    for (text, culture) in [
        ("ma 14.46", &finnish),        // no words for Finnish weekdays
        ("Wed 9:00 AM", &american()),  // today's weekday fits no rung
        ("Mon 2/3/2026", &american()), // a Tuesday
        ("11:59 PM", &american()),     // later than now, and midnight is long past
        ("Fri 6/12", &american()),     // no year and half a year ago
        ("Budget 10:30", &american()), // words of a subject
        ("31/31/2026", &american()),
        ("10:75", &german()),
        ("", &german()),
        ("Mo Di 14:46", &german()),
        ("99999999999999999999", &german()),
        ("29.03.2026 02:30", &german()), // the hour that is skipped
    ] {
        assert_eq!(shown(text, culture), None, "{text}");
    }
}

#[test]
fn a_page_read_just_after_midnight_still_shows_yesterdays_times() {
    let midnight =
        chrono_tz::Europe::Berlin.with_ymd_and_hms(2026, 2, 4, 0, 1, 0).unwrap().with_timezone(&Utc);
    let read = parse("23:58", None, &german(), midnight).expect("an instant");
    assert_eq!(read.at, at("2026-02-03T22:58:00Z"));
}

#[test]
fn the_year_turns() {
    let read = parse("Wed 12/31", None, &american(), at("2026-01-02T15:00:00Z")).expect("an instant");
    assert_eq!(read.at, at("2025-12-31T05:00:00Z"));
}

#[test]
fn a_zone_of_no_name_we_know_is_none() {
    assert_eq!(zone("Atlantis Standard Time"), None);
    assert_eq!(zone("Europe/Berlin"), Some(Tz::Europe__Berlin));
    assert_eq!(zone("w. europe standard time"), Some(Tz::Europe__Berlin));
}
