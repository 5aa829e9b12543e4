//! Leads one sign-in: what must survive is stored before the next step is taken, how it stands is told, and
//! the person is waited for.

mod account;
mod failure;

use super::SignInState;
use crate::clock::Clock;
use crate::desk::error::{DeskError, Result};
use crate::desk::{Database, Desk};
use crate::error::{Classify, Disposition, with_causes};
use crate::model::{Account, AccountId, Actor, AuditAction, Credential, Road, SessionState};
use crate::owa::{Answer, Dialogue, OwaError, Prompt, Session, Step};
use crate::secret::SecretText;
use crate::store::{PasswordAttempt, StoreError};
use crate::sync::Failure;
use chrono::{DateTime, TimeDelta, Utc};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};

/// Longer than a sign-in takes once its password is accepted, and less than `schedule::SKEW`: what is due later
/// than that is taken for the word of a clock that was ahead.
const CUT_OFF: TimeDelta = TimeDelta::minutes(4);
/// How long a person may take to answer. A text message may take minutes.
const PATIENCE: Duration = Duration::from_mins(5);

/// A sign-in under way.
pub(super) struct Lead {
    desk: Arc<Desk>,
    actor: Actor,
    owner: String,
    account: AccountId,
    /// Whether the account was made for this sign-in.
    is_new: bool,
    /// The fingerprint of the password.
    version: String,
    state: watch::Sender<SignInState>,
    answers: mpsc::Receiver<Answer>,
    tried: bool,
    accepted: bool,
}

impl Lead {
    pub(super) fn new(
        desk: &Arc<Desk>,
        actor: &Actor,
        owner: &str,
        (account, is_new): (AccountId, bool),
        version: String,
        state: watch::Sender<SignInState>,
        answers: mpsc::Receiver<Answer>,
    ) -> Self {
        Self {
            desk: Arc::clone(desk),
            actor: actor.clone(),
            owner: owner.to_owned(),
            account,
            is_new,
            version,
            state,
            answers,
            tried: false,
            accepted: false,
        }
    }

    /// Signs in, and says how it ended. A row that is new goes again where there is nothing to remember.
    pub(super) async fn run(mut self, login: String, password: SecretText) -> SignInState {
        let ended = self.connect(&login, &password).await;
        let state = self.ended(ended).await;
        self.desk.kept.forget(self.desk.clock.now());
        state
    }

    async fn ended(&self, ended: Result<()>) -> SignInState {
        let error = match self.clear_up(ended).await {
            Ok(account) => return SignInState::Connected(account),
            Err(error) => error,
        };
        let connected = if self.end_if_anothers(&error).await { None } else { self.still_connected().await };
        // Of one that is still connected it is written down that it was.
        if connected.is_none() {
            let (account, code) = (Some(&self.account), error.meaning().code);
            self.desk.not_connected(&self.actor, &self.owner, account, code).await;
        }
        let failure = self.with_network(self.failed(error)).await;
        match connected {
            Some(account) => SignInState::Kept(account, failure),
            None => SignInState::Failed(failure),
        }
    }

    async fn connect(&mut self, login: &str, password: &SecretText) -> Result<()> {
        let mut sign_in = match self.desk.owa.sign_in(login, password).await {
            Ok(sign_in) => sign_in,
            Err(error) => return self.stopped(error).await,
        };
        let ended = self.follow(&mut sign_in).await;
        sign_in.close().await;
        ended
    }

    async fn clear_up(&self, ended: Result<()>) -> Result<Account> {
        let worthless =
            matches!(&ended, Err(error) if !self.tried || matches!(error, DeskError::NotTheOwner(_)));
        let forgotten = if worthless && self.is_new { self.forget().await } else { Ok(()) };
        // Why there is nothing to remember matters more than what of it is left.
        ended?;
        forgotten?;
        let account = self.desk.store.account(&self.account).await?;
        account.ok_or_else(|| StoreError::NoSuchAccount.into())
    }

    /// Follows it from step to step.
    pub(super) async fn follow(&mut self, sign_in: &mut impl Dialogue) -> Result<()> {
        loop {
            match sign_in.next().await {
                Ok(Step::AboutToTry) => self.record_attempt().await?,
                Ok(Step::Accepted(session)) => self.accept(&session).await?,
                Ok(Step::Prompt(prompt)) => {
                    let answered = match self.ask(prompt).await? {
                        Ok(answer) => sign_in.answer(answer).await,
                        Err(unanswered) => Err(unanswered),
                    };
                    if let Err(error) = answered {
                        return self.stopped(error).await;
                    }
                }
                Ok(Step::Done(session)) => return self.finish(&session).await,
                Err(error) => return self.stopped(error).await,
            }
        }
    }

    fn tell(&self, state: SignInState) {
        // Whoever watched may be gone.
        let _ = self.state.send(state);
    }

    /// A sign-in that was given up ends before its password is tried.
    async fn record_attempt(&mut self) -> Result<()> {
        if self.answers.is_closed() {
            return Err(DeskError::SignInLost);
        }
        let Database { store, clock, .. } = &self.desk.database;
        // A connect is the owner's own: they typed the password just then, so an accepted one may be used
        // again, as after a death of the session that nobody has mended.
        let death = uuid::Uuid::new_v4().to_string();
        match store.begin_password(&self.account, &self.version, Some(&death), clock.now()).await? {
            PasswordAttempt::Fresh | PasswordAttempt::Accepted => {}
            PasswordAttempt::Refused => return Err(DeskError::RefusedBefore),
            PasswordAttempt::Unknown => return Err(DeskError::OutcomeUnknown),
        }
        self.tried = true;
        self.tell(SignInState::Trying);
        Ok(())
    }

    async fn end_password(&self, right: bool) -> Result<()> {
        let Database { store, clock, .. } = &self.desk.database;
        Ok(store.end_password(&self.account, &self.version, right, clock.now()).await?)
    }

    async fn accept(&mut self, session: &Session) -> Result<()> {
        let Desk { database: Database { store, clock, .. }, strongbox, .. } = &*self.desk;
        self.end_password(true).await?;
        // First: where somebody else began anew meanwhile, the account is theirs, and this session is not for
        // them.
        let line = self.desk.line(&self.actor, AuditAction::Connected, &self.account);
        store.take_road(&self.account, &self.owner, Road::Owa, &line).await?;
        strongbox.put_session(&self.account, &self.owner, &session.to_secret()).await?;
        // From here on a turn that still reads with the session before may write nothing any more. Should
        // this process be killed before the sign-in ends, a cycle goes on with what is stored.
        self.begin_session(session.expires_at(), clock.now() + CUT_OFF).await?;
        self.accepted = true;
        self.tell(SignInState::Accepted);
        Ok(())
    }

    /// Waits for the person's answer. A second factor is asked for after a right password only: whatever
    /// becomes of it, the password may be used again.
    async fn ask(&mut self, prompt: Prompt) -> Result<Result<Answer, OwaError>> {
        if self.tried {
            self.end_password(true).await?;
        }
        // An answer that came too late for the last prompt is none to this one.
        while self.answers.try_recv().is_ok() {}
        let unanswered = OwaError::Mfa { number: prompt.number() };
        self.tell(SignInState::Asks(prompt));
        let answer = Clock::limit(PATIENCE, self.answers.recv()).await.ok().flatten();
        self.tell(SignInState::Working);
        Ok(answer.ok_or(unanswered))
    }

    async fn finish(&mut self, session: &Session) -> Result<()> {
        if !self.accepted {
            self.accept(session).await?;
        }
        if let Some(mailbox) = &session.mailbox {
            self.name(mailbox).await?;
        }
        let Desk { database: Database { clock, .. }, strongbox, cycle, .. } = &*self.desk;
        let id = &self.account;
        strongbox.put_session(id, &self.owner, &session.to_secret()).await?;
        self.begin_session(session.expires_at(), clock.now()).await?;
        cycle.wake();
        Ok(())
    }

    /// A new session: what was met with the one before says nothing of it.
    async fn begin_session(&self, expires_at: Option<DateTime<Utc>>, due: DateTime<Utc>) -> Result<()> {
        self.desk.store.begin_session(&self.account, expires_at, due).await?;
        Ok(self.desk.store.reset_failures(&self.account, Credential::Session).await?)
    }

    /// What the end of the sign-in says of the password, and of the session.
    async fn stopped(&self, error: OwaError) -> Result<()> {
        if let Some(right) = error.password_was_right().filter(|_| self.tried) {
            self.end_password(right).await?;
        }
        let why = Failure { meaning: error.meaning(), message: with_causes(&error) };
        self.leave(&self.without_session(why)).await?;
        Err(error.into())
    }

    /// A sign-in that got past the password and then lost its way, or met what is looked at on request, has left
    /// good cookies: the next cycle tries them.
    ///
    /// One that did not get so far says nothing of a session that is stored and good. Where there is none,
    /// only a refusal says why: a network that failed does not change whose turn it is.
    async fn leave(&self, why: &Failure) -> Result<()> {
        let Desk { database: Database { store, clock, .. }, cycle, .. } = &*self.desk;
        let is_refused = matches!(why.meaning.disposition, Disposition::NeedsLogin | Disposition::Blocked);
        let is_good =
            store.state(&self.account).await?.is_some_and(|state| state.session == SessionState::Valid);
        if !self.accepted && (is_good || !is_refused) {
            return Ok(());
        }
        let session = match why.meaning.disposition {
            Disposition::Retry | Disposition::Drift => SessionState::Valid,
            Disposition::Blocked if why.meaning.on_request => SessionState::Valid,
            Disposition::Blocked => SessionState::Blocked,
            Disposition::NeedsLogin | Disposition::Fatal => SessionState::NeedsLogin,
        };
        if session == SessionState::Valid {
            self.begin_session(None, clock.now()).await?;
            cycle.wake();
            return Ok(());
        }
        Ok(store.end_session(&self.account, session, &why.at(clock.now())).await?)
    }
}

#[cfg(test)]
mod tests;
