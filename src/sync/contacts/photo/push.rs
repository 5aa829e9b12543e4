//! Photos that were changed here go out, in groups: what the items have is asked for, what is left to be sent is noted
//! in the journal with what was there, sent, and read back.

use super::settle::{journal, settle};
use super::there;
use crate::model::{ContactPhoto, ContactRequest, ContactWrite, ItemError, ItemFault};
use crate::store::{ContactPageWrite, EditedPhoto, PhotoLine, PhotoSettled, PhotoWritten};
use crate::sync::Failure;
use crate::sync::contacts::push::{Pushed, SEVERAL, fault, take_in};
use crate::sync::contacts::reading::ContactsReading;
use crate::sync::contacts::source::{ContactSource, PhotoFound, SendFailure, Sent};
use chrono::{DateTime, Utc};
use std::collections::HashMap;

/// So many are looked at and written at a time: as many as one request asks for.
const GROUP: u32 = 20;

/// A photo that is sent.
struct PhotoWrite {
    note: ContactWrite,
    /// What was there.
    before: Option<ContactPhoto>,
    /// Whether that came there since the same change was answered as done before: it is ours then.
    is_ours: bool,
    request: ContactRequest,
}

/// Writes what is left to go out of photos that were changed here up to an instant.
///
/// # Errors
/// What stops the whole account. What was noted until then stays.
pub(in crate::sync::contacts) async fn push<S: ContactSource>(
    reading: &ContactsReading<'_>,
    source: &mut S,
    until: DateTime<Utc>,
    pushed: &mut Pushed,
) -> Result<(), Failure> {
    let mut pages = reading.store.edited_photo_pages(&reading.claim.account.id, GROUP);
    while pushed.stopped.is_none() && reading.writes_still().await? {
        if reading.stop.is_cancelled() || reading.is_over() {
            pushed.is_cut = true;
            break;
        }
        let Some(mut edited) = pages.next(reading.clock.now()).await? else { break };
        edited.retain(|edited| edited.edited_at <= until);
        if edited.is_empty() {
            break;
        }
        edited.retain(|edited| edited.item.is_some());
        let writes = planned(reading, source, &edited).await?;
        if !writes.is_empty() {
            send(reading, source, &writes, pushed).await?;
        }
    }
    Ok(())
}

/// Which of them are to be sent, each noted.
async fn planned<S: ContactSource>(
    reading: &ContactsReading<'_>,
    source: &mut S,
    edited: &[EditedPhoto],
) -> Result<Vec<PhotoWrite>, Failure> {
    let mut writes = Vec::new();
    if edited.is_empty() {
        return Ok(writes);
    }
    let ids = edited.iter().filter_map(|edited| Some(&edited.item.as_ref()?.remote_id));
    let mut looked = looks(source, ids).await?;
    for edited in edited {
        let found = edited.item.as_ref().and_then(|item| looked.remove(&item.remote_id));
        match found {
            Some(Err(ItemError::Fault(fault))) => {
                let unseen = PhotoSettled::Unseen(fault);
                reading.store.settle_photo(reading.claim, edited, &unseen, reading.clock.now()).await?;
            }
            Some(found) => writes.extend(write(reading, edited, found.ok()).await?),
            None => {}
        }
    }
    Ok(writes)
}

/// The write of a photo, noted; `None` where nothing is to be sent, or it was changed again meanwhile.
async fn write(
    reading: &ContactsReading<'_>,
    edited: &EditedPhoto,
    before: Option<ContactPhoto>,
) -> Result<Option<PhotoWrite>, Failure> {
    let Some(item) = edited.item.as_ref() else { return Ok(None) };
    if !settle(reading, edited, before.as_ref()).await? {
        return Ok(None);
    }
    let (store, remote_id) = (reading.store, item.remote_id.clone());
    let photo = store.contact_photo(&edited.contact).await?;
    if photo.as_ref().map(ContactPhoto::sha256) != edited.ours {
        return Ok(None);
    }
    let request = match photo {
        Some(photo) => ContactRequest::SetPhoto { remote_id, photo },
        None => ContactRequest::RemovePhoto { remote_id },
    };
    let note = journal(reading, (edited, item), request.kind());
    let answered = store.answered_photo(&edited.contact, edited.number).await?;
    let is_ours = answered.is_some_and(|answered| answered.before != before);
    let line = PhotoLine { before, sent: edited.ours.clone(), shown: None };
    store.begin_photo_write(reading.claim, &note, &line).await?;
    Ok(Some(PhotoWrite { note, before: line.before, is_ours, request }))
}

async fn send<S: ContactSource>(
    reading: &ContactsReading<'_>,
    source: &mut S,
    writes: &[PhotoWrite],
    pushed: &mut Pushed,
) -> Result<(), Failure> {
    let requests: Vec<_> = writes.iter().map(|write| write.request.clone()).collect();
    let sent = source.send(&requests).await?;
    let mut done = Vec::new();
    pushed.alone.clear();
    for (write, sent) in writes.iter().zip(sent) {
        let is_removal = !write.note.kind.sets_photo();
        let written = match sent {
            Sent::Done(_) => None,
            // There is none any more.
            Sent::Gone if is_removal => None,
            Sent::Gone => Some(gone(reading, write).await?),
            Sent::Changed => Some(PhotoWritten::PutOff(fault("changed", "it was changed there meanwhile"))),
            Sent::Refused(fault) => Some(PhotoWritten::Refused(fault)),
            Sent::Failed(failed) => {
                let Some(written) = failure(failed, pushed) else { continue };
                Some(written)
            }
        };
        match written {
            Some(written) => end(reading, write, &written).await?,
            None => done.push(write),
        }
    }
    if pushed.alone.len() >= SEVERAL {
        pushed.stopped = pushed.stopped.take().or_else(|| pushed.alone.pop());
    }
    read_back(reading, source, &done, pushed).await
}

/// The item is missed.
async fn gone(reading: &ContactsReading<'_>, write: &PhotoWrite) -> Result<PhotoWritten, Failure> {
    let gone = write.note.remote_id.iter().cloned().collect();
    let page = ContactPageWrite { gone, ..ContactPageWrite::at(reading.clock.now()) };
    reading.store.write_contact_page(reading.claim, &page).await?;
    Ok(PhotoWritten::PutOff(fault("gone", "there is no such item")))
}

/// What may concern the one photo stands in no other's way. Of what nobody knows nothing is noted.
fn failure(failed: SendFailure, pushed: &mut Pushed) -> Option<PhotoWritten> {
    let SendFailure { failure, is_undone, is_alone } = failed;
    let fault = fault(failure.meaning.code, &failure.message);
    if is_alone {
        pushed.alone.push(failure);
        is_undone.then_some(PhotoWritten::PutOff(fault))
    } else {
        pushed.stopped.get_or_insert(failure);
        is_undone.then_some(PhotoWritten::Failed(fault))
    }
}

/// Asks how the items stand that were written, and what they show: another version, and another file.
async fn read_back<S: ContactSource>(
    reading: &ContactsReading<'_>,
    source: &mut S,
    done: &[&PhotoWrite],
    pushed: &mut Pushed,
) -> Result<(), Failure> {
    if done.is_empty() {
        return Ok(());
    }
    let ids: Vec<_> = done.iter().filter_map(|write| write.note.remote_id.clone()).collect();
    if reading.direction.reads() {
        let sights = source.contacts(&ids).await?.into_iter().filter_map(|(_, looked)| looked.ok());
        take_in(reading, &sights.collect::<Vec<_>>()).await?;
    }
    let shown = looks(source, ids.iter()).await?;
    for write in done {
        let shown = write.note.remote_id.as_ref().and_then(|id| shown.get(id));
        let written = match shown.map(there) {
            Some(Ok(shown)) => after(write, shown),
            Some(Err(_)) | None => PhotoWritten::Answered,
        };
        pushed.done += u64::from(matches!(written, PhotoWritten::Done(_)));
        end(reading, write, &written).await?;
    }
    Ok(())
}

/// What came of a write that was answered as done, where the item shows this now. A photo that is set may show later
/// than that: until the next turn it is not known.
fn after(write: &PhotoWrite, shown: Option<&ContactPhoto>) -> PhotoWritten {
    match (write.note.kind.sets_photo(), shown == write.before.as_ref()) {
        (true, true) if !write.is_ours => PhotoWritten::Answered,
        (false, true) => PhotoWritten::PutOff(not_done()),
        (true, _) if shown.is_none() => PhotoWritten::PutOff(not_done()),
        (true, true) | (_, false) => PhotoWritten::Done(shown.map(ContactPhoto::sha256)),
    }
}

pub(super) fn not_done() -> ItemFault {
    fault("not_done", "the item does not show it")
}

async fn looks<'a, S: ContactSource>(
    source: &mut S,
    ids: impl Iterator<Item = &'a String>,
) -> Result<HashMap<String, Result<ContactPhoto, ItemError>>, Failure> {
    let ids: Vec<_> = ids.cloned().collect();
    let found: Vec<PhotoFound> = source.photos(&ids).await?;
    Ok(found.into_iter().collect())
}

async fn end(
    reading: &ContactsReading<'_>,
    write: &PhotoWrite,
    written: &PhotoWritten,
) -> Result<(), Failure> {
    let now = reading.clock.now();
    Ok(reading.store.end_photo_write(reading.claim, &write.note, written, now).await?)
}
