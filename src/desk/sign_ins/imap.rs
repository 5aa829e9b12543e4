//! Connecting a mailbox at an IMAP server by its password. A few numbered steps, each repeatable.

use crate::desk::Desk;
use crate::desk::error::{DeskError, Result};
use crate::error::Classify;
use crate::imap::{ImapError, ImapLogin};
use crate::model::{Account, AccountId, Actor, AuditAction, ImapAddress, Road};
use crate::secret::{SecretText, copy};
use crate::store::{ImapTaken, PasswordAttempt, RoadSet, StoreError};
use crate::strongbox::ImapPassword;

/// A mailbox that is to be connected.
struct Wanted<'a> {
    owner: &'a str,
    with: ImapPassword,
    /// The password's fingerprint.
    version: String,
    account: AccountId,
}

impl Desk {
    /// Connects a mailbox at an IMAP server for an owner, with the password that its login has there:
    ///
    /// 1. the account's row
    /// 2. the server is reached, and hears passwords
    /// 3. the attempt is recorded, then made, once
    /// 4. what was accepted is sealed, and the account is due
    ///
    /// A password that was refused, or whose outcome is unknown, is not tried again. Connecting again keeps id, position and
    /// mail.
    ///
    /// # Errors
    /// When it is not for the actor to connect; why the server lets nobody in; `road_with_mail` where the owner's account of that
    /// login has mail of another road.
    pub async fn connect_imap(
        &self,
        actor: &Actor,
        owner: &str,
        (login, server): (&str, &ImapAddress),
        password: &SecretText,
    ) -> Result<Account> {
        if !actor.reach.includes(owner) {
            return Err(DeskError::NotTheOwner(login.to_owned()));
        }
        let _place = self.sign_ins.places.take(owner)?;
        let connected = async {
            self.clear_leftovers().await?;
            let _beginning = self.sign_ins.beginning.lock().await;
            let with =
                ImapPassword { server: server.clone(), login: login.to_owned(), password: copy(password) };
            let (account, is_new) = self.imap_row(owner, (login, server)).await?;
            let tried = self.try_imap(actor, owner, &account, with).await;
            if tried.is_err() && is_new {
                self.store.forget_begun(&account, owner).await?;
            }
            tried.map(|()| account)
        };
        let connected = connected.await;
        self.kept.forget(self.clock.now());
        match connected {
            Ok(id) => self.store.account(&id).await?.ok_or_else(|| StoreError::NoSuchAccount.into()),
            Err(error) => {
                self.not_connected(actor, owner, None, error.meaning().code).await;
                Err(error)
            }
        }
    }

    /// The owner's account at that server, or one of that login that is read at no other; and whether it is new.
    async fn imap_row(
        &self,
        owner: &str,
        (login, server): (&str, &ImapAddress),
    ) -> Result<(AccountId, bool)> {
        if let Some(own) = self.store.imap_account(ImapTaken { owner, server, login }).await? {
            return Ok((own.id, false));
        }
        let (id, is_new) = match self.account_row(owner, login).await {
            // The same login at several servers.
            Err(DeskError::Store(StoreError::Ambiguous(_))) => return self.new_row(owner, login).await,
            row => row?,
        };
        let is_at_another = async || {
            let account = self.store.account(&id).await?;
            Ok::<_, DeskError>(
                account.is_some_and(|account| account.imap.is_some() && account.road == Some(Road::Imap)),
            )
        };
        if is_new || !is_at_another().await? { Ok((id, is_new)) } else { self.new_row(owner, login).await }
    }

    async fn try_imap(
        &self,
        actor: &Actor,
        owner: &str,
        account: &AccountId,
        with: ImapPassword,
    ) -> Result<()> {
        let version = self.strongbox.imap_version(account, owner, &with).await?;
        self.store.audit(&self.line(actor, AuditAction::ConnectBegun, account)).await?;
        let wanted = Wanted { owner, with, version, account: account.clone() };
        let greeted = self.imap.greet(&wanted.with.server).await?;
        greeted.takes_passwords()?;
        self.record_imap_attempt(&wanted).await?;
        let signed_in = greeted.sign_in(&wanted.with.login, ImapLogin::Password(&wanted.with.password)).await;
        self.end_imap_attempt(&wanted, signed_in.as_ref().err()).await?;
        signed_in?.close().await;
        self.keep_imap(actor, &wanted).await
    }

    async fn record_imap_attempt(&self, wanted: &Wanted<'_>) -> Result<()> {
        // They typed it just then: one that was accepted may be used again.
        let death = uuid::Uuid::new_v4().to_string();
        let now = self.clock.now();
        match self.store.begin_password(&wanted.account, &wanted.version, Some(&death), now).await? {
            PasswordAttempt::Fresh | PasswordAttempt::Accepted => Ok(()),
            PasswordAttempt::Refused => Err(DeskError::RefusedBefore),
            PasswordAttempt::Unknown => Err(DeskError::OutcomeUnknown),
        }
    }

    /// What came of the attempt. A server that says that it is out of order has not judged the password.
    async fn end_imap_attempt(&self, wanted: &Wanted<'_>, error: Option<&ImapError>) -> Result<()> {
        let (id, version, now) = (&wanted.account, &wanted.version, self.clock.now());
        match error {
            None => self.store.end_password(id, version, true, now).await?,
            Some(ImapError::WrongPassword) => self.store.end_password(id, version, false, now).await?,
            Some(ImapError::Unavailable | ImapError::Throttled { .. } | ImapError::NoSignIn(_)) => {
                self.store.forget_password(id, version).await?;
            }
            Some(_) => {}
        }
        Ok(())
    }

    async fn keep_imap(&self, actor: &Actor, Wanted { owner, with, account, .. }: &Wanted<'_>) -> Result<()> {
        let before = self.store.account(account).await?.ok_or(StoreError::NoSuchAccount)?;
        let is_same = before.road == Some(Road::Imap) && before.imap.as_ref() == Some(&with.server);
        if before.road.is_some() && !is_same {
            let line = self.road_line(actor, account, Road::Imap);
            if self.store.set_road(account, Road::Imap, &line).await? == RoadSet::HasMail {
                return Err(DeskError::RoadWithMail(before.name().into_owned()));
            }
        }
        let line = self.line(actor, AuditAction::Connected, account);
        self.strongbox.put_imap(account, owner, with, &line).await?;
        self.cycle.wake();
        Ok(())
    }
}
