//! The file lock that keeps one cycle per machine. The kernel frees it when its holder dies, however it dies.

mod error;
mod instance;
pub mod presence;

pub use error::LockError;
pub use instance::instance;

use crate::clock::Clock;
use chrono::{DateTime, SecondsFormat, Utc};
use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

/// How often one who waits looks again.
const LOOK: Duration = Duration::from_millis(250);
/// How often, and after which pause, the lock is tried again while only lookers are in the way.
const TRIES: u32 = 10;
const MOMENT: Duration = Duration::from_millis(5);

type Result<T> = std::result::Result<T, LockError>;

/// The lock is ours until this is dropped.
#[derive(Debug)]
pub struct Guard(File);

impl Drop for Guard {
    fn drop(&mut self) {
        // Nobody may read of a holder that is gone. Closing the file frees the lock in any case.
        let _ = self.0.set_len(0);
    }
}

/// What came of asking for the lock.
#[derive(Debug)]
pub enum LockAttempt {
    /// It is ours.
    Taken(Guard),
    /// Another has it.
    Held(Held),
}

/// Who has the lock, by its own words; a holder that has just begun may not have said yet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Held {
    /// The number of its process; `None` where it has not said yet.
    pub pid: Option<u32>,
    /// When it took the lock; `None` where it has not said yet.
    pub since: Option<DateTime<Utc>>,
    /// What it does, such as `a cycle`.
    pub what: Option<String>,
}

impl Held {
    /// Reads `PID INSTANT what it does`.
    fn parse(line: &str) -> Self {
        let mut words = line.trim_end().splitn(3, ' ');
        Self {
            pid: words.next().and_then(|word| word.parse().ok()),
            since: words.next().and_then(|word| word.parse().ok()),
            what: words.next().map(str::to_owned),
        }
    }
}

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} runs", self.what.as_deref().unwrap_or("something"))?;
        if let Some(since) = self.since {
            write!(f, " since {}", since.to_rfc3339_opts(SecondsFormat::Secs, true))?;
        }
        self.pid.map_or(Ok(()), |pid| write!(f, ", held by pid {pid}"))
    }
}

/// Takes the lock at `path` for `what`, if it is free. The file stays where it is afterwards: removing it
/// would let two holders lock two files. Blocks for some 50 ms at most, when others look at the lock.
///
/// # Errors
/// When the file cannot be opened or locked.
pub fn try_lock(path: &Path, what: &str, now: DateTime<Utc>) -> Result<LockAttempt> {
    let mut file =
        OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)?;
    if !lock_past_lookers(&file)? {
        return Ok(LockAttempt::Held(held(file)?));
    }
    // The lock is held without the note too, which a full disk has no room for.
    if let Err(error) = note(&mut file, what, now) {
        tracing::debug!(%error, "the lock's note cannot be written");
    }
    Ok(LockAttempt::Taken(Guard(file)))
}

fn note(file: &mut File, what: &str, now: DateTime<Utc>) -> io::Result<()> {
    file.set_len(0)?;
    let since = now.to_rfc3339_opts(SecondsFormat::Millis, true);
    file.write_all(format!("{} {since} {what}\n", std::process::id()).as_bytes())
}

/// Who holds the lock at `path`; `None` when it is free. Looking never makes it look held.
///
/// # Errors
/// When the file cannot be opened or locked.
pub fn holder(path: &Path) -> Result<Option<Held>> {
    match File::open(path) {
        Ok(file) if is_locked(&file)? => Ok(Some(held(file)?)),
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
        Ok(_) | Err(_) => Ok(None),
    }
}

/// Waits until nobody holds the lock; the next may have it before we do. May be dropped at any time.
///
/// # Errors
/// When the file cannot be opened or locked.
pub async fn released(path: &Path, clock: &Clock) -> Result<()> {
    while holder(path)?.is_some() {
        clock.sleep(LOOK).await;
    }
    Ok(())
}

/// Locks the file unless somebody holds it. Lookers are gone in a moment.
fn lock_past_lookers(file: &File) -> io::Result<bool> {
    for _ in 0..TRIES {
        if is_done(fs4::FileExt::try_lock(file))? {
            return Ok(true);
        }
        if is_locked(file)? {
            return Ok(false);
        }
        std::thread::sleep(MOMENT);
    }
    Ok(false)
}

/// Whether somebody holds the lock of this file: beside a holder nobody can have even a shared lock, beside
/// lookers everybody can.
fn is_locked(file: &File) -> io::Result<bool> {
    let looked = is_done(fs4::FileExt::try_lock_shared(file))?;
    if looked {
        fs4::FileExt::unlock(file)?;
    }
    Ok(!looked)
}

/// Whether a lock was had.
fn is_done(tried: std::result::Result<(), fs4::TryLockError>) -> io::Result<bool> {
    match tried {
        Ok(()) => Ok(true),
        Err(fs4::TryLockError::WouldBlock) => Ok(false),
        Err(fs4::TryLockError::Error(error)) => Err(error),
    }
}

fn held(file: File) -> io::Result<Held> {
    let mut line = String::new();
    file.take(1024).read_to_string(&mut line)?;
    Ok(Held::parse(&line))
}

#[cfg(test)]
mod tests;
