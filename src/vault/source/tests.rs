use super::*;
use crate::error::Classify;
use crate::secret::secret;
use crate::vault::{Forms, Ring, new_key_file};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

fn from_file(path: &Path) -> Result<Ring, VaultError> {
    Ring::load(&KeySource { file: Some(path.to_owned()), ..KeySource::default() })
}

#[test]
fn a_file_that_others_reach_is_refused_with_the_line_to_run() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("the key");
    new_key_file(&path).unwrap();
    for mode in [0o640, 0o604, 0o660, 0o601, 0o644] {
        chmod(&path, mode);
        let refusal = from_file(&path).unwrap_err();
        let line = format!("`chmod 600 '{}'`", path.display());
        assert!(refusal.meaning().hint().contains(&line), "{mode:o}: {}", refusal.meaning().hint());
    }
    for mode in [0o600, 0o400] {
        chmod(&path, mode);
        assert!(from_file(&path).is_ok(), "{mode:o}");
    }
}

#[test]
fn a_directory_where_others_write_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("key");
    new_key_file(&path).unwrap();
    chmod(dir.path(), 0o777);
    let refusal = from_file(&path).unwrap_err();
    assert!(
        refusal.meaning().hint().contains(&format!("chmod go-w {}", dir.path().display())),
        "{}",
        refusal.meaning().hint()
    );
    chmod(dir.path(), 0o1777);
    assert!(from_file(&path).is_ok(), "as in /tmp, only the owner replaces it");
}

#[test]
fn a_file_of_another_user_is_refused() {
    if !Uid::effective().is_root() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("key");
    new_key_file(&path).unwrap();
    std::os::unix::fs::chown(&path, Some(65534), None).unwrap();
    let refusal = from_file(&path).unwrap_err();
    assert!(
        refusal.meaning().hint().contains(&format!("chown root {}", path.display())),
        "{}",
        refusal.meaning().hint()
    );
}

#[test]
fn the_first_source_that_has_a_key_counts() {
    let dir = tempfile::tempdir().unwrap();
    let (credential, file, spare) = (dir.path().join("c"), dir.path().join("f"), dir.path().join("s"));
    for path in [&credential, &file, &spare] {
        new_key_file(path).unwrap();
    }
    chmod(&credential, 0o440);
    let source = KeySource {
        credential: Some(credential.clone()),
        file: Some(file.clone()),
        environment: Some(secret(fs::read_to_string(&spare).unwrap())),
    };
    let canary = Ring::load(&source).unwrap().canary_seal(Forms::Today);
    chmod(&credential, 0o400);
    from_file(&credential).unwrap().canary_open(&canary).unwrap();
    fs::remove_file(&credential).unwrap();
    from_file(&file).unwrap().canary_open(&Ring::load(&source).unwrap().canary_seal(Forms::Today)).unwrap();
    fs::remove_file(&file).unwrap();
    from_file(&spare).unwrap().canary_open(&Ring::load(&source).unwrap().canary_seal(Forms::Today)).unwrap();
}

#[test]
fn a_bad_key_does_not_fall_through_to_the_next_source() {
    let dir = tempfile::tempdir().unwrap();
    let (bad, good) = (dir.path().join("bad"), dir.path().join("good"));
    fs::write(&bad, "change-me").unwrap();
    new_key_file(&good).unwrap();
    let source = KeySource { credential: Some(bad), file: Some(good), environment: None };
    assert!(matches!(Ring::load(&source), Err(VaultError::Malformed { .. })));
}

#[test]
fn no_key_at_all_says_how_to_make_one() {
    let refusal = Ring::load(&KeySource::default()).unwrap_err();
    assert!(matches!(refusal, VaultError::NoKey));
    assert!(refusal.meaning().hint().contains("outlook-syncd key new"));
}
