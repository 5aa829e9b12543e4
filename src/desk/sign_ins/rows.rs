//! The row of a mailbox that somebody signs in to by a password.

use crate::desk::Desk;
use crate::desk::error::{DeskError, Result};
use crate::model::{AccountId, Actor, AuditAction, NewAccount};
use crate::secret::SecretText;
use crate::store::StoreError;
use chrono::TimeDelta;

/// How long a mailbox that was begun and never connected is remembered, so that a password that was refused
/// is not tried again. Nobody sees an account of it.
const MEMORY: TimeDelta = TimeDelta::days(90);

impl Desk {
    /// The row of the mailbox, whether it is new, and the version of the password under it.
    pub(super) async fn row_to_try(
        &self,
        actor: &Actor,
        owner: &str,
        login: &str,
        password: &SecretText,
    ) -> Result<((AccountId, bool), String)> {
        match self.try_row(actor, owner, login, password).await {
            // A sign-in before this one had nothing to remember, and took its row along: this one has another.
            Err(DeskError::Store(StoreError::NoSuchAccount)) => {
                self.try_row(actor, owner, login, password).await
            }
            row => row,
        }
    }

    async fn try_row(
        &self,
        actor: &Actor,
        owner: &str,
        login: &str,
        password: &SecretText,
    ) -> Result<((AccountId, bool), String)> {
        let row = self.account_row(owner, login).await?;
        let version = self.strongbox.password_version(&row.0, owner, password).await?;
        self.store.audit(&self.line(actor, AuditAction::ConnectBegun, &row.0)).await?;
        Ok((row, version))
    }

    /// The one that is there, for reconnecting keeps id, cursors and data, or a new one; and whether it is new.
    pub(super) async fn account_row(&self, owner: &str, login: &str) -> Result<(AccountId, bool)> {
        let known = match self.known(owner, login).await {
            // Whoever has the password of that address has its mailbox: the owner has one account of it.
            Err(DeskError::Store(StoreError::Unproven(id))) => Some(id),
            known => known?.map(|account| account.id),
        };
        if let Some(known) = known {
            return Ok((known, false));
        }
        self.new_row(owner, login).await
    }

    /// A row of a mailbox that nobody has signed in to: it gets its road with the first password that is accepted.
    pub(super) async fn new_row(&self, owner: &str, login: &str) -> Result<(AccountId, bool)> {
        let (owner, login, now) = (owner.to_owned(), login.to_owned(), self.clock.now());
        let new = NewAccount { id: AccountId::new(now), owner, login, road: None };
        self.store.add_account(&new, now).await?;
        Ok((new.id, true))
    }

    /// What is to be destroyed, is destroyed before anybody connects. The database's log may still hold erased text for
    /// as long as somebody reads: that is not for who connects to wait for.
    pub(super) async fn clear_leftovers(&self) -> Result<()> {
        match self.destroy_leftovers().await {
            Err(DeskError::Store(StoreError::LogKept)) => Ok(()),
            destroyed => destroyed,
        }
    }

    async fn destroy_leftovers(&self) -> Result<()> {
        self.store.finish_deletions().await?;
        for id in self.store.never_connected(self.clock.now() - MEMORY).await? {
            self.store.delete_account(&id).await?;
        }
        Ok(())
    }
}
