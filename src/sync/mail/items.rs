//! Items that were asked for by their ids: what came of them is written.

use super::attach::attach;
use super::introduce::recognise;
use super::{MailReading, MailSource};
use crate::model::{FolderId, ItemKey, Looked, MessageId, Sight};
use crate::store::{Known, PageCounts, PageWrite};
use crate::sync::Failure;
use crate::sync::merge::{Ground, Plan};
use std::collections::{HashMap, HashSet};

/// The items that are not stored under the key by which they were asked for.
pub(super) fn unstored<'a>(
    looked: &'a [Looked],
    known: &'a HashMap<ItemKey, Known>,
) -> impl Iterator<Item = &'a Sight> {
    looked.iter().filter(|(key, _)| !known.contains_key(key)).filter_map(|(_, sight)| sight.as_ref().ok())
}

/// Writes what came of items of a folder, of which these are `known`, also by the ids that they name
/// themselves; what it changed, and how many could not be read.
pub(super) async fn write<S: MailSource>(
    turn: &MailReading<'_>,
    source: &mut S,
    folder: &FolderId,
    known: &HashMap<ItemKey, Known>,
    looked: Vec<Looked>,
) -> Result<(PageCounts, u64), Failure> {
    let write = planned(turn, source, folder, known, looked).await?;
    let unread = write.failed.len() as u64;
    Ok((turn.store.write_page(turn.claim, &write).await?, unread))
}

/// What is to be written of them.
pub(super) async fn planned<S: MailSource>(
    turn: &MailReading<'_>,
    source: &mut S,
    folder: &FolderId,
    known: &HashMap<ItemKey, Known>,
    looked: Vec<Looked>,
) -> Result<PageWrite, Failure> {
    let account = &turn.claim.account.id;
    let new: Vec<_> = unstored(&looked, known).collect();
    let candidates = turn.store.candidates(account, folder, &new).await?;
    let introduced = &recognise(turn, source, folder, &looked, &new).await?;
    // Their time has come.
    let passed_over = &HashSet::new();
    let (horizon, candidates) = (turn.horizon, &candidates);
    let ground = Ground { folder, horizon, known, passed_over, candidates, introduced };
    let plan = ground.settle(looked, || MessageId::new(turn.clock.now()));
    let Plan { mut upserts, failed, gone, .. } = plan;
    attach(source, known, &mut upserts).await?;
    Ok(PageWrite { upserts, failed, gone, ..PageWrite::at(turn.clock.now()) })
}
