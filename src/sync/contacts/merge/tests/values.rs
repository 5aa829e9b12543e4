use super::*;

fn set(card: &mut Card, text: CardText, to: &str) {
    card.set_text(text, to.to_owned());
}

#[test]
fn a_phone_changed_here_and_a_title_there_end_on_both_sides() {
    let mut linked = Linked::alike(&card(|card| set(card, CardText::JobTitle, "Clerk")));
    linked.ours.phones.push(phone(PhoneKind::Mobile, "0170 1234567"));
    set(&mut linked.theirs, CardText::JobTitle, "Head");
    let merged = linked.settle();
    assert_eq!(words(&merged.theirs), ["display_name", "mobile_phones"]);
    assert_eq!(linked.ours, linked.theirs);
    assert_eq!((linked.ours.text(CardText::JobTitle), linked.ours.phones.len()), ("Head", 1));
    linked.assert_still();
}

#[test]
fn what_is_edited_while_it_is_written_goes_with_the_next_write() {
    let mut linked = Linked::alike(&card(|_| {}));
    set(&mut linked.ours, CardText::JobTitle, "Head");
    let sent = linked.merged(None);
    set(&mut linked.ours, CardText::JobTitle, "Director");
    linked.theirs = sent.theirs.apply(&linked.theirs);
    linked.bases = agree_but(linked.bases.clone(), (&sent.ours, &linked.theirs), &sent.open);
    assert_eq!(words(&linked.settle().theirs), ["display_name", "job_title"]);
    assert_eq!(linked.theirs.text(CardText::JobTitle), "Director");
    linked.assert_still();
}

#[test]
fn what_is_cleared_here_is_cleared_there_and_stays_clear() {
    let full = card(|card| {
        set(card, CardText::PersonalNotes, "met in May");
        card.birthday = NaiveDate::from_ymd_opt(1992, 2, 29);
        card.categories = texts(&["Friends"]);
        card.set_place(PlaceKind::Home, CardPlace { city: "Bonn".to_owned(), ..CardPlace::default() });
    });
    let mut linked = Linked::alike(&full);
    linked.ours = card(|_| {});
    let merged = linked.settle();
    let cleared = ["display_name", "personal_notes", "birthday", "home_place", "categories"];
    assert_eq!(words(&merged.theirs), cleared);
    assert_eq!(linked.theirs, card(|_| {}));
    linked.assert_still();
}

#[test]
fn what_is_cleared_there_is_cleared_here() {
    let mut linked = Linked::alike(&card(|card| set(card, CardText::PersonalNotes, "met in May")));
    linked.theirs = card(|_| {});
    assert!(linked.settle().theirs.is_empty());
    assert_eq!(linked.ours, card(|_| {}));
}

#[test]
fn a_name_that_the_server_makes_anew_is_written_once() {
    let mut linked = Linked::alike(&card(|card| set(card, CardText::Surname, "Fort")));
    set(&mut linked.ours, CardText::Surname, "Smith");
    let merged = linked.cycle(None, |mut card| {
        set(&mut card, CardText::DisplayName, "Anna Smith");
        set(&mut card, CardText::FileAs, "Smith, Anna");
        card
    });
    assert_eq!(words(&merged.theirs), ["display_name", "surname"]);
    assert_eq!(merged.theirs.card.text(CardText::DisplayName), "Anna Fort");
    linked.assert_still();
    assert_eq!(linked.ours.text(CardText::DisplayName), "Anna Fort");
}

#[test]
fn what_the_server_makes_of_a_new_contact_is_no_change_on_either_side() {
    let ours = card(|card| {
        set(card, CardText::PersonalNotes, "one\ntwo");
        card.emails = emails(&["anna@example.com", "no address"]);
        card.phones = vec![phone(PhoneKind::Business, "030 123456"), phone(PhoneKind::Home, "odd 1")];
        card.categories = texts(&["Friends"]);
    });
    let kept = card(|card| {
        set(card, CardText::PersonalNotes, "one\r\ntwo\r\n");
        set(card, CardText::FileAs, "Fort, Anna");
        let named =
            |address: &str, name: &str| CardEmail { address: address.to_owned(), name: name.to_owned() };
        card.emails = vec![named("Anna@Example.com", "Fort, Anna (HR)"), named("", "no address")];
        card.phones = vec![phone(PhoneKind::Business, "+49 30 123456"), phone(PhoneKind::Home, "+1 odd")];
        card.categories = texts(&["friends", "Customers"]);
    });
    let mut linked = Linked::of(&ours, &kept);
    linked.assert_still();
    // The entry that is kept in another form goes with the one that it was made of.
    linked.ours.phones.pop();
    assert_eq!(words(&linked.settle().theirs), ["display_name", "home_phones"]);
    assert_eq!(linked.theirs.phones, [phone(PhoneKind::Business, "+49 30 123456")]);
    linked.assert_still();
}

#[test]
fn the_answer_to_our_own_write_that_comes_again_late_and_twice_does_nothing() {
    let mut linked = Linked::alike(&card(|_| {}));
    set(&mut linked.ours, CardText::NickName, "Annie");
    linked.settle();
    linked.assert_still();
}

#[test]
fn the_policy_says_which_of_two_values_holds_and_the_other_is_told() {
    for (holds, value, lost, writes) in
        [(Some(Side::Theirs), "there", Some("here"), 0), (Some(Side::Ours), "here", Some("there"), 2)]
    {
        let mut linked = Linked::alike(&card(|card| set(card, CardText::JobTitle, "Clerk")));
        set(&mut linked.ours, CardText::JobTitle, "here");
        set(&mut linked.theirs, CardText::JobTitle, "there");
        let merged = linked.cycle(holds, identity);
        assert_eq!(merged.theirs.members.len(), writes);
        assert_eq!(merged.conflicts.len(), 1);
        assert_eq!(merged.conflicts[0].lost().and_then(Value::as_str), lost);
        assert_eq!(linked.ours.text(CardText::JobTitle), value);
        assert_eq!(linked.ours, linked.theirs);
        linked.assert_still();
    }
}

#[test]
fn what_a_person_is_to_decide_stays_on_both_sides_and_is_listed_until_then() {
    let mut linked = Linked::alike(&card(|card| set(card, CardText::JobTitle, "Clerk")));
    set(&mut linked.ours, CardText::JobTitle, "here");
    set(&mut linked.ours, CardText::NickName, "Annie");
    set(&mut linked.theirs, CardText::JobTitle, "there");
    assert_eq!(words(&linked.cycle(None, identity).theirs), ["display_name", "nick_name"]);
    for _ in 0..3 {
        let merged = linked.cycle(None, identity);
        assert!(merged.theirs.is_empty());
        let told: Vec<_> =
            merged.conflicts.iter().map(|told| (told.ours.as_str(), told.theirs.as_str())).collect();
        assert_eq!(told, [(Some("here"), Some("there"))]);
        assert_eq!(merged.conflicts[0].lost(), None);
    }
    assert_eq!(linked.ours.text(CardText::JobTitle), "here");
    linked.cycle(Some(Side::Ours), identity);
    assert_eq!(linked.theirs.text(CardText::JobTitle), "here");
    linked.assert_still();
}

#[test]
fn a_question_ends_when_both_sides_say_the_same() {
    let mut linked = Linked::alike(&card(|_| {}));
    set(&mut linked.ours, CardText::JobTitle, "here");
    set(&mut linked.theirs, CardText::JobTitle, "there");
    assert_eq!(linked.cycle(None, identity).conflicts.len(), 1);
    set(&mut linked.theirs, CardText::JobTitle, "here");
    assert!(linked.cycle(None, identity).open.is_empty());
    linked.assert_still();
}

#[test]
fn an_address_is_one_value_and_never_made_of_parts_from_both_sides() {
    let place = |street: &str, city: &str| CardPlace {
        street: street.to_owned(),
        city: city.to_owned(),
        ..CardPlace::default()
    };
    let mut linked = Linked::alike(&card(|card| card.set_place(PlaceKind::Home, place("Ring 1", "Bonn"))));
    linked.ours.set_place(PlaceKind::Home, place("Weg 2", "Bonn"));
    linked.theirs.set_place(PlaceKind::Home, place("Ring 1", "Mainz"));
    let merged = linked.settle();
    assert_eq!(merged.conflicts[0].lost().unwrap()["street"], "Weg 2");
    assert_eq!(linked.ours.places[&PlaceKind::Home], place("Ring 1", "Mainz"));
}

#[test]
fn a_write_that_was_refused_for_its_version_is_merged_with_what_is_there_then() {
    let mut linked = Linked::alike(&card(|_| {}));
    set(&mut linked.ours, CardText::JobTitle, "Head");
    let refused = linked.merged(None);
    set(&mut linked.theirs, CardText::Department, "Sales");
    let again = linked.settle();
    assert_eq!(words(&again.theirs), words(&refused.theirs));
    let both = (linked.theirs.text(CardText::JobTitle), linked.ours.text(CardText::Department));
    assert_eq!(both, ("Head", "Sales"));
    linked.assert_still();
}

#[test]
fn at_a_first_meeting_each_side_fills_what_the_other_lacks() {
    let ours = card(|card| {
        set(card, CardText::JobTitle, "Head");
        card.emails = emails(&["anna@example.com"]);
    });
    let theirs = card(|card| {
        set(card, CardText::Department, "Sales");
        card.emails = emails(&["ANNA@example.com", "anna@home.example"]);
        card.phones = vec![phone(PhoneKind::Home, "030 123456")];
    });
    let mut linked = Linked { ours, theirs, bases: Default::default() };
    let merged = linked.settle();
    assert_eq!((words(&merged.theirs), merged.conflicts.len()), (vec!["display_name", "job_title"], 0));
    assert_eq!(linked.ours.emails, emails(&["anna@example.com", "anna@home.example"]));
    linked.assert_still();
}

#[test]
fn a_company_without_a_persons_name_is_shown_by_its_own_and_renamed_with_it() {
    let company = |name: &str| {
        let mut card = Card::default();
        set(&mut card, CardText::CompanyName, name);
        card
    };
    let written = first_written(&company("Acme"), canon());
    assert_eq!(words(&written), ["display_name", "company_name"]);
    let mut linked = Linked::of(&company("Acme"), &written.card);
    linked.assert_still();
    linked.ours = company("Acme Ltd");
    linked.settle();
    assert_eq!(linked.theirs.text(CardText::DisplayName), "Acme Ltd");
    assert_eq!(linked.ours, company("Acme Ltd"));
    linked.assert_still();
}

/// What is done to a card, and whether that is a change.
type Changed = (fn(&mut Card), bool);

#[test]
fn a_contact_has_changed_where_a_value_has_and_not_where_its_writing_has() {
    let was = card(|card| {
        set(card, CardText::PersonalNotes, "one\ntwo");
        card.emails = emails(&["anna@example.com", "anna@home.example"]);
        card.phones = vec![phone(PhoneKind::Home, "030 123456")];
        card.categories = texts(&["Friends", "Family"]);
    });
    let changes: [Changed; 9] = [
        (|card| set(card, CardText::PersonalNotes, "one \r\ntwo\r\n"), false),
        (|card| card.emails[0].name = "Fort, Anna".to_owned(), false),
        (|card| card.phones[0].number = "+49 30 123456".to_owned(), false),
        (|card| card.categories = texts(&["FAMILY", "friends"]), false),
        (|card| set(card, CardText::PersonalNotes, "one two"), true),
        (|card| card.emails.swap(0, 1), true),
        (|card| card.phones[0].kind = PhoneKind::Mobile, true),
        (|card| card.categories.truncate(1), true),
        (|card| card.birthday = NaiveDate::from_ymd_opt(1992, 2, 29), true),
    ];
    for (nth, (change, is)) in changes.into_iter().enumerate() {
        let mut now = was.clone();
        change(&mut now);
        assert_eq!(has_changed(Edit { base: &was, now: &now }, canon()), is, "{nth}");
    }
}
