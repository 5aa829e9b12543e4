//! Sealed records. The store knows no key and never sees what is in them.
//!
//! Each kind of record of an account has versions, which are counted apart from it. Who seals is told the
//! version and binds the record to it, so that an older one does not open in its place.

use super::data_key::keep_key;
use crate::model::AccountId;
use crate::store::accounts::hold;
use crate::store::{Claim, Result, Store, StoreError, Tx, on, tx};
use chrono::{DateTime, Utc};

/// A record as it lies here.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct SealedRecord {
    /// What only a key opens.
    pub sealed: Vec<u8>,
    /// The version that counts; 0 where none was ever written.
    pub version: i64,
}

/// How a record is sealed that is to be kept.
pub struct Sealing<'a> {
    /// The account's key as it was read, wrapped. Where it has changed meanwhile, nothing is written.
    pub wrapped: &'a [u8],
    /// Seals the record as this version of its kind.
    pub seal: &'a (dyn Fn(i64) -> Vec<u8> + Sync),
}

/// An account's key, and all that lies sealed by it, in the place of what they were.
pub struct Resealing<'a> {
    /// The wrapped key as it was read.
    pub old: &'a [u8],
    /// The one in its place.
    pub new: &'a [u8],
    /// How many records there were when they were read. Where there are others now, nothing is written: what came
    /// meanwhile would be sealed by a key that is gone.
    pub seen: usize,
    /// The records as they were read, by kind.
    pub records: &'a [(String, Vec<u8>)],
    /// Seals the record of that index as this version of its kind.
    pub seal: &'a (dyn Fn(usize, i64) -> Vec<u8> + Sync),
}

impl Store {
    /// Keeps a record of an account in the place of the last one of its kind.
    ///
    /// # Errors
    /// `KeyChanged` when the account has another key now, or none, or is gone.
    pub async fn put_sealed(
        &self,
        account: &AccountId,
        kind: &str,
        sealing: &Sealing<'_>,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let mut open = self.begin().await?;
        put(&mut open, account, kind, sealing, now).await?;
        open.commit().await
    }

    /// The same for the holder of the account, as long as the claim holds.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has the account, or a new sign-in has; then nothing is written.
    /// `KeyChanged`.
    pub async fn put_sealed_held(
        &self,
        claim: &Claim,
        kind: &str,
        sealing: &Sealing<'_>,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let mut open = self.begin().await?;
        hold(&mut open, claim).await?;
        put(&mut open, &claim.account.id, kind, sealing, now).await?;
        open.commit().await
    }

    /// The sealed record of that kind.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn sealed(&self, account: &AccountId, kind: &str) -> Result<Option<SealedRecord>> {
        Ok(on!(self, db => sqlx::query_as(
            "SELECT r.sealed, COALESCE(v.version, 0) AS version FROM sealed_record r
             LEFT JOIN sealed_version v ON v.account_id = r.account_id AND v.kind = r.kind
             WHERE r.account_id = $1 AND r.kind = $2",
        )
        .bind(account.as_str())
        .bind(kind)
        .fetch_optional(db)
        .await)?)
    }

    /// All sealed records of an account, by kind.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn all_sealed(&self, account: &AccountId) -> Result<Vec<(String, SealedRecord)>> {
        let rows: Vec<(String, Vec<u8>, i64)> = on!(self, db => sqlx::query_as(
            "SELECT r.kind, r.sealed, COALESCE(v.version, 0) FROM sealed_record r
             LEFT JOIN sealed_version v ON v.account_id = r.account_id AND v.kind = r.kind
             WHERE r.account_id = $1 ORDER BY r.kind",
        )
        .bind(account.as_str())
        .fetch_all(db)
        .await)?;
        Ok(rows.into_iter().map(|(kind, sealed, version)| (kind, SealedRecord { sealed, version })).collect())
    }

    /// The versions of passwords of an account that were tried.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn password_versions(&self, account: &AccountId) -> Result<Vec<String>> {
        let versions = on!(self, db => sqlx::query_scalar(
            "SELECT version FROM password_attempt WHERE account_id = $1 ORDER BY version",
        )
        .bind(account.as_str())
        .fetch_all(db)
        .await)?;
        Ok(versions)
    }

    /// Puts an account's key and records, and what its passwords are known by (old, new), in the place of
    /// what they were, in one transaction.
    ///
    /// # Errors
    /// `KeyChanged` when the key or a record is not what was read any more; `RingOutdated`. Then nothing is
    /// written.
    pub async fn reseal(
        &self,
        account: &AccountId,
        resealing: &Resealing<'_>,
        passwords: &[(String, String)],
    ) -> Result<()> {
        let mut open = self.begin().await?;
        reseal(&mut open, account, resealing).await?;
        for (old, new) in passwords {
            tx!(&mut open, execute sqlx::query(
                "UPDATE password_attempt SET version = $3 WHERE account_id = $1 AND version = $2",
            )
            .bind(account.as_str())
            .bind(old)
            .bind(new))?;
        }
        open.commit().await
    }
}

/// Keeps a record as its next version.
pub(in crate::store) async fn put(
    open: &mut Tx,
    account: &AccountId,
    kind: &str,
    sealing: &Sealing<'_>,
    now: DateTime<Utc>,
) -> Result<()> {
    keep_key(open, account, sealing.wrapped).await?;
    let version = next_version(open, account, kind).await?;
    tx!(open, execute sqlx::query(
        "INSERT INTO sealed_record (account_id, kind, sealed, updated_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (account_id, kind) DO UPDATE SET sealed = excluded.sealed, updated_at = excluded.updated_at",
    )
    .bind(account.as_str())
    .bind(kind)
    .bind((sealing.seal)(version))
    .bind(now.timestamp_millis()))?;
    Ok(())
}

/// Puts a key and its records in the place of what they were.
pub(in crate::store) async fn reseal(
    open: &mut Tx,
    account: &AccountId,
    resealing: &Resealing<'_>,
) -> Result<()> {
    super::data_key::replace_key(open, account, resealing.old, resealing.new).await?;
    let there: i64 = tx!(open, db => sqlx::query_scalar("SELECT COUNT(*) FROM sealed_record WHERE account_id = $1")
        .bind(account.as_str())
        .fetch_one(db)
        .await)?;
    if usize::try_from(there) != Ok(resealing.seen) {
        return Err(StoreError::KeyChanged);
    }
    for (index, (kind, old)) in resealing.records.iter().enumerate() {
        let version = next_version(open, account, kind).await?;
        let rows = tx!(open, execute sqlx::query(
            "UPDATE sealed_record SET sealed = $4 WHERE account_id = $1 AND kind = $2 AND sealed = $3",
        )
        .bind(account.as_str())
        .bind(kind)
        .bind(old)
        .bind((resealing.seal)(index, version)))?;
        if rows == 0 {
            return Err(StoreError::KeyChanged);
        }
    }
    Ok(())
}

/// Counts one more version of a kind; which one it is. Others that want one wait until the transaction ends.
async fn next_version(open: &mut Tx, account: &AccountId, kind: &str) -> Result<i64> {
    Ok(tx!(open, db => sqlx::query_scalar(
        "INSERT INTO sealed_version AS v (account_id, kind, version) VALUES ($1, $2, 1)
         ON CONFLICT (account_id, kind) DO UPDATE SET version = v.version + 1 RETURNING version",
    )
    .bind(account.as_str())
    .bind(kind)
    .fetch_one(db)
    .await)?)
}
