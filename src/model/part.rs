//! The parts of an account's turn, each with its own fate.

use super::LastError;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::ToSchema;

words! {
    /// What a turn of an account consists of, in the order in which it is read.
    #[derive(PartialOrd, Ord)]
    pub enum Part {
        /// Its mail, by the account's road.
        Mail = "mail",
        /// Its contacts, by Microsoft Graph.
        Contacts = "contacts",
    }
}

/// What lets us in for an account. When it ends, the parts that live on it are parked, and no
/// others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credential {
    /// The browser session of Outlook on the web.
    Session,
    /// The tokens of a sign-in by OAuth.
    Grant,
    /// The password of a mailbox at an IMAP server of its own.
    Password,
}

impl Part {
    /// What it is read with, of an account whose mail is read with `mail`.
    #[must_use]
    pub fn lives_on(self, mail: Credential) -> Credential {
        match self {
            Self::Mail => mail,
            Self::Contacts => Credential::Grant,
        }
    }
}

impl Credential {
    /// The parts that live on it, of an account whose mail is read with `mail`.
    pub fn parts(self, mail: Self) -> impl Iterator<Item = Part> {
        Part::ALL.into_iter().filter(move |part| part.lives_on(mail) == self)
    }
}

/// How a part of an account stands. There is one from the time on at which the part was first to be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PartState {
    /// The part that stands so.
    pub part: Part,
    /// When it is due, never before `not_before`; `None` while it is parked.
    pub due_at: Option<DateTime<Utc>>,
    /// The time before which a server asked not to be asked again, or a policy is not looked at again; `None`
    /// after a success and where nothing was said. It may lie in the past.
    pub not_before: Option<DateTime<Utc>>,
    /// Failures in a row.
    pub failures: i64,
    /// Of the failures since the last success, those by drift.
    #[serde(skip)]
    pub drifts: i64,
    /// The last error, or what the last success left to be told, which counts no failure; `None` after one
    /// that left nothing.
    pub last_error: Option<LastError>,
    /// Since when that error has been the last one, turn after turn.
    pub error_since: Option<DateTime<Utc>>,
    /// When a turn last read everything it should have.
    pub last_success_at: Option<DateTime<Utc>>,
    /// When a turn last began or ended with it.
    pub last_attempt_at: Option<DateTime<Utc>>,
    /// When somebody asked for it, since its last turn began.
    #[serde(skip)]
    pub asked_at: Option<DateTime<Utc>>,
    /// How it was last read, in its road's own word; `None` before the first time.
    pub read_by: Option<String>,
    /// Whether its last turn did not read it since it is not to be, as contacts whose direction is off.
    #[serde(skip)]
    pub is_off: bool,
    /// How far its history is read; `None` while all of it is held, or it was never read.
    pub import: Option<Import>,
}

/// How far the reading of a history has come of which not all is held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Import {
    /// When the first turn ended that left some of it.
    pub since: DateTime<Utc>,
    /// How much was held then, in millionths.
    #[serde(skip)]
    pub from: u32,
    /// How much is held, in millionths.
    #[serde(rename = "percent", serialize_with = "in_percent", deserialize_with = "from_percent")]
    pub done: u32,
    /// When all is held, should it go on as fast; `None` while it has not come far enough to tell.
    pub ends_at: Option<DateTime<Utc>>,
}

impl Import {
    /// From so much more on, in millionths, its speed is taken for known.
    const TELLING: u32 = 5_000;

    /// After a turn that ended at that time with so many millionths.
    #[must_use]
    pub fn after(before: Option<&Self>, done: u32, at: DateTime<Utc>) -> Self {
        let (since, from) = before.map_or((at, done), |import| (import.since, import.from));
        let more = done.saturating_sub(from);
        let left = i64::from(1_000_000_u32.saturating_sub(done));
        let ends_at = (more >= Self::TELLING).then(|| {
            let millis = (at - since).num_milliseconds().max(0).saturating_mul(left) / i64::from(more);
            at.checked_add_signed(TimeDelta::milliseconds(millis))
        });
        Self { since, from, done, ends_at: ends_at.flatten() }
    }

    /// How much is held, in whole percent.
    #[must_use]
    pub fn percent(&self) -> u32 {
        self.done / 10_000
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands fields by reference")]
fn in_percent<S: Serializer>(done: &u32, into: S) -> Result<S::Ok, S::Error> {
    into.serialize_u32(done / 10_000)
}

fn from_percent<'de, D: Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    Ok(u32::deserialize(from)?.saturating_mul(10_000))
}

impl PartState {
    /// Whether it is due by that time.
    #[must_use]
    pub fn is_due(&self, by: DateTime<Utc>) -> bool {
        self.due_at.is_some_and(|at| at <= by)
    }

    /// Whether a turn that it was asked for at that time has ended, well or not; one that was under way then
    /// is another.
    #[must_use]
    pub fn has_ended(&self, asked: DateTime<Utc>) -> bool {
        let failed = self.last_error.as_ref().map(|error| error.at);
        let left_out = self.last_attempt_at.filter(|_| self.is_off);
        let ended = self.last_success_at.max(failed).max(left_out);
        self.asked_at.is_none_or(|at| at > asked) && ended >= Some(asked)
    }
}
