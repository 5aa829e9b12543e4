//! How all accounts do, kept for a moment where they are many: whoever polls it pays for what they are sent, and not for
//! looking at each account anew.

use super::Database;
use super::error::Result;
use crate::model::Reach;
use crate::store::AccountSpan;
use crate::sync::Cycle;
use crate::sync::health::Health;
use chrono::{DateTime, TimeDelta, Utc};
use std::sync::{Arc, Mutex, PoisonError};

/// Fewer accounts are looked at each time.
const MANY: usize = 500;
/// For so many times what it took to look nobody looks again: a twentieth of one core is the most that polling costs.
const TIMES: i32 = 20;
/// Older than this it is told to nobody.
const OLDEST: TimeDelta = TimeDelta::minutes(1);

/// The last look, and whether somebody looks again.
#[derive(Debug, Default)]
pub(super) struct KeptHealth(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    last: Option<HealthLook>,
    /// Looks from before then are told to nobody.
    since: DateTime<Utc>,
    is_looked_for: bool,
}

#[derive(Debug, Clone)]
struct HealthLook {
    health: Arc<Health>,
    took: TimeDelta,
}

impl Kept {
    /// What is told now; and whether somebody has to look again meanwhile.
    fn told(&mut self, now: DateTime<Utc>) -> Option<(Arc<Health>, bool)> {
        let look = self.last.as_ref()?;
        let age = now - look.health.at;
        if age < TimeDelta::zero() || age > OLDEST {
            return None;
        }
        let looks = age > look.took * TIMES && !self.is_looked_for;
        self.is_looked_for |= looks;
        Some((Arc::clone(&look.health), looks))
    }
}

impl KeptHealth {
    /// How all accounts do, a minute ago at most. Its `at` says when that was.
    pub(super) async fn of_all(
        self: &Arc<Self>,
        database: &Database,
        cycle: &Arc<Cycle>,
    ) -> Result<Arc<Health>> {
        match self.lock(|kept| kept.told(database.now())) {
            None => self.look(database, cycle).await,
            Some((health, false)) => Ok(health),
            Some((health, true)) => {
                let (own, database, cycle) = (Arc::clone(self), database.clone(), Arc::clone(cycle));
                tokio::spawn(async move {
                    if let Err(error) = own.look(&database, &cycle).await {
                        tracing::warn!(%error, "how all accounts do could not be looked at");
                    }
                });
                Ok(health)
            }
        }
    }

    async fn look(&self, database: &Database, cycle: &Cycle) -> Result<Arc<Health>> {
        let looked = database.health_in(&Reach::Everyone, AccountSpan::ALL, cycle.settings()).await;
        self.lock(|kept| kept.is_looked_for = false);
        let health = Arc::new(looked?);
        let took = database.now() - health.at;
        let look = (health.accounts.len() >= MANY).then(|| HealthLook { health: Arc::clone(&health), took });
        self.lock(|kept| kept.last = look.filter(|look| look.health.at >= kept.since));
        Ok(health)
    }

    /// Somebody has changed what was seen: it is looked at anew.
    pub(super) fn forget(&self, now: DateTime<Utc>) {
        self.lock(|kept| (kept.last, kept.since) = (None, now));
    }

    fn lock<T>(&self, work: impl FnOnce(&mut Kept) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::health::health;
    use crate::testing::now;
    use std::collections::BTreeMap;

    #[test]
    fn a_look_is_told_until_it_is_old_and_one_at_a_time_looks_again() {
        let health = Arc::new(health(&[], &[], &BTreeMap::new(), now(), now()));
        let look = HealthLook { health, took: TimeDelta::milliseconds(300) };
        let mut kept = Kept { last: Some(look), ..Kept::default() };
        let mut told = |seconds| kept.told(now() + TimeDelta::seconds(seconds)).map(|(_, looks)| looks);
        assert_eq!([told(0), told(6)], [Some(false), Some(false)]);
        assert_eq!([told(7), told(7)], [Some(true), Some(false)]);
        assert_eq!([told(60), told(61), told(-1)], [Some(false), None, None]);
    }
}
