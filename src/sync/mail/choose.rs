//! Which folders a turn reads: those that are configured, among those that the mailbox lists.

use super::{MailReading, MailSource};
use crate::model::{FolderId, FolderListing, FolderState, Part};
use crate::sync::{Failure, SyncError, folders};
use chrono::TimeDelta;

/// How long a list of folders is good for.
const GOOD_FOR: TimeDelta = TimeDelta::days(1);
/// The same while a name that is configured means none of them: the owner may be about to make the folder.
const GOOD_FOR_LACKING: TimeDelta = TimeDelta::hours(1);

/// The folders to read, in the order of the configuration; and what is to be said of those that are not
/// found.
pub(super) async fn chosen<S: MailSource>(
    turn: &MailReading<'_>,
    source: &mut S,
) -> Result<(Vec<FolderState>, Option<Failure>), Failure> {
    let is_due = is_due(turn);
    let listing = match source.listed() {
        None if is_due => source.list_folders().await?,
        listed => listed,
    };
    let was_listed = listing.is_some() || turn.claim.state.folders_listed_at.is_some();
    let folders = match listing {
        Some(listing) => keep(turn, &listing, is_due).await?,
        None if was_listed => turn.claim.folders.clone(),
        // It need not be listed for what every mailbox has.
        None => keep(turn, &folders::standard(turn.wanted), false).await?,
    };
    let (chosen, unclear) = folders::choose(turn.wanted, &folders);
    let chosen = chosen.into_iter().cloned().collect();
    let is_lacking = !unclear.is_empty();
    let error = if was_listed { SyncError::NoSuchFolder(unclear) } else { SyncError::Unlisted };
    Ok((chosen, is_lacking.then(|| error.into())))
}

/// Whether the mailbox has to list its folders again: the list is too old, or a turn has failed since one of
/// them may have vanished. What a turn that went well left to be told is no failure.
fn is_due(turn: &MailReading<'_>) -> bool {
    let (state, now) = (&turn.claim.state, turn.clock.now());
    let is_lacking = !folders::choose(turn.wanted, &turn.claim.folders).1.is_empty();
    let good_for = if is_lacking { GOOD_FOR_LACKING } else { GOOD_FOR };
    let is_good = state.folders_listed_at.is_some_and(|at| at <= now && now < at + good_for);
    let has_failed = state.part(Part::Mail).is_some_and(|mail| mail.failures > 0);
    !is_good || has_failed
}

/// The folders after that list. What it does not change is not written, unless the list itself was `due`.
async fn keep(
    turn: &MailReading<'_>,
    listing: &FolderListing,
    due: bool,
) -> Result<Vec<FolderState>, Failure> {
    let (known, now) = (&turn.claim.folders, turn.clock.now());
    let folders = folders::after(known, listing, now, || FolderId::new(now));
    let changed: Vec<_> = folders.iter().filter(|state| !known.contains(state)).cloned().collect();
    if due || !changed.is_empty() {
        turn.store.keep_folders(turn.claim, &changed, due.then_some(now)).await?;
    }
    Ok(folders)
}
