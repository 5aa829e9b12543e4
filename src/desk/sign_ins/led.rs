//! The sign-ins that are led now: whose they are, what they stand in the way of.

use super::SignInState;
use super::places::Places;
use crate::desk::error::{DeskError, Result};
use crate::model::{AccountId, Actor, SignInId};
use crate::owa::Answer;
use chrono::{DateTime, Utc};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::{mpsc, watch};

/// The sign-ins of this process. One that has ended is kept until its owner begins another.
#[derive(Default)]
pub(in crate::desk) struct SignIns {
    led: Mutex<HashMap<SignInId, Led>>,
    pub(super) places: Places,
    /// Held by who begins, until theirs is among those that are led.
    pub(super) beginning: tokio::sync::Mutex<()>,
}

pub(super) struct Led {
    pub(super) owner: String,
    /// Who began it, by the name of the actor.
    pub(super) begun_by: String,
    pub(super) begun_at: DateTime<Utc>,
    /// What the person goes by, where it was said.
    pub(super) login: Option<String>,
    /// The mailbox whose password is tried, and which; `None` by a code.
    pub(super) tried: Option<(AccountId, String)>,
    /// What was told last is seen once it was answered.
    pub(super) state: watch::Receiver<SignInState>,
    /// `None` once it was given up: it goes by its id no more, and ends by itself.
    pub(super) answers: Option<mpsc::Sender<Answer>>,
    pub(super) is_answered: bool,
}

/// The id of a sign-in that was to begin.
pub(super) enum SignInBegun {
    Now(SignInId),
    /// It was begun before, and goes on.
    Before(SignInId),
}

impl Led {
    /// What it asks was answered, and it has not gone on yet.
    pub(super) fn is_answered(&self) -> bool {
        self.is_answered && !self.state.has_changed().unwrap_or(true)
    }

    pub(super) fn is_of(&self, actor: &Actor) -> bool {
        actor.reach.includes(&self.owner) && actor.name == self.begun_by && self.answers.is_some()
    }

    /// Whether it goes on at the mailbox at which the other would begin.
    fn is_in_the_way_of(&self, other: &Self) -> bool {
        let account = |led: &Self| led.tried.as_ref().map(|(account, _)| account.clone());
        !self.has_ended() && self.tried.is_some() && account(self) == account(other)
    }

    pub(super) fn has_ended(&self) -> bool {
        self.state.borrow().has_ended()
    }
}

impl SignIns {
    pub(super) fn lock(&self) -> MutexGuard<'_, HashMap<SignInId, Led>> {
        self.led.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether somebody is being asked for another owner at the mailbox of this name: its row is not to be taken from them.
    pub(super) fn goes_on_for_another(&self, owner: &str, login: &str) -> bool {
        let is_there = |led: &Led| {
            let name = led.login.as_deref().filter(|_| led.tried.is_some() && !led.has_ended());
            led.owner != owner && name.is_some_and(|name| name.eq_ignore_ascii_case(login))
        };
        self.lock().values().any(is_there)
    }

    /// Takes it in. What is begun twice is one.
    ///
    /// # Errors
    /// `sign_ins_under_way` where another sign-in goes on at the mailbox.
    pub(super) fn add(&self, id: SignInId, led: Led) -> Result<SignInBegun> {
        let mut all = self.lock();
        all.retain(|_, other| other.owner != led.owner || !other.has_ended());
        if let Some((first, other)) = all.iter().find(|(_, other)| other.is_in_the_way_of(&led)) {
            let is_same = other.owner == led.owner
                && other.begun_by == led.begun_by
                && other.tried == led.tried
                && other.answers.is_some();
            return if is_same {
                Ok(SignInBegun::Before(first.clone()))
            } else {
                Err(DeskError::SignInsUnderWay)
            };
        }
        all.insert(id.clone(), led);
        Ok(SignInBegun::Now(id))
    }
}
