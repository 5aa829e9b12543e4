//! `contacts list`: those that are stored.

use crate::cli::ContactsArgs;
use crate::commands::output::{Output, say, table};
use crate::commands::{Outcome, operator, with_database};
use crate::config::Config;
use crate::desk::{ContactDetail, Schema};
use crate::error::Exit;
use crate::model::CardText;
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
        let one_more = limit.saturating_add(1);
        Ok(database.contacts(&operator(), account.as_deref(), search, one_more).await?)
    });
    let mut found = found.await?;
    let is_cut = found.len() > *limit as usize;
    found.truncate(*limit as usize);
    let contacts = found.into_iter().map(ContactDetail::from).collect();
    output.value(&ContactsShown { contacts }, |ContactsShown { contacts }| {
        let mut rows = vec![["NAME", "COMPANY", "E-MAIL", "PHONE", "ID"].map(str::to_owned).to_vec()];
        rows.extend(contacts.iter().map(row));
        table(&rows)
    })?;
    if is_cut {
        say(&format!("{limit} are shown, and there are more: --limit takes a larger number"));
    }
    Ok(Exit::Success)
}

fn row(contact: &ContactDetail) -> Vec<String> {
    let card = &contact.card;
    // Outlook makes the display name of these once it has the contact.
    let parts = [CardText::GivenName, CardText::Surname].map(|part| card.text(part)).join(" ");
    let name = Some(card.text(CardText::DisplayName)).filter(|name| !name.is_empty());
    let texts = [
        name.unwrap_or(parts.trim()),
        card.text(CardText::CompanyName),
        card.emails.first().map_or("", |email| &email.address),
        card.phones.first().map_or("", |phone| &phone.number),
        contact.id.as_str(),
    ];
    let cut = |text: &str| text.chars().take(LONGEST).collect();
    texts.map(|text| if text.is_empty() { "-".to_owned() } else { cut(text) }).to_vec()
}
