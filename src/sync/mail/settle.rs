//! What is done once per account, after all folders were read: messages that are missing from all of them are
//! gone.

use super::{MailReading, MailSource, verify};
use crate::model::{FolderCount, FolderState};
use crate::store::Missing;
use crate::sync::{Failure, SyncError, sweep};
use chrono::{DateTime, Utc};

/// What is to be told although all went well is the answer.
///
/// A message that was missed before this turn began, and before the last sweep of each folder that is listed,
/// has been looked for in every folder since. One that is missed later may have moved to a folder that was
/// read before: it waits. Where the road can say where an item lies, it is asked before anything is called gone, and
/// before the brake counts: what is found is not missing. What was stored beside what is read has a brake of its own.
pub(super) async fn gone<S: MailSource>(
    turn: &MailReading<'_>,
    source: &mut S,
    counts: &mut [FolderCount],
) -> Result<Option<Failure>, Failure> {
    let states = turn.store.folders(&turn.claim.account.id).await?;
    let was_read = |state: &&FolderState| counts.iter().any(|count| count.folder.id == state.folder.id);
    let Some(before) = sweep::looked_through(states.iter().filter(was_read), turn.began, turn.clock.now())
    else {
        return Ok(None);
    };
    set_right(turn).await?;
    let said = match verify::verify(turn, source, &states, counts, before).await {
        Err(failure) if failure.may_pass() => return Ok(Some(failure)),
        said => said?,
    };
    let missing = turn.store.missing(&turn.claim.account.id, before, turn.horizon).await?;
    let is_read =
        |missing: &Missing| !missing.is_old && counts.iter().any(|count| count.folder.id == missing.folder);
    let (read, beside): (Vec<_>, Vec<_>) = missing.into_iter().partition(is_read);
    let (mut all, mut told) = (Vec::new(), None);
    for (missing, is_read) in [(read, true), (beside, false)] {
        let all_of: u64 = missing.iter().map(|missing| missing.count).sum();
        // Counted where it decides.
        let held =
            if turn.brake.allows(all_of, 0) { 0 } else { held(turn, &states, counts, is_read).await? };
        match refused(turn, &missing, before, held).await? {
            None => all.extend(missing),
            refused => told = told.or(refused),
        }
    }
    if all.is_empty() {
        return Ok(told);
    }
    let now = turn.clock.now();
    let gone = match said {
        None => turn.store.mark_gone(turn.claim, &all, (before, turn.horizon), now).await?,
        Some(items) => {
            let items = items.into_iter().filter(|item| all.iter().any(|of| of.holds(item)));
            let messages: Vec<_> = items.map(|item| item.message).collect();
            turn.store.mark_these_gone(turn.claim, &messages, before, now).await?
        }
    };
    for count in counts {
        count.changed += gone.get(&count.folder.id).copied().unwrap_or_default();
    }
    Ok(told)
}

/// Why so many are not called gone at once of those that are held beside them; `None` where they are.
async fn refused(
    turn: &MailReading<'_>,
    missing: &[Missing],
    before: DateTime<Utc>,
    held: u64,
) -> Result<Option<Failure>, Failure> {
    let all: u64 = missing.iter().map(|missing| missing.count).sum();
    if turn.brake.allows(all, held) {
        return Ok(None);
    }
    // As of a mailbox that was moved elsewhere and has other ids since: its mail is not lost.
    let replaced = turn.store.replaced(&turn.claim.account.id, before, turn.horizon).await?;
    let is_among =
        |of: &&Missing| missing.iter().any(|one| (&one.folder, one.is_old) == (&of.folder, of.is_old));
    let lost = all - replaced.iter().filter(is_among).map(|of| of.count).sum::<u64>();
    let is_allowed = turn.brake.allows(lost, held);
    Ok((!is_allowed).then(|| SyncError::TooManyGone { missing: lost, held }.into()))
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

/// How many messages are held of the folders and the time that are read, or beside them: whatever was stored there, for
/// one person, lets no more of the others be called gone. Only where something was is it counted message by message.
async fn held(
    turn: &MailReading<'_>,
    states: &[FolderState],
    counts: &[FolderCount],
    is_read: bool,
) -> Result<u64, Failure> {
    let mut read = 0;
    for state in states.iter().filter(|state| counts.iter().any(|count| count.folder.id == state.folder.id)) {
        read += match state.beside {
            0 => state.held,
            _ => turn.store.held_since(&state.folder.id, turn.horizon).await?,
        };
    }
    let all: u64 = states.iter().map(|state| state.held).sum();
    Ok(if is_read { read } else { all.saturating_sub(read) })
}
