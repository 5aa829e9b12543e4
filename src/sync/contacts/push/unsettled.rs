//! Writes of which it is not known what came of them: the process was killed, or the answer never came.

use super::send::{fault, folder_of, link};
use crate::model::{
    Card, CardMember, CardPatch, ContactFolder, ContactId, ContactList, ContactSight, ContactWrite,
    ContactWriteKind, ItemError, ItemFault,
};
use crate::store::ContactWritten;
use crate::sync::contacts::bases::agree;
use crate::sync::contacts::canon::Canon;
use crate::sync::contacts::merge::{Edit, has_changed};
use crate::sync::contacts::photo;
use crate::sync::contacts::reading::ContactsReading;
use crate::sync::contacts::settle::lies_in;
use crate::sync::contacts::source::ContactSource;
use crate::sync::contacts::undo::written;
use crate::sync::{Failure, SyncError};
use chrono::TimeDelta;
use std::collections::{BTreeSet, HashMap, HashSet};

/// An item that may have been made shows after some seconds. It is not made again before this, nor before the
/// mailbox was gone through once more.
const SHOWS_WITHIN: TimeDelta = TimeDelta::minutes(2);
/// So many items are asked for at a time.
const BATCH: usize = 100;
/// Of a mailbox that is not read so many items are asked for in a turn, to find one that may have been made.
const MOST_ASKED: usize = 5_000;

/// Settles what can be told by looking at the items, in half of the turn's time: the other half is for
/// reading.
pub(in crate::sync::contacts) async fn settle<S: ContactSource>(
    reading: &ContactsReading<'_>,
    source: &mut S,
) -> Result<(), Failure> {
    let until = reading.began + (reading.until - reading.began) / 2;
    let is_over = || reading.stop.is_cancelled() || reading.clock.now() >= until;
    let open = reading.store.open_contact_writes(&reading.claim.account.id).await?;
    let (photos, open): (Vec<_>, Vec<_>) = open.into_iter().partition(|write| write.kind.is_of_photo());
    let (creates, others): (Vec<_>, Vec<_>) =
        open.into_iter().partition(|write| write.kind == ContactWriteKind::Create);
    for writes in others.chunks(BATCH).take_while(|_| !is_over()) {
        look(reading, source, writes).await?;
    }
    for write in creates.iter().take_while(|_| !is_over()) {
        if let Some(sight) = made(reading, source, &write.contact).await? {
            linked(reading, source, write, &sight).await?;
        }
    }
    for writes in photos.chunks(BATCH).take_while(|_| !is_over()) {
        photo::unsettled::settle(reading, source, writes).await?;
    }
    Ok(())
}

async fn look<S: ContactSource>(
    reading: &ContactsReading<'_>,
    source: &mut S,
    writes: &[ContactWrite],
) -> Result<(), Failure> {
    let ids: Vec<_> = writes.iter().filter_map(|write| write.remote_id.clone()).collect();
    let looked: HashMap<_, _> = source.contacts(&ids).await?.into_iter().collect();
    for write in writes {
        if let Some(looked) = write.remote_id.as_ref().and_then(|id| looked.get(id)) {
            looked_at(reading, source, write, looked).await?;
        }
    }
    Ok(())
}

/// Notes changes as done whose items are as they were sent; whose contacts they are.
pub(super) async fn done_all_the_same<S: ContactSource>(
    reading: &ContactsReading<'_>,
    source: &mut S,
    writes: &[&ContactWrite],
) -> Result<HashSet<ContactId>, Failure> {
    let of_item: HashMap<_, _> =
        writes.iter().filter_map(|write| Some((write.remote_id.as_ref()?, *write))).collect();
    let ids: Vec<_> = of_item.keys().map(|id| (*id).clone()).collect();
    let mut done = HashSet::new();
    for (id, looked) in source.contacts(&ids).await? {
        let (Some(write), Ok(sight)) = (of_item.get(&id), looked) else { continue };
        let is_sent = as_sent(write, &sight.card, reading.joining().canon) == write.members;
        if write.kind == ContactWriteKind::Update && is_sent {
            linked(reading, source, write, &sight).await?;
            done.insert(write.contact.clone());
        }
    }
    Ok(done)
}

/// After all folders were read, and of a mailbox that is not read, gone through: an item that none of them has
/// was not made. Until one that came since could be read, it may be that.
pub(in crate::sync::contacts) async fn give_up<S: ContactSource>(
    reading: &ContactsReading<'_>,
    source: &mut S,
) -> Result<(), Failure> {
    let is_old = |write: &ContactWrite| write.begun_at + SHOWS_WITHIN <= reading.began;
    if !creates(reading).await?.iter().any(is_old) {
        return Ok(());
    }
    if !reading.direction.reads() && !go_through(reading, source).await? {
        return Ok(());
    }
    for write in creates(reading).await?.into_iter().filter(is_old) {
        if is_to_end(reading) {
            break;
        }
        let account = &reading.claim.account.id;
        if reading.store.has_unread_contacts(account, write.begun_at).await? {
            continue;
        }
        match made(reading, source, &write.contact).await? {
            Some(sight) => linked(reading, source, &write, &sight).await?,
            None => end(reading, &write, not_done()).await?,
        }
    }
    Ok(())
}

fn is_to_end(reading: &ContactsReading<'_>) -> bool {
    reading.stop.is_cancelled() || reading.is_over()
}

/// Has a mailbox that is not read list its contacts, and links those that carry the id of one whose item may
/// have been made; whether all could be asked for.
async fn go_through<S: ContactSource>(
    reading: &ContactsReading<'_>,
    source: &mut S,
) -> Result<bool, Failure> {
    let (mut from, mut left) = (None, MOST_ASKED);
    for folder in reading.store.contact_folders(&reading.claim.account.id).await? {
        while folder.vanished_at.is_none() {
            if is_to_end(reading) {
                return Ok(false);
            }
            let ContactList::Page(page) = source.list(&folder.remote_id, from.as_deref()).await? else {
                return Ok(false);
            };
            let mut ids: Vec<_> = page.items.into_iter().map(|(id, _)| id).collect();
            let known = reading.store.linked_contacts(&reading.claim.account.id, &ids).await?;
            ids.retain(|id| !known.contains_key(id));
            if ids.len() > left || !recognise(reading, source, &folder, &ids).await?.is_empty() {
                return Ok(false);
            }
            left -= ids.len();
            if page.next.is_some() && page.next == from {
                return Err(SyncError::Endless.into());
            }
            from = page.next;
            if from.is_none() {
                break;
            }
        }
    }
    Ok(true)
}

/// Links items that carry the id of a contact whose item may have been made: they are new contacts to whoever
/// does not ask what they carry. Items that a folder shows, or says to be removed, which may be a mistake. The
/// answer is which could not be asked.
pub(in crate::sync::contacts) async fn recognise<S: ContactSource>(
    reading: &ContactsReading<'_>,
    source: &mut S,
    folder: &ContactFolder,
    ids: &[String],
) -> Result<Vec<(String, ItemFault)>, Failure> {
    let creates = creates(reading).await?;
    let mut creates: HashMap<_, _> =
        creates.into_iter().map(|write| (write.contact.clone(), write)).collect();
    if creates.is_empty() {
        return Ok(Vec::new());
    }
    let known = reading.store.linked_contacts(&reading.claim.account.id, ids).await?;
    let unknown: Vec<_> = ids.iter().filter(|id| !known.contains_key(*id)).cloned().collect();
    if unknown.is_empty() {
        return Ok(Vec::new());
    }
    let mut faults = Vec::new();
    for (id, looked) in source.contacts(&unknown).await? {
        let sight = match looked {
            Ok(sight) if sight.folder == folder.remote_id => sight,
            Ok(_) | Err(ItemError::Gone) => continue,
            Err(ItemError::Fault(fault)) => {
                faults.push((id, fault));
                continue;
            }
        };
        if let Some(write) = sight.carries.as_ref().and_then(|contact| creates.remove(contact)) {
            linked(reading, source, &write, &sight).await?;
        }
    }
    Ok(faults)
}

async fn creates(reading: &ContactsReading<'_>) -> Result<Vec<ContactWrite>, Failure> {
    let open = reading.store.open_contact_writes(&reading.claim.account.id).await?;
    Ok(open.into_iter().filter(|write| write.kind == ContactWriteKind::Create).collect())
}

/// The item that was made of a contact, if one is found that is no other contact's.
async fn made<S: ContactSource>(
    reading: &ContactsReading<'_>,
    source: &mut S,
    contact: &ContactId,
) -> Result<Option<ContactSight>, Failure> {
    let found = source.carrying(contact).await?;
    let ids: Vec<_> = found.iter().map(|sight| sight.remote_id.clone()).collect();
    let known = reading.store.linked_contacts(&reading.claim.account.id, &ids).await?;
    let is_its_own =
        |sight: &ContactSight| known.get(&sight.remote_id).is_none_or(|known| known.contact.id == *contact);
    Ok(found.into_iter().find(is_its_own))
}

async fn looked_at<S: ContactSource>(
    reading: &ContactsReading<'_>,
    source: &mut S,
    write: &ContactWrite,
    looked: &Result<ContactSight, ItemError>,
) -> Result<(), Failure> {
    let folders = reading.store.contact_folders(&reading.claim.account.id).await?;
    let is_delete = write.kind == ContactWriteKind::Delete;
    match looked {
        Ok(sight) if lies_in(&folders, sight).is_some() => {
            if !is_delete && is_applied(write, &sight.card, reading.joining().canon) {
                linked(reading, source, write, sight).await
            } else {
                end(reading, write, not_done()).await
            }
        }
        Ok(_) | Err(ItemError::Gone) if is_delete => end(reading, write, ContactWritten::Deleted).await,
        Ok(_) | Err(ItemError::Gone) => end(reading, write, not_done()).await,
        Err(ItemError::Fault(_)) => Ok(()),
    }
}

/// Which of the members that were sent an item has as they were sent.
fn as_sent(write: &ContactWrite, there: &Card, canon: Canon) -> BTreeSet<CardMember> {
    let written = written(write, canon);
    write.members.iter().copied().filter(|member| !differs(*member, &written, there, canon)).collect()
}

/// Whether an item has something that was sent to it and that it had not before.
fn is_applied(write: &ContactWrite, there: &Card, canon: Canon) -> bool {
    let (before, written) = (write.before.clone().unwrap_or_default(), written(write, canon));
    as_sent(write, there, canon).iter().any(|member| differs(*member, &before, &written, canon))
}

fn differs(member: CardMember, one: &Card, other: &Card, canon: Canon) -> bool {
    let only =
        |card: &Card| CardPatch { card: card.clone(), members: [member].into() }.apply(&Card::default());
    has_changed(Edit { base: &only(one), now: &only(other) }, canon)
}

/// Notes that a write is done: both sides agree on what the item has as it was sent. The rest may be somebody
/// else's, and is joined like all that was changed on both sides.
async fn linked<S: ContactSource>(
    reading: &ContactsReading<'_>,
    source: &mut S,
    write: &ContactWrite,
    sight: &ContactSight,
) -> Result<(), Failure> {
    let Some(folder) = folder_of(reading, source, sight).await? else { return Ok(()) };
    let canon = reading.joining().canon;
    let known = reading.store.contact_link(&write.contact).await?.map(|link| (link.ours, link.theirs));
    let sent = write.sent.clone().unwrap_or_default();
    // What is on an item that was made here was sent, or changed since.
    let before = known.unwrap_or_else(|| (sent.clone(), written(write, canon)));
    let bases = agree(before, (&sent, &sight.card), as_sent(write, &sight.card, canon));
    end(reading, write, ContactWritten::Linked(Box::new(link(sight, folder, bases)))).await
}

fn not_done() -> ContactWritten {
    ContactWritten::PutOff(fault("not_done", "nobody said what came of it, and the item is not so"))
}

async fn end(
    reading: &ContactsReading<'_>,
    write: &ContactWrite,
    written: ContactWritten,
) -> Result<(), Failure> {
    let now = reading.clock.now();
    Ok(reading.store.end_contact_write(reading.claim, write, &written, now).await?)
}
