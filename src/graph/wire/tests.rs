use super::*;
use serde_json::json;

/// After `contact-get` of Microsoft's reference, with the empty members as the service has them.
fn garth() -> Value {
    let mut item = json!({
        "@odata.etag": "W/\"EQAAABYAAACd9nJ\"", "id": "AAMkAGI2THk0AAA=", "changeKey": "EQAAABYAAACd9nJ",
        "createdDateTime": "2014-10-19T23:08:24Z", "lastModifiedDateTime": "2014-10-20T23:08:24Z",
        "categories": [], "parentFolderId": "AAMkAGI2AAEOAAA=", "birthday": "1974-07-22T11:59:00Z",
        "displayName": "Garth Fort", "givenName": "Garth", "surname": "Fort",
        "emailAddresses": [{"name": "Garth", "address": "garth@contoso.example"}, {"name": "no address"}, {}],
        "imAddresses": ["sip:garthf@contoso.example", null], "homePhones": [], "mobilePhone": "",
        "businessPhones": ["+1 918 555 0101"], "homeAddress": {}, "otherAddress": null,
        "businessAddress": {"street": "10 Contoso Way", "countryOrRegion": "USA", "postalCode": "98075"},
        "children": [], "somethingNew": {"a": 1},
    });
    for text in CardText::ALL {
        item.as_object_mut().unwrap().entry(select::text(text)).or_insert(Value::Null);
    }
    item
}

#[test]
fn a_contact_says_what_stands_on_it() {
    let ContactLook::Whole(sight) = look(garth()).unwrap() else { panic!("it says all") };
    let card = &sight.card;
    assert_eq!(card.texts.values().map(String::as_str).collect::<Vec<_>>(), ["Garth Fort", "Garth", "Fort"]);
    assert_eq!(card.birthday, NaiveDate::from_ymd_opt(1974, 7, 22));
    let emails: Vec<_> = card.emails.iter().map(|email| (&*email.address, &*email.name)).collect();
    assert_eq!(emails, [("garth@contoso.example", "Garth"), ("", "no address")]);
    assert_eq!(card.phones, [CardPhone { kind: PhoneKind::Business, number: "+1 918 555 0101".to_owned() }]);
    assert_eq!(card.places.len(), 1);
    assert_eq!(card.places[&PlaceKind::Business].country, "USA");
    assert_eq!(card.im_addresses, ["sip:garthf@contoso.example"]);
    assert_eq!(
        (sight.folder.as_str(), sight.change_key.as_deref()),
        ("AAMkAGI2AAEOAAA=", Some("EQAAABYAAACd9nJ"))
    );
    assert_eq!(sight.modified_at.unwrap().to_rfc3339(), "2014-10-20T23:08:24+00:00");
    assert_eq!(Value::Object(sight.others), json!({"somethingNew": {"a": 1}}));
}

#[test]
fn a_change_that_leaves_a_member_out_is_partial_and_a_removal_needs_none() {
    for member in select::card().chain(["parentFolderId"]) {
        let mut item = garth();
        item.as_object_mut().unwrap().remove(member);
        assert_eq!(look(item).unwrap(), ContactLook::Partial("AAMkAGI2THk0AAA=".to_owned()), "{member}");
    }
    let removed = json!({"id": "A", "@removed": {"reason": "changed"}});
    assert_eq!(look(removed).unwrap(), ContactLook::Removed("A".to_owned()));
}

#[test]
fn an_item_that_was_asked_for_is_empty_where_it_is_silent() {
    let Value::Object(item) = json!({"id": "A", "parentFolderId": "F", "displayName": "Anna"}) else {
        panic!()
    };
    let sight = whole(item).unwrap();
    assert_eq!(sight.card.texts.len(), 1);
    assert_eq!(Card { texts: sight.card.texts.clone(), ..Card::default() }, sight.card);
}

#[test]
fn a_fault_names_the_member_and_not_what_it_holds() {
    let mut item = garth();
    item["businessPhones"] = json!("+1 918 555 0101");
    let (id, text) = look(item).unwrap_err();
    assert_eq!((id.as_str(), text.as_str()), ("AAMkAGI2THk0AAA=", "businessPhones is not what it should be"));
    assert_eq!(look(json!("x")).unwrap_err().0, "");
}

#[test]
fn our_own_id_is_known_by_the_whole_name_of_its_property() {
    let property = |id: &str| json!([{"id": id, "value": "019b7cd1-7360-7193-a491-5ee39de39289"}]);
    let guid_in_other_case = select::OWN.replace("6f1c8f0e", "6F1C8F0E");
    for (id, expected) in [(guid_in_other_case.as_str(), true), ("String {x} Name Another", false)] {
        let mut item = garth();
        item["singleValueExtendedProperties"] = property(id);
        let Value::Object(item) = item else { panic!() };
        assert_eq!(whole(item).unwrap().carries.is_some(), expected, "{id}");
    }
}
