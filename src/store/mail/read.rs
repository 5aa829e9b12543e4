//! Reading mail back.

use super::page::with_recipients;
use super::parts::{RECIPIENTS, in_order};
use super::row::{MessageRow, message_columns};
use crate::model::{AccountId, Body, BodyKind, Folder, FolderId, Message, MessageId, Recipient};
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
    /// In these folders only.
    pub folder: Option<InFolder>,
    /// Arrived at or after this instant.
    pub since: Option<DateTime<Utc>>,
    /// At most so many.
    pub limit: u32,
    /// Only those that come after this message: its instant (ms UTC, 0 where it has none) and its id.
    pub after: Option<(i64, MessageId)>,
}

/// Which folders to look in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InFolder {
    /// In this one.
    Is(FolderId),
    /// In those of any account that have this word of a role, name or path.
    Called(String),
}

impl InFolder {
    fn text(&self) -> &str {
        match self {
            Self::Is(id) => id.as_str(),
            Self::Called(name) => name,
        }
    }
}

/// A message as it is read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredMessage {
    /// The message.
    pub message: Message,
    /// Where it lies.
    pub folder: Folder,
    /// Whether its body was fetched.
    pub has_body: bool,
}

#[derive(sqlx::FromRow)]
struct StoredRow {
    has_body: bool,
    #[sqlx(flatten)]
    message: MessageRow,
}

#[derive(sqlx::FromRow)]
struct BodyRow {
    kind: Word<BodyKind>,
    content: String,
    truncated: bool,
}

impl Store {
    /// Messages that are not gone, the newest first; those of which no date is known come last.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn messages(&self, query: &MessageQuery) -> Result<Vec<StoredMessage>> {
        let (at, id) = query.after.as_ref().map(|(at, id)| (*at, id.as_str())).unzip();
        let rows: Vec<StoredRow> = on!(self, db => sqlx::query_as(AssertSqlSafe(text_of(query)))
            .bind(i64::from(query.limit))
            .bind(query.account.as_ref().map(AccountId::as_str))
            .bind(query.folder.as_ref().map(InFolder::text))
            .bind(query.since.map(|since| since.timestamp_millis()))
            .bind(at)
            .bind(id)
            .bind(&query.owner)
            .fetch_all(db)
            .await)?;
        let found: Vec<(bool, Message)> =
            rows.into_iter().map(|row| (row.has_body, row.message.into())).collect();
        let mut recipients = self.recipients(found.iter().map(|(_, message)| &message.id)).await?;
        let folders = self.folders_by_id(found.iter().map(|(_, message)| &message.folder)).await?;
        let found = found.into_iter().filter_map(|(has_body, message)| {
            let folder = folders.get(&message.folder)?.clone();
            Some(StoredMessage { message: with_recipients(message, &mut recipients), folder, has_body })
        });
        Ok(found.collect())
    }

    async fn recipients(
        &self,
        of: impl Iterator<Item = &MessageId>,
    ) -> Result<HashMap<MessageId, Vec<Recipient>>> {
        let wanted: Vec<&str> = of.map(MessageId::as_str).collect();
        Ok(in_order(rows_in!(on(self), RECIPIENTS, [], &wanted)))
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

/// Only the conditions that are asked for stand in the text: with all of them, and nulls, no index would be
/// used.
fn text_of(query: &MessageQuery) -> String {
    let conditions = [
        (query.account.is_some(), "m.account_id = $2"),
        (matches!(query.folder, Some(InFolder::Is(_))), "m.folder_id = $3"),
        (
            matches!(query.folder, Some(InFolder::Called(_))),
            // Looked up message by message, the newest first: the folders of all accounts hold nearly all of
            // them.
            "EXISTS (SELECT 1 FROM folder f WHERE f.id = m.folder_id AND $3 IN (f.role, f.name, f.path))",
        ),
        (query.since.is_some(), "m.listed_at >= $4"),
        (query.owner.is_some(), "m.account_id IN (SELECT id FROM account WHERE owner = $7)"),
        (query.after.is_some(), "(m.listed_at, m.id) < ($5, $6)"),
    ];
    let asked = conditions.into_iter().filter(|(asked, _)| *asked).map(|(_, text)| text);
    let asked: Vec<&str> = asked.chain(["m.gone_at IS NULL"]).collect();
    format!(
        "SELECT {},
         EXISTS (SELECT 1 FROM message_body b WHERE b.message_id = m.id) AS has_body
         FROM message m WHERE {} ORDER BY m.listed_at DESC, m.id DESC LIMIT $1",
        message_columns!(),
        asked.join(" AND ")
    )
}
