//! Accounts that are connected by OAuth, and the right to renew their tokens.

use crate::model::{
    AccountId, AuditEntry, Credential, Grant, NewGrant, Person, Reach, Troubles, Use, storable,
};
use crate::store::access::write_down;
use crate::store::accounts::held;
use crate::store::column::{Json, Ms, Word, json};
use crate::store::secrets::PUT_SEALED;
use crate::store::{Result, Store, StoreError, on, tx};
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::error::DatabaseError;
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

/// The columns of a grant, as `GrantRow` wants them.
macro_rules! grant_columns {
    () => {
        "SELECT account_id, authority, client_id, tenant_id, object_id, address, display_name, uses, scopes, troubles,
         granted_at, refreshed_at FROM oauth_grant"
    };
}

#[derive(sqlx::FromRow)]
struct GrantRow {
    account_id: Word<AccountId>,
    authority: String,
    client_id: String,
    tenant_id: String,
    object_id: String,
    address: String,
    display_name: Option<String>,
    uses: Json<Vec<Use>>,
    scopes: Json<Vec<String>>,
    troubles: Json<Troubles>,
    granted_at: Ms,
    refreshed_at: Ms,
}

impl From<GrantRow> for Grant {
    fn from(row: GrantRow) -> Self {
        Self {
            account_id: row.account_id.0,
            given: NewGrant {
                authority: row.authority,
                client_id: row.client_id,
                person: Person { tenant: row.tenant_id, object: row.object_id },
                address: row.address,
                display_name: row.display_name,
                uses: row.uses.0,
                scopes: row.scopes.0,
            },
            troubles: row.troubles.0,
            granted_at: row.granted_at.0,
            refreshed_at: row.refreshed_at.0,
        }
    }
}

impl Store {
    /// Keeps what a sign-in gave with its sealed tokens, in the place of the last one, and the line that
    /// tells of it; its troubles are over, and a refresh that is under way loses its lease.
    ///
    /// # Errors
    /// `PersonTaken` when another account is this person's; `NoSuchAccount`.
    pub async fn put_grant(
        &self,
        account: &AccountId,
        grant: &NewGrant,
        kind: &str,
        sealed: &[u8],
        line: &AuditEntry,
    ) -> Result<()> {
        let now = line.at.timestamp_millis();
        let mut open = self.begin().await?;
        tx!(&mut open, execute sqlx::query(
            "INSERT INTO oauth_grant AS g (account_id, authority, client_id, tenant_id, object_id, address,
             display_name, uses, scopes, troubles, granted_at, refreshed_at, epoch)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '{}', $10, $10, 1)
             ON CONFLICT (account_id) DO UPDATE SET authority = excluded.authority, client_id = excluded.client_id,
             tenant_id = excluded.tenant_id, object_id = excluded.object_id, address = excluded.address,
             display_name = excluded.display_name, uses = excluded.uses, scopes = excluded.scopes, troubles = '{}',
             granted_at = excluded.granted_at, refreshed_at = excluded.refreshed_at, lease_until = NULL,
             epoch = g.epoch + 1",
        )
        .bind(account.as_str())
        .bind(&grant.authority)
        .bind(&grant.client_id)
        .bind(&grant.person.tenant)
        .bind(&grant.person.object)
        .bind(storable(&grant.address))
        .bind(grant.display_name.as_deref().map(storable))
        .bind(json(&grant.uses)?)
        .bind(json(&grant.scopes)?)
        .bind(now))
        .map_err(taken)?;
        tx!(&mut open, execute sqlx::query(PUT_SEALED)
            .bind(account.as_str())
            .bind(kind)
            .bind(sealed)
            .bind(now))?;
        write_down(&mut open, line).await?;
        open.commit().await
    }

    /// What an account's sign-in gave.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn grant(&self, account: &AccountId) -> Result<Option<Grant>> {
        const TEXT: &str = concat!(grant_columns!(), " WHERE account_id = $1");
        let row: Option<GrantRow> =
            on!(self, db => sqlx::query_as(TEXT).bind(account.as_str()).fetch_optional(db).await)?;
        Ok(row.map(Grant::from))
    }

    /// What the sign-ins of the accounts within reach gave.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn grants(&self, reach: &Reach) -> Result<Vec<Grant>> {
        const TEXT: &str = concat!(
            grant_columns!(),
            " WHERE $1 IS NULL OR account_id IN (SELECT id FROM account WHERE owner = $1) ORDER BY account_id"
        );
        let rows: Vec<GrantRow> =
            on!(self, db => sqlx::query_as(TEXT).bind(reach.owner()).fetch_all(db).await)?;
        Ok(rows.into_iter().map(Grant::from).collect())
    }

    /// What a person's sign-in gave.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn grant_of(&self, person: &Person) -> Result<Option<Grant>> {
        const TEXT: &str = concat!(grant_columns!(), " WHERE tenant_id = $1 AND object_id = $2");
        let row: Option<GrantRow> = on!(self, db => sqlx::query_as(TEXT)
            .bind(&person.tenant)
            .bind(&person.object)
            .fetch_optional(db)
            .await)?;
        Ok(row.map(Grant::from))
    }

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
    /// `LeaseLost` when another has it, or the person has signed in anew or disconnected; then nothing is
    /// written.
    pub async fn settle_refresh(
        &self,
        lease: &RefreshLease,
        kind: &str,
        sealed: &[u8],
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
        tx!(&mut open, execute sqlx::query(PUT_SEALED)
            .bind(lease.account.as_str())
            .bind(kind)
            .bind(sealed)
            .bind(now))?;
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

    /// Destroys an account's grant, its sealed tokens and the state of what lives on them, and keeps the line
    /// that tells of it; whether there were any. On SQLite they leave the write-ahead log too.
    ///
    /// # Errors
    /// `LogKept` when a reader keeps the log from being emptied; the rows are gone.
    pub async fn destroy_grant(&self, account: &AccountId, kind: &str, line: &AuditEntry) -> Result<bool> {
        let mut open = self.begin().await?;
        let grants = tx!(&mut open, execute sqlx::query("DELETE FROM oauth_grant WHERE account_id = $1")
            .bind(account.as_str()))?;
        let records = tx!(&mut open, execute sqlx::query(
            "DELETE FROM sealed_record WHERE account_id = $1 AND kind = $2",
        )
        .bind(account.as_str())
        .bind(kind))?;
        tx!(&mut open, execute sqlx::query("DELETE FROM oauth_flow WHERE account_id = $1")
            .bind(account.as_str()))?;
        for part in Credential::Grant.parts() {
            tx!(&mut open, execute sqlx::query("DELETE FROM part_state WHERE account_id = $1 AND part = $2")
                .bind(account.as_str())
                .bind(part.as_str()))?;
        }
        let were_there = grants + records > 0;
        if were_there {
            write_down(&mut open, line).await?;
        }
        open.commit().await?;
        self.empty_log().await?;
        Ok(were_there)
    }
}

fn taken(error: sqlx::Error) -> StoreError {
    let twice = error.as_database_error().is_some_and(DatabaseError::is_unique_violation);
    if twice { StoreError::PersonTaken } else { error.into() }
}
