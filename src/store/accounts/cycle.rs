//! Reports of cycles.

use crate::model::{AccountId, AccountOutcome, CycleId, CycleReport, LastError, Reach, RecordedCycle};
use crate::store::column::{Json, Ms, json};
use crate::store::{Result, Store, Tx, on, tx};
use chrono::{DateTime, Utc};
use serde_json::Value;

/// How many reports are kept. Their ids sort by time.
const KEPT: i64 = 1_000;

impl Store {
    /// Keeps a report with what it did for the accounts in which something happened, without those that were
    /// deleted meanwhile, and of all reports the newest thousand. The other accounts are counted under
    /// `quiet`. Keeping the same again changes nothing.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn record_cycle(&self, report: &CycleReport) -> Result<()> {
        let mut open = self.begin().await?;
        let (told, quiet) = noteworthy(report);
        let kept = RecordedCycle { report: CycleReport { accounts: Vec::new(), ..report.clone() }, quiet };
        let rows = tx!(&mut open, execute sqlx::query(
            "INSERT INTO cycle (id, finished_at, report) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING",
        )
        .bind(report.id.as_str())
        .bind(report.finished_at.timestamp_millis())
        .bind(json(&kept)?))?;
        if rows > 0 {
            write_outcomes(&mut open, &report.id, told).await?;
        }
        tx!(&mut open, execute sqlx::query(
            "DELETE FROM cycle WHERE id <= (SELECT id FROM cycle ORDER BY id DESC LIMIT 1 OFFSET $1)",
        )
        .bind(KEPT))?;
        open.commit().await
    }

    /// The report of the newest cycle, as it was written, without the accounts that are gone.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn last_cycle(&self) -> Result<Option<Value>> {
        let row: Option<(String, Json<Value>)> = on!(self, db => sqlx::query_as(
            "SELECT id, report FROM cycle ORDER BY id DESC LIMIT 1",
        )
        .fetch_optional(db)
        .await)?;
        let Some((id, Json(mut report))) = row else { return Ok(None) };
        let outcomes: Vec<Json<Value>> = on!(self, db => sqlx::query_scalar(
            "SELECT outcome FROM cycle_outcome WHERE cycle_id = $1 ORDER BY position",
        )
        .bind(&id)
        .fetch_all(db)
        .await)?;
        report["accounts"] = outcomes.into_iter().map(|outcome| outcome.0).collect();
        Ok(Some(report))
    }

    /// The reports of cycles, the newest first, behind one where one is named; with what each did for the accounts
    /// within reach. One that cannot be read any more is left out.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn cycles(
        &self,
        reach: &Reach,
        behind: Option<&CycleId>,
        limit: u32,
    ) -> Result<Vec<RecordedCycle>> {
        let rows: Vec<Json<Value>> = on!(self, db => sqlx::query_scalar(
            "SELECT report FROM cycle WHERE $1 IS NULL OR id < $1 ORDER BY id DESC LIMIT $2",
        )
        .bind(behind.map(CycleId::as_str))
        .bind(i64::from(limit))
        .fetch_all(db)
        .await)?;
        let mut cycles = Vec::new();
        for Json(report) in rows {
            let Ok(mut cycle) = serde_json::from_value::<RecordedCycle>(report) else { continue };
            cycle.report.accounts = self.outcomes(reach, &cycle.report.id).await?;
            cycles.push(cycle);
        }
        Ok(cycles)
    }

    async fn outcomes(&self, reach: &Reach, cycle: &CycleId) -> Result<Vec<AccountOutcome>> {
        let rows: Vec<Json<Value>> = on!(self, db => sqlx::query_scalar(
            "SELECT o.outcome FROM cycle_outcome o JOIN account a ON a.id = o.account_id
             WHERE o.cycle_id = $1 AND ($2 IS NULL OR a.owner = $2) ORDER BY o.position",
        )
        .bind(cycle.as_str())
        .bind(reach.owner())
        .fetch_all(db)
        .await)?;
        Ok(rows.into_iter().filter_map(|Json(outcome)| serde_json::from_value(outcome).ok()).collect())
    }

    /// When the cycles ended that are kept and ended since then.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn cycles_ended(&self, since: DateTime<Utc>) -> Result<Vec<DateTime<Utc>>> {
        let rows: Vec<Ms> = on!(self, db => sqlx::query_scalar(
            "SELECT finished_at FROM cycle WHERE finished_at >= $1 ORDER BY finished_at",
        )
        .bind(since.timestamp_millis())
        .fetch_all(db)
        .await)?;
        Ok(rows.into_iter().map(|at| at.0).collect())
    }

    /// What the cycles that are kept and ended since then did for an account where something happened, each with when
    /// it ended.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn outcomes_since(
        &self,
        account: &AccountId,
        since: DateTime<Utc>,
    ) -> Result<Vec<(DateTime<Utc>, AccountOutcome)>> {
        let rows: Vec<(Ms, Json<Value>)> = on!(self, db => sqlx::query_as(
            "SELECT c.finished_at, o.outcome FROM cycle_outcome o JOIN cycle c ON c.id = o.cycle_id
             WHERE o.account_id = $1 AND c.finished_at >= $2 ORDER BY c.finished_at",
        )
        .bind(account.as_str())
        .bind(since.timestamp_millis())
        .fetch_all(db)
        .await)?;
        let read =
            |(at, Json(outcome)): (Ms, Json<Value>)| Some((at.0, serde_json::from_value(outcome).ok()?));
        Ok(rows.into_iter().filter_map(read).collect())
    }

    /// What ended the newest cycle early for all accounts; `None` where nothing did.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn last_fault(&self) -> Result<Option<LastError>> {
        let report: Option<Json<Value>> = on!(self, db => sqlx::query_scalar(
            "SELECT report FROM cycle ORDER BY id DESC LIMIT 1",
        )
        .fetch_optional(db)
        .await)?;
        let fault = report.and_then(|Json(mut report)| serde_json::from_value(report["fault"].take()).ok());
        Ok(fault.flatten())
    }
}

/// The outcomes that are kept, and how many are not. What a report costs grows with what happened, not with
/// how many accounts there are.
fn noteworthy(report: &CycleReport) -> (Vec<&AccountOutcome>, u64) {
    let happened = |outcome: &&AccountOutcome| {
        let counts =
            outcome.folders.iter().map(|count| count.new + count.changed + count.missing + count.failed);
        let is_warned = outcome.parts.iter().any(|part| part.warning.is_some());
        outcome.error.is_some() || is_warned || counts.sum::<u64>() > 0
    };
    let told: Vec<_> = report.accounts.iter().filter(happened).collect();
    let quiet = (report.accounts.len() - told.len()) as u64;
    (told, quiet)
}

/// An account that was deleted while the cycle ran must not come back with its address. The first write locks
/// its row until the outcome is there: whoever deletes it meanwhile waits, and then finds the outcome.
async fn write_outcomes(open: &mut Tx, cycle: &CycleId, told: Vec<&AccountOutcome>) -> Result<()> {
    let mut places: Vec<_> = (0_i64..).zip(told).collect();
    // In one order, so that no two reports wait for each other.
    places.sort_unstable_by_key(|(_, outcome)| &outcome.account_id);
    for (position, outcome) in places {
        let id = outcome.account_id.as_str();
        let is_there = tx!(&mut *open, execute sqlx::query("UPDATE account SET login = login WHERE id = $1").bind(id))?
            > 0;
        if is_there {
            tx!(&mut *open, execute sqlx::query(
                "INSERT INTO cycle_outcome (cycle_id, position, account_id, outcome) VALUES ($1, $2, $3, $4)",
            )
            .bind(cycle.as_str())
            .bind(position)
            .bind(id)
            .bind(json(outcome)?))?;
        }
    }
    Ok(())
}
