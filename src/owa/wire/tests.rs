//! Answers written from what is known of their shape; all content is invented.

mod answers;
mod folders;
mod requests;
mod startup_data;

use super::answer::{HttpAnswer, read_details};
use super::list::{read_conversations, read_items};
use super::*;
use crate::model::{ItemError, Role};
use crate::owa::error::OwaError;
use serde_json::{Value, json};

const READING: AnswerContext = AnswerContext { family: IdFamily::Entry, zone: Some(Tz::UTC) };

fn envelope(message: &Value) -> Value {
    json!({"Header": {"ServerVersionInfo": {"MajorVersion": 15}}, "Body": {"ResponseMessages": {"Items": [message]}}})
}

fn mailbox(name: &str, address: &str) -> Value {
    json!({"Name": name, "EmailAddress": address, "RoutingType": "SMTP", "MailboxType": "Mailbox"})
}

fn message() -> Value {
    json!({
        "__type": "Message:#Exchange",
        "ItemId": {"ChangeKey": "CQAA", "Id": "AAMkAAA="},
        "ParentFolderId": {"ChangeKey": "AQAA", "Id": "AAMkFolder="},
        "ItemClass": "IPM.Note",
        "Subject": "Lanterns for the fair",
        "Importance": "High",
        "DateTimeReceived": "2025-10-30T10:59:54+01:00",
        "DateTimeSent": "2025-10-30T09:59:50Z",
        "Size": 48213,
        "IsDraft": false,
        "HasAttachments": true,
        "ConversationId": {"Id": "AAQkAAA="},
        "InternetMessageId": "<lantern@example.com>",
        "Preview": "We have found twelve",
        "From": {"Mailbox": mailbox("Katie Example", "katie@example.com")},
        "Sender": {"Mailbox": mailbox("Katie Example", "katie@example.com")},
        "ToRecipients": [mailbox("Ann Example", "ann@example.com"), {"Mailbox": mailbox("Bob Example", "bob@example.com")}],
        "CcRecipients": [{"Name": "Old Example", "EmailAddress": "", "OriginalDisplayName": "/o=Example/cn=old"}],
        "NormalizedBody": {"BodyType": "HTML", "Value": "<p>We have found twelve</p>", "IsTruncated": false},
        "IsRead": true
    })
}

fn find_item(items: &[Value]) -> Value {
    envelope(&json!({
        "__type": "FindItemResponseMessage:#Exchange", "ResponseCode": "NoError", "ResponseClass": "Success",
        "HighlightTerms": null,
        "RootFolder": {"IncludesLastItemInRange": false, "IndexedPagingOffset": items.len(), "TotalItemsInView": 4176, "Groups": null, "Items": items}
    }))
}

#[test]
fn a_page_of_messages() {
    let rows = read_items(&find_item(&[message()]), READING).expect("rows");
    insta::assert_json_snapshot!(rows);
    assert!(!rows.is_last());
}

#[test]
fn members_in_any_order_absent_or_null_are_read_alike() {
    let bare = json!({"DateTimeReceived": "2025-10-30T09:59:54Z", "ItemId": {"Id": "AAMkAAA="}});
    let nulls = json!({
        "ItemId": {"Id": "AAMkAAA=", "ChangeKey": null}, "Subject": null, "From": null, "Importance": null,
        "DateTimeReceived": "2025-10-30T10:59:54+01:00", "ConversationId": null, "Preview": null
    });
    let odd = json!({"ItemId": {"Id": "AAMkAAA="}, "DateTimeReceived": "2025-10-30T09:59:54Z", "Subject": {"new": 1}, "From": 7, "IsRead": "yes"});
    let read = |item: Value| read_items(&find_item(&[item]), READING).expect("rows").rows;
    assert_eq!(read(bare.clone()), read(nulls));
    assert_eq!(read(bare), read(odd));
}

#[test]
fn rows_without_ids_or_dates_are_an_unknown_shape() {
    for item in [json!({"Identity": "AAMk"}), json!({"ItemId": {"Id": "AAMk"}}), json!(7)] {
        let error = read_items(&find_item(&[item]), READING).expect_err("drift");
        assert!(error.is_drift(), "{error}");
    }
    let error = read_items(&json!({"Antwort": {"Zeilen": []}}), READING).expect_err("drift");
    assert!(error.to_string().contains(".Antwort.Zeilen[]"), "{error}");
}

#[test]
fn rows_of_several_folders_are_no_list_of_one() {
    let mut other = message();
    other["ParentFolderId"]["Id"] = json!("AAMkOther=");
    let error = read_items(&find_item(&[message(), other]), READING).expect_err("drift");
    assert!(error.is_drift(), "{error}");
}

#[test]
fn a_row_has_the_same_mark_whatever_family_of_ids_was_asked_for() {
    let marked = |row: &dyn Fn(&str) -> Value| {
        ["AAMk", "AAkA"].map(|id| {
            let row = row(id);
            let page = if row["ItemIds"].is_null() { find_item(&[row]) } else { find_conversation(&[row]) };
            let read = if page["Body"]["Conversations"].is_null() { read_items } else { read_conversations };
            read(&page, READING).expect("rows").marks
        })
    };
    let item = |id: &str| {
        let mut item = message();
        (item["ItemId"]["Id"], item["InstanceKey"]) = (json!(id), json!("AQAA"));
        item
    };
    let conversation = |id: &str| {
        let mut row = conversation();
        row["ItemIds"] = json!([{"Id": id}]);
        row
    };
    assert_eq!(marked(&item), [["AQAA"], ["AQAA"]]);
    assert_eq!(marked(&conversation), [["AAQkAAA="], ["AAQkAAA="]], "without a key, by its conversation");
}

#[test]
fn an_id_of_any_length_is_a_key_that_an_index_takes_and_takes_no_other_row_away() {
    let with_id = |id: &str| {
        let mut item = message();
        item["ItemId"]["Id"] = json!(id);
        item["ConversationId"]["Id"] = json!(id);
        item
    };
    let (long, other) = ("A".repeat(5000), format!("{}B", "A".repeat(4999)));
    let rows =
        read_items(&find_item(&[with_id(&long), message(), with_id(&other)]), READING).expect("rows").rows;
    let keys: Vec<_> = rows.iter().map(|row| row.key.clone().expect("a key")).collect();
    assert!(keys[0].id != keys[2].id && keys.iter().all(|key| key.id.len() < 1024), "{keys:?}");
    assert_eq!(
        rows[0].conversation_id.as_deref(),
        Some(long.as_str()),
        "what nobody is asked by is kept whole"
    );
    let faults = keys.iter().map(|key| item::unaskable(key).map(|fault| fault.code));
    assert_eq!(
        faults.collect::<Vec<_>>(),
        [Some("IdTooLong".to_owned()), None, Some("IdTooLong".to_owned())]
    );
    assert_eq!(read_items(&find_item(&[with_id(&long)]), READING).expect("rows").rows[0].key, rows[0].key);
}

fn conversation() -> Value {
    json!({
        "ConversationId": {"Id": "AAQkAAA="}, "ConversationTopic": "Kites",
        "UniqueSenders": ["Ann Example", "Katie Example"],
        "LastSender": {"Mailbox": mailbox("Ann Example", "ann@example.com")},
        "LastDeliveryTime": "2025-10-30T10:59:54+01:00", "HasAttachments": true, "MessageCount": 2, "UnreadCount": 1,
        "ItemIds": [{"Id": "AAMkNew=", "ChangeKey": "CQAA"}, {"Id": "AAMkOld="}],
        "GlobalItemIds": [{"Id": "AAMkNew="}, {"Id": "AAMkOld="}], "Preview": "up they go"
    })
}

fn find_conversation(rows: &[Value]) -> Value {
    json!({"Body": {"ResponseCode": "NoError", "ResponseClass": "Success", "Conversations": rows,
        "IndexedOffset": rows.len(), "TotalConversationsInView": rows.len(), "FolderId": {"Id": "AAMkFolder="}}})
}

#[test]
fn a_conversation_stands_for_its_newest_message() {
    let rows = read_conversations(&find_conversation(&[conversation()]), READING).expect("rows");
    insta::assert_json_snapshot!(rows);
    assert!(rows.is_last());
}

#[test]
fn who_wrote_last_elsewhere_is_not_the_sender_here() {
    let sender = |change: &dyn Fn(&mut Value)| {
        let mut row = conversation();
        change(&mut row);
        read_conversations(&find_conversation(&[row]), READING).expect("rows").rows.remove(0).from
    };
    assert!(sender(&|_| {}).is_some());
    assert_eq!(sender(&|row| row["GlobalItemIds"][0]["Id"] = json!("AAMkSent=")), None);
    let sent = |row: &mut Value| {
        row.as_object_mut().expect("a row").remove("UniqueSenders");
        row["UniqueRecipients"] = json!(["Ann Example"]);
    };
    assert_eq!(sender(&sent), None, "a row of Sent items");
}

#[test]
fn an_item_of_the_reading_pane() {
    let answer =
        envelope(&json!({"ResponseCode": "NoError", "ResponseClass": "Success", "Items": [message()]}));
    let item = read_details(&answer).expect("messages").remove(0).expect("an item");
    insta::assert_json_snapshot!(item.whole(READING, 500));
}

#[test]
fn what_hangs_on_an_item_is_read_with_it_and_one_that_does_not_say_it_is_not_known_to_have_none() {
    let attached = |attachments: Value| {
        let mut item = message();
        item["Attachments"] = attachments;
        let answer = envelope(&json!({"ResponseClass": "Success", "Items": [item]}));
        let item = read_details(&answer).expect("messages").remove(0).expect("an item");
        item.whole(READING, 500).expect("an id").attachments
    };
    let shown = attached(json!([
        {"__type": "FileAttachment:#Exchange", "AttachmentId": {"Id": "AAMkAAA=1"}, "Name": "plan.pdf",
            "ContentType": "application/pdf", "Size": 12, "IsInline": false},
        {"__type": "FileAttachment:#Exchange", "AttachmentId": {"Id": "AAMkAAA=2"}, "Name": "kite.png", "ContentId": "<kite@a>",
            "IsInline": true},
        {"__type": "ItemAttachment:#Exchange", "AttachmentId": {"Id": "AAMkAAA=3"}, "Name": "Fwd"},
        {"__type": "ReferenceAttachment:#Exchange", "Name": "budget", "AttachLongPathName": "https://files.example/b"}
    ]));
    let shown = shown.expect("said");
    assert_eq!(
        shown.iter().map(|one| one.kind.as_str()).collect::<Vec<_>>(),
        ["file", "file", "item", "reference"]
    );
    assert_eq!((shown[0].item_id.as_deref(), shown[0].size), (Some("AAMkAAA=1"), Some(12)));
    assert_eq!((shown[1].content_id.as_deref(), shown[1].is_inline), (Some("kite@a"), true));
    assert_eq!(shown[3].url.as_deref(), Some("https://files.example/b"));
    assert_eq!((attached(json!([])), attached(Value::Null)), (Some(Vec::new()), None));
}

#[test]
fn recipients_left_out_by_the_server_are_noticed() {
    let truncated = |counts: Value, most| {
        let mut item = message();
        item["RecipientCounts"] = counts;
        let answer = envelope(&json!({"ResponseClass": "Success", "Items": [item]}));
        let item = read_details(&answer).expect("messages").remove(0).expect("an item");
        item.whole(READING, most).expect("an id").recipients_truncated.expect("said")
    };
    assert!(truncated(json!({"ToRecipientsCount": 3, "CcRecipientsCount": 1}), 500));
    assert!(!truncated(json!({"ToRecipientsCount": 2, "CcRecipientsCount": 1, "BccRecipientsCount": 0}), 2));
    assert!(truncated(Value::Null, 2));
    assert!(!truncated(Value::Null, 3));
}

#[test]
fn one_bad_item_does_not_spoil_the_others() {
    let answer = json!({"Body": {"ResponseMessages": {"Items": [
        {"ResponseClass": "Success", "ResponseCode": "NoError", "Items": [message()]},
        {"MessageText": "The specified object was not found in the store.", "ResponseCode": "ErrorItemNotFound", "ResponseClass": "Error"},
        {"MessageText": "Processing stopped.", "ResponseCode": "ErrorBatchProcessingStopped", "ResponseClass": "Warning"}
    ]}}});
    let items = read_details(&answer).expect("messages");
    assert!(items[0].is_ok());
    assert!(matches!(&items[1], Err(ItemError::Gone)));
    assert!(matches!(&items[2], Err(ItemError::Fault(fault)) if fault.code == "NoItem"));
}
