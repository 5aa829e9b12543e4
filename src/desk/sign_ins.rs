//! Connecting a mailbox by its owner's password, or by a code that they type elsewhere: a sign-in that is begun, watched
//! and answered under an id, by whoever began it and by nobody else.
//!
//! No row tells of it: a sign-in is a page of a browser and dies with its process, so no other process could
//! answer it. What must outlive it is stored between its steps, with the account: the attempt, the session.
//!
//! A version of a password that was refused, or whose outcome is unknown, is never tried again; the attempt
//! is recorded before it is made. A policy that says no stops the account; it is looked at slowly, and
//! nothing here works around it. A mailbox that nobody has signed in to is no account: its row has no road
//! and no grant, and remembers the passwords that were tried.

mod device;
mod grant;
mod imap;
mod lead;
mod led;
mod places;
mod rows;
mod seen;

pub use crate::owa::{Answer, Method, Prompt};
pub use device::DeviceSignIn;
pub(super) use led::SignIns;
pub use seen::SignInSeen;

use self::lead::Lead;
use self::led::{Led, SignInBegun};
use super::Desk;
use super::error::{DeskError, Result};
use crate::error::Classify;
use crate::model::{Account, AccountId, Actor, SignInId};
use crate::secret::{self, SecretText};
use crate::sync::Failure;
use chrono::{DateTime, Utc};
use std::future::Future;
use std::sync::Arc;
use tokio::sync::{mpsc, watch};

/// How a sign-in stands.
#[derive(Debug, Clone)]
pub enum SignInState {
    /// It goes on by itself.
    Working,
    /// The password is tried, once.
    Trying,
    /// The password was accepted and the session is stored; the mailbox is on its way.
    Accepted,
    /// It waits for an answer.
    Asks(Prompt),
    /// It waits until its code is typed into a page of Microsoft's.
    Shows(ShownCode),
    /// The mailbox is connected. The end.
    Connected(Account),
    /// What stopped it. The end.
    Failed(Failure),
    /// The mailbox is connected, its session stored; what stopped it came behind that. The end.
    Kept(Account, Failure),
}

impl SignInState {
    /// Whether it is the end.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        matches!(self, Self::Connected(_) | Self::Failed(_) | Self::Kept(..))
    }

    /// Whether it is still for who began it to end it: once its password is tried it goes on to its end.
    #[must_use]
    pub fn can_be_given_up(&self) -> bool {
        !self.has_ended() && !matches!(self, Self::Trying | Self::Accepted)
    }
}

/// A code, and where its owner types it.
#[derive(Debug, Clone)]
pub struct ShownCode {
    /// What the person types.
    pub user_code: String,
    /// The page where they type it, on any device.
    pub verification_uri: String,
    /// From when on the code is refused.
    pub expires_at: DateTime<Utc>,
}

impl Desk {
    /// Begins to sign in to a mailbox as its owner would. It goes on by itself under the id:
    ///
    /// 1. the account's row, before this returns
    /// 2. the attempt is recorded
    /// 3. sign-in; the cookies are stored as soon as the password is accepted
    /// 4. the mailbox's identity
    /// 5. the account becomes due
    ///
    /// A password that was refused, or whose outcome is unknown, is not tried again. Begun twice with the same password it is
    /// one sign-in.
    ///
    /// # Errors
    /// When it is not for the actor to begin, or another sign-in goes on at the mailbox; what stops it later is its state.
    pub async fn connect(
        self: &Arc<Self>,
        actor: &Actor,
        owner: &str,
        login: &str,
        password: &SecretText,
    ) -> Result<SignInId> {
        if !actor.reach.includes(owner) {
            return Err(DeskError::NotTheOwner(login.to_owned()));
        }
        let place = self.sign_ins.places.take(owner)?;
        // That may take long, and keeps nobody else from beginning.
        if let Err(error) = self.clear_leftovers().await {
            self.not_connected(actor, owner, None, error.meaning().code).await;
            return Err(error);
        }
        let beginning = self.sign_ins.beginning.lock().await;
        if self.sign_ins.goes_on_for_another(owner, login) {
            return Err(DeskError::SignInsUnderWay);
        }
        let (row, version) = match self.row_to_try(actor, owner, login, password).await {
            Err(error) => {
                self.not_connected(actor, owner, None, error.meaning().code).await;
                return Err(error);
            }
            row => row?,
        };
        let (state, watched) = watch::channel(SignInState::Working);
        let (answers, answered) = mpsc::channel(1);
        let tried = Some((row.0.clone(), version.clone()));
        let id = match self.led(actor, (owner, Some(login)), tried, watched, answers)? {
            SignInBegun::Now(id) => id,
            SignInBegun::Before(first) => return Ok(first),
        };
        drop(beginning);
        let lead = Lead::new(self, actor, owner, row, version, state.clone(), answered);
        let (login, password) = (login.to_owned(), secret::copy(password));
        go_on(state, async move {
            let _place = place;
            lead.run(login, password).await
        });
        Ok(id)
    }

    /// Begins a sign-in with a code for an owner, as `begin_device`. It goes on by itself under the id.
    ///
    /// # Errors
    /// Those of `begin_device`; what stops it later is its state.
    pub async fn connect_by_code(
        self: &Arc<Self>,
        actor: &Actor,
        owner: &str,
        login: Option<&str>,
    ) -> Result<SignInId> {
        let begun = self.begin_device(actor, owner, login).await?;
        let (state, watched) = watch::channel(SignInState::Shows(begun.shown()));
        let (answers, mut answered) = mpsc::channel(1);
        let desk = Arc::clone(self);
        go_on(state, async move {
            let begun = begun;
            let signed_in = tokio::select! {
                signed_in = desk.oauth.finish_device(&begun.code) => signed_in.map_err(DeskError::from),
                // Nothing is answered: the channel is closed where it is given up.
                _ = answered.recv() => Err(DeskError::SignInLost),
            };
            match desk.end_device(&begun, signed_in).await {
                Ok(account) => SignInState::Connected(account),
                Err(error) => SignInState::Failed(error.into()),
            }
        });
        let (SignInBegun::Now(id) | SignInBegun::Before(id)) =
            self.led(actor, (owner, login), None, watched, answers)?;
        Ok(id)
    }

    fn led(
        &self,
        actor: &Actor,
        (owner, login): (&str, Option<&str>),
        tried: Option<(AccountId, String)>,
        state: watch::Receiver<SignInState>,
        answers: mpsc::Sender<Answer>,
    ) -> Result<SignInBegun> {
        let (begun_at, login) = (self.clock.now(), login.map(str::to_owned));
        let (owner, begun_by, answers) = (owner.to_owned(), actor.name.clone(), Some(answers));
        let led = Led { owner, begun_by, begun_at, login, tried, state, answers, is_answered: false };
        self.sign_ins.add(SignInId::new(begun_at), led)
    }

    /// How a sign-in stands, as it changes. `None` when the actor has begun none under this id.
    #[must_use]
    pub fn sign_in(&self, actor: &Actor, id: &SignInId) -> Option<watch::Receiver<SignInState>> {
        let all = self.sign_ins.lock();
        all.get(id).filter(|led| led.is_of(actor)).map(|led| led.state.clone())
    }

    /// Answers what a sign-in asks; whether it asks anything that was not answered yet.
    pub fn answer(&self, actor: &Actor, id: &SignInId, answer: Answer) -> bool {
        let mut all = self.sign_ins.lock();
        let Some(led) = all.get_mut(id).filter(|led| led.is_of(actor) && !led.is_answered()) else {
            return false;
        };
        let asks = matches!(*led.state.borrow_and_update(), SignInState::Asks(_));
        led.is_answered =
            asks && led.answers.as_ref().is_some_and(|answers| answers.try_send(answer).is_ok());
        led.is_answered
    }

    /// Says that nobody will answer what a sign-in asks: it ends before its password is tried, or where it waits, now or
    /// later, and goes by its id no more.
    pub fn leave_unanswered(&self, actor: &Actor, id: &SignInId) {
        let mut all = self.sign_ins.lock();
        if let Some(led) = all.get_mut(id).filter(|led| led.is_of(actor)) {
            led.answers = None;
        }
    }

    /// The same where it can be given up. Whether it could.
    pub fn give_up(&self, actor: &Actor, id: &SignInId) -> bool {
        let mut all = self.sign_ins.lock();
        let led = all.get_mut(id).filter(|led| led.is_of(actor) && led.state.borrow().can_be_given_up());
        led.map(|led| led.answers = None).is_some()
    }
}

/// Has a sign-in go on by itself, and tells how it ended.
fn go_on(state: watch::Sender<SignInState>, sign_in: impl Future<Output = SignInState> + Send + 'static) {
    tokio::spawn(async move {
        // Its place goes with it: who hears that it has ended may begin another.
        let ended = sign_in.await;
        // Whoever watched may be gone.
        let _ = state.send(ended);
    });
}
