//! Sealed records. The store knows no key and never sees what is in them.

use crate::model::AccountId;
use crate::store::accounts::hold;
use crate::store::{Claim, Result, Store, on, tx};
use chrono::{DateTime, Utc};

pub(in crate::store) const PUT_SEALED: &str =
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
}
