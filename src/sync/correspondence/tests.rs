use super::*;
use crate::model::{Recipient, RecipientKind};

fn names() -> Names {
    let set = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect();
    Names { addresses: set(&["bo@example.org", "bo@home.example"]), names: set(&["bo berg"]) }
}

fn address(name: &str, address: &str) -> Address {
    let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    Address { name: given(name), address: given(address) }
}

fn from(name: &str, smtp: &str) -> Sight {
    Sight { from: Some(address(name, smtp)), ..Sight::default() }
}

fn to(name: &str, smtp: &str) -> Sight {
    let recipient = Recipient { kind: RecipientKind::Cc, address: address(name, smtp) };
    Sight { recipients: Some(vec![recipient]), ..from("Ada", "ada@example.org") }
}

#[test]
fn an_address_decides_and_a_name_only_where_there_is_none() {
    for (item, expected) in [
        (from("", "BO@Example.org"), true),
        (from("Somebody", "bo@home.example"), true),
        (from("Bo Berg", "bo.berg@elsewhere.example"), false),
        (from("Bo Berg", ""), true),
        (from("BO BERG", "/o=ExchangeLabs/ou=Group/cn=Recipients/cn=bo"), true),
        (from("Bo", ""), false),
        (to("", "bo@example.org"), true),
        (to("Bo Berg", "other@example.org"), false),
        (to("'Bo Berg'", ""), true),
        (Sight { sender: Some(address("", "bo@example.org")), ..from("Firm", "firm@example.org") }, true),
    ] {
        assert_eq!(is_theirs(&names(), &item), expected, "{item:?}");
    }
}

#[test]
fn a_row_that_shows_one_of_their_names_has_to_be_read() {
    for (shows_to, expected) in [
        ("Ada; Bo Berg", true),
        ("\'bo@example.org\'", true),
        ("Ada;BO BERG ; Cy", true),
        ("Bo Bergson", false),
        ("", false),
    ] {
        let row = Sight { shows_to: Some(shows_to.to_owned()), ..from("Ada", "ada@example.org") };
        assert_eq!((may_be(&names(), &row), is_from(&names(), &row)), (expected, false), "{shows_to}");
    }
    assert!(is_from(&names(), &from("", "bo@example.org")));
}

#[test]
fn what_they_are_called_beside_an_address_of_theirs_is_learnt() {
    let mut names = names();
    learn(&mut names, &to("Dr. Bo Berg", "bo@home.example"));
    learn(&mut names, &to("Bo Berg", "other@example.org"));
    assert_eq!(names.names.iter().map(String::as_str).collect::<Vec<_>>(), ["bo berg", "dr. bo berg"]);
}
