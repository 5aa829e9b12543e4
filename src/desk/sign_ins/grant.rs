//! Where the tokens of a sign-in go. A few numbered steps, each repeatable.

use crate::desk::Desk;
use crate::desk::error::{DeskError, Result};
use crate::model::{
    Account, AccountId, Actor, AuditAction, AuditEntry, Credential, NewAccount, NewGrant, Reach,
};
use crate::oauth::SignedIn;
use crate::store::StoreError;

impl Desk {
    /// Keeps the tokens of a sign-in with the account they belong to: that of the same person (`tid` and
    /// `oid`); where none is known to be theirs, that of the same address; otherwise a new one, which has no
    /// road for mail. Connecting again keeps id, cursors and data. `wanted` names the account that must come
    /// of it.
    ///
    /// 1. the account's row
    /// 2. the mailbox's identity, where Outlook has not said it yet
    /// 3. tokens, grant and the line of the audit log, in one transaction: it is connected
    /// 4. its contacts become due, where they are read
    ///
    /// # Errors
    /// `not_the_owner` for another owner's account, `another_person` where another person's was wanted;
    /// nothing is kept then. What fails after the third step leaves the account connected.
    pub(in crate::desk) async fn attach(
        &self,
        actor: &Actor,
        owner: &str,
        wanted: Option<&AccountId>,
        signed_in: &SignedIn,
    ) -> Result<Account> {
        let grant = &signed_in.grant;
        self.store.finish_deletions().await?;
        let found = self.find(owner, grant).await?;
        self.may(owner, wanted, found.as_ref(), grant).await?;
        let (account, is_new) = match found {
            Some(account) => (account, false),
            None => (self.add(owner, grant).await?, true),
        };
        let line = self.line(actor, AuditAction::Connected, &account.id);
        let kept = self.keep_grant(&account, signed_in, &line).await;
        if kept.is_err() && is_new {
            self.store.delete_account(&account.id).await?;
        }
        kept?;
        self.read_contacts(&account.id).await?;
        tracing::info!(account = %account.id, "connected by OAuth");
        self.store.account(&account.id).await?.ok_or_else(|| StoreError::NoSuchAccount.into())
    }

    async fn find(&self, owner: &str, grant: &NewGrant) -> Result<Option<Account>> {
        if let Some(known) = self.store.grant_of(&grant.person).await? {
            return Ok(self.store.account(&known.account_id).await?);
        }
        let known = self.store.account_at(&grant.address).await?;
        if known.is_some() { Ok(known) } else { self.begun(owner, &grant.address).await }
    }

    /// What somebody began with a password and never ended, for this owner: the passwords that were refused
    /// stay known.
    pub(in crate::desk) async fn begun(&self, owner: &str, login: &str) -> Result<Option<Account>> {
        match self.store.find_account(&Reach::Everyone, login).await? {
            Some(account) if self.strongbox.hand_over(&account.id, owner).await? => {
                Ok(self.store.account(&account.id).await?)
            }
            Some(_) | None => Ok(None),
        }
    }

    async fn may(
        &self,
        owner: &str,
        wanted: Option<&AccountId>,
        found: Option<&Account>,
        grant: &NewGrant,
    ) -> Result<()> {
        if found.is_some_and(|account| account.owner != owner) {
            return Err(DeskError::NotTheOwner(grant.address.clone()));
        }
        if let Some(wanted) = wanted.filter(|&wanted| found.is_none_or(|account| account.id != *wanted)) {
            let account = self.store.account(wanted).await?.ok_or(StoreError::NoSuchAccount)?;
            return Err(DeskError::AnotherPerson(account.name().to_owned()));
        }
        let Some(account) = found else { return Ok(()) };
        match self.store.grant(&account.id).await? {
            // An address may be given to another person later.
            Some(before) if before.given.person != grant.person => {
                Err(DeskError::AnotherPerson(account.name().to_owned()))
            }
            Some(_) | None => Ok(()),
        }
    }

    async fn add(&self, owner: &str, grant: &NewGrant) -> Result<Account> {
        let now = self.clock.now();
        let id = AccountId::new(now);
        let (owner, login) = (owner.to_owned(), grant.address.clone());
        self.store.add_account(&NewAccount { id: id.clone(), owner, login, road: None }, now).await?;
        self.store.account(&id).await?.ok_or_else(|| StoreError::NoSuchAccount.into())
    }

    async fn keep_grant(&self, account: &Account, signed_in: &SignedIn, line: &AuditEntry) -> Result<()> {
        let grant = &signed_in.grant;
        if account.address.is_none() {
            self.store.set_identity(&account.id, &grant.address, grant.display_name.as_deref()).await?;
        }
        Ok(self.strongbox.put_grant(&account.id, grant, &signed_in.tokens(), line).await?)
    }

    /// Has the contacts of an account read that is connected, where they are read at all.
    async fn read_contacts(&self, id: &AccountId) -> Result<()> {
        if self.reads_contacts {
            self.store.schedule(id, Credential::Grant, self.clock.now()).await?;
            self.store.reset_failures(id, Credential::Grant).await?;
            self.cycle.wake();
        }
        Ok(())
    }
}
