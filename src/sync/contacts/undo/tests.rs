use super::*;
use crate::model::{CardEmail, CardMember, ContactId, ContactWriteId, CycleId};
use chrono::DateTime;

fn card(texts: &[(CardText, &str)], emails: &[&str]) -> Card {
    let mut card = Card::default();
    for (text, value) in texts {
        card.set_text(*text, (*value).to_owned());
    }
    let email = |address: &&str| CardEmail { address: (*address).to_owned(), name: String::new() };
    card.emails = emails.iter().map(email).collect();
    card
}

fn contact(card: &Card, is_gone: bool) -> Contact {
    let at = DateTime::from_timestamp_millis(1).unwrap();
    Contact {
        id: ContactId::from("c".to_owned()),
        account_id: None,
        external_id: None,
        card: card.clone(),
        edited_at: None,
        created_at: at,
        changed_at: at,
        revision: 1,
        gone_at: is_gone.then_some(at),
    }
}

fn write(kind: ContactWriteKind, before: Option<&Card>, sent: Option<&Card>) -> ContactWrite {
    let at = DateTime::from_timestamp_millis(1).unwrap();
    ContactWrite {
        id: ContactWriteId::from("w".to_owned()),
        cycle: CycleId::from("cycle".to_owned()),
        contact: ContactId::from("c".to_owned()),
        kind,
        revision: 1,
        remote_id: None,
        before: before.cloned(),
        sent: sent.cloned(),
        members: CardMember::all().collect(),
        conflicts: Vec::new(),
        begun_at: at,
        ended: Some((at, Ok(()))),
    }
}

fn updated(before: &Card, sent: &Card, now: &Card) -> (Undo, Vec<Conflict>) {
    undo(&write(ContactWriteKind::Update, Some(before), Some(sent)), &contact(now, false), Canon::default())
}

#[test]
fn what_was_written_is_as_it_was_and_what_was_changed_since_stays_and_is_told() {
    use CardText::{JobTitle, NickName, Surname};
    let before = card(&[(Surname, "Fort"), (JobTitle, "Clerk")], &["a@x"]);
    let sent = card(&[(Surname, "Fort"), (JobTitle, "Head"), (NickName, "Annie")], &["b@x"]);
    assert_eq!(updated(&before, &sent, &sent), (Undo::Restore(before.clone()), vec![]));
    let now = card(&[(Surname, "Kern"), (JobTitle, "Boss"), (NickName, "Annie")], &["b@x", "c@x"]);
    let (undone, kept) = updated(&before, &sent, &now);
    let expected = card(&[(Surname, "Kern"), (JobTitle, "Boss")], &["a@x", "c@x"]);
    assert_eq!(undone, Undo::Restore(expected));
    assert_eq!(kept.len(), 1);
    assert_eq!((kept[0].member, kept[0].lost().unwrap()), (CardMember::Text(JobTitle), &"Clerk".into()));
    assert_eq!(updated(&before, &sent, &before), (Undo::Nothing, vec![]), "it is taken back already");
}

#[test]
fn what_was_not_written_is_not_taken_back() {
    use CardText::{JobTitle, NickName};
    let before = card(&[(JobTitle, "Clerk")], &["a@x", "b@x", "c@x"]);
    let sent = card(&[(JobTitle, "Head"), (NickName, "Annie")], &["d@x", "e@x", "a@x", "b@x"]);
    let all = write(ContactWriteKind::Update, Some(&before), Some(&sent));
    let (undone, _) = undo(&all, &contact(&sent, false), Canon::default());
    let Undo::Restore(card_then) = undone else { panic!("{undone:?}") };
    let addresses: Vec<_> = card_then.emails.iter().map(|email| email.address.as_str()).collect();
    assert_eq!(addresses, ["e@x", "a@x", "b@x", "c@x"], "one had no room and was never there");
    let one = ContactWrite { members: [CardMember::Text(JobTitle)].into(), ..all };
    let (undone, _) = undo(&one, &contact(&sent, false), Canon::default());
    let mut expected = sent.clone();
    expected.set_text(JobTitle, "Clerk".to_owned());
    assert_eq!(undone, Undo::Restore(expected));
}

#[test]
fn what_was_made_is_deleted_unless_it_was_changed_and_what_was_deleted_is_there_again() {
    use CardText::{DisplayName, FileAs, JobTitle};
    let sent = card(&[(JobTitle, "Clerk")], &["a@x"]);
    let mut now = card(&[(JobTitle, "Clerk"), (DisplayName, "a@x"), (FileAs, "a@x")], &["A@x"]);
    let made = write(ContactWriteKind::Create, None, Some(&sent));
    let of =
        |write: &ContactWrite, now: &Card, is_gone| undo(write, &contact(now, is_gone), Canon::default()).0;
    assert_eq!(of(&made, &now, false), Undo::Remove, "the server made the names");
    assert_eq!(of(&made, &now, true), Undo::Nothing);
    now.set_text(CardText::PersonalNotes, "Call back".to_owned());
    assert_eq!(of(&made, &now, false), Undo::Keep);
    let deleted = write(ContactWriteKind::Delete, Some(&now), None);
    assert_eq!(of(&deleted, &sent, true), Undo::Revive(sent.clone()), "with all that it had here");
    assert_eq!(of(&deleted, &sent, false), Undo::Nothing);
}
