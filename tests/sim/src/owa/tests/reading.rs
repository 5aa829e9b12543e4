//! `GetItem`, `GetConversationItems`, ids.

use super::*;
use crate::world::Truth;

fn truth(client: &Client, wanted: impl Fn(&Truth) -> bool) -> Truth {
    client.sim.truth(client.smtp()).unwrap().into_iter().find(wanted).unwrap()
}

async fn item(client: &Client, id: &str, shape: &str) -> Value {
    client.call("GetItem", &get_items(&[id], shape)).await.message()["Items"][0].clone()
}

#[tokio::test]
async fn the_reading_pane_has_flat_recipients_cut_to_the_wanted_number() {
    let client = client(0);
    let crowd = truth(&client, |m| m.to.len() > 25);
    let item = item(&client, &crowd.item_id, "ItemNormalizedBody").await;
    assert_eq!(item["ToRecipients"].as_array().unwrap().len(), 20);
    assert_eq!(item["ToRecipients"][0]["EmailAddress"], client.smtp());
    assert_eq!(item["RecipientCounts"]["ToRecipientsCount"], 28);
    assert_eq!(item["InternetMessageId"], crowd.internet_message_id.unwrap());
    assert!(item["From"]["Mailbox"]["EmailAddress"].is_string());
}

#[tokio::test]
async fn the_shape_names_the_body() {
    let client = client(0);
    let answer = truth(&client, |m| m.subject.as_deref().is_some_and(|s| s.starts_with("RE: ")));
    let whole = item(&client, &answer.item_id, "ItemNormalizedBody").await;
    let html = whole["NormalizedBody"]["Value"].as_str().unwrap();
    assert!(html.starts_with("<div class=\"rps_ab12\">\r\n") && html.contains("x_history"), "{html}");
    assert!(whole.get("UniqueBody").is_none());
    let part = item(&client, &answer.item_id, "ItemPartUniqueBody").await;
    assert!(!part["UniqueBody"]["Value"].as_str().unwrap().contains("x_history"));
    let details = item(&client, &answer.item_id, "MessageDetails").await;
    assert_eq!(keys(&details), ["__type", "ItemId", "ExtendedProperty"]);
}

/// `GetItem` without a shape's name.
async fn by_base(client: &Client, id: &str, base: &str, fields: &[&str]) -> Answer {
    let mut get = get_items(&[id], "");
    get["Body"].as_object_mut().unwrap().shift_remove("ShapeName");
    get["Body"]["ItemShape"]["BaseShape"] = json!(base);
    if !fields.is_empty() {
        let uri = |field| json!({"__type": "PropertyUri:#Exchange", "FieldURI": field});
        get["Body"]["ItemShape"]["AdditionalProperties"] = fields.iter().map(uri).collect();
    }
    client.call("GetItem", &get).await
}

#[tokio::test]
async fn a_narrow_read_has_what_it_names_and_no_more() {
    let client = client(0);
    let id = truth(&client, |m| m.folder == "inbox" && !m.to.is_empty()).item_id;
    let bare = by_base(&client, &id, "IdOnly", &[]).await.message()["Items"][0].clone();
    assert_eq!(keys(&bare), ["__type", "ItemId"]);
    let fields = ["item:Subject", "ToRecipients", "item:Body"];
    let narrow = by_base(&client, &id, "IdOnly", &fields).await.message()["Items"][0].clone();
    assert_eq!(keys(&narrow), ["__type", "ItemId", "Subject", "Body", "ToRecipients"]);
}

#[tokio::test]
async fn the_default_shape_cuts_bodies_and_bears_nothing_beside_it() {
    let client = client(0);
    let long = truth(&client, |m| m.text.len() > 4096 && m.folder == "inbox");
    let item = by_base(&client, &long.item_id, "Default", &[]).await.message()["Items"][0].clone();
    assert_eq!(item["Body"]["Value"].as_str().unwrap().chars().count(), 2048);
    assert_eq!(item["Body"]["IsTruncated"], true);
    let refused = by_base(&client, &long.item_id, "Default", &["item:Size"]).await;
    assert_eq!(refused.headers["x-owa-error"], "System.MemberAccessException");
}

#[tokio::test]
async fn everything_of_a_meeting_request_breaks_the_answer_and_narrow_shapes_do_not() {
    let client = client(0);
    let meeting = truth(&client, |m| m.item_class.as_deref() == Some("IPM.Schedule.Meeting.Request"));
    let broken = by_base(&client, &meeting.item_id, "AllProperties", &[]).await;
    assert_eq!(broken.status, 500);
    assert_eq!(broken.headers["x-owa-error"], "System.Runtime.Serialization.SerializationException");
    assert!(serde_json::from_slice::<Value>(&broken.body).is_err());
    assert_eq!(by_base(&client, &meeting.item_id, "IdOnly", &["item:Subject"]).await.status, 200);
    assert!(item(&client, &meeting.item_id, "ItemNormalizedBody").await["NormalizedBody"].is_object());
}

#[tokio::test]
async fn an_empty_subject_is_there_and_counts_of_none_are_not() {
    let client = client(0);
    let empty = truth(&client, |m| m.subject.as_deref() == Some(""));
    let item = item(&client, &empty.item_id, "ItemNormalizedBody").await;
    assert_eq!(item["Subject"], "");
    assert_eq!(item["ExtendedProperty"][0]["Value"], "");
    let uri = &item["ExtendedProperty"][0]["ExtendedFieldURI"];
    assert_eq!(uri["__type"], "ExtendedPropertyUri:#Exchange");
    assert_eq!(item["RecipientCounts"], json!({"ToRecipientsCount": 1}));
    assert_eq!(item["Apps"], json!([]));
    assert_eq!(keys(&item)[..3], ["__type", "Sender", "ItemId"]);
    assert_eq!(keys(&item["ItemId"]), ["__type", "ChangeKey", "Id"]);
    assert_eq!(keys(&item["ParentFolderId"]), ["__type", "Id", "ChangeKey"]);
}

#[tokio::test]
async fn a_preview_keeps_line_ends_and_may_end_in_half_a_surrogate_pair() {
    let client = client(0);
    let text = format!("One.\n{}\u{1f600}!", "x".repeat(248));
    let draft = crate::Draft { text: Some(text), ..Default::default() };
    client.sim.deliver_drafts(client.smtp(), &[draft]).unwrap();
    let answer = client.call("FindItem", &find_items("inbox", &offset(0, 1))).await;
    let json = String::from_utf8(answer.body).unwrap();
    assert!(json.contains(r#""Preview":"One.\r\nx"#) && json.contains(r#"xx\ud83d","#), "{json}");
    let subject = format!("Half {}", crate::world::half(0xd83d));
    let draft = crate::Draft { subject: Some(subject), ..Default::default() };
    client.sim.deliver_drafts(client.smtp(), &[draft]).unwrap();
    let answer = client.call("FindItem", &find_items("inbox", &offset(0, 1))).await;
    assert!(String::from_utf8(answer.body).unwrap().contains(r#""Subject":"Half \ud83d""#));
}

#[tokio::test]
async fn a_long_body_is_cut_and_says_so() {
    let client = client(0);
    let long = truth(&client, |m| m.text.len() > 4096 && m.folder == "inbox");
    let body = item(&client, &long.item_id, "ItemNormalizedBody").await["NormalizedBody"].clone();
    assert_eq!(body["IsTruncated"], true);
    assert_eq!(body["Value"].as_str().unwrap().chars().count(), 4096);
}

#[tokio::test]
async fn a_draft_has_neither_sent_date_nor_internet_message_id() {
    let client = client(0);
    let draft = truth(&client, |m| m.is_draft);
    let item = item(&client, &draft.item_id, "ItemNormalizedBody").await;
    assert_eq!(item["IsDraft"], true);
    assert!(item.get("DateTimeSent").is_none() && item.get("InternetMessageId").is_none());
}

#[tokio::test]
async fn one_bad_id_does_not_spoil_the_others() {
    let client = client(0);
    let good = truth(&client, |m| m.folder == "inbox");
    let unknown = good.item_id.replace("AAMkA", "AAMkB");
    let ids = [unknown.as_str(), good.conversation_id.as_str(), good.item_id.as_str()];
    let answer = client.call("GetItem", &get_items(&ids, "ItemNormalizedBody")).await.json();
    let items = answer["Body"]["ResponseMessages"]["Items"].as_array().unwrap().clone();
    let codes: Vec<&str> = items.iter().map(|i| i["ResponseCode"].as_str().unwrap()).collect();
    assert_eq!(codes, ["ErrorItemNotFound", "ErrorInvalidIdMalformed", "NoError"]);
    assert!(items[0].get("Items").is_none());
    assert_eq!(client.sim.items_fetched(client.smtp()), 1);
}

#[tokio::test]
async fn letter_case_tells_two_mails_apart() {
    let client = client(0);
    let all = client.sim.truth(client.smtp()).unwrap();
    let twins = |a: &&Truth| {
        all.iter()
            .any(|b| a.immutable_id != b.immutable_id && a.immutable_id.eq_ignore_ascii_case(&b.immutable_id))
    };
    let pair: Vec<&Truth> = all.iter().filter(twins).collect();
    assert_eq!(pair.len(), 2);
    for twin in pair {
        let item = item(&client, &twin.immutable_id, "ItemNormalizedBody").await;
        assert_eq!(item["InternetMessageId"], *twin.internet_message_id.as_ref().unwrap());
    }
}

#[tokio::test]
async fn the_prefer_header_chooses_the_family_of_ids() {
    let client = client(0);
    let request =
        client.request("/owa/service.svc?action=FindItem").header("prefer", r#"IdType="ImmutableId""#);
    let find = find_items("inbox", &offset(0, 1)).to_string();
    let row =
        client.send(request.body(find.into()).unwrap()).await.message()["RootFolder"]["Items"][0].clone();
    let newest = truth(&client, |m| m.folder == "inbox");
    assert_eq!(row["ItemId"]["Id"], newest.immutable_id);
    assert_ne!(newest.immutable_id, newest.item_id);
}

#[tokio::test]
async fn a_move_changes_the_item_id_and_reading_changes_the_change_key() {
    let client = client(0);
    let before = truth(&client, |m| m.folder == "inbox" && !m.is_read);
    let same = |m: &Truth| m.immutable_id == before.immutable_id;
    client.sim.mark_read(client.smtp(), std::slice::from_ref(&before.item_id), true).unwrap();
    let read = truth(&client, same);
    assert_eq!(read.item_id, before.item_id);
    assert_ne!(read.change_key, before.change_key);
    assert_eq!(
        client.sim.move_messages(client.smtp(), std::slice::from_ref(&before.item_id), "archive").unwrap(),
        1
    );
    let moved = truth(&client, same);
    assert_eq!((moved.folder.as_str(), moved.item_id == before.item_id), ("archive", false));
    let gone = client.call("GetItem", &get_items(&[&before.item_id], "ItemNormalizedBody")).await.message();
    assert_eq!(gone["ResponseCode"], "ErrorItemNotFound");
}

#[tokio::test]
async fn a_node_holds_all_copies_of_one_message() {
    let client = client(0);
    let all = client.sim.truth(client.smtp()).unwrap();
    let copies = |a: &&Truth| {
        a.folder == "inbox"
            && all.iter().any(|b| b.folder == "sentitems" && a.internet_message_id == b.internet_message_id)
    };
    let mine = all.iter().find(copies).unwrap();
    let message = client
        .call("GetConversationItems", &get_conversation(&mine.conversation_id, &json!({})))
        .await
        .message();
    let nodes = message["Conversation"]["ConversationNodes"].as_array().unwrap().clone();
    assert_eq!(nodes.len(), 1);
    assert_eq!(nodes[0]["Items"].as_array().unwrap().len(), 2);
    assert_eq!(nodes[0]["InternetMessageId"], *mine.internet_message_id.as_ref().unwrap());
}

#[tokio::test]
async fn only_the_first_body_when_the_request_says_so() {
    let client = client(0);
    let first = client.sim.deliver(client.smtp(), 1).unwrap().remove(0);
    let answer = crate::Draft {
        answers: first.internet_message_id.clone(),
        text: Some("Both lanterns, then.".into()),
        ..Default::default()
    };
    client.sim.deliver_drafts(client.smtp(), &[answer]).unwrap();
    let more = json!({"SortOrder": "DateOrderAscending", "ItemShape": {"BaseShape": "IdOnly", "CalculateOnlyFirstBody": true}});
    let message =
        client.call("GetConversationItems", &get_conversation(&first.conversation_id, &more)).await.message();
    let nodes = &message["Conversation"]["ConversationNodes"];
    assert!(nodes[0]["Items"][0]["UniqueBody"].is_object());
    assert!(nodes[1]["Items"][0].get("UniqueBody").is_none());
    assert_eq!(nodes[1]["ParentInternetMessageId"], first.internet_message_id.unwrap());
}

#[tokio::test]
async fn a_missing_root_is_a_node_without_items() {
    let client = client(0);
    let all = client.sim.truth(client.smtp()).unwrap();
    let mut empty = 0;
    for message in all.iter().filter(|m| m.folder == "inbox") {
        let more = json!({"Action": "ReturnRootNode", "SortOrder": "DateOrderAscending"});
        let answer = client
            .call("GetConversationItems", &get_conversation(&message.conversation_id, &more))
            .await
            .message();
        let nodes = answer["Conversation"]["ConversationNodes"].as_array().unwrap().clone();
        empty += nodes.iter().filter(|node| node.get("Items").is_none()).count();
    }
    assert_eq!(empty, 1);
}

#[tokio::test]
async fn the_page_marks_what_it_shows_and_reading_by_the_service_marks_nothing() {
    let client = client(0);
    let unread = |m: &Truth| m.folder == "inbox" && !m.is_read;
    let message = truth(&client, unread);
    item(&client, &message.item_id, "ItemNormalizedBody").await;
    let same = |m: &Truth| m.immutable_id == message.immutable_id;
    assert!(!truth(&client, same).is_read);
    let id = json!({"__type": "ItemId:#Exchange", "Id": message.item_id});
    let change = json!({"ItemId": id, "Updates": [{"Item": {"IsRead": true}}]});
    let update = envelope("UpdateItem", None, &json!({"ItemChanges": [change]}));
    assert_eq!(client.call("UpdateItem", &update).await.message()["ResponseCode"], "NoError");
    assert!(truth(&client, same).is_read);
    let other = truth(&client, unread);
    let id = json!({"__type": "ItemId:#Exchange", "Id": other.conversation_id});
    let inbox = json!({"BaseFolderId": folder_id("DistinguishedFolderId", "inbox")});
    let change =
        json!({"Action": "SetReadState", "ConversationId": id, "IsRead": true, "ContextFolderId": inbox});
    let apply = envelope("ApplyConversationAction", None, &json!({"ConversationActions": [change]}));
    client.call("ApplyConversationAction", &apply).await;
    assert!(truth(&client, |m| m.immutable_id == other.immutable_id).is_read);
}
