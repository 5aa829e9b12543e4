//! What a turn reads first: the news of every folder, then their history, for as long as it has time.

use super::script::{BATCH, INBOX, SENT, Script, Tongue};
use super::world::World;
use chrono::TimeDelta;
use outlook_syncd::sync::PartRead;
use std::ops::ControlFlow;

const BOTH: [Tongue; 2] = [Tongue::Windows, Tongue::Changes];

#[tokio::test]
async fn the_newest_sent_mail_is_read_before_the_inbox_is_gone_through() {
    for tongue in BOTH {
        let (world, mut script) = (World::new().await, Script::new(tongue));
        script.deliver(SENT, 3 * BATCH);
        script.deliver(INBOX, 6 * BATCH);
        world.read(&mut script).await;
        assert_eq!(script.opened[..3], [INBOX, SENT, INBOX], "{tongue:?}");
        assert_eq!(world.stored().await, script.truth());
    }
}

#[tokio::test]
async fn what_came_meanwhile_is_read_in_every_folder_before_what_was_left_of_the_history() {
    let (world, mut script) = slow(Tongue::Windows).await;
    script.deliver(SENT, 8 * BATCH);
    script.deliver(INBOX, 8 * BATCH);
    assert!(turn(&world, &mut script).await.imported.is_some());
    script.slow = None;
    script.deliver(SENT, BATCH + 3);
    script.deliver(INBOX, 2 * BATCH);
    world.read(&mut script).await;
    let mut order = script.opened.clone();
    order.dedup();
    assert_eq!(order, [INBOX, SENT, INBOX, SENT], "in each, first down to the rows that are held");
    assert_eq!(world.stored().await, script.truth());
}

/// A mailbox of which a turn reads a few batches in its time.
async fn slow(tongue: Tongue) -> (World, Script) {
    let (world, mut script) = (World::new().await, Script::new(tongue));
    script.slow = Some((world.clock.clone(), TimeDelta::seconds(5)));
    (world, script)
}

/// A turn that ends well.
async fn turn(world: &World, script: &mut Script) -> PartRead {
    match world.turn(script).await {
        Ok(ControlFlow::Continue(read)) => read,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_came_while_a_history_is_read_is_news_and_the_history_is_none() {
    for tongue in BOTH {
        let (world, mut script) = slow(tongue).await;
        script.deliver(INBOX, 40 * BATCH);
        let (mut history, mut turns) = (0, 0);
        loop {
            let read = turn(&world, &mut script).await;
            let count = &read.folders[0];
            let news = if turns == 1 && tongue == Tongue::Windows { 7 } else { 0 };
            assert_eq!(count.news(), news, "{tongue:?} {turns}: {count:?}");
            history += count.history;
            turns += 1;
            if read.imported.is_none() {
                break;
            }
            if turns == 1 && tongue == Tongue::Windows {
                script.deliver(INBOX, 7);
            }
        }
        assert!(turns > 2, "{turns}");
        assert_eq!(history, 40 * BATCH as u64, "{tongue:?}");
        script.slow = None;
        script.deliver(INBOX, 3);
        let read = turn(&world, &mut script).await;
        assert_eq!((read.folders[0].news(), read.folders[0].history), (3, 0), "{tongue:?}");
    }
}

#[tokio::test]
async fn a_first_sync_that_takes_many_turns_gets_on_in_each_and_ends_each_of_them_well() {
    for tongue in BOTH {
        let (world, mut script) = slow(tongue).await;
        script.deliver(SENT, 10 * BATCH);
        script.deliver(INBOX, 40 * BATCH);
        let (mut told, mut fetched) = (0, 0);
        loop {
            let before = world.stored().await.len();
            let read = turn(&world, &mut script).await;
            fetched += script.completed;
            assert!(world.stored().await.len() > before, "{tongue:?}");
            assert!(script.calls <= 16, "a minute and the batches under way: {}", script.calls);
            match read.imported {
                Some(share) => assert!(share > told || tongue == Tongue::Changes, "{share} after {told}"),
                None => break,
            }
            told = read.imported.unwrap();
        }
        // Who tells what is different counts nothing.
        assert_eq!(told > 800_000, tongue == Tongue::Windows, "the last but one turn said {told}");
        assert_eq!(world.stored().await, script.truth(), "{tongue:?}");
        assert_eq!(fetched, if tongue == Tongue::Windows { 500 } else { 0 }, "nothing is fetched twice");
        let read = turn(&world, &mut script).await;
        assert_eq!(
            (script.calls - script.swept, read.imported),
            (2, None),
            "what time is left is for the sweep"
        );
    }
}

#[tokio::test]
async fn sent_mail_is_not_kept_waiting_by_an_inbox_that_takes_days() {
    for tongue in BOTH {
        let (world, mut script) = slow(tongue).await;
        script.deliver(SENT, 5 * BATCH);
        script.deliver(INBOX, 60 * BATCH);
        for _ in 0..4 {
            turn(&world, &mut script).await;
        }
        let stored = world.stored().await;
        let sent = stored.iter().filter(|(place, ..)| *place == SENT).count();
        assert!(stored.len() < 30 * BATCH && sent == 5 * BATCH, "{sent} of {} {tongue:?}", stored.len());
    }
}

#[tokio::test]
async fn mail_that_comes_while_a_history_is_read_is_stored_by_the_next_turn() {
    let (world, mut script) = slow(Tongue::Windows).await;
    script.deliver(SENT, 10 * BATCH);
    script.deliver(INBOX, 40 * BATCH);
    let mut turns = 0;
    while turn(&world, &mut script).await.imported.is_some() {
        script.deliver(INBOX, 2);
        script.deliver(SENT, 1);
        let news: Vec<_> = script.truth().difference(&world.stored().await).cloned().collect();
        assert!(turns < 40, "{} are left", news.len());
        turns += 1;
        turn(&world, &mut script).await;
        let stored = world.stored().await;
        let newest = |n: usize| format!("m{}", 50 * BATCH + 3 * turns - n);
        for n in 0..3 {
            assert!(stored.iter().any(|(_, subject, _)| *subject == newest(n)), "{}", newest(n));
        }
    }
    assert_eq!(world.stored().await, script.truth());
}

#[tokio::test]
async fn a_first_sync_that_is_cut_off_in_each_turn_loses_nothing_and_is_done_in_the_end() {
    for cut in 4..14 {
        let (world, mut script) = slow(Tongue::Windows).await;
        script.deliver(SENT, 5 * BATCH);
        script.deliver(INBOX, 20 * BATCH);
        for turns in 0.. {
            script.cut_at = (turns % 2 == 0).then_some(cut + turns / 2);
            let read = world.turn(&mut script).await;
            assert!(turns < 60, "{cut}");
            if matches!(read, Ok(ControlFlow::Continue(PartRead { imported: None, .. }))) {
                break;
            }
        }
        assert_eq!(world.stored().await, script.truth(), "{cut}");
    }
}

#[tokio::test]
async fn news_that_are_cut_off_are_read_by_the_next_turn_and_an_interrupted_history_goes_on_where_it_was() {
    for whole in [true, false] {
        let (world, mut script) = slow(Tongue::Windows).await;
        script.whole = whole;
        script.deliver(INBOX, 80 * BATCH);
        for _ in 0..10 {
            assert!(turn(&world, &mut script).await.imported.is_some());
        }
        let read = world.stored().await.len();
        script.deliver(INBOX, 4 * BATCH);
        // After the first page of the news, and what was asked for of it.
        script.cut_at = Some(2);
        world.turn(&mut script).await.unwrap_err();
        script.cut_at = None;
        assert_eq!(world.stored().await.len(), read + BATCH, "a page of the news was stored");
        turn(&world, &mut script).await;
        let stored = world.stored().await;
        let is_missing = |n: usize| !stored.iter().any(|(_, subject, _)| *subject == format!("m{n}"));
        let news: Vec<_> = (80 * BATCH + 1..=84 * BATCH).filter(|n| is_missing(*n)).collect();
        assert!(news.is_empty(), "{whole}: {news:?} are not read");
        turn(&world, &mut script).await;
        let more = world.stored().await.len() - stored.len();
        assert!(more > 3 * BATCH || !whole, "{more} of the history");
        let mut turns = 0;
        while turn(&world, &mut script).await.imported.is_some() {
            turns += 1;
            assert!(turns < 40, "{whole}");
        }
        assert_eq!(world.stored().await, script.truth(), "{whole}");
    }
}

/// So is the list off the page, and one half of a divided inbox.
#[tokio::test]
async fn an_import_over_lists_that_are_not_whole_gets_on_in_each_turn() {
    let (world, mut script) = slow(Tongue::Windows).await;
    script.whole = false;
    script.deliver(SENT, 10 * BATCH);
    script.deliver(INBOX, 60 * BATCH);
    let mut turns = 0;
    while turn(&world, &mut script).await.imported.is_some() {
        script.deliver(INBOX, 3);
        script.delete(&format!("m{}", 400 - turns));
        turns += 1;
        assert!(turns < 60, "{} of {}", world.stored().await.len(), script.truth().len());
    }
    turn(&world, &mut script).await;
    assert!(script.truth().is_subset(&world.stored().await));
}

#[tokio::test]
async fn a_turn_that_stores_nothing_in_its_whole_time_has_failed() {
    let (mut world, mut script) = slow(Tongue::Windows).await;
    script.deliver(INBOX, 8 * BATCH);
    // There is time for the newest alone, and the second turn finds it stored.
    world.slice = TimeDelta::seconds(1);
    turn(&world, &mut script).await;
    let failure = world.turn(&mut script).await.unwrap_err();
    assert_eq!(failure.meaning.code, "account_limit");
}

#[tokio::test]
async fn what_could_not_be_read_is_written_batch_by_batch_for_as_long_as_the_turn_has_time() {
    let (world, mut script) = (World::new().await, Script::new(Tongue::Windows));
    script.deliver(INBOX, 45);
    script.corrupt = (1..=45).map(|n| format!("m{n}")).collect();
    world.read(&mut script).await;
    script.corrupt.clear();
    script.slow = Some((world.clock.clone(), TimeDelta::seconds(19)));
    let account = world.claim().await.account.id;
    for (asked, left) in [(40, 5), (5, 0)] {
        turn(&world, &mut script).await;
        assert_eq!((script.completed, world.store.ledger(&account).await.unwrap().len()), (asked, left));
    }
    assert_eq!(world.stored().await, script.truth());
}

#[tokio::test]
async fn what_was_written_of_what_could_not_be_read_stays_when_the_rest_is_cut_off() {
    let (world, mut script) = (World::new().await, Script::new(Tongue::Windows));
    script.deliver(INBOX, 45);
    script.corrupt = (1..=45).map(|n| format!("m{n}")).collect();
    world.read(&mut script).await;
    script.corrupt.clear();
    script.cut_at = Some(4);
    world.turn(&mut script).await.unwrap_err();
    let account = world.claim().await.account.id;
    assert_eq!(world.store.ledger(&account).await.unwrap().len(), 5);
}

#[tokio::test]
async fn what_could_not_be_read_does_not_wait_until_the_history_is_read() {
    let (world, mut script) = slow(Tongue::Windows).await;
    script.deliver(INBOX, 40 * BATCH);
    script.corrupt = (395..=400).map(|n| format!("m{n}")).collect();
    turn(&world, &mut script).await;
    script.corrupt.clear();
    assert!(turn(&world, &mut script).await.imported.is_some());
    let account = world.claim().await.account.id;
    assert_eq!(world.store.ledger(&account).await.unwrap(), []);
}
