//! What is done once per account, after all folders were read: bodies that are still missing, and items of
//! the ledger.

use super::MailTurn;
use crate::model::{FolderCount, FolderId, ItemKey, Looked, MessageId};
use crate::store::{Known, PageWrite};
use crate::sync::Failure;
use crate::sync::merge::Ground;
use crate::sync::roads::MailSource;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Items that are asked for again in one turn.
const BATCH: u32 = 50;
/// An item that failed so often is left to the ledger.
const ATTEMPTS: i64 = 5;

/// Items to be read again, and where each was seen.
struct Due {
    keys: Vec<ItemKey>,
    known: HashMap<ItemKey, Known>,
    /// Of those that are not stored.
    ledger: HashMap<ItemKey, FolderId>,
}

pub(super) async fn settle<S: MailSource>(
    turn: &MailTurn<'_>,
    source: &mut S,
    counts: &mut [FolderCount],
) -> Result<(), Failure> {
    let due = due(turn).await?;
    if due.keys.is_empty() {
        return Ok(());
    }
    let mut by_folder: BTreeMap<FolderId, Vec<Looked>> = BTreeMap::new();
    for looked in source.complete(&due.keys).await? {
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
        self.known.get(key).map(|known| &known.folder).or_else(|| self.ledger.get(key))
    }
}

/// A batch of them, the newest first, none twice and none that failed in this turn.
async fn due(turn: &MailTurn<'_>) -> Result<Due, Failure> {
    let account = &turn.claim.account.id;
    let (tried, waiting): (Vec<_>, Vec<_>) =
        turn.store.ledger(account).await?.into_iter().partition(|item| item.last_seen >= turn.began);
    let waiting: Vec<_> = waiting.into_iter().filter(|item| item.attempts < ATTEMPTS).collect();
    let tried: HashSet<_> = tried.into_iter().map(|item| item.key).collect();
    let mut keys = turn.store.without_detail(account, BATCH).await?;
    keys.extend(waiting.iter().map(|item| item.key.clone()));
    let mut asked = HashSet::new();
    keys.retain(|key| !tried.contains(key) && asked.insert(key.clone()));
    let known = turn.store.known(account, &keys).await?;
    Ok(Due { keys, known, ledger: waiting.into_iter().map(|item| (item.key, item.folder)).collect() })
}

async fn write(
    turn: &MailTurn<'_>,
    folder: &FolderId,
    known: &HashMap<ItemKey, Known>,
    looked: Vec<Looked>,
    count: Option<&mut FolderCount>,
) -> Result<(), Failure> {
    let new = looked.iter().filter(|(key, _)| !known.contains_key(key));
    let conversations: Vec<_> =
        new.filter_map(|(_, sight)| sight.as_ref().ok()?.conversation_id.clone()).collect();
    let candidates = turn.store.candidates(&turn.claim.account.id, folder, &conversations).await?;
    let ground = Ground { folder, horizon: turn.horizon, known, candidates: &candidates };
    let plan = ground.settle(looked, || MessageId::new(turn.clock.now()));
    let failed = plan.failed.len() as u64;
    let (upserts, now) = (plan.upserts, turn.clock.now());
    let write = PageWrite { folder_state: None, upserts, failed: plan.failed, now };
    let written = turn.store.write_page(turn.claim, &write).await?;
    if let Some(count) = count {
        count.failed += failed;
        count.changed += written.new + written.changed;
    }
    Ok(())
}
