//! The sign-ins that somebody has begun, as they stand now.

use super::SignInState;
use super::led::Led;
use crate::desk::Desk;
use crate::desk::health::told_failure;
use crate::model::{AccountId, Actor, SignInId};
use chrono::{DateTime, Utc};

/// A sign-in, to who began it.
#[derive(Debug, Clone)]
pub struct SignInSeen {
    /// Its id.
    pub id: SignInId,
    /// For whom it was begun.
    pub owner: String,
    /// What the person goes by, where it was said.
    pub login: Option<String>,
    /// The account, or what remembers the passwords that were tried; `None` by a code.
    pub account: Option<AccountId>,
    /// When it began.
    pub begun_at: DateTime<Utc>,
    /// How it stands: what was answered is asked no more.
    pub state: SignInState,
}

impl SignInSeen {
    /// As the actor is told of it.
    fn of(id: &SignInId, led: &Led, actor: &Actor) -> Self {
        let state = if led.is_answered() { SignInState::Working } else { led.state.borrow().clone() };
        let told = |failure| told_failure(failure, &actor.reach);
        Self {
            id: id.clone(),
            owner: led.owner.clone(),
            login: led.login.clone(),
            account: led.tried.as_ref().map(|(account, _)| account.clone()),
            begun_at: led.begun_at,
            state: match state {
                SignInState::Failed(failure) => SignInState::Failed(told(failure)),
                SignInState::Kept(account, failure) => SignInState::Kept(account, told(failure)),
                state @ (SignInState::Working
                | SignInState::Trying
                | SignInState::Accepted
                | SignInState::Asks(_)
                | SignInState::Shows(_)
                | SignInState::Connected(_)) => state,
            },
        }
    }
}

impl Desk {
    /// How a sign-in stands now. `None` when the actor has begun none under this id.
    #[must_use]
    pub fn sign_in_now(&self, actor: &Actor, id: &SignInId) -> Option<SignInSeen> {
        let all = self.sign_ins.lock();
        all.get(id).filter(|led| led.is_of(actor)).map(|led| SignInSeen::of(id, led, actor))
    }

    /// Those that the actor has begun.
    pub(in crate::desk) fn sign_ins_of(&self, actor: &Actor) -> Vec<SignInSeen> {
        let all = self.sign_ins.lock();
        let own = all.iter().filter(|(_, led)| led.is_of(actor));
        own.map(|(id, led)| SignInSeen::of(id, led, actor)).collect()
    }
}
