//! Contacts made here: compared with those of the mailbox before they go out.

use super::statements::{count, plan, run, text};
use super::upgrade::left_at;
use super::*;
use outlook_syncd::model::{ContactEdit, ContactMatch, ContactMatchId, Proof};
use outlook_syncd::store::{ContactJoin, Edited, Editor, NearContact};
use std::collections::BTreeSet;

/// A contact that is made here; as it stands.
async fn made(store: &Store, claim: &Claim, card: Card, external_id: Option<&str>) -> Contact {
    let edit = ContactEdit {
        id: ContactId::new(at(0)),
        external_id: external_id.map(str::to_owned),
        forms: forms(&card),
        card,
    };
    let by = line(at(2_000));
    let added = store.add_contact(&claim.account.id, &edit, Editor::Person(&by), at(2_000)).await.unwrap();
    assert_eq!(added, Edited::Done(1));
    store.contact(&edit.id).await.unwrap().unwrap()
}

/// A contact that the mailbox brings.
async fn brought(store: &Store, claim: &Claim, remote_id: &str, card: Card) -> Contact {
    put(store, claim, contact_page(claim, vec![seen(claim, remote_id, card)])).await;
    linked(store, claim, remote_id).await.unwrap().contact
}

async fn unmet(store: &Store, claim: &Claim) -> Vec<Contact> {
    store.unmet_contacts(&claim.account.id, None, 10).await.unwrap()
}

async fn near(store: &Store, claim: &Claim, address: &str, most: usize) -> Vec<NearContact> {
    let forms = ContactForms { emails: vec![Some(address.to_owned()), None], phones: Vec::new() };
    store.near_contacts(&claim.account.id, &forms, most).await.unwrap()
}

async fn waiting(store: &Store, claim: &Claim) -> Vec<ContactId> {
    let edited = store.edited_contacts(&claim.account.id, None, at(9_000), 10).await.unwrap();
    edited.into_iter().map(|edited| edited.contact.id).collect()
}

fn meeting(met: &[&Contact], joins: Vec<ContactJoin>, matches: Vec<ContactMatch>) -> MeetingWrite {
    let met = met.iter().map(|contact| (contact.id.clone(), contact.revision)).collect();
    MeetingWrite { met, joins, matches, now: at(3_000) }
}

/// A question of these two, asked at that second.
fn asked(here: &Contact, there: &Contact, second: i64) -> ContactMatch {
    ContactMatch {
        id: ContactMatchId::new(at(second)),
        here: here.id.clone(),
        there: there.id.clone(),
        by: BTreeSet::from([Proof::Email, Proof::Name]),
        found_at: at(second),
    }
}

/// The contact made here becomes the item of the other.
async fn join(store: &Store, claim: &Claim, here: &Contact, remote_id: &str) -> ContactJoin {
    let LinkedContact { contact: there, link, .. } = linked(store, claim, remote_id).await.unwrap();
    let card = here.card.clone();
    let (id, based_on, forms) = (here.id.clone(), here.revision, forms(&card));
    let upsert = ContactUpsert { id, based_on, forms, card, resolved: None, link };
    ContactJoin { upsert, other: there.id, other_revision: there.revision }
}

#[tokio::test]
async fn what_is_made_here_goes_out_only_after_it_was_compared() {
    on_both(async |store| {
        let claim = ready(&store).await;
        brought(&store, &claim, "c1", card("Anna")).await;
        assert_eq!(unmet(&store, &claim).await, [], "it came from there");
        let otto = made(&store, &claim, card("Otto"), None).await;
        assert_eq!(unmet(&store, &claim).await, std::slice::from_ref(&otto));
        assert_eq!(waiting(&store, &claim).await, []);
        let mut overtaken = meeting(&[&otto], Vec::new(), Vec::new());
        overtaken.met[0].1 += 1;
        assert!(!store.write_meeting(&claim, &overtaken).await.unwrap());
        assert_eq!(unmet(&store, &claim).await.len(), 1);
        let met = meeting(&[&otto], Vec::new(), Vec::new());
        assert!(store.write_meeting(&claim, &met).await.unwrap());
        assert_eq!(unmet(&store, &claim).await, []);
        assert_eq!(waiting(&store, &claim).await, std::slice::from_ref(&otto.id));
        // One that has its address comes, and then one that has nothing of it.
        brought(&store, &claim, "c2", card("Otto")).await;
        assert_eq!(unmet(&store, &claim).await, std::slice::from_ref(&otto));
        assert!(store.write_meeting(&claim, &met).await.unwrap());
        let mut ida = seen(&claim, "c3", card("Ida"));
        ida.forms = ContactForms::default();
        put(&store, &claim, contact_page(&claim, vec![ida])).await;
        assert_eq!(unmet(&store, &claim).await, []);
    })
    .await;
}

#[tokio::test]
async fn contacts_are_found_by_their_addresses_and_numbers_in_their_own_account_alone() {
    on_both(async |store| {
        let claim = ready(&store).await;
        let anna = brought(&store, &claim, "c1", card("Anna")).await;
        let otto = made(&store, &claim, card("Otto"), None).await;
        let other = add_due(&store, "other@example.org", at(0)).await;
        let theirs = store.claim("another", at(0), at(0), LEASE).await.unwrap().unwrap();
        store.keep_contact_folders(&theirs, &[folder(&other, "Contacts")]).await.unwrap();
        brought(&store, &theirs, "c1", card("Anna")).await;
        let found = near(&store, &claim, "anna@example.org", 9).await;
        assert_eq!(found.len(), 1);
        assert_eq!((&found[0].contact.id, found[0].is_brought), (&anna.id, true));
        assert_eq!(found[0].link.as_ref().unwrap().remote_id, "c1");
        let all = near(&store, &claim, "info@example.org", 9).await;
        let ids: BTreeSet<_> = all.iter().map(|near| (near.contact.id.clone(), near.is_brought)).collect();
        assert_eq!(ids, BTreeSet::from([(anna.id.clone(), true), (otto.id.clone(), false)]));
        brought(&store, &claim, "c2", card("Ida")).await;
        let most = near(&store, &claim, "info@example.org", 1).await;
        assert_eq!(most.len(), 2, "of a form at most so many on either side");
        let phone = ContactForms { emails: Vec::new(), phones: vec![Some("+491711".to_owned())] };
        assert_eq!(store.near_contacts(&claim.account.id, &phone, 9).await.unwrap().len(), 3);
        // What another program has an id for is its own.
        let named = ContactEdit {
            id: anna.id.clone(),
            external_id: Some("crm-1".to_owned()),
            forms: forms(&anna.card),
            card: anna.card.clone(),
        };
        let by = line(at(2_000));
        store.edit_contact(&claim.account.id, &named, 1, Editor::Person(&by), at(2_000)).await.unwrap();
        assert!(!near(&store, &claim, "anna@example.org", 9).await[0].is_brought);
        let missing = ContactPageWrite { removed: vec!["c1".to_owned()], ..contact_page(&claim, Vec::new()) };
        put(&store, &claim, missing).await;
        assert_eq!(near(&store, &claim, "anna@example.org", 9).await, [], "it may be gone");
    })
    .await;
}

#[tokio::test]
async fn a_contact_takes_the_place_of_the_one_that_was_its_item_and_has_all_that_is_known_of_it() {
    on_both(async |store| {
        let claim = ready(&store).await;
        let there = brought(&store, &claim, "c1", card("Anna")).await;
        let here = made(&store, &claim, card("Anna"), Some("crm-1")).await;
        let join = join(&store, &claim, &here, "c1").await;
        let mut overtaken = join.clone();
        overtaken.other_revision += 1;
        let write = meeting(&[&here], vec![overtaken], Vec::new());
        assert!(!store.write_meeting(&claim, &write).await.unwrap());
        assert_eq!(unmet(&store, &claim).await.len(), 1, "nothing was written");
        assert!(store.write_meeting(&claim, &meeting(&[&here], vec![join], Vec::new())).await.unwrap());
        let known = linked(&store, &claim, "c1").await.unwrap();
        assert_eq!((&known.contact.id, known.contact.edited_at), (&here.id, None));
        assert_eq!(known.contact.external_id.as_deref(), Some("crm-1"));
        assert_eq!(store.contact(&there.id).await.unwrap().unwrap().gone_at, Some(at(3_000)));
        assert_eq!((everyone(&store).await.len(), held(&store, &claim, "Contacts").await), (1, 1));
        assert_eq!((unmet(&store, &claim).await, waiting(&store, &claim).await), (vec![], vec![]));
    })
    .await;
}

#[tokio::test]
async fn what_a_person_has_to_say_keeps_a_contact_back_until_it_is_said() {
    on_both(async |store| {
        let claim = ready(&store).await;
        let account = &claim.account.id;
        let there = brought(&store, &claim, "c1", card("Anna")).await;
        let other = brought(&store, &claim, "c2", card("Ida")).await;
        let here = made(&store, &claim, card("Anna"), None).await;
        let questions = vec![asked(&here, &there, 3_000), asked(&here, &other, 3_001)];
        let write = meeting(&[&here], Vec::new(), questions.clone());
        assert!(store.write_meeting(&claim, &write).await.unwrap());
        assert_eq!(store.contact_matches(account, None, 10).await.unwrap(), questions);
        assert_eq!(store.contact_matches(account, Some(&questions[0].id), 10).await.unwrap(), questions[1..]);
        assert_eq!(store.count_contact_matches(account).await.unwrap(), 2);
        assert_eq!(waiting(&store, &claim).await, []);
        let (found, [one, two]) = store.contact_match(account, &questions[0].id).await.unwrap().unwrap();
        assert_eq!((&found, &one.contact, &two.contact), (&questions[0], &here, &there));

        // Compared again one is still asked, by the same id, and the other no longer.
        let again = meeting(&[&here], Vec::new(), vec![asked(&here, &there, 3_002)]);
        assert!(store.write_meeting(&claim, &again).await.unwrap());
        assert_eq!(store.contact_matches(account, None, 10).await.unwrap(), questions[..1]);
        let settle = async || {
            let by = line(at(4_000));
            store.answer_contact_match(account, &questions[0].id, None, &by, at(4_000)).await.unwrap()
        };
        assert!(settle().await);
        assert!(!settle().await, "it is said once");
        assert_eq!(waiting(&store, &claim).await, std::slice::from_ref(&here.id));
        let two = store.different_contacts(account, &[&here.id]).await.unwrap();
        assert_eq!(two, BTreeSet::from([(here.id.clone(), there.id.clone())]));
        assert!(store.write_meeting(&claim, &again).await.unwrap());
        assert_eq!(store.count_contact_matches(account).await.unwrap(), 0, "it is not asked again");
    })
    .await;
}

#[tokio::test]
async fn of_two_that_are_said_to_be_one_nothing_else_is_asked() {
    on_both(async |store| {
        let claim = ready(&store).await;
        let account = &claim.account.id;
        let there = brought(&store, &claim, "c1", card("Anna")).await;
        let other = brought(&store, &claim, "c2", card("Ida")).await;
        let here = made(&store, &claim, card("Anna"), None).await;
        let questions = vec![asked(&here, &there, 3_000), asked(&here, &other, 3_001)];
        let write = meeting(&[&here], Vec::new(), questions.clone());
        assert!(store.write_meeting(&claim, &write).await.unwrap());
        let join = join(&store, &claim, &here, "c1").await;
        let by = line(at(4_000));
        let before = count(&store, "SELECT COUNT(*) FROM audit_log").await;
        let settled =
            store.answer_contact_match(account, &questions[0].id, Some(&join), &by, at(4_000)).await;
        assert!(settled.unwrap());
        assert_eq!(count(&store, "SELECT COUNT(*) FROM audit_log").await, before + 1);
        assert_eq!(linked(&store, &claim, "c1").await.unwrap().contact.id, here.id);
        assert_eq!(store.contact_matches(account, None, 10).await.unwrap(), []);
        assert_eq!((everyone(&store).await.len(), waiting(&store, &claim).await), (2, vec![]));
    })
    .await;
}

#[tokio::test]
async fn contacts_without_an_item_that_an_older_program_left_are_compared_after_an_upgrade() {
    const ROWS: &str = "
        INSERT INTO account (id, owner, login, road, sync_enabled, created_at) VALUES ('a', 'o', 'anna', 'owa', TRUE, 1);
        INSERT INTO contact (id, account_id, im_addresses, children, categories, listed_as, searched, created_at,
            changed_at, revision, gone_at)
        VALUES ('item', 'a', '[]', '[]', '[]', '', '', 1, 1, 1, NULL), ('gone', 'a', '[]', '[]', '[]', '', '', 1, 1, 1, 2),
            ('made', 'a', '[]', '[]', '[]', '', '', 1, 1, 1, NULL), ('kept', NULL, '[]', '[]', '[]', '', '', 1, 1, 1, NULL);
        INSERT INTO contact_link (account_id, remote_key, remote_id, contact_id, folder_id, base_ours, base_theirs, others)
        VALUES ('a', 'k', 'k', 'item', 'f', '{}', '{}', '{}');";
    let dir = tempfile::tempdir().unwrap();
    for url in [sqlite_url(&dir), postgres_url().await] {
        let store = left_at(108, &url).await;
        run(&store, ROWS).await;
        store.migrate().await.unwrap();
        let unmet = "SELECT MIN(id) || ' ' || MAX(id) || ' ' || COUNT(*) FROM contact WHERE NOT met";
        assert_eq!(text(&store, unmet).await.as_deref(), Some("kept made 2"));
        store.close().await;
    }
}

/// Many contacts of an account, every tenth made here: few of them are no items, and fewer were not compared.
const MANY: &str = "
    CREATE TABLE n (i BIGINT);
    INSERT INTO n WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) SELECT i FROM n;
    INSERT INTO contact (id, account_id, im_addresses, children, categories, listed_as, searched, created_at, changed_at,
        revision, met, former_owner, former_mailbox)
    SELECT 'c' || i, CASE WHEN i % 3 > 0 THEN a.id END, '[]', '[]', '[]', '', '', 1, 1, 1,
        CASE WHEN i % 10 = 0 THEN i % 1000 > 0 END, 'owner ' || i, 'mailbox ' || i FROM n, account a;
    INSERT INTO contact_email (contact_id, position, address, name, matched)
    SELECT 'c' || i, 0, 'x', '', 'p' || i || '@example.org' FROM n;
    INSERT INTO contact_phone (contact_id, position, kind, number, matched) SELECT 'c' || i, 0, 'home', '1', '+49' || i FROM n;
    INSERT INTO contact_link (account_id, remote_key, remote_id, contact_id, folder_id, base_ours, base_theirs, others)
    SELECT a.id, 'k' || i, 'k', 'c' || i, 'f', '{}', '{}', '{}' FROM n, account a WHERE i % 100 > 0;
    INSERT INTO contact_match (id, account_id, here_id, there_id, proofs, found_at)
    SELECT 'm' || i, a.id, 'c' || i, 'c1', '[]', 1 FROM n, account a;";

#[tokio::test]
async fn who_is_asked_for_is_found_by_an_index_however_many_contacts_there_are() {
    let linked = "SELECT 1 FROM contact_link l WHERE l.contact_id = c.id AND l.ended_at IS NULL";
    let by = |table: &str| {
        format!(
            "SELECT m.contact_id FROM {table} m JOIN contact c ON c.id = m.contact_id
             WHERE c.account_id = 'A' AND c.met AND c.gone_at IS NULL AND NOT EXISTS ({linked}) AND m.matched IN ('p1@example.org', '+492')"
        )
    };
    let unmet = format!(
        "SELECT c.id FROM contact c WHERE c.account_id = 'A' AND NOT c.met AND c.id > '' AND c.gone_at IS NULL
         AND NOT EXISTS ({linked}) ORDER BY c.id LIMIT 5"
    );
    let kept = "SELECT id FROM contact WHERE account_id IS NULL AND former_owner = 'owner 3' AND former_mailbox = 'mailbox 3'";
    let asked =
        "SELECT 1 FROM contact_match m WHERE m.account_id = 'A' AND m.id > 'm9' ORDER BY m.id LIMIT 5";
    on_both(async |store| {
        let account = add(&store, "anna@example.org").await;
        run(&store, MANY).await;
        run(&store, "ANALYZE").await;
        for (question, index) in [
            (by("contact_email").as_str(), "contact_email_matched"),
            (by("contact_phone").as_str(), "contact_phone_matched"),
            (unmet.as_str(), "contact_unmet"),
            ("SELECT 1 FROM contact WHERE account_id = 'A' AND met LIMIT 1", "contact_met"),
            ("SELECT id FROM contact WHERE account_id = 'A' AND former_item IN ('x')", "contact_former_item"),
            (kept, "contact_former"),
            ("SELECT 1 FROM contact_match WHERE here_id = 'c7' AND settled_at IS NULL", "contact_match_here"),
            (asked, "contact_match_account"),
        ] {
            let plan = plan(&store, &question.replace("'A'", &format!("'{account}'"))).await;
            assert!(plan.contains(index), "{question}: {plan}");
            assert!(!plan.contains("Seq Scan on contact") && !plan.contains("SCAN c"), "{question}: {plan}");
        }
    })
    .await;
}
