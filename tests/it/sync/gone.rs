//! What a road names as removed: moved, deleted, back again, or too much at once.

use super::script::{INBOX, SENT, Script, Tongue};
use super::world::World;
use chrono::TimeDelta;
use outlook_syncd::model::Role;
use outlook_syncd::sync::{Brake, Failure, PartRead};
use std::ops::ControlFlow;

/// A mailbox that tells what is different, read once.
async fn mailbox(inbox: usize, sent: usize) -> (World, Script) {
    let (world, mut script) = (World::new().await, Script::new(Tongue::Changes));
    script.deliver(INBOX, inbox);
    script.deliver(SENT, sent);
    world.read(&mut script).await;
    (world, script)
}

/// The subjects of what is called gone, in order.
async fn gone(world: &World) -> Option<String> {
    let all = "SELECT group_concat(subject, ' ' ORDER BY subject) FROM message_v WHERE gone_ms IS NOT NULL";
    crate::store::text(&world.store, all).await
}

/// How often a message changed.
async fn revision(world: &World, id: &str) -> i64 {
    let revision = format!("SELECT revision FROM message_v WHERE subject = '{id}'");
    crate::store::count(&world.store, &revision).await
}

async fn held(world: &World) -> [u64; 2] {
    let account = world.claim().await.account.id;
    let held = async |role| crate::store::held_in(&world.store, &account, role).await;
    [held(Role::Inbox).await, held(Role::Sent).await]
}

#[tokio::test]
async fn what_was_deleted_is_gone_after_the_next_turn_and_its_row_stays() {
    let (world, mut script) = mailbox(5, 2).await;
    script.delete("m2");
    world.read(&mut script).await;
    assert_eq!((gone(&world).await, held(&world).await), (None, [5, 2]), "it may have moved");
    let counts = world.read(&mut script).await;
    assert_eq!((counts[0].changed, counts[0].held, counts[1].changed), (1, 4, 0));
    assert_eq!(gone(&world).await.as_deref(), Some("m2"));
    assert_eq!(world.stored().await, script.truth(), "a list of messages leaves it out");
    assert_eq!(revision(&world, "m2").await, 2);
    let counts = world.read(&mut script).await;
    assert!(counts.iter().all(|count| count.new + count.changed == 0), "{counts:?}");
}

/// A road that says no more than its lists do is not asked, and needs no time for it.
#[tokio::test]
async fn what_was_deleted_is_gone_also_where_a_turn_has_no_time_left_for_what_is_missing() {
    let (mut world, mut script) = mailbox(5, 2).await;
    world.slice = TimeDelta::zero();
    script.delete("m2");
    for _ in 0..2 {
        world.read(&mut script).await;
    }
    assert_eq!((gone(&world).await.as_deref(), world.stored().await), (Some("m2"), script.truth()));
}

#[tokio::test]
async fn what_was_missed_while_a_clock_was_ahead_is_gone_two_turns_after_it_was_set_right() {
    let (world, mut script) = mailbox(5, 2).await;
    world.clock.advance(TimeDelta::days(30));
    script.delete("m2");
    world.read(&mut script).await;
    world.clock.advance(TimeDelta::days(-30));
    world.read(&mut script).await;
    assert_eq!(gone(&world).await, None, "nobody knows whether the others were looked through since");
    world.read(&mut script).await;
    assert_eq!(gone(&world).await.as_deref(), Some("m2"));
}

/// Inbox is read first: it says that the one is gone before the other folder says that it is there, and the
/// other way round.
#[tokio::test]
async fn what_is_gone_here_and_seen_there_has_moved_whichever_is_read_first() {
    let (world, mut script) = mailbox(5, 5).await;
    script.move_to(SENT, "m1");
    script.move_to(INBOX, "m6");
    for _ in 0..2 {
        world.read(&mut script).await;
        assert_eq!((world.stored().await, gone(&world).await), (script.truth(), None));
    }
    assert_eq!(held(&world).await, [5, 5]);
    assert_eq!((revision(&world, "m1").await, revision(&world, "m6").await), (2, 2));
}

#[tokio::test]
async fn what_moves_under_way_to_a_folder_that_was_read_already_is_never_called_gone() {
    let (world, mut script) = mailbox(5, 5).await;
    script.move_at = Some((1, INBOX, "m6".to_owned()));
    world.read(&mut script).await;
    assert_eq!(gone(&world).await, None);
    world.read(&mut script).await;
    assert_eq!((world.stored().await, gone(&world).await), (script.truth(), None));
}

#[tokio::test]
async fn a_crash_after_a_removal_was_written_forgets_neither_a_removal_nor_a_move() {
    let (world, mut script) = mailbox(5, 5).await;
    script.delete("m2");
    script.move_to(SENT, "m1");
    script.cut_at = Some(1);
    assert!(world.turn(&mut script).await.is_err(), "the inbox was read and the other folder was not");
    script.cut_at = None;
    world.read(&mut script).await;
    assert_eq!(gone(&world).await.as_deref(), Some("m2"));
    assert_eq!(world.stored().await, script.truth());
}

#[tokio::test]
async fn what_was_gone_and_is_seen_again_is_there_again() {
    let (world, mut script) = mailbox(5, 2).await;
    script.delete("m2");
    for _ in 0..2 {
        world.read(&mut script).await;
    }
    for (folder, expected) in [(INBOX, [5, 2]), (SENT, [4, 3])] {
        script.restore(folder, "m2");
        let counts = world.read(&mut script).await;
        assert_eq!(counts.iter().map(|count| count.changed).sum::<u64>(), 1, "{counts:?}");
        assert_eq!((world.stored().await, gone(&world).await), (script.truth(), None));
        assert_eq!(held(&world).await, expected);
        script.delete("m2");
        for _ in 0..2 {
            world.read(&mut script).await;
        }
    }
    assert_eq!(gone(&world).await.as_deref(), Some("m2"));
}

/// Deleted and back before it was called gone: as if nothing had happened.
#[tokio::test]
async fn what_was_missed_and_is_seen_again_was_never_gone() {
    let (world, mut script) = mailbox(5, 0).await;
    script.delete("m2");
    world.read(&mut script).await;
    script.restore(INBOX, "m2");
    for _ in 0..2 {
        world.read(&mut script).await;
    }
    assert_eq!((gone(&world).await, revision(&world, "m2").await), (None, 1));
}

async fn turn(world: &World, script: &mut Script) -> PartRead {
    match world.turn(script).await {
        Ok(ControlFlow::Continue(read)) => read,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_mailbox_that_names_too_much_as_gone_is_read_and_nothing_of_it_is_called_gone() {
    let (mut world, mut script) = mailbox(100, 0).await;
    for n in 1..=60 {
        script.delete(&format!("m{n}"));
    }
    world.read(&mut script).await;
    for _ in 0..2 {
        let Failure { meaning, message } = turn(&world, &mut script).await.warning.unwrap();
        assert_eq!(meaning.code, "too_many_gone");
        assert!(message.starts_with("60 of 100 messages"), "{message}");
        assert_eq!((gone(&world).await, held(&world).await), (None, [100, 0]));
    }
    script.deliver(INBOX, 1);
    assert_eq!(world.read(&mut script).await[0].new, 1, "mail is read all the same");
    world.brake = Brake { percent: 100, ..world.brake };
    assert_eq!(turn(&world, &mut script).await.warning, None);
    assert_eq!((world.stored().await, held(&world).await), (script.truth(), [41, 0]));
}

#[test]
fn the_brake_lets_pass_what_is_within_either_bound() {
    let brake = Brake { items: 50, percent: 20 };
    for (missing, held, allowed) in
        [(50, 50, true), (51, 51, false), (51, 254, false), (51, 255, true), (200, 1_000, true), (0, 0, true)]
    {
        assert_eq!(brake.allows(missing, held), allowed, "{missing} of {held}");
    }
}
