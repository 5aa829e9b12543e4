//! What the list shows, in many languages, and what it stands for.

mod render;

use super::*;
use chrono::{NaiveDate, NaiveTime};
use proptest::prelude::*;
use render::render;
use serde::Deserialize;

fn local(text: &str) -> NaiveDateTime {
    let day = |text: &str| text.parse::<NaiveDate>().map(|day| day.and_time(NaiveTime::MIN));
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").or_else(|_| day(text)).expect("a time")
}

fn of(locale: &str) -> Reader {
    let locale = Some(locale.to_owned()).filter(|locale| !locale.is_empty());
    Reader::new(&Habits { locale, ..Habits::default() })
}

fn read(locale: &str, text: &str, now: &str) -> Option<Reading> {
    of(locale).read(text, local(now))
}

/// Strings that were seen on real pages.
#[test]
fn what_was_seen_on_real_pages_is_read() {
    for (locale, text, now, expected) in [
        ("en-US", "2:12 PM", "2026-02-02T20:00", "2026-02-02T14:12"),
        ("en-US", "Sun 9:00 AM", "2026-02-02T20:00", "2026-02-01T09:00"),
        ("en-US", "Mon 2/2/2026 2:12 PM", "2026-02-04T15:30", "2026-02-02T14:12"),
        ("en-US", "Fri 1/23", "2026-01-31T12:00", "2026-01-23"),
        ("cs-CZ", "Po 02.03.2026 9:23", "2026-03-04T12:00", "2026-03-02T09:23"),
        ("cs-CZ", "Po 9:23", "2026-03-04T12:00", "2026-03-02T09:23"),
        ("cs-CZ", "Čt 26.02", "2026-03-04T12:00", "2026-02-26"),
        ("zh-CN", "2025/12/22", "2026-03-04T12:00", "2025-12-22"),
        ("he-IL", "ג \u{200f}06/10/2026 01:16", "2026-10-08T12:00", "2026-10-06T01:16"),
        ("en-US", "16 Jun", "2026-06-20T12:00", "2026-06-16"),
        ("en-US", "Wed 8/19/2026 8:18 AM", "2026-08-20T12:00", "2026-08-19T08:18"),
        ("en-US", "Sunday, February 1, 2026 2:46 PM", "2026-02-04T15:30", "2026-02-01T14:46"),
    ] {
        let reading = read(locale, text, now).unwrap_or_else(|| panic!("{text}"));
        assert_eq!((reading.at, reading.confidence), (local(expected), Confidence::High), "{text}");
    }
}

#[test]
fn what_is_no_date_or_fits_no_time_that_is_past_is_not_read() {
    for (locale, text) in [
        ("en-US", "Mon 2/3/2026"),   // a Tuesday
        ("en-US", "Budget 10:30"),   // words of a subject
        ("en-US", "3/4/2026"),       // to come
        ("en-US", "Today 11:59 PM"), // to come
        ("en-US", "31/31/2026"),
        ("de-DE", "10:75"),
        ("de-DE", "Mo Di 14:46"),
        ("de-DE", "30.02.2025"),
        ("de-DE", "Mo"),
        ("de-DE", "12"),
        ("", "Xyz 14:46"),
        ("", ""),
    ] {
        assert_eq!(read(locale, text, "2026-02-04T15:30"), None, "{text}");
    }
}

/// Where two readings fit, both are named and neither is believed.
#[test]
fn two_readings_that_fit_are_both_told() {
    for (locale, text, other) in [
        ("en", "3/4/2025", ["2025-03-04", "2025-04-03"]),
        ("en-CA", "03/04/2025", ["2025-03-04", "2025-04-03"]),
        ("", "05-06-2024", ["2024-05-06", "2024-06-05"]),
        ("pt-PT", "22-01-24", ["2024-01-22", "2022-01-24"]),
    ] {
        let reading = read(locale, text, "2026-02-04T15:30").unwrap_or_else(|| panic!("{text}"));
        let mut told = vec![reading.at];
        told.extend(&reading.alternatives);
        assert!(other.iter().all(|other| told.contains(&local(other))), "{text}: {told:?}");
        assert_eq!(reading.confidence, Confidence::Low, "{text}");
    }
}

#[test]
fn pitfalls_of_the_facts() {
    for (locale, text, now, expected) in [
        ("en-US", "Wed 12/31", "2026-01-02T09:10", "2025-12-31"), // the year turns
        ("fi-FI", "ma 2.2", "2026-02-10T09:10", "2026-02-02"),    // a dot in dates
        ("fi-FI", "9.12", "2026-02-10T10:10", "2026-02-10T09:12"), // and in times
        ("th-TH", "อ. 26/3/2568 21:25", "2026-03-29T18:05", ""),  // no Tuesday
        ("th-TH", "พฤ. 26/3/2569 21:25", "2026-03-29T18:05", "2026-03-26T21:25"), // the Buddhist era
        ("th-TH", "26/3/69", "2026-03-29T18:05", "2026-03-26"),
        ("fr-FR", "mar. 24/03", "2026-03-29T18:05", "2026-03-24"), // Tuesday, not March
        ("es-ES", "24 mar 2026", "2026-03-29T18:05", "2026-03-24"), // March, not Tuesday
        ("it-IT", "Mar 10/mar", "2026-03-29T18:05", "2026-03-10"), // both
        ("vi-VN", "Th 2 2:46 CH", "2026-03-25T18:05", "2026-03-23T14:46"), // a number within the weekday
        ("tr-TR", "14:46 (Pzt)", "2026-03-25T18:05", "2026-03-23T14:46"), // the weekday behind
        ("tr-TR", "23 MAYIS 2025", "2026-03-25T18:05", "2025-05-23"), // İ, I, ı
        ("de-DE", "9. Marz 2025", "2026-03-25T18:05", "2025-03-09"), // without accents
        ("de-DE", "9. Ma\u{308}rz 2025", "2026-03-25T18:05", "2025-03-09"), // in pieces
        ("el-GR", "Δευ 2:46 μ.μ.", "2026-03-25T18:05", "2026-03-23T14:46"),
        ("ko-KR", "월 오후 2:46", "2026-03-25T18:05", "2026-03-23T14:46"), // Monday, not a month
        ("ja-JP", "12時45分", "2026-03-25T18:05", "2026-03-25T12:45"),
        ("es-ES", "12H45", "2026-03-25T18:05", "2026-03-25T12:45"),
        ("ar-SA", "٢٠٢٥-١٢-١٤", "2026-03-25T18:05", "2025-12-14"),
        ("en-US", "12:05 AM", "2026-03-25T18:05", "2026-03-25T00:05"),
        ("de-AT", "9. Jänner 2025", "2026-03-25T18:05", "2025-01-09"),
    ] {
        let read = read(locale, text, now).map(|reading| reading.at);
        assert_eq!(read, Some(expected).filter(|text| !text.is_empty()).map(local), "{text}");
    }
}

#[test]
fn just_after_midnight_both_days_are_kept() {
    for (text, expected, other) in [
        ("23:58", "2026-02-03T23:58", None),
        ("00:01", "2026-02-04T00:01", Some("2026-02-03T00:01")),
        ("Gestern 10:05", "2026-02-03T10:05", Some("2026-02-02T10:05")),
    ] {
        let reading = read("de-DE", text, "2026-02-04T00:02").unwrap_or_else(|| panic!("{text}"));
        assert_eq!(reading.at, local(expected), "{text}");
        assert_eq!(reading.alternatives, other.map(local).into_iter().collect::<Vec<_>>(), "{text}");
        assert_eq!(reading.confidence < Confidence::High, other.is_some(), "{text}");
    }
}

#[test]
fn todays_own_weekday_is_a_week_ago_and_hardly_believed() {
    let reading = read("en-US", "Wed 9:00 AM", "2026-02-04T15:30").expect("a reading");
    assert_eq!((reading.at, reading.confidence), (local("2026-01-28T09:00"), Confidence::Low));
}

#[test]
fn words_can_be_added() {
    let word =
        |meaning, shown: &str| DateWord { language: "cs".to_owned(), meaning, shown: shown.to_owned() };
    let habits = Habits {
        locale: Some("cs-CZ".to_owned()),
        words: vec![word("d1", "Pond"), word("r-1", "Minulý den")],
        ..Habits::default()
    };
    let now = local("2026-03-04T12:00");
    for (text, expected) in [("Pond. 9:23", "2026-03-02T09:23"), ("minulý den 9:23", "2026-03-03T09:23")] {
        assert_eq!(read("cs-CZ", text, "2026-03-04T12:00"), None, "{text}");
        assert_eq!(
            Reader::new(&habits).read(text, now).map(|reading| reading.at),
            Some(local(expected)),
            "{text}"
        );
    }
}

#[derive(Deserialize)]
struct List {
    locale: String,
    now: String,
    rows: Vec<(String, String, String)>,
}

fn lists() -> impl Iterator<Item = List> {
    let lines = include_str!("../../tests/data/dates/lists.jsonl").lines();
    lines.map(|line| serde_json::from_str(line).expect("a list"))
}

/// How many of the rows are right, and how many wrong ones were believed.
fn judge(read: impl Fn(&List) -> Vec<Option<Reading>>) -> (usize, usize, usize) {
    let (mut all, mut right, mut believed) = (0, 0, 0);
    for list in lists() {
        for ((text, expected, _), reading) in list.rows.iter().zip(read(&list)) {
            all += 1;
            let granularity = if expected.contains('T') { Granularity::Minute } else { Granularity::Day };
            match reading {
                Some(reading) if (reading.at, reading.granularity) == (local(expected), granularity) => {
                    right += 1;
                }
                Some(reading) if reading.confidence == Confidence::High => {
                    eprintln!("{} {text}: {reading:?}, not {expected}", list.locale);
                    believed += 1;
                }
                _ => eprintln!("{} {text}: not {expected}", list.locale),
            }
        }
    }
    (all, right, believed)
}

/// In per mille; the bars are those of the benchmark, `scripts/bench dates`.
#[test]
fn lists_of_thirty_cultures_are_read_row_by_row() {
    let (all, right, believed) = judge(|list| {
        let (reader, now) = (of(&list.locale), local(&list.now));
        list.rows.iter().map(|(text, ..)| reader.read(text, now)).collect()
    });
    assert_eq!(all, 6_000);
    assert!(right * 1_000 >= all * 998 && believed * 1_000 < all * 2, "{right} right, {believed} believed");
}

#[test]
fn lists_of_a_language_are_read_by_their_neighbours() {
    let (all, right, believed) = judge(|list| {
        let language = list.locale.split('-').next().expect("a language");
        let rows: Vec<_> = list.rows.iter().map(|(text, ..)| Row { text, header: None }).collect();
        of(language).read_list(&rows, local(&list.now))
    });
    assert!(right * 1_000 >= all * 995 && believed * 1_000 < all * 2, "{right} right, {believed} believed");
}

fn read_list(locale: &str, rows: &[(&str, Option<&str>)], now: &str) -> Vec<Option<NaiveDateTime>> {
    let rows: Vec<_> = rows.iter().map(|&(text, header)| Row { text, header }).collect();
    of(locale).read_list(&rows, local(now)).into_iter().map(|reading| Some(reading?.at)).collect()
}

#[test]
fn neighbours_settle_the_order_of_day_and_month() {
    let rows = ["5/12/2025", "3/12/2025", "28/11/2025", "2/11/2025"].map(|text| (text, None));
    let expected = ["2025-12-05", "2025-12-03", "2025-11-28", "2025-11-02"].map(|text| Some(local(text)));
    assert_eq!(read_list("en", &rows, "2026-02-04T15:30"), expected);
    // Pinned rows above, and a list that is sorted by the oldest first.
    let pinned = [("1/2/2024", None), ("12/5/2025", None), ("12/3/2025", None), ("11/28/2025", None)];
    let expected = ["2024-01-02", "2025-12-05", "2025-12-03", "2025-11-28"].map(|text| Some(local(text)));
    assert_eq!(read_list("en", &pinned, "2026-02-04T15:30"), expected);
    let mut oldest_first = rows;
    oldest_first.reverse();
    let expected = ["2025-11-02", "2025-11-28", "2025-12-03", "2025-12-05"].map(|text| Some(local(text)));
    assert_eq!(read_list("en", &oldest_first, "2026-02-04T15:30"), expected);
}

#[test]
fn headers_bound_their_rows() {
    let rows = [("4/1/2026", Some("Last month")), ("3/1/2026", Some("Last month"))];
    let expected = ["2026-01-04", "2026-01-03"].map(|text| Some(local(text)));
    assert_eq!(read_list("en", &rows, "2026-02-14T15:30"), expected);
    let rows = [("10:05", Some("Gestern")), ("Mo 10:05", Some("Diese Woche"))];
    let expected = ["2026-02-03T10:05", "2026-02-02T10:05"].map(|text| Some(local(text)));
    assert_eq!(read_list("de", &rows, "2026-02-04T00:30"), expected);
}

#[test]
fn a_list_without_anything_to_read_is_read() {
    assert_eq!(read_list("de", &[], "2026-02-04T15:30"), []);
    assert_eq!(read_list("de", &[("Budget", None)], "2026-02-04T15:30"), [None]);
    assert_eq!(read_list("", &[("Budget", None), ("14:46", None)], "2026-02-04T15:30").len(), 2);
}

/// More cases in scripts/soak.
fn cases() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases())]

    /// What a mailbox writes in one of its formats is the instant that it was written for.
    #[test]
    fn every_format_is_read_back(
        culture in prop::sample::select(tables::complete()),
        formats in any::<(prop::sample::Index, prop::sample::Index)>(),
        minutes in 0_i64..5 * 365 * 24 * 60,
        known in any::<bool>(),
    ) {
        let now = local("2026-02-04T15:30");
        let at = now - chrono::TimeDelta::minutes(minutes);
        let date = *formats.0.get(&culture.dates().collect::<Vec<_>>());
        let time = *formats.1.get(&culture.times().collect::<Vec<_>>());
        let habits = Habits {
            locale: Some(culture.tag.to_owned()),
            date_format: known.then(|| date.to_owned()),
            time_format: known.then(|| time.to_owned()),
            words: Vec::new(),
        };
        let reader = Reader::new(&habits);
        let title = render(culture.tag, &format!("ddd {date} {time}"), at);
        let whole = reader.read(&title, now).expect("an instant");
        prop_assert_eq!(whole.granularity, Granularity::Minute, "{}", title);
        // 21/10/23 and 23/10/21 are both Saturdays: without the format both are told.
        let told = whole.at == at || (!known && whole.alternatives.contains(&at));
        prop_assert!(told, "{}: {:?}", title, whole);
        let day = render(culture.tag, date, at);
        let alone = reader.read(&day, now).expect("a day");
        let told = alone.at.date() == at.date() || alone.alternatives.iter().any(|other| other.date() == at.date());
        prop_assert!(told, "{}: {:?}", day, alone);
        prop_assert!(!known || alone.at.date() == at.date(), "{}: {:?}", day, alone);
    }

    #[test]
    fn any_text_is_read_or_not(text in "\\PC{0,120}", locale in prop::sample::select(vec!["", "de-DE", "th", "ja-JP", "xx"])) {
        let now = local("2026-02-04T15:30");
        if let Some(reading) = of(locale).read(&text, now) {
            prop_assert!(reading.at <= now + chrono::TimeDelta::minutes(10));
        }
    }

    /// Texts that are nearly dates find their way further in.
    #[test]
    fn nothing_lies_in_the_future(text in "(Mo |Mar |Today |น |日 )?[0-9]{1,4}[./: -][0-9]{1,4}([./: -][0-9]{1,4}){0,3}( PM| h)?") {
        let now = local("2024-02-29T15:30");
        for locale in ["", "en", "fi-FI", "fr-FR", "th-TH"] {
            let reading = of(locale).read(&text, now);
            let all = reading.iter().flat_map(|reading| std::iter::once(&reading.at).chain(&reading.alternatives));
            for at in all {
                prop_assert!(*at <= now + chrono::TimeDelta::minutes(10), "{}", text);
            }
        }
    }
}
