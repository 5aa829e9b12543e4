//! Items that came as bare rows, and those that another road has stored, are recognised as messages that are stored.

use super::{MailReading, MailSource};
use crate::model::{Depth, FolderId, ItemError, ItemKey, KeySpaces, Looked, Sight};
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

/// The same of items that are told with all that says who they are, or were read whole: of those that another road has
/// stored, this one knows no id yet.
pub(super) async fn meet<S: MailSource>(
    turn: &MailReading<'_>,
    source: &mut S,
    folder: &FolderId,
    introduced: &mut Introduced,
    new: &[&Sight],
) -> Result<(), Failure> {
    // Its items were asked who they are.
    if source.spaces() == KeySpaces::IMAP {
        return Ok(());
    }
    let new: Vec<_> = new.iter().copied().filter(|sight| says_who_it_is(sight)).collect();
    let free = free(turn, source, folder, &new).await?;
    introduced.meet_these(folder, &new, free);
    Ok(())
}

/// A list may leave out what Internet message id a message has.
fn says_who_it_is(sight: &Sight) -> bool {
    sight.internet_message_id.is_some() || sight.depth == Depth::Whole
}

/// Stored messages of the same Internet message id and time that are free: here those that have no key of the road any
/// more, elsewhere those that have left.
async fn free<S: MailSource>(
    turn: &MailReading<'_>,
    source: &mut S,
    folder: &FolderId,
    seen: &[&Sight],
) -> Result<Vec<Counterpart>, Failure> {
    let seen: Vec<&Sight> = seen.iter().copied().filter(|sight| !sight.is_bare()).collect();
    if seen.is_empty() {
        return Ok(Vec::new());
    }
    let spaces = source.spaces();
    let mut stored = turn.store.counterparts(&turn.claim.account.id, &spaces, &seen).await?;
    if spaces != KeySpaces::IMAP {
        // An id that outlives a move tells by itself who an item is, and a conversation tells more of what only a page
        // has shown.
        let is_of_another_road = |one: &Counterpart| one.key.is_none() && one.depth > Depth::Shown;
        stored.retain(|one| is_of_another_road(one) && (one.is_away || one.folder == *folder));
        return Ok(stored);
    }
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
