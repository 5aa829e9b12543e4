//! A page of a folder's changes: what is not said whole is asked for, then all is joined with what is known
//! and written.

use super::push::made;
use super::reading::{ContactsReading, Tally};
use super::source::ContactSource;
use super::{first, join};
use crate::model::{ContactFolder, ContactId, ContactLook, ContactPage, ContactSight, ItemError, ItemFault};
use crate::store::{ContactPageWrite, LinkedContact, UnreadContact};
use crate::sync::{Failure, SyncError};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// How often a page is joined anew because somebody changed its contacts here meanwhile.
const TRIES: usize = 5;

/// What a page comes to after everything was asked for that it did not say.
#[derive(Default)]
struct Sorted {
    sights: Vec<ContactSight>,
    /// No longer in the folder.
    removed: Vec<String>,
    failed: Vec<(String, ItemFault)>,
}

impl Sorted {
    /// What could not be asked for waits in the ledger, whatever the page says of it.
    fn fail(&mut self, faults: Vec<(String, ItemFault)>) {
        self.sights.retain(|sight| faults.iter().all(|(id, _)| *id != sight.remote_id));
        self.failed.extend(faults);
    }

    fn ids(&self) -> Vec<String> {
        self.sights.iter().map(|sight| sight.remote_id.clone()).collect()
    }
}

pub(super) async fn take_in<S: ContactSource>(
    reading: &ContactsReading<'_>,
    source: &mut S,
    folder: &ContactFolder,
    page: ContactPage,
) -> Result<Tally, Failure> {
    let mut sorted = sort(source, folder, page).await?;
    let told: Vec<_> = sorted.ids().into_iter().chain(sorted.removed.clone()).collect();
    let unasked = made::recognise(reading, source, folder, &told).await?;
    sorted.fail(unasked);
    let known = known(reading, &sorted.sights).await?;
    without_ghosts(source, folder, &known, &mut sorted).await?;
    let Sorted { sights, removed, failed } = sorted;
    let unread = |(remote_id, fault): &(String, ItemFault)| UnreadContact {
        folder: folder.id.clone(),
        remote_id: remote_id.clone(),
        fault: fault.clone(),
    };
    let write = ContactPageWrite {
        folder: Some(folder.clone()),
        removed,
        failed: failed.iter().map(unread).collect(),
        ..ContactPageWrite::at(reading.clock.now())
    };
    write_known(reading, folder, &sights, known, write).await
}

/// Joins what was seen in a folder with what is known, and writes it with all else of the page.
pub(super) async fn write(
    reading: &ContactsReading<'_>,
    folder: &ContactFolder,
    sights: &[ContactSight],
    write: ContactPageWrite,
) -> Result<Tally, Failure> {
    write_known(reading, folder, sights, known(reading, sights).await?, write).await
}

/// What is known of contacts that were seen, by their ids on the server.
async fn known(
    reading: &ContactsReading<'_>,
    sights: &[ContactSight],
) -> Result<HashMap<String, LinkedContact>, Failure> {
    let ids: Vec<_> = sights.iter().map(|sight| sight.remote_id.clone()).collect();
    Ok(reading.store.linked_contacts(&reading.claim.account.id, &ids).await?)
}

async fn write_known(
    reading: &ContactsReading<'_>,
    folder: &ContactFolder,
    sights: &[ContactSight],
    mut known: HashMap<String, LinkedContact>,
    mut write: ContactPageWrite,
) -> Result<Tally, Failure> {
    let failed = write.failed.len() as u64;
    for _ in 0..TRIES {
        // An item that comes back beside the one that was made anew of its contact is another contact.
        known.retain(|_, known| !known.is_another);
        known.extend(recognised(reading, folder, sights, &known).await?);
        let joined = join::join(sights, &known, folder, reading.joining(), (reading.cycle, write.now));
        (write.upserts, write.seen, write.contested) = (joined.upserts, joined.seen, joined.contested);
        if let Some(counts) = reading.store.write_contact_page(reading.claim, &write).await? {
            return Ok(Tally { new: counts.new, changed: counts.changed, failed });
        }
        known = self::known(reading, sights).await?;
    }
    Err(SyncError::Overtaken.into())
}

/// New items that are contacts which have been no items: those that were this item before their mailbox was
/// disconnected, and those whose ids they carry. Copies that people make carry them too: an id that several
/// carry, and that of a contact which is an item, says nothing.
async fn recognised(
    reading: &ContactsReading<'_>,
    folder: &ContactFolder,
    sights: &[ContactSight],
    known: &HashMap<String, LinkedContact>,
) -> Result<HashMap<String, LinkedContact>, Failure> {
    let (store, account) = (reading.store, &reading.claim.account.id);
    let new = || sights.iter().filter(|sight| !known.contains_key(&sight.remote_id));
    let ids: Vec<_> = new().map(|sight| sight.remote_id.clone()).collect();
    let mut contacts = store.kept_contacts(account, &ids).await?;
    let mut carriers: BTreeMap<&ContactId, BTreeSet<&String>> = BTreeMap::new();
    for (id, item) in new().filter_map(|sight| Some((sight.carries.as_ref()?, &sight.remote_id))) {
        carriers.entry(id).or_default().insert(item);
    }
    carriers.retain(|id, items| items.len() == 1 && contacts.values().all(|kept| kept.id != **id));
    if !carriers.is_empty() {
        // Whether one of which a write is under way is the item is told where that is looked for.
        let under_way = made::creates(reading).await?;
        carriers.retain(|id, _| under_way.iter().all(|write| write.contact != **id));
    }
    let made: Vec<_> = carriers.keys().copied().collect();
    for contact in store.unlinked_contacts(account, &made).await? {
        let items = carriers.get(&contact.id).into_iter().flatten();
        contacts.extend(items.map(|item| ((*item).clone(), contact.clone())));
    }
    let met = |sight: &ContactSight| {
        let contact = contacts.get(&sight.remote_id)?.clone();
        Some((sight.remote_id.clone(), first::with_item(contact, sight, folder)))
    };
    Ok(new().filter_map(met).collect())
}

async fn sort<S: ContactSource>(
    source: &mut S,
    folder: &ContactFolder,
    page: ContactPage,
) -> Result<Sorted, Failure> {
    let mut sorted = Sorted::default();
    for (id, text) in page.faults {
        if id.is_empty() {
            tracing::warn!(text, "a page of contacts has what is none");
        } else {
            sorted.failed.push((id, ItemFault { code: ItemFault::MALFORMED.to_owned(), text }));
        }
    }
    let mut partial = Vec::new();
    let removed: HashSet<_> = page.looks.iter().filter_map(removed).cloned().collect();
    for look in last_of_each(page.looks) {
        match look {
            // Which of them holds is not known.
            ContactLook::Whole(sight) if removed.contains(&sight.remote_id) => partial.push(sight.remote_id),
            ContactLook::Whole(sight) => sorted.sights.push(*sight),
            ContactLook::Partial(id) => partial.push(id),
            ContactLook::Removed(id) => sorted.removed.push(id),
        }
    }
    if partial.is_empty() {
        return Ok(sorted);
    }
    for (id, looked) in source.contacts(&partial).await? {
        match looked {
            Ok(sight) if sight.folder == folder.remote_id => sorted.sights.push(sight),
            // It was moved, or deleted, before it was asked for.
            Ok(_) | Err(ItemError::Gone) => sorted.removed.push(id),
            Err(ItemError::Fault(fault)) => sorted.failed.push((id, fault)),
        }
    }
    Ok(sorted)
}

/// Changes of long ago may come again: of a contact that is gone here it is asked whether it lies in the
/// folder.
async fn without_ghosts<S: ContactSource>(
    source: &mut S,
    folder: &ContactFolder,
    known: &HashMap<String, LinkedContact>,
    sorted: &mut Sorted,
) -> Result<(), Failure> {
    let is_gone = |id: &String| known.get(id).is_some_and(|known| known.ended_at.is_some());
    let doubtful: Vec<_> = sorted.ids().into_iter().filter(is_gone).collect();
    if doubtful.is_empty() {
        return Ok(());
    }
    sorted.sights.retain(|sight| !is_gone(&sight.remote_id));
    for (id, looked) in source.contacts(&doubtful).await? {
        match looked {
            Ok(sight) if sight.folder == folder.remote_id => sorted.sights.push(sight),
            Ok(_) | Err(ItemError::Gone) => {}
            Err(ItemError::Fault(fault)) => sorted.failed.push((id, fault)),
        }
    }
    Ok(())
}

/// One contact may stand on a page several times: the last counts.
fn last_of_each(looks: Vec<ContactLook>) -> Vec<ContactLook> {
    let id = |look: &ContactLook| match look {
        ContactLook::Whole(sight) => sight.remote_id.clone(),
        ContactLook::Partial(id) | ContactLook::Removed(id) => id.clone(),
    };
    let last: HashMap<_, _> = looks.iter().enumerate().map(|(at, look)| (id(look), at)).collect();
    looks.into_iter().enumerate().filter(|(at, look)| last[&id(look)] == *at).map(|(_, look)| look).collect()
}

fn removed(look: &ContactLook) -> Option<&String> {
    match look {
        ContactLook::Removed(id) => Some(id),
        ContactLook::Whole(_) | ContactLook::Partial(_) => None,
    }
}
