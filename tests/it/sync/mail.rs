//! What a turn makes of a mailbox.

use super::script::{BATCH, INBOX, SENT, Script, Tongue};
use super::world::World;
use chrono::TimeDelta;
use outlook_syncd::model::{Cursor, Role, ShortfallKind};
use std::ops::ControlFlow;

const BOTH: [Tongue; 2] = [Tongue::Windows, Tongue::Changes];

#[tokio::test]
async fn all_mail_is_stored_and_a_second_turn_writes_nothing() {
    for tongue in BOTH {
        let (world, mut script) = (World::new().await, Script::new(tongue));
        script.deliver(INBOX, 35);
        script.deliver(SENT, 12);
        let counts = world.read(&mut script).await;
        let told: Vec<_> = counts.iter().map(|count| (count.folder.role, count.new, count.held)).collect();
        assert_eq!(told, [(Role::Inbox, 35, 35), (Role::Sent, 12, 12)], "{tongue:?}");
        assert_eq!(world.stored().await, script.truth());
        let counts = world.read(&mut script).await;
        assert!(counts.iter().all(|count| count.new + count.changed + count.failed == 0), "{counts:?}");
        assert_eq!((script.calls, script.completed), (2, 0), "one look at each folder, {tongue:?}");
    }
}

#[tokio::test]
async fn more_than_a_few_items_that_cannot_be_read_are_told_since_when_until_they_can() {
    let (world, mut script) = (World::new().await, Script::new(Tongue::Windows));
    script.deliver(INBOX, 30);
    let told = async |world: &World| world.claim().await.state.shortfalls;
    script.corrupt = (1..=10).map(|n| format!("m{n}")).collect();
    world.read(&mut script).await;
    assert_eq!(told(&world).await, [], "a few do not turn a light red for ever");
    script.deliver(INBOX, 2);
    script.corrupt.extend(["m31".to_owned(), "m32".to_owned()]);
    world.read(&mut script).await;
    let first = told(&world).await;
    assert_eq!(
        (first[0].kind, first[0].message.as_str()),
        (ShortfallKind::Unreadable, "12 items cannot be read")
    );
    world.read(&mut script).await;
    assert_eq!(told(&world).await, first, "it is as old as it is");
    script.corrupt.clear();
    world.clock.advance(TimeDelta::days(1));
    world.read(&mut script).await;
    assert_eq!(told(&world).await, []);
}

#[tokio::test]
async fn mail_that_is_stored_without_bodies_is_told_until_they_came() {
    let (world, mut script) = (World::new().await, Script::new(Tongue::Windows));
    (script.is_shut, script.lists_ids) = (true, false);
    script.deliver(INBOX, 90);
    world.read(&mut script).await;
    assert_eq!(world.stored().await, script.truth());
    let told = async || {
        let told = world.claim().await.state.shortfalls;
        told.into_iter().map(|one| (one.kind, one.message)).collect::<Vec<_>>()
    };
    assert_eq!(told().await, [(ShortfallKind::Bodiless, "90 messages have no body".to_owned())]);
    script.is_shut = false;
    for left in [30, 0] {
        world.read(&mut script).await;
        let message = format!("{left} messages have no body");
        let left = (left > 0).then_some((ShortfallKind::Bodiless, message));
        assert_eq!(told().await, Vec::from_iter(left));
    }
}

/// So is the list that Outlook's page fetches for itself.
#[tokio::test]
async fn mail_that_was_pinned_or_snoozed_leaves_no_hole_and_makes_no_cycle_read_all_again() {
    let (world, mut script) = (World::new().await, Script::new(Tongue::Windows));
    (script.lists_ids, script.slow) = (false, Some((world.clock.clone(), TimeDelta::seconds(5))));
    script.deliver(INBOX, 150);
    for id in ["m2", "m31", "m50", "m90"] {
        script.pin(id);
        script.deliver(INBOX, 15);
    }
    let is_unfinished = async |script: &mut Script| match world.turn(script).await {
        Ok(ControlFlow::Continue(read)) => read.imported.is_some(),
        other => panic!("{other:?}"),
    };
    while is_unfinished(&mut script).await {}
    assert_eq!(world.claim().await.state.shortfalls, []);
    script.deliver(INBOX, 2);
    script.pin("m120");
    world.read(&mut script).await;
    assert!(script.opened.len() <= 3, "{:?}", script.opened);
    assert_eq!(world.stored().await, script.truth());
}

#[tokio::test]
async fn a_mailbox_that_moves_while_it_is_read_is_complete_in_the_end() {
    for tongue in BOTH {
        let (world, mut script) = (World::new().await, Script::new(tongue));
        script.deliver(INBOX, 80);
        script.restless = true;
        world.read(&mut script).await;
        script.restless = false;
        world.read(&mut script).await;
        assert!(script.truth().is_subset(&world.stored().await), "{tongue:?}");
    }
}

#[tokio::test]
async fn a_mail_that_is_dated_years_ahead_hides_none_that_comes_before_then() {
    let (world, mut script) = (World::new().await, Script::new(Tongue::Windows));
    script.deliver(INBOX, 15 * BATCH);
    script.date_newest("2099-01-01T00:00:00Z".parse().unwrap());
    world.read(&mut script).await;
    assert_eq!(world.stored().await, script.truth());
    // As many leave as come: the folder's count tells nothing.
    script.deliver(INBOX, 12 * BATCH);
    for n in 1..=12 * BATCH {
        script.delete(&format!("m{n}"));
    }
    world.read(&mut script).await;
    assert!(script.truth().is_subset(&world.stored().await));
}

#[tokio::test]
async fn what_moves_stays_one_message_and_what_is_deleted_stays_until_the_next_turn() {
    for tongue in BOTH {
        let (world, mut script) = (World::new().await, Script::new(tongue));
        script.deliver(INBOX, 15);
        world.read(&mut script).await;
        script.move_to(SENT, "m14");
        script.mark_read("m13");
        script.delete("m12");
        world.read(&mut script).await;
        let (truth, stored) = (script.truth(), world.stored().await);
        assert!(truth.is_subset(&stored), "{tongue:?}");
        let left: Vec<_> = stored.difference(&truth).collect();
        assert_eq!(left, [&(INBOX, "m12".to_owned(), Some(false))], "{tongue:?}");
        let counts = world.read(&mut script).await;
        assert_eq!(counts.iter().map(|count| count.new + count.changed).sum::<u64>(), 1, "{counts:?}");
        assert_eq!(world.stored().await, truth, "{tongue:?}");
    }
}

#[tokio::test]
async fn a_turn_that_is_asked_to_stop_goes_on_where_it_was() {
    for tongue in BOTH {
        let (world, mut script) = (World::new().await, Script::new(tongue));
        script.deliver(INBOX, 8 * BATCH);
        script.stop_at = Some(if tongue == Tongue::Windows { 8 } else { 4 });
        assert!(matches!(world.turn(&mut script).await, Ok(ControlFlow::Break(()))));
        let read = world.stored().await.len();
        assert!((3 * BATCH..8 * BATCH).contains(&read), "{read} {tongue:?}");
        script.stop_at = None;
        world.read(&mut script).await;
        assert!(script.completed <= 8 * BATCH - read, "nothing is fetched twice, {tongue:?}");
        assert_eq!(world.stored().await, script.truth());
    }
}

#[tokio::test]
async fn an_item_that_cannot_be_read_is_tried_ever_more_rarely_and_read_in_the_end() {
    let (world, mut script) = (World::new().await, Script::new(Tongue::Windows));
    script.deliver(INBOX, 3);
    script.deliver(SENT, 3);
    script.corrupt.insert("m2".to_owned());
    let account = world.claim().await.account.id;
    let mut asked = 0;
    for _ in 0..24 * 60 {
        world.read(&mut script).await;
        asked += script.completed;
    }
    let ledger = world.store.ledger(&account).await.unwrap();
    assert_eq!((ledger.len(), ledger[0].attempts), (1, 11), "of a day's turns, one each minute");
    assert_eq!(asked, 16, "each item of the list once, and the one again");
    script.corrupt.clear();
    world.clock.advance(TimeDelta::days(1));
    world.read(&mut script).await;
    assert_eq!(world.store.ledger(&account).await.unwrap(), []);
    assert_eq!(world.stored().await, script.truth());
}

#[tokio::test]
async fn a_mail_that_ends_the_browser_each_time_is_in_the_ledger_and_its_neighbours_are_read() {
    let (world, mut script) = (World::new().await, Script::new(Tongue::Windows));
    script.deliver(SENT, 12);
    script.deliver(INBOX, 35);
    script.deadly = Some("m40".to_owned());
    let account = world.claim().await.account.id;
    let mut lost = 0;
    for _ in 0..8 {
        world.clock.advance(TimeDelta::minutes(10));
        let _ = world.turn(&mut script).await;
        lost += usize::from(script.is_lost);
    }
    let ledger = world.store.ledger(&account).await.unwrap();
    assert_eq!(ledger.iter().map(|item| item.key.id.as_str()).collect::<Vec<_>>(), ["m40"]);
    assert!(lost <= 5, "{lost} of eight turns");
    assert_eq!(world.stored().await, script.truth());
}

#[tokio::test]
async fn of_many_items_that_could_not_be_read_each_turn_asks_for_a_batch_and_each_gets_its_turn() {
    let (world, mut script) = (World::new().await, Script::new(Tongue::Windows));
    script.deliver(INBOX, 120);
    script.corrupt = (1..=120).map(|n| format!("m{n}")).collect();
    world.read(&mut script).await;
    let account = world.claim().await.account.id;
    let failed = world.store.ledger(&account).await.unwrap();
    assert!(failed.len() == 120 && failed.iter().all(|item| item.attempts == 1), "{}", failed.len());
    script.corrupt.clear();
    for left in [70, 20, 0] {
        world.read(&mut script).await;
        assert!(script.completed <= 50, "{}", script.completed);
        assert_eq!(world.store.ledger(&account).await.unwrap().len(), left);
    }
    assert_eq!(world.stored().await, script.truth());
}

#[tokio::test]
async fn a_mail_that_is_deleted_between_the_list_and_the_look_is_no_unreadable_item_and_gone_in_the_end() {
    let (world, mut script) = (World::new().await, Script::new(Tongue::Windows));
    script.deliver(INBOX, 3);
    script.vanishing.insert("m2".to_owned());
    world.read(&mut script).await;
    let account = world.claim().await.account.id;
    assert_eq!(world.store.ledger(&account).await.unwrap(), []);
    script.delete("m2");
    world.read(&mut script).await;
    assert_eq!((script.completed, world.stored().await), (0, script.truth()));
}

#[tokio::test]
async fn what_was_said_to_be_gone_and_is_listed_again_is_read_and_never_gone() {
    let (world, mut script) = (World::new().await, Script::new(Tongue::Windows));
    script.deliver(INBOX, 3);
    script.vanishing.extend(["m1", "m2", "m3"].map(str::to_owned));
    for _ in 0..3 {
        world.read(&mut script).await;
        assert_eq!(world.stored().await, script.truth());
    }
    script.vanishing.clear();
    world.read(&mut script).await;
    assert_eq!((script.completed, world.stored().await), (3, script.truth()));
    world.read(&mut script).await;
    assert_eq!(script.completed, 0);
}

#[tokio::test]
async fn a_mail_that_comes_without_its_body_is_stored_told_and_asked_for_again() {
    let (world, mut script) = (World::new().await, Script::new(Tongue::Windows));
    script.deliver(INBOX, 3);
    script.bodiless.insert("m2".to_owned());
    world.read(&mut script).await;
    assert_eq!(world.stored().await, script.truth());
    let account = world.claim().await.account.id;
    let ledger = world.store.ledger(&account).await.unwrap();
    assert_eq!(ledger.iter().map(|item| item.code.as_str()).collect::<Vec<_>>(), ["NoBody"]);
    script.bodiless.clear();
    for asked in [1, 0] {
        world.read(&mut script).await;
        assert_eq!(script.completed, asked);
    }
    assert_eq!(world.store.ledger(&account).await.unwrap(), []);
}

#[tokio::test]
async fn a_body_that_came_empty_is_asked_for_again_and_one_that_is_empty_stays_so() {
    let (world, mut script) = (World::new().await, Script::new(Tongue::Windows));
    script.deliver(INBOX, 3);
    script.empty_newest();
    script.hollow.insert("m2".to_owned());
    world.read(&mut script).await;
    assert_eq!(world.stored().await, script.truth());
    let account = world.claim().await.account.id;
    let codes = async || {
        let ledger = world.store.ledger(&account).await.unwrap().into_iter();
        ledger.map(|item| (item.key.id, item.code, item.attempts)).collect::<Vec<_>>()
    };
    let failed = |attempts| vec![("m2".to_owned(), "EmptyBody".to_owned(), attempts)];
    assert_eq!(codes().await, failed(1));
    world.read(&mut script).await;
    assert_eq!((codes().await, script.completed), (failed(2), 1), "it is still empty");
    world.read(&mut script).await;
    assert_eq!(script.completed, 0, "ever more rarely");
    script.hollow.clear();
    world.clock.advance(TimeDelta::minutes(5));
    for asked in [1, 0] {
        world.read(&mut script).await;
        assert_eq!((script.completed, codes().await), (asked, Vec::new()));
    }
}

#[tokio::test]
async fn old_members_of_a_conversation_are_asked_for_a_page_at_a_time_and_once() {
    let (world, mut script) = (World::new().await, Script::new(Tongue::Windows));
    script.deliver(INBOX, 3);
    script.older = (1..=120).map(|n| format!("old{n}")).collect();
    for asked in [3 + 50, 50, 20, 0] {
        world.read(&mut script).await;
        assert_eq!((script.completed, world.stored().await), (asked, script.truth()));
    }
}

/// The cursor of the one tongue says nothing in the other; what is stored is known by its keys.
#[tokio::test]
async fn an_account_whose_road_changes_its_tongue_is_read_on_without_doubles() {
    let (world, mut lists, mut tells) =
        (World::new().await, Script::new(Tongue::Windows), Script::new(Tongue::Changes));
    for script in [&mut lists, &mut tells] {
        script.deliver(INBOX, 25);
    }
    world.read(&mut lists).await;
    let counts = world.read(&mut tells).await;
    assert_eq!(counts[0].new, 0, "{counts:?}");
    let folders = world.claim().await.folders;
    let cursor = folders[0].cursor.as_deref().map(|text| serde_json::from_str(text).unwrap());
    assert_eq!(cursor, Some(Cursor::Since { since: "25".to_owned() }));
    assert_eq!(world.stored().await, tells.truth());
}

/// A road that numbers its items and knows no conversations, as IMAP, had stored it.
#[tokio::test]
async fn mail_that_another_road_has_stored_is_the_same_mail_where_its_id_was_not_known_yet() {
    for tongue in [Tongue::Windows, Tongue::Changes] {
        let (world, mut script) = (World::new().await, Script::new(tongue));
        script.deliver(INBOX, 25);
        script.deliver(SENT, 5);
        world.read(&mut script).await;
        for text in [
            "UPDATE message_key SET space = 'imap', item_id = '1.' || item_id",
            "UPDATE message SET conversation_id = NULL, change_key = NULL",
            "UPDATE folder SET cursor = NULL, coverage = '[]', last_success_at = NULL",
        ] {
            crate::store::run(&world.store, text).await;
        }
        let new: u64 = world.read(&mut script).await.iter().map(|count| count.new).sum();
        assert_eq!((new, world.stored().await), (0, script.truth()), "{tongue:?}");
        let keys = crate::store::count(&world.store, "SELECT COUNT(*) FROM message_key").await;
        assert_eq!(keys, 60, "each has its key of either road");
    }
}
