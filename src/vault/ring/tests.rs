use super::*;
use crate::vault::{add_key, new_key_file, remove_key};

#[test]
fn a_ring_in_use_learns_of_a_new_key_and_keeps_what_it_has_when_it_cannot() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("key");
    new_key_file(&file).unwrap();
    let source = KeySource { file: Some(file.clone()), ..KeySource::default() };
    let running = Ring::load(&source).unwrap();
    assert_eq!(add_key(&file).unwrap(), 2);
    let newer = Ring::load(&source).unwrap();
    let wrapped = newer.wrap("a", "crm-1", &DataKey::generate());
    assert_eq!((running.ids(), running.active()), (vec![1], 1));
    running.unwrap("a", "crm-1", &wrapped).unwrap();
    assert_eq!((running.ids(), running.active()), (vec![1, 2], 2));
    remove_key(&file, 1).unwrap();
    assert!(matches!(running.look_again(3), Err(VaultError::UnknownKey(3))));
    assert_eq!(running.ids(), [1, 2], "what it has, it keeps");
    std::fs::remove_file(&file).unwrap();
    running.unwrap("a", "crm-1", &wrapped).unwrap();
}

#[test]
fn a_credential_is_a_copy_and_the_file_may_be_newer() {
    let dir = tempfile::tempdir().unwrap();
    let (credential, file) = (dir.path().join("credential"), dir.path().join("key"));
    new_key_file(&file).unwrap();
    std::fs::copy(&file, &credential).unwrap();
    let source = KeySource { credential: Some(credential), file: Some(file.clone()), environment: None };
    let running = Ring::load(&source).unwrap();
    add_key(&file).unwrap();
    assert_eq!(Ring::load(&source).unwrap().active(), 1, "the credential comes first");
    running.look_again(2).unwrap();
    assert_eq!(running.active(), 2);
}
