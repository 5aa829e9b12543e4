//! What is done once per account, after all folders were read: messages that are missing from all of them are
//! gone.

use super::MailReading;
use crate::model::{FolderCount, FolderState};
use crate::sync::{Failure, SyncError, sweep};

/// What is to be told although all went well is the answer.
///
/// A message that was missed before this turn began, and before the last sweep of each folder that is listed,
/// has been looked for in every folder since. One that is missed later may have moved to a folder that was
/// read before: it waits.
pub(super) async fn gone(
    turn: &MailReading<'_>,
    counts: &mut [FolderCount],
) -> Result<Option<Failure>, Failure> {
    let states = turn.store.folders(&turn.claim.account.id).await?;
    let was_read = |state: &&FolderState| counts.iter().any(|count| count.folder.id == state.folder.id);
    let Some(before) = sweep::looked_through(states.iter().filter(was_read), turn.began, turn.clock.now())
    else {
        return Ok(None);
    };
    set_right(turn).await?;
    let missing = turn.store.missing(&turn.claim.account.id, before).await?;
    if missing == 0 {
        return Ok(None);
    }
    // Counted where it decides.
    let held = if turn.brake.allows(missing, 0) { 0 } else { held(turn, counts).await? };
    if !turn.brake.allows(missing, held) {
        // As of a mailbox that was moved elsewhere and has other ids since: its mail is not lost.
        let lost = missing - turn.store.replaced(&turn.claim.account.id, before).await?;
        if !turn.brake.allows(lost, held) {
            return Ok(Some(SyncError::TooManyGone { missing: lost, held }.into()));
        }
    }
    let gone = turn.store.mark_gone(turn.claim, before, turn.clock.now()).await?;
    for count in counts {
        count.changed += gone.get(&count.folder.id).copied().unwrap_or_default();
    }
    Ok(None)
}

/// What was missed when a clock was ahead is missed from now on.
async fn set_right(turn: &MailReading<'_>) -> Result<(), Failure> {
    let now = turn.clock.now();
    let ahead = now + sweep::AHEAD;
    let missed = turn.store.last_missed(&turn.claim.account.id).await?;
    if missed.is_some_and(|missed| missed > ahead) {
        turn.store.miss_anew(turn.claim, ahead, now).await?;
    }
    Ok(())
}

/// How many messages are held of the folders and the time that are read: whatever was stored beside them, for one
/// person, lets no more of them be called gone.
async fn held(turn: &MailReading<'_>, counts: &[FolderCount]) -> Result<u64, Failure> {
    let mut held = 0;
    for count in counts {
        held += turn.store.held_since(&count.folder.id, turn.horizon).await?;
    }
    Ok(held)
}
