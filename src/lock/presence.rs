//! The daemon's presence: one per state directory, and what it says of itself to the commands beside it.
//!
//! The file is locked as long as the daemon lives, so it is never taken for running when it is not. The
//! daemon ends only when it is asked to, or by what waiting does not mend.

use super::{LockError, is_locked, lock_past_lookers};
use crate::model::LastError;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::net::SocketAddr;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The file grows by so many bytes and is never cut: a full disk has room for what is written over.
const BLOCK: usize = 4096;

/// What a running daemon says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Presence {
    /// The number of its process.
    pub pid: u32,
    /// When it started.
    pub started_at: Option<DateTime<Utc>>,
    /// The program's version.
    pub version: String,
    /// The configuration file that it read, if there was one.
    pub config: Option<PathBuf>,
    /// Where its endpoints are; `None` while they are nowhere.
    pub listen: Option<SocketAddr>,
    /// Why its endpoints are not where they should be: each place with its reason.
    pub listen_error: Option<String>,
    /// What keeps every account from being read, while it does.
    pub fault: Option<LastError>,
    /// When that was last met.
    pub fault_met_at: Option<DateTime<Utc>>,
}

/// The place of the one daemon of a state directory; given up when it is dropped.
#[derive(Debug)]
pub struct Post {
    file: File,
    presence: Mutex<Presence>,
}

/// Takes the place, unless another daemon has it, whose presence that then is.
///
/// # Errors
/// When the file cannot be opened or locked.
pub fn take(path: &Path, presence: Presence) -> Result<Result<Post, Presence>, LockError> {
    let file =
        OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)?;
    if !lock_past_lookers(&file)? {
        return Ok(Err(read(&file)?));
    }
    let post = Post { file, presence: Mutex::new(presence) };
    post.tell(|_| ());
    Ok(Ok(post))
}

/// The daemon that runs on the state directory of `path`, if one does.
///
/// # Errors
/// When the file cannot be opened or locked.
pub fn look(path: &Path) -> Result<Option<Presence>, LockError> {
    match File::open(path) {
        Ok(file) if is_locked(&file)? => Ok(Some(read(&file)?)),
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
        Ok(_) | Err(_) => Ok(None),
    }
}

impl Post {
    /// Says something else from now on. The place is held whether it can be written or not.
    pub fn tell(&self, change: impl FnOnce(&mut Presence)) {
        let mut presence = self.presence.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut presence);
        let mut text = serde_json::to_vec(&*presence).unwrap_or_default();
        text.resize(text.len().next_multiple_of(BLOCK), b' ');
        if let Err(error) = self.file.write_all_at(&text, 0) {
            tracing::debug!(%error, "the daemon's presence cannot be written");
        }
    }
}

/// One that is half written says nothing.
fn read(file: &File) -> io::Result<Presence> {
    let mut text = String::new();
    file.take(16 * BLOCK as u64).read_to_string(&mut text)?;
    let first = serde_json::Deserializer::from_str(&text).into_iter().next();
    Ok(first.and_then(Result::ok).unwrap_or_default())
}

#[cfg(test)]
mod tests;
