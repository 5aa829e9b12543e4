//! What a list leaves out, puts first and names.

use super::*;

#[tokio::test]
async fn the_last_sender_is_that_of_the_whole_conversation() {
    let client = client(0);
    let first = client.sim.deliver(client.smtp(), 1).unwrap().remove(0);
    let answer = crate::Draft {
        answers: first.internet_message_id.clone(),
        folder: Some("sentitems".into()),
        from: Some((client.account.name.clone(), client.smtp().into())),
        ..Default::default()
    };
    client.sim.deliver_drafts(client.smtp(), &[answer]).unwrap();
    let list = client.call("FindConversation", &find_conversations("inbox", &offset(0, 1))).await.json();
    let row = &list["Body"]["Conversations"][0];
    assert_eq!(row["ConversationId"]["Id"], first.conversation_id);
    assert_eq!(row["UniqueSenders"], json!([first.from.unwrap().name]));
    assert_eq!(row["LastSender"]["Mailbox"]["EmailAddress"], client.smtp());
}

/// The request with the order of the page's own lists.
fn by_renewal(mut find: Value, field: &str) -> Value {
    let path = json!({"__type": "PropertyUri:#Exchange", "FieldURI": field});
    find["Body"]["SortOrder"] = json!([{"Order": "Descending", "Path": path}]);
    find
}

#[tokio::test]
async fn a_pinned_row_stands_first_where_the_list_goes_by_renewal() {
    let client = client(0);
    let all = client.sim.truth(client.smtp()).unwrap();
    let inbox: Vec<_> = all.into_iter().filter(|m| m.folder == "inbox").collect();
    let pinned = inbox[30].clone();
    client.sim.pin(client.smtp(), std::slice::from_ref(&pinned.item_id), true).unwrap();
    let first = |list: Value| list["RootFolder"]["Items"][0]["ItemId"]["Id"].clone();
    let find = find_items("inbox", &offset(0, 25));
    assert_eq!(first(client.call("FindItem", &find).await.message()), inbox[0].item_id);
    let find = by_renewal(find, "ReceivedOrRenewTime");
    let list = client.call("FindItem", &find).await.message();
    let renewed = list["RootFolder"]["Items"][0]["ReceivedOrRenewTime"].as_str().unwrap();
    assert!(renewed.starts_with("4500-"), "{renewed}");
    assert_eq!(first(list.clone()), pinned.item_id);
    let find = find_conversations("inbox", &offset(0, 25));
    let list = client
        .call("FindConversation", &by_renewal(find, "ConversationLastDeliveryOrRenewTime"))
        .await
        .json();
    assert_eq!(list["Body"]["Conversations"][0]["ConversationId"]["Id"], pinned.conversation_id);
    let startup = client.startup().await.json();
    let rows = &startup["findConversation"]["Body"]["Conversations"];
    assert_eq!(rows[0]["ConversationId"]["Id"], pinned.conversation_id);
    client.sim.pin(client.smtp(), &[pinned.item_id], false).unwrap();
    let startup = client.startup().await.json();
    let rows = &startup["findConversation"]["Body"]["Conversations"];
    assert_eq!(rows[0]["ConversationId"]["Id"], inbox[0].conversation_id);
}

#[tokio::test]
async fn one_half_of_a_divided_inbox_has_an_id_of_its_own() {
    let client = client(0);
    let mut find = find_conversations("inbox", &offset(0, 25));
    let whole = client.call("FindConversation", &find).await.json()["Body"].clone();
    assert!(whole.get("SearchFolderId").is_none());
    find["Body"]["FocusedViewFilter"] = json!(0);
    let half = client.call("FindConversation", &find).await.json()["Body"].clone();
    assert_eq!(half["FolderId"], whole["FolderId"]);
    assert_ne!(half["SearchFolderId"]["Id"], half["FolderId"]["Id"]);
    assert!(half["TotalConversationsInView"].as_u64() < whole["TotalConversationsInView"].as_u64());
}

#[tokio::test]
async fn a_list_of_conversations_without_a_shape_is_refused() {
    let client = client(0);
    let mut find = find_conversations("inbox", &offset(0, 25));
    find["Body"].as_object_mut().unwrap().shift_remove("ShapeName");
    let body = client.call("FindConversation", &find).await.json()["Body"].clone();
    assert_eq!(body["ResponseClass"], "Error");
    assert!(body["MessageText"].as_str().unwrap().contains("traversal not allowed"));
}

#[tokio::test]
async fn a_list_without_a_shape_has_what_it_names_but_never_recipients() {
    let client = client(0);
    let mut find = find_items("inbox", &offset(0, 5));
    find["Body"].as_object_mut().unwrap().shift_remove("ShapeName");
    let uri = |field: &str| json!({"__type": "PropertyUri:#Exchange", "FieldURI": field});
    find["Body"]["ItemShape"]["AdditionalProperties"] =
        ["Subject", "ToRecipients", "IsRead"].map(uri).into_iter().collect();
    let list = client.call("FindItem", &find).await.message();
    assert_eq!(keys(&list["RootFolder"]["Items"][0]), ["__type", "ItemId", "Subject", "IsRead"]);
}

#[tokio::test]
async fn a_property_of_another_kind_of_object_is_refused() {
    let client = client(0);
    let listed = async |field: &str| {
        let more = json!([{"__type": "PropertyUri:#Exchange", "FieldURI": field}]);
        let mut request = find_items("inbox", &offset(0, 1));
        request["Body"]["ItemShape"]["AdditionalProperties"] = more;
        request["Body"].as_object_mut().unwrap().remove("ShapeName");
        client.call("FindItem", &request).await.message()
    };
    for field in ["ItemParentId", "item:ParentFolderId"] {
        let row = listed(field).await["RootFolder"]["Items"][0].clone();
        assert_eq!(keys(&row), ["__type", "ItemId", "ParentFolderId"], "{field}");
    }
    for field in ["ParentFolderId", "folder:ParentFolderId"] {
        assert_eq!(listed(field).await["ResponseCode"], "ErrorInvalidPropertyRequest", "{field}");
    }
}

#[tokio::test]
async fn filters_and_queries_leave_out_what_they_do_not_mean() {
    let client = client(0);
    let all = client.sim.truth(client.smtp()).unwrap();
    let inbox = all.iter().filter(|m| m.folder == "inbox").count();
    let total = async |change: fn(&mut Value)| {
        let mut find = find_items("inbox", &offset(0, 999));
        change(&mut find["Body"]);
        let root = client.call("FindItem", &find).await.message()["RootFolder"].clone();
        usize::try_from(root["TotalItemsInView"].as_u64().unwrap()).unwrap()
    };
    assert_eq!(total(|body| body["ViewFilter"] = json!("Mentioned")).await, 0);
    let to_me = total(|body| body["ViewFilter"] = json!("ToOrCcMe")).await;
    assert!(0 < to_me && to_me <= inbox);
    assert_eq!(total(|body| body["ViewFilter"] = json!("HasCalendarInvite")).await, 3);
    assert_eq!(total(|body| body["QueryString"] = json!({"Value": "zxqv"})).await, 0);
    let found = total(|body| body["QueryString"] = json!({"Value": "subject:\"lantern\""})).await;
    assert!(found < inbox, "{found}");
    let mut deep = find_items("inbox", &offset(0, 1));
    deep["Body"]["Traversal"] = json!("Deep");
    assert_eq!(client.call("FindItem", &deep).await.message()["ResponseClass"], "Error");
    let mut restricted = find_items("inbox", &offset(0, 1));
    restricted["Body"]["Restriction"] = offset_condition();
    let refused = client.call("FindItem", &restricted).await;
    assert_eq!(refused.json()["Body"]["ExceptionName"], "OwaSerializationException");
}

fn offset_condition() -> Value {
    seek(&json!("key"), 1)["Condition"].clone()
}

#[tokio::test]
async fn a_total_may_be_wrong() {
    let client = client(0);
    let total = async || {
        let list = client.call("FindItem", &find_items("inbox", &offset(0, 1))).await.message();
        list["RootFolder"]["TotalItemsInView"].as_i64().unwrap()
    };
    let right = total().await;
    client.sim.set(None, |settings| settings.total_off_by = -7);
    assert_eq!(total().await, right - 7);
}
