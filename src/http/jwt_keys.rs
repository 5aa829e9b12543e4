//! By which keys the CRM's tokens are known: those that their file has now, without a restart.

use crate::jwt::{KeySet, Verifier};
use std::fmt;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// The keys of a file.
pub struct JwtKeys {
    file: PathBuf,
    read: Box<ReadKeys>,
    known: Mutex<(Option<Version>, Arc<Verifier>)>,
}

type ReadKeys = dyn Fn() -> Result<KeySet, String> + Send + Sync;

/// What changes with a file: seconds and nanoseconds of its last change, its inode, its length.
type Version = (i64, i64, u64, u64);

impl JwtKeys {
    /// `verifier` has the keys that the file holds now; `read` reads them anew and says what is wrong with them.
    #[must_use]
    pub fn new(
        verifier: Verifier,
        file: PathBuf,
        read: impl Fn() -> Result<KeySet, String> + Send + Sync + 'static,
    ) -> Self {
        let known = Mutex::new((version(&file), Arc::new(verifier)));
        Self { file, read: Box::new(read), known }
    }

    /// What knows which tokens are good now. Where the file holds no keys any more none is: whoever takes a stolen key
    /// away is to be believed.
    pub(super) fn verifier(&self) -> Arc<Verifier> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let version = version(&self.file);
        if known.0 != version {
            known.0 = version;
            match (self.read)() {
                Ok(keys) => known.1 = Arc::new(known.1.with_keys(keys)),
                Err(why) => {
                    tracing::error!(why, "the keys of JWTs cannot be read: until they can, none is good");
                    known.1 = Arc::new(known.1.without_keys());
                }
            }
        }
        Arc::clone(&known.1)
    }
}

fn version(file: &Path) -> Option<Version> {
    let file = file.metadata().ok()?;
    Some((file.ctime(), file.ctime_nsec(), file.ino(), file.len()))
}

impl fmt::Debug for JwtKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("JwtKeys").field(&self.file).finish()
    }
}
