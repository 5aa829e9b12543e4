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
async fn a_message_that_is_withheld_is_in_no_list_and_in_no_count_and_answers_by_its_id() {
    let client = client(0);
    let find = find_items("inbox", &offset(0, 999));
    let folder = async || client.call("FindItem", &find).await.message()["RootFolder"].clone();
    let before = folder().await;
    let id = before["Items"][3]["ItemId"]["Id"].as_str().unwrap().to_owned();
    client.sim.withhold(client.smtp(), std::slice::from_ref(&id), true).unwrap();
    let without = folder().await;
    let count = |folder: &Value| folder["TotalItemsInView"].as_u64().unwrap();
    assert_eq!(count(&without), count(&before) - 1);
    assert!(without["Items"].as_array().unwrap().iter().all(|row| row["ItemId"]["Id"] != *id));
    let item = client.call("GetItem", &get_items(&[&id], "ItemNormalizedBody")).await.message();
    assert_eq!(item["Items"][0]["ItemId"]["Id"], *id);
    client.sim.withhold(client.smtp(), &[id], false).unwrap();
    assert_eq!(folder().await, before);
}

#[tokio::test]
async fn every_style_of_the_envelope() {
    let client = client(0);
    let cloud = client.call("FindItem", &find_items("inbox", &offset(0, 1))).await.json();
    assert_eq!(keys(&cloud["Body"]), ["__type", "ResponseMessages"]);
    assert_eq!(cloud["Body"]["__type"], "FindItemResponse:#Exchange");
    let message = &cloud["Body"]["ResponseMessages"]["Items"][0];
    assert_eq!(keys(message), ["__type", "HighlightTerms", "RootFolder", "ResponseCode", "ResponseClass"]);
    assert!(message["HighlightTerms"].is_null() && message["RootFolder"]["Groups"].is_null());
    assert_eq!(message["RootFolder"]["__type"], "FindItemParentWrapper:#Exchange");
    assert_eq!(message["RootFolder"]["Items"][0]["ItemId"]["__type"], "ItemId:#Exchange");

    client.sim.set(None, |settings| settings.key_order = KeyOrder::Untyped);
    let untyped = client.call("FindItem", &find_items("inbox", &offset(0, 1))).await.json();
    assert_eq!(keys(&untyped["Body"]), ["ResponseMessages"]);
    assert_eq!(untyped["Body"]["ResponseMessages"], cloud["Body"]["ResponseMessages"]);
    let failed = client.call("GetItem", &get_items(&["AAMkNobody="], "ItemNormalizedBody")).await.message();
    assert_eq!(keys(&failed)[..3], ["__type", "Items", "MessageText"]);
    assert!(failed["Items"].is_null());

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
        "ShapeName": "Folder", "Traversal": "Deep", "ReturnParentFolder": true,
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
    let one = json!({"FolderShape": {"BaseShape": "AllProperties"}, "FolderIds": [id]});
    let got = client.call("GetFolder", &envelope("GetFolder", None, &one)).await.message();
    assert_eq!(got["Folders"][0], *inbox);
}

#[tokio::test]
async fn a_folder_has_what_its_shape_names() {
    let client = client(0);
    let inbox = async |shape: Value| {
        let one = json!({"FolderShape": shape, "FolderIds": [folder_id("DistinguishedFolderId", "inbox")]});
        client.call("GetFolder", &envelope("GetFolder", None, &one)).await.message()["Folders"][0].clone()
    };
    assert_eq!(keys(&inbox(json!({"BaseShape": "IdOnly"})).await), ["__type", "FolderId"]);
    let usual = inbox(json!({"BaseShape": "Default"})).await;
    let shown = ["__type", "FolderId", "DisplayName", "TotalCount", "ChildFolderCount", "UnreadCount"];
    assert_eq!(keys(&usual), shown);
    let more = json!([{"__type": "PropertyUri:#Exchange", "FieldURI": "folder:DistinguishedFolderId"}]);
    let named = inbox(json!({"BaseShape": "IdOnly", "AdditionalProperties": more})).await;
    assert_eq!(keys(&named), ["__type", "FolderId", "DistinguishedFolderId"]);
    let root = folder_id("DistinguishedFolderId", "msgfolderroot");
    let body = json!({
        "FolderShape": {"BaseShape": "IdOnly"}, "Paging": null, "ParentFolderIds": [root], "Traversal": "Deep",
    });
    let found = client.call("FindFolder", &envelope("FindFolder", None, &body)).await.message();
    let folders = found["RootFolder"]["Folders"].as_array().unwrap();
    assert!(folders.iter().all(|folder| keys(folder) == ["__type", "FolderId"]), "{folders:?}");
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
    assert_eq!(data["owaUserConfig"]["SessionSettings"]["WebSessionType"], 0);
    assert_eq!(data["messageParams"]["IsFocusedInboxOn"], false);
    assert_eq!(data["messageParams"]["BootWithConversationView"], true);
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
async fn folders_come_in_pages_and_some_hold_no_mail() {
    let client = client(1);
    let find = |offset: Value| {
        let root = folder_id("DistinguishedFolderId", "msgfolderroot");
        let body = json!({
            "FolderShape": {"BaseShape": "IdOnly"}, "Paging": offset, "ParentFolderIds": [root], "ShapeName": "Folder",
            "Traversal": "Deep",
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
    assert_eq!(
        (&short["IndexedPagingOffset"], &short["TotalItemsInView"]),
        (&json!(2), &json!(folders.len()))
    );
}

#[tokio::test]
async fn the_users_configuration_is_told_by_itself_too() {
    let client = client(1);
    let config = client.call("GetOwaUserConfiguration", &json!({})).await.json();
    assert_eq!(config, client.startup().await.json()["owaUserConfig"]);
    let zone = &config["UserOptions"]["MailboxTimeZoneOffset"][0];
    assert_eq!(zone["IanaTimeZones"], json!(["Europe/Berlin"]));
}
