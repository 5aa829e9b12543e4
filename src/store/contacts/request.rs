//! Requests under keys of their callers': the same again does nothing.

use crate::model::{AccountId, ContactId, RequestKey};
use crate::store::accounts::lock;
use crate::store::column::Word;
use crate::store::{Result, Store, Tx, on, tx};
use chrono::{DateTime, TimeDelta, Utc};

/// So long a key is remembered.
const REMEMBERED: TimeDelta = TimeDelta::hours(24);

/// A request that was made before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarlierRequest {
    /// What stands for what was asked.
    pub request: String,
    /// The contact that it was answered with.
    pub contact: ContactId,
    /// Whether it made that.
    pub is_new: bool,
}

impl Store {
    /// The request that was made under a key of the last day; `None` where none was.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn earlier_request(
        &self,
        key: &RequestKey,
        now: DateTime<Utc>,
    ) -> Result<Option<EarlierRequest>> {
        let found: Option<(String, Word<ContactId>, bool)> = on!(self, db => sqlx::query_as(
            "SELECT request, contact_id, is_new FROM request_key WHERE key = $1 AND used_at > $2",
        )
        .bind(&key.key)
        .bind((now - REMEMBERED).timestamp_millis())
        .fetch_optional(db)
        .await)?;
        Ok(found.map(|(request, contact, is_new)| EarlierRequest { request, contact: contact.0, is_new }))
    }

    /// Remembers a request that found all as it asked for. Whether its key was free.
    ///
    /// # Errors
    /// `NoSuchAccount`.
    pub async fn remember_request(
        &self,
        account: &AccountId,
        key: &RequestKey,
        contact: &ContactId,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let mut open = self.begin().await?;
        lock(&mut open, account).await?;
        let is_free = remember(&mut open, account, key, (contact, false), now).await?;
        open.commit().await?;
        Ok(is_free)
    }
}

/// Remembers a request with what it was answered with, and forgets what is old. Whether its key was free.
pub(super) async fn remember(
    open: &mut Tx,
    account: &AccountId,
    key: &RequestKey,
    (contact, is_new): (&ContactId, bool),
    now: DateTime<Utc>,
) -> Result<bool> {
    tx!(&mut *open, execute sqlx::query("DELETE FROM request_key WHERE used_at <= $1")
        .bind((now - REMEMBERED).timestamp_millis()))?;
    let kept = tx!(open, execute sqlx::query(
        "INSERT INTO request_key (key, account_id, contact_id, request, is_new, used_at)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (key) DO NOTHING",
    )
    .bind(&key.key)
    .bind(account.as_str())
    .bind(contact.as_str())
    .bind(&key.request)
    .bind(is_new)
    .bind(now.timestamp_millis()))?;
    Ok(kept > 0)
}
