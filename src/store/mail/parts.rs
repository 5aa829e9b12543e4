//! What of a message stands in tables of its own: its body and its recipients. Written only where it differs.

use super::page::Upsert;
use crate::model::{Address, Body, Message, MessageId, Recipient, RecipientKind, storable};
use crate::store::column::{Word, rows_in};
use crate::store::{Result, Tx, tx};
use std::collections::HashMap;

/// The recipients of messages, as `in_order` wants them.
pub(super) const RECIPIENTS: &str =
    "SELECT message_id, position, kind, name, address FROM recipient WHERE message_id IN";

#[derive(sqlx::FromRow)]
pub(super) struct RecipientRow {
    message_id: Word<MessageId>,
    position: i64,
    kind: Word<RecipientKind>,
    name: Option<String>,
    address: Option<String>,
}

/// The recipients of each message.
pub(super) fn in_order(mut rows: Vec<RecipientRow>) -> HashMap<MessageId, Vec<Recipient>> {
    rows.sort_by_key(|row| row.position);
    let mut recipients: HashMap<MessageId, Vec<Recipient>> = HashMap::new();
    for row in rows {
        let address = Address { name: row.name, address: row.address };
        recipients.entry(row.message_id.0).or_default().push(Recipient { kind: row.kind.0, address });
    }
    recipients
}

/// The stored recipients of those messages of a page of which it says any.
pub(super) async fn stored_recipients(
    open: &mut Tx,
    upserts: &[Upsert],
) -> Result<HashMap<MessageId, Vec<Recipient>>> {
    let saying = upserts.iter().filter(|upsert| upsert.sight.recipients.is_some());
    let wanted: Vec<&str> = saying.map(|upsert| upsert.id.as_str()).collect();
    Ok(in_order(rows_in!(tx(&mut *open), RECIPIENTS, [], &wanted)))
}

/// Writes the body of a message that is stored already. Whether it differed.
pub(super) async fn write_body(open: &mut Tx, id: &MessageId, body: &Body) -> Result<bool> {
    let rows = tx!(open, execute sqlx::query(
        "INSERT INTO message_body AS b (message_id, kind, content, truncated) VALUES ($1, $2, $3, $4)
         ON CONFLICT (message_id) DO UPDATE
         SET kind = excluded.kind, content = excluded.content, truncated = excluded.truncated
         WHERE (b.kind, b.content, b.truncated) IS DISTINCT FROM (excluded.kind, excluded.content, excluded.truncated)",
    )
    .bind(id.as_str())
    .bind(body.kind.as_str())
    .bind(storable(&body.content))
    .bind(body.truncated))?;
    Ok(rows > 0)
}

/// Replaces the recipients of a message that is stored already.
pub(super) async fn write_recipients(open: &mut Tx, message: &Message) -> Result<()> {
    let id = &message.id;
    tx!(&mut *open, execute sqlx::query("DELETE FROM recipient WHERE message_id = $1").bind(id.as_str()))?;
    for (position, recipient) in (0_i64..).zip(&message.recipients) {
        insert_recipient(open, id, position, recipient).await?;
    }
    Ok(())
}

async fn insert_recipient(open: &mut Tx, id: &MessageId, position: i64, recipient: &Recipient) -> Result<()> {
    tx!(open, execute sqlx::query(
        "INSERT INTO recipient (message_id, position, kind, name, address) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(id.as_str())
    .bind(position)
    .bind(recipient.kind.as_str())
    .bind(&recipient.address.name)
    .bind(&recipient.address.address))?;
    Ok(())
}
