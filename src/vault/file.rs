//! The key file, made and changed. A change is a new file in the place of the old one: whoever reads sees the
//! one or the other whole, and a crash leaves one of the two.

use super::VaultError;
use super::keys::WrappingKeys;
use super::source::{directory, private_or_roots_to_change, read};
use nix::fcntl::{Flock, FlockArg};
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, fchown};
use std::path::{Path, PathBuf};

/// Makes a ring of one fresh key in a new file that only its owner can read. The key is not shown.
///
/// # Errors
/// `VaultError::Exists` when something is there already, `Unwritable` when the file cannot be made.
pub fn new_key_file(path: &Path) -> Result<(), VaultError> {
    write_new(path, &WrappingKeys::fresh()).map(drop).map_err(|source| {
        let path = path.to_owned();
        let exists = source.kind() == ErrorKind::AlreadyExists;
        if exists { VaultError::Exists(path) } else { VaultError::Unwritable { path, source } }
    })
}

/// Adds a fresh key to the file, which seals from now on; its number. Nothing was sealed with it before the
/// file is safe on the disk.
///
/// # Errors
/// `NoFile` when there is none, those of `Ring::load` when it is not as it should be, `Unwritable`.
pub fn add_key(path: &Path) -> Result<u32, VaultError> {
    change(path, |keys| Ok(keys.with_a_fresh_one())).map(|keys| keys.active())
}

/// Removes a key from the file. Whether anything still needs it is for the caller to know; the one that seals
/// stays. Doing it again changes nothing.
///
/// # Errors
/// `Active` for the key that seals; those of `add_key`.
pub fn remove_key(path: &Path, id: u32) -> Result<(), VaultError> {
    let without = |keys: WrappingKeys| {
        if keys.active() == id { Err(VaultError::Active(id)) } else { Ok(keys.without(id)) }
    };
    change(path, without).map(drop)
}

/// One change at a time: of two that read the same file, the later would destroy the key that the earlier has
/// made.
fn change(
    path: &Path,
    by: impl FnOnce(WrappingKeys) -> Result<WrappingKeys, VaultError>,
) -> Result<WrappingKeys, VaultError> {
    let unwritable = |source| VaultError::Unwritable { path: path.to_owned(), source };
    let directory = File::open(directory(path)).map_err(unwritable)?;
    let directory =
        Flock::lock(directory, FlockArg::LockExclusive).map_err(|(_, errno)| unwritable(errno.into()))?;
    let text = read(path, private_or_roots_to_change)?.ok_or_else(|| VaultError::NoFile(path.to_owned()))?;
    let keys = by(WrappingKeys::parse(&text, &path.display().to_string())?)?;
    replace(path, &keys, &directory).map_err(unwritable)?;
    Ok(keys)
}

fn replace(path: &Path, keys: &WrappingKeys, directory: &File) -> io::Result<()> {
    let new = beside(path);
    // Of one that was killed; nobody else is at it, for we hold the lock.
    if let Err(error) = fs::remove_file(&new)
        && error.kind() != ErrorKind::NotFound
    {
        return Err(error);
    }
    // Whoever may write to the directory can put a link in its place: from here on it goes by no name.
    let made = write_new(&new, keys)?;
    let old = fs::metadata(path)?;
    if (old.uid(), old.gid()) != (made.metadata()?.uid(), made.metadata()?.gid()) {
        fchown(&made, Some(old.uid()), Some(old.gid()))?;
        made.sync_all()?;
    }
    fs::rename(&new, path)?;
    directory.sync_all()
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    name.into()
}

fn write_new(path: &Path, keys: &WrappingKeys) -> io::Result<File> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(keys.text().as_bytes())?;
    file.sync_all()?;
    // The name too has to outlive a power cut.
    File::open(directory(path))?.sync_all()?;
    Ok(file)
}

#[cfg(test)]
mod tests;
