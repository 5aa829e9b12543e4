//! Before messages are called gone, the road is asked where each of them lies, where it can say it: what folders tell
//! may be late, and may leave something out for ever.

use super::{MailReading, MailSource, Placed};
use crate::model::{Depth, FolderCount, FolderId, FolderState, ItemError, Sight};
use crate::store::{Missing, MissingItem, PageWrite, Upsert};
use crate::sync::Failure;
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

/// So many are asked for, and written, at a time.
const BATCH: usize = 100;

/// What is found in a folder is no longer missing. What nobody says anything of, and what there is no time for, is
/// missed from now on: it waits for another turn.
pub(super) async fn verify<S: MailSource>(
    turn: &MailReading<'_>,
    source: &mut S,
    states: &[FolderState],
    counts: &mut [FolderCount],
    missing: &[Missing],
    before: DateTime<Utc>,
) -> Result<(), Failure> {
    let mut items = turn.store.missing_items(&turn.claim.account.id, before, turn.horizon).await?;
    items.retain(|item| missing.iter().any(|of| (&of.folder, of.is_old) == (&item.folder, item.is_old)));
    let mut rest = items.as_slice();
    while !rest.is_empty() && !turn.stop.is_cancelled() && !turn.is_over() {
        let (batch, others) = rest.split_at(rest.len().min(BATCH));
        let keys: Vec<_> = batch.iter().map(|item| item.key.clone()).collect();
        let Some(placed) = source.places(&keys).await? else { return Ok(()) };
        let unknown = take_in(turn, states, counts, batch, &placed).await?;
        wait(turn, &unknown).await?;
        rest = others;
    }
    wait(turn, &rest.iter().collect::<Vec<_>>()).await
}

/// Those of which nobody has said anything are the answer.
async fn take_in<'a>(
    turn: &MailReading<'_>,
    states: &[FolderState],
    counts: &mut [FolderCount],
    batch: &'a [MissingItem],
    placed: &[Placed],
) -> Result<Vec<&'a MissingItem>, Failure> {
    let (mut found, mut unknown) = (BTreeMap::<&FolderId, Vec<Upsert>>::new(), Vec::new());
    for item in batch {
        match placed.iter().find(|(key, _)| *key == item.key).map(|(_, place)| place) {
            Some(Ok(place)) => {
                if let Some(folder) = folder(states, counts, item, place) {
                    found.entry(folder).or_default().push(lies_in(item, folder));
                }
            }
            Some(Err(ItemError::Gone)) => {}
            Some(Err(ItemError::Fault(_))) | None => unknown.push(item),
        }
    }
    for (folder, upserts) in found {
        let write = PageWrite { upserts, ..PageWrite::at(turn.clock.now()) };
        let written = turn.store.write_page(turn.claim, &write).await?;
        if let Some(count) = counts.iter_mut().find(|count| count.folder.id == *folder) {
            count.changed += written.changed;
        }
    }
    Ok(unknown)
}

/// The folder that an item lies in, where that counts: one that is read, or any for what was stored beside what is
/// read.
fn folder<'a>(
    states: &'a [FolderState],
    counts: &[FolderCount],
    item: &MissingItem,
    place: &str,
) -> Option<&'a FolderId> {
    let is_read = |folder: &FolderId| counts.iter().any(|count| count.folder.id == *folder);
    let is_beside = item.is_old || !is_read(&item.folder);
    let state = states.iter().find(|state| state.folder.remote_id.as_deref() == Some(place))?;
    (is_read(&state.folder.id) || is_beside).then_some(&state.folder.id)
}

/// Of what it is like nothing is said.
fn lies_in(item: &MissingItem, folder: &FolderId) -> Upsert {
    let (seen_by, key) = (item.seen_by.clone().into(), Some(item.key.clone()));
    let sight = Sight { depth: Depth::Listed, seen_by, key, ..Sight::default() };
    Upsert { id: item.message.clone(), keys: Vec::new(), folder: folder.clone(), sight }
}

async fn wait(turn: &MailReading<'_>, items: &[&MissingItem]) -> Result<(), Failure> {
    let messages: Vec<_> = items.iter().map(|item| item.message.clone()).collect();
    if messages.is_empty() {
        return Ok(());
    }
    Ok(turn.store.miss_again(turn.claim, &messages, turn.clock.now()).await?)
}
