//! Users of whom no token that the CRM has signed counts from before a time.

use super::write_down;
use crate::model::AuditEntry;
use crate::store::column::Ms;
use crate::store::{Result, Store, on, tx};
use chrono::{DateTime, Utc};

impl Store {
    /// Refuses what was signed for a user at `not_before` or earlier, ends what they are signed in to the dashboard with, and
    /// writes that down.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn refuse_user(&self, owner: &str, not_before: DateTime<Utc>, line: &AuditEntry) -> Result<()> {
        let mut open = self.begin().await?;
        tx!(&mut open, execute sqlx::query(
            "INSERT INTO user_refused (owner, not_before) VALUES ($1, $2)
             ON CONFLICT (owner) DO UPDATE SET not_before = excluded.not_before
             WHERE excluded.not_before > user_refused.not_before",
        )
        .bind(owner)
        .bind(not_before.timestamp_millis()))?;
        // Links first: a sign-in by one of them has ended by then, or finds it gone.
        tx!(&mut open, execute sqlx::query("DELETE FROM dashboard_link WHERE owner = $1").bind(owner))?;
        tx!(&mut open, execute sqlx::query("DELETE FROM dashboard_session WHERE owner = $1").bind(owner))?;
        write_down(&mut open, line).await?;
        open.commit().await
    }

    /// Until when what was signed for a user is refused; `None` for one who never was.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn user_refused(&self, owner: &str) -> Result<Option<DateTime<Utc>>> {
        let at: Option<Ms> = on!(self, db => sqlx::query_scalar(
            "SELECT not_before FROM user_refused WHERE owner = $1",
        )
        .bind(owner)
        .fetch_optional(db)
        .await)?;
        Ok(at.map(|at| at.0))
    }
}
