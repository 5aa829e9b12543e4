//! Contacts: folders, pages, links, and what is read back.

mod compare;
mod decided;
mod folders;
mod forget;
mod gate;
mod gone;
mod journal;
mod leaving;
mod limits;
mod meeting;
mod named;
mod outgoing;
mod pages;
mod photo_edits;
mod photos;
mod queue;
mod reading;
mod rounds;
mod stock;
mod views;

use super::*;
use outlook_syncd::model::{
    Card, CardEmail, CardPhone, CardPlace, CardText, Contact, ContactFolder, ContactFolderId, ContactForms,
    ContactId, ContactLink, FolderCursor, FullRound, PhoneKind, PlaceKind,
};
use outlook_syncd::store::{
    ContactCounts, ContactPageWrite, ContactQuery, ContactUpsert, LinkedContact, MeetingWrite,
};
use std::collections::HashSet;

/// The id of a folder of an account.
fn folder_named(account: &AccountId, name: &str) -> ContactFolderId {
    ContactFolderId::from(format!("{account} {name}"))
}

fn folder(account: &AccountId, name: &str) -> ContactFolder {
    let folder = ContactFolder::new(folder_named(account, name), format!("AAMk {name}"));
    ContactFolder { name: Some(name.to_owned()), is_default: name == "Contacts", ..folder }
}

/// An account that has two contact folders, claimed.
async fn ready(store: &Store) -> Claim {
    let claim = claimed(store).await;
    let account = &claim.account.id;
    let folders = ["Contacts", "Suppliers"].map(|name| folder(account, name));
    store.keep_contact_folders(&claim, &folders).await.unwrap();
    claim
}

/// A card with something of each kind.
fn card(name: &str) -> Card {
    let mut card = Card {
        birthday: chrono::NaiveDate::from_ymd_opt(1992, 2, 29),
        emails: vec![email(&format!("{}@Example.org", name.to_lowercase())), email("info@example.org")],
        phones: vec![
            CardPhone { kind: PhoneKind::Mobile, number: "+49 171 1".to_owned() },
            CardPhone { kind: PhoneKind::Business, number: "intern 5".to_owned() },
        ],
        im_addresses: vec!["sip:x".to_owned()],
        children: vec!["Tom".to_owned(), "Ida".to_owned()],
        categories: vec!["Red".to_owned(), "A, b".to_owned()],
        ..Card::default()
    };
    card.set_text(CardText::GivenName, name.to_owned());
    card.set_text(CardText::DisplayName, format!("{name} Fort"));
    card.set_place(PlaceKind::Home, CardPlace { city: "Bonn".to_owned(), ..CardPlace::default() });
    card
}

fn email(address: &str) -> CardEmail {
    CardEmail { address: address.to_owned(), name: "as the server calls it".to_owned() }
}

fn forms(card: &Card) -> ContactForms {
    ContactForms {
        emails: card.emails.iter().map(|email| Some(email.address.to_lowercase())).collect(),
        phones: vec![Some("+491711".to_owned()), None],
    }
}

/// A contact that was seen for the first time, as item `remote_id` of the default folder.
fn seen(claim: &Claim, remote_id: &str, card: Card) -> ContactUpsert {
    let link = ContactLink {
        remote_id: remote_id.to_owned(),
        folder: folder_named(&claim.account.id, "Contacts"),
        change_key: Some("v1".to_owned()),
        modified_at: Some(at(-5)),
        ours: card.clone(),
        theirs: card.clone(),
        others: serde_json::from_str(r#"{"gender": "none", "@odata.etag": "W/1"}"#).unwrap(),
        contested: None,
    };
    ContactUpsert { id: ContactId::new(at(0)), based_on: 0, forms: forms(&card), card, resolved: None, link }
}

/// A page of the default folder.
fn contact_page(claim: &Claim, upserts: Vec<ContactUpsert>) -> ContactPageWrite {
    let folder = folder(&claim.account.id, "Contacts");
    ContactPageWrite { folder: Some(folder), upserts, ..ContactPageWrite::at(at(1_000)) }
}

/// Writes contacts as sync does: what is linked with an item is that contact.
async fn put(store: &Store, claim: &Claim, mut page: ContactPageWrite) -> ContactCounts {
    for upsert in &mut page.upserts {
        if let Some(known) = linked(store, claim, &upsert.link.remote_id).await {
            (upsert.id, upsert.based_on) = (known.contact.id, known.contact.revision);
        }
    }
    store.write_contact_page(claim, &page).await.unwrap().unwrap()
}

async fn linked(store: &Store, claim: &Claim, remote_id: &str) -> Option<LinkedContact> {
    let known = store.linked_contacts(&claim.account.id, &[remote_id.to_owned()]).await.unwrap();
    known.into_values().next()
}

async fn held(store: &Store, claim: &Claim, name: &str) -> u64 {
    let folders = store.contact_folders(&claim.account.id).await.unwrap();
    let id = folder_named(&claim.account.id, name);
    let held = folders.iter().find(|folder| folder.id == id).unwrap().held;
    let counted = store.count_linked_contacts(&claim.account.id).await.unwrap();
    assert_eq!(counted.get(&id).copied().unwrap_or_default(), held, "{name}");
    held
}

fn contact_counts(new: u64, changed: u64) -> ContactCounts {
    ContactCounts { new, changed }
}

async fn everyone(store: &Store) -> Vec<Contact> {
    store.contacts(&ContactQuery { limit: 1_000, ..ContactQuery::default() }).await.unwrap()
}

/// The mailbox has none of those that were made here.
async fn compared(store: &Store, claim: &Claim) {
    let unmet = store.unmet_contacts(&claim.account.id, None, 10).await.unwrap();
    let met = unmet.into_iter().map(|contact| (contact.id, contact.revision)).collect();
    let meeting = MeetingWrite { met, joins: Vec::new(), matches: Vec::new(), now: at(3_000) };
    assert!(store.write_meeting(claim, &meeting).await.unwrap());
}
