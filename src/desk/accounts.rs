//! Accounts: found, listed, shown, paused, disconnected.

use super::contacts::ContactsDetail;
use super::error::{DeskError, Result};
use super::folders::FolderDetail;
use super::{Database, Desk, Wiped};
use crate::model::{
    Account, AccountId, Actor, AuditAction, AuditEntry, ContactsEnd, ContactsEnded, Credential, PartState,
    RoadChange, SessionState, SyncState,
};
use crate::store::{GrantDestroyed, LedgerItem};
use crate::sync::Settings;
use crate::sync::health::AccountHealth;
use serde::Serialize;
use utoipa::ToSchema;

/// All that is known of one account.
#[derive(Debug)]
pub struct AccountDetail {
    /// The account itself.
    pub account: Account,
    /// How it does.
    pub health: AccountHealth,
    /// Where its parts stand.
    pub parts: Vec<PartState>,
    /// Its folders, read or not.
    pub folders: Vec<FolderDetail>,
    /// What could not be read.
    pub ledger: Vec<LedgerItem>,
    /// Its contact folders, and the contacts that are not in step.
    pub contacts: ContactsDetail,
    /// The other road that was last asked for.
    pub road_change: Option<RoadChange>,
}

/// What of an account ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// All of it.
    Account,
    /// Its connection by OAuth. A mailbox that a browser was signed in to keeps that and its data; any other is
    /// destroyed as a whole.
    Grant,
}

/// What a disconnect destroyed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Disconnected {
    /// Whether there were tokens.
    pub tokens: bool,
    /// What became of the contacts.
    pub contacts: ContactsEnded,
    /// What went with the account. `None`: it goes on with its browser session, or there was nothing to end.
    pub wiped: Option<Wiped>,
}

impl Database {
    /// The connected account within reach that a person means by its id, its address or its login.
    ///
    /// # Errors
    /// `NoSuchAccount`; `ambiguous` when several go by the name, `account_unproven`; `leaving` when it is being destroyed.
    pub async fn named(&self, actor: &Actor, name: &str) -> Result<Account> {
        let account = self.to_disconnect(actor, name).await?;
        if self.store.leaving().await?.contains(&account.id) {
            return Err(DeskError::Leaving(account.name().into_owned()));
        }
        let connected = self.store.state_within(&actor.reach, &account.id).await?;
        Ok(connected.ok_or_else(|| no_such(name))?.0)
    }

    /// The same, also one that is being destroyed, since to disconnect it again finishes that; and one that
    /// was begun and never connected, since what is remembered of its passwords goes with it.
    ///
    /// # Errors
    /// `NoSuchAccount`; `ambiguous` when several go by the name, `account_unproven`.
    pub async fn to_disconnect(&self, actor: &Actor, name: &str) -> Result<Account> {
        self.store.find_account(&actor.reach, name).await?.ok_or_else(|| no_such(name))
    }

    /// The connected account of this id.
    ///
    /// # Errors
    /// `NoSuchAccount`.
    pub async fn account(&self, actor: &Actor, id: &AccountId) -> Result<Account> {
        Ok(self.account_and_state(actor, id).await?.0)
    }

    pub(super) async fn account_and_state(
        &self,
        actor: &Actor,
        id: &AccountId,
    ) -> Result<(Account, SyncState)> {
        self.store.state_within(&actor.reach, id).await?.ok_or_else(|| no_such(id.as_str()))
    }

    /// The accounts within reach that were ever connected, the oldest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn accounts(&self, actor: &Actor) -> Result<Vec<Account>> {
        Ok(self.store.accounts(&actor.reach).await?)
    }

    /// All that is known of the account that a person names, which should be read as `settings` say.
    ///
    /// # Errors
    /// Those of `named`.
    pub async fn account_detail(
        &self,
        actor: &Actor,
        name: &str,
        settings: &Settings,
    ) -> Result<AccountDetail> {
        let account = self.named(actor, name).await?;
        let id = &account.id;
        let state = self.store.state(id).await?.ok_or_else(|| no_such(name))?;
        let health = self.card_of(&account, &state, settings).await?;
        let folders = self.folders_of(&account, settings).await?;
        let ledger = self.store.ledger(id).await?;
        let contacts = self.contacts_detail(id).await?;
        let road_change = self.store.road_change(id).await?;
        Ok(AccountDetail { account, health, parts: state.parts, folders, ledger, contacts, road_change })
    }
}

impl Database {
    /// What `Desk::disconnect` would destroy, and how many contacts would stay without an account.
    ///
    /// # Errors
    /// `NoSuchAccount`; those of the database.
    pub async fn would_disconnect(
        &self,
        actor: &Actor,
        account: &Account,
        contacts: ContactsEnd,
    ) -> Result<Disconnected> {
        let id = &account.id;
        if !actor.reach.includes(&account.owner) {
            return Err(no_such(id.as_str()));
        }
        let tokens = self.store.grant(id).await?.is_some();
        let wiped = self.store.would_wipe(id, contacts).await?;
        Ok(Disconnected { tokens, contacts: wiped.contacts, wiped: Some(wiped) })
    }
}

impl Desk {
    /// All that is known of the account of this id.
    ///
    /// # Errors
    /// `NoSuchAccount`, `Leaving`; those of the database.
    pub async fn detail(&self, actor: &Actor, id: &AccountId) -> Result<AccountDetail> {
        self.account_detail(actor, id.as_str(), self.cycle.settings()).await
    }

    /// Ends an account's connection, or that by OAuth alone. Microsoft is not told: it knows no way to take
    /// back the tokens of one application. The contacts end with either, or stay as nobody's account's.
    ///
    /// # Errors
    /// `NoSuchAccount`; those of the database. `database_log_kept` comes when all is done.
    pub async fn disconnect(
        &self,
        actor: &Actor,
        account: &Account,
        what: Ending,
        contacts: ContactsEnd,
    ) -> Result<Disconnected> {
        let id = &account.id;
        if !actor.reach.includes(&account.owner) {
            return Err(no_such(id.as_str()));
        }
        let line = self.line(actor, AuditAction::Disconnected, id);
        let is_of_grant = what == Ending::Grant && self.outlives_grant(account).await?;
        let ended = if is_of_grant {
            self.end_grant(id, contacts, &line).await
        } else {
            self.end_account(id, contacts, &line).await
        };
        // Also where it was not ended as a whole.
        self.kept.forget(self.clock.now());
        let disconnected = ended?;
        tracing::info!(account = %id, whole = disconnected.wiped.is_some(), "disconnected");
        Ok(disconnected)
    }

    /// Whether an account goes on without its connection by OAuth: a browser was signed in to it, or an IMAP server
    /// has a password of it.
    async fn outlives_grant(&self, account: &Account) -> Result<bool> {
        let is_on_other = account.imap.is_some()
            || (account.road.is_some() && account.mail_credential() != Credential::Grant);
        let state = self.store.state(&account.id).await?;
        Ok(is_on_other || state.is_some_and(|state| state.session != SessionState::Absent))
    }

    async fn end_grant(
        &self,
        id: &AccountId,
        contacts: ContactsEnd,
        line: &AuditEntry,
    ) -> Result<Disconnected> {
        let GrantDestroyed { tokens, contacts } = self.strongbox.destroy_grant(id, contacts, line).await?;
        Ok(Disconnected { tokens, contacts, wiped: None })
    }

    /// Its grant and its tokens go with it.
    async fn end_account(
        &self,
        id: &AccountId,
        contacts: ContactsEnd,
        line: &AuditEntry,
    ) -> Result<Disconnected> {
        let tokens = self.store.grant(id).await?.is_some();
        let wiped = self.store.disconnect_account(id, contacts, line).await?;
        Ok(Disconnected { tokens, contacts: wiped.contacts, wiped: Some(wiped) })
    }

    /// Has cycles leave an account out, or read it again. Its session and its mail stay either way.
    ///
    /// # Errors
    /// `NoSuchAccount`; those of the database.
    pub async fn set_paused(&self, actor: &Actor, account: &Account, paused: bool) -> Result<()> {
        let id = &account.id;
        if !actor.reach.includes(&account.owner) {
            return Err(no_such(id.as_str()));
        }
        let action = if paused { AuditAction::Paused } else { AuditAction::Resumed };
        self.store.set_sync_enabled(id, !paused, &self.line(actor, action, id)).await?;
        self.kept.forget(self.clock.now());
        if !paused {
            self.cycle.wake();
        }
        Ok(())
    }
}

fn no_such(name: &str) -> DeskError {
    DeskError::NoSuchAccount(name.to_owned())
}
