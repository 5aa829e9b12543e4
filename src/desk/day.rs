//! The last day of an account, hour by hour, as the reports of cycles have it.

use super::Desk;
use super::error::Result;
use crate::model::{AccountId, AccountOutcome, Actor};
use chrono::{DateTime, DurationRound, TimeDelta, Utc};

/// So many hours.
const HOURS: i32 = 24;

/// What cycles did for an account in an hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HourSeen {
    /// Its beginning.
    pub begin: DateTime<Utc>,
    /// How many cycles ended in it whose reports are kept. They may have had nothing to do for the account.
    pub cycles: u64,
    /// In how many of them something came or changed, and nothing went wrong.
    pub good: u64,
    /// In how many something went wrong.
    pub failed: u64,
    /// How many messages were new.
    pub found: u64,
}

impl HourSeen {
    fn new(begin: DateTime<Utc>) -> Self {
        Self { begin, cycles: 0, good: 0, failed: 0, found: 0 }
    }

    fn add(&mut self, happened: &Happened) {
        if happened.is_failed {
            self.failed += 1;
        } else {
            self.good += 1;
        }
        self.found += happened.found;
    }
}

/// What a cycle did for the account.
struct Happened {
    at: DateTime<Utc>,
    found: u64,
    is_failed: bool,
}

impl Happened {
    fn new(at: DateTime<Utc>, outcome: &AccountOutcome) -> Self {
        let found = outcome.folders.iter().map(|folder| folder.new).sum();
        Self { at, found, is_failed: outcome.error.is_some() }
    }
}

/// The hours up to now, the oldest first.
fn hours(now: DateTime<Utc>, cycles: &[DateTime<Utc>], happened: &[Happened]) -> Vec<HourSeen> {
    let first = begin(now);
    let mut hours: Vec<_> =
        (0..HOURS).map(|place| HourSeen::new(first + TimeDelta::hours(place.into()))).collect();
    let place = |at: DateTime<Utc>| usize::try_from((at - first).num_hours()).ok();
    for at in cycles {
        if let Some(hour) = place(*at).and_then(|place| hours.get_mut(place)) {
            hour.cycles += 1;
        }
    }
    for one in happened {
        if let Some(hour) = place(one.at).and_then(|place| hours.get_mut(place)) {
            hour.add(one);
        }
    }
    hours
}

/// The beginning of the oldest of the hours.
fn begin(now: DateTime<Utc>) -> DateTime<Utc> {
    let hour = now.duration_trunc(TimeDelta::hours(1)).unwrap_or(now);
    hour - TimeDelta::hours((HOURS - 1).into())
}

impl Desk {
    /// The last 24 hours of an account, the oldest first.
    ///
    /// # Errors
    /// `NoSuchAccount`; those of the database.
    pub async fn last_day(&self, actor: &Actor, id: &AccountId) -> Result<Vec<HourSeen>> {
        self.account(actor, id).await?;
        let now = self.clock.now();
        let cycles = self.store.cycles_ended(begin(now)).await?;
        let outcomes = self.store.outcomes_since(id, begin(now)).await?;
        let happened: Vec<_> = outcomes.iter().map(|(at, outcome)| Happened::new(*at, outcome)).collect();
        Ok(hours(now, &cycles, &happened))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happened_stands_in_its_hour_and_a_quiet_hour_is_not_one_without_a_cycle() {
        let at = |hours: i64, minutes: i64| {
            DateTime::from_timestamp(1_700_000_000, 0).unwrap()
                - TimeDelta::hours(hours)
                - TimeDelta::minutes(minutes)
        };
        // 22:13.
        let now = at(0, 0);
        let cycles = [at(30, 0), at(5, 0), at(1, 0), at(0, 20), at(0, 5), now];
        let happened = |at, found, is_failed| Happened { at, found, is_failed };
        let happened = [happened(at(0, 20), 3, false), happened(at(0, 5), 0, true)];
        let hours = hours(now, &cycles, &happened);
        assert_eq!(hours.len(), 24);
        assert_eq!(hours[23].begin, at(0, 13).duration_trunc(TimeDelta::minutes(1)).unwrap());
        let seen: Vec<_> =
            hours.iter().map(|hour| (hour.cycles, hour.good, hour.failed, hour.found)).collect();
        assert_eq!(seen[23], (2, 0, 1, 0));
        assert_eq!(seen[22], (2, 1, 0, 3));
        assert_eq!(seen[18], (1, 0, 0, 0));
        assert_eq!(seen[..18], [(0, 0, 0, 0); 18]);
    }
}
