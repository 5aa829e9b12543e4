//! Who may sign in to the dashboard, and who is signed in. What a row says is believed by its mark alone: who writes to
//! the database becomes nobody by it.
//!
//! Operators are marked anew when the ring is rotated. Links and sign-ins are not: they end when their key is retired.

use super::{Result, Strongbox};
use crate::model::{AuditEntry, DashboardLink, DashboardSession, DashboardSessionId, DashboardUser, Reach};
use crate::store::{Marked, SignInProof, StoredUser};
use crate::vault::{Fields, Ring, VaultError, beginning};
use chrono::{DateTime, Utc};
use subtle::ConstantTimeEq;

/// What is marked, and what a mark is over: all that decides who comes, what opens it and until when.
trait Markable {
    const PURPOSE: &'static str;

    fn over<T>(&self, hash: &[u8], work: impl FnOnce(&Fields<'_>) -> T) -> T;
}

/// Of an operator it is over the verifier of the password, where others have the hash of their secret.
impl Markable for DashboardUser {
    const PURPOSE: &'static str = "dashboard_user";

    fn over<T>(&self, verifier: &[u8], work: impl FnOnce(&Fields<'_>) -> T) -> T {
        work(&[Some(self.name.as_bytes()), Some(verifier)])
    }
}

impl Markable for DashboardLink {
    const PURPOSE: &'static str = "dashboard_link";

    fn over<T>(&self, hash: &[u8], work: impl FnOnce(&Fields<'_>) -> T) -> T {
        let Self { visitor, expires_at } = self;
        let expires_at = expires_at.timestamp_millis().to_be_bytes();
        work(&[
            Some(hash),
            Some(visitor.name.as_bytes()),
            visitor.owner.as_deref().map(str::as_bytes),
            visitor.return_to.as_deref().map(str::as_bytes),
            Some(&expires_at),
        ])
    }
}

impl Markable for DashboardSession {
    const PURPOSE: &'static str = "dashboard_session";

    fn over<T>(&self, hash: &[u8], work: impl FnOnce(&Fields<'_>) -> T) -> T {
        let Self { id, visitor, .. } = self;
        let [signed_in_at, expires_at] =
            [self.signed_in_at, self.expires_at].map(|at| at.timestamp_millis().to_be_bytes());
        work(&[
            Some(id.as_str().as_bytes()),
            Some(hash),
            Some(visitor.name.as_bytes()),
            visitor.owner.as_deref().map(str::as_bytes),
            visitor.return_to.as_deref().map(str::as_bytes),
            Some(&signed_in_at),
            Some(&expires_at),
        ])
    }
}

/// Whether an operator's row was written by who has this ring.
///
/// # Errors
/// That the ring lacks the key that the mark names.
pub fn is_marked_user(ring: &Ring, stored: &StoredUser) -> std::result::Result<bool, VaultError> {
    fits(ring, &stored.user, stored.verifier.as_bytes(), &stored.mark)
}

fn fits<T: Markable>(
    ring: &Ring,
    row: &T,
    hash: &[u8],
    mark: &[u8],
) -> std::result::Result<bool, VaultError> {
    match row.over(hash, |fields| ring.is_marked(T::PURPOSE, fields, mark)) {
        Err(VaultError::Truncated | VaultError::UnknownVersion(_)) => Ok(false),
        fits => fits,
    }
}

impl Strongbox {
    /// Keeps an operator with what is kept of their password. Whether there was none of that name.
    ///
    /// # Errors
    /// When the database fails, or goes by a key that the ring lacks.
    pub async fn add_dashboard_user(
        &self,
        user: &DashboardUser,
        verifier: &str,
        line: &AuditEntry,
    ) -> Result<bool> {
        Ok(by_todays_key!(self, self.store.add_dashboard_user(&self.user(user, verifier), line)))
    }

    /// Gives an operator another password, and ends what they are signed in with. Whether there is one.
    ///
    /// # Errors
    /// When the database fails, or goes by a key that the ring lacks.
    pub async fn set_dashboard_password(
        &self,
        user: &DashboardUser,
        verifier: &str,
        visitor: &str,
        line: &AuditEntry,
    ) -> Result<bool> {
        Ok(by_todays_key!(self, self.store.set_dashboard_password(&self.user(user, verifier), visitor, line)))
    }

    /// What is kept of the password of this operator, unless their row was written by somebody else.
    ///
    /// # Errors
    /// When the database fails, or the ring lacks the key that the mark names.
    pub async fn dashboard_verifier(&self, name: &str) -> Result<Option<String>> {
        let Some(stored) = self.store.dashboard_user(name).await? else { return Ok(None) };
        let is_ours = is_marked_user(&self.ring, &stored)?;
        Ok(is_ours.then_some(stored.verifier))
    }

    /// Keeps a link by the hash of what opens it.
    ///
    /// # Errors
    /// When the database fails, or goes by a key that the ring lacks.
    pub async fn add_dashboard_link(
        &self,
        new: &DashboardLink,
        hash: &[u8; 32],
        line: &AuditEntry,
    ) -> Result<()> {
        by_todays_key!(self, self.store.add_dashboard_link(&self.marked(new, hash), line));
        Ok(())
    }

    /// The link that a secret of this hash opens, unless it has expired or was written by somebody else.
    ///
    /// # Errors
    /// When the database fails, or the ring lacks the key that the mark names.
    pub async fn dashboard_link(&self, hash: &[u8; 32], now: DateTime<Utc>) -> Result<Option<DashboardLink>> {
        let Some(Marked { row, hash, mark }) = self.store.dashboard_link(hash, now).await? else {
            return Ok(None);
        };
        Ok(fits(&self.ring, &row, &hash, &mark)?.then_some(row))
    }

    /// Keeps who is signed in from now on, as the store does.
    ///
    /// # Errors
    /// When the database fails, or goes by a key that the ring lacks.
    pub async fn open_dashboard_session(
        &self,
        session: &DashboardSession,
        hash: &[u8; 32],
        proof: SignInProof<'_>,
        before: Option<&DashboardSessionId>,
        line: &AuditEntry,
    ) -> Result<bool> {
        Ok(by_todays_key!(
            self,
            self.store.open_dashboard_session(&self.marked(session, hash), proof, before, line)
        ))
    }

    /// The sign-in of this id whose secret has this hash, if it is good at `now` and was written by who has the
    /// ring. One whose key is gone is over.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn dashboard_session(
        &self,
        id: &DashboardSessionId,
        hash: &[u8; 32],
        now: DateTime<Utc>,
    ) -> Result<Option<DashboardSession>> {
        let Some(stored) = self.store.dashboard_session(id).await? else { return Ok(None) };
        let is_theirs = bool::from(stored.hash.ct_eq(hash)) && self.is_good(&stored, now);
        Ok(is_theirs.then_some(stored.row))
    }

    /// The sign-ins within reach that are good at `now`, the latest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn dashboard_sessions(
        &self,
        reach: &Reach,
        now: DateTime<Utc>,
    ) -> Result<Vec<DashboardSession>> {
        let stored = self.store.dashboard_sessions(reach).await?.into_iter();
        Ok(stored.filter(|stored| self.is_good(stored, now)).map(|stored| stored.row).collect())
    }

    /// Has the ring's active key mark the operators that an older one has marked. One whose mark does not fit is
    /// nobody's: they lose it, so that it needs no key. One of a key that the ring lacks is lost until that is back.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn remark_dashboard_users(&self) -> Result<()> {
        let today = beginning(self.ring.active());
        for stored in self.store.dashboard_users().await? {
            if stored.mark.is_empty() || stored.mark.starts_with(&today) {
                continue;
            }
            match is_marked_user(&self.ring, &stored) {
                Ok(true) => {
                    let mark = self.user(&stored.user, &stored.verifier).mark;
                    self.store.remark_dashboard_user(&stored, &mark).await?;
                }
                Ok(false) => self.store.unmark_dashboard_user(&stored).await?,
                Err(error) => tracing::error!(%error, "an operator's mark cannot be read"),
            }
        }
        Ok(())
    }

    fn is_good(&self, stored: &Marked<DashboardSession>, now: DateTime<Utc>) -> bool {
        let Marked { row, hash, mark } = stored;
        // Nothing else of it is believed before.
        fits(&self.ring, row, hash, mark).unwrap_or(false) && row.is_good(now)
    }

    fn user(&self, user: &DashboardUser, verifier: &str) -> StoredUser {
        let mark = user.over(verifier.as_bytes(), |fields| self.ring.mark(DashboardUser::PURPOSE, fields));
        StoredUser { user: user.clone(), verifier: verifier.to_owned(), mark }
    }

    fn marked<T: Markable + Clone>(&self, row: &T, hash: &[u8; 32]) -> Marked<T> {
        let mark = row.over(hash, |fields| self.ring.mark(T::PURPOSE, fields));
        Marked { row: row.clone(), hash: hash.to_vec(), mark }
    }
}
