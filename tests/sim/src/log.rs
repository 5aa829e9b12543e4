//! What was asked of the simulator: one entry per request that was answered, one (`slow:…`) where an answer
//! is held back, one (`held:…`) where none ever comes, and counters that tests assert on.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde::Serialize;

/// One request.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Entry {
    /// Position in the log, from 1.
    pub seq: usize,
    /// When it was answered.
    pub at: DateTime<Utc>,
    /// Whose it was, where a session told.
    pub account: Option<String>,
    /// Action of the service, or what else was asked for: `page`, `asset`, `authorize`, `token`, …
    pub action: String,
    /// HTTP status of the answer.
    pub status: u16,
    /// Bytes of the answer's body.
    pub bytes: usize,
    /// Ids that the request named (items, conversations, folders).
    pub requested: Vec<String>,
    /// Ids of the items in the answer.
    pub returned: Vec<String>,
    /// Items that came with a body.
    pub bodies: usize,
}

/// Passwords tried for one account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Attempts {
    /// Right ones.
    pub right: usize,
    /// Wrong ones.
    pub wrong: usize,
}

/// Everything since the start, or since it was cleared.
#[derive(Default)]
pub(crate) struct Log {
    entries: Vec<Entry>,
    attempts: HashMap<String, Attempts>,
}

impl Log {
    pub(crate) fn push(&mut self, mut entry: Entry) {
        entry.seq = self.entries.len() + 1;
        entry.account = entry.account.map(|smtp| smtp.to_lowercase());
        self.entries.push(entry);
    }

    pub(crate) fn of(&self, smtp: Option<&str>) -> impl Iterator<Item = &Entry> {
        let smtp = smtp.map(str::to_lowercase);
        self.entries.iter().filter(move |entry| smtp.is_none() || entry.account == smtp)
    }

    pub(crate) fn attempt(&mut self, smtp: &str, right: bool) {
        let attempts = self.attempts.entry(smtp.to_lowercase()).or_default();
        *if right { &mut attempts.right } else { &mut attempts.wrong } += 1;
    }

    pub(crate) fn attempts(&self, smtp: &str) -> Attempts {
        self.attempts.get(&smtp.to_lowercase()).copied().unwrap_or_default()
    }

    /// Requests by action.
    pub(crate) fn counts(&self, smtp: Option<&str>) -> std::collections::BTreeMap<String, usize> {
        self.of(smtp).fold(std::collections::BTreeMap::new(), |mut counts, entry| {
            *counts.entry(entry.action.clone()).or_default() += 1;
            counts
        })
    }
}
