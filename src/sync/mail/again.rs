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

/// Items to be read again, and where each was seen.
struct Due {
    keys: Vec<ItemKey>,
    known: HashMap<ItemKey, Known>,
    /// Of those that failed before.
    failed: HashMap<ItemKey, FolderId>,
}

/// Asks for them batch by batch, for as long as the turn has time.
pub(super) async fn read<S: MailSource>(
    turn: &MailReading<'_>,
    source: &mut S,
    folders: &mut [FolderReading<'_>],
) -> Result<(), Failure> {
    let mut due = due(turn).await?;
    let keys = std::mem::take(&mut due.keys);
    for batch in keys.chunks(BATCH) {
        if turn.stop.is_cancelled() || turn.clock.now() >= turn.until {
            break;
        }
        due.read(turn, source, batch, folders).await?;
    }
    Ok(())
}

impl Due {
    async fn read<S: MailSource>(
        &mut self,
        turn: &MailReading<'_>,
        source: &mut S,
        batch: &[ItemKey],
        folders: &mut [FolderReading<'_>],
    ) -> Result<(), Failure> {
        let looked = source.complete(batch).await?;
        let renamed = turn.store.known(&turn.claim.account.id, &Ground::renamed(&looked)).await?;
        self.known.extend(renamed);
        let mut by_folder: BTreeMap<FolderId, Vec<Looked>> = BTreeMap::new();
        for looked in looked {
            if let Some(folder) = self.folder(&looked.0) {
                by_folder.entry(folder.clone()).or_default().push(looked);
            }
        }
        for (folder, looked) in by_folder {
            let mut counts = folders.iter_mut().map(|read| &mut read.count);
            let count = counts.find(|count| count.folder.id == folder);
            write(turn, &folder, &self.known, looked, count).await?;
        }
        Ok(())
    }

    fn folder(&self, key: &ItemKey) -> Option<&FolderId> {
        self.known.get(key).map(|known| &known.folder).or_else(|| self.failed.get(key))
    }
}

/// A batch of bodies that are missing and one of items that failed before this turn.
async fn due(turn: &MailReading<'_>) -> Result<Due, Failure> {
    let account = &turn.claim.account.id;
    let mut keys = turn.store.without_detail(account, MOST).await?;
    let failed = turn.store.ledger_due(account, turn.began, MOST).await?;
    keys.extend(failed.iter().map(|(key, _)| key.clone()));
    let known = turn.store.known(account, &keys).await?;
    Ok(Due { keys, known, failed: failed.into_iter().collect() })
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
    let failed = &HashSet::new();
    let ground = Ground { folder, horizon: turn.horizon, known, failed, candidates: &candidates };
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
