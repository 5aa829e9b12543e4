use super::*;
use crate::model::{CardEmail, CardText, ContactFolderId, ContactId, CycleId};
use serde_json::Map;

fn card(texts: &[(CardText, &str)], emails: &[&str]) -> Card {
    let mut card = Card::default();
    for (text, value) in texts {
        card.set_text(*text, (*value).to_owned());
    }
    let email = |address: &&str| CardEmail { address: (*address).to_owned(), name: String::new() };
    card.emails = emails.iter().map(email).collect();
    card
}

fn contact(id: &str, card: Card) -> Contact {
    let at = DateTime::from_timestamp_millis(1).unwrap();
    Contact {
        id: ContactId::from(id.to_owned()),
        account_id: None,
        external_id: None,
        card,
        edited_at: None,
        created_at: at,
        changed_at: at,
        revision: 3,
        gone_at: None,
    }
}

fn brought(card: &Card) -> NearContact {
    let link = ContactLink {
        remote_id: "item".to_owned(),
        folder: ContactFolderId::from("folder".to_owned()),
        change_key: Some("v1".to_owned()),
        modified_at: None,
        ours: card.clone(),
        theirs: card.clone(),
        others: Map::new(),
        contested: None,
    };
    NearContact { contact: contact("there", card.clone()), link: Some(link), is_brought: true }
}

const JOINING: Joining =
    Joining { canon: Canon { region: None }, policy: crate::model::ConflictPolicy::Outlook };

fn joined(here: Card, there: &NearContact) -> ContactJoin {
    let now = DateTime::from_timestamp_millis(2).unwrap();
    join_brought(&contact("here", here), there, JOINING, (&CycleId::from("run".to_owned()), now)).unwrap()
}

#[test]
fn what_one_side_has_alone_both_have_and_only_what_outlook_lacks_waits() {
    use CardText::{JobTitle, NickName, Surname};
    let ours = card(&[(Surname, "Fort"), (JobTitle, "Engineer")], &["a@x.example", "b@x.example"]);
    let theirs = card(&[(Surname, "Fort"), (NickName, "Annie")], &["A@x.example"]);
    let ContactJoin { upsert, other, other_revision } = joined(ours, &brought(&theirs));
    assert_eq!(
        (other.as_str(), other_revision, upsert.id.as_str(), upsert.based_on),
        ("there", 3, "here", 3)
    );
    let texts = [Surname, JobTitle, NickName].map(|text| upsert.card.text(text).to_owned());
    assert_eq!((texts, upsert.card.emails.len()), (["Fort", "Engineer", "Annie"].map(str::to_owned), 2));
    assert_eq!(upsert.link.theirs.text(NickName), "Annie");
    assert_eq!(upsert.link.ours.text(JobTitle), "", "it waits to go out");
    assert_eq!(upsert.link.ours.emails, [], "it waits to go out");
}

#[test]
fn two_that_say_the_same_agree_and_nothing_waits() {
    let same = card(&[(CardText::Surname, "Fort")], &["a@x.example"]);
    let upsert = joined(same.clone(), &brought(&same)).upsert;
    assert_eq!((&upsert.card, &upsert.link.ours, &upsert.link.theirs), (&same, &same, &same));
}

#[test]
fn what_was_changed_of_the_brought_one_and_waits_to_go_out_waits_on() {
    use CardText::{JobTitle, NickName};
    let was = card(&[(JobTitle, "Clerk")], &["a@x.example"]);
    let mut there = brought(&was);
    there.contact.card = card(&[(NickName, "Annie")], &["a@x.example"]);
    there.contact.edited_at = Some(there.contact.changed_at);
    let upsert = joined(card(&[], &["a@x.example"]), &there).upsert;
    assert_eq!((upsert.card.text(JobTitle), upsert.card.text(NickName)), ("", "Annie"));
    assert_eq!((upsert.link.ours.text(JobTitle), upsert.link.ours.text(NickName)), ("Clerk", ""));
}
