//! A folder that numbers its messages anew: they are the same.

use super::mailbox::{Mailbox, draft, new, written};
use crate::store::{count, on_both};
use outlook_sim::Draft;
use outlook_syncd::error::{Disposition, Extent};
use std::ops::ControlFlow;

/// Ids of all that is stored.
async fn rows(mailbox: &Mailbox) -> Option<String> {
    crate::store::text(&mailbox.store, "SELECT string_agg(id, ' ' ORDER BY id) FROM message").await
}

/// joeyates/imap-backup#234.
#[tokio::test]
async fn mail_with_other_numbers_is_the_same_mail_and_no_body_is_read_again() {
    on_both(async |store| {
        let mailbox = Mailbox::read_once(store, 300).await;
        let before = rows(&mailbox).await;
        for _ in 0..2 {
            mailbox.sim().renumber(&mailbox.smtp, "INBOX").unwrap();
            mailbox.sim().clear_requests();
            let read = mailbox.read().await;
            assert_eq!(new(&read), 0);
            assert_eq!(mailbox.sim().items_fetched(&mailbox.smtp), 0, "no body is read again");
            assert_eq!((mailbox.stored().await, mailbox.gone().await), (mailbox.truth(), None));
            assert_eq!(rows(&mailbox).await, before);
            assert_eq!(written(&mailbox.read().await), 0);
            assert_eq!(mailbox.gone().await, None);
        }
        let keys = "SELECT COUNT(*) - (SELECT COUNT(*) FROM message) FROM message_key";
        assert_eq!(count(&mailbox.store, keys).await, 0, "each has one key");
    })
    .await;
}

#[tokio::test]
async fn what_left_while_the_numbers_changed_is_called_gone_and_what_came_is_new() {
    on_both(async |store| {
        let mailbox = Mailbox::read_once(store, 30).await;
        let (sim, smtp) = (mailbox.sim(), mailbox.smtp.as_str());
        let made = sim.deliver_drafts(smtp, &["a", "b", "c"].map(draft)).unwrap();
        mailbox.read().await;
        sim.delete(smtp, &[made[0].item_id.clone()], true).unwrap();
        sim.mark_read(smtp, &[made[1].item_id.clone()], true).unwrap();
        sim.move_messages(smtp, &[made[2].item_id.clone()], "archive").unwrap();
        sim.deliver_drafts(smtp, &[draft("d")]).unwrap();
        sim.renumber(smtp, "INBOX").unwrap();
        assert_eq!(new(&mailbox.read().await), 1);
        mailbox.read().await;
        assert_eq!((mailbox.stored().await, mailbox.gone().await.as_deref()), (mailbox.truth(), Some("a")));
        assert_eq!(written(&mailbox.read().await), 0);
    })
    .await;
}

#[tokio::test]
async fn a_folder_that_is_numbered_anew_and_is_empty_is_not_understood() {
    on_both(async |store| {
        let mailbox = Mailbox::read_once(store, 30).await;
        let (sim, smtp) = (mailbox.sim(), mailbox.smtp.as_str());
        let before = mailbox.stored().await;
        let all = sim.truth(smtp).unwrap();
        let inbox: Vec<_> = all.into_iter().filter(|m| m.folder == "inbox").map(|m| m.item_id).collect();
        sim.delete(smtp, &inbox, true).unwrap();
        sim.renumber(smtp, "INBOX").unwrap();
        for _ in 0..3 {
            let Ok(ControlFlow::Continue(read)) = mailbox.turn().await else { panic!("the others are read") };
            let meaning = read.incomplete.unwrap().meaning;
            assert_eq!((meaning.code, meaning.disposition), ("folder_emptied", Disposition::Drift));
            assert_eq!(meaning.extent, Extent::Folder);
            assert_eq!((mailbox.stored().await, mailbox.gone().await), (before.clone(), None));
        }
        sim.deliver_drafts(smtp, &[draft("a")]).unwrap();
        assert_eq!(new(&mailbox.read().await), 1, "it goes on with the next mail");
    })
    .await;
}

/// Of one Message-ID: three copies, two other mails a second later, two more days later.
fn namesakes(mailbox: &Mailbox) -> Vec<Draft> {
    let now = mailbox.sim().now();
    let all =
        [("copy", 0), ("copy", 0), ("copy", 0), ("one", 1), ("two", 1), ("later", 9_000), ("last", 90_000)];
    let of = |(subject, seconds)| Draft {
        internet_message_id: Some("<same@sim.example>".to_owned()),
        from: Some(("Parcels".to_owned(), "parcels@sim.example".to_owned())),
        received: Some(now + chrono::TimeDelta::seconds(seconds)),
        ..draft(subject)
    };
    all.map(of).into()
}

/// freescout-help-desk/freescout#5591: senders give different mails one Message-ID.
#[tokio::test]
async fn copies_and_mails_of_one_message_id_are_as_many_as_before() {
    on_both(async |store| {
        let mailbox = Mailbox::read_once(store, 10).await;
        let made = mailbox.sim().deliver_drafts(&mailbox.smtp, &namesakes(&mailbox)).unwrap();
        mailbox.pass(chrono::TimeDelta::days(2));
        assert_eq!(new(&mailbox.read().await), 7);
        let before = rows(&mailbox).await;
        mailbox.sim().renumber(&mailbox.smtp, "INBOX").unwrap();
        assert_eq!(new(&mailbox.read().await), 0);
        assert_eq!((rows(&mailbox).await, mailbox.stored().await), (before, mailbox.truth()));
        // Of three that are alike one goes: two stay.
        mailbox.sim().delete(&mailbox.smtp, &[made[1].item_id.clone()], true).unwrap();
        mailbox.sim().renumber(&mailbox.smtp, "INBOX").unwrap();
        assert_eq!(new(&mailbox.read().await), 0);
        mailbox.read().await;
        assert_eq!(
            (mailbox.stored().await, mailbox.gone().await.as_deref()),
            (mailbox.truth(), Some("copy"))
        );
    })
    .await;
}
