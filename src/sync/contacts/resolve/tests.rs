use super::*;
use crate::model::{CardText, ContactFolderId, ContactId, PhoneKind};
use serde_json::Map;

fn card(title: &str, company: &str) -> Card {
    let mut card = Card::default();
    card.set_text(CardText::JobTitle, title.to_owned());
    card.set_text(CardText::CompanyName, company.to_owned());
    card
}

/// A contact of which both sides had `base`; it has `ours` here and `theirs` there.
fn edited(base: &Card, ours: &Card, theirs: &Card, is_gone: bool) -> EditedContact {
    let at = DateTime::from_timestamp_millis(1).unwrap();
    let contact = Contact {
        id: ContactId::from("c".to_owned()),
        account_id: None,
        external_id: None,
        card: ours.clone(),
        edited_at: Some(at),
        created_at: at,
        changed_at: at,
        revision: 2,
        gone_at: is_gone.then_some(at),
    };
    let link = ContactLink {
        remote_id: "item".to_owned(),
        folder: ContactFolderId::from("folder".to_owned()),
        change_key: None,
        modified_at: None,
        ours: base.clone(),
        theirs: base.clone(),
        others: Map::new(),
        contested: Some(Box::new(theirs.clone())),
    };
    EditedContact { contact, link: Some(link), had_item: false, was_deleted_there: false }
}

fn said(edited: &EditedContact, side: Side, member: Option<CardMember>) -> Option<ContactResolution> {
    let at = DateTime::from_timestamp_millis(2).unwrap();
    resolve(edited, (side, member), Canon::default(), (&CycleId::from("run".to_owned()), at))
}

/// What both sides come to afterwards.
fn after(edited: &EditedContact, resolution: &ContactResolution) -> (Card, Card) {
    let card = resolution.card.as_ref().map_or(&edited.contact.card, |(card, _)| card);
    let ours = Edit { base: &resolution.bases.0, now: card };
    let merged =
        merge(ours, Edit { base: &resolution.bases.1, now: &resolution.seen }, None, Canon::default());
    let is_settled = resolution.contested.is_none();
    assert_eq!(merged.conflicts.is_empty(), is_settled, "{merged:?}");
    (merged.ours, merged.theirs.apply(&resolution.seen))
}

#[test]
fn what_a_person_has_said_of_one_value_holds_on_both_sides_and_the_other_waits_on() {
    let edited = edited(&card("Clerk", "Old"), &card("Head", "Acme"), &card("Boss", "Engines"), false);
    let title = Some(CardMember::Text(CardText::JobTitle));
    for (side, holds, lost) in [(Side::Ours, "Head", "Boss"), (Side::Theirs, "Boss", "Head")] {
        let resolution = said(&edited, side, title).unwrap();
        let (ours, theirs) = after(&edited, &resolution);
        assert_eq!([&ours, &theirs].map(|card| card.text(CardText::JobTitle)), [holds, holds]);
        assert_eq!([&ours, &theirs].map(|card| card.text(CardText::CompanyName)), ["Acme", "Engines"]);
        let journal = resolution.journal;
        assert_eq!((journal.conflicts.len(), journal.conflicts[0].lost()), (1, Some(&lost.into())));
        assert_eq!(journal.before.unwrap().text(CardText::JobTitle), lost);
    }
}

#[test]
fn all_that_waits_of_a_contact_is_said_at_once_and_the_rest_of_both_sides_stays() {
    let mut base = card("Clerk", "Old");
    base.phones.push(crate::model::CardPhone { kind: PhoneKind::Business, number: "+49 30 1".to_owned() });
    let (mut ours, mut theirs) = (card("Head", "Old"), card("Boss", "New"));
    (ours.phones, theirs.phones) = (base.phones.clone(), base.phones.clone());
    (ours.phones[0].kind, theirs.phones[0].kind) = (PhoneKind::Home, PhoneKind::Mobile);
    theirs.phones.push(crate::model::CardPhone { kind: PhoneKind::Home, number: "+49 30 2".to_owned() });
    let edited = edited(&base, &ours, &theirs, false);
    for (side, kind) in [(Side::Ours, PhoneKind::Home), (Side::Theirs, PhoneKind::Mobile)] {
        let (here, there) = after(&edited, &said(&edited, side, None).unwrap());
        for card in [&here, &there] {
            let kinds: BTreeSet<_> = card.phones.iter().map(|phone| phone.kind).collect();
            assert_eq!((card.phones.len(), kinds), (2, [kind, PhoneKind::Home].into()), "{side:?} {card:?}");
            assert_eq!(card.text(CardText::CompanyName), "New", "{side:?}");
        }
    }
}

#[test]
fn nothing_can_be_said_of_what_does_not_conflict() {
    let edited = edited(&card("Clerk", "Old"), &card("Head", "Old"), &card("Boss", "New"), false);
    assert_eq!(said(&edited, Side::Ours, Some(CardMember::Text(CardText::CompanyName))), None);
    assert!(contest(&edited, Canon::default(), ConflictPolicy::Ask).is_some());
    assert_eq!(contest(&edited, Canon::default(), ConflictPolicy::Outlook), None, "the policy says it");
}

#[test]
fn a_contact_deleted_here_and_changed_there_stays_deleted_or_is_there_again() {
    let edited = edited(&card("Clerk", "Old"), &card("Clerk", "Old"), &card("Boss", "Old"), true);
    assert_eq!(contest(&edited, Canon::default(), ConflictPolicy::Ask), Some(Contest::Deleted(Side::Ours)));
    let ours = said(&edited, Side::Ours, None).unwrap();
    assert_eq!((&ours.card, &ours.bases.1), (&None, &ours.seen), "nobody has changed it since");
    let theirs = said(&edited, Side::Theirs, None).unwrap();
    assert_eq!(after(&edited, &theirs).0.text(CardText::JobTitle), "Boss");
}

#[test]
fn nothing_is_to_be_written_of_a_contact_that_is_as_outlook_has_it_because_a_person_said_so() {
    let edited = edited(&card("Clerk", "Old"), &card("Clerk", "Acme"), &card("Boss", "Old"), true);
    let said = said(&edited, Side::Theirs, None).unwrap();
    let (card, _) = said.card.clone().unwrap();
    let merged = merge(
        Edit { base: &said.bases.0, now: &card },
        Edit { base: &said.bases.1, now: &said.bases.1 },
        None,
        Canon::default(),
    );
    let written: Vec<_> = merged.theirs.members.iter().map(|member| member.as_str()).collect();
    assert_eq!(written, ["display_name", "company_name"], "but what was changed here before it was deleted");
    let (here, there) = after(&edited, &said);
    for card in [&here, &there] {
        assert_eq!([CardText::JobTitle, CardText::CompanyName].map(|text| card.text(text)), ["Boss", "Acme"]);
    }
}
