//! What holds for all cards.

use super::*;
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

fn texts_of() -> impl Strategy<Value = BTreeMap<CardText, String>> {
    let name = prop_oneof!["Anna", "Anna ", "Otto", "Ida\r\n"];
    let title = prop_oneof!["", "Head", "Clerk"];
    (name, title, prop_oneof!["", "note\none", "note \r\none", "other"]).prop_map(|(name, title, notes)| {
        let mut card = Card::default();
        card.set_text(CardText::DisplayName, name);
        card.set_text(CardText::JobTitle, title);
        card.set_text(CardText::PersonalNotes, notes);
        card.texts
    })
}

fn email_of() -> impl Strategy<Value = CardEmail> {
    let addresses =
        ["a@x.example", "A@X.example", "b@x.example", "c@y.example", "d@y.example", "/o=x/cn=a", ""];
    (prop::sample::select(addresses.to_vec()), prop_oneof!["", "a", "b"])
        .prop_map(|(address, name)| CardEmail { address: address.to_owned(), name })
}

fn phone_of(kinds: &[PhoneKind]) -> impl Strategy<Value = CardPhone> + use<> {
    let numbers = ["030 123456", "+49 30 123456", "0170 1234567", "+49 30 123456 ext 5", "110", "odd"];
    (prop::sample::select(kinds.to_vec()), prop::sample::select(numbers.to_vec()))
        .prop_map(|(kind, number)| phone(kind, number))
}

fn words_of(most: usize) -> impl Strategy<Value = Vec<String>> {
    vec(prop_oneof!["a", "A", "b", "c", "d"], 0..=most)
}

/// Cards whose lists have up to so many entries, with numbers of these kinds.
fn card_of(most: usize, kinds: &[PhoneKind]) -> impl Strategy<Value = Card> + use<> {
    let entries = (vec(email_of(), 0..=most), vec(phone_of(kinds), 0..=most));
    let words = [words_of(most), words_of(most), words_of(most)];
    let place = prop_oneof!["", "Bonn", "Bonn ", "Mainz"];
    (texts_of(), prop::option::of(1..4_u32), entries, words, place).prop_map(
        |(texts, day, (emails, phones), [im_addresses, children, categories], city)| {
            let birthday = day.and_then(|day| NaiveDate::from_ymd_opt(1960, 2, day));
            let mut card = Card {
                texts,
                birthday,
                emails,
                phones,
                im_addresses,
                children,
                categories,
                ..Card::default()
            };
            card.set_place(PlaceKind::Home, CardPlace { city, ..CardPlace::default() });
            card
        },
    )
}

fn any_card() -> impl Strategy<Value = Card> {
    card_of(4, &PhoneKind::ALL)
}

fn linked_of<C: Strategy<Value = Card>>(card: impl Fn() -> C) -> impl Strategy<Value = Linked> {
    [card(), card(), card(), card()].prop_map(|[ours, theirs, our_base, their_base]| Linked {
        ours,
        theirs,
        bases: (our_base, their_base),
    })
}

/// Contacts that have room in Outlook, whatever both sides add.
fn small() -> impl Strategy<Value = Linked> {
    linked_of(|| card_of(1, &[PhoneKind::Business, PhoneKind::Home]))
}

fn any_linked() -> impl Strategy<Value = Linked> {
    linked_of(any_card)
}

fn side_of() -> impl Strategy<Value = Option<Side>> {
    prop::sample::select(vec![Some(Side::Ours), Some(Side::Theirs), None])
}

/// Each value of a card in the form in which it is compared; of numbers also what they are for.
fn values(card: &Card) -> BTreeSet<(&'static str, String)> {
    let texts = card.texts.iter().map(|(text, value)| (text.as_str(), canon::text(value)));
    let birthday = card.birthday.iter().map(|day| ("birthday", day.to_string()));
    let emails = card.emails.iter().map(|entry| ("emails", canon::email(entry)));
    let phones = card.phones.iter().map(|phone| (phone.kind.as_str(), canon().phone(&phone.number)));
    let places = card.places.values().map(|place| ("place", canon::place(place).city));
    let chats = card.im_addresses.iter().map(|text| ("chats", canon::folded(text)));
    let children = card.children.iter().map(|text| ("children", canon::text(text)));
    let categories = card.categories.iter().map(|text| ("categories", canon::folded(text)));
    texts
        .chain(birthday)
        .chain(emails)
        .chain(phones)
        .chain(places)
        .chain(chats)
        .chain(children)
        .chain(categories)
        .filter(|(_, value)| !value.is_empty())
        .collect()
}

fn fits(card: &Card) -> bool {
    let phones = PhoneKind::ALL.iter().all(|kind| card.phones_of(*kind).count() <= fit::phones(Some(*kind)));
    phones && card.emails.len() <= 3 && card.im_addresses.len() <= 3
}

proptest! {
    #[test]
    fn a_second_merge_does_nothing(mut linked in any_linked(), holds in side_of()) {
        linked.cycle(holds, identity);
        let before = linked.clone();
        let merged = linked.cycle(holds, identity);
        prop_assert!(merged.theirs.is_empty(), "{:?} {merged:#?}", before);
        prop_assert_eq!(&merged.ours, &before.ours);
        prop_assert!(holds.is_none() || merged.conflicts.is_empty());
    }

    #[test]
    fn whatever_a_server_makes_of_it_the_next_merge_does_nothing(
        mut linked in any_linked(),
        holds in side_of(),
        answer in any_card(),
    ) {
        let first = linked.cycle(holds, |_| answer);
        let before = linked.clone();
        let merged = linked.cycle(holds, identity);
        if first.open.is_empty() {
            prop_assert!(merged.theirs.is_empty(), "{:?} {merged:#?}", before);
            prop_assert_eq!(merged.ours, before.ours);
        }
    }

    #[test]
    fn what_a_server_changes_later_is_taken_and_not_written_over(
        ours in any_card(),
        theirs in any_card(),
        later in any_card(),
    ) {
        let mut linked = Linked { ours, theirs, bases: Default::default() };
        linked.cycle(Some(Side::Ours), identity);
        let before = values(&linked.theirs);
        let is_ours_alone = !fits(&linked.ours) || !values(&linked.ours).is_subset(&before);
        linked.theirs = later.clone();
        let merged = linked.settle();
        prop_assert!(values(&later).is_subset(&values(&linked.theirs)));
        let new: BTreeSet<_> = values(&later).difference(&before).cloned().collect();
        prop_assert!(new.is_subset(&values(&linked.ours)), "{new:?}");
        // What had no room before may move up, once.
        prop_assert!(merged.theirs.is_empty() || is_ours_alone);
        prop_assert!(linked.settle().theirs.is_empty());
    }

    #[test]
    fn what_is_written_never_exceeds_the_room(linked in any_linked(), holds in side_of()) {
        let merged = linked.merged(holds);
        prop_assert!(!fits(&linked.theirs) || fits(&merged.theirs.card), "{:?}", merged.theirs.card);
    }

    #[test]
    fn no_value_that_a_side_wrote_is_lost_without_being_told(linked in any_linked(), holds in side_of()) {
        let merged = linked.merged(holds);
        let told: Vec<_> = merged.conflicts.iter().flat_map(|told| [&told.ours, &told.theirs]).collect();
        let is_told = |value: &str| told.iter().any(|told| {
            let parts = ["city", "number", "address", "name"].map(|part| told[part].as_str());
            let mut texts = parts.into_iter().chain([told.as_str()]).flatten();
            texts.any(|told| canon::folded(told) == canon::folded(value) || canon().phone(told) == value)
        });
        let mut after = values(&merged.ours);
        if holds.is_none() {
            after.extend(values(&merged.theirs.card));
        }
        let written = [(&linked.bases.0, &linked.ours), (&linked.bases.1, &linked.theirs)];
        for (base, now) in written {
            let before = values(base);
            let new: Vec<_> = values(now).into_iter().filter(|value| !before.contains(value)).collect();
            for (member, value) in new {
                prop_assert!(
                    after.contains(&(member, value.clone())) || is_told(&value),
                    "{member} {value} {merged:#?}"
                );
            }
        }
    }

    #[test]
    fn the_sides_are_alike(linked in small(), holds in side_of()) {
        let turned = Linked {
            ours: linked.theirs.clone(),
            theirs: linked.ours.clone(),
            bases: (linked.bases.1.clone(), linked.bases.0.clone()),
        };
        let other = holds.map(|side| if side == Side::Ours { Side::Theirs } else { Side::Ours });
        let (one, other) = (linked.merged(holds), turned.merged(other));
        prop_assert_eq!(values(&one.ours), values(&other.theirs.card));
        prop_assert_eq!(values(&one.theirs.card), values(&other.ours));
        prop_assert_eq!(one.conflicts.len(), other.conflicts.len());
    }
}
