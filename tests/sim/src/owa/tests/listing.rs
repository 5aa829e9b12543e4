//! `FindItem`, `FindConversation`, `FindFolder`, startup.

use super::*;
use crate::{KeyOrder, View};

#[tokio::test]
async fn a_list_row_has_no_recipients_no_body_and_no_internet_message_id() {
    let client = client(0);
    let answer = client.call("FindItem", &find_items("inbox", &offset(0, 200))).await;
    let rows = answer.message()["RootFolder"]["Items"].as_array().unwrap().clone();
    assert!(rows.len() > 25);
    for row in &rows {
        for absent in
            ["ToRecipients", "CcRecipients", "Body", "NormalizedBody", "UniqueBody", "InternetMessageId"]
        {
            assert!(row.get(absent).is_none(), "{absent} in a row");
        }
        assert!(row.as_object().unwrap().values().all(|value| !value.is_null()), "null in {row}");
        assert_eq!(keys(row)[0], "__type");
    }
    assert!(rows.iter().any(|row| row.get("ItemClass").is_none()));
    assert!(rows.iter().any(|row| row.get("From").is_none()));
    assert!(rows.iter().any(|row| row["Subject"] == ""));
    assert!(rows.iter().any(|row| row["__type"] == "MeetingRequestMessageType:#Exchange"));
    assert!(rows.iter().any(|row| row["From"]["Mailbox"]["RoutingType"] == "EX"));
}

#[tokio::test]
async fn both_styles_of_the_envelope() {
    let client = client(0);
    let cloud = client.call("FindItem", &find_items("inbox", &offset(0, 1))).await.json();
    assert_eq!(keys(&cloud["Body"]), ["__type", "ResponseMessages"]);
    assert_eq!(cloud["Body"]["__type"], "FindItemResponse:#Exchange");
    let message = &cloud["Body"]["ResponseMessages"]["Items"][0];
    assert_eq!(keys(message), ["__type", "HighlightTerms", "RootFolder", "ResponseCode", "ResponseClass"]);
    assert!(message["HighlightTerms"].is_null() && message["RootFolder"]["Groups"].is_null());
    assert_eq!(message["RootFolder"]["__type"], "FindItemParentWrapper:#Exchange");
    assert_eq!(message["RootFolder"]["Items"][0]["ItemId"]["__type"], "ItemId:#Exchange");

    client.sim.set(None, |settings| settings.key_order = KeyOrder::Onprem);
    let onprem = client.call("FindItem", &find_items("inbox", &offset(0, 1))).await.json();
    assert_eq!(keys(&onprem["Body"]), ["ResponseMessages"]);
    let message = &onprem["Body"]["ResponseMessages"]["Items"][0];
    assert_eq!(keys(message), ["__type", "ResponseCode", "ResponseClass", "HighlightTerms", "RootFolder"]);
    let row = &message["RootFolder"]["Items"][0];
    assert_eq!(keys(row)[..4], ["__type", "ItemId", "ParentFolderId", "ItemClass"]);
    assert_eq!(keys(&row["ItemId"]), ["ChangeKey", "Id"]);
}

#[tokio::test]
async fn seeking_goes_on_from_the_last_row_and_reaches_the_end() {
    let client = client(0);
    let all = client.call("FindItem", &find_items("inbox", &offset(0, 999_999))).await.message();
    let total = all["RootFolder"]["TotalItemsInView"].as_u64().unwrap();
    let first = client.call("FindItem", &find_items("inbox", &offset(0, 25))).await.message();
    assert_eq!(first["RootFolder"]["IndexedPagingOffset"], 25);
    assert_eq!(first["RootFolder"]["IncludesLastItemInRange"], false);
    let key = &first["RootFolder"]["Items"][24]["InstanceKey"];
    let second = client.call("FindItem", &find_items("inbox", &seek(key, 50))).await.message();
    assert_eq!(second["RootFolder"]["Items"][0]["InstanceKey"], *key);
    assert_eq!(second["RootFolder"]["IndexedPagingOffset"], total);
    let ids = |from: &Value| {
        from["RootFolder"]["Items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|i| i["ItemId"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!([&ids(&first)[..24], &ids(&second)[..]].concat(), ids(&all));
}

#[tokio::test]
async fn the_body_of_find_conversation_is_the_message() {
    let client = client(0);
    let body =
        client.call("FindConversation", &find_conversations("inbox", &offset(0, 25))).await.json()["Body"]
            .clone();
    let members = [
        "Conversations",
        "TotalConversationsInView",
        "IndexedOffset",
        "FolderId",
        "ResponseCode",
        "ResponseClass",
    ];
    assert_eq!(keys(&body), members);
    assert_eq!(body["IndexedOffset"], 25);
    let rows = body["Conversations"].as_array().unwrap();
    let delivered: Vec<DateTime<Utc>> =
        rows.iter().map(|r| r["LastDeliveryTime"].as_str().unwrap().parse().unwrap()).collect();
    assert!(delivered.is_sorted_by(|a, b| a >= b));
    for row in rows {
        assert!(row.get("InternetMessageId").is_none() && row.get("UniqueRecipients").is_none());
        assert!(row["UniqueSenders"].as_array().into_iter().flatten().all(Value::is_string));
        assert!(row["MessageCount"].as_u64() <= row["GlobalMessageCount"].as_u64());
    }
    assert!(rows.iter().any(|row| row["LastSender"]["Mailbox"]["EmailAddress"].is_string()));
    let seek = seek(&rows[24]["InstanceKey"], 50);
    let next = client.call("FindConversation", &find_conversations("inbox", &seek)).await.json();
    assert_eq!(next["Body"]["Conversations"][0]["ConversationId"], rows[24]["ConversationId"]);
}

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
async fn rows_of_sent_items_name_recipients() {
    let client = client(0);
    let body = client.call("FindConversation", &find_conversations("sentitems", &offset(0, 25))).await.json()
        ["Body"]
        .clone();
    let rows = body["Conversations"].as_array().unwrap();
    assert!(!rows.is_empty());
    assert!(rows.iter().all(|row| row["UniqueRecipients"].is_array() && row.get("UniqueSenders").is_none()));
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
async fn one_answer_mixes_z_and_summer_time() {
    let client = client(2);
    let all = client.call("FindItem", &find_items("inbox", &offset(0, 999))).await.message();
    let dates: Vec<String> = all["RootFolder"]["Items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|i| i["DateTimeReceived"].as_str().unwrap().to_owned())
        .collect();
    assert!(dates.iter().any(|date| date.ends_with('Z')));
    assert!(dates.iter().any(|date| date.ends_with("+01:00")));
}

#[tokio::test]
async fn the_zone_of_the_request_wins_over_the_mailbox() {
    let client = client(0);
    let mut find = find_items("inbox", &offset(0, 1));
    let date = |answer: Answer| {
        answer.message()["RootFolder"]["Items"][0]["DateTimeReceived"].as_str().unwrap().to_owned()
    };
    let own = date(client.call("FindItem", &find).await);
    find["Header"]["TimeZoneContext"] = json!({"TimeZoneDefinition": {"Id": "India Standard Time"}});
    let asked = date(client.call("FindItem", &find).await);
    assert!(own.ends_with("-05:00"), "{own}");
    assert!(asked.ends_with("+05:30"), "{asked}");
    assert_eq!(own.parse::<DateTime<Utc>>().unwrap(), asked.parse::<DateTime<Utc>>().unwrap());
}

#[tokio::test]
async fn an_unknown_zone_is_a_fault() {
    let client = client(0);
    let find = envelope("FindItem", Some("Europe/Berlin"), &find_items("inbox", &offset(0, 1))["Body"]);
    let answer = client.call("FindItem", &find).await;
    assert_eq!(answer.status, 500);
    assert_eq!(answer.json()["Body"]["ExceptionName"], "TimeZoneException");
    assert!(answer.json()["Body"].get("ResponseMessages").is_none());
}

#[tokio::test]
async fn folders_have_local_names_and_distinguished_ids() {
    let client = client(1);
    let body = json!({
        "FolderShape": {"BaseShape": "IdOnly"}, "Paging": null, "ParentFolderIds": [folder_id("DistinguishedFolderId", "msgfolderroot")],
        "Traversal": "Deep", "ReturnParentFolder": true,
    });
    let message = client.call("FindFolder", &envelope("FindFolder", None, &body)).await.message();
    let folders = message["RootFolder"]["Folders"].as_array().unwrap().clone();
    let inbox = folders.iter().find(|f| f["DistinguishedFolderId"] == "inbox").unwrap();
    assert_eq!(inbox["DisplayName"], "Posteingang");
    assert_eq!(inbox["ChildFolderCount"], 1);
    assert!(folders.iter().any(|f| f.get("DistinguishedFolderId").is_none()));
    let items = client.call("FindItem", &find_items("inbox", &offset(0, 1))).await.message();
    assert_eq!(inbox["TotalCount"], items["RootFolder"]["TotalItemsInView"]);
    let id = folder_id("FolderId", inbox["FolderId"]["Id"].as_str().unwrap());
    let one = json!({"FolderShape": {"BaseShape": "Default"}, "FolderIds": [id]});
    let got = client.call("GetFolder", &envelope("GetFolder", None, &one)).await.message();
    assert_eq!(got["Folders"][0], *inbox);
}

#[tokio::test]
async fn startup_carries_page_one_in_the_view_of_the_account() {
    let client = client(1);
    let data = client.startup().await.json();
    assert_eq!(data["findConversation"]["Body"]["Conversations"].as_array().unwrap().len(), 20);
    assert_eq!(data["findConversation"]["Body"]["IndexedOffset"], 20);
    assert!(data.get("findMailFolderItem").is_none());
    assert_eq!(data["owaUserConfig"]["UserOptions"]["TimeZone"], "W. Europe Standard Time");
    assert_eq!(data["owaUserConfig"]["SessionSettings"]["UserEmailAddress"], client.smtp());
    client.sim.set(Some(client.smtp()), |settings| settings.view = View::Message);
    let data = client.startup().await.json();
    let list = &data["findMailFolderItem"]["Body"]["ResponseMessages"]["Items"][0];
    assert_eq!(list["RootFolder"]["Items"].as_array().unwrap().len(), 20);
    assert!(data.get("findConversation").is_none());
}

#[tokio::test]
async fn an_onprem_row_has_no_address_of_anybody() {
    let client = client(0);
    client.sim.set(None, |settings| settings.key_order = KeyOrder::Onprem);
    let body =
        client.call("FindConversation", &find_conversations("inbox", &offset(0, 25))).await.json()["Body"]
            .clone();
    assert!(body.get("FolderId").is_none() && body.get("__type").is_none());
    assert_eq!(keys(&body)[..2], ["ResponseCode", "ResponseClass"]);
    let rows = body["Conversations"].as_array().unwrap();
    assert!(rows.iter().any(|row| row["UniqueSenders"].is_array()));
    assert!(
        rows.iter().all(|row| row.get("LastSender").is_none() && !row.to_string().contains("@papermoon"))
    );
}

#[tokio::test]
async fn startup_keeps_the_zone_that_the_page_names() {
    let client = client(2);
    let startup = |zone: &str| {
        let params = json!({ "TimeZoneStr": zone }).to_string();
        client
            .request("/owa/PreloadSessionData.ashx?app=mail")
            .header("messageparams", params)
            .body(Body::empty())
            .unwrap()
    };
    let data = client.send(startup("Tokyo Standard Time")).await.json();
    let row = &data["findConversation"]["Body"]["Conversations"][0];
    assert!(row["LastDeliveryTime"].as_str().unwrap().ends_with("+09:00"));
    let fault = client.send(startup("Asia/Tokyo")).await;
    assert_eq!(fault.json()["Body"]["ExceptionName"], "TimeZoneException");
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
async fn folders_come_in_pages_and_some_hold_no_mail() {
    let client = client(1);
    let find = |offset: Value| {
        let root = folder_id("DistinguishedFolderId", "msgfolderroot");
        let body = json!({
            "FolderShape": {"BaseShape": "IdOnly"}, "Paging": offset, "ParentFolderIds": [root], "Traversal": "Deep",
        });
        envelope("FindFolder", None, &body)
    };
    let all = client.call("FindFolder", &find(Value::Null)).await.message()["RootFolder"].clone();
    let folders = all["Folders"].as_array().unwrap();
    let calendar = folders.iter().find(|f| f["DistinguishedFolderId"] == "calendar").unwrap();
    assert_eq!(calendar["__type"], "CalendarFolder:#Exchange");
    assert_eq!(
        (&calendar["FolderClass"], &calendar["DisplayName"]),
        (&json!("IPF.Appointment"), &json!("Kalender"))
    );
    let page = client.call("FindFolder", &find(offset(2, 3))).await.message()["RootFolder"].clone();
    assert_eq!(page["Folders"], json!(folders[2..5]));
    assert_eq!(page["IndexedPagingOffset"], 5);
    client.sim.set(None, |settings| settings.most_rows = Some(2));
    let short = client.call("FindFolder", &find(offset(0, 9))).await.message()["RootFolder"].clone();
    assert_eq!(short["Folders"].as_array().unwrap().len(), 2);
    assert_eq!(short["IncludesLastItemInRange"], false);
}

#[tokio::test]
async fn the_users_configuration_is_told_by_itself_too() {
    let client = client(1);
    let config = client.call("GetOwaUserConfiguration", &json!({})).await.json();
    assert_eq!(config, client.startup().await.json()["owaUserConfig"]);
    let zone = &config["UserOptions"]["MailboxTimeZoneOffset"][0];
    assert_eq!(zone["IanaTimeZones"], json!(["Europe/Berlin"]));
}

#[tokio::test]
async fn the_service_answers_below_other_paths_too() {
    let client = client(0);
    let list = find_items("inbox", &offset(0, 1)).to_string();
    let call = async |path: &str, header: Option<&str>| {
        let mut request = client.request(path);
        if let Some(other) = header {
            request = request.header("x-owa-explicitlogonuser", other);
        }
        client.send(request.body(list.clone().into()).unwrap()).await
    };
    let own = call("/owa/service.svc?action=FindItem", None).await.json();
    assert_eq!(call("/owa/0/service.svc?action=FindItem", None).await.json(), own);
    let other = client.sim.accounts()[1].smtp.clone();
    let path = format!("/owa/{other}/service.svc?action=FindItem");
    for refused in [call(&path, None).await, call("/owa/service.svc?action=FindItem", Some(&other)).await] {
        assert_eq!(refused.status, 500);
        assert_eq!(refused.json()["Body"]["ExceptionName"], "OwaExplicitLogonException");
    }
    client.sim.set(Some(client.smtp()), |settings| settings.shared_mailboxes = vec![other.clone()]);
    let newest = client.sim.truth(&other).unwrap().into_iter().find(|m| m.folder == "inbox").unwrap();
    for answer in [call(&path, None).await, call("/owa/service.svc?action=FindItem", Some(&other)).await] {
        let row = &answer.message()["RootFolder"]["Items"][0];
        assert_eq!(row["ItemId"]["Id"], newest.item_id);
    }
}

#[tokio::test]
async fn a_service_workers_exchange_shows_no_json_and_says_the_same() {
    let client = client(0);
    let list = find_items("inbox", &offset(0, 1)).to_string();
    let wrapped = json!({"url": "/owa/service.svc?action=FindItem", "headers": {}, "body": list});
    let veil = |bytes: &[u8]| bytes.iter().map(|byte| byte ^ 0x5a).collect::<Vec<u8>>();
    let request = Request::post("/mail/0/sync").header("authorization", format!("Bearer {}", client.bearer));
    let request = request.body(Body::from(veil(wrapped.to_string().as_bytes()))).unwrap();
    let answer = client.send(request).await;
    assert!(serde_json::from_slice::<Value>(&answer.body).is_err());
    let said: Value = serde_json::from_slice(&veil(&answer.body)).unwrap();
    let own = client.call("FindItem", &find_items("inbox", &offset(0, 1))).await.json();
    assert_eq!(said, own);
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
