use super::*;
use crate::model::{MailboxSettings, Precision};
use crate::owa::session::Identity;
use crate::testing::a_wednesday as now;

fn american() -> MailboxDates {
    let settings = MailboxSettings {
        culture: Some("en-US".to_owned()),
        time_zone: Some("Eastern Standard Time".to_owned()),
        date_format: Some("M/d/yyyy".to_owned()),
        time_format: Some("h:mm tt".to_owned()),
    };
    let identity = Identity {
        address: "ann@example.com".to_owned(),
        tenant: None,
        display_name: None,
        settings,
        inbox_id: None,
    };
    identity.dates(&[]).expect("a zone")
}

fn row(label: &str, parts: &[(&str, Option<&str>)]) -> RawRow {
    let parts = parts
        .iter()
        .map(|(text, title)| RowText { text: (*text).to_owned(), title: title.map(str::to_owned) });
    RawRow {
        id: "AQAA=".to_owned(),
        conversation: Some("AAQk=".to_owned()),
        label: label.to_owned(),
        group: None,
        parts: parts.collect(),
    }
}

fn shown(raw: RawRow) -> Sight {
    one(raw, Some(&american()), false)
}

fn one(raw: RawRow, dates: Option<&MailboxDates>, sent: bool) -> Sight {
    read(vec![raw], dates, sent, now()).remove(0)
}

#[test]
fn a_row_of_a_newer_build() {
    let read = shown(row(
        "Unread Collapsed Has attachments Katie Example Lanterns for the fair Sun 4:42 PM We have found twelve",
        &[
            ("KE", None),
            ("\u{e73e}", None),
            ("Katie Example", Some("katie@example.com")),
            ("Lanterns for the fair", None),
            ("Sun 4:42 PM", Some("Sun 2/1/2026 4:42 PM")),
            ("We have found twelve", None),
        ],
    ));
    assert_eq!(read.key, None);
    assert_eq!(read.subject.as_deref(), Some("Lanterns for the fair"));
    assert_eq!(read.preview.as_deref(), Some("We have found twelve"));
    assert_eq!(
        read.from,
        Some(Address {
            name: Some("Katie Example".to_owned()),
            address: Some("katie@example.com".to_owned())
        })
    );
    let received = read.received.expect("a date");
    assert_eq!(received.at.to_rfc3339(), "2026-02-01T21:42:00+00:00");
    assert_eq!(received.precision, Precision::Minute);
    assert_eq!((read.is_read, read.has_attachments), (Some(false), Some(true)));
}

#[test]
fn a_subject_that_looks_like_a_date_stays_the_subject() {
    let read = shown(row(
        "Ann Example 2/2/2026 9:15 AM see you then",
        &[
            ("Ann Example", Some("ann@example.com")),
            ("2/2/2026", None),
            ("9:15 AM", Some("Wed 2/4/2026 9:15 AM")),
            ("see you then", None),
        ],
    ));
    assert_eq!(read.subject.as_deref(), Some("2/2/2026"));
    assert_eq!(read.received.map(|at| at.at.to_rfc3339()), Some("2026-02-04T14:15:00+00:00".to_owned()));
    assert_eq!(read.is_read, Some(true));
    assert_eq!(read.has_attachments, None, "a build may have no word for them");
}

#[test]
fn of_several_senders_none_is_named() {
    let read = shown(row(
        "Ann Example; Bob Example Kites 9:15 AM up",
        &[("Ann Example; Bob Example", None), ("Kites", None), ("9:15 AM", None), ("up", None)],
    ));
    assert_eq!(read.from, None);
    assert_eq!(read.subject.as_deref(), Some("Kites"));
}

#[test]
fn recipients_of_sent_items_are_not_senders() {
    let parts = [("Ann Example", Some("ann@example.com")), ("Kites", None), ("9:15 AM", None), ("up", None)];
    let read = one(row("Ann Example Kites 9:15 AM up", &parts), Some(&american()), true);
    assert_eq!(read.from, None);
    assert_eq!(read.subject.as_deref(), Some("Kites"));
}

#[test]
fn without_formats_there_is_no_date_and_no_flag() {
    let parts = [("Ann Example", Some("ann@example.com")), ("Drachen", None)];
    let read = one(row("Ungelesen Ann Example Drachen 09:15 los", &parts), None, false);
    assert_eq!((read.received, read.is_read, read.has_attachments), (None, None, None));
    assert_eq!(read.subject.as_deref(), Some("Drachen"));
}

#[test]
fn nonsense_is_read_without_harm() {
    let read = shown(row("\u{200f}", &[("\u{e73e}", None), ("é", Some("é")), ("@", Some("@"))]));
    assert_eq!(read.received, None);
}

#[test]
fn a_date_that_stands_in_the_label_alone_is_read_between_the_known_texts() {
    let parts = [("Ann Example", Some("ann@example.com")), ("2/2/2026 9:00 AM", Some("")), ("see you", None)];
    let read = shown(row("Unread Ann Example 2/2/2026 9:00 AM Mon 9:15 AM see you", &parts[..1]));
    assert_eq!(read.received, None, "without known texts nothing tells the date from a subject");
    let parts = [("Ann Example", Some("ann@example.com")), ("Kites on 2/2/2026", None), ("see you", None)];
    let read = shown(row("Unread Ann Example Kites on 2/2/2026 Mon 9:15 AM see you", &parts));
    assert_eq!(read.received.map(|at| at.at.to_rfc3339()), Some("2026-02-02T14:15:00+00:00".to_owned()));
    assert_eq!(read.subject.as_deref(), Some("Kites on 2/2/2026"));
}

#[test]
fn rows_of_a_list_settle_each_others_dates() {
    let mut dates = american();
    let habits = crate::dates::Habits { locale: Some("en".to_owned()), ..Default::default() };
    dates.reader.reader = crate::dates::Reader::new(&habits);
    let texts = ["5/12/2025", "3/12/2025", "28/11/2025"];
    let rows = texts.map(|text| {
        row(&format!("Ann Kites {text} up"), &[("Ann", None), ("Kites", None), (text, None), ("up", None)])
    });
    let read = read(rows.to_vec(), Some(&dates), false, now());
    let days: Vec<_> =
        read.iter().filter_map(|row| Some(row.received?.at.date_naive().to_string())).collect();
    assert_eq!(days, ["2025-12-05", "2025-12-03", "2025-11-28"]);
    let alone = one(rows[0].clone(), Some(&dates), false);
    assert_eq!(alone.received, None, "alone it could be either");
}
