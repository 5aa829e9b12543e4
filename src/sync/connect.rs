//! Connecting a mailbox: a few numbered steps, each repeatable, finished by running them again.

use super::{Engine, Failure};
use crate::error::Disposition;
use crate::model::{Account, AccountId, NewAccount, Road, SessionState};
use crate::owa::{OwaError, Prompt, Session, SignInSteps};
use crate::secret::SecretText;
use crate::store::Attempt;

/// What the owner is told while a sign-in goes on.
pub trait Audience {
    /// A step was reached, in words for a person.
    fn tell(&mut self, what: &str);
}

/// Signs in to a mailbox as its owner would, and keeps the session.
///
/// 1. the account's row, 2. the attempt is recorded, 3. sign-in, the cookies stored as soon as the password is
/// accepted, 4. the mailbox's identity, 5. the account becomes due.
///
/// # Errors
/// What stopped the sign-in. A password that was refused, or whose outcome is unknown, is not tried again.
pub async fn connect(
    engine: &Engine,
    owner: &str,
    login: &str,
    password: &SecretText,
    audience: &mut impl Audience,
) -> Result<Account, Failure> {
    let id = account_row(engine, owner, login).await?;
    let version = engine.strongbox.password_version(&id, password).await?;
    let mut steps =
        Steps { engine, id: &id, version: &version, tried: false, accepted: false, failure: None, audience };
    let signed_in = engine.owa.sign_in(login, password, &mut steps).await;
    let (tried, accepted, refusal) = (steps.tried, steps.accepted, steps.failure.take());
    match (signed_in, refusal) {
        (Ok(session), _) => keep(engine, &id, &session).await?,
        (Err(_), Some(refusal)) => return Err(refusal),
        (Err(error), None) => {
            if tried && matches!(error, OwaError::WrongPassword) {
                engine.store.end_attempt(&id, &version, false, engine.clock.now()).await?;
            }
            let failure = Failure::from(error);
            leave(engine, &id, accepted, failure.disposition).await?;
            return Err(failure);
        }
    }
    engine.store.account(&id).await?.ok_or_else(|| crate::store::StoreError::NoSuchAccount.into())
}

/// The row of the mailbox: the one that is there, for reconnecting keeps id, cursors and data, or a new one.
async fn account_row(engine: &Engine, owner: &str, login: &str) -> Result<AccountId, Failure> {
    match engine.store.find_account(login).await? {
        Some(account) if account.owner == owner => Ok(account.id),
        Some(_) => Err(Failure::not_the_owner(login)),
        None => {
            let now = engine.clock.now();
            let new = NewAccount {
                id: AccountId::new(now),
                owner: owner.to_owned(),
                login: login.to_owned(),
                road: Road::Owa,
            };
            engine.store.add_account(&new, now).await?;
            Ok(new.id)
        }
    }
}

async fn keep(engine: &Engine, id: &AccountId, session: &Session) -> Result<(), Failure> {
    if let Some(mailbox) = &session.mailbox {
        engine.store.set_identity(id, &mailbox.address, mailbox.display_name.as_deref()).await?;
    }
    engine.strongbox.put_session(id, &session.to_secret()).await?;
    engine.store.set_session(id, SessionState::Valid, session.expires_at()).await?;
    engine.store.reset_failures(id).await?;
    engine.store.make_due(Some(id), engine.clock.now()).await?;
    engine.wake.notify_one();
    Ok(())
}

/// A sign-in that got past the password and then lost its way has left good cookies: the next cycle tries them.
async fn leave(engine: &Engine, id: &AccountId, accepted: bool, why: Disposition) -> Result<(), Failure> {
    let session = match why {
        Disposition::Retry | Disposition::Drift if accepted => SessionState::Valid,
        Disposition::Blocked => SessionState::Blocked,
        Disposition::NeedsLogin | Disposition::Retry | Disposition::Drift | Disposition::Fatal => {
            SessionState::NeedsLogin
        }
    };
    engine.store.set_session(id, session, None).await?;
    if session == SessionState::Valid {
        engine.store.make_due(Some(id), engine.clock.now()).await?;
        engine.wake.notify_one();
    }
    Ok(())
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
    engine: &'a Engine,
    id: &'a AccountId,
    version: &'a str,
    tried: bool,
    accepted: bool,
    failure: Option<Failure>,
    audience: &'a mut A,
}

impl<A: Audience> Steps<'_, A> {
    /// Keeps why a step said no; the sign-in itself only learns that it did.
    fn stop(&mut self, failure: Failure) -> String {
        let said = failure.message.clone();
        self.failure = Some(failure);
        said
    }

    async fn record_attempt(&self) -> Result<(), Failure> {
        let Engine { store, clock, .. } = self.engine;
        // A connect is the owner's own: they typed the password now, so an accepted one may be used again.
        let occasion = crate::model::CycleId::new(clock.now()).to_string();
        match store.begin_attempt(self.id, self.version, Some(&occasion), clock.now()).await? {
            Attempt::Fresh => Ok(()),
            Attempt::Refused => Err(Failure::refused_before()),
            Attempt::Unknown => Err(Failure::outcome_unknown()),
            Attempt::Accepted => Ok(()),
        }
    }

    async fn store_session(&self, session: &Session) -> Result<(), Failure> {
        let Engine { store, clock, strongbox, .. } = self.engine;
        store.end_attempt(self.id, self.version, true, clock.now()).await?;
        Ok(strongbox.put_session(self.id, &session.to_secret()).await?)
    }
}

impl<A: Audience> SignInSteps for Steps<'_, A> {
    async fn about_to_try(&mut self) -> Result<(), String> {
        match self.record_attempt().await {
            Err(failure) => Err(self.stop(failure)),
            Ok(()) => {
                self.tried = true;
                self.audience.tell("trying the password, once");
                Ok(())
            }
        }
    }

    async fn accepted(&mut self, session: &Session) -> Result<(), String> {
        match self.store_session(session).await {
            Err(failure) => Err(self.stop(failure)),
            Ok(()) => {
                self.accepted = true;
                self.audience.tell("the password was accepted, the session is stored");
                Ok(())
            }
        }
    }

    async fn prompt(&mut self, prompt: &Prompt) -> Result<(), String> {
        self.audience.tell(&words(prompt));
        Ok(())
    }
}
