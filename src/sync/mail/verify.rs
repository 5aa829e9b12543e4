//! Before messages are called gone, the road is asked where each of them lies, where it can say it: what folders tell
//! may be late, and may leave something out for ever.

use super::place::{ItemPlace, place};
use super::sweep::here;
use super::{MailReading, MailSource, Placed};
use crate::model::{FolderCount, FolderId, FolderState, ItemError, ItemKey};
use crate::store::{MissingItem, PageWrite, Upsert};
use crate::sync::Failure;
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

/// So many are asked for, and written, at a time.
const BATCH: usize = 100;
/// So many are asked for in one turn: it costs requests also where the brake then calls none of them gone.
const MOST: usize = 500;

/// Those of the missing that are gone: there is no such item, or it lies where nothing is read; `None` of a road that
/// cannot say it. What is found in a folder is no longer missing. What nobody says anything of, and what there is no time
/// for, stays as it is, for another turn; but some of them are asked for in each, so that it gets on.
pub(super) async fn verify<S: MailSource>(
    turn: &MailReading<'_>,
    source: &mut S,
    states: &[FolderState],
    counts: &mut [FolderCount],
    before: DateTime<Utc>,
) -> Result<Option<Vec<MissingItem>>, Failure> {
    if source.places(&[]).await?.is_none() {
        return Ok(None);
    }
    let mut items =
        turn.store.missing_items(&turn.claim.account.id, &source.spaces(), before, turn.horizon).await?;
    // Another turn begins elsewhere: nobody waits for ever behind others of which nothing is said.
    if items.len() > BATCH {
        let start = turn.began.timestamp_millis().unsigned_abs() % items.len() as u64;
        items.rotate_left(usize::try_from(start).unwrap_or_default());
        items.truncate(MOST);
    }
    let mut gone = Vec::new();
    for (n, batch) in items.chunks(BATCH).enumerate() {
        if turn.stop.is_cancelled() || (n > 0 && turn.is_over()) {
            break;
        }
        let keys: Vec<_> = batch.iter().flat_map(|item| item.keys.clone()).collect();
        let Some(placed) = source.places(&keys).await? else { break };
        gone.extend(take_in(turn, states, counts, batch, &placed).await?.into_iter().cloned());
    }
    Ok(Some(gone))
}

/// Those that are gone are the answer.
async fn take_in<'a>(
    turn: &MailReading<'_>,
    states: &[FolderState],
    counts: &mut [FolderCount],
    batch: &'a [MissingItem],
    placed: &[Placed],
) -> Result<Vec<&'a MissingItem>, Failure> {
    let (mut found, mut gone) = (BTreeMap::<&FolderId, Vec<Upsert>>::new(), Vec::new());
    let is_read = |folder: &FolderId| counts.iter().any(|count| count.folder.id == *folder);
    for item in batch {
        match said(item, placed) {
            Whereabouts::In(key, id) => match place(id, (&item.folder, item.is_old), states, is_read) {
                ItemPlace::In(folder) => {
                    let here = here(&item.message, key, folder, &item.seen_by);
                    found.entry(folder).or_default().push(here);
                }
                ItemPlace::Unlisted | ItemPlace::Away => gone.push(item),
            },
            Whereabouts::Gone => gone.push(item),
            Whereabouts::Nothing => {}
        }
    }
    for (folder, upserts) in found {
        let write = PageWrite { upserts, ..PageWrite::at(turn.clock.now()) };
        let written = turn.store.write_page(turn.claim, &write).await?;
        if let Some(count) = counts.iter_mut().find(|count| count.folder.id == *folder) {
            count.changed += written.changed;
        }
    }
    Ok(gone)
}

/// What is said of an item by all of its keys.
enum Whereabouts<'a> {
    /// By this one it is found, in the folder of that id.
    In(&'a ItemKey, &'a str),
    /// There is none.
    Gone,
    /// Somebody may know it.
    Nothing,
}

fn said<'a>(item: &'a MissingItem, placed: &'a [Placed]) -> Whereabouts<'a> {
    let of = |key| placed.iter().find(|(of, _)| of == key).map(|(_, said)| said);
    let place = |key| Some(Whereabouts::In(key, of(key)?.as_deref().ok()?));
    let is_gone = |key| matches!(of(key), Some(Err(ItemError::Gone)));
    let otherwise = || if item.keys.iter().all(is_gone) { Whereabouts::Gone } else { Whereabouts::Nothing };
    item.keys.iter().find_map(place).unwrap_or_else(otherwise)
}
