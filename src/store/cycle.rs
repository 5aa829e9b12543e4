//! Reports of cycles.

use super::column::{Json, json};
use super::{Result, Store, Tx, on, tx};
use crate::model::CycleReport;
use std::collections::HashSet;

/// How many reports are kept. Their ids sort by time.
const KEPT: i64 = 1_000;

impl Store {
    /// Keeps a report without the accounts that were deleted meanwhile, and of all reports the newest thousand.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn record_cycle(&self, report: &CycleReport) -> Result<()> {
        let mut open = self.begin().await?;
        let report = without_deleted(&mut open, report).await?;
        tx!(&mut open, execute sqlx::query(
            "INSERT INTO cycle (id, finished_at, report) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING",
        )
        .bind(report.id.as_str())
        .bind(report.finished_at.timestamp_millis())
        .bind(json(&report)?))?;
        tx!(&mut open, execute sqlx::query(
            "DELETE FROM cycle WHERE id <= (SELECT id FROM cycle ORDER BY id DESC LIMIT 1 OFFSET $1)",
        )
        .bind(KEPT))?;
        open.commit().await
    }

    /// The report of the newest cycle, as it was written.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn last_cycle(&self) -> Result<Option<serde_json::Value>> {
        let report: Option<Json<serde_json::Value>> = on!(self, db => sqlx::query_scalar("SELECT report FROM cycle ORDER BY id DESC LIMIT 1")
                .fetch_optional(db)
                .await)?;
        Ok(report.map(|report| report.0))
    }
}

/// An account that was deleted while the cycle ran must not come back with its address. The write locks the rows of the
/// others until the report is there: whoever deletes one now waits, and then finds the report.
async fn without_deleted(open: &mut Tx, report: &CycleReport) -> Result<CycleReport> {
    let mut ids: Vec<_> = report.accounts.iter().map(|outcome| &outcome.account_id).collect();
    // In one order, so that no two reports wait for each other.
    ids.sort_unstable();
    let mut left = HashSet::new();
    for id in ids {
        let rows = tx!(&mut *open, execute sqlx::query("UPDATE account SET login = login WHERE id = $1")
            .bind(id.as_str()))?;
        if rows > 0 {
            left.insert(id);
        }
    }
    let accounts = report.accounts.iter().filter(|outcome| left.contains(&outcome.account_id));
    Ok(CycleReport { accounts: accounts.cloned().collect(), ..report.clone() })
}
