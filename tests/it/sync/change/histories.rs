//! Whatever happens in a mailbox, and whenever it changes its road: no row is doubled, and in the end what the mailbox has
//! is stored.

use super::scripted::{Way, change, read, script};
use crate::sync::histories::{assert_held, histories, runtime};
use crate::sync::script::{INBOX, Place, SENT, Script, Tongue};
use crate::sync::world::World;
use chrono::TimeDelta;
use outlook_syncd::store::MessageQuery;
use proptest::prelude::*;
use std::collections::{BTreeSet, HashMap};

#[derive(Debug, Clone)]
enum Event {
    Deliver(Place, usize),
    Move(Place, usize),
    MarkRead(usize),
    Delete(usize),
    Pass(i64),
    /// It is wanted that the mailbox goes the other way, and looked at; cut before the call of this number.
    Change(Option<usize>),
    /// A turn by the road that it has.
    Turn,
}

fn folder() -> impl Strategy<Value = Place> {
    prop::sample::select(vec![INBOX, SENT])
}

fn any_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        2 => (folder(), 1..15_usize).prop_map(|(folder, count)| Event::Deliver(folder, count)),
        1 => (folder(), any::<usize>()).prop_map(|(folder, item)| Event::Move(folder, item)),
        1 => any::<usize>().prop_map(Event::MarkRead),
        1 => any::<usize>().prop_map(Event::Delete),
        1 => (0..50_i64).prop_map(Event::Pass),
        2 => prop::option::of(0..6_usize).prop_map(Event::Change),
        3 => Just(Event::Turn),
    ]
}

/// A mailbox, and which way it goes.
struct Going {
    world: World,
    script: Script,
    way: Way,
}

impl Going {
    async fn happen(&mut self, event: &Event) {
        let Self { world, script, way } = self;
        match *event {
            Event::Deliver(folder, count) => script.deliver(folder, count),
            Event::Move(folder, item) => {
                script.id(item).into_iter().for_each(|id| script.move_to(folder, &id));
            }
            Event::MarkRead(item) => script.id(item).into_iter().for_each(|id| script.mark_read(&id)),
            Event::Delete(item) => script.id(item).into_iter().for_each(|id| script.delete(&id)),
            Event::Pass(hours) => world.clock.advance(TimeDelta::hours(hours)),
            Event::Change(cut_at) => {
                let other = if *way == Way::Script { Way::Numbered } else { Way::Script };
                let before = super::all(&world.store).await;
                script.cut_at = cut_at;
                let changed = change(world, script, other, false).await;
                script.cut_at = None;
                let is_taken = changed.is_ok_and(|changed| changed.error.is_none());
                if is_taken {
                    *way = other;
                } else {
                    assert_eq!(super::all(&world.store).await, before, "nothing is changed by half");
                }
            }
            Event::Turn => drop(read(world, script, *way).await),
        }
    }
}

/// Which row each message is, by its subject.
async fn rows(world: &World) -> HashMap<String, String> {
    let all = world.store.messages(&MessageQuery { limit: 10_000, ..MessageQuery::default() }).await.unwrap();
    all.into_iter().map(|one| (one.message.subject.unwrap(), one.message.id.to_string())).collect()
}

#[test]
fn whatever_happens_while_roads_change_no_row_is_doubled_and_in_the_end_what_the_mailbox_has_is_stored() {
    let runtime = runtime();
    let tongue = prop::sample::select(vec![Tongue::Windows, Tongue::Changes]);
    let history = prop::collection::vec(any_event(), 1..30);
    proptest!(histories(), |(tongue in tongue, history in history)| {
        runtime.block_on(async {
            let (world, way) = (World::new().await, Way::Script);
            let mut going = Going { world, script: script(tongue), way };
            for event in &history {
                let before = rows(&going.world).await;
                going.happen(event).await;
                assert_held(&going.world).await;
                let now = rows(&going.world).await;
                let is_same = |(subject, id): (&String, &String)| now.get(subject).is_none_or(|now| now == id);
                assert!(before.iter().all(is_same), "a message became another row");
            }
            let Going { world, mut script, way } = going;
            for _ in 0..3 {
                world.clock.advance(TimeDelta::days(2));
                read(&world, &mut script, way).await;
            }
            assert_held(&world).await;
            // Its lists tell no versions: what was read below the newest is told by changes alone.
            let tells_flags = way == Way::Script || tongue == Tongue::Changes;
            let told = |all: BTreeSet<(Place, String, Option<bool>)>| -> BTreeSet<_> {
                all.into_iter().map(|(place, subject, read)| (place, subject, read.filter(|_| tells_flags))).collect()
            };
            assert_eq!(told(world.stored().await), told(script.truth()), "{tongue:?} {way:?}");
        });
    });
}
