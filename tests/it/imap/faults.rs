//! What Exchange does instead of an answer.

use super::{World, uids};
use outlook_sim::ImapFault;
use outlook_sim::imap::Quirk;
use outlook_sim::knobs::{Failure, Kind};
use outlook_syncd::error::{Classify, Disposition, Extent};
use std::time::Duration;

fn fault(fault: ImapFault, action: &str) -> Failure {
    Failure::from(Kind::Imap(fault)).on(&[action]).times(1)
}

#[tokio::test]
async fn each_answer_of_exchange_has_its_meaning() {
    let world = World::new(3).await;
    for (ordered, code, disposition) in [
        (ImapFault::NotConnected, "imap_not_connected", Disposition::Retry),
        (ImapFault::TokenExpired { after: 0 }, "imap_token_over", Disposition::Retry),
        (ImapFault::InvalidState, "imap_token_over", Disposition::Retry),
        (ImapFault::Backoff { ms: 299_961 }, "imap_throttled", Disposition::Retry),
        (ImapFault::Unavailable, "imap_unavailable", Disposition::Retry),
        (ImapFault::Closed, "imap_closed", Disposition::Retry),
        (ImapFault::ArgumentError, "imap_argument", Disposition::Retry),
        (ImapFault::BadStructure, "imap_unreadable", Disposition::Drift),
    ] {
        world.sim().fail(None, fault(ordered.clone(), "imap_list"));
        let error = world.signed_in().await.folders().await.unwrap_err();
        assert_eq!((error.meaning().code, error.meaning().disposition), (code, disposition), "{ordered:?}");
        let waits = matches!(ordered, ImapFault::Backoff { .. }).then_some(Duration::from_millis(299_961));
        assert_eq!(error.meaning().retry_after, waits);
    }
    world.sim().fail(None, Failure::from(Kind::HangUp).on(&["imap_list"]).times(1));
    let error = world.signed_in().await.folders().await.unwrap_err();
    assert_eq!(error.meaning().code, "imap_closed");
}

#[tokio::test]
async fn a_token_that_ends_within_an_answer_wants_another_one() {
    let world = World::new(20).await;
    let (mut mailbox, _) = world.in_the_inbox().await;
    let uids = uids(&mut mailbox).await;
    world.sim().fail(None, fault(ImapFault::TokenExpired { after: 3 }, "imap_fetch"));
    let error = mailbox.messages(&uids).await.unwrap_err();
    assert!(error.wants_token(), "{error}");
    let (mut mailbox, _) = world.in_the_inbox().await;
    let read = mailbox.messages(&uids).await.unwrap();
    assert!(
        read.iter().all(|(_, one)| one.is_ok()) && read.len() == uids.len(),
        "it goes on on another connection"
    );
}

#[tokio::test]
async fn more_than_is_read_at_once_is_refused_while_it_comes() {
    let world = World::new(3).await;
    for (ordered, code, extent) in [
        (ImapFault::Literal { bytes: 60 << 20 }, "imap_too_long", Extent::Folder),
        (ImapFault::EndlessLine { bytes: 1 << 20 }, "imap_unreadable", Extent::Account),
    ] {
        world.sim().fail(None, fault(ordered, "imap_fetch"));
        let (mut mailbox, _) = world.in_the_inbox().await;
        let meaning = mailbox.messages(&[1]).await.unwrap_err().meaning();
        assert_eq!((meaning.code, meaning.extent), (code, extent));
        let next = mailbox.messages(&[1]).await.unwrap_err();
        assert_eq!(next.meaning().code, "imap_closed", "what is late is nobody's answer");
        mailbox.close().await;
    }
}

#[tokio::test]
async fn an_answer_that_no_grammar_knows_costs_itself_alone() {
    let world = World::new(10).await;
    let (mut mailbox, _) = world.in_the_inbox().await;
    let uids = uids(&mut mailbox).await;
    world.sim().fail(None, Failure::from(Kind::Imap(ImapFault::BadStructure)).on(&["imap_fetch"]));
    let read = mailbox.messages(&uids).await.unwrap();
    assert!(read.iter().all(|(_, one)| one.is_ok()) && read.len() == uids.len());
    assert_eq!(world.sim().count("imap_authenticate", &world.smtp), 1, "the connection is kept");
}

#[tokio::test]
async fn broken_items_spoil_nothing_but_themselves() {
    let world = World::new(0).await;
    let items: Vec<String> =
        world.sim().deliver(&world.smtp, 50).unwrap().into_iter().map(|item| item.item_id).collect();
    world.set(|imap| {
        imap.broken = vec![items[6].clone(), items[39].clone()];
        imap.quirks = [Quirk::BrokenSpoils].into();
    });
    let (mut mailbox, _) = world.in_the_inbox().await;
    let uids = uids(&mut mailbox).await;
    let headers = mailbox.headers(&uids).await.unwrap();
    let whole = mailbox.messages(&uids).await.unwrap();
    for read in [headers, whole] {
        let unread: Vec<u32> = read.iter().filter(|(_, one)| one.is_err()).map(|(uid, _)| *uid).collect();
        assert_eq!((unread, read.len()), (vec![7, 40], 50));
    }
    assert_eq!(world.sim().count("imap_authenticate", &world.smtp), 1, "the connection is kept");
}
