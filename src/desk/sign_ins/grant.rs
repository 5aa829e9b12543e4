//! Where the tokens of a sign-in go. A few numbered steps, each repeatable.

use crate::desk::Desk;
use crate::desk::error::{DeskError, Result};
use crate::model::{
    Account, AccountId, Actor, AuditAction, AuditEntry, Credential, NewAccount, NewGrant, Part, Reach, Road,
    shown_login,
};
use crate::oauth::{SignedIn, opens_mail};
use crate::store::StoreError;

impl Desk {
    /// Keeps the tokens of a sign-in with the account they belong to: that of the same person (`tid` and
    /// `oid`); where none is known to be theirs, that of the same mailbox, where the address says so for sure;
    /// otherwise a new one, which has no road for mail. Connecting again keeps id, cursors and data. `wanted`
    /// names the account that must come of it.
    ///
    /// 1. the account's row
    /// 2. the mailbox's identity, where Outlook has not said it yet: its address if that is proven, else the person
    /// 3. tokens, grant and the line of the audit log, in one transaction: it is connected
    /// 4. its mail goes by the sign-in where that opens it and no other road was taken, and is due
    /// 5. its contacts become due, where they are read
    ///
    /// # Errors
    /// `not_the_owner` for another owner's account, `another_person` where another person's was wanted;
    /// nothing is kept then. With what fails after the third step the next cycle goes on: it is connected.
    pub(in crate::desk) async fn attach(
        &self,
        actor: &Actor,
        owner: &str,
        wanted: Option<&AccountId>,
        signed_in: &SignedIn,
    ) -> Result<Account> {
        let grant = &signed_in.grant;
        self.store.finish_deletions().await?;
        let found = self.find(owner, signed_in).await?;
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
        // The mailbox of a guest is where they are at home: here they have tokens and no contacts.
        if signed_in.guest().is_none() {
            self.read_both(actor, &account.id, grant).await;
        }
        self.kept.forget(self.clock.now());
        tracing::info!(account = %account.id, "connected by OAuth");
        self.store.account(&account.id).await?.ok_or_else(|| StoreError::NoSuchAccount.into())
    }

    async fn find(&self, owner: &str, signed_in: &SignedIn) -> Result<Option<Account>> {
        if let Some(known) = self.store.grant_of(&signed_in.grant.person).await? {
            return Ok(self.store.account(&known.account_id).await?);
        }
        for name in signed_in.names() {
            let there = self.store.accounts_at(name).await?;
            let theirs = there.into_iter().find(|account| is_theirs(account, owner, signed_in, name));
            if theirs.is_some() {
                return Ok(theirs);
            }
        }
        for name in signed_in.names() {
            if let Some(begun) = self.begun(owner, name, signed_in.proves(name)).await? {
                return Ok(Some(begun));
            }
        }
        Ok(None)
    }

    /// What somebody began with a password and never ended, for this owner: the passwords that were refused
    /// stay known. What others began stands in nobody's way where the login is theirs for sure.
    pub(in crate::desk) async fn begun(
        &self,
        owner: &str,
        login: &str,
        is_proven: bool,
    ) -> Result<Option<Account>> {
        for account in self.store.accounts_begun(login).await? {
            if (is_proven || account.owner == owner) && self.strongbox.hand_over(&account.id, owner).await? {
                return Ok(self.store.account(&account.id).await?);
            }
        }
        Ok(None)
    }

    /// The account of an owner that goes by a login, or that somebody has begun for it.
    ///
    /// # Errors
    /// `not_the_owner` where the mailbox is connected for another; `account_unproven`.
    pub(in crate::desk) async fn known(&self, owner: &str, login: &str) -> Result<Option<Account>> {
        let own = self.store.find_account(&Reach::Owner(owner.to_owned()), login).await?;
        if own.is_some() {
            return Ok(own);
        }
        if self.store.accounts_at(login).await?.is_empty() {
            return self.begun(owner, login, true).await;
        }
        Err(DeskError::NotTheOwner(login.to_owned()))
    }

    async fn may(
        &self,
        owner: &str,
        wanted: Option<&AccountId>,
        found: Option<&Account>,
        grant: &NewGrant,
    ) -> Result<()> {
        if found.is_some_and(|account| account.owner != owner) {
            return Err(DeskError::NotTheOwner(shown_login(&grant.login).into_owned()));
        }
        if let Some(wanted) = wanted.filter(|&wanted| found.is_none_or(|account| account.id != *wanted)) {
            let account = self.store.account(wanted).await?.ok_or(StoreError::NoSuchAccount)?;
            return Err(DeskError::AnotherPerson(account.name().into_owned()));
        }
        let Some(account) = found else { return Ok(()) };
        match self.store.grant(&account.id).await? {
            // An address may be given to another person later.
            Some(before) if before.given.person != grant.person => {
                Err(DeskError::AnotherPerson(account.name().into_owned()))
            }
            Some(_) | None => Ok(()),
        }
    }

    async fn add(&self, owner: &str, grant: &NewGrant) -> Result<Account> {
        let now = self.clock.now();
        let id = AccountId::new(now);
        let (owner, login) = (owner.to_owned(), grant.login.clone());
        self.store.add_account(&NewAccount { id: id.clone(), owner, login, road: None }, now).await?;
        self.store.account(&id).await?.ok_or_else(|| StoreError::NoSuchAccount.into())
    }

    async fn keep_grant(&self, account: &Account, signed_in: &SignedIn, line: &AuditEntry) -> Result<()> {
        if account.address.is_none() {
            self.name_mailbox(&account.id, signed_in).await?;
        }
        let grant = &signed_in.grant;
        let end = (signed_in.attempt.as_ref(), line);
        Ok(self.strongbox.put_grant(&account.id, &account.owner, grant, &signed_in.tokens(), end).await?)
    }

    async fn name_mailbox(&self, id: &AccountId, signed_in: &SignedIn) -> Result<()> {
        let NewGrant { address, login, person, display_name, .. } = &signed_in.grant;
        let display_name = display_name.as_deref();
        let named = if signed_in.proves(address) {
            self.store.set_identity(id, address, display_name).await
        } else {
            self.store.set_person(id, person, login, display_name).await
        };
        if matches!(named, Err(StoreError::MailboxTaken)) {
            return Err(DeskError::NotTheOwner(signed_in.known_as()));
        }
        Ok(named?)
    }

    async fn read_both(&self, actor: &Actor, id: &AccountId, grant: &NewGrant) {
        for begun in [self.read_mail(actor, id, grant).await, self.read_contacts(id).await] {
            if let Err(error) = begun {
                tracing::error!(account = %id, %error, "connected; the next cycle begins what is read of it");
            }
        }
    }

    /// Has the mail of an account read by this sign-in: from now on where it has no road and the sign-in opens mail, and again
    /// where it has one that tokens open.
    async fn read_mail(&self, actor: &Actor, id: &AccountId, grant: &NewGrant) -> Result<()> {
        let is_taken =
            opens_mail(grant) && self.store.take_graph(id, &self.road_line(actor, id, Road::Graph)).await?;
        let account = self.store.account(id).await?;
        let is_its_own = account.is_some_and(|account| {
            let may = account.road == Some(Road::Imap) || opens_mail(grant);
            may && account.mail_credential() == Credential::Grant
        });
        if !is_its_own {
            return Ok(());
        }
        if !is_taken {
            self.store.schedule(id, Part::Mail, self.clock.now()).await?;
        }
        self.store.reset_failures(id, Credential::Grant).await?;
        self.cycle.wake();
        Ok(())
    }

    /// Has the contacts of an account read that is connected, where they are read at all.
    async fn read_contacts(&self, id: &AccountId) -> Result<()> {
        if self.reads_contacts {
            self.store.schedule(id, Part::Contacts, self.clock.now()).await?;
            self.store.reset_failures(id, Credential::Grant).await?;
            self.cycle.wake();
        }
        Ok(())
    }
}

/// Whether an account that goes by a name of who signed in is the same mailbox: the name is theirs for sure, or
/// Outlook has said that the mailbox is of their organisation. Of an owner's own account it is enough that Outlook
/// has said no other.
fn is_theirs(account: &Account, owner: &str, signed_in: &SignedIn, name: &str) -> bool {
    if signed_in.proves(name) {
        return true;
    }
    let person = &signed_in.grant.person;
    // Outlook and the sign-in service call the organisation of all personal accounts by two ids.
    match account.tenant.as_deref().filter(|_| !person.is_personal()) {
        Some(tenant) => tenant.eq_ignore_ascii_case(&person.tenant) && signed_in.guest().is_none(),
        None => account.owner == owner && account.road == Some(Road::Owa),
    }
}
