//! Passwords that are tried: recorded before, so that none is tried twice.

use crate::model::AccountId;
use crate::store::column::Word;
use crate::store::{Result, Store, on, tx};
use chrono::{DateTime, Utc};
use serde::Deserialize;

/// Whether a version of a password may be tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordAttempt {
    /// It may, now and once: the attempt is recorded.
    Fresh,
    /// It was refused before. Never again.
    Refused,
    /// It was tried before and nobody knows what came of it. Never again.
    Unknown,
    /// It was accepted before and has been used for this death of the session.
    Accepted,
}

/// What came of an attempt, as it stands in the database.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum PasswordOutcome {
    Unknown,
    Refused,
    Accepted,
}

impl Store {
    /// Asks for an attempt with a version of a password, and records it when the answer is `Fresh`. Nothing
    /// is ever tried again whose outcome was a refusal or is unknown. A version that was accepted may be used
    /// once for each death of a session: `session_death` names the one to be mended (any text that is the
    /// same for the same death, such as the instant at which it was noticed), and without it no accepted
    /// version is used again.
    ///
    /// # Errors
    /// Those of the database; then no attempt may be made.
    pub async fn begin_password(
        &self,
        account: &AccountId,
        version: &str,
        session_death: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<PasswordAttempt> {
        let fresh = on!(self, execute sqlx::query(
            "INSERT INTO password_attempt AS p (account_id, version, outcome, session_death, begun_at)
             VALUES ($1, $2, 'unknown', $3, $4)
             ON CONFLICT (account_id, version) DO UPDATE
             SET outcome = 'unknown', session_death = excluded.session_death, begun_at = excluded.begun_at,
                 ended_at = NULL
             WHERE p.outcome = 'accepted' AND excluded.session_death IS NOT NULL
             AND p.session_death IS DISTINCT FROM excluded.session_death",
        )
        .bind(account.as_str())
        .bind(version)
        .bind(session_death)
        .bind(now.timestamp_millis()))?;
        if fresh > 0 {
            // The record has to outlive a power cut too, and SQLite syncs its log only now and then.
            self.checkpoint("PRAGMA wal_checkpoint(PASSIVE)").await?;
            return Ok(PasswordAttempt::Fresh);
        }
        let outcome: Word<PasswordOutcome> = on!(self, db => sqlx::query_scalar(
            "SELECT outcome FROM password_attempt WHERE account_id = $1 AND version = $2",
        )
        .bind(account.as_str())
        .bind(version)
        .fetch_one(db)
        .await)?;
        Ok(match outcome.0 {
            PasswordOutcome::Unknown => PasswordAttempt::Unknown,
            PasswordOutcome::Refused => PasswordAttempt::Refused,
            PasswordOutcome::Accepted => PasswordAttempt::Accepted,
        })
    }

    /// Takes an attempt back that ended before the password was judged, such as where a server was out of order and said so.
    ///
    /// # Errors
    /// Those of the database; then the outcome stays unknown.
    pub async fn forget_password(&self, account: &AccountId, version: &str) -> Result<()> {
        on!(self, execute sqlx::query(
            "DELETE FROM password_attempt WHERE account_id = $1 AND version = $2 AND outcome = 'unknown'",
        )
        .bind(account.as_str())
        .bind(version))?;
        Ok(())
    }

    /// Records what came of the attempt. With one that was accepted, those go that were refused before it:
    /// they are not the account's password any more, and may be near what it was.
    ///
    /// # Errors
    /// Those of the database; then the outcome stays unknown.
    pub async fn end_password(
        &self,
        account: &AccountId,
        version: &str,
        accepted: bool,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let mut open = self.begin().await?;
        tx!(&mut open, execute sqlx::query(
            "UPDATE password_attempt SET outcome = $3, ended_at = $4
             WHERE account_id = $1 AND version = $2 AND outcome = 'unknown'",
        )
        .bind(account.as_str())
        .bind(version)
        .bind(if accepted { "accepted" } else { "refused" })
        .bind(now.timestamp_millis()))?;
        if accepted {
            tx!(&mut open, execute sqlx::query(
                "DELETE FROM password_attempt WHERE account_id = $1 AND outcome = 'refused'
                 AND EXISTS (SELECT 1 FROM password_attempt WHERE account_id = $1 AND version = $2 AND outcome = 'accepted')",
            )
            .bind(account.as_str())
            .bind(version))?;
        }
        open.commit().await
    }
}
