//! How often a password is shown to a proxy that has refused it: a directory behind it locks a user after a few
//! tries, and counts each connection. The time of the refusal lies in a file, so that a restart and a command
//! that cron runs ask no sooner. It holds nothing secret.

use chrono::{DateTime, TimeDelta, Utc};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

/// Longer than directories count failures for, which is half an hour at most where nobody has set it higher.
const WAIT: TimeDelta = TimeDelta::hours(1);

/// When a proxy last refused our user.
#[derive(Debug)]
pub(super) struct Lockout {
    file: PathBuf,
    /// Whose refusal: user and proxy. That of another says nothing.
    of: String,
    /// The same as in the file, should it not be writable.
    refused: Mutex<Option<DateTime<Utc>>>,
}

impl Lockout {
    pub(super) fn new(file: PathBuf, of: String) -> Self {
        Self { file, of, refused: Mutex::default() }
    }

    /// Until when a password that was written at `written` is not tried at `now`; `None`: it may be.
    pub(super) fn until(&self, written: DateTime<Utc>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let refused = self.kept().max(*self.lock())?;
        let stands = written <= refused && (refused..refused + WAIT).contains(&now);
        stands.then_some(refused + WAIT)
    }

    /// It was refused at that time; until when it is not tried again.
    pub(super) fn refuse(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        *self.lock() = Some(at);
        if let Err(error) = std::fs::write(&self.file, format!("{} {}\n", at.to_rfc3339(), self.of)) {
            tracing::warn!(%error, file = %self.file.display(), "that the proxy refuses us is forgotten at the end");
        }
        at + WAIT
    }

    /// It was accepted.
    pub(super) fn release(&self) {
        *self.lock() = None;
        // Usually there is none.
        let _ = std::fs::remove_file(&self.file);
    }

    fn kept(&self) -> Option<DateTime<Utc>> {
        let text = std::fs::read_to_string(&self.file).ok()?;
        let (at, of) = text.trim_end().split_once(' ')?;
        (of == self.of).then(|| at.parse().ok())?
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<DateTime<Utc>>> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_that_was_refused_is_tried_once_an_hour_and_another_one_at_once() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("proxy-refused");
        let lockout = |of: &str| Lockout::new(file.clone(), of.to_owned());
        let at = |text: &str| format!("2026-11-29T{text}:00Z").parse::<DateTime<Utc>>().unwrap();
        let (written, refused, end) = (at("08:00"), at("12:00"), at("13:00"));
        assert_eq!(lockout("u@p:1").until(written, refused), None);
        let first = lockout("u@p:1");
        assert_eq!(first.refuse(refused), end);
        // Another process knows it too.
        for lockout in [&first, &lockout("u@p:1")] {
            assert_eq!(lockout.until(written, at("12:59")), Some(end));
            assert_eq!(lockout.until(written, end), None, "an hour is over");
            assert_eq!(lockout.until(at("12:01"), at("12:02")), None, "another password");
            assert_eq!(lockout.until(written, at("11:00")), None, "the clock was ahead");
        }
        assert_eq!(lockout("v@p:1").until(written, at("12:01")), None, "another user");
        first.release();
        assert_eq!((first.until(written, at("12:01")), file.exists()), (None, false));
    }

    #[test]
    fn where_nothing_can_be_written_it_is_known_until_the_end() {
        let lockout = Lockout::new("/nonexistent/proxy-refused".into(), "u@p:1".to_owned());
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(1);
        let end = lockout.refuse(now);
        assert_eq!(lockout.until(DateTime::UNIX_EPOCH, now), Some(end));
    }
}
