//! Requests as they travel, and those of the page's own.

use super::*;
use crate::model::ItemKey;
use crate::owa::profile::GLOBAL;
use crate::owa::remote::{INBOX, RemoteFolder};
use crate::owa::wire::request::{self, Call, Transport};

#[test]
fn a_request_as_it_travels() {
    let call = request::find_item(GLOBAL.versions.lists, &INBOX, 0, 50);
    insta::assert_snapshot!(call.json);
    let Transport::Header(encoded) = call.post() else { panic!("a short request travels in the header") };
    assert!(encoded.starts_with("%7B%22__type%22%3A%22FindItemJsonRequest%3A%23Exchange%22%2C"));
    assert!(!encoded.contains('+') && !encoded.contains(' '));
    let keys =
        vec![ItemKey { space: IdFamily::Entry.space(), id: "AAMk+/=".repeat(20) }; request::MOST_ITEMS];
    assert!(matches!(request::get_item(GLOBAL.versions.items, &keys).post(), Transport::Body(_)));
}

#[test]
fn a_sweep_asks_for_nothing_that_only_folders_have() {
    let call = request::find_ids(GLOBAL.versions.lists, &INBOX, 0);
    let json: serde_json::Value = serde_json::from_str(&call.json).expect("JSON");
    let more = &json["Body"]["ItemShape"]["AdditionalProperties"];
    let words: Vec<_> = more.as_array().expect("a list").iter().map(|field| &field["FieldURI"]).collect();
    // As OWA's own page names them: `ParentFolderId` would be refused as a property of folders.
    assert_eq!(words, ["DateTimeReceived", "ItemParentId", "ItemClass"]);
}

/// One of every kind of call.
fn calls() -> [Call; 8] {
    let (lists, items) = (GLOBAL.versions.lists, GLOBAL.versions.items);
    let own = RemoteFolder::Own("AAMk+/=".to_owned());
    let key = |family: IdFamily| ItemKey { space: family.space(), id: "AAMk".to_owned() };
    [
        request::find_item(lists, &INBOX, 0, 50),
        request::find_item(lists, &own, 25, 50),
        request::find_ids(lists, &own, 500),
        request::find_folder(lists),
        request::get_item(items, &[key(IdFamily::Entry), key(IdFamily::Immutable)]),
        request::get_folder(lists, &INBOX),
        request::get_folder(lists, &own),
        request::configuration(),
    ]
}

#[test]
fn every_call_is_what_its_contract_has() {
    for call in calls() {
        let request = serde_json::from_str(&call.json).expect("JSON");
        assert_eq!(outlook_sim::check_request(call.action, &request), Ok(()), "{}", call.action);
    }
}

#[test]
fn every_object_of_a_request_begins_with_its_type() {
    for call in calls().into_iter().filter(|call| call.json != "{}") {
        let objects = call.json.matches('{').count();
        assert_eq!(call.json.matches("{\"__type\":").count(), objects, "{}", call.json);
    }
}

#[test]
fn what_the_page_itself_asked_for() {
    let call = request::find_item(GLOBAL.versions.lists, &RemoteFolder::Standard("sentitems"), 0, 25);
    assert_eq!(request::asked_folder(&call.json).as_deref(), Some("sentitems"));
    assert_eq!(request::asked_zone(&call.json), Some(Tz::UTC));
    let by_id = r#"{"Body":{"ParentFolderId":{"BaseFolderId":{"Id":"AAMkFolder="}}}}"#;
    assert_eq!(request::asked_folder(by_id).as_deref(), Some("AAMkFolder="));
    assert_eq!(request::asked_folder("[[["), None);
    assert!(request::asks_for_all(&call.json) && request::asks_for_all(by_id));
    assert!(!request::asks_for_all(r#"{"Body":{"ViewFilter":"All","FocusedViewFilter":0}}"#));
    assert!(!request::asks_for_all(r#"{"Body":{"ViewFilter":"Unread","FocusedViewFilter":-1}}"#));
    for (field, order, newest_first) in [
        ("conversation:LastDeliveryOrRenewTime", "Descending", true),
        ("item:ReceivedOrRenewTime", "Descending", true),
        ("DateTimeReceived", "Ascending", false),
        ("From", "Ascending", false),
        ("Size", "Descending", false),
    ] {
        let sorted =
            format!(r#"{{"Body":{{"SortOrder":[{{"Order":"{order}","Path":{{"FieldURI":"{field}"}}}}]}}}}"#);
        assert_eq!(request::asks_for_all(&sorted), newest_first, "{sorted}");
    }
}
