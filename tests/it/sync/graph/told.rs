//! A folder is listed first, and then tells what is different.

use super::mailbox::{Mailbox, draft, in_address};
use crate::store::{count, on_both, run};
use chrono::TimeDelta;
use outlook_sim::graph::{LostCursor, Quirk};
use outlook_sim::{Draft, Failure, GraphError, Kind};
use outlook_syncd::model::{Batch, Cursor, Folder, FolderId, Role};
use outlook_syncd::sync::mail::MailSource as _;
use std::ops::ControlFlow;

/// Sum of what a turn stored or changed.
fn written(read: &outlook_syncd::sync::PartRead) -> u64 {
    read.folders.iter().map(|count| count.new + count.changed + count.missing + count.failed).sum()
}

#[tokio::test]
async fn all_mail_is_stored_with_its_body_and_a_turn_with_nothing_new_asks_each_folder_once() {
    on_both(async |store| {
        let mailbox = Mailbox::of(store, 60).await;
        mailbox.read().await;
        assert_eq!(mailbox.stored().await, mailbox.truth());
        let lacking = "SELECT COUNT(*) FROM message m LEFT JOIN message_body b ON b.message_id = m.id
            WHERE b.content IS NULL OR m.internet_message_id IS NULL OR m.size IS NULL";
        assert_eq!(count(&mailbox.store, lacking).await, 0);
        mailbox.sim().clear_requests();
        let read = mailbox.read().await;
        assert_eq!((written(&read), read.read_by.as_deref()), (0, Some("graph")));
        let counts = mailbox.sim().counts(Some(&mailbox.smtp));
        assert_eq!(counts.into_iter().collect::<Vec<_>>(), [("message_delta".to_owned(), 3)]);
    })
    .await;
}

#[tokio::test]
async fn what_comes_leaves_moves_and_is_read_is_told_and_nothing_is_stored_twice() {
    on_both(async |store| {
        let mailbox = Mailbox::read_once(store, 20).await;
        let (sim, smtp) = (mailbox.sim(), mailbox.smtp.as_str());
        let made = sim.deliver_drafts(smtp, &["a", "b", "c", "d", "e"].map(draft)).unwrap();
        let id = |n: usize| made[n].item_id.clone();
        mailbox.read().await;
        sim.mark_read(smtp, &[id(0)], true).unwrap();
        sim.move_messages(smtp, &[id(1)], "archive").unwrap();
        sim.delete(smtp, &[id(2)], false).unwrap();
        sim.delete(smtp, &[id(3)], true).unwrap();
        mailbox.read().await;
        assert_eq!(mailbox.gone().await, None, "they may have moved");
        mailbox.read().await;
        assert_eq!((mailbox.gone().await.as_deref(), mailbox.stored().await), (Some("c d"), mailbox.truth()));
        assert_eq!(written(&mailbox.read().await), 0);
    })
    .await;
}

/// After a mail was read, a round says that alone.
#[tokio::test]
async fn that_a_mail_was_read_changes_nothing_else_of_it_and_asks_for_nothing() {
    on_both(async |store| {
        let mailbox = Mailbox::read_once(store, 20).await;
        mailbox.set(|graph| graph.quirks = [Quirk::PartialItems].into());
        let new = mailbox.sim().deliver_drafts(&mailbox.smtp, &[draft("a")]).unwrap().remove(0);
        mailbox.read().await;
        let asked = mailbox.sim().count("get_message", &mailbox.smtp);
        mailbox.sim().mark_read(&mailbox.smtp, &[new.item_id], true).unwrap();
        mailbox.read().await;
        assert_eq!(mailbox.stored().await, mailbox.truth());
        assert_eq!(mailbox.sim().count("get_message", &mailbox.smtp), asked);
    })
    .await;
}

#[tokio::test]
async fn a_mail_of_which_only_that_it_was_read_is_told_is_looked_at_and_never_stored_half() {
    on_both(async |store| {
        let mailbox = Mailbox::read_once(store, 5).await;
        mailbox.set(|graph| graph.quirks = [Quirk::PartialItems].into());
        let (sim, smtp) = (mailbox.sim(), mailbox.smtp.as_str());
        let new = sim.deliver_drafts(smtp, &[draft("late")]).unwrap().remove(0);
        let (id, key) = ([new.item_id], in_address(&new.immutable_id));
        // Its coming is never told.
        sim.withhold(smtp, &id, true).unwrap();
        mailbox.read().await;
        sim.withhold(smtp, &id, false).unwrap();
        sim.mark_read(smtp, &id, true).unwrap();
        let corrupt = Kind::Graph(GraphError::new(500, "ErrorCorruptData", ""));
        mailbox.fail(Failure::from(corrupt).on(&["get_message"]).about(&key).times(1));
        let before = mailbox.stored().await;
        mailbox.read().await;
        assert_eq!(
            (mailbox.stored().await, mailbox.ledger().await),
            (before, vec!["ErrorCorruptData".to_owned()])
        );
        mailbox.read().await;
        assert_eq!((mailbox.stored().await, mailbox.ledger().await), (mailbox.truth(), Vec::new()));
    })
    .await;
}

/// It is gone here, and nobody says that it is there: as a service that lags, or a move there and back
/// (microsoftgraph/microsoft-graph-docs-contrib#72).
#[tokio::test]
async fn what_is_removed_here_and_not_told_of_there_is_asked_for_and_never_called_gone() {
    for quirk in [Quirk::HidesArrivals, Quirk::ForgetsReturns] {
        on_both(async |store| {
            let mailbox = Mailbox::read_once(store, 10).await;
            mailbox.set(|graph| graph.quirks = [quirk].into());
            let (sim, smtp) = (mailbox.sim(), mailbox.smtp.as_str());
            let made = sim.deliver_drafts(smtp, &["a", "b"].map(draft)).unwrap();
            mailbox.read().await;
            let id = [made[0].immutable_id.clone()];
            sim.move_messages(smtp, &id, "archive").unwrap();
            if quirk == Quirk::ForgetsReturns {
                sim.move_messages(smtp, &id, "inbox").unwrap();
            }
            for _ in 0..3 {
                mailbox.read().await;
                assert_eq!(mailbox.gone().await, None, "{quirk:?}");
            }
            assert_eq!(mailbox.stored().await, mailbox.truth(), "{quirk:?}");
        })
        .await;
    }
}

#[tokio::test]
async fn what_moves_is_one_message_whichever_folder_tells_first() {
    on_both(async |store| {
        let mailbox = Mailbox::read_once(store, 10).await;
        let (sim, smtp) = (mailbox.sim(), mailbox.smtp.as_str());
        let made = sim.deliver_drafts(smtp, &["a", "b"].map(draft)).unwrap();
        mailbox.read().await;
        for folder in ["archive", "inbox", "sentitems"] {
            sim.move_messages(smtp, &[made[0].immutable_id.clone()], folder).unwrap();
            mailbox.read().await;
            assert_eq!((mailbox.stored().await, mailbox.gone().await), (mailbox.truth(), None), "{folder}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_told_twice_backwards_again_or_behind_an_empty_page_is_stored_once() {
    on_both(async |store| {
        let mailbox = Mailbox::read_once(store, 10).await;
        let quirks = [Quirk::Doubles, Quirk::Reversed, Quirk::Replays, Quirk::EmptyPages, Quirk::BothLinks];
        mailbox.set(|graph| graph.quirks = quirks.into());
        for _ in 0..3 {
            let made = mailbox.sim().deliver(&mailbox.smtp, 12).unwrap();
            mailbox.sim().move_messages(&mailbox.smtp, &[made[3].item_id.clone()], "archive").unwrap();
            mailbox.read().await;
            assert_eq!((mailbox.stored().await, mailbox.gone().await), (mailbox.truth(), None));
        }
    })
    .await;
}

#[tokio::test]
async fn a_lost_cursor_has_all_told_again_and_what_left_meanwhile_is_found_by_a_sweep() {
    let forms = [LostCursor::NotFound, LostCursor::Location, LostCursor::Invalid];
    for form in forms.into_iter().chain([LostCursor::Resync, LostCursor::Malformed, LostCursor::Bare]) {
        on_both(async |store| {
            let mailbox = Mailbox::read_once(store, 12).await;
            mailbox.set(|graph| graph.lost_cursor = form);
            let (sim, smtp) = (mailbox.sim(), mailbox.smtp.as_str());
            let made = sim.deliver_drafts(smtp, &["a", "b", "c"].map(draft)).unwrap();
            mailbox.read().await;
            sim.delete(smtp, &[made[0].item_id.clone()], true).unwrap();
            sim.mark_read(smtp, &[made[1].item_id.clone()], true).unwrap();
            sim.lose_mail_cursors(smtp).unwrap();
            let read = mailbox.read().await;
            assert_eq!(read.folders.iter().map(|count| count.new).sum::<u64>(), 0, "{form:?}");
            assert_eq!(mailbox.gone().await, None, "{form:?}");
            mailbox.read().await;
            assert_eq!(mailbox.gone().await.as_deref(), Some("a"), "{form:?}");
            assert_eq!(mailbox.stored().await, mailbox.truth(), "{form:?}");
        })
        .await;
    }
}

#[tokio::test]
async fn a_cursor_that_was_made_with_other_ids_is_no_good_and_no_mail_is_stored_twice() {
    on_both(async |store| {
        let mailbox = Mailbox::read_once(store, 12).await;
        run(&mailbox.store, "UPDATE folder SET cursor = replace(cursor, 'immutable ', 'entry ')").await;
        mailbox.sim().deliver(&mailbox.smtp, 1).unwrap();
        let read = mailbox.read().await;
        assert_eq!(read.folders.iter().map(|count| count.new).sum::<u64>(), 1);
        assert_eq!(mailbox.stored().await, mailbox.truth());
    })
    .await;
}

#[tokio::test]
async fn mail_from_before_the_history_is_not_stored_also_when_something_becomes_of_it() {
    on_both(async |store| {
        let mut mailbox = Mailbox::of(store, 60).await;
        mailbox.set(|graph| graph.quirks = [Quirk::RefusesFilters, Quirk::PartialItems].into());
        // Not even where they are taken.
        for filter in ["?$filter=", "&$filter="] {
            let refused = Kind::Graph(GraphError::new(400, "ErrorInvalidRequest", ""));
            mailbox.fail(Failure::from(refused).about(filter));
        }
        mailbox.horizon = mailbox.sim().now() - TimeDelta::days(15);
        mailbox.read().await;
        let truth = mailbox.truth();
        assert_eq!(mailbox.stored().await, truth);
        let all = mailbox.sim().truth(&mailbox.smtp).unwrap();
        let old = all.iter().rfind(|m| m.folder == "inbox").unwrap();
        mailbox.sim().mark_read(&mailbox.smtp, std::slice::from_ref(&old.item_id), !old.is_read).unwrap();
        mailbox.read().await;
        assert_eq!(mailbox.stored().await, truth, "an old mail that was read is none of it");
        assert_eq!(mailbox.gone().await, None);
    })
    .await;
}

#[tokio::test]
async fn a_history_that_is_made_longer_is_read_also_of_a_folder_that_held_nothing_of_it() {
    on_both(async |store| {
        let mut mailbox = Mailbox::of(store, 10).await;
        let (now, folder) = (mailbox.sim().now(), Some("archive".to_owned()));
        let old = Draft { received: Some(now - TimeDelta::days(30)), folder, ..draft("old") };
        mailbox.sim().deliver_drafts(&mailbox.smtp, &[old]).unwrap();
        let longer = std::mem::replace(&mut mailbox.horizon, now - TimeDelta::days(15));
        mailbox.read().await;
        assert_eq!((mailbox.stored().await, mailbox.held(Role::Archive).await), (mailbox.truth(), 0));
        mailbox.horizon = longer;
        mailbox.read().await;
        assert_eq!((mailbox.stored().await, mailbox.gone().await), (mailbox.truth(), None));
        assert!(mailbox.held(Role::Archive).await > 0);
    })
    .await;
}

#[tokio::test]
async fn a_round_that_is_cut_short_goes_on_where_it_was() {
    on_both(async |store| {
        let mailbox = Mailbox::of(store, 60).await;
        let down = Kind::Graph(GraphError::new(503, "", ""));
        mailbox.fail(Failure::from(down).on(&["message_delta"]).after(2).times(1));
        let Ok(ControlFlow::Continue(read)) = mailbox.turn().await else { panic!("the others are read") };
        assert!(read.incomplete.is_some());
        let asked = mailbox.sim().count("message_delta", &mailbox.smtp);
        mailbox.read().await;
        assert_eq!((mailbox.stored().await, mailbox.gone().await), (mailbox.truth(), None));
        mailbox.sim().clear_requests();
        assert_eq!(written(&mailbox.read().await), 0);
        assert_eq!(mailbox.sim().count("message_delta", &mailbox.smtp), 3, "after {asked}");
        assert!(mailbox.held(Role::Inbox).await > 0);
    })
    .await;
}

/// A turn has a road of its own.
#[tokio::test]
async fn a_round_from_the_beginning_says_so_to_its_end_also_where_each_turn_reads_one_page() {
    on_both(async |store| {
        let mailbox = Mailbox::of(store, 60).await;
        let account = mailbox.account().await;
        let inbox = Folder::new(FolderId::new(mailbox.clock.now()), Role::Inbox);
        let read = async |since: &str| {
            let from = Cursor::Since { since: since.to_owned() };
            match mailbox.road(&account).read(&inbox, &from).await {
                Ok(Batch::Changes(changes)) => changes,
                other => panic!("{other:?}"),
            }
        };
        let (mut since, mut more, mut pages) = ("immutable ".to_owned(), true, 0);
        while more {
            let page = read(&since).await;
            assert!(page.anew, "page {pages}");
            (since, more, pages) = (page.next, page.more, pages + 1);
        }
        assert!(pages > 2, "{pages}");
        mailbox.sim().deliver(&mailbox.smtp, 9).unwrap();
        let page = read(&since).await;
        assert!(page.more && !page.anew, "{page:?}");
    })
    .await;
}
