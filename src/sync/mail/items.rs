//! Items that were asked for by their ids: what came of them is written.

use super::MailReading;
use crate::model::{FolderId, ItemKey, Looked, MessageId};
use crate::store::{Known, PageCounts, PageWrite};
use crate::sync::Failure;
use crate::sync::merge::{Ground, Plan};
use std::collections::{HashMap, HashSet};

/// Writes what came of items of a folder, of which these are `known`, also by the ids that they name
/// themselves; what it changed, and how many could not be read.
pub(super) async fn write(
    turn: &MailReading<'_>,
    folder: &FolderId,
    known: &HashMap<ItemKey, Known>,
    looked: Vec<Looked>,
) -> Result<(PageCounts, u64), Failure> {
    let account = &turn.claim.account.id;
    let new = looked.iter().filter(|(key, _)| !known.contains_key(key));
    let conversations: Vec<_> =
        new.filter_map(|(_, sight)| sight.as_ref().ok()?.conversation_id.clone()).collect();
    let candidates = turn.store.candidates(account, folder, &conversations).await?;
    // Their time has come.
    let passed_over = &HashSet::new();
    let ground = Ground { folder, horizon: turn.horizon, known, passed_over, candidates: &candidates };
    let Plan { upserts, failed, gone, .. } = ground.settle(looked, || MessageId::new(turn.clock.now()));
    let unread = failed.len() as u64;
    let write = PageWrite { upserts, failed, gone, ..PageWrite::at(turn.clock.now()) };
    Ok((turn.store.write_page(turn.claim, &write).await?, unread))
}
