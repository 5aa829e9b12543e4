use super::*;
use std::collections::BTreeSet;

fn with_emails(addresses: &[&str]) -> Card {
    card(|card| card.emails = emails(addresses))
}

fn with_phones(phones: &[(PhoneKind, &str)]) -> Card {
    card(|card| card.phones = phones.iter().map(|(kind, number)| phone(*kind, number)).collect())
}

#[test]
fn a_folders_name_that_comes_as_a_category_is_taken_and_never_written() {
    let mut linked = Linked::alike(&card(|card| card.categories = texts(&["Friends"])));
    linked.theirs.categories.push("Customers".to_owned());
    assert!(linked.settle().theirs.is_empty());
    assert_eq!(linked.ours.categories, ["Friends", "Customers"]);
    linked.assert_still();
    linked.theirs.categories.pop();
    assert!(linked.settle().theirs.is_empty());
    assert_eq!(linked.ours.categories, ["Friends"]);
}

#[test]
fn a_folders_name_that_a_new_contact_gains_stays_theirs_alone() {
    let mut linked = Linked::alike(&card(|card| card.categories = texts(&["Friends"])));
    linked.bases.1.categories.push("Customers".to_owned());
    linked.theirs.categories.push("Customers".to_owned());
    linked.assert_still();
    linked.ours.categories = texts(&["Family"]);
    linked.settle();
    assert_eq!(
        (&linked.ours.categories, &linked.theirs.categories),
        (&texts(&["Family"]), &texts(&["Customers", "Family"]))
    );
    linked.assert_still();
}

#[test]
fn a_category_in_another_case_is_the_same_category() {
    let mut linked = Linked::alike(&card(|card| card.categories = texts(&["Friends"])));
    linked.ours.categories = texts(&["friends"]);
    linked.theirs.categories = texts(&["FRIENDS", "Family"]);
    assert!(linked.settle().theirs.is_empty());
    assert_eq!(linked.ours.categories, ["friends", "Family"]);
}

#[test]
fn an_address_of_the_directory_and_a_name_alone_are_kept() {
    let mut linked = Linked::alike(&with_emails(&["anna@example.com"]));
    let picked = CardEmail { address: "/o=Labs/cn=anna".to_owned(), name: "Anna".to_owned() };
    let name = CardEmail { address: String::new(), name: "Anna at home".to_owned() };
    linked.theirs.emails.extend([picked, name]);
    assert!(linked.settle().theirs.is_empty());
    assert_eq!(linked.ours.emails, linked.theirs.emails);
    linked.ours.emails.push(email("anna@home.example"));
    assert!(linked.settle().theirs.is_empty(), "there is no room for a fourth");
    linked.assert_still();
}

#[test]
fn of_five_addresses_three_are_written_none_is_taken_away_and_the_fourth_moves_up_once() {
    let five = with_emails(&["a@x.example", "b@x.example", "c@x.example", "d@x.example", "e@x.example"]);
    let written = first_written(&five, canon());
    assert_eq!(written.card.emails, emails(&["a@x.example", "b@x.example", "c@x.example"]));
    let mut linked = Linked::of(&five, &written.card);
    linked.assert_still();
    linked.theirs.emails.remove(1);
    assert_eq!(words(&linked.settle().theirs), ["display_name", "emails"]);
    assert_eq!(linked.theirs.emails, emails(&["a@x.example", "c@x.example", "d@x.example"]));
    assert_eq!(linked.ours.emails.len(), 4);
    linked.assert_still();
}

#[test]
fn an_address_that_the_server_does_not_take_is_offered_once() {
    let mut linked = Linked::alike(&with_emails(&["a@x.example"]));
    linked.ours.emails.push(email("b@x.example"));
    let refuse = |mut card: Card| {
        card.emails.truncate(1);
        card
    };
    assert!(!linked.cycle(None, refuse).theirs.is_empty());
    linked.assert_still();
    assert_eq!(linked.ours.emails.len(), 2);
}

#[test]
fn a_home_number_that_becomes_a_mobile_one_is_one_number() {
    let mut linked = Linked::alike(&with_phones(&[(PhoneKind::Home, "0170 1234567")]));
    linked.theirs = with_phones(&[(PhoneKind::Mobile, "+49 170 1234567")]);
    assert!(linked.settle().theirs.is_empty());
    assert_eq!(linked.ours.phones, [phone(PhoneKind::Mobile, "0170 1234567")]);
    linked.ours.phones[0].kind = PhoneKind::Business;
    assert_eq!(words(&linked.settle().theirs), ["display_name", "business_phones", "mobile_phones"]);
    assert_eq!(linked.theirs.phones, [phone(PhoneKind::Business, "+49 170 1234567")]);
    linked.assert_still();
}

#[test]
fn a_number_changed_there_takes_the_place_of_the_old_one() {
    let mut linked = Linked::alike(&with_phones(&[(PhoneKind::Home, "030 123456")]));
    linked.theirs = with_phones(&[(PhoneKind::Home, "030 654321")]);
    linked.settle();
    assert_eq!(linked.ours.phones, linked.theirs.phones);
    assert_eq!(linked.ours.phones.len(), 1);
}

#[test]
fn a_number_changed_on_both_sides_is_two_numbers_where_there_is_room_for_two() {
    let mut linked = Linked::alike(&with_phones(&[(PhoneKind::Home, "030 111111")]));
    linked.ours = with_phones(&[(PhoneKind::Home, "030 222222")]);
    linked.theirs = with_phones(&[(PhoneKind::Home, "030 333333")]);
    assert_eq!(linked.settle().conflicts, []);
    assert_eq!((linked.ours.phones.len(), linked.theirs.phones.len()), (2, 2));
    linked.assert_still();
}

#[test]
fn a_mobile_number_changed_on_both_sides_is_one_value_and_what_has_no_room_beside_it_stays_ours() {
    let of = |numbers: &[&'static str]| {
        with_phones(&numbers.iter().map(|number| (PhoneKind::Mobile, *number)).collect::<Vec<_>>())
    };
    for (before, beside) in
        [(&["0170 1111111"][..], &[][..]), (&[], &[]), (&["0170 1111111"], &["0170 4444444"])]
    {
        for (holds, held, lost) in
            [(Side::Ours, "0170 2222222", "0170 3333333"), (Side::Theirs, "0170 3333333", "0170 2222222")]
        {
            let mut linked = Linked::of(&of(&[before, beside].concat()), &of(before));
            linked.ours = of(&[&["0170 2222222"], beside].concat());
            linked.theirs = of(&["0170 3333333"]);
            let asked = linked.merged(None);
            assert_eq!(
                (asked.ours, asked.theirs.is_empty()),
                (linked.ours.clone(), true),
                "{before:?} {beside:?}"
            );
            let merged = linked.cycle(Some(holds), identity);
            assert_eq!(merged.conflicts[0].lost().unwrap()["number"], lost, "{before:?} {beside:?}");
            assert_eq!((&linked.ours, &linked.theirs), (&of(&[&[held], beside].concat()), &of(&[held])));
            linked.assert_still();
        }
    }
}

#[test]
fn a_second_mobile_number_is_no_value_of_the_place_that_the_first_has() {
    let of = |numbers: &[&'static str]| {
        with_phones(&numbers.iter().map(|number| (PhoneKind::Mobile, *number)).collect::<Vec<_>>())
    };
    let mut linked = Linked::alike(&of(&["0170 1111111"]));
    linked.ours = of(&["0170 1111111", "0170 2222222"]);
    linked.theirs = of(&["0170 3333333"]);
    assert_eq!(linked.settle().conflicts, []);
    assert_eq!((linked.ours.phones.len(), &linked.theirs), (2, &of(&["0170 3333333"])));
    linked.assert_still();
}

#[test]
fn a_number_for_two_things_is_kept_for_both() {
    let both = [(PhoneKind::Business, "030 123456"), (PhoneKind::Home, "+49 30 123456")];
    let mut linked = Linked::alike(&with_phones(&both));
    linked.assert_still();
    linked.theirs = with_phones(&both[..1]);
    linked.settle();
    assert_eq!(linked.ours, with_phones(&both[..1]));
}

#[test]
fn a_number_that_comes_there_where_another_was_that_ours_stood_for_is_lost_on_neither_side() {
    let ours = with_phones(&[(PhoneKind::Mobile, "030 123456")]);
    let mut linked = Linked::of(&ours, &with_phones(&[(PhoneKind::Mobile, "0170 1234567")]));
    let both = [(PhoneKind::Mobile, "030 123456"), (PhoneKind::Business, "0170 1234567")];
    linked.theirs = with_phones(&both);
    let merged = linked.merged(Some(Side::Ours));
    let numbers: BTreeSet<_> = merged.ours.phones.iter().map(|phone| phone.number.as_str()).collect();
    assert_eq!(numbers, BTreeSet::from(["030 123456", "0170 1234567"]));
    assert!(merged.theirs.is_empty(), "{:?}", merged.theirs);
}

#[test]
fn a_number_that_is_something_else_to_each_side_is_a_conflict() {
    let of = |kind| with_phones(&[(kind, "030 123456")]);
    let mut linked = Linked::alike(&of(PhoneKind::Home));
    (linked.ours, linked.theirs) = (of(PhoneKind::Business), of(PhoneKind::Mobile));
    let asked = linked.cycle(None, identity);
    assert!(asked.theirs.is_empty());
    assert_eq!((&linked.ours, &linked.theirs), (&of(PhoneKind::Business), &of(PhoneKind::Mobile)));
    let merged = linked.cycle(Some(Side::Ours), identity);
    assert_eq!(merged.conflicts[0].lost().unwrap()["kind"], "mobile");
    assert_eq!(linked.theirs, of(PhoneKind::Business));
    linked.assert_still();
}

#[test]
fn a_number_that_is_removed_there_and_made_another_kind_here_stays() {
    let mut linked = Linked::alike(&with_phones(&[(PhoneKind::Home, "030 123456")]));
    linked.ours = with_phones(&[(PhoneKind::Business, "030 123456")]);
    linked.theirs = with_phones(&[]);
    linked.settle();
    assert_eq!((&linked.theirs, linked.ours.phones.len()), (&linked.ours, 1));
}

#[test]
fn a_number_stays_what_it_was_there_while_there_is_no_room_for_its_kind() {
    let mut linked = Linked::alike(&with_phones(&[
        (PhoneKind::Mobile, "0170 1111111"),
        (PhoneKind::Home, "0170 2222222"),
    ]));
    linked.ours.phones[1].kind = PhoneKind::Mobile;
    assert!(linked.settle().theirs.is_empty());
    linked.assert_still();
    assert_eq!(linked.theirs.phones[1].kind, PhoneKind::Home);
}

#[test]
fn the_order_of_addresses_says_only_which_is_the_main_one() {
    let mut linked = Linked::alike(&with_emails(&["a@x.example", "b@x.example", "c@x.example"]));
    linked.theirs.emails.swap(1, 2);
    assert!(linked.settle().theirs.is_empty());
    assert_eq!(linked.ours, with_emails(&["a@x.example", "b@x.example", "c@x.example"]));
    linked.ours.emails.swap(0, 1);
    linked.settle();
    assert_eq!(linked.theirs, with_emails(&["b@x.example", "a@x.example", "c@x.example"]));
    linked.assert_still();
}

#[test]
fn to_remove_the_main_address_chooses_none() {
    let mut linked = Linked::alike(&with_emails(&["a@x.example", "b@x.example", "c@x.example"]));
    linked.ours.emails.remove(0);
    linked.theirs.emails.rotate_right(1);
    let merged = linked.settle();
    assert_eq!(merged.conflicts, []);
    assert_eq!(linked.ours, with_emails(&["c@x.example", "b@x.example"]));
    assert_eq!(linked.theirs, linked.ours);
}

#[test]
fn main_addresses_chosen_differently_are_a_conflict_and_none_is_lost() {
    let mut linked = Linked::alike(&with_emails(&["a@x.example", "b@x.example", "c@x.example"]));
    linked.ours.emails.swap(0, 1);
    linked.theirs.emails.swap(0, 2);
    let merged = linked.settle();
    assert_eq!(merged.conflicts[0].lost().unwrap()["address"], "b@x.example");
    assert_eq!(linked.ours.emails[0], email("c@x.example"));
    assert_eq!((linked.ours.emails.len(), linked.theirs.emails.len()), (3, 3));
    linked.assert_still();
}

#[test]
fn what_both_sides_add_is_there_once() {
    let mut linked = Linked::alike(&card(|_| {}));
    linked.ours = card(|card| {
        card.children = texts(&["Mia", "Tom"]);
        card.im_addresses = texts(&["anna@chat.example"]);
    });
    linked.theirs = card(|card| {
        card.children = texts(&["Tom", "Ida"]);
        card.im_addresses = texts(&["Anna@Chat.example"]);
    });
    linked.settle();
    assert_eq!(linked.ours.children, ["Mia", "Tom", "Ida"]);
    assert_eq!(linked.theirs.children, ["Tom", "Ida", "Mia"]);
    assert_eq!(linked.theirs.im_addresses, ["Anna@Chat.example"]);
    linked.assert_still();
}

#[test]
fn what_the_server_shows_of_an_entry_can_be_written_here_without_a_second_one() {
    let mut linked = Linked::of(&with_emails(&["anna"]), &with_emails(&["anna@example.com"]));
    linked.ours = with_emails(&["anna@example.com"]);
    assert!(linked.settle().theirs.is_empty());
    let mut linked = Linked::of(&with_emails(&["anna"]), &with_emails(&["anna@example.com"]));
    linked.ours = with_emails(&["anna@example.com"]);
    linked.theirs = with_emails(&[]);
    linked.settle();
    assert_eq!(
        linked.theirs,
        with_emails(&["anna@example.com"]),
        "what was written anew outlives that it was removed"
    );
    let mut linked = Linked::of(&with_emails(&["anna"]), &with_emails(&["anna@example.com"]));
    linked.ours = with_emails(&["anna", "anna@example.com"]);
    assert!(linked.settle().theirs.is_empty());
    linked.assert_still();
}
