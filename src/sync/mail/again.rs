//! What was listed and not read, and items of the ledger, are asked for again.

use super::folder::FolderReading;
use super::{MailReading, MailSource};
use crate::model::{FolderCount, FolderId, ItemKey, Looked, MessageId};
use crate::store::{Known, PageWrite};
use crate::sync::Failure;
use crate::sync::merge::{Ground, Plan};
use std::collections::{BTreeMap, HashMap, HashSet};

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
    for batch in due(turn).await?.chunks(BATCH) {
        if turn.stop.is_cancelled() || turn.clock.now() >= turn.until {
            break;
        }
        read_batch(turn, source, batch, folders).await?;
    }
    Ok(())
}

/// Bodies that are missing, and items that failed before this turn.
async fn due(turn: &MailReading<'_>) -> Result<Vec<Due>, Failure> {
    let account = &turn.claim.account.id;
    let bare = turn.store.without_detail(account, MOST).await?;
    let failed = turn.store.ledger_due(account, turn.began, MOST).await?;
    let bare = bare.into_iter().map(|key| (key, None));
    Ok(bare.chain(failed.into_iter().map(|(key, folder)| (key, Some(folder)))).collect())
}

async fn read_batch<S: MailSource>(
    turn: &MailReading<'_>,
    source: &mut S,
    batch: &[Due],
    folders: &mut [FolderReading<'_>],
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
            by_folder.entry(folder.clone()).or_default().push(looked);
        }
    }
    for (folder, looked) in by_folder {
        let mut counts = folders.iter_mut().map(|read| &mut read.count);
        let count = counts.find(|count| count.folder.id == folder);
        write(turn, &folder, &known, looked, count).await?;
    }
    Ok(())
}

async fn write(
    turn: &MailReading<'_>,
    folder: &FolderId,
    known: &HashMap<ItemKey, Known>,
    looked: Vec<Looked>,
    count: Option<&mut FolderCount>,
) -> Result<(), Failure> {
    let new = looked.iter().filter(|(key, _)| !known.contains_key(key));
    let conversations: Vec<_> =
        new.filter_map(|(_, sight)| sight.as_ref().ok()?.conversation_id.clone()).collect();
    let candidates = turn.store.candidates(&turn.claim.account.id, folder, &conversations).await?;
    let passed_over = &HashSet::new();
    let ground = Ground { folder, horizon: turn.horizon, known, passed_over, candidates: &candidates };
    let plan = ground.settle(looked, || MessageId::new(turn.clock.now()));
    let Plan { upserts, failed, gone, .. } = plan;
    let count_failed = failed.len() as u64;
    let write = PageWrite { upserts, failed, gone, ..PageWrite::at(turn.clock.now()) };
    let written = turn.store.write_page(turn.claim, &write).await?;
    if let Some(count) = count {
        count.failed += count_failed;
        count.changed += written.new + written.changed;
    }
    Ok(())
}
