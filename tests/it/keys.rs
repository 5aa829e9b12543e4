//! Keys by the real program: listed, rotated, retired, killed on the way, and a backup from before.

#![cfg(test)]

use crate::stage::{World, new_account, now};
use outlook_syncd::clock::Clock;
use outlook_syncd::model::{AccountId, AuditAction};
use outlook_syncd::secret::{ExposeSecret, secret};
use outlook_syncd::store::Store;
use outlook_syncd::strongbox::Strongbox;
use outlook_syncd::vault::{KeySource, Ring};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use tokio::io::{AsyncBufReadExt, BufReader};

/// Three batches.
const ACCOUNTS: usize = 1100;

fn key_file(world: &World) -> PathBuf {
    world.dir.path().join("key")
}

async fn strongbox(store: &Store, key: &Path) -> Strongbox {
    let ring = Ring::load(&KeySource { file: Some(key.to_owned()), ..KeySource::default() }).unwrap();
    Strongbox::open(store.clone(), ring, Clock::System).await.unwrap()
}

/// Accounts whose sessions are their own ids.
async fn fill(world: &World, count: usize) -> Vec<AccountId> {
    let store = world.store().await;
    let strongbox = strongbox(&store, &key_file(world)).await;
    let mut accounts = Vec::new();
    for index in 0..count {
        let new = new_account("u1", &format!("{index}@example.test"), now());
        store.add_account(&new, now()).await.unwrap();
        strongbox.put_session(&new.id, "u1", &secret(new.id.to_string())).await.unwrap();
        accounts.push(new.id);
    }
    store.close().await;
    accounts
}

async fn assert_open(world: &World, key: &Path, accounts: &[AccountId]) {
    let store = world.store().await;
    let strongbox = strongbox(&store, key).await;
    for account in accounts {
        let session = strongbox.session(account).await.unwrap().unwrap();
        assert_eq!(session.expose_secret(), account.as_str());
    }
    store.close().await;
}

/// What `key list` says: number, whether it seals, how many accounts.
async fn list(world: &World) -> Vec<(u64, bool, u64)> {
    let keys = world.run(&["key", "list", "--json"]).await.expect(0).json();
    let row = |key: &Value| {
        (key["id"].as_u64().unwrap(), key["active"].as_bool().unwrap(), key["accounts"].as_u64().unwrap())
    };
    keys["keys"].as_array().unwrap().iter().map(row).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_rotated_and_retired_and_never_shown() {
    let world = World::new().await;
    let accounts = fill(&world, 3).await;
    assert_eq!(list(&world).await, [(1, true, 3)]);
    world.run(&["key", "retire", "1"]).await.expect(64);
    let rotated = world.run(&["key", "rotate", "--json"]).await.expect(0);
    assert_eq!(rotated.json(), json!({"id": 2, "rewrapped": 3, "lost": 0, "unused": [1]}));
    assert_eq!(list(&world).await, [(1, false, 0), (2, true, 3)]);
    assert_open(&world, &key_file(&world), &accounts).await;
    let text = std::fs::read_to_string(key_file(&world)).unwrap();
    for key in
        text.lines().filter_map(|line| line.split_once(':')).map(|(_, key)| key).filter(|key| key.len() > 9)
    {
        assert!(!rotated.out.contains(key) && !rotated.err.contains(key));
    }
    let refused = world.run(&["key", "retire", "2"]).await.expect(64);
    assert!(refused.err.contains("key rotate"), "{}", refused.err);
    for _ in 0..2 {
        world.run(&["key", "retire", "1"]).await.expect(0);
        assert_eq!(list(&world).await, [(2, true, 3)]);
    }
    let never = world.run(&["key", "retire", "9"]).await.expect(64);
    assert!(never.err.contains("never was a key 9"), "{}", never.err);
    let log = world.store().await.audit_log(9).await.unwrap();
    let written: Vec<_> = log.iter().map(|line| (line.action, line.detail.as_deref())).collect();
    let expected = [(AuditAction::KeyRetired, Some("1")), (AuditAction::KeyRotated, Some("2"))];
    assert_eq!(written, expected, "once, and only what was there");
    assert_open(&world, &key_file(&world), &accounts).await;
    world.run(&["status"]).await.expect(1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_anything_needs_is_not_retired() {
    let world = World::new().await;
    fill(&world, 2).await;
    outlook_syncd::vault::add_key(&key_file(&world)).unwrap();
    let refused = world.run(&["key", "retire", "1"]).await.expect(64);
    assert!(refused.err.contains("2 accounts") && refused.err.contains("key rotate"), "{}", refused.err);
    let doctor = world.run(&["doctor"]).await.expect(0);
    assert!(doctor.out.contains("older key 1") && doctor.out.contains("key rotate"), "{}", doctor.out);
    world.run(&["key", "rotate"]).await.expect(0);
    assert_eq!(list(&world).await, [(1, false, 0), (2, true, 2)], "the rotation that was begun was ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_opens_with_the_ring_of_its_time_and_doctor_says_what_is_lost_without_it() {
    let world = World::new().await;
    let accounts = fill(&world, 3).await;
    let (database, old_key) = (world.state_dir().join("outlook-syncd.db"), world.dir.path().join("old-key"));
    let backup = std::fs::read(&database).unwrap();
    std::fs::copy(key_file(&world), &old_key).unwrap();
    world.run(&["key", "rotate"]).await.expect(0);
    let restore = || {
        for end in ["-wal", "-shm"] {
            let _ = std::fs::remove_file(world.state_dir().join(format!("outlook-syncd.db{end}")));
        }
        std::fs::write(&database, &backup).unwrap();
    };
    restore();
    assert_open(&world, &old_key, &accounts).await;
    restore();
    assert_open(&world, &key_file(&world), &accounts).await;
    world.run(&["key", "rotate"]).await.expect(0);
    world.run(&["key", "retire", "1"]).await.expect(0);
    restore();
    let refused = world.run(&["sync"]).await.expect(70);
    assert!(refused.err.contains("needs key 1"), "{}", refused.err);
    let doctor = world.run(&["doctor"]).await.expect(70);
    for said in ["lacks key 1", "3 accounts are lost", "their mail is not", "copy of the key file"] {
        assert!(doctor.out.contains(said), "{said}: {}", doctor.out);
    }
    let missing = world.run(&["key", "list"]).await.expect(0);
    assert!(missing.out.contains("MISSING"), "{}", missing.out);
    std::fs::copy(&old_key, key_file(&world)).unwrap();
    assert_open(&world, &key_file(&world), &accounts).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_key_file_is_rotated() {
    let mut world = World::new().await;
    world.run(&["status"]).await.expect(0);
    let text = std::fs::read_to_string(key_file(&world)).unwrap();
    std::fs::remove_file(key_file(&world)).unwrap();
    world.set("KEY", &text);
    world.run(&["status"]).await.expect(0);
    let refused = world.run(&["key", "rotate"]).await.expect(78);
    assert!(refused.err.contains("no key file") && refused.err.contains("key.file"), "{}", refused.err);
}

/// Kill -9 after each thing that a rotation says; run again, it ends. `OUTLOOK_SYNCD_KILLS` of them (10).
#[tokio::test(flavor = "multi_thread")]
async fn kill_9_of_a_rotation_loses_no_secret_and_it_can_be_run_again() {
    let kills: usize =
        std::env::var_os("OUTLOOK_SYNCD_KILLS").map_or(10, |text| text.to_str().unwrap().parse().unwrap());
    let world = World::new().await;
    let accounts = fill(&world, ACCOUNTS).await;
    for round in 0..kills {
        let before = list(&world).await.len();
        let mut child = world.command(&["key", "rotate"]).spawn().unwrap();
        let mut said = BufReader::new(child.stderr.take().unwrap()).lines();
        // The key is in the file; the database goes by it; three batches.
        for _ in 0..round % 6 {
            said.next_line().await.unwrap();
        }
        child.kill().await.unwrap();
        assert_open(&world, &key_file(&world), &accounts).await;
        let keys = list(&world).await;
        assert!(keys.len() <= before + 1, "{keys:?}");
        world.run(&["key", "rotate"]).await.expect(0);
        let keys = list(&world).await;
        let (newest, older) = keys.split_last().unwrap();
        assert_eq!((newest.1, newest.2), (true, ACCOUNTS as u64), "{keys:?}");
        for (id, ..) in older {
            world.run(&["key", "retire", &id.to_string()]).await.expect(0);
        }
        assert_open(&world, &key_file(&world), &accounts).await;
    }
}
