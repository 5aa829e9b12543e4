//! New keys, and what older ones have wrapped.

use super::*;

/// A world whose ring lies in a file that stays.
struct Rotating {
    world: Fixture,
    file: std::path::PathBuf,
    _dir: tempfile::TempDir,
}

impl Rotating {
    async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("key");
        new_key_file(&file).unwrap();
        Self { world: world_with(load(&file)).await, file, _dir: dir }
    }

    /// As another process that starts now.
    async fn open(&self) -> Result<Strongbox> {
        Strongbox::open(self.world.store.clone(), load(&self.file), self.world.clock.clone()).await
    }

    async fn accounts(&self, count: usize) -> Vec<AccountId> {
        let mut accounts = Vec::new();
        for _ in 0..count {
            let account = self.world.account().await;
            self.world.strongbox.put_session(&account, OWNER, &text(account.as_str())).await.unwrap();
            accounts.push(account);
        }
        accounts
    }
}

fn load(file: &std::path::Path) -> Ring {
    Ring::load(&KeySource { file: Some(file.to_owned()), ..KeySource::default() }).unwrap()
}

/// Every account's session is its own id.
async fn assert_open(strongbox: &Strongbox, accounts: &[AccountId]) {
    for account in accounts {
        let session = strongbox.session(account).await.unwrap().unwrap();
        assert_eq!(session.expose_secret(), account.as_str());
    }
}

#[tokio::test]
async fn a_data_key_that_has_sealed_enough_gets_a_new_generation_and_nothing_is_lost() {
    let mut world = world().await;
    world.strongbox.seals_at_most = 3;
    let account = world.account().await;
    let version = world.strongbox.password_version(&account, OWNER, &text("hunter2")).await.unwrap();
    for round in 0..20 {
        world.strongbox.put_session(&account, OWNER, &text(&round.to_string())).await.unwrap();
        let found = world.strongbox.session(&account).await.unwrap().unwrap();
        assert_eq!(found.expose_secret(), &round.to_string());
        let seals = world.store.data_key(&account).await.unwrap().unwrap().seals;
        assert!((1..=3).contains(&seals), "{seals}");
    }
    let wrapped = world.store.data_key(&account).await.unwrap().unwrap().wrapped;
    // 21 seals, three by each generation, and the key for passwords.
    assert_eq!((wrapped.len() - 33) / 32, 8);
    let again = world.strongbox.password_version(&account, OWNER, &text("hunter2")).await.unwrap();
    assert_eq!(again, version, "a password that was refused is known for ever");
}

#[tokio::test]
async fn a_ring_that_was_rotated_serves_a_process_that_began_before() {
    let rotating = Rotating::new().await;
    let accounts = rotating.accounts(5).await;
    let running = &rotating.world.strongbox;
    add_key(&rotating.file).unwrap();
    let newer = rotating.open().await.unwrap();
    newer.adopt_key("test").await.unwrap();
    // Its ring is older than the database's: what it wraps would be lost with the old key.
    let late = rotating.world.account().await;
    running.put_session(&late, OWNER, &text(late.as_str())).await.unwrap();
    let uses = newer.key_uses().await.unwrap();
    assert_eq!(uses.iter().map(|usage| (usage.id, usage.accounts)).collect::<Vec<_>>(), [(1, 5), (2, 1)]);
    let done = newer.rewrap(|_| ()).await.unwrap();
    assert_eq!(done, Rewrapped { accounts: 5, ..Rewrapped::default() });
    assert_open(running, &accounts).await;
    assert_open(running, &[late]).await;
    running.put_session(&accounts[0], OWNER, &text("new")).await.unwrap();
}

#[tokio::test]
async fn a_process_that_cannot_get_the_new_ring_says_what_to_do_and_harms_nothing() {
    let rotating = Rotating::new().await;
    let accounts = rotating.accounts(2).await;
    let credential = rotating.file.with_extension("copy");
    std::fs::copy(&rotating.file, &credential).unwrap();
    let stale =
        Strongbox::open(rotating.world.store.clone(), load(&credential), rotating.world.clock.clone());
    let stale = stale.await.unwrap();
    add_key(&rotating.file).unwrap();
    let newer = rotating.open().await.unwrap();
    newer.adopt_key("test").await.unwrap();
    newer.rewrap(|_| ()).await.unwrap();
    let late = rotating.world.account().await;
    for refusal in [
        stale.session(&accounts[0]).await.unwrap_err(),
        stale.put_session(&accounts[1], OWNER, &text("x")).await.unwrap_err(),
        stale.put_session(&late, OWNER, &text("x")).await.unwrap_err(),
    ] {
        assert!(matches!(refusal, StrongboxError::Vault(VaultError::UnknownKey(2))), "{refusal}");
        assert!(refusal.meaning().hint().contains("restart"), "{}", refusal.meaning().hint());
    }
    assert_eq!(rotating.world.store.data_key(&late).await.unwrap(), None);
    assert_open(&newer, &accounts).await;
}

/// Stops a rotation after each of its steps, and after each batch of the last.
#[tokio::test]
async fn a_rotation_that_was_stopped_anywhere_goes_on() {
    for steps in 0..7 {
        let rotating = Rotating::new().await;
        let accounts = rotating.accounts(7).await;
        let mut after = None;
        for step in 0..steps {
            match step {
                0 => assert_eq!(add_key(&rotating.file).unwrap(), 2),
                1 => rotating.open().await.unwrap().adopt_key("test").await.unwrap(),
                _ => {
                    let mut done = Rewrapped::default();
                    let strongbox = rotating.open().await.unwrap();
                    after = strongbox.rewrap_batch(2, after.as_ref(), &mut done).await.unwrap();
                    assert_eq!((done.accounts > 0, done.lost), (after.is_some(), 0), "{steps}");
                }
            }
            assert_open(&rotating.open().await.unwrap(), &accounts).await;
            assert_open(&rotating.world.strongbox, &accounts).await;
        }
        if steps == 0 {
            add_key(&rotating.file).unwrap();
        }
        let strongbox = rotating.open().await.unwrap();
        for round in 0..2 {
            strongbox.adopt_key("test").await.unwrap();
            let done = strongbox.rewrap(|_| ()).await.unwrap();
            assert!(round == 0 || done == Rewrapped::default(), "the second run writes nothing");
        }
        assert_open(&strongbox, &accounts).await;
        let needed = strongbox.key_uses().await.unwrap().into_iter().filter(KeyUse::is_needed);
        assert_eq!(needed.map(|usage| usage.id).collect::<Vec<_>>(), [2]);
        let entries = rotating.world.store.audit_log(9).await.unwrap();
        assert_eq!(entries.len(), 1, "once: {entries:?}");
    }
}

#[tokio::test]
async fn what_no_key_opens_is_counted_and_holds_nothing_up() {
    let rotating = Rotating::new().await;
    let accounts = rotating.accounts(3).await;
    let foreign = rotating.world.account().await;
    let wrapped = ring().wrap(foreign.as_str(), "crm-1", &DataKey::generate());
    rotating.world.store.add_data_key(&foreign, "crm-1", &wrapped).await.unwrap();
    add_key(&rotating.file).unwrap();
    let strongbox = rotating.open().await.unwrap();
    strongbox.adopt_key("test").await.unwrap();
    let done = strongbox.rewrap(|_| ()).await.unwrap();
    assert_eq!(done, Rewrapped { accounts: 3, lost: 1, tokens: 0 });
    assert_open(&strongbox, &accounts).await;
    let uses = strongbox.key_uses().await.unwrap();
    assert_eq!(uses.iter().map(|usage| (usage.id, usage.accounts)).collect::<Vec<_>>(), [(1, 1), (2, 3)]);
}

#[tokio::test]
async fn a_sign_in_under_way_needs_the_key_that_it_began_with() {
    let rotating = Rotating::new().await;
    let Rotating { world, file, .. } = &rotating;
    let flow = Flow {
        owner: "crm-1".to_owned(),
        begun_by: None,
        account: None,
        opener: "https://crm.example.com".to_owned(),
        redirect_uri: "https://sync.example.com/callback".to_owned(),
        authority: "https://login.example.com/common".to_owned(),
    };
    let expires_at = world.clock.now() + TimeDelta::minutes(10);
    let flow = NewFlow { handle: [1; 32], flow, expires_at };
    world.strongbox.put_flow(&flow, &text("verifier"), world.clock.now()).await.unwrap();
    add_key(file).unwrap();
    let strongbox = rotating.open().await.unwrap();
    strongbox.adopt_key("test").await.unwrap();
    let uses = async || strongbox.key_uses().await.unwrap();
    let flows = |uses: Vec<KeyUse>| uses.iter().map(|usage| (usage.id, usage.sign_ins)).collect::<Vec<_>>();
    assert_eq!(flows(uses().await), [(1, 1), (2, 0)]);
    assert!(!uses().await[0].is_needed(), "nothing that stays");
    world.clock.advance(TimeDelta::minutes(10));
    assert_eq!(flows(uses().await), [(1, 0), (2, 0)]);
}

#[tokio::test]
async fn keys_that_are_missing_are_named() {
    let rotating = Rotating::new().await;
    rotating.accounts(2).await;
    add_key(&rotating.file).unwrap();
    crate::vault::remove_key(&rotating.file, 1).unwrap();
    let refusal = rotating.open().await.unwrap_err();
    assert!(matches!(refusal, StrongboxError::Vault(VaultError::UnknownKey(1))), "{refusal}");
    let uses =
        key_uses(&rotating.world.store, &load(&rotating.file), rotating.world.clock.now()).await.unwrap();
    let missing =
        KeyUse { id: 1, in_ring: false, active: false, canary: true, accounts: 2, tokens: 0, sign_ins: 0 };
    let spare =
        KeyUse { id: 2, in_ring: true, active: true, canary: false, accounts: 0, tokens: 0, sign_ins: 0 };
    assert_eq!(uses, [missing, spare]);
}
