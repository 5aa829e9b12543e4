//! Requests as they travel, and those of the page's own.

use super::*;
use crate::model::ItemKey;
use crate::owa::profile::CLOUD;
use crate::owa::remote::{INBOX, RemoteFolder};
use crate::owa::wire::request::{self, Transport};

#[test]
fn a_request_as_it_travels() {
    let call = request::find_item(CLOUD.versions.lists, &INBOX, 0, 50);
    insta::assert_snapshot!(call.json);
    let Transport::Header(encoded) = call.post() else { panic!("a short request travels in the header") };
    assert!(encoded.starts_with("%7B%22__type%22%3A%22FindItemJsonRequest%3A%23Exchange%22%2C"));
    assert!(!encoded.contains('+') && !encoded.contains(' '));
    let keys =
        vec![ItemKey { space: IdFamily::Entry.space(), id: "AAMk+/=".repeat(20) }; request::MOST_ITEMS];
    assert!(matches!(request::get_item(CLOUD.versions.items, &keys).post(), Transport::Body(_)));
}

#[test]
fn every_object_of_a_request_begins_with_its_type() {
    let keys = [ItemKey { space: IdFamily::Entry.space(), id: "AAMk".to_owned() }];
    for call in [
        request::find_item(CLOUD.versions.lists, &RemoteFolder::Own("AAMk+/=".to_owned()), 25, 50),
        request::find_folder(CLOUD.versions.lists),
        request::get_item(CLOUD.versions.items, &keys),
        request::get_folder(CLOUD.versions.lists, &INBOX),
    ] {
        let objects = call.json.matches('{').count();
        assert_eq!(call.json.matches("{\"__type\":").count(), objects, "{}", call.json);
    }
}

#[test]
fn what_the_page_itself_asked_for() {
    let call = request::find_item(CLOUD.versions.lists, &RemoteFolder::Standard("sentitems"), 0, 25);
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
