//! Startup data: whose mailbox it is, its folders, its first page.

use super::*;

pub(super) fn startup_json(page_one: (&str, Value)) -> Value {
    let folder = |id: &str, name: &str| json!({"__type": "Folder:#Exchange", "FolderId": {"Id": id}, "DistinguishedFolderId": name, "TotalCount": 7, "DisplayName": "Posteingang"});
    let mut value = json!({
        "owaUserConfig": {
            "SessionSettings": {"UserEmailAddress": "Ann@Example.com", "UserDisplayName": "Ann Example", "UserCulture": "de-DE"},
            "UserOptions": {"TimeZone": "W. Europe Standard Time", "DateFormat": "dd.MM.yyyy", "TimeFormat": "HH:mm"}
        },
        "findFolders": {"Body": {"ResponseMessages": {"Items": [{"RootFolder": {"Folders": [
            folder("AAMkFolder=", "inbox"), folder("AAMkSent=", "sentitems"), {"FolderId": {"Id": "AAMkOwn="}, "DisplayName": "Kites"}
        ]}}]}}}
    });
    value[page_one.0] = page_one.1;
    value
}

pub(super) fn read_startup(body: &[u8]) -> Result<startup::Startup, OwaError> {
    let headers = [("content-type".to_owned(), "application/x-javascript".to_owned())];
    startup::read(&HttpAnswer { status: 200, headers: &headers, body }, IdFamily::Entry)
}

#[test]
fn startup_data_in_every_form() {
    let conversations = startup_json(("findConversation", find_conversation(&[conversation()]))).to_string();
    let items = startup_json(("findMailFolderItem", find_item(&[message()]))).to_string();
    let parts = format!(
        "SESSION DATA\r\nVersion: 1\r\n\r\nContent-Name: UserSpecificResources\r\nContent-Size: 2\r\n\r\n{{}}\r\n\r\nContent-Name: SessionData\r\n\r\n{conversations}"
    );
    for (body, counts_items) in [(conversations, false), (items, true), (parts, false)] {
        let startup = read_startup(body.as_bytes()).expect("startup data");
        assert_eq!(startup.identity.address, "ann@example.com");
        assert_eq!(startup.identity.inbox_id.as_deref(), Some("AAMkFolder="));
        assert!(startup.identity.dates(&[]).is_some());
        let folders = startup.folders.listing().expect("whole").expect("folders").folders;
        assert_eq!(
            folders.iter().map(|sight| sight.role).collect::<Vec<_>>(),
            [Role::Inbox, Role::Sent, Role::Other]
        );
        let rows = startup.page_one.expect("page one");
        assert_eq!((rows.rows.len(), rows.counts_items), (1, counts_items));
    }
}

#[test]
fn one_half_of_a_divided_inbox_is_told_by_each_of_the_marks_it_has() {
    let startup = |mark: &str, value: Value| {
        let mut data = startup_json(("findConversation", find_conversation(&[conversation()])));
        data["messageParams"] = json!({ mark: value });
        read_startup(data.to_string().as_bytes()).expect("startup data")
    };
    assert!(startup("IsFocusedInboxOn", json!(true)).is_divided);
    assert!(!startup("IsFocusedInboxOn", json!(false)).is_divided);
    let sort = |field: &str| json!([{"Path": {"FieldURI": field}, "Order": "Descending"}]);
    assert!(!startup("SortResults", sort("conversation:LastDeliveryOrRenewTime")).is_sorted_otherwise);
    assert!(startup("SortResults", sort("item:Size")).is_sorted_otherwise);
    for (searched, is_part) in [("AAMkFolder=", false), ("AAMkFocused=", true)] {
        let mut conversations = find_conversation(&[conversation()]);
        conversations["Body"]["SearchFolderId"] = json!({"Id": searched});
        assert_eq!(read_conversations(&conversations, READING).expect("rows").is_part, is_part, "{searched}");
        let mut items = find_item(&[message()]);
        items["Body"]["ResponseMessages"]["Items"][0]["SearchFolderId"] = json!({"Id": searched});
        assert_eq!(read_items(&items, READING).expect("rows").is_part, is_part, "{searched}");
    }
}

#[test]
fn startup_data_that_names_nobody_is_drift() {
    let mut value = startup_json(("findConversation", find_conversation(&[])));
    value["owaUserConfig"]["SessionSettings"] = json!({"Mail": "ann@example.com"});
    let error = read_startup(value.to_string().as_bytes()).expect_err("drift");
    assert!(error.is_drift() && !error.to_string().contains("ann@"), "{error}");
}
