//! What is decided once per account, after all its contact folders were read: contacts that none of them has
//! are gone. Each is asked for by its id before, since a move shows as a removal, and a removal may be said
//! by mistake.

use super::place::{Place, Places, unlisted};
use super::reading::{ContactsReading, Tally};
use super::source::ContactSource;
use super::{page, remade};
use crate::model::{AskedMissing, ContactGate, ContactSight, ItemError, ItemFault, MissingAnswer};
use crate::store::{ContactPageWrite, UnreadContact};
use crate::sync::{Failure, SyncError};
use chrono::{DateTime, TimeDelta, Utc};

/// So many are asked for at a time.
const BATCH: u32 = 100;
/// How long it is good for that one was not there.
const GOOD_FOR: TimeDelta = TimeDelta::days(1);

/// What is to be told although all went well is the answer. Only what is not there is counted by the brake;
/// what that keeps is asked for again a day later, and once more before it is called gone. What a person has
/// said holds for those that were missed before; the others are called gone unless they are too many.
pub(super) async fn gone<S: ContactSource>(
    reading: &ContactsReading<'_>,
    source: &mut S,
    tally: &mut Tally,
) -> Result<Option<Failure>, Failure> {
    let (store, claim, account) = (reading.store, reading.claim, &reading.claim.account.id);
    // Whenever they were missed, each is looked for.
    let ever = DateTime::<Utc>::MAX_UTC;
    if !look_for_all(reading, source, reading.began - GOOD_FOR, tally).await? {
        return Ok(None);
    }
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
    if !look_for_all(reading, source, reading.began, tally).await? {
        return Ok(asked);
    }
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

/// Looks for all that are missing and were not found absent since an instant; whether there was time for it.
async fn look_for_all<S: ContactSource>(
    reading: &ContactsReading<'_>,
    source: &mut S,
    since: DateTime<Utc>,
    tally: &mut Tally,
) -> Result<bool, Failure> {
    let (account, mut after) = (&reading.claim.account.id, None);
    loop {
        let ids = reading.store.missing_contact_ids(account, since, after.as_deref(), BATCH).await?;
        let Some(last) = ids.last() else { return Ok(true) };
        if reading.stop.is_cancelled() || (after.is_some() && reading.is_over()) {
            return Ok(false);
        }
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
    let (mut found, mut faults, mut absent) = (Vec::new(), Vec::new(), Vec::new());
    for (id, looked) in source.contacts(ids).await? {
        match looked {
            Ok(sight) => found.push(sight),
            Err(ItemError::Gone) => absent.push(id),
            Err(ItemError::Fault(fault)) => faults.push((id, fault)),
        }
    }
    let places = Places::of(reading, source, &found.iter().collect::<Vec<_>>()).await?;
    for sight in &found {
        match places.place(sight) {
            Place::Here(_) => {}
            Place::Unlisted => faults.push((sight.remote_id.clone(), unlisted())),
            Place::Elsewhere => absent.push(sight.remote_id.clone()),
        }
    }
    keep_unread(reading, faults).await?;
    reading.store.note_absent_contacts(reading.claim, &absent, reading.clock.now()).await?;
    for folder in places.folders() {
        let is_here =
            |sight: &&ContactSight| matches!(places.place(sight), Place::Here(lies) if lies.id == folder.id);
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

/// Has the items be gone that were to be written and are not there, of a mailbox that is not read: nothing else would
/// tell it. They go by the same brake as what is read; what is to be told although all went well is the answer.
pub(super) async fn not_there(
    reading: &ContactsReading<'_>,
    remote_ids: &[String],
) -> Result<Option<Failure>, Failure> {
    let (store, claim, account) = (reading.store, reading.claim, &reading.claim.account.id);
    let gate = store.contact_gate(account).await?;
    let said = gate.said_of_missing.map(|(until, _)| until + TimeDelta::milliseconds(1));
    let (missing, held) = store.missing_edited_contacts(account, said).await?;
    let asked = ask(reading, &gate, missing, held).await?;
    // What a person has said holds for those that were missed before: each was changed here, and is made anew.
    let before = if asked.is_none() { Some(DateTime::<Utc>::MAX_UTC) } else { said };
    if let Some(before) = before.filter(|_| !remote_ids.is_empty()) {
        store.end_missing_contacts(claim, remote_ids, before, reading.clock.now()).await?;
    }
    Ok(asked)
}
