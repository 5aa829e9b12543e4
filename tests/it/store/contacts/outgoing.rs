//! What is changed here and goes out.

use super::*;
use outlook_syncd::model::{
    Actor, AuditAction, AuditEntry, CardMember, ContactEdit, ContactWrite, ContactWriteId, ContactWriteKind,
    CycleId, ItemFault, RequestKey,
};
use outlook_syncd::store::{ContactWritten, Edited, EditedContact, Editor, JournalQuery};

fn edit(contact: &Contact, change: impl FnOnce(&mut Card)) -> ContactEdit {
    let mut next = contact.card.clone();
    change(&mut next);
    ContactEdit { id: contact.id.clone(), external_id: None, forms: forms(&next), card: next }
}

/// A contact that is linked with an item.
async fn one(store: &Store, claim: &Claim) -> Contact {
    put(store, claim, contact_page(claim, vec![seen(claim, "c1", card("Anna"))])).await;
    linked(store, claim, "c1").await.unwrap().contact
}

async fn waiting(store: &Store, claim: &Claim) -> Vec<EditedContact> {
    store.edited_contacts(&claim.account.id, None, at(9_000), 10).await.unwrap()
}

async fn change(store: &Store, claim: &Claim, edit: &ContactEdit, based_on: i64, second: i64) -> Edited {
    let line = line(at(second));
    store.edit_contact(&claim.account.id, edit, based_on, Editor::Person(&line), at(second)).await.unwrap()
}

fn writing(waiting: &EditedContact, kind: ContactWriteKind) -> ContactWrite {
    let EditedContact { contact, link, .. } = waiting;
    ContactWrite {
        id: ContactWriteId::new(at(0)),
        cycle: CycleId::from("cycle".to_owned()),
        contact: contact.id.clone(),
        kind,
        revision: contact.revision,
        remote_id: link.as_ref().map(|link| link.remote_id.clone()),
        before: link.as_ref().map(|link| link.theirs.clone()),
        sent: (kind != ContactWriteKind::Delete).then(|| contact.card.clone()),
        members: [CardMember::Birthday].into(),
        conflicts: Vec::new(),
        begun_at: at(3_000),
        ended: None,
    }
}

/// What the server answers to a card that was sent.
fn answer(claim: &Claim, remote_id: &str, sent: &Card) -> ContactWritten {
    ContactWritten::Linked { link: Box::new(seen(claim, remote_id, sent.clone()).link), made: Box::default() }
}

#[tokio::test]
async fn an_edit_waits_until_the_mailbox_has_it_and_one_made_meanwhile_waits_on() {
    on_both(async |store| {
        let claim = ready(&store).await;
        let contact = one(&store, &claim).await;
        assert_eq!(waiting(&store, &claim).await, []);
        let first = edit(&contact, |card| card.phones.clear());
        assert_eq!(change(&store, &claim, &first, 1, 2_000).await, Edited::Done(2));
        assert_eq!(change(&store, &claim, &first, 1, 2_001).await, Edited::Stale);
        assert_eq!(change(&store, &claim, &first, 2, 2_001).await, Edited::Done(2), "the same is no change");
        let sent = waiting(&store, &claim).await.remove(0);
        assert_eq!((sent.contact.edited_at, sent.contact.revision), (Some(at(2_000)), 2));
        assert_eq!(sent.link.as_ref().unwrap().ours, contact.card);

        let write = writing(&sent, ContactWriteKind::Update);
        store.begin_contact_write(&claim, &write).await.unwrap();
        let second = edit(&sent.contact, |card| card.set_text(CardText::Surname, "Neu".to_owned()));
        assert_eq!(change(&store, &claim, &second, 2, 3_001).await, Edited::Done(3));
        let got = answer(&claim, "c1", &sent.contact.card);
        store.end_contact_write(&claim, &write, &got, at(3_002)).await.unwrap();
        let left = waiting(&store, &claim).await.remove(0);
        assert_eq!(left.contact.card, second.card);
        assert_eq!(left.link.as_ref().unwrap().ours, sent.contact.card, "what was sent is what both have");

        let write = writing(&left, ContactWriteKind::Update);
        store.begin_contact_write(&claim, &write).await.unwrap();
        let got = answer(&claim, "c1", &left.contact.card);
        store.end_contact_write(&claim, &write, &got, at(3_003)).await.unwrap();
        assert_eq!(waiting(&store, &claim).await, []);
        assert_eq!(held(&store, &claim, "Contacts").await, 1);
    })
    .await;
}

#[tokio::test]
async fn an_edit_that_is_taken_back_before_it_went_out_does_not_go_out() {
    on_both(async |store| {
        let claim = ready(&store).await;
        let contact = one(&store, &claim).await;
        change(&store, &claim, &edit(&contact, |card| card.emails.clear()), 1, 2_000).await;
        change(&store, &claim, &edit(&contact, |_| ()), 2, 2_001).await;
        assert_eq!(waiting(&store, &claim).await, []);
        assert_eq!(store.contact(&contact.id).await.unwrap().unwrap().revision, 3);
    })
    .await;
}

#[tokio::test]
async fn a_contact_made_here_is_made_there_once_and_an_external_id_is_never_doubled() {
    on_both(async |store| {
        let claim = ready(&store).await;
        let account = &claim.account.id;
        let new = |id: i64, name: &str| ContactEdit {
            id: ContactId::new(at(id)),
            external_id: Some("crm-1".to_owned()),
            card: card(name),
            forms: forms(&card(name)),
        };
        let (anna, berta) = (new(1, "Anna"), new(2, "Berta"));
        let add = async |edit: &ContactEdit| {
            store.add_contact(account, edit, Editor::Person(&line(at(1))), at(1)).await.unwrap()
        };
        assert_eq!(add(&anna).await, Edited::Done(1));
        assert_eq!(add(&berta).await, Edited::Taken(anna.id.clone()));
        let found = store.contact_by_external_id(account, "crm-1").await.unwrap().unwrap();
        assert_eq!((found.id.clone(), found.card), (anna.id.clone(), anna.card.clone()));

        compared(&store, &claim).await;
        let waits = waiting(&store, &claim).await.remove(0);
        assert_eq!(waits.link, None);
        let write = writing(&waits, ContactWriteKind::Create);
        store.begin_contact_write(&claim, &write).await.unwrap();
        let open = JournalQuery { is_open: true, limit: 10, ..JournalQuery::default() };
        assert_eq!(
            store.contact_writes(account, &open).await.unwrap(),
            std::slice::from_ref(&write),
            "cut off here"
        );
        store.end_contact_write(&claim, &write, &answer(&claim, "c9", &anna.card), at(3_001)).await.unwrap();
        assert_eq!(store.contact_writes(account, &open).await.unwrap(), []);
        let all = store
            .contact_writes(account, &JournalQuery { limit: 10, ..JournalQuery::default() })
            .await
            .unwrap();
        assert_eq!((all[0].remote_id.as_deref(), &all[0].ended), (Some("c9"), &Some((at(3_001), Ok(())))));
        assert_eq!(linked(&store, &claim, "c9").await.unwrap().contact.id, anna.id);
        assert_eq!(waiting(&store, &claim).await, []);
        assert_eq!(held(&store, &claim, "Contacts").await, 1);
        let nobody = AccountId::new(at(0));
        let none =
            store.add_contact(&nobody, &berta, Editor::Person(&crate::stage::by_crm(at(1))), at(1)).await;
        assert!(matches!(none, Err(StoreError::NoSuchAccount)), "{none:?}");
    })
    .await;
}

#[tokio::test]
async fn a_contact_deleted_here_is_deleted_there_and_one_that_never_was_there_is_done_with() {
    on_both(async |store| {
        let claim = ready(&store).await;
        let contact = one(&store, &claim).await;
        let account = &claim.account.id;
        let new = ContactEdit { id: ContactId::new(at(9)), ..edit(&contact, |_| ()) };
        store.add_contact(account, &new, Editor::Person(&line(at(1))), at(1)).await.unwrap();
        for id in [&contact.id, &new.id] {
            let gone = async |based_on: i64| {
                store
                    .remove_contact(account, id, based_on, Editor::Person(&line(at(2))), at(2))
                    .await
                    .unwrap()
            };
            assert_eq!(
                (gone(7).await, gone(1).await, gone(2).await),
                (Edited::Stale, Edited::Done(2), Edited::Stale)
            );
        }
        let waits = waiting(&store, &claim).await;
        assert_eq!(waits.iter().map(|waits| &waits.contact.id).collect::<Vec<_>>(), [&contact.id]);
        let write = writing(&waits[0], ContactWriteKind::Delete);
        store.begin_contact_write(&claim, &write).await.unwrap();
        store.end_contact_write(&claim, &write, &ContactWritten::Deleted, at(3_001)).await.unwrap();
        assert_eq!(waiting(&store, &claim).await, []);
        assert_eq!(linked(&store, &claim, "c1").await.unwrap().ended_at, Some(at(3_001)));
        assert_eq!(held(&store, &claim, "Contacts").await, 0);
        let journal =
            store.contact_writes(account, &JournalQuery { limit: 9, ..JournalQuery::default() }).await;
        assert_eq!(journal.unwrap()[0].before, Some(contact.card), "it can be taken back");
    })
    .await;
}

#[tokio::test]
async fn one_that_the_server_refuses_is_parked_until_it_is_changed_or_asked_for() {
    on_both(async |store| {
        let claim = ready(&store).await;
        let contact = one(&store, &claim).await;
        change(&store, &claim, &edit(&contact, |card| card.emails.clear()), 1, 2_000).await;
        let fault = ItemFault { code: "ErrorInvalidRequest".to_owned(), text: "not\0 supported".to_owned() };
        let refuse = async |written: fn(ItemFault) -> ContactWritten| {
            let write = writing(&waiting(&store, &claim).await[0], ContactWriteKind::Update);
            store.begin_contact_write(&claim, &write).await.unwrap();
            store.end_contact_write(&claim, &write, &written(fault.clone()), at(3_001)).await.unwrap();
        };
        refuse(ContactWritten::Failed).await;
        assert_eq!(waiting(&store, &claim).await.len(), 1, "it is tried again");
        refuse(ContactWritten::Refused).await;
        assert_eq!(waiting(&store, &claim).await, []);
        let parked = store.parked_contacts(&claim.account.id, 100).await.unwrap().0;
        assert_eq!((parked.len(), &parked[0].contact, parked[0].since), (1, &contact.id, at(3_001)));
        assert_eq!(parked[0].fault.text, "not\u{fffd} supported");
        let retried = AuditEntry::new(at(3_002), "anna", AuditAction::ContactsRetried);
        assert_eq!(store.retry_contacts(&claim.account.id, &retried).await.unwrap(), 1);
        for wait in [0, 4, 16] {
            let due = at(3_001 + wait * 60);
            refuse(ContactWritten::PutOff).await;
            let parked = store.parked_contacts(&claim.account.id, 100).await.unwrap().0;
            assert_eq!(parked[0].due_at, Some(due));
            for (now, waits) in [(due - TimeDelta::milliseconds(1), 0), (due, 1)] {
                let edited = store.edited_contacts(&claim.account.id, None, now, 10).await.unwrap();
                assert_eq!(edited.len(), waits);
            }
        }
        refuse(ContactWritten::Refused).await;
        change(&store, &claim, &edit(&contact, |card| card.phones.clear()), 2, 4_000).await;
        assert_eq!(waiting(&store, &claim).await.len(), 1);
        assert_eq!(store.parked_contacts(&claim.account.id, 100).await.unwrap().0, []);
        let late = Claim { epoch: claim.epoch - 1, ..claim.clone() };
        let write = writing(&waiting(&store, &claim).await[0], ContactWriteKind::Update);
        assert!(matches!(store.begin_contact_write(&late, &write).await, Err(StoreError::LeaseLost)));
        let ended = store.end_contact_write(&late, &write, &ContactWritten::Deleted, at(5_000)).await;
        assert!(matches!(ended, Err(StoreError::LeaseLost)), "{ended:?}");
    })
    .await;
}

#[tokio::test]
async fn contacts_that_wait_are_read_page_by_page_the_longest_first() {
    on_both(async |store| {
        let claim = ready(&store).await;
        let upserts = ["a", "b", "c"].map(|id| seen(&claim, id, card(id))).to_vec();
        put(&store, &claim, contact_page(&claim, upserts)).await;
        for (second, id) in [(3, "a"), (1, "b"), (2, "c")] {
            let contact = linked(&store, &claim, id).await.unwrap().contact;
            change(&store, &claim, &edit(&contact, |card| card.emails.clear()), 1, second).await;
        }
        let (mut after, mut names) = (None, Vec::new());
        loop {
            let page = store.edited_contacts(&claim.account.id, after.as_ref(), at(9_000), 2).await.unwrap();
            let Some(last) = page.last() else { break };
            after = Some((last.contact.edited_at.unwrap(), last.contact.id.clone()));
            names.extend(page.iter().map(|waits| waits.contact.card.text(CardText::GivenName).to_owned()));
        }
        assert_eq!(names, ["b", "c", "a"]);
    })
    .await;
}

#[tokio::test]
async fn a_request_under_a_key_is_remembered_for_a_day_with_what_it_wrote_or_not_at_all() {
    on_both(async |store| {
        let claim = ready(&store).await;
        let account = &claim.account.id;
        let key = RequestKey::new(&Actor::command_line(), "key", &[b"body"]);
        let new = |id: i64| ContactEdit {
            id: ContactId::new(at(id)),
            external_id: None,
            card: card("Anna"),
            forms: forms(&card("Anna")),
        };
        let (first, second) = (new(1), new(2));
        let add = async |edit: &ContactEdit, second: i64| {
            let line = line(at(second));
            store.add_contact(account, edit, Editor::Request(&line, &key), at(second)).await.unwrap()
        };
        assert_eq!(store.earlier_request(&key, at(1)).await.unwrap(), None);
        assert_eq!((add(&first, 1).await, add(&second, 2).await), (Edited::Done(1), Edited::Stale));
        assert_eq!(everyone(&store).await.len(), 1, "the second wrote nothing");
        let earlier = store.earlier_request(&key, at(86_400)).await.unwrap().unwrap();
        assert_eq!((&earlier.contact, &earlier.request, earlier.is_new), (&first.id, &key.request, true));
        assert_eq!(store.earlier_request(&key, at(86_401)).await.unwrap(), None);
        assert_eq!(add(&second, 86_401).await, Edited::Done(1));
        assert_eq!(
            statements::count(&store, "SELECT COUNT(*) FROM request_key").await,
            1,
            "what is old is forgotten"
        );
        assert!(!store.remember_request(account, &key, &first.id, at(86_402)).await.unwrap());
    })
    .await;
}
