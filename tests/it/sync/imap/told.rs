//! A folder is listed first, and then tells what is different.

use super::mailbox::{Mailbox, draft, new, written};
use crate::store::{count, on_both};
use chrono::TimeDelta;
use outlook_sim::{Draft, Failure, Kind};
use outlook_syncd::model::Role;
use std::ops::ControlFlow;

#[tokio::test]
async fn all_mail_is_stored_with_its_body_and_a_turn_with_nothing_new_looks_and_writes_nothing() {
    on_both(async |store| {
        let mailbox = Mailbox::of(store, 60).await;
        mailbox.read().await;
        assert_eq!(mailbox.stored().await, mailbox.truth());
        let lacking = "SELECT COUNT(*) FROM message m LEFT JOIN message_body b ON b.message_id = m.id
            WHERE b.content IS NULL OR m.size IS NULL";
        assert_eq!(count(&mailbox.store, lacking).await, 0);
        mailbox.sim().clear_requests();
        let read = mailbox.read().await;
        assert_eq!((written(&read), read.read_by.as_deref()), (0, Some("imap")));
        assert_eq!((mailbox.count("imap_examine"), mailbox.count("imap_fetch")), (3, 3));
    })
    .await;
}

#[tokio::test]
async fn a_history_that_is_cut_off_again_and_again_goes_on_where_it_was() {
    on_both(async |store| {
        let mailbox = Mailbox::of(store, 400).await;
        let mut turns = 0;
        loop {
            mailbox.fail(Failure::from(Kind::HangUp).on(&["imap_fetch"]).after(120).times(1));
            let before = mailbox.stored().await.len();
            if mailbox.turn().await.is_ok() {
                break;
            }
            turns += 1;
            assert!(mailbox.stored().await.len() > before, "turn {turns} does not get on");
        }
        assert!(turns > 2, "{turns}");
        mailbox.sim().clear_knobs(None);
        mailbox.read().await;
        for _ in 0..9 {
            mailbox.sim().deliver(&mailbox.smtp, 1).unwrap();
            mailbox.read().await;
            assert_eq!((mailbox.stored().await, mailbox.gone().await), (mailbox.truth(), None));
        }
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
        let read = mailbox.read().await;
        assert_eq!((mailbox.gone().await, new(&read)), (None, 0), "they may have moved");
        mailbox.read().await;
        assert_eq!((mailbox.gone().await.as_deref(), mailbox.stored().await), (Some("c d"), mailbox.truth()));
        assert_eq!(written(&mailbox.read().await), 0);
    })
    .await;
}

/// A move gives it another number; which folder tells first is the order of the configuration.
#[tokio::test]
async fn what_moves_is_one_message_whichever_folder_tells_first_and_its_body_is_not_read_again() {
    on_both(async |store| {
        let mailbox = Mailbox::read_once(store, 10).await;
        let (sim, smtp) = (mailbox.sim(), mailbox.smtp.as_str());
        let mut id = sim.deliver_drafts(smtp, &["a", "b"].map(draft)).unwrap()[0].immutable_id.clone();
        mailbox.read().await;
        for folder in ["archive", "inbox", "sentitems", "inbox", "deleteditems", "archive"] {
            sim.move_messages(smtp, std::slice::from_ref(&id), folder).unwrap();
            let moved = sim.truth(smtp).unwrap().into_iter().find(|m| m.subject.as_deref() == Some("a"));
            id = moved.unwrap().immutable_id;
            sim.clear_requests();
            let read = mailbox.read().await;
            let bodies = sim.items_fetched(smtp);
            assert_eq!((new(&read), bodies), (0, 0), "{folder}");
            if folder == "deleteditems" {
                // It is called gone, and comes back.
                mailbox.read().await;
                assert_eq!(mailbox.gone().await.as_deref(), Some("a"));
            } else {
                assert_eq!(mailbox.gone().await, None, "{folder}");
            }
            assert_eq!(mailbox.stored().await, mailbox.truth(), "{folder}");
        }
    })
    .await;
}

/// A mail to oneself lies in two folders with one Message-ID, and three copies may lie in one (nextcloud/mail#12932).
#[tokio::test]
async fn a_mail_to_oneself_is_two_and_copies_in_one_folder_are_as_many_as_there_are() {
    on_both(async |store| {
        let mailbox = Mailbox::read_once(store, 5).await;
        let received = Some(mailbox.sim().now());
        let copy = |folder: &str| Draft {
            folder: Some(folder.to_owned()),
            internet_message_id: Some("<self@sim.example>".to_owned()),
            received,
            ..draft("to myself")
        };
        let copies = ["inbox", "sentitems", "sentitems", "sentitems"].map(copy);
        let made = mailbox.sim().deliver_drafts(&mailbox.smtp, &copies).unwrap();
        assert_eq!(new(&mailbox.read().await), 4);
        assert_eq!(mailbox.stored().await, mailbox.truth());
        mailbox.sim().delete(&mailbox.smtp, &[made[1].item_id.clone()], true).unwrap();
        mailbox.read().await;
        mailbox.read().await;
        assert_eq!(mailbox.stored().await, mailbox.truth());
    })
    .await;
}

#[tokio::test]
async fn mail_that_is_moved_here_below_what_is_held_is_found_at_once() {
    on_both(async |store| {
        let mailbox = Mailbox::read_once(store, 60).await;
        let old = Draft {
            received: Some(mailbox.sim().now() - TimeDelta::days(9)),
            folder: Some("deleteditems".to_owned()),
            ..draft("old")
        };
        let made = mailbox.sim().deliver_drafts(&mailbox.smtp, &[old]).unwrap().remove(0);
        mailbox.read().await;
        mailbox.sim().move_messages(&mailbox.smtp, &[made.item_id], "archive").unwrap();
        mailbox.read().await;
        assert_eq!((mailbox.stored().await, mailbox.gone().await), (mailbox.truth(), None));
    })
    .await;
}

#[tokio::test]
async fn more_new_mail_than_is_told_at_once_is_told_to_its_end() {
    on_both(async |store| {
        let mailbox = Mailbox::read_once(store, 5).await;
        mailbox.sim().deliver(&mailbox.smtp, 230).unwrap();
        assert_eq!(new(&mailbox.read().await), 230);
        assert_eq!((mailbox.stored().await, mailbox.gone().await), (mailbox.truth(), None));
        assert_eq!(written(&mailbox.read().await), 0);
    })
    .await;
}

#[tokio::test]
async fn mail_from_before_the_history_is_not_stored_also_when_something_becomes_of_it() {
    on_both(async |store| {
        let mut mailbox = Mailbox::of(store, 60).await;
        mailbox.horizon = mailbox.sim().now() - TimeDelta::days(15);
        mailbox.read().await;
        let truth = mailbox.truth();
        assert_eq!(mailbox.stored().await, truth);
        let all = mailbox.sim().truth(&mailbox.smtp).unwrap();
        let old = all.iter().rfind(|m| m.folder == "inbox").unwrap();
        assert!(old.received < mailbox.horizon);
        mailbox.sim().mark_read(&mailbox.smtp, std::slice::from_ref(&old.item_id), !old.is_read).unwrap();
        mailbox.read().await;
        assert_eq!((mailbox.stored().await, mailbox.gone().await), (truth, None));
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
async fn a_folder_that_is_emptied_is_asked_about_and_nothing_of_it_called_gone() {
    on_both(async |store| {
        let mailbox = Mailbox::read_once(store, 120).await;
        let all = mailbox.sim().truth(&mailbox.smtp).unwrap();
        let inbox: Vec<_> = all.into_iter().filter(|m| m.folder == "inbox").map(|m| m.item_id).collect();
        mailbox.sim().delete(&mailbox.smtp, &inbox, true).unwrap();
        mailbox.read().await;
        let Ok(ControlFlow::Continue(read)) = mailbox.turn().await else { panic!("it is read") };
        assert_eq!(read.warning.unwrap().meaning.code, "too_many_gone");
        assert_eq!(mailbox.gone().await, None);
    })
    .await;
}

/// Exchange tells nothing of it by itself (MailKit#2016), and to look at all flags each time is too much.
#[tokio::test]
async fn that_old_mail_was_read_is_seen_after_some_turns() {
    on_both(async |store| {
        let mailbox = Mailbox::read_once(store, 5).await;
        let made = mailbox.sim().deliver(&mailbox.smtp, 1100).unwrap();
        mailbox.read().await;
        for old in [&made[0], &made[600], &made[1099]] {
            mailbox.sim().mark_read(&mailbox.smtp, std::slice::from_ref(&old.item_id), !old.is_read).unwrap();
        }
        let mut turns = 0;
        while mailbox.stored().await != mailbox.truth() {
            mailbox.read().await;
            turns += 1;
            assert!(turns < 50, "it is not seen");
        }
    })
    .await;
}
