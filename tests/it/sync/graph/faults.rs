//! What goes wrong at Graph, and what does not come of it.

use super::mailbox::{Mailbox, draft, in_address};
use crate::store::{count, on_both, text};
use chrono::TimeDelta;
use outlook_sim::graph::Quirk;
use outlook_sim::{Failure, GraphError, Kind};
use outlook_syncd::error::Extent;
use std::ops::ControlFlow;

/// The cursors of the folders.
async fn cursors(mailbox: &Mailbox) -> Option<String> {
    text(&mailbox.store, "SELECT string_agg(cursor, ' ' ORDER BY id) FROM folder").await
}

/// A page says neither where it goes on nor that it is the last (microsoftgraph/microsoft-graph-docs#2153).
#[tokio::test]
async fn a_page_without_a_link_though_there_is_more_loses_no_mail_and_calls_none_gone() {
    on_both(async |store| {
        let mailbox = Mailbox::of(store, 60).await;
        mailbox.set(|graph| graph.quirks = [Quirk::NoLinks].into());
        for _ in 0..3 {
            mailbox.sim().deliver(&mailbox.smtp, 9).unwrap();
            mailbox.read().await;
            assert_eq!((mailbox.stored().await, mailbox.gone().await), (mailbox.truth(), None));
        }
        mailbox.set(|graph| graph.quirks.clear());
        mailbox.sim().deliver(&mailbox.smtp, 9).unwrap();
        mailbox.read().await;
        assert_eq!((mailbox.stored().await, mailbox.gone().await), (mailbox.truth(), None));
    })
    .await;
}

#[tokio::test]
async fn pages_that_lead_back_to_where_they_came_from_are_left_and_their_place_is_kept() {
    for quirk in [Quirk::SelfLink, Quirk::RingOfLinks] {
        on_both(async |store| {
            let mailbox = Mailbox::read_once(store, 10).await;
            mailbox.sim().deliver(&mailbox.smtp, 9).unwrap();
            mailbox.set(|graph| graph.quirks = [quirk].into());
            let Ok(ControlFlow::Continue(read)) = mailbox.turn().await else { panic!("the others are read") };
            let failure = read.incomplete.unwrap();
            assert_eq!((failure.meaning.code, failure.meaning.extent), ("graph_endless", Extent::Folder));
            mailbox.set(|graph| graph.quirks.clear());
            mailbox.read().await;
            assert_eq!((mailbox.stored().await, mailbox.gone().await), (mailbox.truth(), None), "{quirk:?}");
        })
        .await;
    }
}

#[tokio::test]
async fn a_link_to_another_server_is_neither_followed_nor_kept() {
    let others = ["https://graph.example", "https://graph.microsoft.com:1", "http://graph.microsoft.com"];
    for other in others {
        on_both(async |store| {
            let mailbox = Mailbox::read_once(store, 10).await;
            let (before, base) = (cursors(&mailbox).await, mailbox.sim().settings("").graph.base);
            mailbox.sim().deliver(&mailbox.smtp, 1).unwrap();
            mailbox.set(|graph| other.clone_into(&mut graph.base));
            let failure = mailbox.turn().await.unwrap_err();
            assert_eq!(failure.meaning.code, "graph_foreign_link");
            assert_eq!(cursors(&mailbox).await, before);
            mailbox.set(|graph| base.clone_into(&mut graph.base));
            mailbox.read().await;
            assert_eq!(mailbox.stored().await, mailbox.truth());
        })
        .await;
    }
}

#[tokio::test]
async fn a_full_mailbox_is_listed_until_there_is_room_again() {
    on_both(async |store| {
        let mailbox = Mailbox::read_once(store, 30).await;
        mailbox.set(|graph| graph.full = true);
        for _ in 0..2 {
            mailbox.sim().deliver(&mailbox.smtp, 3).unwrap();
            mailbox.read().await;
            assert_eq!((mailbox.stored().await, mailbox.gone().await), (mailbox.truth(), None));
        }
        mailbox.set(|graph| graph.full = false);
        mailbox.sim().deliver(&mailbox.smtp, 3).unwrap();
        mailbox.read().await;
        assert_eq!((mailbox.stored().await, mailbox.gone().await), (mailbox.truth(), None));
        mailbox.sim().clear_requests();
        mailbox.read().await;
        assert_eq!(mailbox.sim().count("list_messages", &mailbox.smtp), 0, "it tells again");
    })
    .await;
}

#[tokio::test]
async fn pages_with_bodies_that_are_too_much_are_listed_without_and_the_bodies_asked_for() {
    on_both(async |store| {
        let mailbox = Mailbox::of(store, 60).await;
        mailbox.set(|graph| graph.page_too_big = Some(20));
        mailbox.read().await;
        assert_eq!(mailbox.stored().await, mailbox.truth());
        let bare =
            "SELECT CAST(COUNT(*) AS TEXT) FROM message m LEFT JOIN message_body b ON b.message_id = m.id
            WHERE b.content IS NULL";
        assert_eq!(text(&mailbox.store, bare).await.as_deref(), Some("0"));
    })
    .await;
}

#[tokio::test]
async fn parts_of_a_batch_that_are_put_off_are_asked_for_alone_and_none_is_left_out() {
    on_both(async |store| {
        let mailbox = Mailbox::read_once(store, 5).await;
        let made =
            mailbox.sim().deliver_drafts(&mailbox.smtp, &["a", "b", "c", "d", "e"].map(draft)).unwrap();
        let [slow, down] = [0, 1].map(|n| in_address(&made[n].immutable_id));
        let once = |kind: GraphError, id: &str| {
            Failure::from(Kind::Graph(kind)).on(&["get_message"]).about(id).times(1)
        };
        mailbox.fail(once(GraphError::throttled("1"), &slow));
        mailbox.fail(once(GraphError::new(503, "", "").with("retry-after", "1"), &down));
        let before = mailbox.sim().count("get_message", &mailbox.smtp);
        mailbox.read().await;
        assert_eq!((mailbox.stored().await, mailbox.ledger().await), (mailbox.truth(), Vec::new()));
        assert_eq!(mailbox.sim().count("get_message", &mailbox.smtp) - before, 5 + 2);
        assert_eq!(mailbox.sim().count("early", &mailbox.smtp), 0);
    })
    .await;
}

#[tokio::test]
async fn a_part_of_a_batch_that_is_not_served_and_nobody_says_for_how_long_waits_for_the_next_turn() {
    on_both(async |store| {
        let mailbox = Mailbox::read_once(store, 5).await;
        let made = mailbox.sim().deliver_drafts(&mailbox.smtp, &["a", "b"].map(draft)).unwrap();
        let down = Kind::Graph(GraphError::new(503, "", ""));
        let about = in_address(&made[0].immutable_id);
        mailbox.fail(Failure::from(down).on(&["get_message"]).about(&about).times(1));
        let before = mailbox.sim().count("get_message", &mailbox.smtp);
        mailbox.read().await;
        assert_eq!(mailbox.ledger().await.len(), 1);
        assert_eq!(mailbox.sim().count("get_message", &mailbox.smtp) - before, 2);
        mailbox.read().await;
        assert_eq!((mailbox.stored().await, mailbox.ledger().await), (mailbox.truth(), Vec::new()));
    })
    .await;
}

#[tokio::test]
async fn a_mail_that_is_told_and_not_there_is_asked_for_again_before_that_is_believed() {
    on_both(async |store| {
        let mailbox = Mailbox::read_once(store, 5).await;
        let made = mailbox.sim().deliver_drafts(&mailbox.smtp, &[draft("a")]).unwrap().remove(0);
        let lags = Kind::Graph(GraphError::new(404, "ErrorItemNotFound", ""));
        mailbox
            .fail(Failure::from(lags).on(&["get_message"]).about(&in_address(&made.immutable_id)).times(1));
        mailbox.read().await;
        assert_eq!(mailbox.ledger().await, ["NotThere"]);
        mailbox.read().await;
        assert_eq!((mailbox.stored().await, mailbox.ledger().await), (mailbox.truth(), Vec::new()));
    })
    .await;
}

#[tokio::test]
async fn while_nobody_can_say_where_a_mail_lies_it_is_not_called_gone() {
    on_both(async |store| {
        let mailbox = Mailbox::read_once(store, 10).await;
        let made = mailbox.sim().deliver_drafts(&mailbox.smtp, &["a", "b"].map(draft)).unwrap();
        mailbox.read().await;
        mailbox
            .sim()
            .delete(&mailbox.smtp, &[made[0].item_id.clone(), made[1].item_id.clone()], true)
            .unwrap();
        let shaky = Kind::Graph(GraphError::new(500, "ErrorInternalServerError", ""));
        let about = in_address(&made[0].immutable_id);
        mailbox.fail(Failure::from(shaky).on(&["get_message"]).about(&about).times(2));
        for expected in [None, Some("b"), Some("b"), Some("a b")] {
            mailbox.read().await;
            assert_eq!(mailbox.gone().await.as_deref(), expected);
        }
    })
    .await;
}

/// When messages were missed that are missing, milliseconds.
async fn missed(mailbox: &Mailbox) -> Option<String> {
    text(&mailbox.store, "SELECT string_agg(CAST(missing_at AS TEXT), ' ' ORDER BY id) FROM message").await
}

#[tokio::test]
async fn a_mail_of_which_nobody_says_where_it_lies_is_written_once_and_not_in_every_turn() {
    on_both(async |store| {
        let mailbox = Mailbox::read_once(store, 10).await;
        let made = mailbox.sim().deliver_drafts(&mailbox.smtp, &[draft("a")]).unwrap();
        mailbox.read().await;
        mailbox.sim().delete(&mailbox.smtp, &[made[0].item_id.clone()], true).unwrap();
        let corrupt = Kind::Graph(GraphError::new(500, "ErrorCorruptData", ""));
        let about = in_address(&made[0].immutable_id);
        mailbox.fail(Failure::from(corrupt).on(&["get_message"]).about(&about));
        mailbox.read().await;
        let before = missed(&mailbox).await;
        assert!(before.is_some());
        for _ in 0..3 {
            mailbox.read().await;
            assert_eq!((missed(&mailbox).await, mailbox.gone().await), (before.clone(), None));
        }
    })
    .await;
}

#[tokio::test]
async fn a_turn_that_has_no_time_left_asks_for_some_of_what_is_missing_all_the_same() {
    on_both(async |store| {
        let mut mailbox = Mailbox::read_once(store, 10).await;
        let made = mailbox.sim().deliver_drafts(&mailbox.smtp, &["a", "b"].map(draft)).unwrap();
        mailbox.read().await;
        mailbox.slice = TimeDelta::zero();
        mailbox.set(|graph| graph.quirks = [Quirk::HidesArrivals].into());
        mailbox.sim().delete(&mailbox.smtp, &[made[0].item_id.clone()], true).unwrap();
        mailbox.sim().move_messages(&mailbox.smtp, &[made[1].item_id.clone()], "archive").unwrap();
        for _ in 0..2 {
            mailbox.read().await;
        }
        assert_eq!((mailbox.gone().await.as_deref(), mailbox.stored().await), (Some("a"), mailbox.truth()));
    })
    .await;
}

#[tokio::test]
async fn a_large_move_of_which_the_other_folder_does_not_tell_is_no_loss() {
    on_both(async |store| {
        let mailbox = Mailbox::read_once(store, 10).await;
        let made = mailbox.sim().deliver(&mailbox.smtp, 60).unwrap();
        mailbox.read().await;
        mailbox.set(|graph| graph.quirks = [Quirk::HidesArrivals].into());
        let ids: Vec<_> = made.into_iter().map(|message| message.item_id).collect();
        mailbox.sim().move_messages(&mailbox.smtp, &ids, "archive").unwrap();
        for _ in 0..2 {
            assert_eq!(mailbox.read().await.warning, None);
        }
        assert_eq!((mailbox.stored().await, mailbox.gone().await), (mailbox.truth(), None));
    })
    .await;
}

/// How many folders have vanished.
async fn vanished(mailbox: &Mailbox) -> i64 {
    count(&mailbox.store, "SELECT COUNT(*) FROM folder WHERE vanished_at IS NOT NULL").await
}

#[tokio::test]
async fn a_list_of_folders_that_is_said_not_to_be_there_makes_no_folder_vanish() {
    on_both(async |store| {
        let mailbox = Mailbox::read_once(store, 10).await;
        let nothing = Kind::Graph(GraphError::new(404, "", ""));
        mailbox.fail(Failure::from(nothing).on(&["list_mail_folders"]).times(1));
        mailbox.pass(TimeDelta::days(2));
        let ended = mailbox.turn().await;
        assert_eq!(vanished(&mailbox).await, 0);
        assert_eq!(ended.unwrap_err().meaning.code, "graph_gone");
        mailbox.read().await;
        assert_eq!((mailbox.stored().await, vanished(&mailbox).await), (mailbox.truth(), 0));
    })
    .await;
}

#[tokio::test]
async fn a_list_of_folders_that_does_not_end_is_left_and_makes_no_folder_vanish() {
    on_both(async |store| {
        let mailbox = Mailbox::of(store, 10).await;
        for n in 0..201 {
            mailbox.sim().add_mail_folder(&mailbox.smtp, &format!("Owls {n}"), "inbox", false).unwrap();
        }
        mailbox.read().await;
        mailbox.set(|graph| graph.quirks = [Quirk::SelfLink].into());
        mailbox.pass(TimeDelta::days(2));
        let ended = mailbox.turn().await;
        assert_eq!(vanished(&mailbox).await, 0);
        assert_eq!(ended.unwrap_err().meaning.code, "graph_endless");
    })
    .await;
}

#[tokio::test]
async fn a_mailbox_that_suddenly_shows_nothing_loses_nothing() {
    on_both(async |store| {
        let mailbox = Mailbox::read_once(store, 30).await;
        mailbox.sim().lose_mail_cursors(&mailbox.smtp).unwrap();
        mailbox.set(|graph| graph.quirks = [Quirk::ShowsNothing].into());
        for _ in 0..3 {
            let _ = mailbox.turn().await;
            mailbox.pass(TimeDelta::hours(30));
        }
        assert_eq!((mailbox.stored().await, mailbox.gone().await), (mailbox.truth(), None));
    })
    .await;
}

#[tokio::test]
async fn items_that_are_refused_are_in_the_ledger_and_their_neighbours_are_read() {
    on_both(async |store| {
        let mailbox = Mailbox::read_once(store, 5).await;
        let made = mailbox.sim().deliver_drafts(&mailbox.smtp, &["a", "b", "c"].map(draft)).unwrap();
        let corrupt = Kind::Graph(GraphError::new(500, "ErrorCorruptData", ""));
        mailbox.fail(Failure::from(corrupt).on(&["get_message"]).about(&in_address(&made[1].immutable_id)));
        mailbox.read().await;
        assert_eq!(mailbox.ledger().await, ["ErrorCorruptData"]);
        let stored = mailbox.stored().await;
        let missing: Vec<_> = mailbox.truth().difference(&stored).map(|words| words.2.clone()).collect();
        assert_eq!(missing, ["b"]);
    })
    .await;
}
