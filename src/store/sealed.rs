//! Sealed bytes. The store knows no key and never sees what is in them.

use super::claim::hold;
use super::column::Word;
use super::{Claim, Result, Store, on, tx};
use crate::model::AccountId;
use chrono::{DateTime, Utc};

pub(super) const PUT_SEALED: &str =
    "INSERT INTO sealed_record (account_id, kind, sealed, updated_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT (account_id, kind) DO UPDATE SET sealed = excluded.sealed, updated_at = excluded.updated_at";

impl Store {
    /// Keeps a sealed record of an account in the place of the last one of its kind.
    ///
    /// # Errors
    /// `NoSuchAccount`.
    pub async fn put_sealed(
        &self,
        account: &AccountId,
        kind: &str,
        sealed: &[u8],
        now: DateTime<Utc>,
    ) -> Result<()> {
        on!(self, execute sqlx::query(PUT_SEALED)
            .bind(account.as_str())
            .bind(kind)
            .bind(sealed)
            .bind(now.timestamp_millis()))?;
        Ok(())
    }

    /// The same for the holder of the account, as long as the claim holds.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has the account, or a new sign-in has; then nothing is written.
    pub async fn put_sealed_held(
        &self,
        claim: &Claim,
        kind: &str,
        sealed: &[u8],
        now: DateTime<Utc>,
    ) -> Result<()> {
        let mut open = self.begin().await?;
        hold(&mut open, claim).await?;
        tx!(&mut open, execute sqlx::query(PUT_SEALED)
            .bind(claim.account.id.as_str())
            .bind(kind)
            .bind(sealed)
            .bind(now.timestamp_millis()))?;
        open.commit().await
    }

    /// The sealed record of that kind.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn sealed(&self, account: &AccountId, kind: &str) -> Result<Option<Vec<u8>>> {
        Ok(
            on!(self, db => sqlx::query_scalar("SELECT sealed FROM sealed_record WHERE account_id = $1 AND kind = $2")
            .bind(account.as_str())
            .bind(kind)
            .fetch_optional(db)
            .await)?,
        )
    }

    /// Keeps an account's wrapped key in the place of the last one.
    ///
    /// # Errors
    /// `NoSuchAccount`.
    pub async fn put_data_key(&self, account: &AccountId, wrapped: &[u8]) -> Result<()> {
        on!(self, execute sqlx::query(
            "INSERT INTO data_key (account_id, wrapped) VALUES ($1, $2)
             ON CONFLICT (account_id) DO UPDATE SET wrapped = excluded.wrapped",
        )
        .bind(account.as_str())
        .bind(wrapped))?;
        Ok(())
    }

    /// Keeps a wrapped key for the holder of an account that has none, as long as the claim holds. The one that counts.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has the account, or a new sign-in has; then nothing is written.
    pub async fn data_key_held(&self, claim: &Claim, fresh: &[u8]) -> Result<Vec<u8>> {
        let mut open = self.begin().await?;
        hold(&mut open, claim).await?;
        let kept = tx!(&mut open, db => sqlx::query_scalar(
            "INSERT INTO data_key (account_id, wrapped) VALUES ($1, $2)
             ON CONFLICT (account_id) DO UPDATE SET wrapped = data_key.wrapped RETURNING wrapped",
        )
        .bind(claim.account.id.as_str())
        .bind(fresh)
        .fetch_one(db)
        .await)?;
        open.commit().await?;
        Ok(kept)
    }

    /// An account's wrapped key.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn data_key(&self, account: &AccountId) -> Result<Option<Vec<u8>>> {
        Ok(on!(self, db => sqlx::query_scalar("SELECT wrapped FROM data_key WHERE account_id = $1")
            .bind(account.as_str())
            .fetch_optional(db)
            .await)?)
    }

    /// All wrapped keys, for a change of the key that wraps them.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn data_keys(&self) -> Result<Vec<(AccountId, Vec<u8>)>> {
        let rows: Vec<(Word<AccountId>, Vec<u8>)> = on!(self, db => sqlx::query_as("SELECT account_id, wrapped FROM data_key ORDER BY account_id")
                .fetch_all(db)
                .await)?;
        Ok(rows.into_iter().map(|(id, wrapped)| (id.0, wrapped)).collect())
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
}
