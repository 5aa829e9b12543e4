//! Profile directories: private, one per browser, gone with it.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

static NEXT: AtomicU32 = AtomicU32::new(0);
const LOCK: &str = "lock";

/// A fresh profile directory `<pid>-<n>`. Its lock is held as long as this lives, so that a later run can
/// tell a profile in use from what a killed run left behind. Dropped, it is removed.
pub(super) struct ProfileDir {
    path: PathBuf,
    _lock: File,
}

impl ProfileDir {
    /// Makes one below `root`.
    pub(super) fn create(root: &Path) -> io::Result<Self> {
        let _making = lock_root(root)?;
        let path = root.join(format!("{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed)));
        DirBuilder::new().mode(0o700).create(&path)?;
        let lock = File::create(path.join(LOCK))?;
        lock.lock()?;
        Ok(Self { path, _lock: lock })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for ProfileDir {
    fn drop(&mut self) {
        remove(&self.path);
    }
}

/// Removes the profiles below `root` that no living run holds.
pub(super) fn remove_stale(root: &Path) -> io::Result<()> {
    let _making = lock_root(root)?;
    for entry in fs::read_dir(root)?.flatten() {
        if entry.path().is_dir() && is_stale(&entry.path()) {
            remove(&entry.path());
        }
    }
    Ok(())
}

/// Makes `root` where it is missing, and keeps other runs from making or removing profiles meanwhile: between
/// the making of a directory and of its lock it would look stale.
fn lock_root(root: &Path) -> io::Result<File> {
    DirBuilder::new().recursive(true).mode(0o700).create(root)?;
    let lock = File::options().create(true).append(true).open(root.join(LOCK))?;
    lock.lock()?;
    Ok(lock)
}

fn is_stale(profile: &Path) -> bool {
    File::open(profile.join(LOCK)).map_or(true, |lock| lock.try_lock().is_ok())
}

/// Processes that are just dying may still add files, which makes a removal fail; then it is begun again.
fn remove(profile: &Path) {
    let removed = (0..5).map(|_| fs::remove_dir_all(profile)).find(Result::is_ok);
    if removed.is_none() && profile.exists() {
        tracing::warn!(profile = %profile.display(), "profile could not be removed; the next start tries again");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn profiles_are_private_and_go_when_dropped() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path().join("profiles");
        let (a, b) = (ProfileDir::create(&root).unwrap(), ProfileDir::create(&root).unwrap());
        assert_ne!(a.path(), b.path());
        for path in [root.as_path(), a.path()] {
            assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o700);
        }
        let path = a.path().to_owned();
        drop(a);
        assert!(!path.exists() && b.path().exists());
    }

    #[test]
    fn only_profiles_without_a_holder_are_stale() {
        let root = tempfile::tempdir().unwrap();
        let held = ProfileDir::create(root.path()).unwrap();
        let left = root.path().join("1-0");
        fs::create_dir_all(left.join("Default")).unwrap();
        File::create(left.join(LOCK)).unwrap();
        remove_stale(root.path()).unwrap();
        assert!(held.path().exists() && !left.exists());
    }
}
