//! What is done once per account, after all folders were read: messages that are missing from all of them are
//! gone.

use super::MailReading;
use crate::model::FolderCount;
use crate::sync::{Failure, SyncError};

/// What is to be told although all went well is the answer.
///
/// A message that was missed before this turn began has been looked for in every folder since. One that is
/// missed in this turn may have moved to a folder that was read before: it waits for the next.
pub(super) async fn gone(
    turn: &MailReading<'_>,
    counts: &mut [FolderCount],
) -> Result<Option<Failure>, Failure> {
    let (missing, held) = turn.store.missing(&turn.claim.account.id, turn.began).await?;
    if missing == 0 {
        return Ok(None);
    }
    if !turn.brake.allows(missing, held) {
        return Ok(Some(SyncError::TooManyGone { missing, held }.into()));
    }
    let gone = turn.store.mark_gone(turn.claim, turn.began, turn.clock.now()).await?;
    for count in counts {
        count.changed += gone.get(&count.folder.id).copied().unwrap_or_default();
    }
    Ok(None)
}
