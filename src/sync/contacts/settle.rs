//! What is decided once per account, after all its contact folders were read: contacts that none of them has
//! are gone. Each is asked for by its id before, since a move shows as a removal, and a removal may be said
//! by mistake.

use super::reading::{ContactsReading, Tally};
use super::source::ContactSource;
use super::{page, remade};
use crate::model::{
    AskedMissing, ContactFolder, ContactGate, ContactSight, ItemError, ItemFault, MissingAnswer,
};
use crate::store::{ContactPageWrite, UnreadContact};
use crate::sync::{Failure, SyncError};
use chrono::{DateTime, TimeDelta, Utc};

/// A folder that no list has named for so long was deleted: until then a list may leave it out by mistake.
const UNLISTED: TimeDelta = TimeDelta::days(7);
/// So many are asked for at a time.
const BATCH: u32 = 100;

/// What is to be told although all went well is the answer. What a person has said holds for those that were
/// missed before; the others are called gone unless they are too many.
pub(super) async fn gone<S: ContactSource>(
    reading: &ContactsReading<'_>,
    source: &mut S,
    tally: &mut Tally,
) -> Result<Option<Failure>, Failure> {
    let (store, claim, account) = (reading.store, reading.claim, &reading.claim.account.id);
    // Whenever they were missed, each is looked for now.
    let ever = DateTime::<Utc>::MAX_UTC;
    let (missing, held) = store.missing_contacts(account, ever).await?;
    let gate = store.contact_gate(account).await?;
    let said = gate.said_of_missing.map(|(until, answer)| (until + TimeDelta::milliseconds(1), answer));
    let said_of = match said {
        Some((before, _)) => store.missing_contacts(account, before).await?.0,
        None => 0,
    };
    let asked = ask(reading, &gate, missing - said_of, held).await?;
    if missing == 0 || (asked.is_some() && said_of == 0) {
        return Ok(asked);
    }
    look_for_all(reading, source, tally).await?;
    if let Some((before, MissingAnswer::Kept)) = said {
        store.keep_missing_contacts(claim, before, reading.clock.now()).await?;
    }
    let before = if asked.is_none() { Some(ever) } else { said.map(|(before, _)| before) };
    if let Some(before) = before {
        let gone = store.mark_contacts_gone(claim, before, reading.clock.now()).await?;
        tally.changed += gone.values().sum::<u64>();
    }
    Ok(asked)
}

/// Asks a person about contacts that are too many to be called gone, and no longer when they are not; what is
/// to be told then.
async fn ask(
    reading: &ContactsReading<'_>,
    gate: &ContactGate,
    missing: u64,
    held: u64,
) -> Result<Option<Failure>, Failure> {
    let is_asked = !reading.brake.allows(missing, held);
    let asked = is_asked.then(|| AskedMissing { since: reading.clock.now(), missing, held });
    let told = |asked: &AskedMissing| (asked.missing, asked.held);
    if gate.missing.as_ref().map(told) != asked.as_ref().map(told) {
        reading.store.ask_about_missing(reading.claim, asked.as_ref()).await?;
    }
    Ok(is_asked.then(|| SyncError::TooManyContactsGone { missing, held }.into()))
}

async fn look_for_all<S: ContactSource>(
    reading: &ContactsReading<'_>,
    source: &mut S,
    tally: &mut Tally,
) -> Result<(), Failure> {
    let (account, mut after) = (&reading.claim.account.id, None);
    loop {
        let ids = reading.store.missing_contact_ids(account, after.as_deref(), BATCH).await?;
        let Some(last) = ids.last() else { return Ok(()) };
        after = Some(last.clone());
        look_for(reading, source, &ids, tally).await?;
        remade::follow(reading, &ids).await?;
    }
}

/// Looks for contacts that are missing. Those that lie in one of the folders have moved there; those that
/// cannot be read are not missing, and are asked for again.
async fn look_for<S: ContactSource>(
    reading: &ContactsReading<'_>,
    source: &mut S,
    ids: &[String],
    tally: &mut Tally,
) -> Result<(), Failure> {
    let (mut found, mut faults) = (Vec::new(), Vec::new());
    for (id, looked) in source.contacts(ids).await? {
        match looked {
            Ok(sight) => found.push(sight),
            Err(ItemError::Gone) => {}
            Err(ItemError::Fault(fault)) => faults.push((id, fault)),
        }
    }
    let mut folders = reading.store.contact_folders(&reading.claim.account.id).await?;
    // A folder that was made since the last list may have them.
    if !found.iter().all(|sight| lies_in(&folders, sight).is_some()) {
        folders = reading.list(source, &folders).await?;
    }
    // Of a folder that was deleted the contacts lie in it still, among what was deleted.
    let now = reading.clock.now();
    let vanished_at = |sight: &ContactSight| {
        folders.iter().find(|folder| folder.remote_id == sight.folder).and_then(|folder| folder.vanished_at)
    };
    let unlisted = ItemFault { code: "folder_unlisted".to_owned(), text: String::new() };
    let mut deleted = Vec::new();
    for (sight, at) in found.iter().filter_map(|sight| Some((sight, vanished_at(sight)?))) {
        if now < at + UNLISTED {
            faults.push((sight.remote_id.clone(), unlisted.clone()));
        } else {
            deleted.push(sight.remote_id.clone());
        }
    }
    keep_unread(reading, faults).await?;
    let gone = ContactPageWrite { gone: deleted, ..ContactPageWrite::at(now) };
    reading.store.write_contact_page(reading.claim, &gone).await?;
    for folder in &folders {
        let is_here =
            |sight: &&ContactSight| lies_in(&folders, sight).is_some_and(|lies| lies.id == folder.id);
        let here: Vec<_> = found.iter().filter(is_here).cloned().collect();
        if !here.is_empty() {
            let write = ContactPageWrite::at(reading.clock.now());
            tally.add(page::write(reading, folder, &here, write).await?);
        }
    }
    Ok(())
}

async fn keep_unread(reading: &ContactsReading<'_>, faults: Vec<(String, ItemFault)>) -> Result<(), Failure> {
    if faults.is_empty() {
        return Ok(());
    }
    let (store, claim) = (reading.store, reading.claim);
    let seen: Vec<_> = faults.iter().map(|(id, _)| id.clone()).collect();
    let known = store.linked_contacts(&claim.account.id, &seen).await?;
    let failed = faults.into_iter().filter_map(|(remote_id, fault)| {
        let folder = known.get(&remote_id)?.link.folder.clone();
        Some(UnreadContact { folder, remote_id, fault })
    });
    let failed = failed.collect();
    let write = ContactPageWrite { seen, failed, ..ContactPageWrite::at(reading.clock.now()) };
    store.write_contact_page(claim, &write).await?;
    Ok(())
}

/// Which of the folders that the mailbox lists a contact lies in.
pub(super) fn lies_in<'a>(folders: &'a [ContactFolder], sight: &ContactSight) -> Option<&'a ContactFolder> {
    folders.iter().find(|folder| folder.vanished_at.is_none() && folder.remote_id == sight.folder)
}
