//! Asking for it: twice is one.

use super::row::columns;
use crate::model::{AccountId, AuditEntry, CorrespondenceId, Correspondent, Names};
use crate::store::access::write_down;
use crate::store::accounts::lock;
use crate::store::column::json;
use crate::store::{Result, Store, Tx, tx};
use chrono::{DateTime, Utc};

/// What somebody asks for.
#[derive(Debug, Clone)]
pub struct NewCorrespondence {
    /// In whose mailbox.
    pub account: AccountId,
    /// Whose mail.
    pub whose: Correspondent,
    /// By what it is known.
    pub names: Names,
    /// When.
    pub at: DateTime<Utc>,
}

/// What asking came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AskOutcome {
    /// It is read from now on.
    New,
    /// It was asked for before, and is under way.
    Again,
    /// So many are under way of the account already.
    TooMany,
}

impl Store {
    /// Has somebody's mail read, unless it is under way, or `most` others are of the account. What was known of one
    /// that has ended goes; the line is written where it is new.
    ///
    /// # Errors
    /// `NoSuchAccount`; those of the database.
    pub async fn ask_for_correspondence(
        &self,
        new: &NewCorrespondence,
        most: u32,
        line: &AuditEntry,
    ) -> Result<AskOutcome> {
        let mut open = self.begin().await?;
        lock(&mut open, &new.account).await?;
        forget_ended(&mut open, new).await?;
        let (under_way, is_under_way) = under_way(&mut open, new).await?;
        if is_under_way {
            return Ok(AskOutcome::Again);
        }
        if under_way >= i64::from(most) {
            return Ok(AskOutcome::TooMany);
        }
        insert(&mut open, new).await?;
        write_down(&mut open, line).await?;
        open.commit().await?;
        Ok(AskOutcome::New)
    }
}

async fn forget_ended(open: &mut Tx, new: &NewCorrespondence) -> Result<()> {
    let (contact, address) = columns(&new.whose);
    tx!(open, execute sqlx::query(
        "DELETE FROM correspondence WHERE account_id = $1 AND ended_at IS NOT NULL
         AND COALESCE(contact_id, address) = COALESCE($2, $3)",
    )
    .bind(new.account.as_str())
    .bind(contact)
    .bind(address))?;
    Ok(())
}

/// How many are under way of the account, and whether this is one of them.
async fn under_way(open: &mut Tx, new: &NewCorrespondence) -> Result<(i64, bool)> {
    let (contact, address) = columns(&new.whose);
    Ok(tx!(open, db => sqlx::query_as(
        "SELECT COUNT(*), EXISTS (SELECT 1 FROM correspondence
             WHERE account_id = $1 AND COALESCE(contact_id, address) = COALESCE($2, $3))
         FROM correspondence WHERE account_id = $1 AND ended_at IS NULL",
    )
    .bind(new.account.as_str())
    .bind(contact)
    .bind(address)
    .fetch_one(db)
    .await)?)
}

async fn insert(open: &mut Tx, new: &NewCorrespondence) -> Result<()> {
    let (contact, address) = columns(&new.whose);
    tx!(open, execute sqlx::query(
        "INSERT INTO correspondence (id, account_id, contact_id, address, addresses, names, asked_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(CorrespondenceId::new(new.at).as_str())
    .bind(new.account.as_str())
    .bind(contact)
    .bind(address)
    .bind(json(&new.names.addresses)?)
    .bind(json(&new.names.names)?)
    .bind(new.at.timestamp_millis()))?;
    Ok(())
}
