//! It is read in slices, in the time that news leave, and goes on where it was whatever ends a turn.

use super::*;
use crate::sync::script::BATCH;
use chrono::TimeDelta;
use outlook_syncd::sync::PartRead;
use std::ops::ControlFlow;

/// A mailbox with much mail of one person, and of others.
async fn much() -> (World, Script) {
    let (world, mut script) = mailbox().await;
    for second in 1..=120 {
        let from = if second % 3 == 0 { bo() } else { person("Cy", "cy@example.org") };
        script.written("archive", at(second), from, &[anna()]);
    }
    world.read(&mut script).await;
    (world, script)
}

#[tokio::test]
async fn much_of_it_is_read_in_slices_of_turns_that_read_the_news_first_and_are_soon_due_again() {
    let (world, mut script) = much().await;
    ask(&world, BO).await;
    script.slow = Some((world.clock.clone(), TimeDelta::seconds(5)));
    let (mut turns, mut back_to) = (0, None);
    loop {
        script.written(INBOX, world.clock.now(), person("Dee", "dee@example.org"), &[anna()]);
        let Ok(ControlFlow::Continue(PartRead { folders, goes_on, .. })) = world.turn(&mut script).await
        else {
            panic!("a turn failed")
        };
        assert_eq!(folders[0].news(), 1, "turn {turns}");
        assert!(script.calls <= 20, "{}", script.calls);
        turns += 1;
        let asked = asked(&world).await;
        assert_eq!(goes_on, asked.ended_at.is_none(), "turn {turns}");
        if !goes_on {
            break;
        }
        let archive = asked.folders.iter().find(|of| of.folder.role == Role::Archive).unwrap();
        assert!(archive.back_to <= back_to || back_to.is_none(), "{archive:?} after {back_to:?}");
        back_to = archive.back_to;
    }
    assert!(turns > 2, "{turns}");
    let found: u64 = asked(&world).await.folders.iter().map(|of| of.found).sum();
    assert_eq!(found, 4 * BATCH as u64);
}

#[tokio::test]
async fn wherever_a_turn_is_cut_all_of_it_is_stored_once_and_counted_once() {
    for cut_at in 0..14 {
        let (world, mut script) = much().await;
        ask(&world, BO).await;
        script.cut_at = Some(cut_at);
        let _ = world.turn(&mut script).await;
        script.cut_at = None;
        world.read(&mut script).await;
        let asked = asked(&world).await;
        let (found, stored) =
            asked.folders.iter().fold((0, 0), |sum, of| (sum.0 + of.found, sum.1 + of.stored));
        assert_eq!((found, stored), (4 * BATCH as u64, 4 * BATCH as u64), "cut at {cut_at}");
        assert_eq!(self::stored(&world).await.len(), 4 * BATCH, "cut at {cut_at}");
        assert!(asked.ended_at.is_some());
    }
}

#[tokio::test]
async fn mail_that_leaves_a_list_while_it_is_gone_through_hides_none_of_what_is_below() {
    let (world, mut script) = much().await;
    ask(&world, BO).await;
    script.slow = Some((world.clock.clone(), TimeDelta::seconds(5)));
    let _ = world.turn(&mut script).await;
    for n in (100..=120).filter(|n| n % 3 != 0) {
        script.delete(&format!("m{n}"));
    }
    script.slow = None;
    for _ in 0..3 {
        world.read(&mut script).await;
    }
    assert_eq!(stored(&world).await.len(), 4 * BATCH);
}

#[tokio::test]
async fn a_list_that_cannot_be_had_is_told_tried_again_and_given_up_at_last() {
    let (world, mut script) = much().await;
    ask(&world, BO).await;
    script.lists_people = false;
    world.read(&mut script).await;
    let archive = async || {
        let asked = asked(&world).await;
        let of = asked.folders.into_iter().find(|of| of.folder.role == Role::Archive).unwrap();
        (of.stopped, of.tries, of.ended_at.is_some(), asked.ended_at.is_some())
    };
    let stopped = Some("list_out_of_reach".to_owned());
    assert_eq!(archive().await, (stopped.clone(), 1, false, false));
    for _ in 0..11 {
        world.read(&mut script).await;
    }
    assert_eq!(archive().await, (stopped, 12, true, true));
    script.lists_people = true;
    assert_eq!(ask(&world, BO).await, AskOutcome::New);
    world.read(&mut script).await;
    assert_eq!(archive().await, (None, 0, true, true));
}

#[tokio::test]
async fn a_folder_that_is_not_there_any_more_keeps_no_other_from_being_read() {
    let (world, mut script) = much().await;
    script.written("own", at(10), bo(), &[anna()]);
    script.lost = Some("archive");
    ask(&world, BO).await;
    world.read(&mut script).await;
    assert_eq!(stored(&world).await.len(), 1);
    script.folders.retain(|sight| sight.role != Role::Archive);
    world.clock.advance(TimeDelta::days(2));
    world.read(&mut script).await;
    let asked = asked(&world).await;
    let archive = asked.folders.iter().find(|of| of.folder.role == Role::Archive).unwrap();
    assert_eq!(archive.stopped.as_deref(), Some("folder_vanished"));
    assert!(asked.ended_at.is_some());
}

#[tokio::test]
async fn ten_persons_of_a_mailbox_are_read_at_a_time() {
    let (world, _script) = mailbox().await;
    for n in 0..10 {
        assert_eq!(ask(&world, &format!("p{n}@example.org")).await, AskOutcome::New);
    }
    assert_eq!(ask(&world, BO).await, AskOutcome::TooMany);
    assert_eq!(ask(&world, "p3@example.org").await, AskOutcome::Again);
}
