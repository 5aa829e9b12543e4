//! Items that came as bare rows, and those of which no conversation is known, are recognised as messages that are stored.

use super::{MailReading, MailSource};
use crate::model::{FolderId, ItemError, ItemKey, KeySpace, Looked, Sight};
use crate::store::Counterpart;
use crate::sync::Failure;
use crate::sync::merge::{Ground, Introduced};
use std::collections::HashSet;

/// Who those are of these rows that are not stored.
pub(super) async fn introduce<S: MailSource>(
    turn: &MailReading<'_>,
    source: &mut S,
    ground: &Ground<'_>,
    sights: &[Sight],
) -> Result<Introduced, Failure> {
    let strangers = ground.strangers(sights);
    if strangers.is_empty() {
        return Ok(Introduced::default());
    }
    let mut introduced = Introduced::of(source.headers(&strangers).await?);
    let free = free(turn, source, ground.folder, &introduced.all()).await?;
    introduced.meet(ground.folder, free);
    Ok(introduced)
}

/// Who those are of these items that are not stored, which were read whole.
pub(super) async fn recognise<S: MailSource>(
    turn: &MailReading<'_>,
    source: &mut S,
    folder: &FolderId,
    looked: &[Looked],
    new: &[&Sight],
) -> Result<Introduced, Failure> {
    let mut introduced = Introduced::among(free(turn, source, folder, new).await?);
    introduced.meet_whole(folder, looked);
    Ok(introduced)
}

/// Stored messages of the same Internet message id and time that are free: here those that have no key of the road any
/// more, elsewhere those that have left.
async fn free<S: MailSource>(
    turn: &MailReading<'_>,
    source: &mut S,
    folder: &FolderId,
    seen: &[&Sight],
) -> Result<Vec<Counterpart>, Failure> {
    // Where a conversation is known, that tells more.
    let of_none = |sight: &&Sight| sight.conversation_id.is_none() && !sight.is_bare();
    let seen: Vec<&Sight> = seen.iter().copied().filter(of_none).collect();
    // An id that outlives a move tells by itself who an item is: another one is another item.
    let ends_with_a_move = |space: &&KeySpace| **space == KeySpace::IMAP;
    let space = seen.iter().find_map(|sight| Some(&sight.key.as_ref()?.space)).filter(ends_with_a_move);
    let Some(space) = space else { return Ok(Vec::new()) };
    let mut stored = turn.store.counterparts(&turn.claim.account.id, space, &seen).await?;
    let taken = stored.iter().filter(|one| !one.is_away);
    let taken: Vec<ItemKey> = taken.filter_map(|one| one.key.clone()).collect();
    let void = void(source, &taken).await?;
    stored.retain(|one| match &one.key {
        None => one.folder == *folder,
        Some(key) => one.is_away || void.contains(key),
    });
    Ok(stored)
}

/// Those of these keys under which the road has nothing any more.
async fn void<S: MailSource>(source: &mut S, keys: &[ItemKey]) -> Result<HashSet<ItemKey>, Failure> {
    if keys.is_empty() {
        return Ok(HashSet::new());
    }
    let said = source.places(keys).await?.unwrap_or_default();
    let void = said.into_iter().filter(|(_, place)| matches!(place, Err(ItemError::Gone)));
    Ok(void.map(|(key, _)| key).collect())
}
