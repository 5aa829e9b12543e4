//! What hangs on mail is read with its bodies.

use super::mailbox::{Mailbox, draft};
use crate::store::{count, on_both, text};
use outlook_sim::{Draft, DraftAttachment, Failure, GraphError, Kind, MessageEdit};

fn file(name: &str) -> DraftAttachment {
    DraftAttachment { name: name.to_owned(), size: 9, ..DraftAttachment::default() }
}

/// A message with a file, another message and an address of a file.
fn with_all_kinds() -> Draft {
    let item = DraftAttachment { item: Some("Inner".to_owned()), ..file("Fwd") };
    let link = DraftAttachment { reference: Some("https://files.example/plan".to_owned()), ..file("plan") };
    Draft { attachments: vec![file("a.txt"), item, link], ..draft("all") }
}

/// A message with a picture that its body alone shows.
fn with_a_picture() -> Draft {
    let picture = DraftAttachment { content_id: Some("kite@sim".to_owned()), ..file("kite.png") };
    Draft { attachments: vec![picture], ..draft("picture") }
}

/// What hangs on the messages of a subject.
async fn attached(mailbox: &Mailbox, subject: &str) -> Option<String> {
    let rows = "SELECT string_agg(t.kind || ' ' || t.name || ' ' || COALESCE(t.content_id, '-') || ' ' || COALESCE(t.url, '-'), ', '
        ORDER BY t.position) FROM attachment_v t JOIN message_v m ON m.id = t.message_id WHERE m.subject = 'SUBJECT'";
    text(&mailbox.store, &rows.replace("SUBJECT", subject)).await
}

#[tokio::test]
async fn what_hangs_on_a_mail_is_known_and_a_mail_without_costs_nothing_more() {
    on_both(async |store| {
        let mailbox = Mailbox::read_once(store, 5).await;
        let (sim, smtp) = (mailbox.sim(), mailbox.smtp.as_str());
        sim.clear_requests();
        sim.deliver_drafts(smtp, &[with_all_kinds(), with_a_picture(), draft("none")]).unwrap();
        mailbox.read().await;
        let all = "file a.txt - -, item Fwd - -, reference plan - https://files.example/plan";
        assert_eq!(attached(&mailbox, "all").await.as_deref(), Some(all));
        assert_eq!(attached(&mailbox, "none").await, None);
        assert_eq!(sim.count("list_attachments", smtp), 2);
        assert_eq!(sim.count("get_attachment", smtp), 1, "where the file of a reference lies");
        // Nothing is asked again.
        mailbox.read().await;
        assert_eq!(sim.count("list_attachments", smtp), 2);
    })
    .await;
}

/// microsoft/BCApps#10288
#[tokio::test]
async fn a_picture_that_the_body_alone_shows_is_known_although_nothing_is_said_to_be_attached() {
    on_both(async |store| {
        let mailbox = Mailbox::read_once(store, 5).await;
        mailbox.sim().deliver_drafts(&mailbox.smtp, &[with_a_picture()]).unwrap();
        mailbox.read().await;
        assert_eq!(attached(&mailbox, "picture").await.as_deref(), Some("file kite.png kite@sim -"));
        let said = "SELECT COUNT(*) FROM message WHERE subject = 'picture' AND NOT has_attachments";
        assert_eq!(count(&mailbox.store, said).await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_first_round_knows_what_hangs_on_the_mail_that_is_there_and_a_cursor_that_is_lost_asks_for_none_again()
 {
    on_both(async |store| {
        let mailbox = Mailbox::of(store, 5).await;
        let (sim, smtp) = (mailbox.sim(), mailbox.smtp.as_str());
        sim.deliver_drafts(smtp, &[with_all_kinds()]).unwrap();
        mailbox.read().await;
        assert!(attached(&mailbox, "all").await.is_some());
        sim.clear_requests();
        sim.lose_mail_cursors(smtp).unwrap();
        mailbox.read().await;
        assert_eq!(sim.count("list_attachments", smtp), 0);
    })
    .await;
}

#[tokio::test]
async fn what_hangs_on_a_mail_that_has_changed_is_asked_again() {
    on_both(async |store| {
        let mailbox = Mailbox::read_once(store, 5).await;
        let (sim, smtp) = (mailbox.sim(), mailbox.smtp.as_str());
        let made = sim.deliver_drafts(smtp, &[with_all_kinds()]).unwrap().remove(0);
        mailbox.read().await;
        sim.clear_requests();
        let edit = MessageEdit { subject: Some("changed".to_owned()), ..MessageEdit::default() };
        sim.edit_message(smtp, &made.item_id, &edit).unwrap();
        mailbox.read().await;
        assert_eq!(sim.count("list_attachments", smtp), 1);
        assert!(attached(&mailbox, "changed").await.is_some());
    })
    .await;
}

/// `ErrorCannotOpenFileAttachment` and its like are of one message for ever.
#[tokio::test]
async fn a_mail_whose_attachments_cannot_be_read_is_stored_and_keeps_no_other_from_it() {
    on_both(async |store| {
        let mailbox = Mailbox::read_once(store, 5).await;
        let (sim, smtp) = (mailbox.sim(), mailbox.smtp.as_str());
        let broken = GraphError::new(500, "ErrorCorruptData", "It is corrupt.");
        mailbox.fail(Failure::from(Kind::Graph(broken)).on(&["list_attachments"]).times(1));
        sim.deliver_drafts(smtp, &[with_all_kinds(), with_a_picture()]).unwrap();
        mailbox.read().await;
        assert_eq!(mailbox.stored().await, mailbox.truth());
        let said = [attached(&mailbox, "all").await, attached(&mailbox, "picture").await];
        assert_eq!(said.iter().flatten().count(), 1, "{said:?}");
    })
    .await;
}

#[tokio::test]
async fn a_mail_whose_attachments_could_not_be_read_just_then_has_them_after_the_next_turn() {
    on_both(async |store| {
        let mailbox = Mailbox::read_once(store, 5).await;
        let shaky = Kind::Graph(GraphError::new(500, "ErrorInternalServerError", ""));
        mailbox.fail(Failure::from(shaky).on(&["list_attachments"]).times(1));
        mailbox.sim().deliver_drafts(&mailbox.smtp, &[with_a_picture()]).unwrap();
        mailbox.read().await;
        assert_eq!(mailbox.stored().await, mailbox.truth(), "it is stored all the same");
        mailbox.read().await;
        assert_eq!(attached(&mailbox, "picture").await.as_deref(), Some("file kite.png kite@sim -"));
        let asked = mailbox.sim().count("list_attachments", &mailbox.smtp);
        mailbox.read().await;
        assert_eq!(mailbox.sim().count("list_attachments", &mailbox.smtp), asked);
    })
    .await;
}
