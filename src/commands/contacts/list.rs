//! `contacts list`: those that are stored.

use crate::cli::ContactsArgs;
use crate::commands::output::{Output, table};
use crate::commands::{Outcome, with_database};
use crate::config::Config;
use crate::desk::{ContactDetail, Schema};
use crate::error::Exit;
use crate::model::{Actor, CardText};
use serde::Serialize;

/// A text longer than this is cut in the table.
const LONGEST: usize = 40;

/// What the command prints.
#[derive(Debug, Serialize)]
struct ContactsShown {
    contacts: Vec<ContactDetail>,
}

pub(super) async fn list(config: &Config, args: &ContactsArgs, output: Output) -> Outcome {
    let ContactsArgs { account, search, limit } = args;
    let found = with_database(config, Schema::Keep, async |database| {
        Ok(database.contacts(&Actor::command_line(), account.as_deref(), search, *limit).await?)
    });
    let contacts = found.await?.into_iter().map(ContactDetail::from).collect();
    output.value(&ContactsShown { contacts }, |ContactsShown { contacts }| {
        let mut rows = vec![["NAME", "COMPANY", "E-MAIL", "PHONE", "ID"].map(str::to_owned).to_vec()];
        rows.extend(contacts.iter().map(row));
        table(&rows)
    })?;
    Ok(Exit::Success)
}

fn row(contact: &ContactDetail) -> Vec<String> {
    let card = &contact.card;
    let texts = [
        card.text(CardText::DisplayName),
        card.text(CardText::CompanyName),
        card.emails.first().map_or("", |email| &email.address),
        card.phones.first().map_or("", |phone| &phone.number),
        contact.id.as_str(),
    ];
    let cut = |text: &str| text.chars().take(LONGEST).collect();
    texts.map(|text| if text.is_empty() { "-".to_owned() } else { cut(text) }).to_vec()
}
