//! What of a message stands in tables of its own: its body and its recipients. Written only where it differs.

use super::record::storable;
use crate::model::{Address, Body, Detail, MessageId, Recipient, RecipientKind};
use crate::store::column::Word;
use crate::store::{Result, Tx, tx};

#[derive(sqlx::FromRow)]
pub(super) struct RecipientRow {
    pub(super) message_id: Word<MessageId>,
    pub(super) position: i64,
    kind: Word<RecipientKind>,
    name: Option<String>,
    address: Option<String>,
}

impl From<RecipientRow> for Recipient {
    fn from(row: RecipientRow) -> Self {
        Self { kind: row.kind.0, address: Address { name: row.name, address: row.address } }
    }
}

/// Writes body and recipients of a message that is stored already. Whether anything differed.
pub(super) async fn write(open: &mut Tx, id: &MessageId, detail: &Detail) -> Result<bool> {
    let body = match &detail.body {
        Some(body) => write_body(open, id, body).await?,
        None => false,
    };
    Ok(write_recipients(open, id, &detail.recipients).await? || body)
}

async fn write_body(open: &mut Tx, id: &MessageId, body: &Body) -> Result<bool> {
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

async fn write_recipients(open: &mut Tx, id: &MessageId, recipients: &[Recipient]) -> Result<bool> {
    let stored: Vec<RecipientRow> = tx!(&mut *open, db => sqlx::query_as(
        "SELECT message_id, position, kind, name, address FROM recipient WHERE message_id = $1 ORDER BY position",
    )
    .bind(id.as_str())
    .fetch_all(db)
    .await)?;
    let stored: Vec<Recipient> = stored.into_iter().map(Recipient::from).collect();
    let wanted: Vec<Recipient> = recipients.iter().map(storable_recipient).collect();
    if stored == wanted {
        return Ok(false);
    }
    tx!(&mut *open, execute sqlx::query("DELETE FROM recipient WHERE message_id = $1").bind(id.as_str()))?;
    for (position, recipient) in (0_i64..).zip(&wanted) {
        insert_recipient(open, id, position, recipient).await?;
    }
    Ok(true)
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

fn storable_recipient(recipient: &Recipient) -> Recipient {
    let Address { name, address } = &recipient.address;
    let address = Address { name: name.as_deref().map(storable), address: address.as_deref().map(storable) };
    Recipient { kind: recipient.kind, address }
}
