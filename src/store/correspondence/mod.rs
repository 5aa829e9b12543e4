//! The mail of one person that somebody asked for: how far it was read.

mod ask;
mod forget;
mod page;
mod people;
mod row;

pub use ask::{AskOutcome, NewCorrespondence};
pub use page::{CorrespondencePage, FolderStep};

pub(super) use page::write;

use crate::model::{AccountId, Correspondence, Correspondent, Reach};
use crate::store::column::{Ms, Word, count};
use crate::store::{AccountSpan, Result, Store, on};
use chrono::{DateTime, Utc};
use row::CorrespondenceRow;
use sqlx::AssertSqlSafe;
use std::collections::HashMap;

impl Store {
    /// The last that was asked for of somebody's mail in a mailbox.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn correspondence(
        &self,
        account: &AccountId,
        whose: &Correspondent,
    ) -> Result<Option<Correspondence>> {
        let (contact, address) = row::columns(whose);
        let found: Option<CorrespondenceRow> = on!(self, db => sqlx::query_as(
            "SELECT * FROM correspondence WHERE account_id = $1 AND COALESCE(contact_id, address) = COALESCE($2, $3)",
        )
        .bind(account.as_str())
        .bind(contact)
        .bind(address)
        .fetch_optional(db)
        .await)?;
        match found {
            Some(found) => Ok(Some(self.with_folders(found).await?)),
            None => Ok(None),
        }
    }

    /// What is under way of an account, that which was asked for first at the front.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn correspondences(&self, account: &AccountId) -> Result<Vec<Correspondence>> {
        let rows: Vec<CorrespondenceRow> = on!(self, db => sqlx::query_as(
            "SELECT * FROM correspondence WHERE account_id = $1 AND ended_at IS NULL ORDER BY asked_at, id",
        )
        .bind(account.as_str())
        .fetch_all(db)
        .await)?;
        let mut found = Vec::with_capacity(rows.len());
        for row in rows {
            found.push(self.with_folders(row).await?);
        }
        Ok(found)
    }

    /// When the last of what is under way of an account was asked for; `None` where nothing is.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn last_asked(&self, account: &AccountId) -> Result<Option<DateTime<Utc>>> {
        let asked: Option<Ms> = on!(self, db => sqlx::query_scalar(
            "SELECT MAX(asked_at) FROM correspondence WHERE account_id = $1 AND ended_at IS NULL",
        )
        .bind(account.as_str())
        .fetch_one(db)
        .await)?;
        Ok(asked.map(|at| at.0))
    }

    /// How many are under way, of the accounts within reach, of one or of all, that have any.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn correspondences_under_way(
        &self,
        reach: &Reach,
        span: AccountSpan<'_>,
    ) -> Result<HashMap<AccountId, u64>> {
        let within = span.holds(reach, "account_id", AccountSpan::BOUND);
        let text = format!(
            "SELECT account_id, COUNT(*) FROM correspondence WHERE ended_at IS NULL AND {within} GROUP BY account_id"
        );
        let rows: Vec<(Word<AccountId>, i64)> = on!(self, db => sqlx::query_as(AssertSqlSafe(text))
        .bind(reach.owner())
        .bind(span.from)
        .bind(span.to)
        .fetch_all(db)
        .await)?;
        Ok(rows.into_iter().map(|(id, under_way)| (id.0, count(under_way))).collect())
    }
}
