//! What a database cannot hold as it comes, and what cannot be read at all.

use super::*;
use outlook_syncd::model::ItemFault;
use outlook_syncd::store::UnreadContact;

#[tokio::test]
async fn a_text_that_one_database_cannot_hold_is_stored_all_the_same() {
    on_both(async |store| {
        let claim = ready(&store).await;
        let mut hostile = card("Anna\0");
        hostile.emails[0].name = "\0".to_owned();
        hostile.phones[0].number = "\0 1".to_owned();
        hostile.categories = vec!["\0".to_owned()];
        hostile
            .set_place(PlaceKind::Other, CardPlace { street: "a\0\r\nb".to_owned(), ..CardPlace::default() });
        let mut upsert = seen(&claim, "c1", hostile.clone());
        upsert.forms.emails[0] = Some("a\0".to_owned());
        upsert.link.others.insert("x\0".to_owned(), "y\0".into());
        let page = contact_page(&claim, vec![upsert.clone()]);
        assert_eq!(put(&store, &claim, page.clone()).await, contact_counts(1, 0));
        let known = linked(&store, &claim, "c1").await.unwrap();
        assert_eq!(known.contact.card.text(CardText::GivenName), "Anna\u{fffd}");
        assert_eq!(known.link.ours, known.contact.card, "so nothing of it goes out");
        assert_eq!((&known.link.theirs, &known.link.others), (&hostile, &upsert.link.others), "as they came");
        assert_eq!(put(&store, &claim, page).await, contact_counts(0, 0));
        assert_eq!(known.contact.edited_at, None);
    })
    .await;
}

#[tokio::test]
async fn ids_addresses_and_names_of_any_length_take_no_neighbour_away() {
    on_both(async |store| {
        let claim = ready(&store).await;
        // Nothing that a database could compress.
        let noise = |length: u32| -> String {
            let mut seed: u32 = 1;
            let mut next = || {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                char::from(b'!' + u8::try_from(seed >> 26).unwrap())
            };
            (0..length).map(|_| next()).collect()
        };
        let mut long = card("Long");
        long.set_text(CardText::FileAs, noise(300_000));
        long.set_text(CardText::PersonalNotes, noise(300_000));
        long.emails.push(email(&noise(9_000)));
        let id = noise(9_000);
        let mut upsert = seen(&claim, &id, long.clone());
        upsert.forms.emails = long.emails.iter().map(|email| Some(email.address.clone())).collect();
        let page = vec![seen(&claim, "c0", card("Anna")), upsert, seen(&claim, "c2", card("Berta"))];
        assert_eq!(put(&store, &claim, contact_page(&claim, page)).await, contact_counts(3, 0));
        assert_eq!(linked(&store, &claim, &id).await.unwrap().contact.card, long);
        assert_eq!(everyone(&store).await.len(), 3);
    })
    .await;
}

fn unread(claim: &Claim, remote_id: &str) -> UnreadContact {
    let fault = ItemFault { code: "bad_json".to_owned(), text: "control\0characters".to_owned() };
    UnreadContact {
        folder: folder_named(&claim.account.id, "Contacts"),
        remote_id: remote_id.to_owned(),
        fault,
    }
}

#[tokio::test]
async fn the_ledger_asks_for_a_contact_ever_more_rarely_and_forgets_it_when_it_is_read() {
    on_both(async |store| {
        let claim = ready(&store).await;
        let id = &claim.account.id;
        let fail = async |now: i64| {
            let mut page = contact_page(&claim, Vec::new());
            (page.failed, page.now) = (vec![unread(&claim, "c1")], at(now));
            put(&store, &claim, page).await;
        };
        let due = async |before: i64| store.contact_ledger_due(id, at(before), 10).await.unwrap();
        let mut now = 2_000;
        for attempts in 1..=25 {
            fail(now).await;
            fail(now).await;
            let wait = ((attempts - 1) * (attempts - 1) * 4 * 60).min(24 * 60 * 60);
            assert_eq!(due(now + wait).await, [], "it failed {attempts} times");
            assert_eq!(store.unread_contacts(id).await.unwrap(), 1);
            let ledger = store.contact_ledger(id).await.unwrap();
            assert_eq!((ledger.len(), ledger[0].attempts), (1, attempts));
            assert_eq!((ledger[0].first_seen, ledger[0].last_seen), (at(2_000), at(now)));
            assert_eq!(ledger[0].due_at, at(now + wait));
            now += wait + 1;
            assert_eq!(due(now).await, [("c1".to_owned(), folder_named(id, "Contacts"))]);
        }
        assert_eq!(due(2_000).await.len(), 1, "a clock was ahead");
        assert_eq!(store.contact_ledger(id).await.unwrap()[0].unread.fault.text, "control\u{fffd}characters");
        let asked = ["c1".to_owned(), "c2".to_owned()];
        assert_eq!(store.in_contact_ledger(id, &asked).await.unwrap(), HashSet::from(["c1".to_owned()]));
        put(&store, &claim, contact_page(&claim, vec![seen(&claim, "c1", card("Anna"))])).await;
        assert_eq!(store.unread_contacts(id).await.unwrap(), 0);
        assert_eq!(store.contact_ledger(id).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn what_lies_no_longer_in_its_folder_is_not_asked_for_again() {
    on_both(async |store| {
        let claim = ready(&store).await;
        let id = &claim.account.id;
        let mut page = contact_page(&claim, Vec::new());
        page.failed = vec![unread(&claim, "c1"), unread(&claim, "c2"), unread(&claim, "c3")];
        page.failed[2].folder = folder_named(id, "Suppliers");
        put(&store, &claim, page).await;
        let mut page = contact_page(&claim, Vec::new());
        page.removed = vec!["c1".to_owned(), "c3".to_owned()];
        page.gone = vec!["c2".to_owned()];
        put(&store, &claim, page).await;
        let left = store.contact_ledger(id).await.unwrap();
        assert_eq!(left.iter().map(|item| item.unread.remote_id.as_str()).collect::<Vec<_>>(), ["c3"]);
    })
    .await;
}

#[tokio::test]
async fn postgres_keeps_no_statistics_of_what_is_written_on_cards() {
    let store = migrated(&postgres_url().await).await;
    let claim = ready(&store).await;
    let marked = |n: i64| {
        let mut card = card(&format!("marker-{n}"));
        for text in CardText::ALL {
            card.set_text(text, format!("marker-{n}"));
        }
        let mut upsert = seen(&claim, &n.to_string(), card);
        upsert.forms.phones[0] = Some(format!("marker-{n}"));
        upsert
    };
    put(&store, &claim, contact_page(&claim, (0..50).map(marked).collect())).await;
    statements::run(&store, "ANALYZE").await;
    let all = "schemaname = current_schema() AND tablename LIKE 'contact%'";
    let kept = format!(
        "SELECT COUNT(*) FROM pg_stats WHERE {all}
         AND concat(most_common_vals, histogram_bounds) ~ 'marker-|example|Bonn|sip:|Ida|Red|1992-02-29|intern'"
    );
    assert_eq!(statements::count(&store, &kept).await, 0);
    assert!(statements::count(&store, &format!("SELECT COUNT(*) FROM pg_stats WHERE {all}")).await > 0);
}
