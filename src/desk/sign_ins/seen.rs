//! The sign-ins that somebody has begun, as they stand now.

use super::SignInState;
use super::led::Led;
use crate::desk::Desk;
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
    fn of(id: &SignInId, led: &Led) -> Self {
        Self {
            id: id.clone(),
            owner: led.owner.clone(),
            login: led.login.clone(),
            account: led.tried.as_ref().map(|(account, _)| account.clone()),
            begun_at: led.begun_at,
            state: if led.is_answered() { SignInState::Working } else { led.state.borrow().clone() },
        }
    }
}

impl Desk {
    /// How a sign-in stands now. `None` when the actor has begun none under this id.
    #[must_use]
    pub fn sign_in_now(&self, actor: &Actor, id: &SignInId) -> Option<SignInSeen> {
        let all = self.sign_ins.lock();
        all.get(id).filter(|led| led.is_of(actor)).map(|led| SignInSeen::of(id, led))
    }

    /// Those that the actor has begun.
    pub(in crate::desk) fn sign_ins_of(&self, actor: &Actor) -> Vec<SignInSeen> {
        let all = self.sign_ins.lock();
        let own = all.iter().filter(|(_, led)| led.is_of(actor));
        own.map(|(id, led)| SignInSeen::of(id, led)).collect()
    }
}
