//! Flags, headers and whole messages.

use super::{World, uids};
use outlook_sim::imap::Quirk;
use outlook_sim::knobs::{Failure, Kind};
use outlook_sim::{Draft, DraftAttachment, ImapFault};
use outlook_syncd::error::Classify;
use outlook_syncd::imap::ItemRead;
use outlook_syncd::model::{Depth, ItemError, Precision, Sight};

fn sights(read: Vec<ItemRead>) -> Vec<Sight> {
    read.into_iter().map(|(uid, one)| one.unwrap_or_else(|error| panic!("{uid}: {error:?}"))).collect()
}

fn codes(read: &[ItemRead]) -> Vec<(u32, &str)> {
    let code = |one: &Result<Sight, ItemError>| match one {
        Ok(_) => "read",
        Err(ItemError::Gone) => "gone",
        Err(ItemError::Fault(fault)) if fault.code == "NoData" => "no data",
        Err(ItemError::Fault(_)) => "another fault",
    };
    read.iter().map(|(uid, one)| (*uid, code(one))).collect()
}

#[tokio::test]
async fn what_is_read_is_what_the_mailbox_has() {
    let world = World::new(60).await;
    let before = unread(&world);
    assert!(before > 0);
    let (mut mailbox, _) = world.in_the_inbox().await;
    let uids = uids(&mut mailbox).await;
    let read = sights(mailbox.messages(&uids).await.unwrap());
    let mut truth = world.sim().truth(&world.smtp).unwrap();
    truth.retain(|message| message.folder == "inbox");
    assert_eq!((read.len(), truth.len()), (uids.len(), uids.len()));
    for sight in &read {
        let received = sight.received.unwrap();
        assert_eq!(received.precision, Precision::Second);
        let is_it = |m: &&outlook_sim::world::Truth| {
            m.internet_message_id == sight.internet_message_id && m.received == received.at
        };
        let true_one = truth.iter().find(is_it).unwrap_or_else(|| panic!("{sight:?}"));
        assert_eq!(sight.subject.as_deref(), Some(true_one.subject.as_deref().unwrap_or_default()));
        assert_eq!(sight.is_read, Some(true_one.is_read));
        // A signature is a file, at Graph too (microsoftgraph/microsoft-graph-docs#4585).
        let is_signed =
            true_one.item_class.as_deref().is_some_and(|class| class.starts_with("IPM.Note.SMIME"));
        assert!(is_signed || true_one.has_attachments || !sight.has_attachments.unwrap(), "{sight:?}");
        assert_eq!(sight.sent_at.map(|at| at.timestamp()), true_one.sent.map(|at| at.timestamp()));
        let from = sight.from.as_ref().and_then(|from| from.name.clone());
        assert_eq!(from, true_one.from.as_ref().map(|from| from.name.clone()));
        let first = true_one.text.lines().next().unwrap();
        let body = &sight.body.as_ref().unwrap().content;
        assert!(body.contains(&first.replace('&', "&amp;")) || body.contains(first), "{first}: {body}");
    }
    assert_eq!(unread(&world), before, "nobody left a mark");
}

fn unread(world: &World) -> usize {
    world.sim().truth(&world.smtp).unwrap().iter().filter(|message| !message.is_read).count()
}

#[tokio::test]
async fn members_in_another_order_in_two_lines_or_unasked_make_the_same_messages() {
    let world = World::new(20).await;
    let read = async || {
        let (mut mailbox, _) = world.in_the_inbox().await;
        let uids = uids(&mut mailbox).await;
        let headers = sights(mailbox.headers(&uids).await.unwrap());
        assert!(headers.iter().all(|sight| sight.depth == Depth::Listed && sight.body.is_none()));
        (headers, sights(mailbox.messages(&uids).await.unwrap()))
    };
    let plain = read().await;
    for quirks in
        [vec![Quirk::UidLast], vec![Quirk::Split], vec![Quirk::UnaskedFlags, Quirk::Split, Quirk::UidLast]]
    {
        world.set(|imap| imap.quirks = quirks.iter().copied().collect());
        assert_eq!(read().await, plain, "{quirks:?}");
    }
}

#[tokio::test]
async fn an_arrival_that_is_not_said_is_taken_from_the_mail_and_marked() {
    let world = World::new(10).await;
    world.set(|imap| imap.quirks = [Quirk::NoInternalDate].into());
    let (mut mailbox, _) = world.in_the_inbox().await;
    let uids = uids(&mut mailbox).await;
    for sight in sights(mailbox.headers(&uids).await.unwrap()) {
        let received = sight.received.unwrap();
        assert_eq!(received.precision, Precision::Minute);
        let truth = world.sim().truth(&world.smtp).unwrap();
        assert!(truth.iter().any(|m| m.received == received.at), "{received:?}");
    }
}

#[tokio::test]
async fn messages_that_were_all_taken_away_meanwhile_are_gone_and_no_error() {
    let world = World::new(20).await;
    let (mut mailbox, _) = world.in_the_inbox().await;
    let uids = uids(&mut mailbox).await;
    let ids: Vec<String> = world.sim().truth(&world.smtp).unwrap().into_iter().map(|m| m.item_id).collect();
    world.sim().delete(&world.smtp, &ids, true).unwrap();
    assert_eq!(mailbox.since(1).await.unwrap(), []);
    let read = mailbox.messages(&uids).await.unwrap();
    assert!(!read.is_empty() && codes(&read).iter().all(|(_, code)| *code == "gone"), "{read:?}");
    assert_eq!(mailbox.messages(&[]).await.unwrap(), []);
}

#[tokio::test]
async fn a_broken_item_and_a_ghost_cost_themselves_alone() {
    let world = World::new(0).await;
    let broken = world.sim().deliver(&world.smtp, 5).unwrap().remove(2).item_id;
    world.set(|imap| imap.broken = vec![broken.clone()]);
    let (mut mailbox, _) = world.in_the_inbox().await;
    let read = mailbox.messages(&[1, 2, 3, 4, 5, 9]).await.unwrap();
    let expected = [(1, "read"), (2, "read"), (3, "no data"), (4, "read"), (5, "read"), (9, "gone")];
    assert_eq!(codes(&read), expected);
}

#[tokio::test]
async fn mail_of_which_an_answer_cannot_be_read_is_not_taken_for_gone() {
    let world = World::new(0).await;
    world.sim().deliver(&world.smtp, 2).unwrap();
    let (mut mailbox, _) = world.in_the_inbox().await;
    world.sim().fail(None, Failure::from(Kind::Imap(ImapFault::BadStructure)).on(&["imap_fetch"]));
    let read = mailbox.messages(&[1, 2, 9]).await.unwrap();
    assert_eq!(codes(&read), [(1, "read"), (2, "read"), (9, "another fault")], "{read:?}");
    for error in [mailbox.since(1).await.err(), mailbox.flags(1, 2).await.err()] {
        assert_eq!(error.expect("nobody knows of whom it was").meaning().code, "imap_unreadable");
    }
}

#[tokio::test]
async fn pictures_within_the_body_are_no_attachments() {
    let world = World::new(0).await;
    let file = |content_id: Option<&str>| DraftAttachment {
        name: "kite.png".to_owned(),
        size: 100,
        content_id: content_id.map(str::to_owned),
        ..DraftAttachment::default()
    };
    let cases = [vec![file(None)], vec![file(Some("logo"))], vec![file(Some("logo")), file(None)], vec![]];
    let drafts = cases.map(|attachments| Draft { attachments, ..Draft::default() });
    world.sim().deliver_drafts(&world.smtp, &drafts).unwrap();
    let (mut mailbox, _) = world.in_the_inbox().await;
    let read = sights(mailbox.messages(&[1, 2, 3, 4]).await.unwrap());
    let has: Vec<_> = read.iter().map(|sight| sight.has_attachments.unwrap()).collect();
    assert_eq!(has, [true, false, true, false]);
}

#[tokio::test]
async fn a_mail_that_is_longer_than_is_read_is_read_in_part_and_the_others_whole() {
    let world = World::new(0).await;
    let huge =
        DraftAttachment { name: "kite.png".to_owned(), size: 40_000_000, ..DraftAttachment::default() };
    let huge = Draft { attachments: vec![huge], ..Draft::default() };
    world.sim().deliver_drafts(&world.smtp, &[Draft::default(), huge, Draft::default()]).unwrap();
    let (mut mailbox, _) = world.in_the_inbox().await;
    let read = sights(mailbox.messages(&[1, 2, 3]).await.unwrap());
    let cut: Vec<_> = read.iter().map(|sight| sight.body.as_ref().unwrap().truncated).collect();
    assert_eq!(cut, [false, true, false]);
    assert_eq!(read[1].has_attachments, Some(true));
}

#[tokio::test]
async fn what_is_new_is_told_from_the_last_message_of_all() {
    let world = World::new(0).await;
    world.sim().deliver(&world.smtp, 3).unwrap();
    let (mut mailbox, inbox) = world.in_the_inbox().await;
    assert_eq!(inbox.next, Some(4));
    assert_eq!(mailbox.since(4).await.unwrap(), []);
    world.sim().deliver(&world.smtp, 2).unwrap();
    assert_eq!(mailbox.open("INBOX").await.unwrap().next, Some(6));
    let new: Vec<u32> = mailbox.since(4).await.unwrap().iter().map(|flags| flags.uid).collect();
    assert_eq!(new, [4, 5]);
    let window: Vec<u32> = mailbox.flags(2, 4).await.unwrap().iter().map(|flags| flags.uid).collect();
    assert_eq!(window, [2, 3, 4]);
}
