//! Writes of which it is not known what came of them: the process was killed, or the answer never came.

use super::send::{fault, folder_of, link};
use crate::model::{
    Card, CardMember, CardPatch, ContactFolder, ContactId, ContactSight, ContactWrite, ContactWriteKind,
    ItemError,
};
use crate::store::ContactWritten;
use crate::sync::Failure;
use crate::sync::contacts::canon::Canon;
use crate::sync::contacts::merge::{Edit, has_changed};
use crate::sync::contacts::reading::ContactsReading;
use crate::sync::contacts::settle::lies_in;
use crate::sync::contacts::source::ContactSource;
use chrono::TimeDelta;
use std::collections::HashMap;

/// An item that may have been made shows after some seconds. It is not made again before this, nor before all
/// folders were read once more.
const SHOWS_WITHIN: TimeDelta = TimeDelta::minutes(2);

/// Settles what can be told by looking at the items.
pub(in crate::sync::contacts) async fn settle<S: ContactSource>(
    reading: &ContactsReading<'_>,
    source: &mut S,
) -> Result<(), Failure> {
    let open = reading.store.open_contact_writes(&reading.claim.account.id).await?;
    let (creates, others): (Vec<_>, Vec<_>) =
        open.into_iter().partition(|write| write.kind == ContactWriteKind::Create);
    for write in &creates {
        if let Some(sight) = made(reading, source, &write.contact).await? {
            linked(reading, source, write, &sight).await?;
        }
    }
    let ids: Vec<_> = others.iter().filter_map(|write| write.remote_id.clone()).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let looked: HashMap<_, _> = source.contacts(&ids).await?.into_iter().collect();
    for write in &others {
        if let Some(looked) = write.remote_id.as_ref().and_then(|id| looked.get(id)) {
            looked_at(reading, source, write, looked).await?;
        }
    }
    Ok(())
}

/// After all folders were read: an item that none of them has was not made.
pub(in crate::sync::contacts) async fn give_up<S: ContactSource>(
    reading: &ContactsReading<'_>,
    source: &mut S,
) -> Result<(), Failure> {
    let is_old = |write: &ContactWrite| write.begun_at + SHOWS_WITHIN <= reading.began;
    for write in creates(reading).await?.into_iter().filter(is_old) {
        match made(reading, source, &write.contact).await? {
            Some(sight) => linked(reading, source, &write, &sight).await?,
            None => end(reading, &write, not_done()).await?,
        }
    }
    Ok(())
}

/// Links items that carry the id of a contact whose item may have been made: they are new contacts to whoever
/// does not ask what they carry. Items that a folder shows, or says to be removed, which may be a mistake.
pub(in crate::sync::contacts) async fn recognise<S: ContactSource>(
    reading: &ContactsReading<'_>,
    source: &mut S,
    folder: &ContactFolder,
    ids: Vec<String>,
) -> Result<(), Failure> {
    let creates = creates(reading).await?;
    let mut creates: HashMap<_, _> =
        creates.into_iter().map(|write| (write.contact.clone(), write)).collect();
    if creates.is_empty() {
        return Ok(());
    }
    let known = reading.store.linked_contacts(&reading.claim.account.id, &ids).await?;
    let unknown: Vec<_> = ids.into_iter().filter(|id| !known.contains_key(id)).collect();
    if unknown.is_empty() {
        return Ok(());
    }
    for (_, looked) in source.contacts(&unknown).await? {
        let Some(sight) = looked.ok().filter(|sight| sight.folder == folder.remote_id) else { continue };
        if let Some(write) = sight.carries.as_ref().and_then(|contact| creates.remove(contact)) {
            linked(reading, source, &write, &sight).await?;
        }
    }
    Ok(())
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
    Ok(found.into_iter().find(|sight| !known.contains_key(&sight.remote_id)))
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

/// Whether an item has something that was sent to it and that it had not before.
fn is_applied(write: &ContactWrite, there: &Card, canon: Canon) -> bool {
    let (Some(sent), before) = (&write.sent, write.before.clone().unwrap_or_default()) else { return false };
    let differs = |member: CardMember, one: &Card, other: &Card| {
        let only =
            |card: &Card| CardPatch { card: card.clone(), members: [member].into() }.apply(&Card::default());
        has_changed(Edit { base: &only(one), now: &only(other) }, canon)
    };
    let mut written = write.members.iter().filter(|member| differs(**member, &before, sent));
    written.any(|member| !differs(*member, sent, there))
}

/// Notes that a write is done: of what was written the item's card is the base from now on, and what was
/// known stays that of the rest.
async fn linked<S: ContactSource>(
    reading: &ContactsReading<'_>,
    source: &mut S,
    write: &ContactWrite,
    sight: &ContactSight,
) -> Result<(), Failure> {
    let Some(folder) = folder_of(reading, source, sight).await? else { return Ok(()) };
    let before = reading.store.contact_link(&write.contact).await?.map(|link| (link.ours, link.theirs));
    let sent = write.sent.clone().unwrap_or_default();
    let (ours, theirs) = before.unwrap_or_else(|| (sent.clone(), Card::default()));
    let with = |card: &Card| CardPatch { card: card.clone(), members: write.members.clone() };
    let bases = (with(&sent).apply(&ours), with(&sight.card).apply(&theirs));
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
