//! Progress of a long sync: a line that moves on a terminal, nothing elsewhere (the log says it).

use crate::model::FolderCount;
use crate::model::printable;
use crate::sync::Progress;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::sync::Arc;
use std::time::Duration;

/// A spinner on standard error when it is a terminal, and the callback that moves it.
pub(super) fn spinner() -> (ProgressBar, Progress) {
    let bar =
        if std::io::stderr().is_terminal() { ProgressBar::new_spinner() } else { ProgressBar::hidden() };
    bar.set_style(ProgressStyle::default_spinner());
    bar.enable_steady_tick(Duration::from_millis(120));
    let shown = bar.clone();
    let progress = move |account: &str, count: Option<&FolderCount>| {
        let Some(FolderCount { folder, seen, new, .. }) = count else {
            return shown.set_message(format!("{account}: opening"));
        };
        shown.set_message(format!("{account}: {} {seen} read, {new} stored", printable(folder.title())));
        tracing::debug!(folder = %folder.id, seen, new, "page stored");
    };
    (bar, Arc::new(progress))
}
