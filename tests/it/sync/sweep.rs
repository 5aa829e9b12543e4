//! What reading had not shown, a sweep finds: mail that was withheld or moved in, what was read, moved or
//! removed below the newest, wherever its way is cut.

mod items;

use super::script::{BATCH, INBOX, SENT, Script, Tongue, listed_as};
use super::world::World;
use chrono::TimeDelta;
use outlook_syncd::model::{FolderCount, FolderState, Role, ShortfallKind};
use outlook_syncd::store::Store;
use std::ops::ControlFlow;

/// A mailbox with several pages in its inbox, read and swept once.
async fn mailbox() -> (World, Script) {
    let (world, mut script) = (World::new().await, Script::new(Tongue::Windows));
    script.deliver(INBOX, 6 * BATCH);
    script.deliver(SENT, 2 * BATCH);
    world.read(&mut script).await;
    assert!(script.swept > 0, "what was read is proven at once");
    (world, script)
}

async fn inbox(world: &World) -> FolderState {
    let folders = world.claim().await.folders;
    folders.into_iter().find(|state| state.folder.role == Role::Inbox).unwrap()
}

async fn a_day_later(world: &World, script: &mut Script) -> Vec<FolderCount> {
    world.clock.advance(TimeDelta::days(1));
    world.read(script).await
}

fn found(counts: &[FolderCount]) -> u64 {
    counts.iter().map(|count| count.found).sum()
}

async fn gone(world: &World) -> Option<String> {
    let all = "SELECT group_concat(subject, ' ' ORDER BY subject) FROM message_v WHERE gone_ms IS NOT NULL";
    crate::store::text(&world.store, all).await
}

#[tokio::test]
async fn mail_that_a_list_withheld_and_gave_later_is_found_and_told() {
    let (world, mut script) = (World::new().await, Script::new(Tongue::Windows));
    script.deliver(INBOX, 6 * BATCH);
    script.withheld.insert("m7".to_owned());
    world.read(&mut script).await;
    assert_eq!(world.stored().await.len(), 6 * BATCH - 1);
    script.withheld.clear();
    // The count says that there is more than was seen.
    let counts = world.read(&mut script).await;
    assert_eq!((found(&counts), counts[0].new), (1, 1), "{counts:?}");
    assert_eq!(world.stored().await, script.truth());
    assert_eq!(inbox(&world).await.sweeps.last.unwrap().tally.found, 1);
}

#[tokio::test]
async fn mail_of_which_no_date_is_known_is_missed_when_it_was_deleted_and_found_where_it_moved() {
    let (world, mut script) = mailbox().await;
    for _ in 0..3 {
        script.deliver(INBOX, 1);
        script.undate_newest();
    }
    let undated = [6 * BATCH + 2 * BATCH + 1, 6 * BATCH + 2 * BATCH + 2].map(|n| format!("m{n}"));
    a_day_later(&world, &mut script).await;
    assert_eq!(world.stored().await, script.truth());
    script.delete(&undated[0]);
    script.move_to(SENT, &undated[1]);
    for _ in 0..3 {
        a_day_later(&world, &mut script).await;
    }
    assert_eq!(gone(&world).await.as_deref(), Some(undated[0].as_str()));
    assert_eq!(world.stored().await, script.truth());
}

#[tokio::test]
async fn a_mailbox_whose_items_all_have_other_ids_since_is_not_stored_twice_for_long() {
    let (world, mut script) = mailbox().await;
    let before = script.truth();
    script.move_mailbox();
    for _ in 0..4 {
        a_day_later(&world, &mut script).await;
    }
    assert_eq!(script.truth(), before);
    assert_eq!(world.stored().await, before, "each once, and none is lost");
}

#[tokio::test]
async fn how_long_a_server_asks_to_be_left_alone_is_kept_beside_another_warning() {
    let (mut world, mut script) = mailbox().await;
    world.wanted.push("Nowhere".to_owned());
    script.puts_ids_off = Some(7_200);
    world.clock.advance(TimeDelta::days(2));
    let Ok(ControlFlow::Continue(read)) = world.turn(&mut script).await else { panic!("it was read") };
    assert_eq!(read.warning.unwrap().meaning.code, "no_such_folder");
    assert_eq!(read.retry_after.unwrap().as_secs(), 7_200);
}

#[tokio::test]
async fn one_message_in_ten_thousand_that_a_list_withheld_is_found_and_told() {
    let (world, mut script) = (World::new().await, Script::new(Tongue::Windows));
    (script.rows_at_once, script.ids_at_once) = (200, 500);
    script.deliver(INBOX, 10_000);
    script.withheld.insert("m4321".to_owned());
    world.read(&mut script).await;
    assert_eq!(inbox(&world).await.held, 9_999);
    script.withheld.clear();
    // As many leave as come: no count tells.
    script.delete("m5000");
    let counts = a_day_later(&world, &mut script).await;
    assert_eq!((found(&counts), counts[0].new, counts[0].missing), (1, 1, 1), "{counts:?}");
    assert_eq!(script.completed, 1);
    let last = inbox(&world).await.sweeps.last.unwrap();
    assert_eq!((last.tally.found, last.listed), (1, 9_999));
    let stored = "SELECT COUNT(*) FROM message_v WHERE subject = 'm4321'";
    assert_eq!(crate::store::count(&world.store, stored).await, 1);
}

#[tokio::test]
async fn mail_that_was_read_while_a_clock_was_ahead_is_gone_a_day_after_it_was_deleted() {
    let (world, mut script) = mailbox().await;
    world.clock.advance(TimeDelta::days(-30));
    script.delete("m30");
    for _ in 0..2 {
        a_day_later(&world, &mut script).await;
    }
    assert_eq!(gone(&world).await.as_deref(), Some("m30"));
}

#[tokio::test]
async fn mail_that_is_moved_in_below_the_newest_while_another_leaves_is_found_within_a_day() {
    let (world, mut script) = mailbox().await;
    script.move_to(SENT, "m50");
    world.read(&mut script).await;
    a_day_later(&world, &mut script).await;
    script.move_to(INBOX, "m50");
    script.delete("m20");
    world.read(&mut script).await;
    world.clock.advance(TimeDelta::hours(2));
    world.read(&mut script).await;
    assert_eq!(script.swept, 0, "as many left as came: the count tells nothing");
    a_day_later(&world, &mut script).await;
    assert!(script.truth().is_subset(&world.stored().await));
}

#[tokio::test]
async fn what_is_read_moved_or_removed_below_the_newest_is_seen_by_the_next_sweep() {
    let (world, mut script) = mailbox().await;
    script.mark_read("m5");
    script.move_to(SENT, "m6");
    script.delete("m7");
    let counts = a_day_later(&world, &mut script).await;
    assert_eq!((counts[0].changed, counts[0].missing, found(&counts)), (1, 2, 0), "{counts:?}");
    assert_eq!(gone(&world).await, None, "it may have moved to where was looked before");
    world.read(&mut script).await;
    assert_eq!(gone(&world).await.as_deref(), Some("m7"));
    assert_eq!(world.stored().await, script.truth());
    world.read(&mut script).await;
    assert_eq!(script.swept, 0, "nothing is looked for any more");
}

#[tokio::test]
async fn what_leaves_the_newest_page_is_missed_at_once_and_what_comes_back_was_never_gone() {
    let (world, mut script) = mailbox().await;
    script.delete("m58");
    let counts = world.read(&mut script).await;
    assert_eq!(counts[0].missing, 1);
    script.restore(INBOX, "m58");
    let counts = world.read(&mut script).await;
    assert_eq!((counts[0].new, counts[0].missing, script.swept), (0, 0, 0), "{counts:?}");
    assert_eq!(world.stored().await, script.truth());
    assert_eq!(inbox(&world).await.sweeps.wanted_since, None);
}

#[tokio::test]
async fn mail_that_was_had_in_another_way_asks_for_no_sweep() {
    let (world, mut script) = mailbox().await;
    for exact in [false, true, false, true] {
        script.exact = exact;
        script.deliver(INBOX, 3);
        world.clock.advance(TimeDelta::hours(2));
        world.read(&mut script).await;
        assert_eq!((script.swept, inbox(&world).await.sweeps.wanted_since), (0, None), "{exact}");
    }
}

#[tokio::test]
async fn a_sweep_with_nothing_new_writes_no_message() {
    let (world, mut script) = mailbox().await;
    let counts = a_day_later(&world, &mut script).await;
    assert!(script.swept > 6, "{}", script.swept);
    let written: u64 = counts.iter().map(|count| count.new + count.changed + count.missing).sum();
    assert_eq!((written, script.completed), (0, 0));
    assert_eq!(crate::store::count(&world.store, "SELECT MAX(revision) FROM message").await, 1);
}

/// Each turn reads the newest of both folders and then gets to one page of the sweep.
#[tokio::test]
async fn a_sweep_that_is_cut_after_every_page_goes_on_where_it_was() {
    let (world, mut script) = mailbox().await;
    script.mark_read("m5");
    script.delete("m30");
    world.clock.advance(TimeDelta::days(1));
    let mut places = Vec::new();
    while places.is_empty() || inbox(&world).await.sweeps.under_way.is_some() {
        script.cut_at = Some(3);
        assert!(world.turn(&mut script).await.is_err());
        script.cut_at = None;
        let place = inbox(&world).await.sweeps.under_way.map(|sweep| sweep.next.offset);
        places.push(place);
        // What it finds takes a call of its own.
        if places.ends_with(&[place, place, place]) {
            script.cut_at = Some(5);
            let _ = world.turn(&mut script).await;
        }
        assert!(places.len() < 40, "{places:?}");
    }
    script.cut_at = None;
    world.read(&mut script).await;
    assert!(world.stored().await.contains(&(INBOX, "m5".to_owned(), Some(true))));
    for _ in 0..2 {
        a_day_later(&world, &mut script).await;
    }
    assert_eq!(world.stored().await, script.truth());
}

#[tokio::test]
async fn a_sweep_takes_the_time_that_is_left_and_many_turns_and_none_of_them_fails() {
    let (world, mut script) = mailbox().await;
    script.mark_read("m5");
    script.slow = Some((world.clock.clone(), TimeDelta::seconds(20)));
    let is_seen = async || world.stored().await.contains(&(INBOX, "m5".to_owned(), Some(true)));
    world.clock.advance(TimeDelta::days(1));
    let mut turns = 0;
    while !is_seen().await {
        world.read(&mut script).await;
        assert!(script.swept <= 2, "{}", script.swept);
        turns += 1;
        assert!(turns < 30, "it gets nowhere");
    }
    assert!(turns > 3, "{turns}");
}

#[tokio::test]
async fn what_was_deleted_is_gone_also_where_sweeps_take_all_the_time_of_every_turn_and_then_none_is_due() {
    let (world, mut script) = mailbox().await;
    script.delete("m30");
    script.slow = Some((world.clock.clone(), TimeDelta::seconds(20)));
    world.clock.advance(TimeDelta::days(1));
    let mut turns = 0;
    while gone(&world).await.is_none() {
        world.read(&mut script).await;
        turns += 1;
        assert!(turns < 60, "it is looked for again and again");
    }
    assert!(turns > 10, "{turns}");
    assert_eq!((gone(&world).await.as_deref(), world.stored().await), (Some("m30"), script.truth()));
    world.read(&mut script).await;
    assert_eq!(script.swept, 0, "nothing is looked for any more");
}

#[tokio::test]
async fn a_list_that_counts_more_than_it_has_is_swept_once_a_day_and_that_is_told() {
    let (world, mut script) = mailbox().await;
    let told = async || {
        let told = world.claim().await.state.shortfalls;
        told.into_iter().map(|one| (one.kind, one.message)).collect::<Vec<_>>()
    };
    script.miscounted = 10;
    a_day_later(&world, &mut script).await;
    assert_eq!(told().await, [], "mail comes and goes while a list is gone through");
    script.miscounted = 11;
    a_day_later(&world, &mut script).await;
    let last = inbox(&world).await.sweeps.last.unwrap();
    assert_eq!((last.listed, last.counted), (60, Some(71)));
    let message =
        "inbox shows 60 of the 71 items that it counts, sent shows 20 of the 31 items that it counts"
            .to_owned();
    assert_eq!(told().await, [(ShortfallKind::Withheld, message)]);
    assert_eq!(inbox(&world).await.sweeps.under_way, None);
    for _ in 0..3 {
        world.clock.advance(TimeDelta::hours(2));
        world.read(&mut script).await;
        assert_eq!(script.swept, 0);
    }
    script.miscounted = 0;
    a_day_later(&world, &mut script).await;
    assert_eq!(told().await, []);
}

#[tokio::test]
async fn a_list_of_ids_that_comes_empty_beside_a_count_misses_nothing() {
    let (world, mut script) = (World::new().await, Script::new(Tongue::Windows));
    script.deliver(INBOX, 1);
    world.read(&mut script).await;
    script.exact = false;
    script.withheld.insert("m1".to_owned());
    script.miscounted = 1;
    world.clock.advance(TimeDelta::days(1));
    let Ok(ControlFlow::Continue(read)) = world.turn(&mut script).await else { panic!("mail was read") };
    assert!(read.incomplete.is_none());
    assert_eq!(read.warning.map(|failure| failure.meaning.code), Some("folder_emptied"));
    assert_eq!(crate::store::count(&world.store, "SELECT COUNT(missing_at) FROM message").await, 0);
}

#[tokio::test]
async fn where_ids_cannot_be_listed_the_sweep_stays_due_and_nothing_is_called_gone() {
    let (world, mut script) = (World::new().await, Script::new(Tongue::Windows));
    script.lists_ids = false;
    script.deliver(INBOX, 3 * BATCH);
    world.read(&mut script).await;
    script.delete("m29");
    for _ in 0..3 {
        a_day_later(&world, &mut script).await;
    }
    assert_eq!((inbox(&world).await.sweeps.last, gone(&world).await), (None, None));
    let told = async || world.claim().await.state.shortfalls;
    assert_eq!(told().await.iter().map(|one| one.kind).collect::<Vec<_>>(), [ShortfallKind::Unswept]);
    script.lists_ids = true;
    for _ in 0..2 {
        a_day_later(&world, &mut script).await;
    }
    assert_eq!(told().await, []);
    assert_eq!(world.stored().await, script.truth());
}

#[tokio::test]
async fn mail_that_was_thrown_away_stays_gone_also_where_its_body_is_still_asked_for() {
    let (world, mut script) = (World::new().await, Script::new(Tongue::Windows));
    script.folders = [(Role::Inbox, INBOX), (Role::Sent, SENT), (Role::Deleted, "deleted")]
        .map(|(role, place)| listed_as(role, place, place))
        .to_vec();
    script.deliver(INBOX, 2 * BATCH);
    script.bodiless.insert("m7".to_owned());
    world.read(&mut script).await;
    script.move_to("deleted", "m7");
    for _ in 0..3 {
        a_day_later(&world, &mut script).await;
        script.bodiless.clear();
    }
    assert_eq!(gone(&world).await.as_deref(), Some("m7"));
    assert_eq!(world.store.ledger(&world.claim().await.account.id).await.unwrap(), []);
}
