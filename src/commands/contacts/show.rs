//! `contacts show`: one with all that is written on it.

use super::conflicts::said;
use crate::cli::ContactArg;
use crate::commands::output::{Output, table};
use crate::commands::{Outcome, operator, with_database};
use crate::config::Config;
use crate::desk::{ContactDetail, ContactShown, GaveWay, ParkedContactDetail, PhotoShown, Schema};
use crate::error::Exit;
use crate::model::{CardField, Side};
use chrono::{DateTime, Utc};

pub(super) async fn show(config: &Config, args: &ContactArg, output: Output) -> Outcome {
    let found = with_database(config, Schema::Keep, async |database| {
        Ok(database.contact_shown(&operator(), &args.contact).await?)
    });
    output.value(&found.await?, shown)?;
    Ok(Exit::Success)
}

fn shown(shown: &ContactShown) -> String {
    let mut rows = card(&shown.contact);
    rows.extend(shown.parked.iter().map(|parked| vec!["not sent".to_owned(), kept_back(parked)]));
    rows.extend(photo(&shown.photo).map(|said| vec!["photo".to_owned(), said]));
    rows.extend(shown.conflict.iter().flat_map(said).map(|said| vec!["conflict".to_owned(), said]));
    rows.extend(shown.no_room.iter().map(|(member, left)| {
        let member = member.as_str().replace('_', " ");
        vec!["no room in Outlook".to_owned(), format!("{member}: {}", left.join(", "))]
    }));
    rows.extend(shown.gave_way.iter().map(gave_way));
    table(&rows)
}

/// What the photo is, and what becomes of it; `None` where there is none, and none was taken away.
fn photo(shown: &PhotoShown) -> Option<String> {
    let PhotoShown { media_type, bytes, waits_since, code, message, next_try_at } = shown;
    let file = media_type.as_ref().zip(*bytes).map(|(kind, bytes)| format!("{kind}, {bytes} bytes"));
    let waits = waits_since.map(|since| format!("to go out since {}", at(since)));
    let file = file.or_else(|| waits.is_some().then(|| "none, taken away here".to_owned()))?;
    let refused = code.as_ref().map(|code| {
        let again = next_try_at.map(|again| format!(", tried again at {}", at(again))).unwrap_or_default();
        format!("not sent: {code}: {}{again}", message.as_deref().unwrap_or_default())
    });
    Some([Some(file), waits, refused].into_iter().flatten().collect::<Vec<_>>().join("; "))
}

/// Why a contact does not go out as it stands, and what sends it.
pub(in crate::commands) fn kept_back(parked: &ParkedContactDetail) -> String {
    let ParkedContactDetail { code, message, next_try_at, .. } = parked;
    let next = match (code.as_str(), next_try_at) {
        ("rejected", _) => {
            "`outlook-syncd contacts brake approve ACCOUNT --rejected` lets it out, a change of it too"
                .to_owned()
        }
        (_, Some(again)) => format!("tried again at {}", at(*again)),
        (_, None) => {
            "`outlook-syncd contacts retry ACCOUNT` sends it once more, a change of it too".to_owned()
        }
    };
    format!("{code}: {message}; {next}")
}

fn at(at: DateTime<Utc>) -> String {
    at.format("%F %T UTC").to_string()
}

/// A value that gave way, whose it was, and by what it is taken back.
fn gave_way(gave_way: &GaveWay) -> Vec<String> {
    let GaveWay { write, at, member, side, value } = gave_way;
    let whose = match side {
        Side::Ours => "here",
        Side::Theirs => "in Outlook",
    };
    let said = format!("{value} {whose}, until {}: undo --write {write}", self::at(*at));
    vec![format!("{} gave way", member.as_str().replace('_', " ")), said]
}

/// A line for each value on it, and for what is known of it.
fn card(contact: &ContactDetail) -> Vec<Vec<String>> {
    let field = |field: CardField| {
        let values = field.values(&contact.card);
        values.into_iter().map(move |value| vec![field.word().replace('_', " "), value])
    };
    let known = [
        ("external id", contact.external_id.clone()),
        ("changed", Some(at(contact.changed_at))),
        ("to go out since", contact.edited_at.map(at)),
        ("gone since", contact.gone_at.map(at)),
        ("revision", Some(contact.revision.to_string())),
        ("id", Some(contact.id.to_string())),
    ];
    let known = known.into_iter().filter_map(|(what, value)| Some(vec![what.to_owned(), value?]));
    CardField::all().flat_map(field).chain(known).collect()
}
