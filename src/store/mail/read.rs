//! Reading mail back.

use super::parts::RecipientRow;
use super::record::{Record, record_columns};
use crate::model::{AccountId, Body, BodyKind, Folder, MessageId, Recipient, StoredMessage};
use crate::store::column::{Word, rows_in};
use crate::store::{Result, Store, on};
use chrono::{DateTime, Utc};
use sqlx::AssertSqlSafe;
use std::collections::HashMap;

/// Which messages to read, newest first.
#[derive(Debug, Clone, Default)]
pub struct MessageQuery {
    /// Of this account only.
    pub account: Option<AccountId>,
    /// Of accounts of this owner only.
    pub owner: Option<String>,
    /// In this folder only.
    pub folder: Option<Folder>,
    /// Arrived at or after this instant.
    pub since: Option<DateTime<Utc>>,
    /// At most so many.
    pub limit: u32,
    /// Only those that come after this message: its instant (ms UTC, 0 where it has none) and its id.
    pub after: Option<(i64, MessageId)>,
}

#[derive(sqlx::FromRow)]
struct MessageRow {
    account_id: Word<AccountId>,
    has_body: bool,
    #[sqlx(flatten)]
    record: Record,
}

impl MessageRow {
    fn into_message(self, recipients: Vec<Recipient>) -> StoredMessage {
        let record = self.record;
        StoredMessage {
            from: record.from(),
            received: record.received(),
            id: record.id.0,
            account_id: self.account_id.0,
            folder: record.folder.0,
            subject: record.subject.unwrap_or_default(),
            recipients,
            internet_message_id: record.internet_message_id,
            conversation_id: record.conversation_id,
            is_read: record.is_read,
            has_attachments: record.has_attachments,
            preview: record.preview,
            has_body: self.has_body,
            tier: record.tier.0,
            provisional: record.provisional,
        }
    }
}

#[derive(sqlx::FromRow)]
struct BodyRow {
    kind: Word<BodyKind>,
    content: String,
    truncated: bool,
}

impl Store {
    /// Messages, the newest first; those of which no date is known come last.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn messages(&self, query: &MessageQuery) -> Result<Vec<StoredMessage>> {
        let (at, id) = query.after.as_ref().map(|(at, id)| (*at, id.as_str())).unzip();
        let rows: Vec<MessageRow> = on!(self, db => sqlx::query_as(AssertSqlSafe(text_of(query)))
            .bind(i64::from(query.limit))
            .bind(query.account.as_ref().map(AccountId::as_str))
            .bind(query.folder.map(Folder::as_str))
            .bind(query.since.map(|since| since.timestamp_millis()))
            .bind(at)
            .bind(id)
            .bind(&query.owner)
            .fetch_all(db)
            .await)?;
        let mut recipients = self.recipients(&rows).await?;
        let with_recipients = |row: MessageRow| {
            let recipients = recipients.remove(&row.record.id.0).unwrap_or_default();
            row.into_message(recipients)
        };
        Ok(rows.into_iter().map(with_recipients).collect())
    }

    async fn recipients(&self, rows: &[MessageRow]) -> Result<HashMap<MessageId, Vec<Recipient>>> {
        let wanted: Vec<&str> = rows.iter().map(|row| row.record.id.0.as_str()).collect();
        let mut rows: Vec<RecipientRow> = rows_in!(
            on(self),
            "SELECT message_id, position, kind, name, address FROM recipient WHERE message_id IN",
            [],
            &wanted
        );
        rows.sort_by_key(|row| row.position);
        let mut recipients: HashMap<MessageId, Vec<Recipient>> = HashMap::new();
        for row in rows {
            recipients.entry(row.message_id.0.clone()).or_default().push(row.into());
        }
        Ok(recipients)
    }

    /// The body of a message, if it was fetched. Its HTML is hostile input.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn body(&self, message: &MessageId) -> Result<Option<Body>> {
        let row: Option<BodyRow> = on!(self, db => sqlx::query_as(
            "SELECT kind, content, truncated FROM message_body WHERE message_id = $1",
        )
        .bind(message.as_str())
        .fetch_optional(db)
        .await)?;
        Ok(row.map(|row| Body { kind: row.kind.0, content: row.content, truncated: row.truncated }))
    }
}

/// Only the conditions that are asked for stand in the text: with all of them, and nulls, no index would be used.
fn text_of(query: &MessageQuery) -> String {
    let conditions = [
        (query.account.is_some(), "m.account_id = $2"),
        (query.folder.is_some(), "m.folder = $3"),
        (query.since.is_some(), "m.listed_at >= $4"),
        (query.owner.is_some(), "m.account_id IN (SELECT id FROM account WHERE owner = $7)"),
        (query.after.is_some(), "(m.listed_at, m.id) < ($5, $6)"),
    ];
    let asked: Vec<&str> = conditions.into_iter().filter(|(asked, _)| *asked).map(|(_, text)| text).collect();
    let asked = if asked.is_empty() { String::new() } else { format!("WHERE {}", asked.join(" AND ")) };
    format!(
        "SELECT {}, m.account_id,
         EXISTS (SELECT 1 FROM message_body b WHERE b.message_id = m.id) AS has_body
         FROM message m {asked} ORDER BY m.listed_at DESC, m.id DESC LIMIT $1",
        record_columns!()
    )
}
