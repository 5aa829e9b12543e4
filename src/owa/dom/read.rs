//! From what a row shows to what it says. Pure.
//!
//! A row has no names for its parts, and its classes change with every build. What is steady: the label that
//! is read out has sender, subject, date and preview in this order; the sender's title is an address; the
//! date's title, or text, is a date.

use super::date::{self, Found};
use super::row::{RawRow, RowText};
use super::words;
use crate::model::{Address, Depth, Sight};
use crate::owa::session::MailboxDates;
use chrono::{DateTime, Utc};

/// What the rows of a list say, read at `now`. Without `dates` no date is read; in Sent items (`sent`) the
/// names are of recipients.
pub(in crate::owa) fn read(
    mut rows: Vec<RawRow>,
    dates: Option<&MailboxDates>,
    sent: bool,
    now: DateTime<Utc>,
) -> Vec<Sight> {
    for row in &mut rows {
        // Icons are letters of private fonts.
        row.parts.retain(|part| part.text.chars().any(|c| !is_icon(c)));
    }
    let found = dates.map(|dates| date::find(&rows, &dates.reader, now)).unwrap_or_default();
    let language = dates.and_then(|dates| dates.language.as_deref());
    let mut found = found.into_iter();
    rows.into_iter().map(|row| read_row(row, found.next().unwrap_or_default(), language, sent)).collect()
}

fn read_row(raw: RawRow, date: Found, language: Option<&str>, sent: bool) -> Sight {
    let parts = raw.parts;
    let senders: Vec<_> = parts.iter().filter(|part| part.address().is_some()).collect();
    let rest: Vec<&RowText> = parts
        .iter()
        .enumerate()
        .filter(|(index, part)| date.part != Some(*index) && part.address().is_none())
        .map(|(_, part)| part)
        .collect();
    let date_text = date.part.map(|index| parts[index].text.as_str());
    let placed = date_text.and_then(|text| around(&raw.label, text, &rest));
    let (subject, preview) = placed.unwrap_or_else(|| in_order(&rest, senders.is_empty()));
    let head = head(&raw.label, senders.first().map_or(subject.as_deref(), |part| Some(part.text.as_str())));
    let flags = language.and_then(|language| words::flags(head, language));
    Sight {
        depth: Depth::Shown,
        conversation_id: raw.conversation,
        from: if sent { None } else { sender(&senders, &rest, subject.as_deref()) },
        subject,
        received: date.instant,
        is_read: flags.map(|flags| !flags.unread),
        has_attachments: flags.and_then(|flags| flags.attachments),
        preview,
        ..Sight::default()
    }
}

fn is_icon(c: char) -> bool {
    matches!(c, '\u{e000}'..='\u{f8ff}') || c.is_whitespace()
}

/// Subject and preview are the parts that stand in the label directly before and after the date.
fn around(label: &str, date: &str, rest: &[&RowText]) -> Option<(Option<String>, Option<String>)> {
    label.match_indices(date).find_map(|(at, _)| {
        let (before, after) = (label[..at].trim_end(), label[at + date.len()..].trim_start());
        let subject =
            rest.iter().filter(|part| before.ends_with(&part.text)).max_by_key(|part| part.text.len())?;
        let preview =
            rest.iter().filter(|part| after.starts_with(&part.text)).max_by_key(|part| part.text.len());
        Some((Some(subject.text.clone()), preview.map(|part| part.text.clone())))
    })
}

/// Without a label that helps: subject and preview follow the sender.
fn in_order(rest: &[&RowText], sender_first: bool) -> (Option<String>, Option<String>) {
    let mut texts = rest.iter().skip(usize::from(sender_first)).map(|part| part.text.clone());
    (texts.next(), texts.next())
}

/// One name is the sender; of a thread's several it is not said which wrote last.
fn sender(titled: &[&RowText], rest: &[&RowText], subject: Option<&str>) -> Option<Address> {
    match titled {
        [one] if !one.text.contains("; ") => {
            let address = one.address().map(str::to_owned);
            let name = Some(one.text.clone()).filter(|name| Some(name) != address.as_ref());
            Some(Address { name, address })
        }
        [_, ..] => None,
        [] => {
            let before = rest.iter().take_while(|part| Some(part.text.as_str()) != subject);
            let name = before.last().map(|part| part.text.clone()).filter(|name| !name.contains("; "))?;
            Some(Address { name: Some(name), address: None })
        }
    }
}

/// The label up to the sender.
fn head<'a>(label: &'a str, until: Option<&str>) -> &'a str {
    until.and_then(|text| label.find(text)).map_or("", |at| &label[..at])
}

#[cfg(test)]
mod tests;
