//! What goes wrong for a while is no word about an item, and what a turn has learnt outlives it.

use super::*;
use chrono::TimeDelta;
use outlook_syncd::sync::PartRead;
use std::ops::ControlFlow;
use std::time::Duration;

async fn archive(world: &World) -> (u64, u64, Option<String>, bool) {
    let asked = asked(world).await;
    let of = asked.folders.into_iter().find(|of| of.folder.role == Role::Archive).unwrap();
    (of.found, of.unreadable, of.stopped, of.ended_at.is_some())
}

#[tokio::test]
async fn mail_that_could_not_be_fetched_for_a_while_is_stored_in_a_later_turn() {
    let (world, mut script) = mailbox().await;
    for second in 1..=3 {
        script.written("archive", at(second), bo(), &[anna()]);
    }
    script.shaky.insert("m2".to_owned());
    ask(&world, BO).await;
    world.read(&mut script).await;
    let out_of_reach = Some("items_out_of_reach".to_owned());
    assert_eq!(archive(&world).await, (2, 0, out_of_reach, false));
    script.shaky.clear();
    world.read(&mut script).await;
    assert_eq!(archive(&world).await, (3, 0, None, true));
    assert_eq!(stored(&world).await, ["m1", "m2", "m3"]);
}

#[tokio::test]
async fn a_browser_that_is_lost_over_one_item_loses_none_of_the_others() {
    let (world, mut script) = mailbox().await;
    for second in 1..=5 {
        script.written("archive", at(second), bo(), &[anna()]);
    }
    script.deadly = Some("m3".to_owned());
    ask(&world, BO).await;
    for _ in 0..8 {
        world.read(&mut script).await;
    }
    assert_eq!(archive(&world).await, (4, 1, None, true));
    assert_eq!(stored(&world).await, ["m1", "m2", "m4", "m5"]);
}

#[tokio::test]
async fn an_item_that_may_be_theirs_and_cannot_be_read_is_not_among_theirs() {
    let (world, mut script) = mailbox().await;
    script.written("archive", at(10), bo(), &[anna()]);
    let sent = script.written(SENT, at(20), anna(), &[bo()]);
    script.corrupt.insert(sent);
    ask(&world, BO).await;
    world.read(&mut script).await;
    let sent = &asked(&world).await.folders[1];
    assert_eq!((sent.folder.role, sent.found, sent.unreadable), (Role::Sent, 0, 0));
    assert!(sent.ended_at.is_some());
}

#[tokio::test]
async fn a_name_that_was_learnt_before_a_turn_was_cut_finds_what_they_were_sent() {
    for cut_at in 0..16 {
        let (world, mut script) = mailbox().await;
        script.written("archive", at(10), bo(), &[anna()]);
        script.written(SENT, at(20), anna(), &[bo()]);
        world.read(&mut script).await;
        ask(&world, BO).await;
        script.cut_at = Some(cut_at);
        let _ = world.turn(&mut script).await;
        script.cut_at = None;
        world.read(&mut script).await;
        assert_eq!(stored(&world).await, ["m1", "m2"], "cut at {cut_at}");
    }
}

#[tokio::test]
async fn a_mailbox_that_wants_to_be_left_alone_is_asked_for_nothing_more_in_the_turn() {
    let (world, mut script) = mailbox().await;
    script.deliver(INBOX, 200);
    ask(&world, BO).await;
    script.puts_rows_off = Some(300);
    let Ok(ControlFlow::Continue(PartRead { incomplete, retry_after, .. })) = world.turn(&mut script).await
    else {
        panic!("the turn failed")
    };
    assert_eq!((incomplete, retry_after), (None, Some(Duration::from_mins(5))));
    assert_eq!((script.opened.len(), script.swept), (2, 0), "news of two folders: {:?}", script.opened);
    for _ in 0..12 {
        let _ = world.turn(&mut script).await;
    }
    assert_eq!(asked(&world).await.ended_at, None, "that is no fault of a folder");
}

/// The news were read before it went.
#[tokio::test]
async fn a_network_that_goes_again_and_again_gives_no_folder_up() {
    let (mut world, mut script) = mailbox().await;
    script.written("archive", at(10), bo(), &[anna()]);
    ask(&world, BO).await;
    (world.is_online, script.has_lost_way) = (false, true);
    for _ in 0..13 {
        let failure = world.turn(&mut script).await.unwrap_err();
        assert_eq!(failure.meaning.code, "network");
    }
    let of = asked(&world).await;
    assert!(of.folders.iter().all(|of| (of.tries, of.ended_at) == (0, None)), "{of:?}");
    (world.is_online, script.has_lost_way) = (true, false);
    world.read(&mut script).await;
    assert_eq!(stored(&world).await, ["m1"]);
}

#[tokio::test]
async fn a_folder_to_which_the_way_alone_is_lost_is_given_up_at_last() {
    let (world, mut script) = mailbox().await;
    ask(&world, BO).await;
    script.has_lost_way = true;
    for _ in 0..12 {
        world.turn(&mut script).await.unwrap_err();
    }
    let given_up = asked(&world).await.folders.into_iter().filter(|of| of.ended_at.is_some()).count();
    assert_eq!(given_up, 1);
}

#[tokio::test]
async fn a_folder_that_was_made_since_the_list_of_folders_is_gone_through_too() {
    let (world, mut script) = mailbox().await;
    world.read(&mut script).await;
    script.folders.push(listed_as(Role::Other, "New", "other"));
    script.written("other", at(10), bo(), &[anna()]);
    world.read(&mut script).await;
    ask(&world, BO).await;
    world.read(&mut script).await;
    assert_eq!(stored(&world).await, ["m1"]);
    let listed = script.listed;
    world.read(&mut script).await;
    assert_eq!(script.listed, listed, "once");
}

#[tokio::test]
async fn all_that_is_absent_from_a_page_is_asked_for() {
    let (world, mut script) = mailbox().await;
    script.rows_at_once = 200;
    for second in 1..=100 {
        script.written("archive", at(second), bo(), &[anna()]);
    }
    ask(&world, BO).await;
    world.read(&mut script).await;
    for n in 1..=45 {
        script.delete(&format!("m{n}"));
    }
    world.clock.advance(TimeDelta::days(2));
    ask(&world, BO).await;
    for _ in 0..3 {
        world.read(&mut script).await;
        world.clock.advance(TimeDelta::days(2));
    }
    assert_eq!(stored(&world).await.len(), 55);
}

#[tokio::test]
async fn much_that_was_deleted_elsewhere_does_not_keep_what_is_missing_from_the_inbox() {
    let (world, mut script) = mailbox().await;
    script.rows_at_once = 200;
    for second in 1..=80 {
        script.written("archive", at(second), bo(), &[anna()]);
    }
    let mine = script.written(INBOX, at(700), person("Cy", "cy@example.org"), &[anna()]);
    script.written(INBOX, at(701), person("Cy", "cy@example.org"), &[anna()]);
    ask(&world, BO).await;
    world.read(&mut script).await;
    for n in 1..=70 {
        script.delete(&format!("m{n}"));
    }
    script.delete(&mine);
    world.clock.advance(TimeDelta::days(2));
    ask(&world, BO).await;
    let mut warned = None;
    for _ in 0..4 {
        let Ok(ControlFlow::Continue(PartRead { warning, .. })) = world.turn(&mut script).await else {
            panic!("a turn failed")
        };
        warned = warning;
        world.clock.advance(TimeDelta::days(2));
    }
    assert_eq!(gone(&world).await, Some(mine));
    assert!(warned.unwrap().message.starts_with("70 of 80 messages"));
}

#[tokio::test]
async fn a_turn_that_got_on_with_the_mail_of_one_person_alone_has_not_failed() {
    let (world, mut script) = mailbox().await;
    script.deliver(INBOX, 200);
    for second in 1..=30 {
        script.written("archive", at(second), bo(), &[anna()]);
    }
    script.slow = Some((world.clock.clone(), TimeDelta::seconds(70)));
    world.read(&mut script).await;
    assert_eq!(
        world.turn(&mut script).await.unwrap_err().meaning.code,
        "account_limit",
        "no time but for the news"
    );
    ask(&world, BO).await;
    let Ok(ControlFlow::Continue(PartRead { goes_on, .. })) = world.turn(&mut script).await else {
        panic!("the turn failed")
    };
    assert!(goes_on);
}
