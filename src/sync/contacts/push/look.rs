//! How the items of contacts stand that are to be written.

use super::Pushed;
use crate::model::{Card, ContactSight, ItemError, ItemFault};
use crate::store::{ContactPageWrite, EditedContact, UnreadContact};
use crate::sync::Failure;
use crate::sync::contacts::page;
use crate::sync::contacts::place::{Place, Places, unlisted};
use crate::sync::contacts::reading::ContactsReading;
use crate::sync::contacts::source::ContactSource;
use std::collections::HashMap;

/// An item that is to be written.
pub(super) struct Looked {
    /// The item as it is taken in.
    pub(super) sight: ContactSight,
    /// What is on it, whether that is taken in or not.
    pub(super) found: Card,
}

/// Asks for the items of contacts, and takes in what somebody changed there. The answer is how those stand
/// that are where they are read; the others are missed.
pub(super) async fn at<S: ContactSource>(
    reading: &ContactsReading<'_>,
    source: &mut S,
    edited: &[EditedContact],
    pushed: &mut Pushed,
) -> Result<HashMap<String, Looked>, Failure> {
    let links: HashMap<_, _> =
        edited.iter().filter_map(|edited| edited.link.as_ref()).map(|link| (&link.remote_id, link)).collect();
    if links.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<_> = links.keys().map(|id| (*id).clone()).collect();
    let all = source.contacts(&ids).await?;
    let sights: Vec<_> = all.iter().filter_map(|(_, looked)| looked.as_ref().ok()).collect();
    let places = Places::of(reading, source, &sights).await?;
    let unread = |remote_id: String, fault: ItemFault| {
        let folder = links[&remote_id].folder.clone();
        UnreadContact { folder, remote_id, fault }
    };
    let mut write = ContactPageWrite::at(reading.clock.now());
    let mut here: HashMap<String, Looked> = HashMap::new();
    for (remote_id, looked) in all {
        let looked = looked.map(|sight| (places.place(&sight), sight));
        match looked {
            Ok((Place::Here(_), sight)) => {
                // What is not read is taken to be as it was known.
                let known = links.get(&remote_id).filter(|_| !reading.direction.reads());
                let found = sight.card.clone();
                let card = known.map_or_else(|| found.clone(), |link| link.theirs.clone());
                here.insert(remote_id, Looked { sight: ContactSight { card, ..sight }, found });
            }
            Ok((Place::Unlisted, _)) => {
                write.seen.push(remote_id.clone());
                write.failed.push(unread(remote_id, unlisted()));
            }
            Ok((Place::Elsewhere, _)) | Err(ItemError::Gone) => write.gone.push(remote_id),
            Err(ItemError::Fault(fault)) => write.failed.push(unread(remote_id, fault)),
        }
    }
    reading.store.write_contact_page(reading.claim, &write).await?;
    pushed.not_there.append(&mut write.gone);
    let sights: Vec<_> = here.values().map(|looked| looked.sight.clone()).collect();
    take_in(reading, &sights).await?;
    Ok(here)
}

/// Takes in what was seen of items that lie in the folders that are read.
pub(in crate::sync::contacts) async fn take_in(
    reading: &ContactsReading<'_>,
    sights: &[ContactSight],
) -> Result<(), Failure> {
    for folder in &reading.store.contact_folders(&reading.claim.account.id).await? {
        let lies_here =
            |sight: &&ContactSight| folder.vanished_at.is_none() && sight.folder == folder.remote_id;
        let sights: Vec<_> = sights.iter().filter(lies_here).cloned().collect();
        if !sights.is_empty() {
            page::write(reading, folder, &sights, ContactPageWrite::at(reading.clock.now())).await?;
        }
    }
    Ok(())
}
