//! Wrapped keys: those of the accounts, and the record by which a wrong ring is noticed.
//!
//! The store opens none of them. It compares how they begin: with the number of the ring's key that wrapped them, so that
//! of two the newer begins with the greater bytes.

use super::access::write_down;
use super::claim::hold;
use super::column::{Word, count};
use super::{Claim, Result, Store, StoreError, Tx, WrappedKey, on, tx};
use crate::model::{AccountId, AuditEntry};

/// What was wrapped by an older key of the ring than the database goes by would be lost when that one is retired: every
/// statement that writes a wrapped key refuses it.
macro_rules! unless_outdated {
    ($wrapped:literal) => {
        concat!("NOT EXISTS (SELECT 1 FROM canary WHERE substr(sealed, 1, 5) > substr(", $wrapped, ", 1, 5))")
    };
}

const ADD: &str = concat!(
    "INSERT INTO data_key (account_id, wrapped) SELECT $1, $2 WHERE ",
    unless_outdated!("$2"),
    " ON CONFLICT (account_id) DO UPDATE SET wrapped = data_key.wrapped RETURNING wrapped, seals"
);
const RENEW: &str = concat!(
    "UPDATE data_key SET wrapped = $3, seals = 0 WHERE account_id = $1 AND wrapped = $2 AND ",
    unless_outdated!("$3")
);
const REWRAP: &str = concat!(
    "UPDATE data_key SET wrapped = $3 WHERE account_id = $1 AND wrapped = $2 AND ",
    unless_outdated!("$3")
);

#[derive(sqlx::FromRow)]
struct Row {
    wrapped: Vec<u8>,
    seals: i64,
}

impl From<Row> for WrappedKey {
    fn from(row: Row) -> Self {
        Self { wrapped: row.wrapped, seals: count(row.seals) }
    }
}

impl Store {
    /// An account's wrapped key.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn data_key(&self, account: &AccountId) -> Result<Option<WrappedKey>> {
        let row: Option<Row> = on!(self, db => sqlx::query_as("SELECT wrapped, seals FROM data_key WHERE account_id = $1")
            .bind(account.as_str())
            .fetch_optional(db)
            .await)?;
        Ok(row.map(WrappedKey::from))
    }

    /// Keeps a wrapped key for an account that has none; the one that counts.
    ///
    /// # Errors
    /// `RingOutdated` when it is wrapped by an older key than the database goes by; `NoSuchAccount`.
    pub async fn add_data_key(&self, account: &AccountId, fresh: &[u8]) -> Result<WrappedKey> {
        let row: Option<Row> =
            on!(self, db => sqlx::query_as(ADD).bind(account.as_str()).bind(fresh).fetch_optional(db).await)?;
        row.map(WrappedKey::from).ok_or(StoreError::RingOutdated)
    }

    /// The same for the holder of the account, as long as the claim holds.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has the account, or a new sign-in has; then nothing is written. `RingOutdated`.
    pub async fn data_key_held(&self, claim: &Claim, fresh: &[u8]) -> Result<WrappedKey> {
        let mut open = self.begin().await?;
        hold(&mut open, claim).await?;
        let row: Option<Row> = tx!(&mut open, db => sqlx::query_as(ADD)
            .bind(claim.account.id.as_str())
            .bind(fresh)
            .fetch_optional(db)
            .await)?;
        let kept = row.map(WrappedKey::from).ok_or(StoreError::RingOutdated)?;
        open.commit().await?;
        Ok(kept)
    }

    /// Counts one more seal of an account's key, and gives the key to do it with. `None`: it has none.
    ///
    /// # Errors
    /// Those of the database; then nothing may be sealed.
    pub async fn data_key_to_seal(&self, account: &AccountId) -> Result<Option<WrappedKey>> {
        let row: Option<Row> = on!(self, db => sqlx::query_as(
            "UPDATE data_key SET seals = seals + 1 WHERE account_id = $1 RETURNING wrapped, seals",
        )
        .bind(account.as_str())
        .fetch_optional(db)
        .await)?;
        Ok(row.map(WrappedKey::from))
    }

    /// Puts the next generation of an account's key in the place of this one, and begins to count its seals. False when
    /// this one has changed meanwhile, or the next is wrapped by an older key than the database goes by.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn renew_data_key(&self, account: &AccountId, old: &[u8], new: &[u8]) -> Result<bool> {
        let rows = on!(self, execute sqlx::query(RENEW).bind(account.as_str()).bind(old).bind(new))?;
        Ok(rows > 0)
    }

    /// The next keys, by account, that an older key of the ring has wrapped than the one whose records begin so.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn data_keys_before(
        &self,
        beginning: &[u8],
        after: Option<&AccountId>,
        limit: u32,
    ) -> Result<Vec<(AccountId, Vec<u8>)>> {
        let rows: Vec<(Word<AccountId>, Vec<u8>)> = on!(self, db => sqlx::query_as(
            "SELECT account_id, wrapped FROM data_key
             WHERE substr(wrapped, 1, 5) < $1 AND ($2 IS NULL OR account_id > $2) ORDER BY account_id LIMIT $3",
        )
        .bind(beginning)
        .bind(after.map(AccountId::as_str))
        .bind(i64::from(limit))
        .fetch_all(db)
        .await)?;
        Ok(rows.into_iter().map(|(id, wrapped)| (id.0, wrapped)).collect())
    }

    /// Puts keys that were wrapped anew in the place of what they were, in one transaction; how many. One that has changed
    /// meanwhile stays as it is, as do all when the database goes by a newer key.
    ///
    /// # Errors
    /// Those of the database; then none was written.
    pub async fn rewrap(&self, keys: &[(AccountId, Vec<u8>, Vec<u8>)]) -> Result<u64> {
        let mut open = self.begin().await?;
        let mut rows = 0;
        for (account, old, new) in keys {
            rows += tx!(&mut open, execute sqlx::query(REWRAP).bind(account.as_str()).bind(old).bind(new))?;
        }
        open.commit().await?;
        Ok(rows)
    }

    /// How wrapped keys begin, and how many begin so.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn data_key_beginnings(&self) -> Result<Vec<(Vec<u8>, u64)>> {
        let rows: Vec<(Vec<u8>, i64)> = on!(self, db => sqlx::query_as(
            "SELECT substr(wrapped, 1, 5), COUNT(*) FROM data_key GROUP BY 1 ORDER BY 1",
        )
        .fetch_all(db)
        .await)?;
        Ok(rows.into_iter().map(|(beginning, keys)| (beginning, count(keys))).collect())
    }

    /// Keeps the record by which a wrong key is noticed, unless there is one. Read it back to see which one counts.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn put_canary(&self, sealed: &[u8]) -> Result<()> {
        on!(self, execute sqlx::query("INSERT INTO canary (id, sealed) VALUES (1, $1) ON CONFLICT (id) DO NOTHING")
            .bind(sealed))?;
        Ok(())
    }

    /// The record by which a wrong key is noticed.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn canary(&self) -> Result<Option<Vec<u8>>> {
        Ok(
            on!(self, db => sqlx::query_scalar("SELECT sealed FROM canary WHERE id = 1").fetch_optional(db).await)?,
        )
    }

    /// Puts a canary of a newer key in the place of this one, with a line in the audit log: from now on keys wrapped by
    /// an older one are refused. False when it has changed meanwhile.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn renew_canary(&self, old: &[u8], new: &[u8], entry: &AuditEntry) -> Result<bool> {
        let mut open = self.begin().await?;
        if !replace_canary(&mut open, old, new).await? {
            return Ok(false);
        }
        write_down(&mut open, entry).await?;
        open.commit().await?;
        Ok(true)
    }
}

async fn replace_canary(open: &mut Tx, old: &[u8], new: &[u8]) -> Result<bool> {
    let rows = tx!(open, execute sqlx::query("UPDATE canary SET sealed = $2 WHERE id = 1 AND sealed = $1")
        .bind(old)
        .bind(new))?;
    Ok(rows > 0)
}
