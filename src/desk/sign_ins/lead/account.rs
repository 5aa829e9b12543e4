//! Whose mailbox it turns out to be, and what is kept of its account.

use super::Lead;
use crate::desk::error::{DeskError, Result};
use crate::error::Classify;
use crate::model::{Account, AuditAction, ContactsEnd, Road, SessionState};
use crate::owa::Identity;
use crate::store::StoreError;
use crate::sync::Failure;

impl Lead {
    /// Ends the session where the mailbox that was signed in to is another account's: it is none of this one's. Whether it is.
    pub(super) async fn end_if_anothers(&self, error: &DeskError) -> bool {
        let is_anothers = matches!(error, DeskError::NotTheOwner(_));
        if is_anothers && self.accepted && !self.is_new {
            let why =
                Failure { meaning: error.meaning(), message: error.to_string() }.at(self.desk.clock.now());
            let ended = self.desk.store.end_session(&self.account, SessionState::NeedsLogin, &why).await;
            if let Err(error) = ended {
                tracing::error!(account = %self.account, %error, "a session of another mailbox was not ended");
            }
        }
        is_anothers
    }

    /// The account, where its session was stored and it is there still, as far as the database says it.
    pub(super) async fn still_connected(&self) -> Option<Account> {
        if !self.accepted {
            return None;
        }
        let found = self.desk.store.account(&self.account).await;
        found.unwrap_or_else(|error| {
            tracing::error!(account = %self.account, %error, "whether it is connected cannot be told");
            None
        })
    }

    /// Destroys the row of which there is nothing to remember: no password was tried, by another sign-in either, or the
    /// mailbox is another account's. One whose password was accepted here was connected for a moment.
    pub(super) async fn forget(&self) -> Result<()> {
        let (store, account) = (&self.desk.store, &self.account);
        if self.accepted {
            let line = self.desk.line(&self.actor, AuditAction::Disconnected, account);
            store.disconnect_account(account, ContactsEnd::Keep, &line).await?;
        } else {
            store.forget_begun(account, &self.owner).await?;
        }
        Ok(())
    }

    /// Keeps what Outlook says of the mailbox. Where an account of the owner's is this mailbox already, by another
    /// of its names, the sign-in is that one's.
    pub(super) async fn name(&mut self, mailbox: &Identity) -> Result<()> {
        let (address, name) = (&mailbox.address, mailbox.display_name.as_deref());
        match self.desk.store.set_identity(&self.account, address, name).await {
            Err(StoreError::MailboxTaken) => self.join(address).await?,
            named => named?,
        }
        self.desk.store.set_tenant(&self.account, mailbox.tenant.as_deref()).await?;
        Ok(self.desk.store.set_mailbox_settings(&self.account, &mailbox.settings).await?)
    }

    async fn join(&mut self, address: &str) -> Result<()> {
        let there = self.desk.store.accounts_at(address).await?;
        let own = there.into_iter().find(|account| account.owner == self.owner && account.id != self.account);
        let Some(own) = own.filter(|_| self.is_new) else {
            return Err(DeskError::NotTheOwner(address.to_owned()));
        };
        self.forget().await?;
        (self.account, self.is_new) = (own.id, false);
        let line = self.desk.line(&self.actor, AuditAction::Connected, &self.account);
        Ok(self.desk.store.take_road(&self.account, &self.owner, Road::Owa, &line).await?)
    }
}
