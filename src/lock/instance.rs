//! The name of an installation among others that share a database.

use super::Result;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// What tells a machine from others, also from one that it was copied from (machine-id(5)).
const MACHINE: &str = "/etc/machine-id";

/// The name, made once and kept in `path`. The holder of the installation's lock speaks in it, so that what a
/// killed holder left can be told from what another one holds. Beside it stands a mark of the machine and of
/// the place. Where either is another, the directory is a copy, and gets a name of its own: two of one name
/// would take each other's accounts.
///
/// # Errors
/// When the file cannot be read or made.
pub fn instance(path: &Path) -> Result<String> {
    // A machine without an id is told from no other.
    let machine = std::fs::read_to_string(MACHINE).unwrap_or_default();
    Ok(named(path, &mark(path, machine.trim()))?)
}

fn named(path: &Path, mark: &str) -> io::Result<String> {
    let kept = match std::fs::read_to_string(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        // Not there yet, or its maker was killed before it wrote.
        kept => kept.unwrap_or_default(),
    };
    match kept.trim().split_once(' ') {
        Some((name, made_at)) if made_at == mark => return Ok(name.to_owned()),
        // An older version kept the name alone.
        None if !kept.trim().is_empty() => return keep(path, kept.trim(), mark),
        Some(_) => tracing::warn!(
            "the state directory is a copy of another one; it goes by a name of its own on the database"
        ),
        None => {}
    }
    keep(path, &uuid::Uuid::new_v4().to_string(), mark)
}

fn keep(path: &Path, name: &str, mark: &str) -> io::Result<String> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(format!("{name} {mark}\n").as_bytes())?;
    Ok(name.to_owned())
}

/// Tells nobody the machine's id, which is not for others.
fn mark(path: &Path, machine: &str) -> String {
    let place = path.parent().and_then(|directory| directory.canonicalize().ok()).unwrap_or_default();
    let digest = Sha256::new().chain_update("outlook-syncd\0").chain_update(machine).chain_update("\0");
    URL_SAFE_NO_PAD.encode(digest.chain_update(place.as_os_str().as_encoded_bytes()).finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_installation_keeps_its_name_and_one_that_is_empty_gets_one() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("instance");
        std::fs::write(&path, "").unwrap();
        let name = instance(&path).unwrap();
        assert!(!name.is_empty());
        assert_eq!(instance(&path).unwrap(), name);
        assert_ne!(instance(&dir.path().join("another")).unwrap(), name);
    }

    #[test]
    fn a_copy_of_a_state_directory_goes_by_another_name_on_another_machine_and_elsewhere() {
        let dir = tempfile::tempdir().unwrap();
        let (own, copy) = (dir.path().join("own"), dir.path().join("copy"));
        for directory in [&own, &copy] {
            std::fs::create_dir(directory).unwrap();
        }
        let (own, copy) = (own.join("instance"), copy.join("instance"));
        let name = instance(&own).unwrap();
        std::fs::copy(&own, &copy).unwrap();
        let other = instance(&copy).unwrap();
        assert_ne!(other, name, "elsewhere");
        assert_eq!((instance(&own).unwrap(), instance(&copy).unwrap()), (name.clone(), other));
        assert_ne!(named(&own, &mark(&own, "another machine")).unwrap(), name);
    }

    #[test]
    fn the_name_that_an_older_version_gave_stays() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("instance");
        std::fs::write(&path, "e0a1c7de-3f14-4b1c-8f6c-0a4f3c2d1b00").unwrap();
        for _ in 0..2 {
            assert_eq!(instance(&path).unwrap(), "e0a1c7de-3f14-4b1c-8f6c-0a4f3c2d1b00");
        }
    }
}
