//! On SQLite in memory; the store itself is tested on both databases.

mod rotation;

use super::*;
use crate::error::Disposition;
use crate::model::{NewAccount, Road};
use crate::secret::{ExposeSecret, secret};
use crate::store::{Flow, NewFlow};
use crate::vault::{KeySource, add_key, new_key_file};
use chrono::TimeDelta;
use std::time::Duration;

pub(super) struct Fixture {
    store: Store,
    clock: Clock,
    pub(super) strongbox: Strongbox,
}

fn ring() -> Ring {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("key");
    new_key_file(&file).unwrap();
    Ring::load(&KeySource { file: Some(file), ..KeySource::default() }).unwrap()
}

pub(super) async fn world() -> Fixture {
    world_with(ring()).await
}

async fn world_with(ring: Ring) -> Fixture {
    let store = Store::connect("sqlite::memory:").await.unwrap();
    store.migrate().await.unwrap();
    let clock = Clock::manual("2026-03-01T08:00:00Z".parse().unwrap());
    let strongbox = Strongbox::open(store.clone(), ring, clock.clone()).await.unwrap();
    Fixture { store, clock, strongbox }
}

impl Fixture {
    async fn account(&self) -> AccountId {
        let id = AccountId::new(self.clock.now());
        let login = format!("{id}@example.com");
        let new = NewAccount { id: id.clone(), owner: OWNER.into(), login, road: Some(Road::Owa) };
        self.store.add_account(&new, self.clock.now()).await.unwrap();
        id
    }

    /// Puts bytes in the place of an account's session as they are.
    async fn put_raw(&self, account: &AccountId, sealed: &[u8]) {
        let wrapped = self.store.data_key(account).await.unwrap().unwrap().wrapped;
        let sealing = Sealing { wrapped: &wrapped, seal: &|_| sealed.to_vec() };
        self.store.put_sealed(account, SESSION, &sealing, self.clock.now()).await.unwrap();
    }

    /// A claim after a new sign-in.
    async fn turn(&self, account: &AccountId) -> Claim {
        let now = self.clock.now();
        self.store.begin_session(account, None, now).await.unwrap();
        self.store.claim("test", now, now, Duration::from_mins(1)).await.unwrap().unwrap()
    }
}

/// Whose all accounts are.
const OWNER: &str = "crm-1";

fn text(plain: &str) -> SecretText {
    secret(plain.to_owned())
}

#[tokio::test]
async fn a_session_comes_back_and_only_its_own_account_has_it() {
    let world = world().await;
    let (ours, other) = (world.account().await, world.account().await);
    assert!(world.strongbox.session(&ours).await.unwrap().is_none());
    for session in ["first", "second"] {
        world.strongbox.put_session(&ours, OWNER, &text(session)).await.unwrap();
        let found = world.strongbox.session(&ours).await.unwrap().unwrap();
        assert_eq!(found.expose_secret(), session);
    }
    assert!(world.strongbox.session(&other).await.unwrap().is_none());
}

#[tokio::test]
async fn a_turn_keeps_its_session_until_its_claim_ends() {
    let world = world().await;
    let account = world.account().await;
    let lost = |refused: Result<()>| {
        assert!(matches!(refused, Err(StrongboxError::Store(StoreError::LeaseLost))), "{refused:?}");
    };
    let first = world.turn(&account).await;
    world.strongbox.put_session_held(&first, &text("of the turn")).await.unwrap();
    let found = world.strongbox.session(&account).await.unwrap().unwrap();
    assert_eq!(found.expose_secret(), "of the turn", "with a key that the turn itself had to make");

    world.strongbox.put_session(&account, OWNER, &text("signed in anew")).await.unwrap();
    let second = world.turn(&account).await;
    lost(world.strongbox.put_session_held(&first, &text("stale")).await);
    let found = world.strongbox.session(&account).await.unwrap().unwrap();
    assert_eq!(found.expose_secret(), "signed in anew");

    world.store.delete_account(&account).await.unwrap();
    lost(world.strongbox.put_session_held(&second, &text("late")).await);
    let refused = world.strongbox.put_session(&account, OWNER, &text("late")).await;
    assert!(matches!(refused, Err(StrongboxError::Store(StoreError::NoSuchAccount))), "{refused:?}");
}

#[tokio::test]
async fn what_lay_in_a_place_before_does_not_open_there_again() {
    let world = world().await;
    let account = world.account().await;
    world.strongbox.put_session(&account, OWNER, &text("first")).await.unwrap();
    let first = world.store.sealed(&account, SESSION).await.unwrap().unwrap();
    world.strongbox.put_session(&account, OWNER, &text("second")).await.unwrap();
    world.put_raw(&account, &first.sealed).await;
    let refused = world.strongbox.session(&account).await.unwrap_err();
    assert!(matches!(refused, StrongboxError::Vault(VaultError::Damaged { .. })), "{refused}");
}

#[tokio::test]
async fn a_password_typed_again_is_the_same_version() {
    let world = world().await;
    let (ours, other) = (world.account().await, world.account().await);
    let version = async |account, password| {
        world.strongbox.password_version(account, OWNER, &text(password)).await.unwrap()
    };
    let first = version(&ours, "hunter2").await;
    assert_ne!(first, version(&ours, "hunter3").await);
    assert_ne!(first, version(&other, "hunter2").await, "equal passwords of two accounts do not show");
    assert_eq!(first, version(&ours, "hunter2").await);
}

#[tokio::test]
async fn only_sealed_bytes_reach_the_store() {
    let world = world().await;
    let account = world.account().await;
    world.strongbox.put_session(&account, OWNER, &text("hunter2")).await.unwrap();
    let SealedRecord { sealed, .. } = world.store.sealed(&account, SESSION).await.unwrap().unwrap();
    assert!(!sealed.windows(7).any(|bytes| bytes == b"hunter2"));
    let other = world.account().await;
    world.strongbox.put_session(&other, OWNER, &text("hunter3")).await.unwrap();
    world.put_raw(&other, &sealed).await;
    assert!(world.strongbox.session(&other).await.is_err(), "a record opens in its own row only");
    world.put_raw(&account, b"hunter2").await;
    assert!(world.strongbox.session(&account).await.is_err(), "cleartext is no record");
}

#[tokio::test]
async fn another_ring_is_refused() {
    let world = world().await;
    let refusal = Strongbox::open(world.store.clone(), ring(), world.clock.clone()).await.unwrap_err();
    assert!(matches!(refusal, StrongboxError::Vault(VaultError::WrongKey)), "{refusal}");
    assert_eq!((refusal.meaning().code, refusal.meaning().disposition), ("wrong_key", Disposition::Fatal));
}
