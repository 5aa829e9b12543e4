//! A message is put in to be sent.

use super::{OutboxRow, kind, outbox_columns};
use crate::model::{AccountId, AuditEntry, NewOutboxEntry, OutboxEntry, OutboxState, RequestKey, SendLimits};
use crate::store::access::write_down;
use crate::store::accounts::lock;
use crate::store::column::count;
use crate::store::secrets::put;
use crate::store::{Result, Sealing, Store, Tx, on, tx};
use chrono::{DateTime, Utc};

/// What is asked for with a message, beside the message.
pub struct OutboxAsked<'a> {
    /// Under which key.
    pub request: &'a RequestKey,
    /// The mark over that and over what is asked.
    pub mark: &'a [u8],
    /// How many messages of the account there are in an hour at most.
    pub per_hour: u32,
    /// The line of the audit log.
    pub line: &'a AuditEntry,
}

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub enum OutboxQueued {
    /// It waits.
    Queued,
    /// There is one under that key, with the mark of what was asked then.
    Before(Box<OutboxEntry>, Vec<u8>),
    /// As many were put in within an hour as may be; when there is room for another.
    Full(DateTime<Utc>),
}

impl Store {
    /// Puts a message in with what it says, sealed, unless there is one under the same key.
    ///
    /// # Errors
    /// `KeyChanged` when the account has another key now; `NoSuchAccount`.
    pub async fn queue_outbox(
        &self,
        entry: &NewOutboxEntry,
        asked: &OutboxAsked<'_>,
        sealing: &Sealing<'_>,
    ) -> Result<OutboxQueued> {
        let mut open = self.begin().await?;
        // Two at once count each other.
        lock(&mut open, &entry.account).await?;
        if let Some((found, mark)) = under_key(&mut open, &asked.request.key).await? {
            return Ok(OutboxQueued::Before(Box::new(found), mark));
        }
        if let Some(room_at) = full_until(&mut open, entry, asked.per_hour).await? {
            return Ok(OutboxQueued::Full(room_at));
        }
        if !insert(&mut open, entry, asked).await? {
            // Of another account, under the same key, at the same moment.
            return match self.outbox_under(asked.request).await? {
                Some((found, mark)) => Ok(OutboxQueued::Before(Box::new(found), mark)),
                None => Err(crate::store::StoreError::Busy(None)),
            };
        }
        put(&mut open, &entry.account, &kind(&entry.id), sealing, entry.queued_at).await?;
        write_down(&mut open, asked.line).await?;
        open.commit().await?;
        Ok(OutboxQueued::Queued)
    }

    /// The entry that a key of a caller's stands for, with the mark of what was asked.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn outbox_under(&self, request: &RequestKey) -> Result<Option<(OutboxEntry, Vec<u8>)>> {
        let row: Option<MarkedRow> =
            on!(self, db => sqlx::query_as(UNDER).bind(&request.key).fetch_optional(db).await)?;
        Ok(row.map(|row| (row.entry.into(), row.request_mark)))
    }

    /// How many messages of an account were put in within the time that they are counted in.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn outbox_lately(&self, account: &AccountId, now: DateTime<Utc>) -> Result<u64> {
        let lately: i64 = on!(self, db => sqlx::query_scalar(
            "SELECT COUNT(*) FROM outbox WHERE account_id = $1 AND queued_at > $2",
        )
        .bind(account.as_str())
        .bind((now - SendLimits::SPAN).timestamp_millis())
        .fetch_one(db)
        .await)?;
        Ok(count(lately))
    }
}

#[derive(sqlx::FromRow)]
struct MarkedRow {
    request_mark: Vec<u8>,
    #[sqlx(flatten)]
    entry: OutboxRow,
}

const UNDER: &str =
    concat!("SELECT o.request_mark, ", outbox_columns!(), " FROM outbox o WHERE o.request_key = $1");

async fn under_key(open: &mut Tx, key: &str) -> Result<Option<(OutboxEntry, Vec<u8>)>> {
    let row: Option<MarkedRow> = tx!(open, db => sqlx::query_as(UNDER).bind(key).fetch_optional(db).await)?;
    Ok(row.map(|row| (row.entry.into(), row.request_mark)))
}

/// When there is room for another, where there is none now.
async fn full_until(open: &mut Tx, entry: &NewOutboxEntry, per_hour: u32) -> Result<Option<DateTime<Utc>>> {
    let nth: Option<i64> = tx!(open, db => sqlx::query_scalar(
        "SELECT queued_at FROM outbox WHERE account_id = $1 AND queued_at > $2
         ORDER BY queued_at DESC LIMIT 1 OFFSET $3",
    )
    .bind(entry.account.as_str())
    .bind((entry.queued_at - SendLimits::SPAN).timestamp_millis())
    .bind(i64::from(per_hour) - 1)
    .fetch_optional(db)
    .await)?;
    Ok(nth.and_then(DateTime::from_timestamp_millis).map(|nth| nth + SendLimits::SPAN))
}

/// Whether there was none under that key.
async fn insert(open: &mut Tx, entry: &NewOutboxEntry, asked: &OutboxAsked<'_>) -> Result<bool> {
    let rows = tx!(open, execute sqlx::query(
        "INSERT INTO outbox (id, account_id, actor, request_key, request_mark, mode, regarding, internet_message_id,
                             recipients, size, state, queued_at, next_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12) ON CONFLICT (request_key) DO NOTHING",
    )
    .bind(entry.id.as_str())
    .bind(entry.account.as_str())
    .bind(&entry.actor)
    .bind(&asked.request.key)
    .bind(asked.mark)
    .bind(entry.mode.as_str())
    .bind(entry.regarding.as_ref().map(crate::model::MessageId::as_str))
    .bind(&entry.internet_message_id)
    .bind(i64::from(entry.recipients))
    .bind(i64::from(entry.size))
    .bind(OutboxState::Queued.as_str())
    .bind(entry.queued_at.timestamp_millis()))?;
    Ok(rows > 0)
}
