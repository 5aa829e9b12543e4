//! The running daemon in words.

use super::output::ago;
use crate::config::DEFAULT_FILE;
use crate::daemon::post::listen_hint;
use crate::error::{Meaning, WhoseTurn};
use crate::lock::presence::Presence;
use crate::sync::Failure;
use chrono::{DateTime, Utc};
use std::path::Path;

/// How a daemon is started.
pub(super) const START: &str =
    "start it (`systemctl start outlook-syncd`), or read what is due once with `outlook-syncd --once`";

/// That the daemon goes by a configuration file as it was, where the file has changed since.
pub(super) fn outdated(daemon: &Presence) -> Option<Failure> {
    let file = daemon.config.as_deref().unwrap_or(Path::new(DEFAULT_FILE));
    let changed_at = DateTime::<Utc>::from(file.metadata().ok()?.modified().ok()?);
    let message =
        format!("the service was started before {} was changed, and goes by what it was", file.display());
    let next = "restart it: `systemctl restart outlook-syncd`.";
    let meaning = Meaning::retry("configuration_outdated", WhoseTurn::Operator, next);
    (changed_at > daemon.started_at?).then_some(Failure { meaning, message })
}

/// What keeps a daemon that runs from starting again: it goes on with the key that it has been given.
pub(super) fn without_its_key(failure: Failure) -> Failure {
    let message = format!(
        "the service reads with the key that it was started with; it would not start again: {}",
        failure.message
    );
    Failure { message, ..failure }
}

/// What runs, in a line; and what is wrong with it, in further ones.
pub(super) fn words(presence: Option<&Presence>, now: DateTime<Utc>) -> String {
    let Some(Presence { pid, started_at, version, listen, listen_error, .. }) = presence else {
        return format!("No daemon runs here: {START}.");
    };
    let at = listen.map_or_else(|| "no endpoints".to_owned(), |address| format!("endpoints at {address}"));
    let mut lines =
        vec![format!("The daemon {version} runs since {} (pid {pid}, {at}).", ago(*started_at, now))];
    lines.extend(listen_error.iter().map(|error| format!("  {error}\n  {}", listen_hint())));
    lines.join("\n")
}
