//! What was changed here goes out, in groups: how the items stand is asked for and taken in, what is left to
//! be written is planned, noted in the journal and sent, and the answers become the bases.
//!
//! ```text
//! look        how the items of a group stand
//! send        a group's writes, and what came of each
//! doubt       what somebody has to mend: in one item, or in the mailbox
//! unanswered  writes of which it is not known what came of them, as after a crash
//! made        items that may have been made by such a write
//! ```
//!
//! Photos go behind the cards: an item is made before its photo is set.
//!
//! A write that was sent and whose end is not noted is looked up before anything else: by looking at the item,
//! and where one was to be made, by our id that it carries. Until then its contact is not written again.

mod doubt;
mod look;
pub(super) mod made;
mod send;
pub(super) mod unanswered;

pub(super) use look::take_in;
pub(super) use send::fault;

use super::photo;
use super::plan::{Planned, PlannedWrite, plan};
use super::reading::ContactsReading;
use super::resolve::deleted_there;
use super::settle;
use super::source::ContactSource;
use crate::model::{ContactId, ContactWrite, Side};
use crate::store::EditedContact;
use crate::sync::Failure;
use chrono::{DateTime, Utc};
use look::Looked;
use std::collections::HashMap;

/// So many contacts are looked at and written at a time: as many as one request asks for.
const GROUP: u32 = 20;
/// Where so many of a group fail, each for itself, the server is out of order.
pub(super) const SEVERAL: usize = 3;
/// What was changed there between the look and the write is looked at and written once more.
const TRIES: usize = 2;

/// What going out came to.
#[derive(Debug, Default)]
pub(super) struct Pushed {
    /// Writes that were done.
    pub(super) done: u64,
    /// Whether time ran out before all was sent.
    pub(super) is_cut: bool,
    /// Why nothing more was sent.
    pub(super) stopped: Option<Failure>,
    /// What somebody has to mend, in the item or in the mailbox: it is the item's where another one is
    /// written.
    pub(super) doubts: Vec<(ContactWrite, Failure)>,
    /// What failed for itself in the group that was sent last.
    pub(super) alone: Vec<Failure>,
    /// Items that were to be written and are not there, by their ids on the server.
    pub(super) not_there: Vec<String>,
}

/// Writes what is left to go out of what was changed here up to an instant; whether items are made too is
/// `makes`.
///
/// # Errors
/// What stops the whole account. What was noted until then stays.
pub(super) async fn push<S: ContactSource>(
    reading: &ContactsReading<'_>,
    source: &mut S,
    until: DateTime<Utc>,
    makes: bool,
) -> Result<Pushed, Failure> {
    let mut pushed = Pushed::default();
    groups(reading, source, (until, makes), &mut pushed).await?;
    doubt::end(reading, &mut pushed).await?;
    photo::push(reading, source, until, &mut pushed).await?;
    if !reading.direction.reads() {
        let asked = settle::not_there(reading, &pushed.not_there).await?;
        pushed.stopped = pushed.stopped.or(asked);
    }
    Ok(pushed)
}

async fn groups<S: ContactSource>(
    reading: &ContactsReading<'_>,
    source: &mut S,
    (until, makes): (DateTime<Utc>, bool),
    pushed: &mut Pushed,
) -> Result<(), Failure> {
    let mut pages = reading.store.edited_pages(&reading.claim.account.id, GROUP);
    while pushed.stopped.is_none() && reading.writes_still().await? {
        if reading.stop.is_cancelled() || reading.is_over() {
            pushed.is_cut = true;
            break;
        }
        let Some(mut edited) = pages.next(reading.clock.now()).await? else { break };
        edited.retain(|edited| edited.contact.edited_at <= Some(until));
        if edited.is_empty() {
            break;
        }
        edited.retain(|edited| makes || edited.link.is_some());
        group(reading, source, edited, pushed).await?;
        doubt::weigh(reading, pushed).await?;
    }
    Ok(())
}

async fn group<S: ContactSource>(
    reading: &ContactsReading<'_>,
    source: &mut S,
    mut edited: Vec<EditedContact>,
    pushed: &mut Pushed,
) -> Result<(), Failure> {
    for left in (0..TRIES).rev() {
        let looked = look::at(reading, source, &edited, pushed).await?;
        let ids: Vec<_> = edited.iter().map(|edited| edited.contact.id.clone()).collect();
        let writes = planned(reading, &ids, &looked).await?;
        if writes.is_empty() {
            break;
        }
        let changed = send::all(reading, source, &writes, left == 0, pushed).await?;
        if changed.is_empty() || pushed.stopped.is_some() {
            break;
        }
        edited = reading.store.still_to_go(&changed, reading.clock.now()).await?;
    }
    Ok(())
}

/// The writes of a group, as its contacts stand after their items were taken in. A contact is not written
/// whose item could not be seen. Of one that is made anew the journal has that its deletion gave way.
async fn planned(
    reading: &ContactsReading<'_>,
    ids: &[ContactId],
    looked: &HashMap<String, Looked>,
) -> Result<Vec<PlannedWrite>, Failure> {
    let mut writes = Vec::new();
    for edited in reading.store.still_to_go(ids, reading.clock.now()).await? {
        let item = edited.link.as_ref().map(|link| &link.remote_id);
        let looked = item.and_then(|id| looked.get(id));
        if item.is_some() && looked.is_none() {
            continue;
        }
        if let Planned::Write(write) = plan(&edited, looked.map(|looked| &looked.sight), reading.joining()) {
            if edited.was_deleted_there {
                let run = (reading.cycle, reading.clock.now());
                let journal = deleted_there(&edited.contact, Side::Ours, run);
                reading.store.outlive_deletion(reading.claim, &journal).await?;
            }
            writes.push(write.over(looked.map(|looked| looked.found.clone())));
        }
    }
    Ok(writes)
}
