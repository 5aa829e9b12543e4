//! Connecting a mailbox by its owner's password: a few numbered steps, each repeatable, finished by running them again.

mod device;
mod grant;

pub use device::DeviceSignIn;

use super::Desk;
use super::error::{DeskError, Result};
use crate::error::{Classify, Disposition};
use crate::model::{Account, AccountId, Actor, AuditAction, CycleId, NewAccount, Road, SessionState};
use crate::owa::{Prompt, Session, SignInSteps};
use crate::secret::SecretText;
use crate::store::{Attempt, StoreError};
use chrono::TimeDelta;

/// Longer than a sign-in lasts.
const CUT_OFF: TimeDelta = TimeDelta::minutes(10);

/// How long a mailbox that was begun and never connected is remembered, so that a password that was refused is not tried
/// again. Nobody sees an account of it.
const MEMORY: TimeDelta = TimeDelta::days(90);

/// What the owner is told while a sign-in goes on.
pub trait Audience {
    /// A step was reached, in words for a person.
    fn tell(&mut self, what: &str);
}

impl Desk {
    /// Signs in to a mailbox as its owner would, and keeps the session.
    ///
    /// 1. the account's row
    /// 2. the attempt is recorded
    /// 3. sign-in; the cookies are stored as soon as the password is accepted
    /// 4. the mailbox's identity
    /// 5. the account becomes due
    ///
    /// # Errors
    /// What stopped the sign-in. A password that was refused, or whose outcome is unknown, is not tried again.
    pub async fn connect(
        &self,
        actor: &Actor,
        owner: &str,
        login: &str,
        password: &SecretText,
        audience: &mut impl Audience,
    ) -> Result<Account> {
        if !actor.reach.includes(owner) {
            return Err(DeskError::NotTheOwner(login.to_owned()));
        }
        let (id, is_new) = self.account_row(owner, login).await?;
        let version = self.strongbox.password_version(&id, password).await?;
        let mut steps = Steps {
            desk: self,
            id: &id,
            actor,
            owner,
            version: &version,
            tried: false,
            accepted: false,
            failure: None,
            audience,
        };
        let signed_in = self.sign_in(login, password, &mut steps).await;
        let worth_keeping = steps.tried && !matches!(&signed_in, Err(error) if error.is_mailbox_taken());
        if signed_in.is_err() && is_new && !worth_keeping {
            // Nothing to remember: no password was tried, or the mailbox is another account's.
            self.store.delete_account(&id).await?;
        }
        signed_in?;
        self.store.account(&id).await?.ok_or_else(|| StoreError::NoSuchAccount.into())
    }

    async fn sign_in<A: Audience>(
        &self,
        login: &str,
        password: &SecretText,
        steps: &mut Steps<'_, A>,
    ) -> Result<()> {
        let error = match self.owa.sign_in(login, password, steps).await {
            Ok(session) => return self.keep_session(steps.id, &session).await,
            Err(error) => error,
        };
        if let Some(refusal) = steps.failure.take() {
            return Err(refusal);
        }
        if let Some(right) = error.password_was_right().filter(|_| steps.tried) {
            self.store.end_attempt(steps.id, steps.version, right, self.clock.now()).await?;
        }
        self.leave(steps.id, steps.accepted, error.meaning().disposition).await?;
        Err(error.into())
    }

    /// The row of the mailbox: the one that is there, for reconnecting keeps id, cursors and data, or a new one; and whether
    /// it is new.
    async fn account_row(&self, owner: &str, login: &str) -> Result<(AccountId, bool)> {
        let (store, now) = (&self.store, self.clock.now());
        for id in store.never_connected(now - MEMORY).await? {
            store.delete_account(&id).await?;
        }
        match store.find_account(login).await? {
            Some(account) if account.owner == owner => return Ok((account.id, false)),
            // What somebody else began and never ended stands in nobody's way; the passwords that were refused stay known.
            Some(account) if store.hand_over(&account.id, owner).await? => return Ok((account.id, false)),
            Some(_) => return Err(DeskError::NotTheOwner(login.to_owned())),
            None => {}
        }
        // It gets its road with the first password that is accepted.
        let (id, road) = (AccountId::new(now), Road::None);
        let new = NewAccount { id, owner: owner.to_owned(), login: login.to_owned(), road };
        store.add_account(&new, now).await?;
        Ok((new.id, true))
    }

    async fn keep_session(&self, id: &AccountId, session: &Session) -> Result<()> {
        if let Some(mailbox) = &session.mailbox {
            self.store.set_identity(id, &mailbox.address, mailbox.display_name.as_deref()).await?;
            self.store.set_mailbox_settings(id, &mailbox.settings).await?;
        }
        self.strongbox.put_session(id, &session.to_secret()).await?;
        self.store.set_session(id, SessionState::Valid, session.expires_at()).await?;
        self.store.reset_failures(id).await?;
        self.store.make_due(Some(id), self.clock.now()).await?;
        self.cycle.wake();
        Ok(())
    }

    /// A sign-in that got past the password and then lost its way has left good cookies: the next cycle tries them.
    ///
    /// One that did not get so far says nothing of a session that is stored and good.
    async fn leave(&self, id: &AccountId, accepted: bool, why: Disposition) -> Result<()> {
        let before = self.store.state(id).await?.map(|state| state.session);
        if !accepted && before == Some(SessionState::Valid) {
            return Ok(());
        }
        let session = match why {
            Disposition::Retry | Disposition::Drift if accepted => SessionState::Valid,
            Disposition::Blocked => SessionState::Blocked,
            Disposition::NeedsLogin | Disposition::Retry | Disposition::Drift | Disposition::Fatal => {
                SessionState::NeedsLogin
            }
        };
        self.store.set_session(id, session, None).await?;
        if session == SessionState::Valid {
            self.store.make_due(Some(id), self.clock.now()).await?;
            self.cycle.wake();
        }
        Ok(())
    }
}

fn words(prompt: &Prompt) -> String {
    match prompt {
        Prompt::Mfa { number: Some(number) } => {
            format!("approve the sign-in on your telephone and enter {number}")
        }
        Prompt::Mfa { number: None } => "approve the sign-in on your telephone".to_owned(),
    }
}

/// Stores what a sign-in reports the moment it reports it.
struct Steps<'a, A> {
    desk: &'a Desk,
    id: &'a AccountId,
    actor: &'a Actor,
    owner: &'a str,
    version: &'a str,
    tried: bool,
    accepted: bool,
    failure: Option<DeskError>,
    audience: &'a mut A,
}

impl<A: Audience> Steps<'_, A> {
    /// Keeps why a step said no; the sign-in itself only learns that it did.
    fn stop(&mut self, failure: DeskError) -> String {
        let said = failure.to_string();
        self.failure = Some(failure);
        said
    }

    async fn record_attempt(&self) -> Result<()> {
        let Desk { store, clock, .. } = self.desk;
        // A connect is the owner's own: they typed the password now, so an accepted one may be used again.
        let occasion = CycleId::new(clock.now()).to_string();
        match store.begin_attempt(self.id, self.version, Some(&occasion), clock.now()).await? {
            Attempt::Fresh | Attempt::Accepted => Ok(()),
            Attempt::Refused => Err(DeskError::RefusedBefore),
            Attempt::Unknown => Err(DeskError::OutcomeUnknown),
        }
    }

    async fn store_session(&self, session: &Session) -> Result<()> {
        let Desk { store, clock, strongbox, .. } = self.desk;
        store.end_attempt(self.id, self.version, true, clock.now()).await?;
        // First: where somebody else began anew meanwhile, the account is theirs, and this session is not for them.
        let line = self.desk.line(self.actor, AuditAction::Connected, self.id);
        store.take_road(self.id, self.owner, Road::Owa, &line).await?;
        strongbox.put_session(self.id, &session.to_secret()).await?;
        // From here on a turn that still reads with the session before may write nothing any more.
        store.set_session(self.id, SessionState::Valid, session.expires_at()).await?;
        // Should this process be killed before the sign-in ends, a cycle goes on with what is stored.
        store.make_due(Some(self.id), clock.now() + CUT_OFF).await?;
        Ok(())
    }
}

impl<A: Audience> SignInSteps for Steps<'_, A> {
    async fn about_to_try(&mut self) -> Result<(), String> {
        self.record_attempt().await.map_err(|failure| self.stop(failure))?;
        self.tried = true;
        self.audience.tell("trying the password, once");
        Ok(())
    }

    async fn accepted(&mut self, session: &Session) -> Result<(), String> {
        self.store_session(session).await.map_err(|failure| self.stop(failure))?;
        self.accepted = true;
        self.audience.tell("the password was accepted, the session is stored");
        Ok(())
    }

    /// A second factor is asked for after a right password only: whatever becomes of it, the password may be used again.
    async fn prompt(&mut self, prompt: &Prompt) -> Result<(), String> {
        let Desk { store, clock, .. } = self.desk;
        if self.tried {
            let right = store.end_attempt(self.id, self.version, true, clock.now()).await;
            right.map_err(|error| self.stop(error.into()))?;
        }
        self.audience.tell(&words(prompt));
        Ok(())
    }
}
