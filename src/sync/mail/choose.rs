//! Which folders a turn reads: those that are configured, among those that the mailbox lists.

use super::{MailReading, MailSource};
use crate::model::{FolderId, FolderListing, FolderState, Part, Role};
use crate::sync::folders::Unclear;
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
    let is_due = is_due(turn).await?;
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
    let amiss = match unclear.is_empty() {
        true => None,
        false if !was_listed => Some(SyncError::Unlisted),
        false if chosen.is_empty() => Some(SyncError::NoneToRead(unclear)),
        false => missed(turn, &folders, &chosen, unclear).await?,
    };
    Ok((chosen.into_iter().cloned().collect(), amiss.map(Failure::from)))
}

/// The configuration is for all mailboxes: a name that only others have is meant for those. It is told where
/// none has it, and where this one has a folder that was read and is no longer, which may have had the name.
async fn missed(
    turn: &MailReading<'_>,
    folders: &[FolderState],
    chosen: &[&FolderState],
    unclear: Vec<Unclear>,
) -> Result<Option<SyncError>, Failure> {
    let was_read = |state: &FolderState| state.last_success_at.is_some();
    if folders.iter().any(|state| was_read(state) && !chosen.contains(&state)) {
        return Ok(Some(SyncError::NoSuchFolder(unclear)));
    }
    let mut told = Vec::new();
    for unclear in unclear {
        if unclear.count > 0 || !is_elsewhere(turn, &unclear.name).await? {
            told.push(unclear);
        }
    }
    Ok((!told.is_empty()).then_some(SyncError::NoSuchFolder(told)))
}

/// Whether another mailbox has a folder that such a name may mean; of a path its end is looked for.
async fn is_elsewhere(turn: &MailReading<'_>, name: &str) -> Result<bool, Failure> {
    let end = name.rsplit('/').next().unwrap_or(name);
    Ok(turn.store.has_another_folder(&turn.claim.account.id, Role::named(name), end).await?)
}

/// Whether the mailbox has to list its folders again: the list is too old, also for whoever has asked for the mail of
/// one person since, in all folders; or a turn has failed since one of them may have vanished. What a turn that went well left to be told is no failure.
async fn is_due(turn: &MailReading<'_>) -> Result<bool, Failure> {
    let (state, now) = (&turn.claim.state, turn.clock.now());
    let is_lacking = !folders::choose(turn.wanted, &turn.claim.folders).1.is_empty();
    let good_for = if is_lacking { GOOD_FOR_LACKING } else { GOOD_FOR };
    let is_good = state.folders_listed_at.is_some_and(|at| at <= now && now < at + good_for);
    let has_failed = state.part(Part::Mail).is_some_and(|mail| mail.failures > 0);
    let asked = turn.store.last_asked(&turn.claim.account.id).await?;
    let is_for_asked = asked.is_none_or(|asked| state.folders_listed_at.is_some_and(|at| asked <= at));
    Ok(!is_good || has_failed || !is_for_asked)
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
