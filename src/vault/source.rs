//! Where the key comes from: a systemd credential, else a private file, else the environment.

use super::VaultError;
use super::keys::WrappingKeys;
use crate::secret::{ExposeSecret, SecretText};
use nix::unistd::{Uid, User};
use std::fs::{File, Metadata};
use std::io::{ErrorKind, Read};
use std::os::unix::fs::MetadataExt;
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

impl KeySource {
    /// The keys of the first place that has any.
    pub(super) fn keys(&self) -> Result<WrappingKeys, VaultError> {
        for place in self.files() {
            if let Some(keys) = place.keys()? {
                return Ok(keys);
            }
        }
        let text = self.environment.as_ref().ok_or(VaultError::NoKey)?;
        WrappingKeys::parse(text.expose_secret(), "OUTLOOK_SYNCD_KEY")
    }

    /// The keys of the first place that has this one. A credential is a copy that was made at the start: the
    /// file may be newer. A place that cannot be read has none.
    pub(super) fn keys_with(&self, id: u32) -> Option<WrappingKeys> {
        let mut all = self.files().filter_map(|place| place.keys().ok().flatten());
        all.find(|keys| keys.ids().contains(&id))
    }

    /// The places that may change while the program runs.
    pub(super) fn without_environment(&self) -> Self {
        Self { credential: self.credential.clone(), file: self.file.clone(), environment: None }
    }

    fn files(&self) -> impl Iterator<Item = FilePlace<'_>> {
        let credential = self.credential.as_deref().map(|path| FilePlace { path, credential: true });
        credential.into_iter().chain(self.file.as_deref().map(|path| FilePlace { path, credential: false }))
    }
}

/// A file that may hold a ring.
struct FilePlace<'a> {
    path: &'a Path,
    credential: bool,
}

impl FilePlace<'_> {
    fn keys(&self) -> Result<Option<WrappingKeys>, VaultError> {
        let admit = if self.credential { |_: &Path, _: &Metadata| Ok(()) } else { private };
        let origin = if self.credential { "the credential " } else { "" };
        let Some(text) = read(self.path, admit)? else { return Ok(None) };
        WrappingKeys::parse(&text, &format!("{origin}{}", self.path.display())).map(Some)
    }
}

/// The text of a file that may be missing. `admit` looks at the opened file, so that it cannot be swapped
/// between.
pub(super) fn read(
    path: &Path,
    admit: fn(&Path, &Metadata) -> Result<(), VaultError>,
) -> Result<Option<Zeroizing<String>>, VaultError> {
    let unreadable = |source| VaultError::Unreadable { path: path.to_owned(), source };
    let file = match File::open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        opened => opened.map_err(unreadable)?,
    };
    admit(path, &file.metadata().map_err(unreadable)?)?;
    // Room for all of it at once: a buffer that grows leaves copies behind.
    let mut text = Zeroizing::new(String::with_capacity(usize::try_from(LONGEST).unwrap_or_default()));
    file.take(LONGEST).read_to_string(&mut text).map_err(unreadable)?;
    Ok(Some(text))
}

/// Ours, readable by us alone, in a directory where nobody else can replace it. Root may change the file of
/// the user that it becomes otherwise.
pub(super) fn private_or_roots_to_change(path: &Path, file: &Metadata) -> Result<(), VaultError> {
    if Uid::effective().is_root() { closed(path, file) } else { private(path, file) }
}

/// Ours, readable by us alone, in a directory where nobody else can replace it.
fn private(path: &Path, file: &Metadata) -> Result<(), VaultError> {
    let me = Uid::effective();
    if file.uid() != me.as_raw() {
        return exposed(path, "it belongs to another user", format!("chown {} {}", name(me), quoted(path)));
    }
    closed(path, file)
}

fn closed(path: &Path, file: &Metadata) -> Result<(), VaultError> {
    if file.mode() & 0o077 != 0 {
        return exposed(path, "other users may reach it", format!("chmod 600 {}", quoted(path)));
    }
    let directory = directory(path);
    let mode = directory
        .metadata()
        .map_err(|source| VaultError::Unreadable { path: directory.to_owned(), source })?
        .mode();
    if mode & 0o022 != 0 && mode & 0o1000 == 0 {
        return exposed(path, "other users may replace it", format!("chmod go-w {}", quoted(directory)));
    }
    Ok(())
}

fn exposed(path: &Path, why: &str, remedy: String) -> Result<(), VaultError> {
    Err(VaultError::Exposed { path: path.to_owned(), why: why.to_owned(), remedy })
}

/// Where a file lies.
pub(super) fn directory(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
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
mod tests;
