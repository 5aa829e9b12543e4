//! Why what is stored of an account's mail may be less than its mailbox has.

use super::claim::{Claim, hold};
use super::span::AccountSpan;
use crate::model::{AccountId, FolderId, Reach, Shortfall, ShortfallKind};
use crate::store::column::{Ms, Word, count};
use crate::store::{Result, Store, on, tx};
use sqlx::AssertSqlSafe;
use std::collections::HashMap;

#[derive(sqlx::FromRow)]
pub(super) struct ShortfallRow {
    account_id: Word<AccountId>,
    kind: Word<ShortfallKind>,
    message: String,
    since: Ms,
}

impl ShortfallRow {
    pub(super) fn account_id(&self) -> &AccountId {
        &self.account_id.0
    }
}

impl From<ShortfallRow> for Shortfall {
    fn from(row: ShortfallRow) -> Self {
        Self { kind: row.kind.0, since: row.since.0, message: row.message }
    }
}

/// Those of the accounts within reach, of one or of all, the gravest first.
pub(super) async fn shortfalls(
    store: &Store,
    reach: &Reach,
    span: AccountSpan<'_>,
) -> Result<Vec<ShortfallRow>> {
    let within = span.holds(reach, "account_id", AccountSpan::BOUND);
    let text = format!("SELECT * FROM shortfall WHERE {within}");
    let mut rows: Vec<ShortfallRow> = on!(store, db => sqlx::query_as(AssertSqlSafe(text))
    .bind(reach.owner())
    .bind(span.from)
    .bind(span.to)
    .fetch_all(db)
    .await)?;
    rows.sort_by_key(|row| row.kind.0);
    Ok(rows)
}

impl Store {
    /// Keeps what a turn has found of a claimed account; what was known stays since when it was, and what was
    /// not found any more goes.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has the account; then nothing is written.
    pub async fn keep_shortfalls(&self, claim: &Claim, found: &[Shortfall]) -> Result<()> {
        let mut open = self.begin().await?;
        hold(&mut open, claim).await?;
        let id = claim.account.id.as_str();
        for gone in ShortfallKind::ALL.into_iter().filter(|kind| found.iter().all(|left| left.kind != *kind))
        {
            tx!(&mut open, execute sqlx::query("DELETE FROM shortfall WHERE account_id = $1 AND kind = $2")
                .bind(id)
                .bind(gone.as_str()))?;
        }
        for Shortfall { kind, since, message } in found {
            tx!(&mut open, execute sqlx::query(
                "INSERT INTO shortfall (account_id, kind, message, since) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (account_id, kind) DO UPDATE SET message = excluded.message",
            )
            .bind(id)
            .bind(kind.as_str())
            .bind(message)
            .bind(since.timestamp_millis()))?;
        }
        open.commit().await
    }

    /// How many items of an account could not be read, by their folder, and of how many of those nothing is
    /// stored: of the others a list has shown something.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn unreadable_by_folder(&self, id: &AccountId) -> Result<HashMap<FolderId, (u64, u64)>> {
        let rows: Vec<(Word<FolderId>, i64, i64)> = on!(self, db => sqlx::query_as(
            "SELECT l.folder_id, COUNT(*), COUNT(*) - COUNT(k.message_id)
             FROM ledger l LEFT JOIN message_key k
                 ON k.account_id = l.account_id AND k.space = l.space AND k.item_id = l.item_id
             WHERE l.account_id = $1 GROUP BY l.folder_id",
        )
        .bind(id.as_str())
        .fetch_all(db)
        .await)?;
        let counted =
            |(folder, all, unstored): (Word<FolderId>, _, _)| (folder.0, (count(all), count(unstored)));
        Ok(rows.into_iter().map(counted).collect())
    }

    /// How many messages of an account are stored without their bodies, which were never had and never failed.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn bodiless(&self, id: &AccountId) -> Result<u64> {
        let messages: i64 = on!(self, db => sqlx::query_scalar(
            "SELECT COUNT(*) FROM message m WHERE m.account_id = $1 AND NOT m.has_detail AND NOT m.provisional
             AND m.missing_at IS NULL AND m.gone_at IS NULL
             AND NOT EXISTS (SELECT 1 FROM ledger l JOIN message_key k
                             ON k.account_id = l.account_id AND k.space = l.space AND k.item_id = l.item_id
                             WHERE k.message_id = m.id)",
        )
        .bind(id.as_str())
        .fetch_one(db)
        .await)?;
        Ok(count(messages))
    }
}
