//! Rounds of messages and of their folders.

use serde_json::Value;

use super::client::{Graph, texts};
use crate::graph::Quirk;
use crate::world::Truth;
use crate::world::ids::rest;
use crate::{Draft, MessageEdit};

const START: &str = "/v1.0/me/mailFolders/inbox/messages/delta";
const ARCHIVE: &str = "/v1.0/me/mailFolders/archive/messages/delta";
const SELECT: &str = "?$select=subject,isRead,parentFolderId,receivedDateTime";
const PREFER: &str = "IdType=\"ImmutableId\", odata.maxpagesize=3";

fn removed(items: &[Value]) -> Vec<String> {
    let removed = items.iter().filter(|item| item.get("@removed").is_some()).cloned();
    texts(&removed.collect::<Vec<_>>(), "id")
}

fn members(item: &Value) -> Vec<&str> {
    let mut members: Vec<&str> = item.as_object().unwrap().keys().map(String::as_str).collect();
    members.sort_unstable();
    members
}

/// A mailbox with so many messages in its inbox, and the link behind a first round.
async fn read(count: usize) -> (Graph, Vec<Truth>, String) {
    let graph = Graph::with_mail(0);
    let made = graph.sim.deliver(&graph.smtp, count).unwrap();
    let (items, link) = graph.round(&format!("{START}{SELECT}"), PREFER).await;
    assert_eq!(items.len(), count);
    (graph, made, link)
}

#[tokio::test]
async fn a_round_brings_all_and_the_next_what_came_left_and_changed() {
    let (graph, made, link) = read(7).await;
    assert!(graph.round(&link, PREFER).await.0.is_empty());
    let id = |n: usize| made[n].item_id.clone();
    graph.sim.mark_read(&graph.smtp, &[id(0)], true).unwrap();
    graph.sim.move_messages(&graph.smtp, &[id(1)], "archive").unwrap();
    graph.sim.delete(&graph.smtp, &[id(2)], false).unwrap();
    graph.sim.delete(&graph.smtp, &[id(3)], true).unwrap();
    let new = graph.sim.deliver(&graph.smtp, 1).unwrap().remove(0);
    let (items, link) = graph.round(&link, PREFER).await;
    assert_eq!(removed(&items), [1, 2, 3].map(|n| rest(&made[n].immutable_id)));
    assert_eq!(items[0]["isRead"], true);
    assert_eq!(items.last().unwrap()["id"], rest(&new.immutable_id));
    let (items, _) = graph.round(&format!("{ARCHIVE}{SELECT}"), PREFER).await;
    assert_eq!(texts(&items, "id"), [rest(&made[1].immutable_id)]);
    assert!(graph.round(&link, PREFER).await.0.is_empty());
}

/// One mailbox, whichever protocol changes it.
#[tokio::test]
async fn a_flag_and_a_copy_that_another_protocol_made_are_told_and_a_copy_where_it_lies_alone() {
    let (graph, made, link) = read(3).await;
    let (_, of_archive) = graph.round(&format!("{ARCHIVE}{SELECT}"), PREFER).await;
    let (id, now) = (made[0].item_id.clone(), graph.sim.now());
    let archive = graph.sim.read(&graph.smtp, |mailbox| mailbox.folder("archive").unwrap()).unwrap();
    let copy = graph.sim.change(&graph.smtp, |mailbox| {
        assert_eq!(mailbox.flag(std::slice::from_ref(&id), true, now), 1);
        mailbox.copy_to(&id, archive, now).unwrap()
    });
    let copy =
        graph.sim.truth(&graph.smtp).unwrap().into_iter().find(|m| m.item_id == copy.as_deref().unwrap());
    let (items, _) = graph.round(&link, PREFER).await;
    assert_eq!(texts(&items, "id"), [rest(&made[0].immutable_id)]);
    let (items, _) = graph.round(&of_archive, PREFER).await;
    assert_eq!(texts(&items, "id"), [rest(&copy.unwrap().immutable_id)]);
}

/// Only per folder (microsoftgraph/msgraph-sdk-python#1087).
#[tokio::test]
async fn there_are_no_rounds_of_a_whole_mailbox() {
    let graph = Graph::with_mail(3);
    assert_eq!(graph.get("/v1.0/me/messages/delta", &[]).await.refusal(), (400, "ErrorInvalidRequest"));
}

/// After a message was read, only this came, whatever was selected (microsoft-graph-docs#7776); and nothing
/// at all to who had not selected it (alcionai/corso#1866).
#[tokio::test]
async fn that_a_message_was_read_is_told_in_part_and_to_who_selected_it() {
    let (graph, made, link) = read(2).await;
    graph.quirk(Quirk::PartialItems);
    let (_, without) = graph.round(&format!("{START}?$select=subject"), PREFER).await;
    graph.sim.mark_read(&graph.smtp, &[made[0].item_id.clone()], true).unwrap();
    let (items, _) = graph.round(&link, PREFER).await;
    assert_eq!(members(&items[0]), ["@odata.type", "id", "isRead", "parentFolderId"]);
    let (items, without) = graph.round(&without, PREFER).await;
    assert_eq!(items.len(), 0);
    let edit = MessageEdit { subject: Some("Another".to_owned()), ..MessageEdit::default() };
    graph.sim.edit_message(&graph.smtp, &made[1].item_id, &edit).unwrap();
    let (items, _) = graph.round(&without, PREFER).await;
    assert_eq!((items[0]["subject"].as_str(), members(&items[0]).len()), (Some("Another"), 3));
}

#[tokio::test]
async fn an_id_of_the_other_family_changes_with_a_move_and_its_cursor_is_no_good_for_immutable_ids() {
    let graph = Graph::with_mail(0);
    let made = graph.sim.deliver(&graph.smtp, 1).unwrap().remove(0);
    let mutable = "odata.maxpagesize=3";
    let (items, link) = graph.round(START, mutable).await;
    assert_eq!(texts(&items, "id"), [rest(&made.item_id)]);
    graph.sim.move_messages(&graph.smtp, std::slice::from_ref(&made.item_id), "archive").unwrap();
    assert_eq!(removed(&graph.round(&link, mutable).await.0), [rest(&made.item_id)]);
    let (items, _) = graph.round(ARCHIVE, mutable).await;
    assert_ne!(texts(&items, "id"), [rest(&made.item_id)]);
    assert_eq!(graph.get(&link, &[("prefer", PREFER)]).await.refusal(), (400, "SyncStateInvalid"));
}

/// A move there and back between two rounds, with immutable ids (microsoft-graph-docs-contrib#72).
#[tokio::test]
async fn what_left_and_came_back_may_be_removed_for_delta() {
    let (graph, made, link) = read(2).await;
    graph.quirk(Quirk::ForgetsReturns);
    for folder in ["archive", "inbox"] {
        let id = made[0].immutable_id.clone();
        graph.sim.move_messages(&graph.smtp, &[id], folder).unwrap();
    }
    assert_eq!(removed(&graph.round(&link, PREFER).await.0), [rest(&made[0].immutable_id)]);
}

#[tokio::test]
async fn a_kind_of_change_may_be_all_that_is_told() {
    for (kind, expected) in [("created", 1), ("updated", 1), ("deleted", 2)] {
        let graph = Graph::with_mail(0);
        let made = graph.sim.deliver(&graph.smtp, 4).unwrap();
        let (_, link) = graph.round(&format!("{START}?changeType={kind}"), PREFER).await;
        graph.sim.mark_read(&graph.smtp, &[made[0].item_id.clone()], true).unwrap();
        graph.sim.delete(&graph.smtp, &[made[1].item_id.clone(), made[2].item_id.clone()], false).unwrap();
        graph.sim.deliver(&graph.smtp, 1).unwrap();
        assert_eq!(graph.round(&link, PREFER).await.0.len(), expected, "{kind}");
    }
}

/// <https://learn.microsoft.com/graph/delta-query-messages>, and microsoft-graph-docs#18636.
#[tokio::test]
async fn a_round_takes_one_filter_and_refuses_it_at_times() {
    let graph = Graph::with_mail(0);
    let draft = |received: &str| Draft { received: Some(received.parse().unwrap()), ..Draft::default() };
    let drafts = [draft("2026-01-01T00:00:00Z"), draft("2026-02-01T00:00:00Z")];
    let made = graph.sim.deliver_drafts(&graph.smtp, &drafts).unwrap();
    let filtered = format!("{START}?$filter=receivedDateTime ge 2026-01-15T00:00:00Z");
    assert_eq!(texts(&graph.round(&filtered, PREFER).await.0, "id"), [rest(&made[1].immutable_id)]);
    let other = graph.get(&format!("{START}?$filter=isRead eq false"), &[]).await;
    assert_eq!(other.refusal(), (400, "ErrorInvalidUrlQuery"));
    graph.quirk(Quirk::RefusesFilters);
    assert_eq!(graph.get(&filtered, &[]).await.refusal(), (400, "ErrorInvalidUrlQuery"));
}

#[tokio::test]
async fn cursors_are_lost_in_the_middle_of_a_round_and_behind_it_and_contacts_keep_theirs() {
    let (graph, _, link) = read(7).await;
    let first = graph.get(START, &[("prefer", PREFER)]).await;
    graph.sim.lose_contact_cursors(&graph.smtp).unwrap();
    assert_eq!(graph.get(&link, &[("prefer", PREFER)]).await.status, 200);
    graph.sim.lose_mail_cursors(&graph.smtp).unwrap();
    for link in [link, first.text("@odata.nextLink")] {
        assert_eq!(graph.get(&link, &[("prefer", PREFER)]).await.refusal(), (410, "SyncStateNotFound"));
    }
    assert_eq!(graph.round(START, PREFER).await.0.len(), 7);
}

/// No delta of a full mailbox (alcionai/corso f8aa37b82), and lists as ever.
#[tokio::test]
async fn a_full_mailbox_tells_no_changes() {
    let (graph, _, link) = read(2).await;
    graph.set(|settings| settings.full = true);
    assert_eq!(graph.get(&link, &[]).await.refusal(), (507, "ErrorQuotaExceeded"));
    assert_eq!(graph.get("/v1.0/me/mailFolders/inbox/messages", &[]).await.each("id").len(), 2);
}

#[tokio::test]
async fn folders_that_were_made_renamed_or_moved_are_told() {
    let graph = Graph::with_mail(0);
    let start = "/v1.0/me/mailFolders/delta";
    let (items, link) = graph.round(start, PREFER).await;
    assert!(items.len() > 6 && texts(&items, "displayName").iter().all(|name| !name.is_empty()));
    let id = graph.sim.add_mail_folder(&graph.smtp, "Owls", "inbox", false).unwrap();
    graph.sim.rename_mail_folder(&graph.smtp, "Owls", "Kites").unwrap();
    let (items, link) = graph.round(&link, PREFER).await;
    assert_eq!(
        (texts(&items, "id"), texts(&items, "displayName")),
        (vec![rest(&id)], vec!["Kites".to_owned()])
    );
    graph.sim.move_mail_folder(&graph.smtp, "Kites", "deleteditems").unwrap();
    let (items, _) = graph.round(&link, PREFER).await;
    let deleted = graph.get("/v1.0/me/mailFolders/deleteditems", &[]).await.text("id");
    assert_eq!(texts(&items, "parentFolderId"), [deleted]);
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_told_as_such_with_a_cursor_and_without() {
    let (graph, _, link) = read(2).await;
    let nowhere = "/v1.0/me/mailFolders/nowhere/messages/delta";
    assert_eq!(graph.get(nowhere, &[]).await.refusal(), (404, "ErrorItemNotFound"));
    graph.sim.restore(&graph.smtp).unwrap();
    let token = link.split_once('?').unwrap().1;
    let gone = graph.get(&format!("{nowhere}?{token}"), &[]).await;
    assert_eq!(gone.refusal(), (404, "ErrorSyncFolderNotFound"));
}
