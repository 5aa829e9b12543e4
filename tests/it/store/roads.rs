//! How mail is read, and what an account's parts live on then.

use super::schedule::{badly, error};
use super::*;
use outlook_syncd::error::Disposition;
use outlook_syncd::model::{Credential, NewGrant, Person, Reach, RoadChangeState, RoadReport, Use};
use outlook_syncd::store::{RoadSet, RoadWish};

/// An account without a road.
async fn add_without(store: &Store, login: &str) -> AccountId {
    let new = NewAccount { road: None, ..new_account("owner", login) };
    store.add_account(&new, at(0)).await.unwrap();
    new.id
}

/// Connects an account by OAuth.
async fn connect(store: &Store, id: &AccountId) {
    let login = store.account(id).await.unwrap().unwrap().login;
    let grant = NewGrant {
        authority: "https://login.example.test/common/v2.0".to_owned(),
        client_id: "client".to_owned(),
        person: Person { tenant: "t".to_owned(), object: login.clone() },
        address: login.clone(),
        login,
        display_name: None,
        uses: vec![Use::Mail],
        scopes: vec!["mail.readwrite".to_owned()],
    };
    seal(store, id, "key", b"x", at(0)).await.unwrap();
    let wrapped = store.data_key(id).await.unwrap().unwrap().wrapped;
    let sealing = Sealing { wrapped: &wrapped, seal: &|_| b"tokens".to_vec() };
    store.put_grant(id, &grant, "tokens", &sealing, (None, &line(at(0)))).await.unwrap();
}

/// An account whose mail and contacts are read by its sign-in with OAuth, both due.
async fn by_graph(store: &Store) -> AccountId {
    let id = add_without(store, "anna@example.org").await;
    connect(store, &id).await;
    assert!(store.take_graph(&id, &line(at(1))).await.unwrap());
    store.schedule(&id, Part::Contacts, at(1)).await.unwrap();
    id
}

async fn due(store: &Store, id: &AccountId) -> [Option<DateTime<Utc>>; 2] {
    let state = store.state(id).await.unwrap().unwrap();
    Part::ALL.map(|part| state.part(part).and_then(|part| part.due_at))
}

#[tokio::test]
async fn what_becomes_of_a_session_is_nothing_to_mail_that_is_read_without_one() {
    on_both(async |store| {
        let id = by_graph(&store).await;
        store.end_session(&id, SessionState::NeedsLogin, &error(Disposition::NeedsLogin)).await.unwrap();
        assert_eq!(due(&store, &id).await, [Some(at(1)), Some(at(1))]);
        store.begin_session(&id, None, at(50)).await.unwrap();
        assert_eq!(due(&store, &id).await, [Some(at(1)), Some(at(1))]);
        store.end_session(&id, SessionState::NeedsLogin, &error(Disposition::NeedsLogin)).await.unwrap();
        for (enabled, expected) in [(false, [None; 2]), (true, [Some(at(60)); 2])] {
            store.set_sync_enabled(&id, enabled, &line(at(60))).await.unwrap();
            assert_eq!(due(&store, &id).await, expected);
        }
    })
    .await;
}

#[tokio::test]
async fn a_part_that_is_refused_is_parked_alone_and_a_new_sign_in_forgets_it_of_both() {
    on_both(async |store| {
        let id = by_graph(&store).await;
        let claim = store.claim("h", at(1), at(1), LEASE).await.unwrap().unwrap();
        assert_eq!((claim.account.road, claim.due.len()), (Some(Road::Graph), 2));
        store.end_part(&claim, &badly(Part::Mail, None)).await.unwrap();
        assert_eq!(due(&store, &id).await, [None, Some(at(1))]);
        store.end_part(&claim, &badly(Part::Contacts, None)).await.unwrap();
        store.reset_failures(&id, Credential::Session).await.unwrap();
        let failures = async || {
            let state = store.state(&id).await.unwrap().unwrap();
            Part::ALL.map(|part| state.part(part).unwrap().failures)
        };
        assert_eq!(failures().await, [1, 1]);
        store.reset_failures(&id, Credential::Grant).await.unwrap();
        assert_eq!(failures().await, [0, 0]);
        store.destroy_grant(&id, "tokens", None, ContactsEnd::Keep, &line(at(9))).await.unwrap();
        assert_eq!(store.state(&id).await.unwrap().unwrap().parts, []);
    })
    .await;
}

#[tokio::test]
async fn an_account_takes_its_first_road_and_no_sign_in_changes_it() {
    on_both(async |store| {
        let id = add_without(&store, "anna@example.org").await;
        assert!(!store.take_graph(&id, &line(at(1))).await.unwrap(), "nobody has signed in");
        assert_eq!(store.without_road().await.unwrap(), []);
        connect(&store, &id).await;
        assert_eq!(store.without_road().await.unwrap(), std::slice::from_ref(&id));
        assert!(store.take_graph(&id, &line(at(1))).await.unwrap());
        assert!(!store.take_graph(&id, &line(at(2))).await.unwrap());
        store.take_road(&id, "owner", Road::Owa, &line(at(3))).await.unwrap();
        assert_eq!(
            (account(&store, &id).await.road, due(&store, &id).await[0]),
            (Some(Road::Graph), Some(at(1)))
        );
        assert_eq!(store.without_road().await.unwrap(), []);
    })
    .await;
}

/// Whoever administers a person's organisation can have them go by any name.
#[tokio::test]
async fn a_name_that_only_a_sign_in_by_oauth_says_is_no_more_believed_for_the_road() {
    on_both(async |store| {
        let id = by_graph(&store).await;
        assert_eq!(store.accounts_at("anna@example.org").await.unwrap(), []);
        let other = add(&store, "ANNA@example.org").await;
        let found = store.find_account(&Reach::Everyone, "anna@example.org").await.unwrap().unwrap();
        assert!(found.id == other && found.id != id, "who was signed in to Outlook goes by that name");
    })
    .await;
}

#[tokio::test]
async fn another_road_is_taken_while_no_mail_is_stored_and_a_turn_on_the_one_before_writes_nothing() {
    on_both(async |store| {
        let id = add_due(&store, "anna@example.org", at(0)).await;
        connect(&store, &id).await;
        let claim = store.claim("h", at(0), at(0), LEASE).await.unwrap().unwrap();
        assert_eq!(store.set_road(&id, Road::Graph, &line(at(5))).await.unwrap(), RoadSet::Done);
        assert_eq!(
            (account(&store, &id).await.road, mail(&store, &id).await.due_at),
            (Some(Road::Graph), Some(at(5)))
        );
        let late = store.end_part(&claim, &badly(Part::Mail, None)).await;
        assert!(matches!(late, Err(StoreError::LeaseLost)), "{late:?}");
        assert_eq!(store.set_road(&id, Road::Owa, &line(at(6))).await.unwrap(), RoadSet::Done);
        let claim = store.claim("h", at(6), at(6), LEASE).await.unwrap().unwrap();
        let state = |role| FolderState::new(folder_of(&claim.account.id, role));
        store.keep_folders(&claim, &[Role::Inbox, Role::Sent].map(state), None).await.unwrap();
        store_page(&store, &claim, &page(vec![listed("a", "Lunch", at(1))])).await.unwrap();
        assert_eq!(store.set_road(&id, Road::Graph, &line(at(7))).await.unwrap(), RoadSet::HasMail);
        assert_eq!(account(&store, &id).await.road, Some(Road::Owa));
        store.release(&claim).await.expect("nothing has changed");
    })
    .await;
}

#[tokio::test]
async fn another_road_that_is_wanted_waits_for_a_turn_is_forgotten_or_ends_and_goes_with_its_account() {
    on_both(async |store| {
        let id = by_graph(&store).await;
        let wish = |second: i64| RoadWish {
            road: Road::Owa,
            shadow: second > 10,
            asked_by: "command line".to_owned(),
            asked_at: at(second),
            tries: 0,
        };
        assert_eq!(
            (store.road_wish(&id).await.unwrap(), store.road_change(&id).await.unwrap()),
            (None, None)
        );
        store.ask_for_road(&id, &wish(10), &line(at(10))).await.unwrap();
        assert_eq!(store.road_wish(&id).await.unwrap(), Some(wish(10)));
        assert_eq!(due(&store, &id).await[0], Some(at(10)));
        assert!(store.keep_road(&id).await.unwrap() && !store.keep_road(&id).await.unwrap());
        store.ask_for_road(&id, &wish(11), &line(at(11))).await.unwrap();
        let claim = store.claim("h", at(20), at(20), LEASE).await.unwrap().unwrap();
        let error = error(Disposition::Retry);
        let waits = (RoadChangeState::Wanted, None, Some(&error));
        store.end_road_wish(&claim, &wish(11), waits, at(21)).await.unwrap();
        assert_eq!(store.road_wish(&id).await.unwrap().unwrap().tries, 1);
        let report = RoadReport { compared: 3, ..RoadReport::default() };
        let compared = (RoadChangeState::Compared, Some(&report), None);
        // What was asked for otherwise meanwhile is another wish.
        store.end_road_wish(&claim, &wish(10), compared, at(22)).await.unwrap();
        assert!(store.road_wish(&id).await.unwrap().is_some());
        store.end_road_wish(&claim, &wish(11), compared, at(23)).await.unwrap();
        let change = store.road_change(&id).await.unwrap().unwrap();
        assert_eq!((change.state, change.ended_at, change.error), (compared.0, Some(at(23)), None));
        assert_eq!(change.report.as_ref(), Some(&report));
        assert!(!store.keep_road(&id).await.unwrap(), "what has ended stays to be told");
        store.delete_account(&id).await.unwrap();
        assert_eq!(store.road_change(&id).await.unwrap(), None);
        let late = store.end_road_wish(&claim, &wish(11), compared, at(24)).await;
        assert!(matches!(late, Err(StoreError::LeaseLost)), "{late:?}");
    })
    .await;
}
