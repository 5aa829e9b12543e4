//! Days of a mailbox, a turn an hour, each with a renewed session.

use super::histories::{assert_held, number, runtime};
use super::script::{INBOX, Place, SENT, Script, Tongue};
use super::world::World;
use chrono::TimeDelta;
use proptest::prelude::*;

/// A folder that is not read: where mail waits that was snoozed, or was put away.
const ELSEWHERE: Place = "other";

/// What its owner does, or others do to it.
#[derive(Debug, Clone)]
enum Act {
    Deliver(Place, usize),
    Move(Place, usize),
    Delete(usize),
    MarkRead(usize),
    /// Puts a message of the inbox away for so many hours.
    Snooze(usize, usize),
}

fn act() -> impl Strategy<Value = Act> {
    let folder = || prop::sample::select(vec![INBOX, SENT]);
    let to = prop::sample::select(vec![INBOX, SENT, ELSEWHERE]);
    prop_oneof![
        4 => (folder(), 1..4_usize).prop_map(|(folder, count)| Act::Deliver(folder, count)),
        2 => (to, any::<usize>()).prop_map(|(folder, item)| Act::Move(folder, item)),
        2 => any::<usize>().prop_map(Act::Delete),
        2 => any::<usize>().prop_map(Act::MarkRead),
        2 => (any::<usize>(), 1..30_usize).prop_map(|(item, hours)| Act::Snooze(item, hours)),
    ]
}

/// A mailbox and its days.
struct Days {
    world: World,
    script: Script,
    hour: usize,
    /// What comes back to the inbox, and in which hour.
    snoozed: Vec<(usize, String)>,
}

impl Days {
    async fn begin() -> Self {
        let mut script = Script::new(Tongue::Windows);
        script.ids_at_once = 100;
        let mut world = World::new().await;
        world.sweep = TimeDelta::hours(6);
        Self { world, script, hour: 0, snoozed: Vec::new() }
    }

    fn act(&mut self, act: &Act) {
        let script = &mut self.script;
        match *act {
            Act::Deliver(folder, count) => {
                let now = self.world.clock.now();
                (0..count).for_each(|minute| {
                    script.backdate(folder, now - TimeDelta::minutes(i64::try_from(minute).unwrap()));
                });
            }
            Act::Move(folder, item) => {
                script.id(item).into_iter().for_each(|id| script.move_to(folder, &id));
            }
            Act::Delete(item) => script.id(item).into_iter().for_each(|id| script.delete(&id)),
            Act::MarkRead(item) => script.id(item).into_iter().for_each(|id| script.mark_read(&id)),
            Act::Snooze(item, hours) => {
                let Some(id) = script.id(item) else { return };
                script.move_to(ELSEWHERE, &id);
                self.snoozed.push((self.hour + hours, id));
            }
        }
    }

    /// Mail comes back where it was received, and on top of the page's own list.
    fn wake(&mut self) {
        let hour = self.hour;
        for (_, id) in self.snoozed.extract_if(.., |(at, _)| *at <= hour) {
            if self.script.has(&id) {
                self.script.move_to(INBOX, &id);
                self.script.renew(&id, self.world.clock.now());
            }
        }
    }

    async fn hour(&mut self, acts: &[Act]) {
        self.wake();
        for act in acts {
            self.act(act);
        }
        self.script.shows_page = true;
        self.world.read(&mut self.script).await;
        self.world.clock.advance(TimeDelta::minutes(59));
        self.hour += 1;
    }

    /// In the second half of it nothing happens, but that snoozed mail comes back.
    async fn day(&mut self, acts: &[Vec<Act>]) {
        for hour in 0..24 {
            self.hour(acts.get(hour).map_or(&[], Vec::as_slice)).await;
            assert_held(&self.world).await;
        }
        let mut truth = self.script.truth();
        truth.retain(|(folder, ..)| *folder != ELSEWHERE);
        let stored = self.world.stored().await;
        let differing: Vec<_> = stored.symmetric_difference(&truth).collect();
        assert!(differing.is_empty(), "after day {}: {differing:?}", self.hour / 24);
    }
}

/// `OUTLOOK_SYNCD_DAYS` (15).
#[test]
fn days_of_renewals_moves_deletes_and_snoozes_end_each_with_what_the_mailbox_has() {
    let runtime = runtime();
    let count = number("OUTLOOK_SYNCD_DAYS").unwrap_or(15_usize);
    let day = prop::collection::vec(prop::collection::vec(act(), 0..3), 12);
    let config = ProptestConfig { cases: 1, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(days in prop::collection::vec(day, count))| {
        runtime.block_on(async {
            let mut account = Days::begin().await;
            for acts in &days {
                account.day(acts).await;
            }
        });
    });
}
