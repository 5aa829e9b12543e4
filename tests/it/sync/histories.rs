//! Whatever happens in a mailbox, and wherever its turns are cut: what is kept of it adds up.

use super::script::{INBOX, Place, SENT, Script, Tongue, place_of};
use super::world::World;
use crate::store::at;
use chrono::TimeDelta;
use proptest::prelude::*;
use std::fmt::Debug;
use std::str::FromStr;

/// What happens next.
#[derive(Debug, Clone)]
enum Event {
    Deliver(Place, usize),
    Move(Place, usize),
    MarkRead(usize),
    Delete(usize),
    /// Mail that came within one second: less than two pages share, since what left it is not told otherwise.
    Burst(Place, usize),
    /// A message of the past arrives: from junk, from an import.
    Backdate(Place, i64),
    /// An item that cannot be read from here on, or one that can again.
    Corrupt(usize),
    Heal,
    /// Mail comes and leaves while it is read, or does so no more.
    Restless(bool),
    /// Time goes by, or a clock is set back, by so many hours.
    Clock(i64),
    /// A turn, cut before the call of this number.
    Turn(Option<usize>),
}

fn folder() -> impl Strategy<Value = Place> {
    prop::sample::select(vec![INBOX, SENT])
}

fn any_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        6 => on_top(),
        1 => (folder(), any::<usize>()).prop_map(|(folder, item)| Event::Move(folder, item)),
        // Never of the second of a burst.
        1 => (folder(), 0..500_i64).prop_map(|(folder, at)| Event::Backdate(folder, at * 10 + 5)),
    ]
}

/// What brings no mail below the newest.
fn on_top() -> impl Strategy<Value = Event> {
    prop_oneof![
        (folder(), 1..15_usize).prop_map(|(folder, count)| Event::Deliver(folder, count)),
        any::<usize>().prop_map(Event::MarkRead),
        any::<usize>().prop_map(Event::Delete),
        (folder(), 2..5_usize).prop_map(|(folder, count)| Event::Burst(folder, count)),
        any::<usize>().prop_map(Event::Corrupt),
        any::<bool>().prop_map(Event::Restless),
        Just(Event::Heal),
        (-30..50_i64).prop_map(Event::Clock),
        prop::option::of(0..6_usize).prop_map(Event::Turn),
    ]
}

async fn happen(event: &Event, world: &World, script: &mut Script) {
    match *event {
        Event::Deliver(folder, count) => script.deliver(folder, count),
        Event::Move(folder, item) => script.id(item).into_iter().for_each(|id| script.move_to(folder, &id)),
        Event::MarkRead(item) => script.id(item).into_iter().for_each(|id| script.mark_read(&id)),
        Event::Delete(item) => script.id(item).into_iter().for_each(|id| script.delete(&id)),
        Event::Burst(folder, count) => script.burst(folder, count),
        Event::Backdate(folder, seconds) => script.backdate(folder, at(seconds)),
        Event::Corrupt(item) => script.corrupt.extend(script.id(item)),
        Event::Heal => script.corrupt.clear(),
        Event::Restless(restless) => script.restless = restless,
        Event::Clock(hours) => world.clock.advance(TimeDelta::hours(hours)),
        Event::Turn(cut_at) => {
            script.cut_at = cut_at;
            let _ = world.turn(script).await;
        }
    }
}

/// What each folder is said to hold is a count of its rows.
pub(super) async fn assert_held(world: &World) {
    for state in world.claim().await.folders {
        let id = &state.folder.id;
        let rows = format!("SELECT COUNT(*) FROM message WHERE gone_at IS NULL AND folder_id = '{id}'");
        let rows = crate::store::count(&world.store, &rows).await;
        let held = world.store.held_messages(id).await.unwrap();
        assert_eq!(held, rows.unsigned_abs(), "{:?}", state.folder);
    }
}

/// What a folder is said to hold completely is stored, or stands in the ledger.
async fn assert_covered(world: &World, script: &Script) {
    let stored = world.stored().await;
    for state in world.claim().await.folders {
        let place = place_of(&state.folder);
        for (subject, received) in script.received(place) {
            let is_held =
                state.coverage.spans.iter().any(|span| span.after < received && received <= span.until);
            let is_stored = || stored.iter().any(|(lies, known, _)| *lies == place && *known == subject);
            assert!(!is_held || is_stored(), "{subject} of {received} is called held: {:?}", state.coverage);
        }
    }
}

/// `OUTLOOK_SYNCD_HISTORIES` of each kind (100).
pub(crate) fn histories() -> ProptestConfig {
    let cases = number("OUTLOOK_SYNCD_HISTORIES").unwrap_or(100);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// What a variable says.
pub(super) fn number<N: FromStr<Err: Debug>>(variable: &str) -> Option<N> {
    std::env::var_os(variable).map(|text| text.to_str().unwrap().parse().unwrap())
}

pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

#[test]
fn whatever_happens_a_folder_holds_what_it_says_and_in_the_end_what_the_mailbox_has() {
    let runtime = runtime();
    let tongue = prop::sample::select(vec![Tongue::Windows, Tongue::Changes]);
    proptest!(histories(), |(tongue in tongue, history in prop::collection::vec(any_event(), 1..30))| {
        runtime.block_on(async {
            let (world, mut script) = (World::new().await, Script::new(tongue));
            for event in &history {
                happen(event, &world, &mut script).await;
                assert_held(&world).await;
            }
            (script.cut_at, script.restless) = (None, false);
            script.corrupt.clear();
            // A list tells by its sweeps what happened below. Where a clock was set back the first turn may come
            // before the day of the next one; what one misses the next calls gone.
            for _ in 0..3 {
                world.clock.advance(TimeDelta::days(2));
                world.read(&mut script).await;
            }
            assert_held(&world).await;
            assert_eq!(world.stored().await, script.truth(), "{tongue:?}");
        });
    });
}

/// Mail that comes on top of a list, is read, leaves, and shifts what is being read.
#[test]
fn what_is_called_held_is_stored_after_each_turn_wherever_it_was_cut() {
    let runtime = runtime();
    proptest!(histories(), |(history in prop::collection::vec(on_top(), 1..30))| {
        runtime.block_on(async {
            let (world, mut script) = (World::new().await, Script::new(Tongue::Windows));
            for event in &history {
                happen(event, &world, &mut script).await;
                assert_covered(&world, &script).await;
            }
        });
    });
}
