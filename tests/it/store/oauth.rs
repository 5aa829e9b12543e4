//! Grants, and the right to renew their tokens.

use super::*;
use outlook_syncd::model::{
    AttemptId, NewGrant, Person, Reach, RefusalClass, Resource, Trouble, Troubles, Use,
};
use outlook_syncd::store::{RefreshLease, Settled, StoreError};

const TOKENS: &str = "tokens";

pub(super) fn grant(object: &str) -> NewGrant {
    NewGrant {
        authority: "https://login.example.org/common/v2.0".into(),
        client_id: "client".into(),
        person: Person { tenant: "t".into(), object: object.into() },
        address: format!("{object}@example.org"),
        login: format!("{object}.login@example.org"),
        display_name: Some("Anna".into()),
        uses: vec![Use::Contacts, Use::Imap],
        scopes: vec!["contacts.readwrite".into()],
    }
}

/// Keeps a grant, under a key that its account has from the first of them on.
async fn put(
    store: &Store,
    id: &AccountId,
    grant: &NewGrant,
    tokens: &'static [u8],
    line: &AuditEntry,
) -> Result<(), StoreError> {
    put_ending(store, id, grant, tokens, (None, line)).await
}

/// The same, with the attempt of a page that it ends.
pub(super) async fn put_ending(
    store: &Store,
    id: &AccountId,
    grant: &NewGrant,
    tokens: &'static [u8],
    end: (Option<&AttemptId>, &AuditEntry),
) -> Result<(), StoreError> {
    store.put_canary(KEY).await.unwrap();
    let _ = store.add_data_key(id, "owner", KEY).await;
    store.put_grant(id, grant, TOKENS, &Sealing { wrapped: KEY, seal: &|_| tokens.to_vec() }, end).await
}

async fn settle(
    store: &Store,
    lease: &RefreshLease,
    tokens: &'static [u8],
    settled: &Settled<'_>,
) -> Result<(), StoreError> {
    let sealing = Sealing { wrapped: KEY, seal: &|_| tokens.to_vec() };
    store.settle_refresh(lease, TOKENS, &sealing, settled).await
}

fn trouble() -> Troubles {
    let trouble = Trouble {
        class: RefusalClass::Reconnect,
        message: "over".into(),
        hint: "again".into(),
        claims: Some("{}".into()),
        doubts: 0,
        at: at(3),
        retry_at: None,
    };
    Troubles::from([(Resource::Graph, trouble)])
}

async fn lease(store: &Store, id: &AccountId, seconds: i64) -> Option<RefreshLease> {
    store.lease_grant(id, at(seconds), LEASE).await.unwrap()
}

#[tokio::test]
async fn a_grant_comes_back_and_is_found_by_its_person() {
    on_both(async |store| {
        let (anna, berta) = (add(&store, "anna").await, add(&store, "berta").await);
        assert_eq!(store.grant(&anna).await.unwrap(), None);
        put(&store, &anna, &grant("o1"), b"sealed", &line(at(1))).await.unwrap();
        let found = store.grant(&anna).await.unwrap().unwrap();
        assert_eq!((&found.given, found.granted_at, found.refreshed_at), (&grant("o1"), at(1), at(1)));
        assert_eq!(sealed(&store, &anna, TOKENS).await.as_deref(), Some(&b"sealed"[..]));
        assert_eq!(store.grant_of(&grant("o1").person).await.unwrap().unwrap().account_id, anna);
        assert_eq!(store.grant_of(&grant("o2").person).await.unwrap(), None);
        let twice = put(&store, &berta, &grant("o1"), b"x", &line(at(2))).await;
        assert!(matches!(twice, Err(StoreError::PersonTaken)), "{twice:?}");
        assert_eq!(sealed(&store, &berta, TOKENS).await, None, "nothing of it was written");
        put(&store, &berta, &grant("o2"), b"x", &line(at(2))).await.unwrap();
        for (reach, count) in
            [(Reach::Everyone, 2), (Reach::Owner("owner".into()), 2), (Reach::Owner("other".into()), 0)]
        {
            assert_eq!(store.grants(&reach).await.unwrap().len(), count, "{reach:?}");
        }
        let nobody = put(&store, &AccountId::new(at(9)), &grant("o3"), b"x", &line(at(2))).await;
        assert!(matches!(nobody, Err(StoreError::NoSuchAccount)), "{nobody:?}");
    })
    .await;
}

#[tokio::test]
async fn one_renews_at_a_time_and_a_late_one_writes_nothing() {
    on_both(async |store| {
        let id = add(&store, "anna").await;
        assert_eq!(lease(&store, &id, 0).await, None, "no grant, no right");
        put(&store, &id, &grant("o1"), b"first", &line(at(0))).await.unwrap();
        let first = lease(&store, &id, 1).await.unwrap();
        assert_eq!(lease(&store, &id, 2).await, None);
        let second = lease(&store, &id, 61).await.expect("the first one's time is over");
        let troubles = Troubles::new();
        let scopes = ["user.read".to_owned()];
        let settled = Settled { troubles: &troubles, scopes: &scopes, now: at(62) };
        let late = settle(&store, &first, b"late", &settled).await;
        assert!(matches!(late, Err(StoreError::LeaseLost)), "{late:?}");
        let late = store.release_refresh(&first, Some(&trouble())).await;
        assert!(matches!(late, Err(StoreError::LeaseLost)), "{late:?}");
        settle(&store, &second, b"second", &settled).await.unwrap();
        let kept = store.grant(&id).await.unwrap().unwrap();
        assert_eq!((kept.refreshed_at, kept.given.scopes), (at(62), scopes.to_vec()));
        assert_eq!(sealed(&store, &id, TOKENS).await.as_deref(), Some(&b"second"[..]));
        assert!(lease(&store, &id, 63).await.is_some(), "it was given back");
    })
    .await;
}

#[tokio::test]
async fn a_refusal_is_kept_until_the_next_sign_in_which_ends_every_lease() {
    on_both(async |store| {
        let id = add(&store, "anna").await;
        put(&store, &id, &grant("o1"), b"first", &line(at(0))).await.unwrap();
        let held = lease(&store, &id, 1).await.unwrap();
        store.release_refresh(&held, Some(&trouble())).await.unwrap();
        let held = lease(&store, &id, 2).await.unwrap();
        store.release_refresh(&held, None).await.unwrap();
        assert_eq!(store.grant(&id).await.unwrap().unwrap().troubles, trouble());
        let held = lease(&store, &id, 3).await.unwrap();
        put(&store, &id, &grant("o1"), b"anew", &line(at(4))).await.unwrap();
        assert!(store.grant(&id).await.unwrap().unwrap().troubles.is_empty());
        let settled = Settled { troubles: &Troubles::new(), scopes: &[], now: at(5) };
        let late = settle(&store, &held, b"late", &settled).await;
        assert!(matches!(late, Err(StoreError::LeaseLost)), "{late:?}");
        assert_eq!(sealed(&store, &id, TOKENS).await.as_deref(), Some(&b"anew"[..]));
        assert!(lease(&store, &id, 5).await.is_some(), "a sign-in does not wait for a lease");
    })
    .await;
}

#[tokio::test]
async fn a_destroyed_grant_takes_its_tokens_along_and_nothing_else() {
    on_both(async |store| {
        let id = add(&store, "anna").await;
        seal(&store, &id, "session", b"s", at(0)).await.unwrap();
        put(&store, &id, &grant("o1"), b"t", &line(at(0))).await.unwrap();
        let held = lease(&store, &id, 1).await.unwrap();
        assert!(
            store.destroy_grant(&id, TOKENS, None, ContactsEnd::Keep, &line(at(5))).await.unwrap().tokens
        );
        assert!(
            !store.destroy_grant(&id, TOKENS, None, ContactsEnd::Keep, &line(at(5))).await.unwrap().tokens
        );
        let settled = Settled { troubles: &Troubles::new(), scopes: &[], now: at(2) };
        let late = settle(&store, &held, b"late", &settled).await;
        assert!(matches!(late, Err(StoreError::LeaseLost)), "{late:?}");
        assert_eq!(sealed(&store, &id, TOKENS).await, None);
        assert_eq!(sealed(&store, &id, "session").await.as_deref(), Some(&b"s"[..]));
        put(&store, &id, &grant("o1"), b"t", &line(at(0))).await.unwrap();
        store.delete_account(&id).await.unwrap();
        assert_eq!(statements::rows_that_belong_to(&store, &id).await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_that_want_to_renew_one_may() {
    on_both(async |store| {
        let id = add(&store, "anna").await;
        put(&store, &id, &grant("o1"), b"t", &line(at(0))).await.unwrap();
        let asked: Vec<_> = (0..12)
            .map(|_| {
                let (store, id) = (store.clone(), id.clone());
                tokio::spawn(async move { lease(&store, &id, 1).await })
            })
            .collect();
        let mut had = 0;
        for answer in asked {
            had += u32::from(answer.await.unwrap().is_some());
        }
        assert_eq!(had, 1);
    })
    .await;
}

#[tokio::test]
async fn a_grant_comes_and_goes_with_its_line_or_not_at_all() {
    on_both(async |store| {
        let id = add(&store, "anna@example.org").await;
        // A line can be written once.
        let written = line(at(1));
        store.audit(&written).await.unwrap();
        put(&store, &id, &grant("o1"), b"t", &written).await.unwrap_err();
        assert_eq!((store.grant(&id).await.unwrap(), sealed(&store, &id, TOKENS).await), (None, None));
        put(&store, &id, &grant("o1"), b"t", &line(at(2))).await.unwrap();
        store.destroy_grant(&id, TOKENS, None, ContactsEnd::Keep, &written).await.unwrap_err();
        assert!(store.grant(&id).await.unwrap().is_some() && sealed(&store, &id, TOKENS).await.is_some());
        assert!(
            store.destroy_grant(&id, TOKENS, None, ContactsEnd::Keep, &line(at(3))).await.unwrap().tokens
        );
        assert!(
            !store.destroy_grant(&id, TOKENS, None, ContactsEnd::Keep, &line(at(4))).await.unwrap().tokens
        );
        assert_eq!(store.audit_log(9).await.unwrap().len(), 3, "what was gone before is not written down");
    })
    .await;
}
