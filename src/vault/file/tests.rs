use super::*;
use crate::vault::{Forms, KeySource, Ring};
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;

fn load(path: &Path) -> Result<Ring, VaultError> {
    Ring::load(&KeySource { file: Some(path.to_owned()), ..KeySource::default() })
}

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn a_new_file_is_private_and_never_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("key");
    new_key_file(&path).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().mode() & 0o7777, 0o600);
    let canary = load(&path).unwrap().canary_seal(Forms::Today);
    assert!(matches!(new_key_file(&path), Err(VaultError::Exists(_))));
    load(&path).unwrap().canary_open(&canary).unwrap();
    assert!(matches!(new_key_file(&dir.path().join("no/key")), Err(VaultError::Unwritable { .. })));
}

#[test]
fn a_key_is_added_and_removed_and_nothing_else_is_left_there() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("key");
    new_key_file(&path).unwrap();
    let canary = load(&path).unwrap().canary_seal(Forms::Today);
    // What a killed one leaves.
    fs::write(beside(&path), "1:half").unwrap();
    assert_eq!(add_key(&path).unwrap(), 2);
    let ring = load(&path).unwrap();
    assert_eq!((ring.ids(), ring.active()), (vec![1, 2], 2));
    ring.canary_open(&canary).unwrap();
    assert_eq!(
        (names(dir.path()), fs::metadata(&path).unwrap().mode() & 0o7777),
        (vec!["key".to_owned()], 0o600)
    );
    assert!(matches!(remove_key(&path, 2), Err(VaultError::Active(2))));
    for _ in 0..2 {
        remove_key(&path, 1).unwrap();
        assert_eq!(load(&path).unwrap().ids(), [2]);
    }
}

#[test]
fn keys_that_are_added_at_once_are_all_there() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("key");
    new_key_file(&path).unwrap();
    let mut made: Vec<_> = std::thread::scope(|scope| {
        let adders: Vec<_> = (0..8).map(|_| scope.spawn(|| add_key(&path).unwrap())).collect();
        adders.into_iter().map(|adder| adder.join().unwrap()).collect()
    });
    made.sort_unstable();
    assert_eq!(made, (2..=9).collect::<Vec<_>>());
    assert_eq!(load(&path).unwrap().ids(), (1..=9).collect::<Vec<_>>());
}

#[test]
fn what_is_not_as_it_should_be_is_not_changed() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("key");
    assert!(matches!(add_key(&path), Err(VaultError::NoFile(_))));
    fs::write(&path, "change-me").unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
    assert!(matches!(add_key(&path), Err(VaultError::Exposed { .. })));
    fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
    assert!(matches!(add_key(&path), Err(VaultError::Malformed { .. })));
    assert_eq!(fs::read_to_string(&path).unwrap(), "change-me");
}

#[test]
fn root_leaves_the_file_to_its_owner() {
    if !crate::privileges::is_root() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("key");
    new_key_file(&path).unwrap();
    std::os::unix::fs::chown(&path, Some(65534), Some(65534)).unwrap();
    add_key(&path).unwrap();
    let file = fs::metadata(&path).unwrap();
    assert_eq!((file.uid(), file.gid(), file.mode() & 0o7777), (65534, 65534, 0o600));
}
