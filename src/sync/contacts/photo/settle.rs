//! What becomes of a photo that was changed here, decided by a look at the item's.

use super::merge::{PhotoDeed, decide};
use crate::model::{ContactPhoto, ContactWrite, ContactWriteId, ContactWriteKind, Side};
use crate::store::{EditedPhoto, PhotoItem, PhotoSettled};
use crate::sync::Failure;
use crate::sync::contacts::reading::ContactsReading;
use std::collections::BTreeSet;

/// Writes down what is decided; whether ours is to go out.
pub(super) async fn settle(
    reading: &ContactsReading<'_>,
    edited: &EditedPhoto,
    theirs: Option<&ContactPhoto>,
) -> Result<bool, Failure> {
    let Some(item) = &edited.item else { return Ok(false) };
    let sha256 = theirs.map(ContactPhoto::sha256);
    let holds = holds(reading, edited, item);
    let settled = match decide(edited.ours.as_deref(), item.base.as_deref(), sha256.as_deref(), holds) {
        PhotoDeed::Send => return Ok(true),
        PhotoDeed::Agree => PhotoSettled::Agreed,
        PhotoDeed::Take => {
            let now = reading.clock.now();
            let write = journal(reading, (edited, item), ContactWriteKind::YieldPhoto);
            let write = ContactWrite { ended: Some((now, Ok(()))), ..write };
            PhotoSettled::Taken(theirs.cloned(), Box::new(write))
        }
        PhotoDeed::Ask => PhotoSettled::Contested(sha256),
    };
    reading.store.settle_photo(reading.claim, edited, &settled, reading.clock.now()).await?;
    Ok(false)
}

/// Whose photo holds where both sides changed it. What is not read holds nowhere.
fn holds(reading: &ContactsReading<'_>, edited: &EditedPhoto, item: &PhotoItem) -> Option<Side> {
    if !reading.direction.reads() {
        return Some(Side::Ours);
    }
    edited.holds.or_else(|| reading.joining().policy.winner(Some(edited.edited_at), item.modified_at))
}

/// How the journal has what is done of a photo.
pub(super) fn journal(
    reading: &ContactsReading<'_>,
    (edited, item): (&EditedPhoto, &PhotoItem),
    kind: ContactWriteKind,
) -> ContactWrite {
    let now = reading.clock.now();
    ContactWrite {
        id: ContactWriteId::new(now),
        cycle: reading.cycle.clone(),
        contact: edited.contact.clone(),
        kind,
        revision: edited.number,
        remote_id: Some(item.remote_id.clone()),
        before: None,
        sent: None,
        members: BTreeSet::new(),
        conflicts: Vec::new(),
        begun_at: now,
        ended: None,
    }
}
