//! Where the tokens of a sign-in go, and how they are given up. A few numbered steps, each repeatable.

use super::{Desk, DeskError};
use crate::model::{Account, AccountId, Actor, AuditAction, AuditEntry, NewAccount, NewGrant, Road};
use crate::oauth::{Finished, SignedIn};
use crate::store::{StoreError, Wiped};
use crate::sync::Failure;
use serde::Serialize;

/// What a disconnect destroyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Disconnected {
    /// Whether there were tokens.
    pub tokens: bool,
    /// What went with the account, which had nothing but OAuth. `None`: it goes on with its browser session.
    pub wiped: Option<Wiped>,
}

/// A popup that has come back.
#[derive(Debug)]
pub struct Returned {
    /// The name of the cookie, which has done its work.
    pub cookie: String,
    /// The origin of the page that hears how it ended.
    pub opener: Option<String>,
    /// How it ended.
    pub end: Result<Account, Failure>,
}

impl Desk {
    /// Takes the answer that a popup brought back, the query of its address and the `Cookie` headers, and keeps the tokens
    /// of whoever signed in.
    ///
    /// # Errors
    /// When it belongs to no sign-in of this browser; those of the database. How the sign-in itself ended stands in the
    /// answer.
    pub async fn finish_popup(&self, query: &str, cookies: &str) -> Result<Returned, Failure> {
        let Finished { owner, account, opener, cookie, end } = self.oauth.finish(query, cookies).await?;
        let end = match end {
            Ok(signed_in) => self.connected(&owner, account.as_ref(), &signed_in).await,
            Err(error) => Err(error.into()),
        };
        if let Err(failure) = &end {
            tracing::warn!(code = failure.meaning.code, error = failure.message, "not connected by OAuth");
        }
        Ok(Returned { cookie, opener, end })
    }

    async fn connected(
        &self,
        owner: &str,
        wanted: Option<&AccountId>,
        signed_in: &SignedIn,
    ) -> Result<Account, Failure> {
        let account = self.attach(owner, wanted, signed_in).await?;
        let entry = AuditEntry {
            account: Some(account.id.clone()),
            ..AuditEntry::new(self.clock.now(), &Actor::user(owner).name, AuditAction::Connected)
        };
        self.store.audit(&entry).await?;
        Ok(account)
    }

    /// Keeps the tokens of a sign-in with the account they belong to: that of the same person (`tid` and `oid`); where none is
    /// known to be theirs, that of the same address; otherwise a new one, which has no road for mail. Connecting again keeps id,
    /// cursors and data. `wanted` names the account that must come of it.
    ///
    /// 1. the account's row
    /// 2. the mailbox's identity, where Outlook has not said it yet
    /// 3. tokens and grant, in one transaction
    ///
    /// # Errors
    /// `not_the_owner` for another owner's account, `another_person` where another person's was wanted; nothing is kept then.
    pub(super) async fn attach(
        &self,
        owner: &str,
        wanted: Option<&AccountId>,
        signed_in: &SignedIn,
    ) -> Result<Account, Failure> {
        let grant = &signed_in.grant;
        let found = self.find(grant).await?;
        self.may(owner, wanted, found.as_ref(), grant).await?;
        let (account, is_new) = match found {
            Some(account) => (account, false),
            None => (self.add(owner, grant).await?, true),
        };
        let kept = self.keep(&account, signed_in).await;
        if kept.is_err() && is_new {
            self.store.delete_account(&account.id).await?;
        }
        kept?;
        tracing::info!(account = %account.id, "connected by OAuth");
        self.store.account(&account.id).await?.ok_or_else(|| StoreError::NoSuchAccount.into())
    }

    async fn find(&self, grant: &NewGrant) -> Result<Option<Account>, Failure> {
        let known = match self.store.grant_of(&grant.person).await? {
            Some(known) => self.store.account(&known.account_id).await?,
            None => self.store.account_at(&grant.address).await?,
        };
        Ok(known)
    }

    async fn may(
        &self,
        owner: &str,
        wanted: Option<&AccountId>,
        found: Option<&Account>,
        grant: &NewGrant,
    ) -> Result<(), Failure> {
        if found.is_some_and(|account| account.owner != owner) {
            return Err(DeskError::NotTheOwner(grant.address.clone()).into());
        }
        if let Some(wanted) = wanted.filter(|&wanted| found.is_none_or(|account| account.id != *wanted)) {
            let account = self.store.account(wanted).await?.ok_or(StoreError::NoSuchAccount)?;
            return Err(DeskError::AnotherPerson(account.name().to_owned()).into());
        }
        let Some(account) = found else { return Ok(()) };
        match self.store.grant(&account.id).await? {
            // An address may be given to another person later.
            Some(before) if before.given.person != grant.person => {
                Err(DeskError::AnotherPerson(account.name().to_owned()).into())
            }
            Some(_) | None => Ok(()),
        }
    }

    async fn add(&self, owner: &str, grant: &NewGrant) -> Result<Account, Failure> {
        let now = self.clock.now();
        let id = AccountId::new(now);
        let (owner, login) = (owner.to_owned(), grant.address.clone());
        self.store.add_account(&NewAccount { id: id.clone(), owner, login, road: Road::None }, now).await?;
        self.store.account(&id).await?.ok_or_else(|| StoreError::NoSuchAccount.into())
    }

    async fn keep(&self, account: &Account, signed_in: &SignedIn) -> Result<(), Failure> {
        let grant = &signed_in.grant;
        if account.address.is_none() {
            self.store.set_identity(&account.id, &grant.address, grant.display_name.as_deref()).await?;
        }
        Ok(self.strongbox.put_grant(&account.id, grant, &signed_in.tokens()).await?)
    }

    /// Ends an account's connection by OAuth. A mailbox that has another road keeps it and its data; one that has none is
    /// destroyed as a whole. Microsoft is not told: it knows no way to take back the tokens of one application.
    ///
    /// It is one step: an account that has lost its grant is not asked for here again.
    ///
    /// # Errors
    /// Those of the database. `LogKept` comes when all is done.
    pub async fn disconnect(&self, account: &Account) -> Result<Disconnected, Failure> {
        let (tokens, wiped) = match account.road {
            Road::Owa => (self.strongbox.destroy_grant(&account.id).await?, None),
            // Its grant and its tokens go with it.
            Road::None => {
                let tokens = self.store.grant(&account.id).await?.is_some();
                (tokens, Some(self.store.delete_account(&account.id).await?))
            }
        };
        tracing::info!(account = %account.id, whole = wiped.is_some(), "disconnected from OAuth");
        Ok(Disconnected { tokens, wiped })
    }
}
