//! Writing pages.

use super::*;
use outlook_syncd::model::StoredMessage;
use outlook_syncd::store::{ItemFailure, MessageQuery, PageCounts};
use proptest::prelude::*;

pub(super) fn failure(id: &str) -> ItemFailure {
    ItemFailure { key: key(id), code: "ErrorItemCorrupt".into(), text: "The item is corrupt.".into() }
}

fn counts(new: u64, changed: u64) -> PageCounts {
    PageCounts { new, changed }
}

async fn all(store: &Store) -> Vec<StoredMessage> {
    store.messages(&MessageQuery { limit: 1_000, ..MessageQuery::default() }).await.unwrap()
}

async fn only(store: &Store) -> StoredMessage {
    let mut all = all(store).await;
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

#[tokio::test]
async fn a_page_written_twice_changes_nothing_the_second_time() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        let mut write =
            page(vec![detailed("m1", "One", at(1)), listed("m2", "Two", at(2)), on_the_page("Three", at(3))]);
        write.failed = vec![failure("m2")];
        assert_eq!(store.write_page(&claim, &write).await.unwrap(), counts(3, 0));
        let (mail, ledger) = (all(&store).await, store.ledger(&claim.account.id).await.unwrap());
        write.upserts.iter_mut().for_each(|upsert| upsert.tier = upsert.tier.min(Tier::Network));
        assert_eq!(store.write_page(&claim, &write).await.unwrap(), counts(0, 0));
        assert_eq!(all(&store).await, mail);
        assert_eq!(store.ledger(&claim.account.id).await.unwrap(), ledger);
        assert_eq!(schema::count(&store, "SELECT COUNT(*) FROM message WHERE revision > 1").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_page_planned_anew_after_a_commit_of_unknown_outcome_doubles_nothing() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        let first = page(vec![detailed("m1", "One", at(1))]);
        store.write_page(&claim, &first).await.unwrap();
        let again = page(vec![detailed("m1", "One", at(1)), detailed("m1", "One", at(1))]);
        assert_ne!(again.upserts[0].id, first.upserts[0].id);
        assert_eq!(store.write_page(&claim, &again).await.unwrap(), counts(0, 0));
        assert_eq!(only(&store).await.id, first.upserts[0].id);
        let twice = page(vec![listed("m2", "Two", at(2)), listed("m2", "Two", at(2))]);
        assert_eq!(store.write_page(&claim, &twice).await.unwrap(), counts(1, 0), "within one page too");
    })
    .await;
}

#[tokio::test]
async fn every_field_comes_back() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        let upsert = detailed("m1", "One", at(100));
        store.write_page(&claim, &page(vec![upsert.clone()])).await.unwrap();
        let expected = StoredMessage {
            id: upsert.id.clone(),
            account_id: claim.account.id.clone(),
            folder: Folder::Inbox,
            subject: "One".into(),
            from: Some(person("Berta")),
            recipients: upsert.detail.as_ref().unwrap().recipients.clone(),
            received: Some(Instant { at: at(100), precision: Precision::Second }),
            internet_message_id: Some("<m1@example.org>".into()),
            conversation_id: Some("conversation".into()),
            is_read: Some(false),
            has_attachments: Some(false),
            preview: Some("One, as it begins".into()),
            has_body: true,
            tier: Tier::Service,
            provisional: false,
        };
        assert_eq!(only(&store).await, expected);
        assert_eq!(store.body(&upsert.id).await.unwrap(), upsert.detail.unwrap().body);
        assert_eq!(store.body(&MessageId::new(at(0))).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn each_thing_that_differs_is_a_change_and_is_written() {
    type Edit = fn(&mut Upsert);
    let edits: [(&str, Edit); 9] = [
        ("read", |upsert| upsert.detail.as_mut().unwrap().is_read = true),
        ("version", |upsert| upsert.detail.as_mut().unwrap().change_key = Some("v2".into())),
        ("folder", |upsert| upsert.folder = Folder::SentItems),
        ("subject", |upsert| upsert.detail.as_mut().unwrap().subject = "Other".into()),
        ("one recipient less", |upsert| drop(upsert.detail.as_mut().unwrap().recipients.pop())),
        ("another recipient", |upsert| upsert.detail.as_mut().unwrap().recipients[0] = to("Emil")),
        ("order", |upsert| upsert.detail.as_mut().unwrap().recipients.reverse()),
        ("body", |upsert| {
            upsert.detail.as_mut().unwrap().body.as_mut().unwrap().content = "<b>new</b>".into();
        }),
        ("cut off", |upsert| upsert.detail.as_mut().unwrap().body.as_mut().unwrap().truncated = true),
    ];
    on_both(async |store| {
        let claim = claimed(&store).await;
        let mut revision = 1;
        store.write_page(&claim, &page(vec![detailed("m1", "One", at(1))])).await.unwrap();
        for (what, edit) in edits {
            // First the edit, then the way back: both differ from what is stored.
            let mut edited = detailed("m1", "One", at(1));
            edit(&mut edited);
            for upsert in [edited, detailed("m1", "One", at(1))] {
                let write = page(vec![upsert.clone()]);
                assert_eq!(store.write_page(&claim, &write).await.unwrap(), counts(0, 1), "{what}");
                assert_eq!(store.write_page(&claim, &write).await.unwrap(), counts(0, 0), "{what}");
                let stored = only(&store).await;
                let detail = upsert.detail.unwrap();
                assert_eq!((stored.folder, stored.subject), (upsert.folder, detail.subject), "{what}");
                assert_eq!(
                    (stored.is_read, stored.recipients),
                    (Some(detail.is_read), detail.recipients),
                    "{what}"
                );
                assert_eq!(store.body(&stored.id).await.unwrap(), detail.body, "{what}");
                revision += 1;
            }
        }
        assert_eq!(schema::count(&store, "SELECT revision FROM message").await, revision);
    })
    .await;
}

#[tokio::test]
async fn what_a_list_does_not_show_stays() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        store.write_page(&claim, &page(vec![listed("m1", "One", at(1))])).await.unwrap();
        let before = only(&store).await;
        let mut blank = listed("m1", "", at(1));
        let row = blank.row.as_mut().unwrap();
        (row.change_key, row.conversation_id, row.subject, row.from) = (None, None, None, None);
        (row.received, row.is_read, row.has_attachments, row.preview) = (None, None, None, None);
        assert_eq!(store.write_page(&claim, &page(vec![blank.clone()])).await.unwrap(), counts(0, 0));
        assert_eq!(only(&store).await, before);
        blank.row.as_mut().unwrap().from = Some(Address { name: Some("B.".into()), address: None });
        assert_eq!(store.write_page(&claim, &page(vec![blank])).await.unwrap(), counts(0, 0), "a name alone");
        assert_eq!(only(&store).await.from, Some(person("Berta")));
    })
    .await;
}

#[tokio::test]
async fn once_an_item_was_read_a_list_says_only_version_and_read() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        store.write_page(&claim, &page(vec![detailed("m1", "RE: One", at(1))])).await.unwrap();
        let mut seen = listed("m1", "One", at(1));
        assert_eq!(store.write_page(&claim, &page(vec![seen.clone()])).await.unwrap(), counts(0, 0));
        seen.row.as_mut().unwrap().is_read = Some(true);
        seen.row.as_mut().unwrap().change_key = Some("v2".into());
        assert_eq!(store.write_page(&claim, &page(vec![seen])).await.unwrap(), counts(0, 1));
        let stored = only(&store).await;
        assert_eq!((stored.subject.as_str(), stored.is_read), ("RE: One", Some(true)));
        let known = store.known(&claim.account.id, &[key("m1")]).await.unwrap();
        assert_eq!(known[&key("m1")].change_key.as_deref(), Some("v2"));
        assert!(known[&key("m1")].has_detail);
    })
    .await;
}

#[tokio::test]
async fn a_row_of_the_page_is_adopted_by_the_item_and_never_overrides_it() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        let seen = on_the_page("One", at(60));
        store.write_page(&claim, &page(vec![seen.clone()])).await.unwrap();
        let stored = only(&store).await;
        assert!(stored.provisional);
        assert_eq!(stored.received, Some(Instant { at: at(60), precision: Precision::Minute }));

        let item = Upsert { id: seen.id.clone(), ..listed("m1", "One", at(77)) };
        assert_eq!(store.write_page(&claim, &page(vec![item])).await.unwrap(), counts(0, 1));
        let adopted = only(&store).await;
        assert_eq!((&adopted.id, adopted.provisional, adopted.tier), (&seen.id, false, Tier::Service));
        assert_eq!(adopted.received, Some(Instant { at: at(77), precision: Precision::Second }));
        assert_eq!(adopted.from, Some(person("Berta")));

        let mut again = Upsert { id: seen.id.clone(), ..on_the_page("One (shortened)", at(60)) };
        assert_eq!(store.write_page(&claim, &page(vec![again.clone()])).await.unwrap(), counts(0, 0));
        again.row.as_mut().unwrap().is_read = Some(true);
        assert_eq!(store.write_page(&claim, &page(vec![again])).await.unwrap(), counts(0, 1));
        assert_eq!(only(&store).await, StoredMessage { is_read: Some(true), ..adopted });
    })
    .await;
}

#[tokio::test]
async fn text_that_one_database_cannot_hold_is_stored_all_the_same() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        let mut upsert = detailed("m1", "a\0b", at(1));
        let detail = upsert.detail.as_mut().unwrap();
        detail.recipients[0].address.name = Some("\0".into());
        detail.body.as_mut().unwrap().content = "x\0y 😀 \u{202e}".into();
        assert_eq!(store.write_page(&claim, &page(vec![upsert.clone()])).await.unwrap(), counts(1, 0));
        assert_eq!(store.write_page(&claim, &page(vec![upsert.clone()])).await.unwrap(), counts(0, 0));
        assert_eq!(only(&store).await.subject, "a\u{fffd}b");
        assert_eq!(store.body(&upsert.id).await.unwrap().unwrap().content, "x\u{fffd}y 😀 \u{202e}");
    })
    .await;
}

#[tokio::test]
async fn the_ledger_counts_failures_and_forgets_them_when_the_item_is_read() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        let id = &claim.account.id;
        store.write_page(&claim, &page(vec![listed("m1", "One", at(1))])).await.unwrap();
        for attempts in 1..=5 {
            assert_eq!(store.without_detail(id, 10).await.unwrap(), [key("m1")], "before attempt {attempts}");
            let mut write = page(Vec::new());
            (write.failed, write.now) = (vec![failure("m1")], at(2_000 + attempts));
            store.write_page(&claim, &write).await.unwrap();
            let ledger = store.ledger(id).await.unwrap();
            assert_eq!((ledger.len(), ledger[0].attempts, &ledger[0].key), (1, attempts, &key("m1")));
            assert_eq!((ledger[0].first_seen, ledger[0].last_seen), (at(2_001), at(2_000 + attempts)));
            assert_eq!((ledger[0].code.as_str(), ledger[0].folder), ("ErrorItemCorrupt", Folder::Inbox));
        }
        assert_eq!(store.without_detail(id, 10).await.unwrap(), [], "enough is enough");
        store.write_page(&claim, &page(vec![listed("m1", "One", at(1))])).await.unwrap();
        assert_eq!(store.ledger(id).await.unwrap().len(), 1, "a list does not prove that it can be read");
        store.write_page(&claim, &page(vec![detailed("m1", "One", at(1))])).await.unwrap();
        assert_eq!(store.ledger(id).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn a_page_that_fails_leaves_nothing_behind() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        schema::run(&store, "CREATE UNIQUE INDEX refusal ON message (subject)").await;
        let mut write = page(vec![listed("m1", "One", at(1)), listed("m2", "One", at(2))]);
        write.folder_state.cursor = Some("after".into());
        assert!(store.write_page(&claim, &write).await.is_err());
        assert_eq!(all(&store).await, []);
        assert!(store.state(&claim.account.id).await.unwrap().unwrap().folders.is_empty());
    })
    .await;
}

/// One writing out of a few messages, seen on any tier.
fn any_upsert() -> impl Strategy<Value = Upsert> {
    (0..4_i64, any::<bool>(), any::<bool>(), 0..3_u8, "[a-c\\x00]{0,2}").prop_map(
        |(n, read, sent, tier, subject)| {
            let id = format!("m{n}");
            let mut upsert = match tier {
                0 => detailed(&id, &subject, at(n)),
                1 => listed(&id, &subject, at(n)),
                _ => Upsert { keys: vec![key(&id)], ..on_the_page(&subject, at(n)) },
            };
            upsert.folder = if sent { Folder::SentItems } else { Folder::Inbox };
            upsert.row.as_mut().unwrap().is_read = Some(read);
            if let Some(detail) = &mut upsert.detail {
                detail.is_read = read;
            }
            upsert
        },
    )
}

#[test]
fn whatever_was_written_before_the_second_writing_of_a_page_writes_nothing() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let config = ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() };
    let pages = proptest::collection::vec(any_upsert(), 0..6);
    proptest!(config, |(history in pages, last in any_upsert())| {
        runtime.block_on(on_both(async |store| {
            let claim = claimed(&store).await;
            store.write_page(&claim, &page(history.clone())).await.unwrap();
            store.write_page(&claim, &page(vec![last.clone()])).await.unwrap();
            let mail = all(&store).await;
            let again = store.write_page(&claim, &page(vec![last.clone()])).await.unwrap();
            assert_eq!(again, counts(0, 0));
            assert_eq!(all(&store).await, mail);
            assert!(mail.len() <= 4, "never doubled");
        }));
    });
}
