//! A group of writes, each noted before it is sent, and what came of it.

use super::{Pushed, SEVERAL, unanswered};
use crate::error::WhoseTurn;
use crate::model::{
    Card, CardPatch, ContactFolderId, ContactId, ContactLink, ContactRequest, ContactSight, ContactWrite,
    ItemFault,
};
use crate::store::{ContactPageWrite, ContactWritten};
use crate::sync::Failure;
use crate::sync::contacts::place::{Place, Places};
use crate::sync::contacts::plan::PlannedWrite;
use crate::sync::contacts::reading::ContactsReading;
use crate::sync::contacts::source::{ContactSource, SendFailure, Sent};

/// Sends writes, no two of one contact. The answer is of which contacts the items were changed meanwhile.
pub(super) async fn all<S: ContactSource>(
    reading: &ContactsReading<'_>,
    source: &mut S,
    writes: &[PlannedWrite],
    is_last: bool,
    pushed: &mut Pushed,
) -> Result<Vec<ContactId>, Failure> {
    let (store, claim) = (reading.store, reading.claim);
    let mut noted = Vec::with_capacity(writes.len());
    for write in writes {
        let note = write.journal(reading.cycle, reading.clock.now());
        store.begin_contact_write(claim, &note).await?;
        noted.push(note);
    }
    let requests: Vec<_> = writes.iter().map(|write| write.request.clone()).collect();
    let sent = source.send(&requests).await?;
    let mut changed = Vec::new();
    pushed.alone.clear();
    for ((write, note), sent) in writes.iter().zip(&noted).zip(sent) {
        if matches!(sent, Sent::Changed) {
            changed.push(note);
        } else {
            end(reading, source, write, note, sent, pushed).await?;
        }
    }
    if pushed.alone.len() >= SEVERAL {
        pushed.stopped = pushed.stopped.take().or_else(|| pushed.alone.pop());
    }
    changed_there(reading, source, &changed, is_last, pushed).await
}

/// Of writes that are refused as of another version, those are done that the server did before it was asked once
/// more. The answer is whose items somebody else changed; after the last try they wait.
async fn changed_there<S: ContactSource>(
    reading: &ContactsReading<'_>,
    source: &mut S,
    notes: &[&ContactWrite],
    is_last: bool,
    pushed: &mut Pushed,
) -> Result<Vec<ContactId>, Failure> {
    if notes.is_empty() {
        return Ok(Vec::new());
    }
    let done = unanswered::done_all_the_same(reading, source, notes).await?;
    pushed.done += done.len() as u64;
    let mut changed = Vec::new();
    for note in notes.iter().filter(|note| !done.contains(&note.contact)) {
        let fault = fault("changed", "it was changed there meanwhile");
        let written = if is_last { ContactWritten::PutOff(fault) } else { ContactWritten::Failed(fault) };
        reading.store.end_contact_write(reading.claim, note, &written, reading.clock.now()).await?;
        changed.push(note.contact.clone());
    }
    Ok(changed)
}

/// Notes what came of a write; of what is not known, nothing.
async fn end<S: ContactSource>(
    reading: &ContactsReading<'_>,
    source: &mut S,
    write: &PlannedWrite,
    note: &ContactWrite,
    sent: Sent,
    pushed: &mut Pushed,
) -> Result<(), Failure> {
    let written = match sent {
        Sent::Done(sight) => done(reading, source, write, sight).await?,
        Sent::Changed => None,
        Sent::Gone => Some(gone(reading, &write.request).await?),
        Sent::Refused(fault) => Some(ContactWritten::Refused(fault)),
        Sent::Failed(failed) => failure(note, failed, pushed),
    };
    let Some(written) = written else { return Ok(()) };
    pushed.done += u64::from(matches!(written, ContactWritten::Linked { .. } | ContactWritten::Deleted));
    Ok(reading.store.end_contact_write(reading.claim, note, &written, reading.clock.now()).await?)
}

async fn done<S: ContactSource>(
    reading: &ContactsReading<'_>,
    source: &mut S,
    write: &PlannedWrite,
    sight: Option<Box<ContactSight>>,
) -> Result<Option<ContactWritten>, Failure> {
    if let ContactRequest::Delete { .. } = write.request {
        return Ok(Some(ContactWritten::Deleted));
    }
    let sight = match (sight, write.request.remote_id()) {
        (Some(sight), _) => Some(*sight),
        // The answer says nothing of the item.
        (None, Some(id)) => {
            let mut looked = source.contacts(&[id.to_owned()]).await?;
            looked.pop().and_then(|(_, looked)| looked.ok())
        }
        (None, None) => None,
    };
    let Some(sight) = sight else { return Ok(None) };
    let Some(folder) = folder_of(reading, source, &sight).await? else { return Ok(None) };
    let contested = (!write.open.is_empty()).then(|| Box::new(sight.card.clone()));
    // Of what is not read nothing comes in.
    let made = if reading.direction.reads() { write.made(&sight.card) } else { CardPatch::default() };
    let link = ContactLink { contested, ..link(&sight, folder, write.bases(&sight.card, &made)) };
    Ok(Some(ContactWritten::Linked { link: Box::new(link), made: Box::new(made) }))
}

/// An item that is to be deleted and is not there is; one that is to be changed is missed.
async fn gone(reading: &ContactsReading<'_>, request: &ContactRequest) -> Result<ContactWritten, Failure> {
    let Some(id) = request.remote_id().filter(|_| request.patch().is_some()) else {
        return Ok(ContactWritten::Deleted);
    };
    let gone = vec![id.to_owned()];
    let write = ContactPageWrite { gone, ..ContactPageWrite::at(reading.clock.now()) };
    reading.store.write_contact_page(reading.claim, &write).await?;
    Ok(ContactWritten::Failed(fault("gone", "there is no such item")))
}

/// What may concern the one item stands in no other's way; what does not ends the sending. Whom it concerns where
/// somebody has to act shows later.
fn failure(note: &ContactWrite, failed: SendFailure, pushed: &mut Pushed) -> Option<ContactWritten> {
    let SendFailure { failure, is_undone, is_alone } = failed;
    let fault = fault(failure.meaning.code, &failure.message);
    match (is_undone, is_alone) {
        (true, true) if failure.meaning.whose_turn != WhoseTurn::Nobody => {
            pushed.doubts.push((note.clone(), failure));
            None
        }
        (_, true) => {
            pushed.alone.push(failure);
            is_undone.then_some(ContactWritten::PutOff(fault))
        }
        (_, false) => {
            pushed.stopped.get_or_insert(failure);
            is_undone.then_some(ContactWritten::Failed(fault))
        }
    }
}

pub(in crate::sync::contacts) fn fault(code: &str, text: &str) -> ItemFault {
    ItemFault { code: code.to_owned(), text: text.to_owned() }
}

/// Which of the folders that are read an item lies in, if it is one.
pub(super) async fn folder_of<S: ContactSource>(
    reading: &ContactsReading<'_>,
    source: &mut S,
    sight: &ContactSight,
) -> Result<Option<ContactFolderId>, Failure> {
    let places = Places::of(reading, source, &[sight]).await?;
    Ok(match places.place(sight) {
        Place::Here(folder) => Some(folder.id.clone()),
        Place::Unlisted | Place::Elsewhere => None,
    })
}

pub(super) fn link(
    sight: &ContactSight,
    folder: ContactFolderId,
    (ours, theirs): (Card, Card),
) -> ContactLink {
    ContactLink {
        remote_id: sight.remote_id.clone(),
        folder,
        change_key: sight.change_key.clone(),
        modified_at: sight.modified_at,
        ours,
        theirs,
        others: sight.others.clone(),
        contested: None,
    }
}
