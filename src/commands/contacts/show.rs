//! `contacts show`: one with all that is written on it.

use crate::cli::ContactArg;
use crate::commands::output::{Output, table};
use crate::commands::{Outcome, with_database};
use crate::config::Config;
use crate::desk::{ContactDetail, Schema};
use crate::error::Exit;
use crate::model::{Actor, CardField};
use chrono::{DateTime, Utc};

pub(super) async fn show(config: &Config, args: &ContactArg, output: Output) -> Outcome {
    let found = with_database(config, Schema::Keep, async |database| {
        Ok(database.contact_named(&Actor::command_line(), &args.contact).await?)
    });
    output.value(&ContactDetail::from(found.await?), card)?;
    Ok(Exit::Success)
}

/// A line for each value on it, and for what is known of it.
fn card(contact: &ContactDetail) -> String {
    let field = |field: CardField| {
        let values = field.values(&contact.card);
        values.into_iter().map(move |value| vec![field.word().replace('_', " "), value])
    };
    let at = |at: DateTime<Utc>| at.format("%F %T UTC").to_string();
    let known = [
        ("external id", contact.external_id.clone()),
        ("changed", Some(at(contact.changed_at))),
        ("to go out since", contact.edited_at.map(at)),
        ("gone since", contact.gone_at.map(at)),
        ("revision", Some(contact.revision.to_string())),
        ("id", Some(contact.id.to_string())),
    ];
    let known = known.into_iter().filter_map(|(what, value)| Some(vec![what.to_owned(), value?]));
    table(&CardField::all().flat_map(field).chain(known).collect::<Vec<_>>())
}
