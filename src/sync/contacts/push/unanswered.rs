//! Writes of which it is not known what came of them: the process was killed, or the answer never came.

use super::made;
use super::send::{fault, folder_of, link};
use crate::model::{
    Card, CardMember, CardPatch, ContactId, ContactSight, ContactWrite, ContactWriteKind, ItemError,
};
use crate::store::ContactWritten;
use crate::sync::Failure;
use crate::sync::contacts::bases::agree;
use crate::sync::contacts::canon::Canon;
use crate::sync::contacts::merge::{Edit, has_changed};
use crate::sync::contacts::naming;
use crate::sync::contacts::photo;
use crate::sync::contacts::place::{Place, Places};
use crate::sync::contacts::reading::ContactsReading;
use crate::sync::contacts::source::ContactSource;
use crate::sync::contacts::undo::written;
use std::collections::{BTreeSet, HashMap, HashSet};

/// So many items are asked for at a time.
const BATCH: usize = 100;

/// Notes what can be told by looking at the items, in half of the turn's time: the other half is for
/// reading.
pub(in crate::sync::contacts) async fn look_up<S: ContactSource>(
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
        made::look(reading, source, write).await?;
    }
    for writes in photos.chunks(BATCH).take_while(|_| !is_over()) {
        photo::look_up(reading, source, writes).await?;
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
    let sights: Vec<_> = looked.values().filter_map(|looked| looked.as_ref().ok()).collect();
    let places = Places::of(reading, source, &sights).await?;
    for write in writes {
        if let Some(looked) = write.remote_id.as_ref().and_then(|id| looked.get(id)) {
            looked_at(reading, source, write, (looked, &places)).await?;
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

async fn looked_at<S: ContactSource>(
    reading: &ContactsReading<'_>,
    source: &mut S,
    write: &ContactWrite,
    (looked, places): (&Result<ContactSight, ItemError>, &Places),
) -> Result<(), Failure> {
    let is_delete = write.kind == ContactWriteKind::Delete;
    let place = looked.as_ref().map(|sight| (places.place(sight), sight));
    match place {
        Ok((Place::Here(_), sight))
            if !is_delete && is_applied(write, &sight.card, reading.joining().canon) =>
        {
            linked(reading, source, write, sight).await
        }
        Ok((Place::Elsewhere, _)) | Err(ItemError::Gone) if is_delete => {
            end(reading, write, ContactWritten::Deleted).await
        }
        Ok((Place::Here(_) | Place::Elsewhere, _)) | Err(ItemError::Gone) => {
            end(reading, write, not_done()).await
        }
        // Whether it lies where it can be written shows later.
        Ok((Place::Unlisted, _)) | Err(ItemError::Fault(_)) => Ok(()),
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

/// Notes that a write is done: both sides agree on what the item has as it was sent, and on the names that the mailbox
/// made where it has all of that. The rest may be somebody else's, and is joined like all that was changed on both
/// sides.
pub(super) async fn linked<S: ContactSource>(
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
    let as_sent = as_sent(write, &sight.card, canon);
    let is_all = as_sent == write.members && reading.direction.reads();
    let made = if is_all { made_of(write, &sight.card) } else { CardPatch::default() };
    let agreed = as_sent.union(&made.members).copied();
    let bases = agree(before, (&made.apply(&sent), &sight.card), agreed);
    let linked = ContactWritten::Linked { link: Box::new(link(sight, folder, bases)), made: Box::new(made) };
    end(reading, write, linked).await
}

/// What a mailbox made of names by a write.
fn made_of(write: &ContactWrite, there: &Card) -> CardPatch {
    naming::made(&write.members, &write.before.clone().unwrap_or_default(), there)
}

pub(super) fn not_done() -> ContactWritten {
    ContactWritten::PutOff(fault("not_done", "nobody said what came of it, and the item is not so"))
}

pub(super) async fn end(
    reading: &ContactsReading<'_>,
    write: &ContactWrite,
    written: ContactWritten,
) -> Result<(), Failure> {
    let now = reading.clock.now();
    Ok(reading.store.end_contact_write(reading.claim, write, &written, now).await?)
}
