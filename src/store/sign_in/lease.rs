//! The right to renew the tokens of an account that is connected by OAuth.

use crate::model::{AccountId, Troubles};
use crate::store::accounts::held;
use crate::store::column::json;
use crate::store::secrets::put;
use crate::store::{Result, Sealing, Store, on, tx};
use chrono::{DateTime, TimeDelta, Utc};
use std::time::Duration;

/// The right to renew an account's tokens. Whoever took it over, or signed in anew, has another epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefreshLease {
    /// The account whose tokens they are.
    pub account: AccountId,
    /// Grows with every lease and every sign-in.
    pub epoch: i64,
}

/// What is kept of a refresh beside its tokens.
#[derive(Debug, Clone, Copy)]
pub struct Settled<'a> {
    /// Why there is no token for other resources.
    pub troubles: &'a Troubles,
    /// What is granted by now.
    pub scopes: &'a [String],
    /// When the answer was taken.
    pub now: DateTime<Utc>,
}

impl Store {
    /// Takes the right to renew an account's tokens for a time. `None` while another has it, or when there is
    /// no grant.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn lease_grant(
        &self,
        account: &AccountId,
        now: DateTime<Utc>,
        time: Duration,
    ) -> Result<Option<RefreshLease>> {
        let until = now + TimeDelta::from_std(time).unwrap_or(TimeDelta::MAX);
        let mut open = self.begin().await?;
        let epoch: Option<i64> = tx!(&mut open, db => sqlx::query_scalar(
            "UPDATE oauth_grant SET lease_until = $2, epoch = epoch + 1
             WHERE account_id = $1 AND (lease_until IS NULL OR lease_until <= $3) RETURNING epoch",
        )
        .bind(account.as_str())
        .bind(until.timestamp_millis())
        .bind(now.timestamp_millis())
        .fetch_optional(db)
        .await)?;
        open.commit().await?;
        Ok(epoch.map(|epoch| RefreshLease { account: account.clone(), epoch }))
    }

    /// Keeps renewed tokens and gives the right back.
    ///
    /// # Errors
    /// `LeaseLost` when another has it, or the person has signed in anew or disconnected; `KeyChanged`. Then
    /// nothing is written.
    pub async fn settle_refresh(
        &self,
        lease: &RefreshLease,
        kind: &str,
        sealing: &Sealing<'_>,
        settled: &Settled<'_>,
    ) -> Result<()> {
        let now = settled.now.timestamp_millis();
        let mut open = self.begin().await?;
        held(tx!(&mut open, execute sqlx::query(
            "UPDATE oauth_grant SET lease_until = NULL, refreshed_at = $3, scopes = $4, troubles = $5
             WHERE account_id = $1 AND epoch = $2",
        )
        .bind(lease.account.as_str())
        .bind(lease.epoch)
        .bind(now)
        .bind(json(&settled.scopes)?)
        .bind(json(settled.troubles)?))?)?;
        put(&mut open, &lease.account, kind, sealing, settled.now).await?;
        open.commit().await?;
        // A rotated token may be the only one that is good, and SQLite syncs its log only now and then.
        self.checkpoint("PRAGMA wal_checkpoint(PASSIVE)").await?;
        Ok(())
    }

    /// Gives the right back without tokens; `troubles` where something is to be kept of it.
    ///
    /// # Errors
    /// `LeaseLost` as above.
    pub async fn release_refresh(&self, lease: &RefreshLease, troubles: Option<&Troubles>) -> Result<()> {
        let troubles = troubles.map(json).transpose()?;
        held(on!(self, execute sqlx::query(
            "UPDATE oauth_grant SET lease_until = NULL, troubles = COALESCE($3, troubles)
             WHERE account_id = $1 AND epoch = $2",
        )
        .bind(lease.account.as_str())
        .bind(lease.epoch)
        .bind(troubles))?)
    }
}
