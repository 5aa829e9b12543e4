//! Photos of contacts. They come in behind all else: those of contacts that are new or have another version, and each
//! once a week. That setting a photo, or taking one away, gives a contact another version is not documented.
//!
//! ```text
//! merge      pure: what becomes of a photo that was changed here, where the item has this one
//! settle     the same, decided and written down
//! push       photos that were changed here go out, behind the cards
//! unanswered writes of which it is not known what came of them
//! ```
//!
//! A server keeps another file of the same picture. What an item shows since ours was set there is read back, and kept
//! as a hash beside our file: by it our own photo is known again, and a change in Outlook is told from it.

mod merge;
mod push;
mod settle;
mod unanswered;

pub(super) use push::push;
pub(super) use unanswered::look_up;

use super::reading::ContactsReading;
use super::source::{ContactSource, PhotoFound};
use crate::model::{ContactPhoto, ItemError, ItemFault};
use crate::store::PhotoLook;
use crate::sync::Failure;

/// So many are asked for in one turn: a fiftieth of what a mailbox may be asked in ten minutes.
const MOST: u32 = 200;
/// So many are asked for, and stored, at a time.
const AT_ONCE: usize = 20;

pub(super) async fn read<S: ContactSource>(
    reading: &ContactsReading<'_>,
    source: &mut S,
) -> Result<(), Failure> {
    let (store, claim) = (reading.store, reading.claim);
    let due = store.contact_photos_due(&claim.account.id, reading.clock.now(), MOST).await?;
    for ids in due.chunks(AT_ONCE) {
        if reading.stop.is_cancelled() || reading.is_over() {
            break;
        }
        let found = source.photos(ids).await?;
        meet(reading, ids, &found).await?;
        let looks: Vec<_> = found.into_iter().map(look).collect();
        store.keep_contact_photos(claim, &looks, reading.clock.now()).await?;
    }
    Ok(())
}

/// Those that were changed here and wait to go out are joined with what the items have.
async fn meet(reading: &ContactsReading<'_>, ids: &[String], found: &[PhotoFound]) -> Result<(), Failure> {
    let edited = reading.store.edited_photos_of(&reading.claim.account.id, ids).await?;
    for (id, found) in found {
        if let (Some(edited), Ok(theirs)) = (edited.get(id), there(found)) {
            settle::settle(reading, edited, theirs).await?;
        }
    }
    Ok(())
}

/// The photo that an item has, or why it could not be seen.
fn there(found: &Result<ContactPhoto, ItemError>) -> Result<Option<&ContactPhoto>, &ItemFault> {
    match found {
        Ok(photo) => Ok(Some(photo)),
        Err(ItemError::Gone) => Ok(None),
        Err(ItemError::Fault(fault)) => Err(fault),
    }
}

fn look((id, found): PhotoFound) -> (String, PhotoLook) {
    let look = match found {
        Ok(photo) => PhotoLook::Photo(photo),
        Err(ItemError::Gone) => PhotoLook::None,
        Err(ItemError::Fault(fault)) => {
            tracing::warn!(code = fault.code, "the photo of a contact could not be had");
            PhotoLook::Failed
        }
    };
    (id, look)
}
