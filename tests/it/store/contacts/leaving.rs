//! Accounts that are disconnected, and their contacts.

use super::statements::{count, text};
use super::*;
use outlook_syncd::model::{ContactEdit, ContactWrite, ContactWriteId, ContactWriteKind, CycleId, ItemFault};
use outlook_syncd::store::{ContactWritten, Editor, UnreadContact};

/// An account with something in each table of contacts.
async fn filled(store: &Store, claim: &Claim, many: usize) {
    let account = &claim.account.id;
    let upserts = (0..many).map(|n| seen(claim, &format!("c{n}"), card(&format!("Anna{n}")))).collect();
    let mut page = contact_page(claim, upserts);
    let fault = ItemFault { code: "x".to_owned(), text: "x".to_owned() };
    let folder = folder_named(account, "Contacts");
    page.failed = vec![UnreadContact { folder, remote_id: "bad".to_owned(), fault: fault.clone() }];
    page.removed = vec!["c1".to_owned()];
    put(store, claim, page).await;
    let removed = ContactPageWrite { removed: vec!["c1".to_owned()], ..contact_page(claim, Vec::new()) };
    put(store, claim, removed).await;
    store.mark_contacts_gone(claim, at(1_001), at(1_002)).await.unwrap();
    let contact = linked(store, claim, "c0").await.unwrap().contact;
    let mut next = contact.card.clone();
    next.phones.clear();
    let edit = ContactEdit {
        id: contact.id.clone(),
        external_id: Some("crm-1".to_owned()),
        card: next,
        forms: ContactForms::default(),
    };
    store.edit_contact(account, &edit, 1, Editor::Person(&line(at(1_003))), at(1_003)).await.unwrap();
    let write = ContactWrite {
        id: ContactWriteId::new(at(1_004)),
        cycle: CycleId::from("cycle".to_owned()),
        contact: contact.id,
        kind: ContactWriteKind::Update,
        revision: 2,
        remote_id: Some("c0".to_owned()),
        before: Some(card("Anna0")),
        sent: Some(edit.card),
        members: std::collections::BTreeSet::new(),
        conflicts: Vec::new(),
        begun_at: at(1_004),
        ended: None,
    };
    store.begin_contact_write(claim, &write).await.unwrap();
    store.end_contact_write(claim, &write, &ContactWritten::Refused(fault), at(1_005)).await.unwrap();
    let handed = format!(
        "INSERT INTO contact_change (account_id, external_id, change) VALUES ('{account}', 'crm-1', 'remove')"
    );
    statements::run(store, &handed).await;
    let asked = format!(
        "INSERT INTO contact_match (id, account_id, here_id, there_id, proofs, found_at)
         SELECT id, account_id, id, id, '[]', 1 FROM contact WHERE account_id = '{account}'"
    );
    statements::run(store, &asked).await;
}

const TABLES: [&str; 11] = [
    "contact_folder",
    "contact_link",
    "contact_ledger",
    "contact_write",
    "contact_parked",
    "contact_change",
    "contact_match",
    "contact",
    "contact_email",
    "contact_phone",
    "contact_place",
];

async fn left(store: &Store) -> Vec<(&'static str, i64)> {
    let mut rows = Vec::new();
    for table in TABLES {
        rows.push((table, count(store, &format!("SELECT COUNT(*) FROM {table}")).await));
    }
    rows.retain(|(_, rows)| *rows > 0);
    rows
}

#[tokio::test]
async fn contacts_are_destroyed_with_their_account_in_slices_and_nobody_elses() {
    on_both(async |store| {
        let claim = ready(&store).await;
        filled(&store, &claim, 1_050).await;
        assert_eq!(left(&store).await.len(), TABLES.len());
        let other = add_due(&store, "other@example.org", at(0)).await;
        let theirs = store.claim("another", at(0), at(0), LEASE).await.unwrap().unwrap();
        assert_eq!(theirs.account.id, other);
        store.keep_contact_folders(&theirs, &[folder(&other, "Contacts")]).await.unwrap();
        put(&store, &theirs, contact_page(&theirs, vec![seen(&theirs, "c1", card("Carl"))])).await;
        store.delete_account(&claim.account.id).await.unwrap();
        assert_eq!(
            left(&store).await,
            [
                ("contact_folder", 1),
                ("contact_link", 1),
                ("contact", 1),
                ("contact_email", 2),
                ("contact_phone", 2),
                ("contact_place", 1)
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn contacts_that_are_kept_belong_to_nobody_until_the_same_mailbox_is_connected_again() {
    on_both(async |store| {
        let claim = ready(&store).await;
        store.set_identity(&claim.account.id, "anna@example.org", None).await.unwrap();
        filled(&store, &claim, 3).await;
        let mut claim = claim;
        claim.account = account(&store, &claim.account.id).await;
        store.disconnect_account(&claim.account.id, ContactsEnd::Keep, &line(at(2_000))).await.unwrap();
        assert_eq!(statements::rows_that_belong_to(&store, &claim.account.id).await, 0);
        let kept = everyone(&store).await;
        assert_eq!(kept.len(), 2, "the one that was gone is gone");
        assert!(
            kept.iter().all(|contact| contact.account_id.is_none() && contact.edited_at.is_none()),
            "{kept:?}"
        );
        assert_eq!(
            text(&store, "SELECT MIN(owner || ' ' || mailbox) FROM contact_v").await.as_deref(),
            Some("owner anna@example.org")
        );
        assert_eq!(left(&store).await.len(), 4, "the cards alone are left");

        let again = add_due(&store, "anna@example.org", at(0)).await;
        store.set_identity(&again, "anna@example.org", None).await.unwrap();
        let claim = store.claim("test", at(0), at(0), LEASE).await.unwrap().unwrap();
        assert_eq!(claim.account.id, again);
        assert_eq!(store.adopt_kept_contacts(&claim).await.unwrap(), 2);
        assert_eq!(store.adopt_kept_contacts(&claim).await.unwrap(), 0);
        assert_eq!(
            store.edited_contacts(&again, None, at(9_000), 10).await.unwrap(),
            [],
            "the mailbox may have them"
        );
        compared(&store, &claim).await;
        let waiting = store.edited_contacts(&again, None, at(9_000), 10).await.unwrap();
        assert_eq!(waiting.len(), 2, "the mailbox may have lost them");
        assert!(store.contact_by_external_id(&again, "crm-1").await.unwrap().is_some());
    })
    .await;
}

#[tokio::test]
async fn a_disconnect_that_was_cut_short_still_keeps_the_contacts_when_it_goes_on() {
    on_both(async |store| {
        let claim = ready(&store).await;
        filled(&store, &claim, 3).await;
        let id = &claim.account.id;
        statements::run(
            &store,
            "CREATE TABLE kept (id TEXT REFERENCES account (id)); INSERT INTO kept SELECT id FROM account;",
        )
        .await;
        store.disconnect_account(id, ContactsEnd::Keep, &line(at(2_000))).await.unwrap_err();
        assert_eq!(store.contact_folders(id).await.unwrap(), [], "nothing is left that reads on");
        statements::run(&store, "DROP TABLE kept").await;
        store.finish_deletions().await.unwrap();
        assert_eq!(everyone(&store).await.len(), 2);
        assert_eq!(statements::rows_that_belong_to(&store, id).await, 0);
    })
    .await;
}

/// The mailbox is disconnected and connected again; the contacts that it had are kept.
async fn connected_again(store: &Store, claim: &Claim) -> Claim {
    store.disconnect_account(&claim.account.id, ContactsEnd::Keep, &line(at(2_000))).await.unwrap();
    let again = add_due(store, "anna@example.org", at(0)).await;
    let claim = store.claim("test", at(0), at(0), LEASE).await.unwrap().unwrap();
    assert_eq!(claim.account.id, again);
    claim
}

#[tokio::test]
async fn a_contact_that_was_kept_twice_under_one_external_id_keeps_no_account_from_being_read() {
    on_both(async |store| {
        let mut claim = ready(&store).await;
        let mut made = Vec::new();
        for second in [2_000, 2_001] {
            let id = ContactId::new(at(second));
            let card = card("Anna");
            let forms = forms(&card);
            let edit = ContactEdit { id: id.clone(), external_id: Some("crm-1".to_owned()), card, forms };
            let by = line(at(second));
            store.add_contact(&claim.account.id, &edit, Editor::Person(&by), at(second)).await.unwrap();
            made.push(id);
            claim = connected_again(&store, &claim).await;
        }
        assert_eq!(store.adopt_kept_contacts(&claim).await.unwrap(), 1);
        assert_eq!(store.adopt_kept_contacts(&claim).await.unwrap(), 0, "the other stays apart");
        let known = store.contact_by_external_id(&claim.account.id, "crm-1").await.unwrap().unwrap();
        assert_eq!(known.id, made[1], "the one that was changed last");
    })
    .await;
}
