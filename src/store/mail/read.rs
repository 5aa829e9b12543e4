//! Reading mail back.

use super::page::with_recipients;
use super::parts::{RECIPIENTS, in_order};
use super::row::{MessageRow, message_columns};
use crate::model::{AccountId, Body, BodyKind, Folder, FolderId, Message, MessageId, Recipient, Role};
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
    pub folders: Option<Vec<FolderId>>,
    /// Arrived at or after this instant.
    pub since: Option<DateTime<Utc>>,
    /// Arrived before this instant.
    pub until: Option<DateTime<Utc>>,
    /// This one only.
    pub only: Option<MessageId>,
    /// At most so many.
    pub limit: u32,
    /// Only those that come after this message: its instant (ms UTC, 0 where it has none) and its id.
    pub after: Option<(i64, MessageId)>,
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
struct RowRead {
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
        let rows: Vec<RowRead> = on!(self, db => {
            let mut asked = sqlx::query_as(AssertSqlSafe(text_of(query)))
                .bind(i64::from(query.limit))
                .bind(query.account.as_ref().map(AccountId::as_str))
                .bind(&query.owner)
                .bind(query.since.map(|since| since.timestamp_millis()))
                .bind(at)
                .bind(id)
                .bind(query.until.map(|until| until.timestamp_millis()))
                .bind(query.only.as_ref().map(MessageId::as_str));
            for folder in query.folders.iter().flatten() {
                asked = asked.bind(folder.as_str());
            }
            asked.fetch_all(db).await
        })?;
        let found: Vec<(bool, Message)> =
            rows.into_iter().map(|row| (row.has_body, row.message.into())).collect();
        let mut recipients = self.recipients(found.iter().map(|(_, message)| &message.id)).await?;
        let folders = self.folders_by_id(found.iter().map(|(_, message)| &message.folder)).await?;
        let found = found.into_iter().map(|(has_body, message)| {
            let id = &message.folder;
            // An account may be destroyed between the two queries.
            let folder = folders.get(id).cloned().unwrap_or_else(|| Folder::new(id.clone(), Role::Other));
            StoredMessage { message: with_recipients(message, &mut recipients), folder, has_body }
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
    let folders = in_folders(query.folders.as_deref().unwrap_or_default());
    let conditions = [
        (query.account.is_some(), of_account(query)),
        // Of many accounts, messages are gone through from the newest and not account by account.
        (query.owner.is_some(), "m.account_id || '' IN (SELECT id FROM account WHERE owner = $3)"),
        (query.since.is_some(), "m.listed_at >= $4"),
        (query.after.is_some(), "(m.listed_at, m.id) < ($5, $6)"),
        (query.until.is_some(), "m.listed_at < $7"),
        (query.only.is_some(), "m.id = $8"),
        (query.folders.is_some(), &folders),
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

/// Of one folder, whose it is is asked once and not of each message: it says more than its account does, and no
/// database takes the account's index for it.
fn of_account(query: &MessageQuery) -> &'static str {
    match query.folders.as_deref() {
        Some([_]) => "EXISTS (SELECT 1 FROM folder f WHERE f.id = $9 AND f.account_id = $2)",
        _ => "m.account_id = $2",
    }
}

/// Of several folders, messages are gone through from the newest and not folder by folder: the folders of all
/// accounts hold nearly all of them.
fn in_folders(folders: &[FolderId]) -> String {
    match folders {
        [] => "FALSE".to_owned(),
        [_] => "m.folder_id = $9".to_owned(),
        several => {
            let places: Vec<_> = (9..9 + several.len()).map(|place| format!("${place}")).collect();
            format!("m.folder_id || '' IN ({})", places.join(", "))
        }
    }
}
