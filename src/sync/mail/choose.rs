//! Which folders a turn reads: those that are configured, among those that the mailbox lists.

use super::{MailSource, MailTurn};
use crate::model::{Folder, FolderId, FolderListing, FolderState, Part};
use crate::sync::folders::{self, Unclear};
use crate::sync::{Failure, SyncError};
use chrono::TimeDelta;

/// How long a list of folders is good for, while all that are configured are among them.
const GOOD_FOR: TimeDelta = TimeDelta::days(1);

/// So many folders are named where one is not found.
const NAMED: usize = 30;

/// The folders to read, in the order of the configuration; and what is to be said of those that are not
/// there.
pub(super) async fn chosen<S: MailSource>(
    turn: &MailTurn<'_>,
    source: &mut S,
) -> Result<(Vec<FolderState>, Option<Failure>), Failure> {
    let is_known = folders::choose(turn.wanted, &turn.claim.folders).1.is_empty();
    let is_due = is_due(turn);
    let folders = match source.folders(is_due || !is_known).await? {
        Some(listing) => keep(turn, &listing, is_due).await?,
        // It was never listed, and need not be for what every mailbox has.
        None if turn.claim.state.folders_listed_at.is_none() => {
            keep(turn, &folders::standard(turn.wanted), false).await?
        }
        None => turn.claim.folders.clone(),
    };
    let (chosen, unclear) = folders::choose(turn.wanted, &folders);
    let failure = (!unclear.is_empty()).then(|| SyncError::NoSuchFolder(told(&unclear, &folders)).into());
    Ok((chosen.into_iter().cloned().collect(), failure))
}

/// Whether the mailbox has to list its folders again, known or not: after a failure one may have vanished.
fn is_due(turn: &MailTurn<'_>) -> bool {
    let (state, now) = (&turn.claim.state, turn.clock.now());
    let is_good = state.folders_listed_at.is_some_and(|at| at <= now && now < at + GOOD_FOR);
    let has_failed = state.part(Part::Mail).is_some_and(|mail| mail.last_error.is_some());
    !is_good || has_failed
}

/// The folders after that list. What it does not change is not written, unless the list itself was `due`.
async fn keep(turn: &MailTurn<'_>, listing: &FolderListing, due: bool) -> Result<Vec<FolderState>, Failure> {
    let (known, now) = (&turn.claim.folders, turn.clock.now());
    let folders = folders::after(known, listing, now, || FolderId::new(now));
    let changed: Vec<_> = folders.iter().filter(|state| !known.contains(state)).cloned().collect();
    if due || !changed.is_empty() {
        turn.store.keep_folders(turn.claim, &changed, due.then_some(now)).await?;
    }
    Ok(folders)
}

/// Which names mean no folder or several, and what there is.
fn told(unclear: &[Unclear<'_>], folders: &[FolderState]) -> String {
    let there = folders.iter().filter(|state| state.vanished_at.is_none()).map(|state| &state.folder);
    let mut there: Vec<_> = there.map(place).collect();
    if there.len() > NAMED {
        there.truncate(NAMED);
        there.push("…");
    }
    let mut told: Vec<_> = unclear.iter().map(one).collect();
    told.push(format!("its folders are {}", there.join(", ")));
    told.join("; ")
}

fn one(unclear: &Unclear<'_>) -> String {
    let Unclear { name, several } = unclear;
    match several.as_slice() {
        [] => format!("the mailbox has no folder {name}"),
        several => {
            let several: Vec<_> = several.iter().copied().map(place).collect();
            format!("several folders of the mailbox are called {name}: {}", several.join(", "))
        }
    }
}

fn place(folder: &Folder) -> &str {
    folder.path.as_deref().unwrap_or(folder.title())
}
