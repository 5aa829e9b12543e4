//! Photos come in behind all else: those of contacts that are new or have another version, and each once a
//! week. Whether setting a photo, or taking one away, gives a contact another version is not documented.

use super::reading::ContactsReading;
use super::source::{ContactSource, PhotoFound};
use crate::model::ItemError;
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
        let looks: Vec<_> = source.photos(ids).await?.into_iter().map(look).collect();
        store.keep_contact_photos(claim, &looks, reading.clock.now()).await?;
    }
    Ok(())
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
