//! What hangs on messages: written only where it differs.

use super::page::Upsert;
use crate::model::{AttachedKind, Attachment, MessageId};
use crate::store::column::{Word, rows_in};
use crate::store::{Result, Store, Tx, on, tx};
use std::collections::HashMap;

/// What hangs on messages, as `in_order` wants it.
const ATTACHMENTS: &str =
    "SELECT message_id, position, kind, item_id, name, content_type, size, content_id, is_inline, url
     FROM attachment WHERE message_id IN";

#[derive(sqlx::FromRow)]
struct AttachmentRow {
    message_id: Word<MessageId>,
    position: i64,
    kind: Word<AttachedKind>,
    item_id: Option<String>,
    name: Option<String>,
    content_type: Option<String>,
    size: Option<i64>,
    content_id: Option<String>,
    is_inline: bool,
    url: Option<String>,
}

impl From<AttachmentRow> for Attachment {
    fn from(row: AttachmentRow) -> Self {
        let AttachmentRow { item_id, name, content_type, size, content_id, is_inline, url, .. } = row;
        Self { item_id, kind: row.kind.0, name, content_type, size, content_id, is_inline, url }
    }
}

fn in_order(mut rows: Vec<AttachmentRow>) -> HashMap<MessageId, Vec<Attachment>> {
    rows.sort_by_key(|row| row.position);
    let mut attachments: HashMap<_, Vec<_>> = HashMap::new();
    for row in rows {
        attachments.entry(row.message_id.0.clone()).or_default().push(row.into());
    }
    attachments
}

/// What is stored of those messages of a page of which it says it.
pub(super) async fn stored(open: &mut Tx, upserts: &[Upsert]) -> Result<HashMap<MessageId, Vec<Attachment>>> {
    let saying = upserts.iter().filter(|upsert| upsert.sight.attachments.is_some());
    let wanted: Vec<&str> = saying.map(|upsert| upsert.id.as_str()).collect();
    Ok(in_order(rows_in!(tx(&mut *open), ATTACHMENTS, [], &wanted)))
}

/// Replaces what hangs on a message that is stored already.
pub(super) async fn replace(open: &mut Tx, id: &MessageId, attachments: &[Attachment]) -> Result<()> {
    tx!(&mut *open, execute sqlx::query("DELETE FROM attachment WHERE message_id = $1").bind(id.as_str()))?;
    for (position, one) in (0_i64..).zip(attachments) {
        tx!(&mut *open, execute sqlx::query(
            "INSERT INTO attachment
                 (message_id, position, kind, item_id, name, content_type, size, content_id, is_inline, url)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(id.as_str())
        .bind(position)
        .bind(one.kind.as_str())
        .bind(&one.item_id)
        .bind(&one.name)
        .bind(&one.content_type)
        .bind(one.size)
        .bind(&one.content_id)
        .bind(one.is_inline)
        .bind(&one.url))?;
    }
    Ok(())
}

impl Store {
    /// What hangs on a message, in order, as far as a look has said it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn attachments(&self, message: &MessageId) -> Result<Vec<Attachment>> {
        let wanted = [message.as_str()];
        let rows: Vec<AttachmentRow> = rows_in!(on(self), ATTACHMENTS, [], &wanted);
        Ok(in_order(rows).remove(message).unwrap_or_default())
    }
}
