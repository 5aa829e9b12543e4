//! What is done once per account, after all folders were read: messages that are missing from all of them are
//! gone; then bodies that were never read, and items of the ledger, are asked for.

use super::{MailReading, MailSource};
use crate::model::{FolderCount, FolderId, FolderState, ItemKey, Looked, MessageId};
use crate::store::{Known, PageWrite};
use crate::sync::merge::{Ground, Plan};
use crate::sync::{Failure, SyncError, sweep};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Of each kind, so many items are asked for in one turn.
const BATCH: u32 = 50;

/// Items to be read again, and where each was seen.
struct Due {
    keys: Vec<ItemKey>,
    known: HashMap<ItemKey, Known>,
    /// Of those that failed before.
    failed: HashMap<ItemKey, FolderId>,
}

/// What is to be told although all went well is the answer. Where a folder that is configured was not
/// read or not found, nothing is called gone: it may be there.
pub(super) async fn settle<S: MailSource>(
    turn: &MailReading<'_>,
    source: &mut S,
    counts: &mut [FolderCount],
    looked_everywhere: bool,
) -> Result<Option<Failure>, Failure> {
    let warning = if looked_everywhere { gone(turn, counts).await? } else { None };
    again(turn, source, counts).await?;
    Ok(warning)
}

/// A message that was missed before this turn began, and before the last sweep of each folder that is listed,
/// has been looked for in every folder since. One that is missed later may have moved to a folder that was
/// read before: it waits.
async fn gone(turn: &MailReading<'_>, counts: &mut [FolderCount]) -> Result<Option<Failure>, Failure> {
    let states = turn.store.folders(&turn.claim.account.id).await?;
    let was_read = |state: &&FolderState| counts.iter().any(|count| count.folder.id == state.folder.id);
    let Some(before) = sweep::looked_through(states.iter().filter(was_read), turn.began) else {
        return Ok(None);
    };
    let (missing, held) = turn.store.missing(&turn.claim.account.id, before).await?;
    if missing == 0 {
        return Ok(None);
    }
    if !turn.brake.allows(missing, held) {
        return Ok(Some(SyncError::TooManyGone { missing, held }.into()));
    }
    let gone = turn.store.mark_gone(turn.claim, before, turn.clock.now()).await?;
    for count in counts {
        count.changed += gone.get(&count.folder.id).copied().unwrap_or_default();
    }
    Ok(None)
}

async fn again<S: MailSource>(
    turn: &MailReading<'_>,
    source: &mut S,
    counts: &mut [FolderCount],
) -> Result<(), Failure> {
    let mut due = due(turn).await?;
    if due.keys.is_empty() {
        return Ok(());
    }
    let looked = source.complete(&due.keys).await?;
    let renamed = turn.store.known(&turn.claim.account.id, &Ground::renamed(&looked)).await?;
    due.known.extend(renamed);
    let mut by_folder: BTreeMap<FolderId, Vec<Looked>> = BTreeMap::new();
    for looked in looked {
        if let Some(folder) = due.folder(&looked.0) {
            by_folder.entry(folder.clone()).or_default().push(looked);
        }
    }
    for (folder, looked) in by_folder {
        let count = counts.iter_mut().find(|count| count.folder.id == folder);
        write(turn, &folder, &due.known, looked, count).await?;
    }
    Ok(())
}

impl Due {
    fn folder(&self, key: &ItemKey) -> Option<&FolderId> {
        self.known.get(key).map(|known| &known.folder).or_else(|| self.failed.get(key))
    }
}

/// A batch of bodies that are missing and one of items that failed before this turn.
async fn due(turn: &MailReading<'_>) -> Result<Due, Failure> {
    let account = &turn.claim.account.id;
    let mut keys = turn.store.without_detail(account, BATCH).await?;
    let failed = turn.store.ledger_due(account, turn.began, BATCH).await?;
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
