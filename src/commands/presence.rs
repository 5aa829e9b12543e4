//! The running daemon in words.

use super::output::ago;
use crate::daemon::post::listen_hint;
use crate::lock::presence::Presence;
use chrono::{DateTime, Utc};

/// How a daemon is started.
pub(super) const START: &str =
    "start it (`systemctl start outlook-syncd`), or read what is due once with `outlook-syncd --once`";

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
