//! What cycles are set to.

use super::schedule;
use crate::model::{Account, Role};
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use croner::Cron;
use std::str::FromStr;
use std::time::Duration;

/// Every five minutes.
const SCHEDULE: &str = "*/5 * * * *";

/// How many items of an account, messages or contacts, one turn may call gone, overwrite or delete: more than both
/// bounds wait, or are taken for drift.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Brake {
    /// So many items.
    pub items: u32,
    /// This share of the items that the account holds, in percent.
    pub percent: u32,
}

impl Brake {
    /// Whether so many of those that are held may be called gone at once.
    #[must_use]
    pub fn allows(self, missing: u64, held: u64) -> bool {
        missing <= u64::from(self.items) || missing * 100 <= held * u64::from(self.percent)
    }
}

/// When a cycle begins, which folders it reads and how far back, how many messages it may call gone, and how
/// long it may take.
#[derive(Debug, Clone)]
pub struct Settings {
    /// When a cycle begins: five cron fields.
    pub schedule: Cron,
    /// The same as it was written.
    pub schedule_text: String,
    /// The zone that the schedule is meant in.
    pub time_zone: Tz,
    /// Which folders are read, in this order: by their roles, names or paths.
    pub folders: Vec<String>,
    /// How far back mail is read, from the day of connecting.
    pub history: Duration,
    /// How many messages a turn may call gone.
    pub brake: Brake,
    /// How often each folder's whole list is gone through by ids.
    pub sweep: Duration,
    /// The longest time for each part of an account.
    pub part_limit: Duration,
    /// The longest time for one cycle.
    pub cycle_limit: Duration,
}

impl Settings {
    /// Where an account's history begins: what came before is not read. It is counted from the day of
    /// connecting, so that it does not creep and nothing held falls out of it.
    #[must_use]
    pub fn horizon(&self, account: &Account) -> DateTime<Utc> {
        let history = TimeDelta::from_std(self.history).unwrap_or(TimeDelta::MAX);
        account.created_at.checked_sub_signed(history).unwrap_or(DateTime::UNIX_EPOCH)
    }

    /// After so long a turn ends well although there is more mail to read: a third of `part_limit`.
    #[must_use]
    pub fn slice(&self) -> TimeDelta {
        TimeDelta::from_std(self.part_limit / 3).unwrap_or(TimeDelta::MAX)
    }

    /// Since when an account should have been read, by the schedule.
    #[must_use]
    pub fn expected_since(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        schedule::expected_since(&self.schedule, self.time_zone, now)
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            schedule: Cron::from_str(SCHEDULE).expect("a constant expression"),
            schedule_text: SCHEDULE.to_owned(),
            time_zone: Tz::UTC,
            folders: vec![Role::Inbox.as_str().to_owned(), Role::Sent.as_str().to_owned()],
            history: Duration::from_hours(30 * 24),
            brake: Brake { items: 50, percent: 20 },
            sweep: Duration::from_hours(24),
            part_limit: Duration::from_mins(3),
            cycle_limit: Duration::from_mins(30),
        }
    }
}
