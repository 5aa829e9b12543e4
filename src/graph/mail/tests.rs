use super::*;
use crate::model::{Depth, RecipientKind};
use serde_json::json;

/// After `message-get` of Microsoft's reference.
fn megan() -> Value {
    json!({
        "@odata.etag": "W/\"CQAAABYAAABmWdbh\"", "id": "AAMkAGI2_G-Wg_AAA=", "changeKey": "CQAAABYAAABmWdbh",
        "receivedDateTime": "2018-09-12T21:38:48Z", "sentDateTime": "2018-09-12T21:38:47Z",
        "hasAttachments": false, "internetMessageId": "<MWHPR6E1BE060@MWHPR1120.namprd22.prod.outlook.com>",
        "subject": "This email has attachments.", "bodyPreview": "See attachments.", "importance": "normal",
        "parentFolderId": "AQMk_b-AAA=", "conversationId": "AAQk_c-AAA=", "isRead": true, "isDraft": false,
        "body": {"contentType": "html", "content": "<p>See attachments.</p>"}, "somethingNew": {"a": 1},
        "from": {"emailAddress": {"name": "Megan Bowen", "address": "MeganB@contoso.example"}},
        "sender": {"emailAddress": {"name": "", "address": "MeganB@contoso.example"}},
        "toRecipients": [{"emailAddress": {"name": "Adele", "address": "AdeleV@contoso.example"}}],
        "ccRecipients": [], "bccRecipients": [{"emailAddress": null}],
        "singleValueExtendedProperties": [
            {"id": "Integer 0xe08", "value": "4711"}, {"id": "String 0x1a", "value": "IPM.Note"},
        ],
    })
}

fn page(value: Value) -> GraphAnswer {
    GraphAnswer { status: 200, body: value }
}

#[test]
fn a_message_says_what_stands_in_it_and_its_ids_are_those_of_every_road() {
    let sight = wire::row(&megan()).unwrap();
    assert_eq!(sight.key, Some(id::key("AAMkAGI2_G-Wg_AAA=")));
    assert_eq!(sight.key.as_ref().unwrap().id, "AAMkAGI2+G/Wg+AAA=");
    assert_eq!(
        (sight.lies_in.as_deref(), sight.conversation_id.as_deref()),
        (Some("AQMk+b/AAA="), Some("AAQk+c/AAA="))
    );
    assert_eq!(
        (sight.depth, sight.size, sight.item_class.as_deref()),
        (Depth::Whole, Some(4711), Some("IPM.Note"))
    );
    let recipients = sight.recipients.unwrap();
    let kinds: Vec<_> = recipients.iter().map(|to| (to.kind, to.address.address.as_deref())).collect();
    assert_eq!(kinds, [(RecipientKind::To, Some("AdeleV@contoso.example")), (RecipientKind::Bcc, None)]);
    assert_eq!(sight.from.unwrap().name.as_deref(), Some("Megan Bowen"));
    assert_eq!(sight.sender.unwrap().name, None);
    assert_eq!(sight.received.unwrap().at.to_rfc3339(), "2018-09-12T21:38:48+00:00");
}

/// What came after a message was read, though more was selected.
#[test]
fn a_change_says_no_more_than_what_has_changed() {
    let sight = wire::row(&json!({"id": "A", "isRead": true, "parentFolderId": "F"})).unwrap();
    let expected = Sight {
        depth: Depth::Listed,
        seen_by: "graph".into(),
        key: Some(id::key("A")),
        is_read: Some(true),
        lies_in: Some("F".to_owned()),
        ..Sight::default()
    };
    assert_eq!(sight, expected);
    let version = wire::row(&json!({"id": "A", "@odata.etag": "W/\"CQ\""})).unwrap();
    assert_eq!(version.change_key.as_deref(), Some("CQ"));
}

#[test]
fn what_is_null_says_that_there_is_none_and_what_is_absent_says_nothing() {
    let sight = wire::row(&json!({"id": "A", "subject": null, "from": null, "toRecipients": []})).unwrap();
    assert_eq!((sight.subject.as_deref(), sight.from, sight.recipients), (Some(""), None, Some(Vec::new())));
    let sight = wire::row(&json!({"id": "A", "ccRecipients": []})).unwrap();
    assert_eq!((sight.subject, sight.recipients), (None, None));
}

#[test]
fn an_item_that_cannot_be_read_is_left_with_its_key_and_its_fault_names_the_member_alone() {
    let mut broken = megan();
    broken["isRead"] = json!("true");
    let bare = wire::row(&broken).unwrap();
    assert_eq!((bare.key, bare.is_read, bare.subject), (Some(id::key("AAMkAGI2_G-Wg_AAA=")), None, None));
    let Ok(Err(ItemError::Fault(fault))) = item(Ok(broken)) else { panic!("it is at fault") };
    assert_eq!((fault.code.as_str(), fault.text.as_str()), ("Malformed", "isRead is not what it should be"));
    assert_eq!(wire::row(&json!({"subject": "without an id"})), None);
    assert_eq!(wire::row(&json!(7)), None);
}

/// After `delta-query-messages` of Microsoft's documentation.
#[test]
fn a_page_of_changes_names_what_left_and_never_leads_back_to_itself() {
    let value = json!([{"id": "AAMk_1", "@removed": {"reason": "deleted"}}, {"id": "B", "isRead": false}, 7]);
    let more = json!({"value": value, "@odata.nextLink": "n", "@odata.deltaLink": "d"});
    let read = changes(page(more.clone()), None).unwrap();
    assert_eq!(read.removed, [id::key("AAMk_1")]);
    assert_eq!((read.seen.len(), read.end), (1, PageEnd::More("n".to_owned())));
    assert!(matches!(changes(page(more), Some("n")), Err(GraphError::Endless)));
    let end = json!({"value": [], "@odata.deltaLink": "d"});
    let read = changes(page(end), Some("d")).unwrap();
    assert_eq!(read.end, PageEnd::Round("d".to_owned()), "a round may end where it began");
    assert_eq!(changes(page(json!({"value": []})), None).unwrap().end, PageEnd::Listed);
}
