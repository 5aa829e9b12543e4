//! Whatever happens in a mailbox while one person's mail is read, and wherever turns are cut.

use super::*;
use crate::sync::histories::{histories, runtime};
use crate::sync::script::Place;
use chrono::TimeDelta;
use proptest::prelude::*;

#[derive(Debug, Clone)]
enum Event {
    /// From them or from another, so many seconds after the beginning.
    Deliver(Place, bool, i64),
    Move(Place, usize),
    Delete(usize),
    Ask,
    Days(i64),
    Turn(Option<usize>),
}

fn place() -> impl Strategy<Value = Place> {
    prop::sample::select(vec![INBOX, SENT, "archive", "own", "deleted"])
}

fn any_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => (place(), any::<bool>(), 1..1_000_i64).prop_map(|(place, theirs, at)| Event::Deliver(place, theirs, at)),
        2 => (place(), any::<usize>()).prop_map(|(place, item)| Event::Move(place, item)),
        1 => any::<usize>().prop_map(Event::Delete),
        2 => Just(Event::Ask),
        1 => (0..3_i64).prop_map(Event::Days),
        4 => prop::option::of(0..20_usize).prop_map(Event::Turn),
    ]
}

async fn happen(event: &Event, world: &World, script: &mut Script) {
    match *event {
        Event::Deliver(place, theirs, second) => {
            let from = if theirs { bo() } else { person("Cy", "cy@example.org") };
            script.written(place, at(second), from, &[anna()]);
        }
        Event::Move(place, item) => script.id(item).into_iter().for_each(|id| script.move_to(place, &id)),
        Event::Delete(item) => script.id(item).into_iter().for_each(|id| script.delete(&id)),
        Event::Ask => drop(ask(world, BO).await),
        Event::Days(days) => world.clock.advance(TimeDelta::days(days)),
        Event::Turn(cut_at) => {
            script.cut_at = cut_at;
            let _ = world.turn(script).await;
            script.cut_at = None;
        }
    }
}

/// The subjects of what is stored and was deleted in the mailbox.
async fn ghosts(world: &World, script: &Script) -> Vec<String> {
    stored(world).await.into_iter().filter(|subject| !script.has(subject)).collect()
}

#[test]
fn whatever_happens_all_of_their_mail_is_stored_in_the_end_and_none_that_is_there_is_called_gone() {
    let runtime = runtime();
    proptest!(histories(), |(history in prop::collection::vec(any_event(), 1..30))| {
        runtime.block_on(async {
            let (world, mut script) = mailbox().await;
            for event in &history {
                happen(event, &world, &mut script).await;
                super::super::histories::assert_held(&world).await;
            }
            for _ in 0..3 {
                world.clock.advance(TimeDelta::days(2));
                ask(&world, BO).await;
                world.read(&mut script).await;
            }
            // Nobody asks any more, and the folders are read on.
            for _ in 0..2 {
                world.clock.advance(TimeDelta::days(2));
                world.read(&mut script).await;
            }
            let stored = world.stored().await;
            for (place, subject, is_read) in script.truth_of(|from| from == &bo()) {
                assert!(stored.contains(&(place, subject.clone(), is_read)), "{subject} of {place}: {stored:?}");
            }
            assert_eq!(ghosts(&world, &script).await, [] as [&str; 0]);
        });
    });
}
