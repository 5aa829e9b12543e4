//! What goes wrong by IMAP, and what does not come of it.

use super::mailbox::{Mailbox, draft, new, once, written};
use crate::store::{count, on_both};
use outlook_sim::imap::Quirk;
use outlook_sim::{Failure, ImapFault, Kind};
use outlook_syncd::error::Disposition;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// A whole message is asked for so.
const WHOLE: &str = "BODY.PEEK[]";

#[tokio::test]
async fn a_token_that_ends_in_mid_folder_is_renewed_once_and_no_mail_is_read_twice_or_missed() {
    for (after, about) in [(0, WHOLE), (3, "HEADER.FIELDS"), (0, "(UID FLAGS INTERNALDATE)")] {
        on_both(async |store| {
            let mailbox = Mailbox::of(store, 60).await;
            mailbox.fail(once(ImapFault::TokenExpired { after }, "imap_fetch").about(about));
            let read = mailbox.read().await;
            assert_eq!(mailbox.stored().await, mailbox.truth());
            assert_eq!(new(&read), mailbox.truth().len() as u64);
            assert_eq!(mailbox.sim().items_fetched(&mailbox.smtp), mailbox.truth().len());
            let (opened, renewed) = (&mailbox.opened, &mailbox.renewed);
            assert_eq!((opened.load(Ordering::Relaxed), renewed.load(Ordering::Relaxed)), (2, 1));
        })
        .await;
    }
}

#[tokio::test]
async fn a_token_that_is_not_taken_is_renewed_once_and_then_it_is_told() {
    on_both(async |store| {
        let mailbox = Mailbox::of(store, 5).await;
        mailbox.fail(once(ImapFault::Refused, "imap_authenticate"));
        mailbox.read().await;
        assert_eq!(mailbox.stored().await, mailbox.truth());
        mailbox.set(|imap| imap.enabled = false);
        let before = mailbox.opened.load(Ordering::Relaxed);
        let meaning = mailbox.turn().await.unwrap_err().meaning;
        assert_eq!((meaning.code, meaning.doubtful), ("imap_unauthorized", true));
        assert_eq!(mailbox.opened.load(Ordering::Relaxed) - before, 2);
    })
    .await;
}

#[tokio::test]
async fn whoever_wants_to_be_left_alone_is_and_what_passes_is_tried_at_the_next_turn() {
    on_both(async |store| {
        let mailbox = Mailbox::of(store, 60).await;
        let wait = Some(Duration::from_millis(299_961));
        for (fault, code, retry_after) in [
            (ImapFault::Backoff { ms: 299_961 }, "imap_throttled", wait),
            (ImapFault::NotConnected, "imap_not_connected", None),
            (ImapFault::Unavailable, "imap_unavailable", None),
            (ImapFault::Closed, "imap_closed", None),
        ] {
            for action in ["imap_examine", "imap_fetch"] {
                mailbox.fail(once(fault.clone(), action));
                let meaning = mailbox.turn().await.unwrap_err().meaning;
                assert_eq!((meaning.code, meaning.retry_after), (code, retry_after));
                assert_eq!(meaning.disposition, Disposition::Retry);
            }
        }
        mailbox.read().await;
        assert_eq!((mailbox.stored().await, mailbox.gone().await), (mailbox.truth(), None));
    })
    .await;
}

#[tokio::test]
async fn a_connection_that_breaks_anywhere_loses_nothing_and_stores_nothing_twice() {
    on_both(async |store| {
        let mailbox = Mailbox::of(store, 60).await;
        for after in [0, 2, 5, 9, 14, 20, 33, 47] {
            mailbox.fail(Failure::from(Kind::HangUp).on(&["imap_fetch"]).after(after).times(1));
            let _ = mailbox.turn().await;
            mailbox.sim().deliver(&mailbox.smtp, 2).unwrap();
        }
        // What was not met yet is met now.
        for _ in 0..9 {
            let _ = mailbox.turn().await;
        }
        mailbox.read().await;
        assert_eq!((mailbox.stored().await, mailbox.gone().await), (mailbox.truth(), None));
        assert_eq!(written(&mailbox.read().await), 0);
    })
    .await;
}

/// OfflineIMAP/offlineimap#62, DirectoryTree/ImapEngine#109.
#[tokio::test]
async fn an_item_of_which_no_mail_can_be_made_stands_in_the_ledger_and_the_others_are_stored() {
    for quirks in [vec![], vec![Quirk::BrokenSpoils]] {
        on_both(async |store| {
            let mailbox = Mailbox::read_once(store, 20).await;
            let made = mailbox.sim().deliver_drafts(&mailbox.smtp, &["a", "b", "c"].map(draft)).unwrap();
            mailbox.set(|imap| {
                imap.broken = vec![made[1].item_id.clone()];
                imap.quirks = quirks.iter().copied().collect();
            });
            assert_eq!(new(&mailbox.read().await), 2);
            let lacking: Vec<_> = mailbox.truth().into_iter().filter(|words| words.1 != "b").collect();
            assert_eq!(mailbox.stored().await, lacking);
            assert_eq!(mailbox.ledger().await, ["NoData"]);
            mailbox.set(|imap| imap.broken.clear());
            mailbox.pass(chrono::TimeDelta::days(1));
            mailbox.read().await;
            assert_eq!((mailbox.stored().await, mailbox.ledger().await), (mailbox.truth(), Vec::new()));
        })
        .await;
    }
}

#[tokio::test]
async fn a_mail_that_is_sent_without_an_end_costs_itself_alone_and_is_asked_for_again() {
    for fault in [ImapFault::Literal { bytes: 60 << 20 }, ImapFault::EndlessLine { bytes: 1 << 20 }] {
        on_both(async |store| {
            let mailbox = Mailbox::read_once(store, 10).await;
            mailbox.sim().deliver_drafts(&mailbox.smtp, &["a", "b", "c"].map(draft)).unwrap();
            mailbox.fail(once(fault.clone(), "imap_fetch").about(WHOLE));
            mailbox.read().await;
            assert_eq!(mailbox.stored().await, mailbox.truth(), "its headers are known");
            assert_eq!(mailbox.ledger().await, ["Malformed"]);
            mailbox.pass(chrono::TimeDelta::days(1));
            mailbox.read().await;
            assert_eq!(mailbox.ledger().await, Vec::<String>::new());
            let bare = "SELECT COUNT(*) FROM message WHERE NOT has_detail";
            assert_eq!(count(&mailbox.store, bare).await, 0);
        })
        .await;
    }
}

/// Each costs a connection, and a turn has few.
#[tokio::test]
async fn many_mails_that_are_sent_without_an_end_do_not_keep_a_folder_from_being_read() {
    on_both(async |store| {
        let mailbox = Mailbox::read_once(store, 10).await;
        mailbox.sim().deliver(&mailbox.smtp, 9).unwrap();
        let endless = Kind::Imap(ImapFault::Literal { bytes: 60 << 20 });
        mailbox.fail(Failure::from(endless).on(&["imap_fetch"]).about(WHOLE).times(9));
        let _ = mailbox.turn().await;
        assert_eq!((mailbox.stored().await, mailbox.ledger().await.len()), (mailbox.truth(), 9));
        for _ in 0..5 {
            mailbox.pass(chrono::TimeDelta::days(1));
            let _ = mailbox.turn().await;
        }
        mailbox.read().await;
        let bare = "SELECT COUNT(*) FROM message WHERE NOT has_detail";
        assert_eq!((mailbox.ledger().await.len(), count(&mailbox.store, bare).await), (0, 0));
    })
    .await;
}

/// MailKit#919.
#[tokio::test]
async fn a_structure_that_nobody_asked_for_and_nobody_can_read_costs_no_connection() {
    on_both(async |store| {
        let mailbox = Mailbox::of(store, 20).await;
        let structure = Kind::Imap(ImapFault::BadStructure);
        mailbox.fail(Failure::from(structure).on(&["imap_fetch"]).about(WHOLE).times(20));
        mailbox.read().await;
        assert_eq!(mailbox.stored().await, mailbox.truth());
        assert_eq!(mailbox.opened.load(Ordering::Relaxed), 1);
    })
    .await;
}

/// closeio/sync-engine#365.
#[tokio::test]
async fn mail_of_which_nobody_says_when_it_arrived_is_stored_with_the_time_that_it_says_and_marked() {
    on_both(async |store| {
        let mailbox = Mailbox::of(store, 60).await;
        mailbox.set(|imap| imap.quirks = [Quirk::NoInternalDate].into());
        mailbox.read().await;
        assert_eq!(mailbox.stored().await, mailbox.truth());
        let exact = "SELECT COUNT(*) FROM message WHERE received_precision = 'second'";
        assert_eq!(count(&mailbox.store, exact).await, 0);
        mailbox.sim().deliver(&mailbox.smtp, 3).unwrap();
        assert_eq!(new(&mailbox.read().await), 3);
        mailbox.sim().renumber(&mailbox.smtp, "INBOX").unwrap();
        assert_eq!(new(&mailbox.read().await), 0);
        mailbox.read().await;
        assert_eq!((mailbox.stored().await, mailbox.gone().await), (mailbox.truth(), None));
    })
    .await;
}

#[tokio::test]
async fn members_in_another_order_in_two_lines_or_unasked_make_the_same_mail() {
    on_both(async |store| {
        let mailbox = Mailbox::of(store, 30).await;
        let quirks = [Quirk::UnaskedFlags, Quirk::Split, Quirk::UidLast];
        mailbox.set(|imap| imap.quirks = quirks.into());
        mailbox.read().await;
        assert_eq!(mailbox.stored().await, mailbox.truth());
        assert_eq!(written(&mailbox.read().await), 0);
    })
    .await;
}
