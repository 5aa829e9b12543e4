//! Looking mail up and reading it back.

use super::statements::run;
use super::*;
use outlook_syncd::store::{MessageQuery, StoredMessage};

#[tokio::test]
async fn known_items_are_found_among_many() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        let id = &claim.account.id;
        let upserts: Vec<Upsert> = (0..150).map(|n| listed(&format!("m{n}"), "Subject", at(n))).collect();
        store_page(&store, &claim, &page(upserts.clone())).await.unwrap();
        let keys: Vec<ItemKey> = (100..300).map(|n| key(&format!("m{n}"))).collect();
        let known = store.known(id, &keys).await.unwrap();
        assert_eq!(known.len(), 50);
        let one = &known[&key("m149")];
        let inbox = folder_of(id, Role::Inbox).id;
        assert_eq!((&one.message_id, &one.folder), (&upserts[149].id, &inbox));
        assert_eq!((one.depth, one.change_key.as_deref()), (Depth::Listed, Some("v1")));
        assert!(store.known(id, &[]).await.unwrap().is_empty());
        assert!(store.known(id, &[key("M149")]).await.unwrap().is_empty(), "ids are case-sensitive");
        let other = add(&store, "other").await;
        assert!(store.known(&other, &keys).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn messages_of_an_account_are_had_with_all_that_its_mailbox_knows_them_by() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        let id = &claim.account.id;
        let mut both = listed("m1", "One", at(1));
        both.keys.push(ItemKey { space: KeySpace::new("owa"), id: "e1".into() });
        let (plain, gone) = (listed("m2", "Two", at(2)), listed("m3", "Three", at(3)));
        let ids: Vec<_> = [&both, &plain, &gone].map(|upsert| upsert.id.clone()).into();
        store_page(&store, &claim, &page(vec![both.clone(), plain.clone(), gone.clone()])).await.unwrap();
        run(&store, &format!("UPDATE message SET gone_at = 1 WHERE id = '{}'", gone.id)).await;
        let mut keys = store.message_keys(id, &ids).await.unwrap();
        for keys in keys.values_mut() {
            keys.sort_by(|a, b| a.id.cmp(&b.id));
        }
        assert_eq!(keys[&both.id], [ItemKey { space: KeySpace::new("owa"), id: "e1".into() }, key("m1")]);
        assert_eq!((&keys[&plain.id], keys.len()), (&vec![key("m2")], 2));
        let other = add(&store, "other").await;
        assert!(store.message_keys(&other, &ids).await.unwrap().is_empty());
        assert!(store.message_keys(id, &[]).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn candidates_are_of_the_conversation_in_the_folder_and_of_the_moment() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        let mut elsewhere = listed("m3", "Three", at(2));
        elsewhere.sight.conversation_id = Some("another".into());
        let mut sent = listed("m4", "Four", at(2));
        sent.folder = folder_id(Role::Sent);
        let mut both = listed("m2", "Two", at(2));
        both.keys.push(ItemKey { space: KeySpace::new("owa"), id: "e2".into() });
        let (later, seen) = (listed("m5", "Five", at(3)), on_the_page("One", at(60)));
        let all = vec![elsewhere, sent, later.clone(), both.clone(), seen.clone()];
        store_page(&store, &claim, &page(all)).await.unwrap();

        let inbox = folder_of(&claim.account.id, Role::Inbox).id;
        let candidates =
            async |seen: &[&Sight]| store.candidates(&claim.account.id, &inbox, seen).await.unwrap();
        let asked = row("another id", "Two", at(2));
        let mut found = candidates(&[&asked, &asked]).await;
        let ids: Vec<&MessageId> = found.iter().map(|candidate| &candidate.message_id).collect();
        assert_eq!(ids, [&seen.id, &both.id]);
        assert_eq!((found[0].spaces.as_slice(), found[0].depth), (&[][..], Depth::Shown));
        assert_eq!(found[0].received, Some(Instant { at: at(60), precision: Precision::Minute }));
        found[1].spaces.sort();
        assert_eq!(found[1].spaces, ["owa", "owa:immutable"].map(KeySpace::new));
        assert_eq!((found[1].subject.as_deref(), found[1].depth), (Some("Two"), Depth::Listed));
        let undated = Sight { received: None, ..asked.clone() };
        let ids: Vec<_> = candidates(&[&undated]).await.into_iter().map(|found| found.message_id).collect();
        assert_eq!(ids, [seen.id, later.id, both.id], "it may be any of them");
        assert_eq!(candidates(&[&Sight { conversation_id: Some("unknown".into()), ..asked }]).await, []);
        assert_eq!(candidates(&[]).await, []);
    })
    .await;
}

/// As alerts are, and the copies of a log.
#[tokio::test]
async fn of_a_conversation_of_thousands_few_messages_are_loaded() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        let all = (0..3_000).map(|n| listed(&format!("m{n}"), "Alert", at(n)));
        store_page(&store, &claim, &page(all.collect())).await.unwrap();
        let inbox = folder_of(&claim.account.id, Role::Inbox).id;
        let new = row("new", "Alert", at(1_500));
        let undated = Sight { received: None, ..new.clone() };
        for (seen, most) in [(&new, 1), (&undated, 100)] {
            let found = store.candidates(&claim.account.id, &inbox, &[seen]).await.unwrap();
            assert_eq!(found.len(), most, "{:?}", seen.received);
        }
    })
    .await;
}

/// Folders are looked up after their messages.
#[tokio::test]
async fn a_message_whose_folder_is_not_found_is_read_back_all_the_same() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        store_page(&store, &claim, &page(vec![listed("m1", "One", at(1))])).await.unwrap();
        run(&store, "DELETE FROM folder").await;
        let query = MessageQuery { limit: 9, ..MessageQuery::default() };
        let found = store.messages(&query).await.unwrap();
        let [StoredMessage { message, folder, .. }] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((&folder.id, folder.role), (&message.folder, Role::Other));
    })
    .await;
}

#[tokio::test]
async fn messages_are_counted_by_folder() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        let id = &claim.account.id;
        let mut sent = listed("s", "Sent", at(9));
        sent.folder = folder_id(Role::Sent);
        let upserts = vec![listed("a", "A", at(1)), listed("b", "B", at(2)), listed("c", "C", at(3)), sent];
        store_page(&store, &claim, &page(upserts)).await.unwrap();
        let held = async || (held_in(&store, id, Role::Inbox).await, held_in(&store, id, Role::Sent).await);
        assert_eq!(held().await, (3, 1));
        let mut moved = listed("c", "C", at(3));
        moved.folder = folder_id(Role::Sent);
        store_page(&store, &claim, &page(vec![moved.clone(), moved])).await.unwrap();
        assert_eq!(held().await, (2, 2));
    })
    .await;
}

#[tokio::test]
async fn what_lacks_its_detail_is_named_newest_first_by_one_key() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        let mut both = listed("b", "B", at(2));
        both.keys.insert(0, ItemKey { space: KeySpace::new("owa"), id: "be".into() });
        let upserts = vec![
            listed("a", "A", at(1)),
            both,
            listed("c", "C", at(3)),
            detailed("d", "D", at(4)),
            on_the_page("E", at(60)),
        ];
        store_page(&store, &claim, &page(upserts)).await.unwrap();
        let id = &claim.account.id;
        assert_eq!(
            store.without_detail(id, &KeySpaces::EXCHANGE, 10).await.unwrap(),
            [key("c"), key("b"), key("a")]
        );
        assert_eq!(store.without_detail(id, &KeySpaces::EXCHANGE, 2).await.unwrap(), [key("c"), key("b")]);
    })
    .await;
}

async fn subjects(store: &Store, query: MessageQuery) -> Vec<String> {
    store.messages(&query).await.unwrap().into_iter().map(|found| found.message.subject.unwrap()).collect()
}

#[tokio::test]
async fn messages_are_read_newest_first_by_account_folder_time_and_page() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        add_due(&store, "berta@example.org", at(0)).await;
        let other = store.claim("another", at(0), at(0), LEASE).await.unwrap().unwrap();
        let mut sent = listed("s", "sent", at(5));
        sent.folder = folder_id(Role::Sent);
        let mut dateless = listed("z", "dateless", at(0));
        dateless.sight.received = None;
        let upserts =
            vec![listed("a", "a", at(1)), listed("b", "b", at(3)), listed("c", "c", at(3)), sent, dateless];
        store_page(&store, &claim, &page(upserts)).await.unwrap();
        store_page(&store, &other, &page(vec![listed("x", "x", at(4))])).await.unwrap();

        let everything = MessageQuery { limit: 10, ..MessageQuery::default() };
        let of_one = MessageQuery { account: Some(claim.account.id.clone()), ..everything.clone() };
        let inbox_of = |claim: &Claim| folder_of(&claim.account.id, Role::Inbox).id;
        let inbox = MessageQuery { folders: Some(vec![inbox_of(&claim)]), ..of_one.clone() };
        let all = subjects(&store, everything.clone()).await;
        assert_eq!((all.len(), all[0].as_str(), all[1].as_str()), (6, "sent", "x"));
        assert_eq!(all[5], "dateless");
        assert_eq!(subjects(&store, of_one.clone()).await.len(), 5);
        assert_eq!(subjects(&store, inbox.clone()).await.len(), 4);
        assert_eq!(subjects(&store, MessageQuery { since: Some(at(3)), ..inbox.clone() }).await.len(), 2);
        let both = Some(vec![inbox_of(&claim), folder_of(&other.account.id, Role::Inbox).id]);
        let both = subjects(&store, MessageQuery { folders: both, ..everything.clone() }).await;
        assert_eq!((both.len(), both[0].as_str()), (5, "x"));
        let none = MessageQuery { folders: Some(Vec::new()), ..everything.clone() };
        assert!(subjects(&store, none).await.is_empty());

        let mut paged = Vec::new();
        let mut after = None;
        loop {
            let query = MessageQuery { limit: 1, after: after.take(), ..of_one.clone() };
            let Some(found) = store.messages(&query).await.unwrap().pop() else { break };
            let message = found.message;
            let millis = message.received.map_or(0, |received| received.at.timestamp_millis());
            after = Some((millis, message.id));
            paged.push(message.subject.unwrap());
        }
        assert_eq!(paged, subjects(&store, of_one).await, "page by page it is the same");
    })
    .await;
}

#[tokio::test]
async fn each_message_has_its_own_recipients_in_order() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        let names = ["Zoe", "Anna", "Mia", "Anna"];
        let upserts: Vec<Upsert> = (0..70)
            .map(|n| {
                let mut upsert = detailed(&format!("m{n}"), &n.to_string(), at(n));
                let count = usize::try_from(n % 5).unwrap();
                upsert.sight.recipients = Some(names.iter().take(count).map(|name| to(name)).collect());
                upsert
            })
            .collect();
        store_page(&store, &claim, &page(upserts.clone())).await.unwrap();
        let read = store.messages(&MessageQuery { limit: 100, ..MessageQuery::default() }).await.unwrap();
        assert_eq!(read.len(), 70);
        for (found, upsert) in read.iter().zip(upserts.iter().rev()) {
            let recipients = Some(&found.message.recipients);
            assert_eq!(recipients, upsert.sight.recipients.as_ref(), "{:?}", found.message.subject);
        }
    })
    .await;
}
