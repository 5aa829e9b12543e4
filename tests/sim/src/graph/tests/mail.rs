//! Folders, lists, one message, what hangs on it.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::client::{Graph, IMMUTABLE};
use crate::graph::Quirk;
use crate::world::ids::rest;
use crate::{ContactDraft, Draft, DraftAttachment};

const INBOX: &str = "/v1.0/me/mailFolders/inbox/messages";

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn draft(subject: &str, received: &str) -> Draft {
    Draft { subject: Some(subject.to_owned()), received: Some(at(received)), ..Draft::default() }
}

/// <https://learn.microsoft.com/graph/api/user-list-mailfolders>: one level at a time, hidden ones on request.
#[tokio::test]
async fn folders_are_listed_a_level_at_a_time_and_found_by_names_that_are_not_localised() {
    let graph = Graph::with_mail(0);
    let own = graph.sim.add_mail_folder(&graph.smtp, "Owls", "inbox", false).unwrap();
    graph.sim.add_mail_folder(&graph.smtp, "Clutter", "msgfolderroot", true).unwrap();
    let ids = async |address: &str| graph.get(address, &[]).await.each("id");
    let top = ids("/v1.0/me/mailFolders?$top=50").await;
    let below = ids("/v1.0/me/mailFolders/inbox/childFolders").await;
    assert!(!top.contains(&rest(&own)) && below.contains(&rest(&own)));
    assert_eq!(ids("/v1.0/me/mailFolders?$top=50&includeHiddenFolders=true").await.len(), top.len() + 1);
    for name in ["inbox", "SentItems", "drafts", "deleteditems", "junkemail", "archive", "msgfolderroot"] {
        let folder = graph.get(&format!("/v1.0/me/mailFolders/{name}"), &[]).await;
        assert!(name == "msgfolderroot" || top.contains(&folder.text("id")), "{name}");
    }
    let page = graph.get("/v1.0/me/mailFolders?$top=3", &[]).await;
    assert_eq!(ids(&page.text("@odata.nextLink")).await[..3], top[3..6]);
    assert_eq!(graph.get("/v1.0/me/mailFolders/nowhere", &[]).await.refusal(), (404, "ErrorItemNotFound"));
    assert_eq!(graph.get("/v1.0/me/mailFolders('inbox')", &[]).await.status, 200);
}

/// Deleted contacts are counted in Deleted Items and not listed (microsoft-graph-docs-contrib#404).
#[tokio::test]
async fn a_folder_counts_what_is_in_it_and_deleted_contacts_too() {
    let graph = Graph::with_mail(0);
    let sent = graph.sim.deliver(&graph.smtp, 3).unwrap();
    graph.sim.mark_read(&graph.smtp, &[sent[0].item_id.clone()], true).unwrap();
    let inbox = graph.get("/v1.0/me/mailFolders/inbox", &[]).await.body;
    assert_eq!((&inbox["totalItemCount"], &inbox["unreadItemCount"]), (&json!(3), &json!(2)));
    let ann = graph.sim.add_contact(&graph.smtp, &ContactDraft::default()).unwrap();
    graph.sim.delete_contact(&graph.smtp, &ann.id, false).unwrap();
    assert_eq!(graph.get("/v1.0/me/mailFolders/deleteditems", &[]).await.body["totalItemCount"], 1);
    let list = graph.get("/v1.0/me/mailFolders/deleteditems/messages?$count=true", &[]).await;
    assert_eq!((list.each("id").len(), &list.body["@odata.count"]), (0, &json!(1)));
}

#[tokio::test]
async fn a_list_has_the_newest_first_ten_on_a_page_unless_more_are_asked_for() {
    let graph = Graph::with_mail(60);
    let truth = graph.sim.truth(&graph.smtp).unwrap();
    let inbox: Vec<_> = truth.iter().filter(|m| m.folder == "inbox").map(|m| rest(&m.immutable_id)).collect();
    let first = graph.get(INBOX, &[IMMUTABLE]).await;
    assert_eq!(first.each("id"), inbox[..10]);
    let next = graph.get(&first.text("@odata.nextLink"), &[IMMUTABLE]).await;
    assert_eq!(next.each("id"), inbox[10..inbox.len().min(20)]);
    let page = graph.get(&format!("{INBOX}?$top=7&$skip=5&$count=true&$select=subject"), &[IMMUTABLE]).await;
    assert_eq!((page.each("id"), &page.body["@odata.count"]), (inbox[5..12].to_vec(), &json!(inbox.len())));
    let members: Vec<&String> = page.body["value"][0].as_object().unwrap().keys().collect();
    assert_eq!(members, ["@odata.type", "@odata.etag", "id", "subject"]);
    assert_eq!(
        graph.get(INBOX, &[]).await.each("id")[0],
        rest(&truth.iter().find(|m| m.folder == "inbox").unwrap().item_id)
    );
}

/// <https://learn.microsoft.com/graph/api/user-list-messages>: what is sorted by stands first in the filter.
#[tokio::test]
async fn a_filter_and_an_order_that_do_not_fit_each_other_are_too_complex() {
    let graph = Graph::with_mail(0);
    let drafts = [draft("old", "2026-01-01T00:00:00Z"), draft("new", "2026-02-01T00:00:00Z")];
    graph.sim.deliver_drafts(&graph.smtp, &drafts).unwrap();
    let subjects = async |query: &str| graph.get(&format!("{INBOX}?{query}"), &[]).await.each("subject");
    assert_eq!(
        subjects("$filter=receivedDateTime ge 2026-01-15T00:00:00Z&$orderby=receivedDateTime desc").await,
        ["new"]
    );
    assert_eq!(
        subjects("$filter=receivedDateTime lt 2026-02-01T00:00:00Z and isRead eq false").await,
        ["old"]
    );
    assert_eq!(subjects("$orderby=receivedDateTime").await, ["old", "new"]);
    let refusal =
        graph.get(&format!("{INBOX}?$filter=isRead eq false&$orderby=receivedDateTime desc"), &[]).await;
    assert_eq!(refusal.refusal(), (400, "InefficientFilter"));
    let refusal = graph.get(&format!("{INBOX}?$filter=size gt 5"), &[]).await;
    assert_eq!(refusal.refusal(), (400, "ErrorInvalidUrlQueryFilter"));
}

/// <https://learn.microsoft.com/graph/api/message-get>: HTML unless text is preferred, sanitised unless that is refused.
#[tokio::test]
async fn a_body_is_sanitised_html_unless_something_else_is_preferred() {
    let graph = Graph::with_mail(0);
    let text = Draft { text: Some("One & two\nThree".to_owned()), ..Draft::default() };
    let message = graph.sim.deliver_drafts(&graph.smtp, &[text]).unwrap().remove(0);
    let address = format!("/v1.0/me/messages/{}", rest(&message.item_id));
    let body = async |prefer: &str| {
        let body = graph.get(&address, &[("prefer", prefer)]).await.body["body"].clone();
        (body["contentType"].as_str().unwrap().to_owned(), body["content"].as_str().unwrap().to_owned())
    };
    let (kind, html) = body("a=b").await;
    assert!(kind == "html" && html.contains("<p>One &amp; two</p>") && !html.contains("script"), "{html}");
    assert!(body("outlook.allow-unsafe-html").await.1.contains("<script>"));
    let text = body("IdType=\"ImmutableId\", outlook.body-content-type=\"text\"").await;
    assert_eq!(text, ("text".to_owned(), "One & two\r\nThree\r\n".to_owned()));
    let mime = graph.get(&format!("{address}/$value"), &[]).await;
    assert!(String::from_utf8_lossy(&mime.bytes).ends_with("\r\n\r\nOne & two\r\nThree\r\n"));
}

/// Headers come on request and not for what was sent (microsoft-graph-docs#2716); the size by an extended
/// property (alcionai/corso#4492).
#[tokio::test]
async fn some_members_come_only_to_who_asks_for_them() {
    let graph = Graph::with_mail(0);
    let got = graph.sim.deliver(&graph.smtp, 1).unwrap().remove(0);
    let sent = Draft { folder: Some("sentitems".to_owned()), ..Draft::default() };
    let sent = graph.sim.deliver_drafts(&graph.smtp, &[sent]).unwrap().remove(0);
    let one = async |id: &str, query: &str| {
        graph.get(&format!("/v1.0/me/messages/{}{query}", rest(id)), &[]).await.body
    };
    let whole = one(&got.item_id, "").await;
    assert!(whole.get("internetMessageHeaders").is_none() && whole.get("uniqueBody").is_none());
    let asked = "?$select=internetMessageHeaders,internetMessageId";
    assert_eq!(one(&got.item_id, asked).await["internetMessageHeaders"][0]["name"], "Message-ID");
    let own = one(&sent.item_id, asked).await;
    assert!(own.get("internetMessageHeaders").is_none() && own["internetMessageId"].is_string());
    let size = "?$expand=singleValueExtendedProperties($filter=id eq 'Integer 0x0E08')";
    let size = &one(&got.item_id, size).await["singleValueExtendedProperties"][0];
    assert_eq!(size["id"], "Integer 0x0e08");
    assert!(size["value"].as_str().unwrap().parse::<u32>().unwrap() > 0);
    assert_eq!(one(&got.item_id, "?$select=size").await["error"]["code"], "RequestBroker--ParseUri");
}

#[tokio::test]
async fn an_item_is_named_by_either_id_in_the_letters_of_addresses_and_by_no_other_case() {
    let graph = Graph::with_mail(60);
    for message in graph.sim.truth(&graph.smtp).unwrap().into_iter().take(20) {
        for id in [&message.item_id, &message.immutable_id] {
            let got = graph.get(&format!("/v1.0/me/messages/{}", rest(id)), &[IMMUTABLE]).await;
            assert_eq!(got.text("id"), rest(&message.immutable_id));
        }
    }
    let message = graph.sim.deliver(&graph.smtp, 1).unwrap().remove(0);
    graph.sim.move_messages(&graph.smtp, std::slice::from_ref(&message.item_id), "archive").unwrap();
    let gone = graph.get(&format!("/v1.0/me/messages/{}", rest(&message.item_id)), &[]).await;
    assert_eq!(gone.refusal(), (404, "ErrorItemNotFound"));
    let moved = graph.get(&format!("/v1.0/me/messages/{}", rest(&message.immutable_id)), &[]).await;
    let archive = graph.get("/v1.0/me/mailFolders/archive", &[]).await;
    assert_eq!(moved.text("parentFolderId"), archive.text("id"));
    assert_eq!(graph.get("/v1.0/me/messages/short", &[]).await.refusal(), (400, "ErrorInvalidIdMalformed"));
}

/// <https://learn.microsoft.com/graph/api/attachment-get>. `hasAttachments` leaves pictures within the body out.
#[tokio::test]
async fn files_messages_and_links_hang_on_a_message() {
    let graph = Graph::with_mail(0);
    let file =
        |name: &str, size| DraftAttachment { name: name.to_owned(), size, ..DraftAttachment::default() };
    let picture = DraftAttachment { content_id: Some("kite@sim".to_owned()), ..file("kite.png", 9) };
    let item = DraftAttachment { item: Some("Inner".to_owned()), ..file("Fwd", 20) };
    let link =
        DraftAttachment { reference: Some("https://files.example/plan".to_owned()), ..file("plan", 0) };
    let all = Draft { attachments: vec![file("a.txt", 5), picture.clone(), item, link], ..Draft::default() };
    let only = Draft { attachments: vec![picture], ..Draft::default() };
    let made = graph.sim.deliver_drafts(&graph.smtp, &[all, only]).unwrap();
    let [all, only] = [0, 1].map(|n| format!("/v1.0/me/messages/{}", rest(&made[n].item_id)));
    assert_eq!(graph.get(&all, &[]).await.body["hasAttachments"], true);
    assert_eq!(graph.get(&only, &[]).await.body["hasAttachments"], false);
    let list = graph.get(&format!("{all}/attachments?$select=name,size,isInline,contentType"), &[]).await;
    let kinds = ["fileAttachment", "fileAttachment", "itemAttachment", "referenceAttachment"];
    assert_eq!(list.each("@odata.type"), kinds.map(|kind| format!("#microsoft.graph.{kind}")));
    assert!(list.body["value"][0].get("contentBytes").is_none() && list.body["value"][1]["isInline"] == true);
    let ids = list.each("id");
    let of_files = format!("{all}/attachments?$select=microsoft.graph.fileAttachment/contentId");
    assert_eq!(graph.get(&of_files, &[]).await.body["value"][1]["contentId"], "kite@sim");
    let of_all = graph.get(&format!("{all}/attachments?$select=contentId"), &[]).await;
    assert_eq!(of_all.refusal(), (400, "RequestBroker--ParseUri"));
    let value = async |n: usize| graph.get(&format!("{all}/attachments/{}/$value", ids[n]), &[]).await;
    assert_eq!(&value(0).await.bytes[..], b"a.txt");
    assert!(String::from_utf8_lossy(&value(2).await.bytes).contains("Inner"));
    assert_eq!(value(3).await.refusal(), (405, "ErrorInvalidRequest"));
    let item = graph
        .get(&format!("{all}/attachments/{}?$expand=microsoft.graph.itemAttachment/item", ids[2]), &[])
        .await;
    assert_eq!(item.body["item"]["subject"], "Fwd");
    let link = graph.get(&format!("{all}/attachments/{}", ids[3]), &[]).await;
    assert_eq!(link.text("sourceUrl"), "https://files.example/plan");
}

#[tokio::test]
async fn mail_has_scopes_of_its_own() {
    let mut graph = Graph::with_mail(3);
    assert_eq!(graph.get("/v1.0/me/contacts", &[]).await.refusal(), (403, "ErrorAccessDenied"));
    graph.token = graph.sim.access_token(&graph.smtp, "Contacts.ReadWrite").unwrap();
    assert_eq!(graph.get(INBOX, &[]).await.refusal(), (403, "ErrorAccessDenied"));
    let other = graph.sim.add_account(3).smtp;
    graph.token = graph.sim.access_token(&graph.smtp, "Mail.Read.Shared").unwrap();
    let shared = format!("/v1.0/users/{other}/mailFolders/inbox/messages");
    assert_eq!(graph.get(&shared, &[]).await.status, 403);
    graph.sim.set(Some(&graph.smtp), |settings| settings.shared_mailboxes = vec![other.clone()]);
    assert_eq!(graph.get(&shared, &[]).await.status, 200);
}

#[tokio::test]
async fn a_large_page_with_bodies_takes_too_long_and_one_without_does_not() {
    let graph = Graph::with_mail(60);
    graph.set(|settings| settings.page_too_big = Some(20));
    let status = async |query: &str| graph.get(&format!("{INBOX}?{query}"), &[]).await.status;
    assert_eq!((status("$top=50").await, status("$top=20").await), (504, 200));
    assert_eq!(status("$top=50&$select=subject").await, 200);
    graph.quirk(Quirk::NoLinks);
    assert!(graph.get(&format!("{INBOX}?$top=5"), &[]).await.body.get("@odata.nextLink").is_none());
}
