//! What somebody has begun to connect, by whichever way: what is open, and what connected nothing.

use super::error::Result;
use super::sign_ins::{SignInSeen, SignInState};
use super::{AttemptEnd, Desk};
use crate::model::{AccountId, Actor, Attempt, AttemptStanding};
use chrono::{DateTime, TimeDelta, Utc};
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// How long one that connected nothing is told of, since it began.
const TOLD: TimeDelta = TimeDelta::hours(1);

/// A connect, to who began it.
#[derive(Debug, Clone)]
pub enum ConnectSeen {
    /// By a password, or by a code.
    Led(Box<SignInSeen>),
    /// With Microsoft, in a popup.
    Popup(Attempt),
}

impl ConnectSeen {
    /// For whom it was begun.
    #[must_use]
    pub fn owner(&self) -> &str {
        match self {
            Self::Led(seen) => &seen.owner,
            Self::Popup(attempt) => &attempt.owner,
        }
    }

    /// When it began.
    #[must_use]
    pub fn begun_at(&self) -> DateTime<Utc> {
        match self {
            Self::Led(seen) => seen.begun_at,
            Self::Popup(attempt) => attempt.begun_at,
        }
    }

    /// The account that it is about, where that is known.
    #[must_use]
    pub fn account(&self) -> Option<&AccountId> {
        match self {
            Self::Led(seen) => seen.account.as_ref(),
            Self::Popup(attempt) => attempt.wanted.as_ref(),
        }
    }

    /// Whether it may still connect something.
    fn is_open(&self) -> bool {
        match self {
            Self::Led(seen) => !seen.state.has_ended(),
            Self::Popup(attempt) => matches!(attempt.standing, AttemptStanding::Pending(_)),
        }
    }

    /// Whether it connected nothing, and nobody has wanted that.
    fn has_failed(&self) -> bool {
        match self {
            Self::Led(seen) => matches!(seen.state, SignInState::Failed(_)),
            Self::Popup(attempt) => match &attempt.standing {
                AttemptStanding::Failed(failure) => AttemptEnd::parse(&failure.code).is_none(),
                AttemptStanding::Pending(_) | AttemptStanding::Connected(_) | AttemptStanding::Expired => {
                    false
                }
            },
        }
    }
}

impl Desk {
    /// The connects that the actor has begun, or the user for whom they speak, the latest first: those that may still end,
    /// and of each user the very last, by whichever way, where it failed lately.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn connects_to_tell(&self, actor: &Actor) -> Result<Vec<ConnectSeen>> {
        let now = self.clock.now();
        let attempts = self.store.attempts_lately(actor, now).await?;
        let led = self.sign_ins_of(actor).into_iter().map(|seen| ConnectSeen::Led(Box::new(seen)));
        Ok(to_tell(led.chain(attempts.into_iter().map(ConnectSeen::Popup)).collect(), now - TOLD))
    }
}

/// Those of all that are told of, the latest first.
fn to_tell(mut all: Vec<ConnectSeen>, since: DateTime<Utc>) -> Vec<ConnectSeen> {
    let mut owners = BTreeSet::new();
    all.sort_by_key(|one| Reverse(one.begun_at()));
    all.retain(|one| {
        let is_last = owners.insert(one.owner().to_owned());
        one.is_open() || (is_last && one.has_failed() && one.begun_at() > since)
    });
    all
}

#[cfg(test)]
mod tests;
