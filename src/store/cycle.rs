//! Reports of cycles.

use super::column::{Json, json};
use super::{Result, Store, on};
use crate::model::CycleReport;

/// How many reports are kept. Their ids sort by time.
const KEPT: i64 = 1_000;

impl Store {
    /// Keeps a report, and of all reports the newest thousand.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn record_cycle(&self, report: &CycleReport) -> Result<()> {
        on!(self, execute sqlx::query(
            "INSERT INTO cycle (id, finished_at, report) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING",
        )
        .bind(report.id.as_str())
        .bind(report.finished_at.timestamp_millis())
        .bind(json(report)?))?;
        on!(self, execute sqlx::query(
            "DELETE FROM cycle WHERE id <= (SELECT id FROM cycle ORDER BY id DESC LIMIT 1 OFFSET $1)",
        )
        .bind(KEPT))?;
        Ok(())
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
