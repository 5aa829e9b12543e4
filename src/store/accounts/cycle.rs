//! Reports of cycles.

use crate::model::{AccountOutcome, CycleReport};
use crate::store::column::{Json, json};
use crate::store::{Result, Store, Tx, on, tx};
use serde::Serialize;
use std::collections::HashSet;

/// How many reports are kept. Their ids sort by time.
const KEPT: i64 = 1_000;

impl Store {
    /// Keeps a report of the accounts in which something happened, without those that were deleted meanwhile,
    /// and of all reports the newest thousand. The others are counted under `quiet`.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn record_cycle(&self, report: &CycleReport) -> Result<()> {
        let mut open = self.begin().await?;
        let (told, quiet) = noteworthy(report);
        let kept = Kept { report: without_deleted(&mut open, told).await?, quiet };
        tx!(&mut open, execute sqlx::query(
            "INSERT INTO cycle (id, finished_at, report) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING",
        )
        .bind(report.id.as_str())
        .bind(report.finished_at.timestamp_millis())
        .bind(json(&kept)?))?;
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

/// A report as it is kept.
#[derive(Serialize)]
struct Kept {
    #[serde(flatten)]
    report: CycleReport,
    /// How many accounts were read and had nothing new.
    quiet: usize,
}

/// What a report costs grows with what happened, not with how many accounts there are.
fn noteworthy(report: &CycleReport) -> (CycleReport, usize) {
    let happened = |outcome: &&AccountOutcome| {
        let counts = outcome.folders.iter().map(|count| count.new + count.changed + count.failed);
        let is_warned = outcome.parts.iter().any(|part| part.warning.is_some());
        outcome.error.is_some() || is_warned || counts.sum::<u64>() > 0
    };
    let accounts: Vec<_> = report.accounts.iter().filter(happened).cloned().collect();
    let quiet = report.accounts.len() - accounts.len();
    (CycleReport { accounts, ..report.clone() }, quiet)
}

/// An account that was deleted while the cycle ran must not come back with its address. The write locks the
/// rows of the others until the report is there: whoever deletes one now waits, and then finds the report.
async fn without_deleted(open: &mut Tx, mut report: CycleReport) -> Result<CycleReport> {
    let mut ids: Vec<_> = report.accounts.iter().map(|outcome| outcome.account_id.clone()).collect();
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
    report.accounts.retain(|outcome| left.contains(&outcome.account_id));
    Ok(report)
}
