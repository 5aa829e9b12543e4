//! Writing pages.

use super::*;
use outlook_syncd::model::{ItemFault, Message};
use outlook_syncd::store::{MessageQuery, PageCounts, StoredMessage, Unread};
use proptest::prelude::*;

pub(super) fn failure(id: &str) -> Unread {
    let fault = ItemFault { code: "ErrorItemCorrupt".into(), text: "The item is corrupt.".into() };
    Unread { folder: folder_id(Role::Inbox), key: key(id), fault }
}

pub(super) fn counts(new: u64, changed: u64) -> PageCounts {
    PageCounts { new, changed }
}

pub(super) async fn all(store: &Store) -> Vec<StoredMessage> {
    store.messages(&MessageQuery { limit: 1_000, ..MessageQuery::default() }).await.unwrap()
}

pub(super) async fn only(store: &Store) -> Message {
    let mut all = all(store).await;
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0).message
}

#[tokio::test]
async fn a_page_written_twice_changes_nothing_the_second_time() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        let mut write =
            page(vec![detailed("m1", "One", at(1)), listed("m2", "Two", at(2)), on_the_page("Three", at(3))]);
        write.failed = vec![failure("m2")];
        assert_eq!(store_page(&store, &claim, &write).await.unwrap(), counts(3, 0));
        let (mail, ledger) = (all(&store).await, store.ledger(&claim.account.id).await.unwrap());
        write.upserts.iter_mut().for_each(|upsert| upsert.sight.seen_by = "network".into());
        assert_eq!(store_page(&store, &claim, &write).await.unwrap(), counts(0, 0));
        assert_eq!(all(&store).await, mail);
        assert_eq!(store.ledger(&claim.account.id).await.unwrap(), ledger);
        assert_eq!(statements::count(&store, "SELECT COUNT(*) FROM message WHERE revision > 1").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_page_planned_anew_after_a_commit_of_unknown_outcome_doubles_nothing() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        let first = page(vec![detailed("m1", "One", at(1))]);
        store_page(&store, &claim, &first).await.unwrap();
        let again = page(vec![detailed("m1", "One", at(1)), detailed("m1", "One", at(1))]);
        assert_ne!(again.upserts[0].id, first.upserts[0].id);
        assert_eq!(store_page(&store, &claim, &again).await.unwrap(), counts(0, 0));
        assert_eq!(only(&store).await.id, first.upserts[0].id);
        let twice = page(vec![listed("m2", "Two", at(2)), listed("m2", "Two", at(2))]);
        assert_eq!(store_page(&store, &claim, &twice).await.unwrap(), counts(1, 0), "within one page too");
    })
    .await;
}

#[tokio::test]
async fn every_field_comes_back() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        let upsert = detailed("m1", "One", at(100));
        store_page(&store, &claim, &page(vec![upsert.clone()])).await.unwrap();
        let Sight { recipients, body, .. } = upsert.sight;
        let folder = folder_of(&claim.account.id, Role::Inbox);
        let expected = Message {
            depth: Depth::Whole,
            seen_by: "service".into(),
            change_key: Some("v1".into()),
            conversation_id: Some("conversation".into()),
            internet_message_id: Some("<m1@example.org>".into()),
            subject: Some("One".into()),
            from: Some(person("Berta")),
            sender: Some(person("Carl")),
            recipients: recipients.unwrap(),
            received: Some(Instant { at: at(100), precision: Precision::Second }),
            sent_at: Some(at(95)),
            is_read: Some(false),
            has_attachments: Some(false),
            importance: Some(Importance::High),
            item_class: Some("IPM.Note".into()),
            preview: Some("One, as it begins".into()),
            size: Some(4_096),
            ..Message::new(upsert.id.clone(), claim.account.id.clone(), folder.id.clone())
        };
        let stored = all(&store).await;
        assert_eq!(stored, [StoredMessage { message: expected, folder, has_body: true }]);
        assert_eq!(store.body(&upsert.id).await.unwrap(), body);
        assert_eq!(store.body(&MessageId::new(at(0))).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn each_thing_that_differs_is_a_change_and_is_written() {
    type Edit = fn(&mut Upsert);
    let edits: [(&str, Edit); 9] = [
        ("read", |upsert| upsert.sight.is_read = Some(true)),
        ("version", |upsert| upsert.sight.change_key = Some("v2".into())),
        ("folder", |upsert| upsert.folder = folder_id(Role::Sent)),
        ("subject", |upsert| upsert.sight.subject = Some("Other".into())),
        ("one recipient less", |upsert| drop(upsert.sight.recipients.as_mut().unwrap().pop())),
        ("another recipient", |upsert| upsert.sight.recipients.as_mut().unwrap()[0] = to("Emil")),
        ("order", |upsert| upsert.sight.recipients.as_mut().unwrap().reverse()),
        ("body", |upsert| {
            upsert.sight.body.as_mut().unwrap().content = "<b>new</b>".into();
        }),
        ("cut off", |upsert| upsert.sight.body.as_mut().unwrap().truncated = true),
    ];
    on_both(async |store| {
        let claim = claimed(&store).await;
        let mut revision = 1;
        store_page(&store, &claim, &page(vec![detailed("m1", "One", at(1))])).await.unwrap();
        for (what, edit) in edits {
            // First the edit, then the way back: both differ from what is stored.
            let mut edited = detailed("m1", "One", at(1));
            edit(&mut edited);
            for upsert in [edited, detailed("m1", "One", at(1))] {
                let write = page(vec![upsert.clone()]);
                assert_eq!(store_page(&store, &claim, &write).await.unwrap(), counts(0, 1), "{what}");
                assert_eq!(store_page(&store, &claim, &write).await.unwrap(), counts(0, 0), "{what}");
                let stored = only(&store).await;
                let sight = upsert.sight;
                let folder = own(&claim.account.id, &upsert.folder);
                assert_eq!((stored.folder, stored.subject), (folder, sight.subject), "{what}");
                let said = (sight.is_read, sight.recipients.unwrap());
                assert_eq!((stored.is_read, stored.recipients), said, "{what}");
                assert_eq!(store.body(&stored.id).await.unwrap(), sight.body, "{what}");
                revision += 1;
            }
        }
        assert_eq!(statements::count(&store, "SELECT revision FROM message").await, revision);
    })
    .await;
}

#[tokio::test]
async fn what_a_list_does_not_show_stays() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        store_page(&store, &claim, &page(vec![listed("m1", "One", at(1))])).await.unwrap();
        let before = only(&store).await;
        let mut blank = listed("m1", "", at(1));
        let row = &mut blank.sight;
        (row.change_key, row.conversation_id, row.subject, row.from) = (None, None, None, None);
        (row.received, row.is_read, row.has_attachments, row.preview) = (None, None, None, None);
        assert_eq!(store_page(&store, &claim, &page(vec![blank.clone()])).await.unwrap(), counts(0, 0));
        assert_eq!(only(&store).await, before);
        blank.sight.from = Some(Address { name: Some("B.".into()), address: None });
        assert_eq!(
            store_page(&store, &claim, &page(vec![blank])).await.unwrap(),
            counts(0, 0),
            "a name alone"
        );
        assert_eq!(only(&store).await.from, Some(person("Berta")));
    })
    .await;
}

#[tokio::test]
async fn once_an_item_was_read_a_list_says_only_whether_it_was_read() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        store_page(&store, &claim, &page(vec![detailed("m1", "RE: One", at(1))])).await.unwrap();
        let mut seen = listed("m1", "One", at(1));
        assert_eq!(store_page(&store, &claim, &page(vec![seen.clone()])).await.unwrap(), counts(0, 0));
        seen.sight.is_read = Some(true);
        seen.sight.change_key = Some("v2".into());
        assert_eq!(store_page(&store, &claim, &page(vec![seen])).await.unwrap(), counts(0, 1));
        let stored = only(&store).await;
        assert_eq!((stored.subject.as_deref(), stored.is_read), (Some("RE: One"), Some(true)));
    })
    .await;
}

/// The version under which `m1` is stored.
async fn version(store: &Store, claim: &Claim) -> Option<String> {
    let known = store.known(&claim.account.id, &[key("m1")]).await.unwrap();
    known[&key("m1")].change_key.clone()
}

#[tokio::test]
async fn the_version_of_an_item_changes_only_with_its_detail() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        let mut upsert = listed("m1", "One", at(1));
        store_page(&store, &claim, &page(vec![upsert.clone()])).await.unwrap();
        upsert.sight.change_key = Some("v2".into());
        assert_eq!(store_page(&store, &claim, &page(vec![upsert.clone()])).await.unwrap(), counts(0, 1));
        assert_eq!(version(&store, &claim).await.as_deref(), Some("v2"), "never read, the list counts");

        store_page(&store, &claim, &page(vec![detailed("m1", "One", at(1))])).await.unwrap();
        assert_eq!(version(&store, &claim).await.as_deref(), Some("v1"));
        assert_eq!(store_page(&store, &claim, &page(vec![upsert.clone()])).await.unwrap(), counts(0, 0));
        assert_eq!(version(&store, &claim).await.as_deref(), Some("v1"), "the change is still to be fetched");

        let item = Sight { change_key: None, ..item("m1", "One, changed", at(1)) };
        upsert.sight = item.over(&upsert.sight);
        assert_eq!(store_page(&store, &claim, &page(vec![upsert])).await.unwrap(), counts(0, 1));
        assert_eq!(
            version(&store, &claim).await.as_deref(),
            Some("v2"),
            "that of the row it was fetched for"
        );
    })
    .await;
}

#[tokio::test]
async fn a_row_of_the_page_is_adopted_by_the_item_and_never_overrides_it() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        let seen = on_the_page("One", at(60));
        store_page(&store, &claim, &page(vec![seen.clone()])).await.unwrap();
        let stored = only(&store).await;
        assert_eq!(stored.depth, Depth::Shown);
        assert_eq!(stored.received, Some(Instant { at: at(60), precision: Precision::Minute }));

        let item = Upsert { id: seen.id.clone(), ..listed("m1", "One", at(77)) };
        assert_eq!(store_page(&store, &claim, &page(vec![item])).await.unwrap(), counts(0, 1));
        let adopted = only(&store).await;
        assert_eq!(
            (&adopted.id, adopted.depth, adopted.seen_by.as_str()),
            (&seen.id, Depth::Listed, "service")
        );
        assert_eq!(adopted.received, Some(Instant { at: at(77), precision: Precision::Second }));
        assert_eq!(adopted.from, Some(person("Berta")));

        let mut again = Upsert { id: seen.id.clone(), ..on_the_page("One (shortened)", at(60)) };
        assert_eq!(store_page(&store, &claim, &page(vec![again.clone()])).await.unwrap(), counts(0, 0));
        again.sight.is_read = Some(true);
        assert_eq!(store_page(&store, &claim, &page(vec![again])).await.unwrap(), counts(0, 1));
        assert_eq!(only(&store).await, Message { is_read: Some(true), ..adopted });
    })
    .await;
}

#[tokio::test]
async fn a_page_that_fails_leaves_nothing_behind() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        statements::run(&store, "CREATE UNIQUE INDEX refusal ON message (subject)").await;
        let mut write = page(vec![listed("m1", "One", at(1)), listed("m2", "One", at(2))]);
        write.folder_state.as_mut().unwrap().cursor = Some("after".into());
        assert!(store_page(&store, &claim, &write).await.is_err());
        assert_eq!(all(&store).await, []);
        let folders = store.folders(&claim.account.id).await.unwrap();
        assert!(folders.iter().all(|state| state.cursor.is_none()), "{folders:?}");
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
            upsert.folder = folder_id(if sent { Role::Sent } else { Role::Inbox });
            upsert.sight.is_read = Some(read);
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
            store_page(&store, &claim, &page(history.clone())).await.unwrap();
            store_page(&store, &claim, &page(vec![last.clone()])).await.unwrap();
            let mail = all(&store).await;
            let again = store_page(&store, &claim, &page(vec![last.clone()])).await.unwrap();
            assert_eq!(again, counts(0, 0));
            assert_eq!(all(&store).await, mail);
            assert!(mail.len() <= 4, "never doubled");
        }));
    });
}
