//! Items that may have been made of contacts, and nobody said so. They are known by our id of the contact, which
//! they carry; copies that people make of them carry it too.
//!
//! Of one that carries it the contact is that item. Which of several it is nobody can tell: they come as contacts
//! of their own, and a person is asked which of them it is. It is not made again before that, nor while the mailbox
//! cannot be searched or gone through.

use super::send::fault;
use super::unanswered::{end, linked, not_done};
use crate::model::{
    Contact, ContactFolder, ContactId, ContactList, ContactMatch, ContactMatchId, ContactSight, ContactWrite,
    ContactWriteKind, ItemError, ItemFault, Proof,
};
use crate::store::{ContactWritten, MeetingWrite};
use crate::sync::contacts::reading::ContactsReading;
use crate::sync::contacts::source::ContactSource;
use crate::sync::contacts::who::in_common;
use crate::sync::{Failure, SyncError};
use chrono::TimeDelta;
use std::collections::{BTreeMap, HashMap};

/// An item that may have been made shows after some seconds. It is not made again before this, nor before the
/// mailbox was gone through once more.
const SHOWS_WITHIN: TimeDelta = TimeDelta::minutes(2);
/// Of a mailbox that is not read so many items are asked for in a turn, to find one that may have been made.
const MOST_ASKED: usize = 5_000;

/// What of a mailbox carries our id of a contact, as far as it may have been made.
enum Carriers {
    /// This alone, which is no other contact.
    One(Box<ContactSight>),
    /// Several, or what has come as a contact of its own: those contacts, as far as they are read.
    Several(Vec<Contact>),
    /// Nothing that is found.
    None,
    /// The mailbox cannot be searched for it.
    Unknown,
}

/// Notes a write as done of which one item is found.
pub(super) async fn look<S: ContactSource>(
    reading: &ContactsReading<'_>,
    source: &mut S,
    write: &ContactWrite,
) -> Result<(), Failure> {
    match carriers(reading, source, write).await? {
        Carriers::One(sight) => linked(reading, source, write, &sight).await,
        Carriers::Several(_) | Carriers::None | Carriers::Unknown => Ok(()),
    }
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
    let is_all_seen = reading.direction.reads() || go_through(reading, source).await?;
    for write in creates(reading).await?.into_iter().filter(is_old) {
        if is_to_end(reading) {
            break;
        }
        let account = &reading.claim.account.id;
        if reading.store.has_unread_contacts(account, write.begun_at).await? {
            continue;
        }
        match carriers(reading, source, &write).await? {
            Carriers::One(sight) => linked(reading, source, &write, &sight).await?,
            Carriers::Several(contacts) => ask(reading, &write, &contacts).await?,
            Carriers::Unknown if !is_all_seen => {}
            Carriers::None | Carriers::Unknown => end(reading, &write, not_done()).await?,
        }
    }
    Ok(())
}

fn is_to_end(reading: &ContactsReading<'_>) -> bool {
    reading.stop.is_cancelled() || reading.is_over()
}

/// Has a person say which of the contacts that carry its id a contact is. One that is changed meanwhile is asked
/// about in the next turn.
async fn ask(
    reading: &ContactsReading<'_>,
    write: &ContactWrite,
    carriers: &[Contact],
) -> Result<(), Failure> {
    let (store, now) = (reading.store, reading.clock.now());
    let Some(here) = store.contact(&write.contact).await?.filter(|_| !carriers.is_empty()) else {
        return Ok(());
    };
    let asked = carriers.iter().map(|there| {
        let mut by = in_common(&here.card, &there.card, reading.joining().canon);
        by.insert(Proof::Carried);
        let (id, here, there) = (ContactMatchId::new(now), here.id.clone(), there.id.clone());
        ContactMatch { id, here, there, by, found_at: now }
    });
    let met = vec![(here.id.clone(), here.revision)];
    let asking = MeetingWrite { met, joins: Vec::new(), matches: asked.collect(), now };
    if store.write_meeting(reading.claim, &asking).await? {
        let copies = ContactWritten::Failed(fault("copies", "several items carry its id"));
        end(reading, write, copies).await?;
    }
    Ok(())
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
            let ids: Vec<_> = page.items.into_iter().map(|(id, _)| id).collect();
            let unknown = unknown(reading, &ids).await?;
            if unknown.len() > left || !asked_for(reading, source, &folder, &unknown).await?.is_empty() {
                return Ok(false);
            }
            left -= unknown.len();
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
    if creates(reading).await?.is_empty() {
        return Ok(Vec::new());
    }
    let unknown = unknown(reading, ids).await?;
    asked_for(reading, source, folder, &unknown).await
}

/// Those of these items that are no contacts.
async fn unknown(reading: &ContactsReading<'_>, ids: &[String]) -> Result<Vec<String>, Failure> {
    let known = reading.store.linked_contacts(&reading.claim.account.id, ids).await?;
    Ok(ids.iter().filter(|id| !known.contains_key(*id)).cloned().collect())
}

async fn asked_for<S: ContactSource>(
    reading: &ContactsReading<'_>,
    source: &mut S,
    folder: &ContactFolder,
    ids: &[String],
) -> Result<Vec<(String, ItemFault)>, Failure> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let (mut sights, mut faults) = (Vec::new(), Vec::new());
    for (id, looked) in source.contacts(ids).await? {
        match looked {
            Ok(sight) if sight.folder == folder.remote_id => sights.push(sight),
            Ok(_) | Err(ItemError::Gone) => {}
            Err(ItemError::Fault(fault)) => faults.push((id, fault)),
        }
    }
    claim(reading, source, &sights).await?;
    Ok(faults)
}

/// Links those of these items, which were asked for, that carry the id of a contact whose item may have been made,
/// unless several carry it.
pub(in crate::sync::contacts) async fn claim<S: ContactSource>(
    reading: &ContactsReading<'_>,
    source: &mut S,
    sights: &[ContactSight],
) -> Result<(), Failure> {
    let mut carrying: BTreeMap<&ContactId, Vec<&ContactSight>> = BTreeMap::new();
    for (contact, sight) in sights.iter().filter_map(|sight| Some((sight.carries.as_ref()?, sight))) {
        carrying.entry(contact).or_default().push(sight);
    }
    if carrying.is_empty() {
        return Ok(());
    }
    for write in creates(reading).await? {
        let Some([sight]) = carrying.get(&write.contact).map(Vec::as_slice) else { continue };
        let is_only = match carriers(reading, source, &write).await? {
            Carriers::One(found) => found.remote_id == sight.remote_id,
            Carriers::Several(_) => false,
            Carriers::None | Carriers::Unknown => true,
        };
        if is_only {
            linked(reading, source, &write, sight).await?;
        }
    }
    Ok(())
}

pub(in crate::sync::contacts) async fn creates(
    reading: &ContactsReading<'_>,
) -> Result<Vec<ContactWrite>, Failure> {
    let open = reading.store.open_contact_writes(&reading.claim.account.id).await?;
    Ok(open.into_iter().filter(|write| write.kind == ContactWriteKind::Create).collect())
}

/// What carries the id of the contact of a write. What was another contact before it was begun was not made by it.
/// Where nothing is read, nobody can be asked: the first of several is taken.
async fn carriers<S: ContactSource>(
    reading: &ContactsReading<'_>,
    source: &mut S,
    write: &ContactWrite,
) -> Result<Carriers, Failure> {
    let Some(mut found) = source.carrying(&write.contact).await? else { return Ok(Carriers::Unknown) };
    let ids: Vec<_> = found.iter().map(|sight| sight.remote_id.clone()).collect();
    let mut known = reading.store.linked_contacts(&reading.claim.account.id, &ids).await?;
    known.retain(|_, known| known.contact.id != write.contact);
    let is_older = |id: &String| known.get(id).is_some_and(|known| known.contact.created_at < write.begun_at);
    found.retain(|sight| !is_older(&sight.remote_id));
    found.sort_by(|one, other| one.remote_id.cmp(&other.remote_id));
    if !reading.direction.reads() {
        found.retain(|sight| !known.contains_key(&sight.remote_id));
        found.truncate(1);
    }
    let others: HashMap<_, _> = found
        .iter()
        .filter_map(|sight| Some((&sight.remote_id, &known.get(&sight.remote_id)?.contact)))
        .collect();
    Ok(match (found.len(), others.len()) {
        (0, _) => Carriers::None,
        (1, 0) => found.pop().map_or(Carriers::None, |sight| Carriers::One(Box::new(sight))),
        (_, _) => Carriers::Several(others.into_values().cloned().collect()),
    })
}
