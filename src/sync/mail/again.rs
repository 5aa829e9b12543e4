//! What was listed and not read, and items of the ledger, are asked for again.

use super::folder::FolderReading;
use super::place::{ItemPlace, place};
use super::{MailReading, MailSource, items};
use crate::model::{FolderCount, FolderId, FolderState, ItemError, ItemKey, KeySpaces, Looked};
use crate::sync::Failure;
use crate::sync::merge::Ground;
use std::collections::{BTreeMap, HashMap};

/// Of each kind, so many items are asked for in one turn.
const MOST: u32 = 50;
/// So many are asked for, and written, at a time.
const BATCH: usize = 20;

/// An item to be asked for; with where it was seen, where it failed before.
type Due = (ItemKey, Option<FolderId>);

/// Asks for them batch by batch, for as long as the turn has time.
pub(super) async fn read<S: MailSource>(
    turn: &MailReading<'_>,
    source: &mut S,
    folders: &mut [FolderReading<'_>],
) -> Result<(), Failure> {
    let (together, alone) = due(turn, &source.spaces()).await?;
    let mut counts: Vec<_> = folders.iter_mut().map(|read| &mut read.count).collect();
    ask(turn, source, together.chunks(BATCH).chain(alone.chunks(1)), &mut counts).await
}

/// Asks a folder that was swept for those of its items that no sweep can miss, since no date of them is known.
pub(super) async fn ask_undated<S: MailSource>(
    turn: &MailReading<'_>,
    source: &mut S,
    folder: &FolderId,
    counts: &mut [FolderCount],
) -> Result<(), Failure> {
    let undated = turn.store.undated(folder, &source.spaces()).await?;
    let due: Vec<_> = undated.into_iter().map(|key| (key, Some(folder.clone()))).collect();
    let mut counts: Vec<_> = counts.iter_mut().collect();
    ask(turn, source, due.chunks(BATCH), &mut counts).await
}

/// Batch by batch, for as long as the turn has time.
async fn ask<'d, S: MailSource>(
    turn: &MailReading<'_>,
    source: &mut S,
    batches: impl Iterator<Item = &'d [Due]>,
    counts: &mut [&mut FolderCount],
) -> Result<(), Failure> {
    let mut batches = batches.peekable();
    if batches.peek().is_none() {
        return Ok(());
    }
    let listed = turn.store.folders(&turn.claim.account.id).await?;
    for batch in batches {
        if turn.stop.is_cancelled() || turn.is_over() {
            break;
        }
        read_batch(turn, source, batch, &listed, counts).await?;
    }
    Ok(())
}

/// Bodies that are missing, and items that failed before this turn. Those that failed more than once are asked
/// for alone: what one of them is at fault for, such as the end of the browser, the others are not.
async fn due(turn: &MailReading<'_>, spaces: &KeySpaces) -> Result<(Vec<Due>, Vec<Due>), Failure> {
    let account = &turn.claim.account.id;
    let bare = turn.store.without_detail(account, spaces, MOST).await?;
    let failed = turn.store.ledger_due(account, turn.began, MOST).await?;
    let (once, often): (Vec<_>, Vec<_>) = failed.into_iter().partition(|(.., attempts)| *attempts <= 1);
    let seen = |(key, folder, _)| (key, Some(folder));
    let bare = bare.into_iter().map(|key| (key, None));
    Ok((bare.chain(once.into_iter().map(seen)).collect(), often.into_iter().map(seen).collect()))
}

async fn read_batch<S: MailSource>(
    turn: &MailReading<'_>,
    source: &mut S,
    batch: &[Due],
    listed: &[FolderState],
    counts: &mut [&mut FolderCount],
) -> Result<(), Failure> {
    let keys: Vec<_> = batch.iter().map(|(key, _)| key.clone()).collect();
    let looked = source.complete(&keys).await?;
    let named = [keys, Ground::renamed(&looked)].concat();
    let known = turn.store.known(&turn.claim.account.id, &named).await?;
    let seen: HashMap<_, _> =
        batch.iter().filter_map(|(key, folder)| Some((key, folder.as_ref()?))).collect();
    let mut by_folder: BTreeMap<FolderId, Vec<Looked>> = BTreeMap::new();
    for looked in looked {
        let stored = known.get(&looked.0).map(|known| &known.folder);
        if let Some(folder) = stored.or_else(|| seen.get(&looked.0).copied()) {
            let (folder, looked) = placed(turn, looked, folder, listed, counts);
            by_folder.entry(folder.clone()).or_default().push(looked);
        }
    }
    for (folder, looked) in by_folder {
        let count = counts.iter_mut().find(|count| count.folder.id == folder);
        let (written, unread) = items::write(turn, source, &folder, &known, looked).await?;
        if let Some(count) = count {
            count.failed += unread;
            count.changed += written.new + written.changed;
        }
    }
    Ok(())
}

/// Where an item lies that was known to lie in `folder`: its id may outlive a move.
fn placed<'a>(
    turn: &MailReading<'_>,
    (key, looked): Looked,
    folder: &'a FolderId,
    listed: &'a [FolderState],
    read: &[&mut FolderCount],
) -> (&'a FolderId, Looked) {
    let sight = looked.as_ref().ok();
    let Some(id) = sight.and_then(|sight| sight.lies_in.as_deref()) else { return (folder, (key, looked)) };
    let received = sight.and_then(|sight| sight.received);
    let is_old = received.is_some_and(|received| received.at <= turn.horizon);
    let is_read = |place: &FolderId| read.iter().any(|count| count.folder.id == *place);
    match place(id, (folder, is_old), listed, is_read) {
        ItemPlace::Unlisted => (folder, (key, looked)),
        ItemPlace::In(place) => (place, (key, looked)),
        ItemPlace::Away => (folder, (key, Err(ItemError::Gone))),
    }
}
