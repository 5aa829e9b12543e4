//! Writing contacts: those that are new by many rows at once, those that differ one by one.

use super::insert::{insert_rows, insert_text, pieces};
use super::parts::{insert_parts, replace_parts};
use crate::model::{AccountId, Card, CardText, ContactForms, ContactId};
use crate::store::column::{json, millis};
use crate::store::{Result, Tx, tx};
use chrono::{DateTime, Utc};
use sqlx::AssertSqlSafe;

/// A contact to be written: no text of it has U+0000.
pub(super) struct Writing<'a> {
    pub(super) id: &'a ContactId,
    pub(super) card: Card,
    /// One for each address and number of the card.
    pub(super) forms: ContactForms,
    /// When it was changed here, while some of that is left to go out.
    pub(super) edited_at: Option<DateTime<Utc>>,
}

/// What of a card stands in the row of its contact, in the order of `card_columns`.
struct CardValues<'a> {
    texts: [Option<&'a String>; CardText::ALL.len()],
    others: [Option<String>; 6],
}

/// Binds the values of a card to a statement that has places for `card_columns`, of whichever database.
macro_rules! bind_card {
    ($query:expr, $values:expr) => {{
        let mut query = $query;
        for text in &$values.texts {
            query = query.bind(*text);
        }
        for other in &$values.others {
            query = query.bind(other);
        }
        query
    }};
}

fn card_columns() -> impl Iterator<Item = &'static str> {
    let others = ["birthday", "im_addresses", "children", "categories", "listed_as", "searched"];
    CardText::ALL.into_iter().map(CardText::as_str).chain(others)
}

/// What `bind_card` fills in, as an UPDATE has it, from that place on.
fn assignments(first: usize) -> String {
    let columns = (first..).zip(card_columns()).map(|(place, column)| format!("{column} = ${place}"));
    columns.collect::<Vec<_>>().join(", ")
}

impl<'a> CardValues<'a> {
    fn of(card: &'a Card) -> Result<Self> {
        let others = [
            card.birthday.map(|day| day.to_string()),
            Some(json(&card.im_addresses)?),
            Some(json(&card.children)?),
            Some(json(&card.categories)?),
            Some(card.listed_as()),
            Some(card.searched()),
        ];
        Ok(Self { texts: CardText::ALL.map(|text| card.texts.get(&text)), others })
    }
}

/// Writes contacts that are new.
pub(super) async fn insert_contacts(
    open: &mut Tx,
    account: &AccountId,
    contacts: &[Writing<'_>],
    now: DateTime<Utc>,
) -> Result<()> {
    let own = ["id", "account_id", "edited_at", "created_at", "changed_at", "revision"];
    let columns: Vec<_> = own.into_iter().chain(card_columns()).collect();
    let mut rows = Vec::with_capacity(contacts.len());
    for contact in contacts {
        rows.push((contact, CardValues::of(&contact.card)?));
    }
    let now = now.timestamp_millis();
    insert_rows!(open, "contact", &columns, &rows, |query, row| {
        let (contact, values) = row;
        query = query
            .bind(contact.id.as_str())
            .bind(account.as_str())
            .bind(millis(contact.edited_at))
            .bind(now)
            .bind(now)
            .bind(1_i64);
        bind_card!(query, values)
    });
    insert_parts(open, contacts).await
}

/// Writes a card over that of a contact, which is not gone then, with its parts. Whether it still had that
/// revision; else nothing is written.
pub(super) async fn save_contact(
    open: &mut Tx,
    contact: &Writing<'_>,
    revision: i64,
    now: DateTime<Utc>,
) -> Result<bool> {
    let set = assignments(5);
    let text = format!(
        "UPDATE contact SET edited_at = $3, changed_at = $4, revision = revision + 1, gone_at = NULL, {set}
         WHERE id = $1 AND revision = $2"
    );
    let values = CardValues::of(&contact.card)?;
    let saved = tx!(&mut *open, execute {
        let query = sqlx::query(AssertSqlSafe(text))
            .bind(contact.id.as_str())
            .bind(revision)
            .bind(millis(contact.edited_at))
            .bind(now.timestamp_millis());
        bind_card!(query, values)
    })?;
    if saved == 0 {
        return Ok(false);
    }
    replace_parts(open, contact).await?;
    Ok(true)
}

/// Writes the texts of a card over those of a contact, whether that is gone or not.
pub(super) async fn save_texts(
    open: &mut Tx,
    contact: &ContactId,
    card: &Card,
    now: DateTime<Utc>,
) -> Result<()> {
    let set = assignments(3);
    let text = format!("UPDATE contact SET changed_at = $2, revision = revision + 1, {set} WHERE id = $1");
    let values = CardValues::of(card)?;
    tx!(open, execute {
        let query =
            sqlx::query(AssertSqlSafe(text)).bind(contact.as_str()).bind(now.timestamp_millis());
        bind_card!(query, values)
    })?;
    Ok(())
}

/// Writes whether some of a contact is left to go out. Whether it still had that revision.
pub(super) async fn save_edited(open: &mut Tx, contact: &Writing<'_>, revision: i64) -> Result<bool> {
    let saved = tx!(open, execute sqlx::query("UPDATE contact SET edited_at = $3 WHERE id = $1 AND revision = $2")
        .bind(contact.id.as_str())
        .bind(revision)
        .bind(millis(contact.edited_at)))?;
    Ok(saved > 0)
}
