use super::*;
use crate::model::{CardEmail, CardPhone, CardText, PhoneKind};
use crate::sync::contacts::PhoneRegion;
use chrono::NaiveDate;
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::HashMap;

/// A contact of this name, with addresses and numbers.
fn card(name: &str, keys: &[&str]) -> Card {
    let mut card = Card::default();
    card.set_text(CardText::DisplayName, name.to_owned());
    for key in keys {
        if key.contains('@') || key.starts_with('/') {
            card.emails.push(CardEmail { address: (*key).to_owned(), name: String::new() });
        } else {
            card.phones.push(CardPhone { kind: PhoneKind::Business, number: (*key).to_owned() });
        }
    }
    card
}

/// A contact with its id, and the id that it is linked to.
type Contact = (&'static str, Option<&'static str>, Card);

/// Who is whom in words: `a=b` of a pair, `a,b?c` of what a person decides, and new ones.
fn met(here: &[Contact], there: &[Contact]) -> String {
    let ids: HashMap<_, _> = here.iter().map(|(id, ..)| (*id, ContactId::from((*id).to_owned()))).collect();
    let ours: Vec<_> = here.iter().map(|(id, link, card)| Here { id: &ids[id], link: *link, card }).collect();
    let theirs = there.iter().map(|(id, _, card)| There { remote_id: id, card });
    let meeting = who_is_whom(&ours, &theirs.collect::<Vec<_>>(), Canon { region: PhoneRegion::parse("DE") });
    let pairs = meeting.pairs.iter().map(|pair| format!("{}={} {}", pair.here, pair.there, pair.by.as_str()));
    let unclear = meeting.unclear.iter().map(|group| {
        let here: Vec<_> = group.here.iter().map(|id| id.as_str()).collect();
        let by: Vec<_> = group.by.iter().map(|by| by.as_str()).collect();
        format!("{}?{} {}", here.join(","), group.there.join(","), by.join("+"))
    });
    let ours_alone = meeting.only_here.iter().map(|id| format!("{id}!"));
    let new = meeting.only_there.iter().map(|id| format!("!{id}"));
    pairs.chain(unclear).chain(ours_alone).chain(new).collect::<Vec<_>>().join("; ")
}

#[test]
fn one_address_or_number_on_each_side_makes_a_pair() {
    for (here, there, expected) in [
        (card("Anna Fort", &["anna@x.example"]), card("Anna", &["ANNA@X.example"]), "a=b email"),
        (card("Anna Fort", &["030 123456"]), card("Fort, Anna", &["+49 30 123456"]), "a=b phone"),
        (card("Anna Fort", &["030 123456"]), card("", &["+49 30 123456"]), "a=b phone"),
        (
            card("Anna Fort", &["030 123456", "a@x.example"]),
            card("Fort, Anna", &["030 123456", "a@x.example"]),
            "a=b email",
        ),
        (card("Anna Fort", &["anna@x.example"]), card("Otto Kern", &["otto@y.example"]), "a!; !b"),
        (card("Anna Fort", &[]), card("Fort, Anna", &[]), "a?b name"),
        (card("Anna Fort", &["110"]), card("Otto Kern", &["110"]), "a!; !b"),
        (card("Anna Fort", &["/o=Labs/cn=a@b"]), card("Otto Kern", &["/o=Labs/cn=a@b"]), "a!; !b"),
    ] {
        assert_eq!(met(&[("a", None, here)], &[("b", None, there)]), expected);
    }
}

#[test]
fn two_people_who_share_an_address_of_a_role_are_listed_and_not_merged() {
    let anna = card("Anna Fort", &["anna@x.example", "info@x.example"]);
    let otto = card("Otto Kern", &["otto@x.example", "info@x.example"]);
    assert_eq!(met(&[("anna", None, anna.clone())], &[("otto", None, otto.clone())]), "anna?otto email");
    let here = [("a", None, anna.clone()), ("o", None, otto.clone())];
    let there = [("A", None, anna), ("O", None, otto)];
    assert_eq!(met(&here, &there), "a=A email; o=O email");
}

#[test]
fn two_contacts_here_with_one_address_that_one_there_has_are_listed() {
    let anna = || card("Anna Fort", &["anna@x.example"]);
    let here = [("a", None, anna()), ("b", None, anna())];
    assert_eq!(met(&here, &[("c", None, anna())]), "a,b?c email+name");
    assert_eq!(met(&here, &[]), "a!; b!");
    let here = [("a", Some("A"), anna()), ("b", None, anna())];
    assert_eq!(met(&here, &[("c", None, anna())]), "b?c email+name", "a linked one has it, too");
}

#[test]
fn a_landline_shared_by_two_names_never_makes_a_pair() {
    let anna = || card("Anna Fort", &["030 123456"]);
    let otto = || card("Otto Fort", &["030 123456"]);
    assert_eq!(met(&[("a", None, anna())], &[("o", None, otto())]), "a?o phone");
    let (here, there) =
        ([("a", None, anna()), ("o", None, otto())], [("A", None, anna()), ("O", None, otto())]);
    assert_eq!(met(&here, &there), "a,o?A,O phone+name");
    // One of them is linked: the number is not the other's own either.
    let here = [("a", Some("A"), anna()), ("o", None, card("", &["030 123456"]))];
    assert_eq!(met(&here, &there), "a=A link; o?O phone");
}

#[test]
fn numbers_that_differ_by_their_extension_make_no_pair() {
    for (one, other) in [("+49 30 12345-0", "+49 30 12345-17"), ("+49 30 12345 ext. 5", "+49 30 12345")] {
        let (here, there) = (card("Anna", &[one]), card("Otto", &[other]));
        assert_eq!(met(&[("a", None, here)], &[("b", None, there)]), "a!; !b");
    }
}

#[test]
fn what_contradicts_is_left_to_a_person() {
    let mut here = card("", &["office.fort@x.example"]);
    let mut there = card("", &["office.fort@x.example"]);
    here.birthday = NaiveDate::from_ymd_opt(1992, 2, 29);
    there.birthday = NaiveDate::from_ymd_opt(1992, 3, 1);
    assert_eq!(met(&[("a", None, here)], &[("b", None, there)]), "a?b email");
    let named = |surname: &str| {
        let mut card = card("", &["anna@x.example"]);
        card.set_text(CardText::Surname, surname.to_owned());
        card
    };
    assert_eq!(met(&[("a", None, named("Fort"))], &[("b", None, named("Kern"))]), "a?b email");
}

#[test]
fn who_is_joined_to_two_is_left_to_a_person() {
    let here = [("a", None, card("Anna Fort", &["anna@x.example", "anna@y.example"]))];
    let there = [
        ("A", None, card("Anna Fort", &["anna@x.example"])),
        ("B", None, card("Anna Fort", &["anna@y.example"])),
        ("C", None, card("Ida Kern", &["ida@x.example"])),
    ];
    assert_eq!(met(&here, &there), "a?A,B email+name; !C");
}

#[test]
fn a_linked_contact_stays_linked_whatever_is_on_it() {
    let here = [("a", Some("A"), card("Anna Fort", &["new@x.example"]))];
    let there = [
        ("A", None, card("Anna Fort", &["old@x.example"])),
        ("B", None, card("Anna Fort", &["new@x.example"])),
    ];
    assert_eq!(met(&here, &there), "a=A link; !B");
}

#[test]
fn a_copy_made_in_outlook_is_a_new_contact_and_the_link_stays() {
    let anna = || card("Anna Fort", &["anna@x.example"]);
    let there = [("A", None, anna()), ("copy", None, anna())];
    assert_eq!(met(&[("a", Some("A"), anna())], &there), "a=A link; !copy");
    assert_eq!(met(&[("a", Some("elsewhere"), anna())], &there[1..]), "!copy");
    assert_eq!(met(&[("a", None, anna())], &there), "a?A,copy email+name", "which it is nobody can tell");
}

#[test]
fn what_many_have_in_common_is_no_question() {
    let ids: Vec<&'static str> = (0..40).map(|nth| &*nth.to_string().leak()).collect();
    let of = |ids: &[&'static str]| {
        ids.iter()
            .map(|id| (*id, None, card(&format!("Person {id}"), &["info@x.example", "030 123456"])))
            .collect::<Vec<Contact>>()
    };
    let found = met(&of(&ids[..20]), &of(&ids[20..]));
    assert!(!found.contains('?') && !found.contains('='), "{found}");
}

/// Who may be whom of those that were made here, such as `b=a`.
fn doubled(here: &[Contact], there: &[Contact]) -> String {
    let ids: Vec<_> = here.iter().map(|(id, ..)| ContactId::from((*id).to_owned())).collect();
    let ours: Vec<_> =
        here.iter().zip(&ids).map(|((_, link, card), id)| Here { id, link: *link, card }).collect();
    let theirs: Vec<_> = there.iter().map(|(id, _, card)| There { remote_id: id, card }).collect();
    let pairs = doubles(&ours, &theirs, Canon { region: PhoneRegion::parse("DE") }).into_iter();
    pairs.map(|(new, other)| format!("{}={}", here[new].0, here[other].0)).collect::<Vec<_>>().join("; ")
}

#[test]
fn a_new_contact_may_be_an_item_that_was_made_here_or_one_that_was_made_before_it() {
    let anna = || card("Anna Fort", &["anna@x.example"]);
    for (here, expected) in [
        (vec![("a", Some("A"), anna()), ("b", None, anna())], "b=a"),
        (vec![("b", Some("B"), anna()), ("a", None, anna())], "a=b"),
        (vec![("a", None, anna()), ("b", None, anna())], "b=a"),
        (vec![("a", Some("A"), anna()), ("b", Some("B"), anna())], ""),
        (vec![("a", Some("A"), card("Anna Fort", &[])), ("b", None, anna())], "b=a"),
        (vec![("a", Some("A"), anna()), ("b", None, card("Otto Kern", &["anna@x.example"]))], "b=a"),
        (vec![("a", Some("A"), anna()), ("b", None, card("Otto Kern", &["otto@y.example"]))], ""),
    ] {
        assert_eq!(doubled(&here, &[]), expected, "{here:?}");
    }
    let mut born = anna();
    born.birthday = NaiveDate::from_ymd_opt(1992, 2, 29);
    let mut other = card("Anna Fort", &[]);
    other.birthday = NaiveDate::from_ymd_opt(1993, 2, 28);
    assert_eq!(doubled(&[("a", Some("A"), born), ("b", None, other)], &[]), "", "a name alone");
}

#[test]
fn what_many_have_in_common_doubles_nobody() {
    let info = |id: &'static str, link| (id, link, card(id, &["info@x.example"]));
    let here = [info("a", Some("A")), info("b", None)];
    let ids: Vec<&'static str> = (0..10).map(|nth| &*nth.to_string().leak()).collect();
    let there: Vec<_> = ids.iter().map(|id| info(id, None)).collect();
    assert_eq!((doubled(&here, &there[..8]), doubled(&here, &there)), ("b=a".to_owned(), String::new()));
}

proptest! {
    #[test]
    fn each_contact_is_told_once_and_the_same_in_any_order(
        contacts in vec((prop::bool::ANY, 0..4_usize, vec(0..6_usize, 0..3)), 0..12),
    ) {
        let keys =
            ["anna@x.example", "otto@x.example", "ida@y.example", "info@x.example", "+49 30 123456", "110"];
        let cards: Vec<_> = contacts.iter().map(|(_, name, held)| {
            let held: Vec<_> = held.iter().map(|key| keys[*key]).collect();
            card(["", "Anna", "Otto", "Ida"][*name], &held)
        }).collect();
        let ids: Vec<_> = (0..cards.len()).map(|nth| ContactId::from(nth.to_string())).collect();
        let mut here = Vec::new();
        let mut there = Vec::new();
        for (nth, (is_here, ..)) in contacts.iter().enumerate() {
            if *is_here {
                here.push(Here { id: &ids[nth], link: None, card: &cards[nth] });
            } else {
                there.push(There { remote_id: ids[nth].as_str(), card: &cards[nth] });
            }
        }
        let meeting = who_is_whom(&here, &there, Canon::default());
        let pairs = meeting.pairs.iter().flat_map(|pair| [pair.here.as_str(), pair.there]);
        let mut told: Vec<_> = pairs.collect();
        told.extend(meeting.unclear.iter().flat_map(|group| group.there.iter().copied()));
        told.extend(meeting.unclear.iter().flat_map(|group| group.here.iter().map(|id| id.as_str())));
        told.extend(meeting.only_there.iter().copied());
        told.extend(meeting.only_here.iter().map(|id| id.as_str()));
        told.sort_unstable();
        let mut all: Vec<_> = ids.iter().map(ContactId::as_str).collect();
        all.sort_unstable();
        prop_assert_eq!(told, all);
        here.reverse();
        there.reverse();
        let turned = who_is_whom(&here, &there, Canon::default());
        let sorted = |meeting: &Meeting<'_>| {
            let told = |pair: &Pair<'_>| (pair.here.clone(), pair.there.to_owned(), pair.by);
            let pairs = meeting.pairs.iter().map(told);
            pairs.collect::<BTreeSet<_>>()
        };
        prop_assert_eq!(sorted(&turned), sorted(&meeting));
        prop_assert_eq!(turned.unclear.len(), meeting.unclear.len());
    }
}
