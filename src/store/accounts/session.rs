//! The browser session's state. What it is made of lies sealed elsewhere.

use super::account::existing;
use super::due::schedule;
use super::road::mail_credential;
use crate::model::{AccountId, BrowserSession, Credential, LastError, SessionState, storable};
use crate::store::column::millis;
use crate::store::{Result, Store, Tx, tx};
use chrono::{DateTime, Utc};

impl Store {
    /// Keeps that a sign-in gave a session: what lives on it is due at `due`. A turn that is under way with
    /// the session before it loses its lease, so that it writes nothing any more.
    ///
    /// # Errors
    /// `NoSuchAccount`.
    pub async fn begin_session(
        &self,
        id: &AccountId,
        expires_at: Option<DateTime<Utc>>,
        due: DateTime<Utc>,
    ) -> Result<()> {
        let mut open = self.begin().await?;
        existing(tx!(&mut open, execute sqlx::query(
            "UPDATE sync_state SET epoch = epoch + 1, lease_holder = NULL, lease_until = NULL WHERE account_id = $1",
        )
        .bind(id.as_str()))?)?;
        let session = BrowserSession { state: SessionState::Valid, expires_at };
        write_session(&mut open, id, session).await?;
        for part in Credential::Session.parts(mail_credential(&mut open, id).await?) {
            schedule(&mut open, id, part, due).await?;
        }
        open.commit().await
    }

    /// Keeps that there is no good session and why, and parks what lives on it.
    ///
    /// # Errors
    /// `NoSuchAccount`.
    pub async fn end_session(&self, id: &AccountId, state: SessionState, why: &LastError) -> Result<()> {
        let mut open = self.begin().await?;
        write_session(&mut open, id, BrowserSession { state, expires_at: None }).await?;
        for part in Credential::Session.parts(mail_credential(&mut open, id).await?) {
            tx!(&mut open, execute sqlx::query(
                "UPDATE part_state SET next_at = NULL, error_disposition = $3, error_code = $4, error_message = $5,
                 error_whose_turn = $6, error_hint = $7, error_at = $8,
                 error_since = CASE WHEN error_code = $4 THEN COALESCE(error_since, $8) ELSE $8 END
                 WHERE account_id = $1 AND part = $2",
            )
            .bind(id.as_str())
            .bind(part.as_str())
            .bind(why.disposition.as_str())
            .bind(&why.code)
            .bind(storable(&why.message))
            .bind(why.whose_turn.as_str())
            .bind(storable(&why.hint))
            .bind(why.at.timestamp_millis()))?;
        }
        open.commit().await
    }
}

/// Writes the state of the session in use, if it differs.
pub(super) async fn write_session(open: &mut Tx, id: &AccountId, session: BrowserSession) -> Result<()> {
    tx!(open, execute sqlx::query(
        "INSERT INTO browser_session AS b (account_id, generation, state, expires_at) VALUES ($1, 0, $2, $3)
         ON CONFLICT (account_id, generation) DO UPDATE SET state = excluded.state, expires_at = excluded.expires_at
         WHERE (b.state, b.expires_at) IS DISTINCT FROM (excluded.state, excluded.expires_at)",
    )
    .bind(id.as_str())
    .bind(session.state.as_str())
    .bind(millis(session.expires_at)))?;
    Ok(())
}
