//! Where the key comes from: a systemd credential, else a private file, else the environment.

use super::{DataKey, Ring, VaultError};
use crate::secret::{ExposeSecret, SecretText};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use nix::unistd::{Uid, User};
use std::fs::{File, Metadata, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// No ring is longer, bytes.
const LONGEST: u64 = 64 * 1024;

/// The places where a key may be; the first that has one counts.
#[derive(Debug, Default)]
pub struct KeySource {
    /// A systemd credential, `$CREDENTIALS_DIRECTORY/key`. Systemd sees to its access.
    pub credential: Option<PathBuf>,
    /// A file that nobody but its owner, the user of this process, can read.
    pub file: Option<PathBuf>,
    /// The value of `OUTLOOK_SYNCD_KEY`.
    pub environment: Option<SecretText>,
}

impl Ring {
    /// Loads the ring.
    ///
    /// # Errors
    /// `VaultError` when there is none, it can be read by others, is not understood or can be guessed.
    pub fn load(source: &KeySource) -> Result<Self, VaultError> {
        if let Some((text, path)) = read(source.credential.as_deref(), |_, _| Ok(()))? {
            return Self::parse(&text, &format!("the credential {}", path.display()));
        }
        if let Some((text, path)) = read(source.file.as_deref(), private)? {
            return Self::parse(&text, &path.display().to_string());
        }
        let text = source.environment.as_ref().ok_or(VaultError::NoKey)?;
        Self::parse(text.expose_secret(), "OUTLOOK_SYNCD_KEY")
    }
}

/// Makes a ring of one fresh key in a new file that only its owner can read. The key is not shown.
///
/// # Errors
/// `VaultError::Exists` when something is there already, `Unwritable` when the file cannot be made.
pub fn new_key_file(path: &Path) -> Result<(), VaultError> {
    let key = DataKey::generate();
    let mut text = Zeroizing::new(String::with_capacity(128));
    text.push_str("# The key of outlook-syncd. Keep a copy away from the database's backups.\n1:");
    BASE64_STANDARD.encode_string(key.0.expose_secret(), &mut text);
    text.push_str("\nactive:1\n");
    let write = || {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    };
    write().map_err(|source| {
        let path = path.to_owned();
        let exists = source.kind() == ErrorKind::AlreadyExists;
        if exists { VaultError::Exists(path) } else { VaultError::Unwritable { path, source } }
    })
}

type Found<'a> = Option<(Zeroizing<String>, &'a Path)>;

/// The text of a file that may be missing. `admit` looks at the opened file, so that it cannot be swapped between.
fn read(
    path: Option<&Path>,
    admit: fn(&Path, &Metadata) -> Result<(), VaultError>,
) -> Result<Found<'_>, VaultError> {
    let Some(path) = path else { return Ok(None) };
    let unreadable = |source| VaultError::Unreadable { path: path.to_owned(), source };
    let file = match File::open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        opened => opened.map_err(unreadable)?,
    };
    admit(path, &file.metadata().map_err(unreadable)?)?;
    // Room for all of it at once: a buffer that grows leaves copies behind.
    let mut text = Zeroizing::new(String::with_capacity(usize::try_from(LONGEST).unwrap_or_default()));
    file.take(LONGEST).read_to_string(&mut text).map_err(unreadable)?;
    Ok(Some((text, path)))
}

/// Ours, readable by us alone, in a directory where nobody else can replace it.
fn private(path: &Path, file: &Metadata) -> Result<(), VaultError> {
    let exposed = |why: &str, remedy: String| {
        Err(VaultError::Exposed { path: path.to_owned(), why: why.to_owned(), remedy })
    };
    let me = Uid::effective();
    if file.uid() != me.as_raw() {
        return exposed("it belongs to another user", format!("chown {} {}", name(me), quoted(path)));
    }
    if file.mode() & 0o077 != 0 {
        return exposed("other users may reach it", format!("chmod 600 {}", quoted(path)));
    }
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mode = directory
        .metadata()
        .map_err(|source| VaultError::Unreadable { path: directory.to_owned(), source })?
        .mode();
    if mode & 0o022 != 0 && mode & 0o1000 == 0 {
        return exposed("other users may replace it", format!("chmod go-w {}", quoted(directory)));
    }
    Ok(())
}

fn name(user: Uid) -> String {
    User::from_uid(user).ok().flatten().map_or_else(|| user.to_string(), |known| known.name)
}

/// The path as a shell takes it.
fn quoted(path: &Path) -> String {
    let path = path.display().to_string();
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
    if path.chars().all(plain) { path } else { format!("'{}'", path.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Classify;
    use crate::secret::secret;
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;

    fn chmod(path: &Path, mode: u32) {
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }

    fn from_file(path: &Path) -> Result<Ring, VaultError> {
        Ring::load(&KeySource { file: Some(path.to_owned()), ..KeySource::default() })
    }

    #[test]
    fn a_new_file_is_private_and_never_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key");
        new_key_file(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o7777, 0o600);
        let canary = from_file(&path).unwrap().canary_seal();
        assert!(matches!(new_key_file(&path), Err(VaultError::Exists(_))));
        from_file(&path).unwrap().canary_open(&canary).unwrap();
        assert!(matches!(new_key_file(&dir.path().join("no/key")), Err(VaultError::Unwritable { .. })));
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
            assert!(refusal.hint().contains(&line), "{mode:o}: {}", refusal.hint());
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
            refusal.hint().contains(&format!("chmod go-w {}", dir.path().display())),
            "{}",
            refusal.hint()
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
        assert!(refusal.hint().contains(&format!("chown root {}", path.display())), "{}", refusal.hint());
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
        let canary = Ring::load(&source).unwrap().canary_seal();
        chmod(&credential, 0o400);
        from_file(&credential).unwrap().canary_open(&canary).unwrap();
        fs::remove_file(&credential).unwrap();
        from_file(&file).unwrap().canary_open(&Ring::load(&source).unwrap().canary_seal()).unwrap();
        fs::remove_file(&file).unwrap();
        from_file(&spare).unwrap().canary_open(&Ring::load(&source).unwrap().canary_seal()).unwrap();
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
        assert!(refusal.hint().contains("outlook-syncd key new"));
    }
}
