//! Whatever happens in a mailbox, and wherever its turns are cut: what is kept of it adds up.

use super::script::{INBOX, Place, SENT, Script, Tongue};
use super::world::World;
use chrono::TimeDelta;
use proptest::prelude::*;

/// What happens next.
#[derive(Debug, Clone)]
enum Event {
    Deliver(Place, usize),
    Move(Place, usize),
    MarkRead(usize),
    Delete(usize),
    /// A turn, cut before the call of this number.
    Turn(Option<usize>),
}

fn any_event() -> impl Strategy<Value = Event> {
    let folder = || prop::sample::select(vec![INBOX, SENT]);
    prop_oneof![
        (folder(), 1..15_usize).prop_map(|(folder, count)| Event::Deliver(folder, count)),
        (folder(), any::<usize>()).prop_map(|(folder, item)| Event::Move(folder, item)),
        any::<usize>().prop_map(Event::MarkRead),
        any::<usize>().prop_map(Event::Delete),
        prop::option::of(0..6_usize).prop_map(Event::Turn),
    ]
}

async fn happen(event: &Event, world: &World, script: &mut Script) {
    match *event {
        Event::Deliver(folder, count) => script.deliver(folder, count),
        Event::Move(folder, item) => script.id(item).into_iter().for_each(|id| script.move_to(folder, &id)),
        Event::MarkRead(item) => script.id(item).into_iter().for_each(|id| script.mark_read(&id)),
        Event::Delete(item) => script.id(item).into_iter().for_each(|id| script.delete(&id)),
        Event::Turn(cut_at) => {
            script.cut_at = cut_at;
            let _ = world.turn(script).await;
        }
    }
}

/// What each folder is said to hold is a count of its rows.
async fn assert_held(world: &World) {
    for state in world.claim().await.folders {
        let id = &state.folder.id;
        let rows = format!("SELECT COUNT(*) FROM message WHERE gone_at IS NULL AND folder_id = '{id}'");
        let rows = crate::store::count(&world.store, &rows).await;
        let held = world.store.held_messages(id).await.unwrap();
        assert_eq!(held, rows.unsigned_abs(), "{:?}", state.folder);
    }
}

#[test]
fn whatever_happens_a_folder_holds_what_it_says_and_in_the_end_what_the_mailbox_has() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let config = ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() };
    let tongue = prop::sample::select(vec![Tongue::Windows, Tongue::Changes]);
    proptest!(config, |(tongue in tongue, history in prop::collection::vec(any_event(), 1..30))| {
        runtime.block_on(async {
            let (world, mut script) = (World::new().await, Script::new(tongue));
            for event in &history {
                happen(event, &world, &mut script).await;
                assert_held(&world).await;
            }
            script.cut_at = None;
            // What the first misses the second calls gone. A list tells by its sweeps what happened below.
            for _ in 0..2 {
                world.clock.advance(TimeDelta::days(1));
                world.read(&mut script).await;
            }
            assert_held(&world).await;
            assert_eq!(world.stored().await, script.truth(), "{tongue:?}");
        });
    });
}
