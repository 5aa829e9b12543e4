//! Where vault and store meet: an account's secrets go in plain and lie in the database sealed.

mod oauth;

use crate::clock::Clock;
use crate::error::{Classify, Disposition};
use crate::model::AccountId;
use crate::secret::SecretText;
use crate::store::{Claim, Store, StoreError};
use crate::vault::{DataKey, Place, Ring, VaultError};
use std::sync::Arc;

const SESSION: &str = "session";
const PASSWORD: &str = "password";

/// The secrets of all accounts. Data keys are unwrapped for each use and never kept: another process may have
/// destroyed or replaced them, and to unwrap one costs microseconds.
#[derive(Debug, Clone)]
pub struct Strongbox {
    store: Store,
    ring: Arc<Ring>,
    clock: Clock,
}

/// Why a secret was not put away or found.
#[derive(Debug, thiserror::Error)]
pub enum StrongboxError {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The key is not the right one, or a record does not open.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl StrongboxError {
    fn cause(&self) -> &dyn Classify {
        match self {
            Self::Store(error) => error,
            Self::Vault(error) => error,
        }
    }
}

impl Classify for StrongboxError {
    fn disposition(&self) -> Disposition {
        self.cause().disposition()
    }

    fn code(&self) -> &'static str {
        self.cause().code()
    }

    fn hint(&self) -> String {
        self.cause().hint()
    }

    fn retry_after(&self) -> Option<std::time::Duration> {
        self.cause().retry_after()
    }
}

type Result<T> = std::result::Result<T, StrongboxError>;

impl Strongbox {
    /// Opens the secrets of this database. The first ring that ever opened it is its ring: it leaves a canary there, and
    /// a ring that cannot read the canary is refused.
    ///
    /// # Errors
    /// `VaultError::WrongKey` for another ring; `StoreError` when the database fails.
    pub async fn open(store: Store, ring: Ring, clock: Clock) -> Result<Self> {
        if store.canary().await?.is_none() {
            store.put_canary(&ring.canary_seal()).await?;
        }
        // Read back: of two that begin at once, the first one's canary counts.
        ring.canary_open(&store.canary().await?.unwrap_or_default())?;
        Ok(Self { store, ring: Arc::new(ring), clock })
    }

    /// Puts the browser session of a sign-in away in place of the one before.
    ///
    /// # Errors
    /// When the database fails, the account is gone or its key does not open.
    pub async fn put_session(&self, account: &AccountId, session: &SecretText) -> Result<()> {
        let sealed = self.key_or_new(account).await?.seal(&place(account, SESSION), session);
        Ok(self.store.put_sealed(account, SESSION, &sealed, self.clock.now()).await?)
    }

    /// Puts away what a turn made of the browser session, as long as its claim holds: the session of a new sign-in, or
    /// of the next holder, is never replaced by an older one.
    ///
    /// # Errors
    /// `StoreError::LeaseLost` when the claim no longer holds; when the database fails or the account's key does not open.
    pub async fn put_session_held(&self, claim: &Claim, session: &SecretText) -> Result<()> {
        let account = &claim.account.id;
        let wrapped = match self.store.data_key(account).await? {
            Some(wrapped) => wrapped,
            None => self.store.data_key_held(claim, &self.fresh_key(account)).await?,
        };
        let key = self.ring.unwrap(account.as_str(), &wrapped)?;
        let sealed = key.seal(&place(account, SESSION), session);
        Ok(self.store.put_sealed_held(claim, SESSION, &sealed, self.clock.now()).await?)
    }

    /// The browser session, if there is one.
    ///
    /// # Errors
    /// When the database fails or the record does not open.
    pub async fn session(&self, account: &AccountId) -> Result<Option<SecretText>> {
        let Some(key) = self.key(account).await? else { return Ok(None) };
        self.get(&key, account, SESSION).await
    }

    /// The version of a password, which itself is not kept. The same password of the same account has the same version,
    /// so that one that was refused is known again when it is typed again; nobody can guess it by the version.
    ///
    /// # Errors
    /// When the database fails or the account's key does not open.
    pub async fn password_version(&self, account: &AccountId, password: &SecretText) -> Result<String> {
        Ok(self.key_or_new(account).await?.fingerprint(PASSWORD, password))
    }

    async fn get(&self, key: &DataKey, account: &AccountId, kind: &str) -> Result<Option<SecretText>> {
        let Some(sealed) = self.store.sealed(account, kind).await? else { return Ok(None) };
        Ok(Some(key.open(&place(account, kind), &sealed)?))
    }

    /// None for an account without secrets, or whose key was destroyed: its records are nothing but noise then.
    async fn key(&self, account: &AccountId) -> Result<Option<DataKey>> {
        let Some(wrapped) = self.store.data_key(account).await? else { return Ok(None) };
        Ok(Some(self.ring.unwrap(account.as_str(), &wrapped)?))
    }

    async fn key_or_new(&self, account: &AccountId) -> Result<DataKey> {
        if let Some(key) = self.key(account).await? {
            return Ok(key);
        }
        let wrapped = self.fresh_key(account);
        self.store.put_data_key(account, &wrapped).await?;
        // Read back: another process may have made one at the same time, and the stored one counts.
        let kept = self.store.data_key(account).await?.unwrap_or(wrapped);
        Ok(self.ring.unwrap(account.as_str(), &kept)?)
    }

    /// A new key for the account, wrapped.
    fn fresh_key(&self, account: &AccountId) -> Vec<u8> {
        self.ring.wrap(account.as_str(), &DataKey::generate())
    }
}

fn place<'a>(account: &'a AccountId, kind: &'a str) -> Place<'a> {
    Place { table: "sealed_record", column: "sealed", row: kind, account: account.as_str() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{NewAccount, Road, SessionState};
    use crate::secret::{ExposeSecret, secret};
    use crate::vault::{KeySource, new_key_file};
    use std::time::Duration;

    struct World {
        store: Store,
        clock: Clock,
        strongbox: Strongbox,
    }

    fn ring() -> Ring {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("key");
        new_key_file(&file).unwrap();
        Ring::load(&KeySource { file: Some(file), ..KeySource::default() }).unwrap()
    }

    async fn world() -> World {
        let store = Store::connect("sqlite::memory:").await.unwrap();
        store.migrate().await.unwrap();
        let clock = Clock::manual("2026-03-01T08:00:00Z".parse().unwrap());
        let strongbox = Strongbox::open(store.clone(), ring(), clock.clone()).await.unwrap();
        World { store, clock, strongbox }
    }

    impl World {
        async fn account(&self) -> AccountId {
            let id = AccountId::new(self.clock.now());
            let login = format!("{id}@example.com");
            let new = NewAccount { id: id.clone(), owner: "crm-1".into(), login, road: Road::Owa };
            self.store.add_account(&new, self.clock.now()).await.unwrap();
            id
        }

        /// A claim after a new sign-in.
        async fn turn(&self, account: &AccountId) -> Claim {
            let now = self.clock.now();
            self.store.set_session(account, SessionState::Valid, None).await.unwrap();
            self.store.make_due(Some(account), now).await.unwrap();
            self.store.claim("test", now, now, Duration::from_mins(1)).await.unwrap().unwrap()
        }
    }

    fn text(plain: &str) -> SecretText {
        secret(plain.to_owned())
    }

    #[tokio::test]
    async fn a_session_comes_back_and_only_its_own_account_has_it() {
        let world = world().await;
        let (ours, other) = (world.account().await, world.account().await);
        assert!(world.strongbox.session(&ours).await.unwrap().is_none());
        for session in ["first", "second"] {
            world.strongbox.put_session(&ours, &text(session)).await.unwrap();
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

        world.strongbox.put_session(&account, &text("signed in anew")).await.unwrap();
        let second = world.turn(&account).await;
        lost(world.strongbox.put_session_held(&first, &text("stale")).await);
        let found = world.strongbox.session(&account).await.unwrap().unwrap();
        assert_eq!(found.expose_secret(), "signed in anew");

        world.store.delete_account(&account).await.unwrap();
        lost(world.strongbox.put_session_held(&second, &text("late")).await);
        let refused = world.strongbox.put_session(&account, &text("late")).await;
        assert!(matches!(refused, Err(StrongboxError::Store(StoreError::NoSuchAccount))), "{refused:?}");
    }

    #[tokio::test]
    async fn a_password_typed_again_is_the_same_version() {
        let world = world().await;
        let (ours, other) = (world.account().await, world.account().await);
        let version = async |account, password| {
            world.strongbox.password_version(account, &text(password)).await.unwrap()
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
        world.strongbox.put_session(&account, &text("hunter2")).await.unwrap();
        let sealed = world.store.sealed(&account, SESSION).await.unwrap().unwrap();
        assert!(!sealed.windows(7).any(|bytes| bytes == b"hunter2"));
        let other = world.account().await;
        world.strongbox.put_session(&other, &text("hunter3")).await.unwrap();
        world.store.put_sealed(&other, SESSION, &sealed, world.clock.now()).await.unwrap();
        assert!(world.strongbox.session(&other).await.is_err(), "a record opens in its own row only");
        world.store.put_sealed(&account, SESSION, b"hunter2", world.clock.now()).await.unwrap();
        assert!(world.strongbox.session(&account).await.is_err(), "cleartext is no record");
    }

    #[tokio::test]
    async fn another_ring_is_refused() {
        let world = world().await;
        let refusal = Strongbox::open(world.store.clone(), ring(), world.clock.clone()).await.unwrap_err();
        assert!(matches!(refusal, StrongboxError::Vault(VaultError::WrongKey)), "{refusal}");
        assert_eq!((refusal.code(), refusal.disposition()), ("wrong_key", Disposition::Fatal));
    }
}
