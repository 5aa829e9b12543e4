//! A page of a folder's list: what of it is theirs is looked at, stored and counted.

use super::{Reading, Went};
use crate::model::{
    CorrespondenceItem, Depth, FolderCorrespondence, IdPage, IdRow, ItemError, ItemKey, Looked, RowPage,
    Sight, Sweep,
};
use crate::store::{CorrespondencePage, FolderStep, Known, PageWrite, Stretch};
use crate::sync::correspondence::{is_from, is_theirs, learn, may_be};
use crate::sync::mail::{MailSource, items, sweep as swept};
use crate::sync::merge::Ground;
use crate::sync::sweep::SweepStep;
use crate::sync::{Failure, sweep};
use chrono::{DateTime, Utc};
use std::collections::HashMap;

/// So many items are looked at whole and written at once.
const BATCH: usize = 20;
/// What could not be fetched in so many turns is at fault itself.
const TURNS: u32 = 3;
/// After so many items, one after the other, of which none could be read, the fault may be the service's.
const MOST_FAULTS: usize = 3;
/// Some items could not be fetched.
const OUT_OF_REACH: &str = "items_out_of_reach";

/// What looking at items came to.
struct BatchLook {
    /// How many were read, or are not there any more.
    read: usize,
    /// How many are to be asked for again.
    left: usize,
    /// Whether the road has answered for each of them.
    is_whole: bool,
}

impl Reading<'_> {
    pub(super) async fn page<S: MailSource>(
        &mut self,
        source: &mut S,
        folder: &mut FolderCorrespondence,
    ) -> Result<Went, Failure> {
        let now = self.turn.clock.now();
        let place = folder.place.clone().filter(|place| place.began <= now);
        let place = place.unwrap_or_else(|| Sweep::new(now));
        let Some(page) = source.rows(&folder.folder, place.next).await? else {
            return Ok(Went::Stopped("list_out_of_reach"));
        };
        if place.next.offset == 0 && page.rows.is_empty() && page.total.is_some_and(|total| total > 0) {
            return Ok(Went::Stopped("folder_emptied"));
        }
        let listed: Vec<_> = page.rows.iter().filter_map(|row| row.key.clone()).collect();
        let (step, stretch) = step(&place, &page);
        let went = self.take_in(source, folder, self.theirs(folder, page.rows)).await?;
        if !matches!(went, Went::On(_)) {
            return Ok(went);
        }
        if let Some(stretch) = stretch
            && !self.ask_absent(source, folder, (stretch, place.began), &listed).await?
        {
            return Ok(Went::Cut);
        }
        folder.place.clone_from(&step.place);
        folder.ended_at = step.place.is_none().then_some(now);
        (folder.tries, folder.stopped) = (0, None);
        self.write(folder, Vec::new(), PageWrite::at(now), Some(step)).await?;
        Ok(Went::On(folder.ended_at.is_none()))
    }

    /// The rows that may be theirs. What came to a folder since its news were read is news.
    fn theirs(&self, folder: &FolderCorrespondence, rows: Vec<Sight>) -> Vec<Sight> {
        let is_read = self.read.contains(&folder.folder.id);
        let is_news = |row: &Sight| is_read && row.received.is_some_and(|at| at.at > self.turn.began);
        rows.into_iter().filter(|row| may_be(self.names(), row) && !is_news(row)).collect()
    }

    async fn take_in<S: MailSource>(
        &mut self,
        source: &mut S,
        folder: &FolderCorrespondence,
        rows: Vec<Sight>,
    ) -> Result<Went, Failure> {
        let (turn, id) = (self.turn, &folder.folder.id);
        let keys: Vec<_> = rows.iter().filter_map(|row| row.key.clone()).collect();
        let mut known = turn.store.known(&turn.claim.account.id, &keys).await?;
        let settled = turn.store.correspondence_items(&self.of.id, &keys).await?;
        let outcome = |row: &Sight| settled.get(row.key.as_ref()?).copied();
        let is_certain = |row: &Sight| is_from(self.names(), row) || outcome(row).is_some();
        let (same, look): (Vec<_>, Vec<_>) = rows
            .iter()
            .filter(|row| {
                !matches!(outcome(row), Some(CorrespondenceItem::Other | CorrespondenceItem::Unreadable))
            })
            .partition(|row| is_certain(row) && !is_stale(row, &known));
        let seen_by = rows.first().map(|row| row.seen_by.clone()).unwrap_or_default();
        let same: Vec<_> = same.into_iter().filter_map(|row| row.key.clone()).collect();
        let upserts = swept::moved_here(id, same.iter(), &known, &seen_by);
        let same = same.into_iter().map(|key| (key, CorrespondenceItem::Known)).collect();
        self.write(folder, same, PageWrite { upserts, ..PageWrite::at(turn.clock.now()) }, None).await?;
        self.look_at(source, folder, &look, &mut known).await
    }

    /// Looks at these rows' items batch by batch; one at a time where some of them could not be fetched in the turn
    /// before, for one of them may be at fault for that.
    async fn look_at<S: MailSource>(
        &mut self,
        source: &mut S,
        folder: &FolderCorrespondence,
        rows: &[&Sight],
        known: &mut HashMap<ItemKey, Known>,
    ) -> Result<Went, Failure> {
        let turn = self.turn;
        let batch = if tries(folder) == 0 { BATCH } else { 1 };
        let (mut left, mut in_vain) = (0, 0);
        for (n, rows) in rows.chunks(batch).enumerate() {
            if turn.stop.is_cancelled() || (n > 0 && turn.clock.now() >= self.until) {
                return Ok(if left > 0 { Went::Stopped(OUT_OF_REACH) } else { Went::Cut });
            }
            let look = self.look(source, folder, rows, known).await?;
            left += look.left;
            in_vain = if look.read > 0 { 0 } else { in_vain + rows.len() };
            if !look.is_whole || in_vain >= MOST_FAULTS {
                return Ok(Went::Stopped(OUT_OF_REACH));
            }
        }
        Ok(if left > 0 { Went::Stopped(OUT_OF_REACH) } else { Went::On(true) })
    }

    async fn look<S: MailSource>(
        &mut self,
        source: &mut S,
        folder: &FolderCorrespondence,
        rows: &[&Sight],
        known: &mut HashMap<ItemKey, Known>,
    ) -> Result<BatchLook, Failure> {
        let turn = self.turn;
        let keys: Vec<_> = rows.iter().filter_map(|row| row.key.clone()).collect();
        let looked = source.complete(&keys).await?;
        let is_whole = looked.len() == keys.len();
        known.extend(turn.store.known(&turn.claim.account.id, &Ground::renamed(&looked)).await?);
        let is_last_try = tries(folder) >= TURNS;
        let (mut outcomes, mut theirs, mut read, mut left) = (Vec::new(), Vec::new(), 0, 0);
        for looked in looked {
            match &looked.1 {
                Err(ItemError::Fault(fault)) if fault.may_pass() && !is_last_try => {
                    left += 1;
                    continue;
                }
                Err(ItemError::Fault(fault)) if fault.may_pass() => {}
                // The server's own word of an item is an answer.
                _ => read += 1,
            }
            let row = rows.iter().find(|row| row.key.as_ref() == Some(&looked.0));
            let outcome = row.and_then(|row| self.outcome(row, &looked, known));
            outcomes.extend(outcome.map(|outcome| (looked.0.clone(), outcome)));
            // What is stored and could not be read anew stays as it is.
            if matches!(outcome, None | Some(CorrespondenceItem::Known | CorrespondenceItem::Stored))
                && !matches!(looked.1, Err(ItemError::Fault(_)))
            {
                looked.1.iter().for_each(|item| learn(&mut self.of.names, item));
                theirs.push(looked);
            }
        }
        self.got_on |= !outcomes.is_empty();
        let write = items::planned(turn, source, &folder.folder.id, known, theirs).await?;
        self.write(folder, outcomes, write, None).await?;
        Ok(BatchLook { read, left, is_whole })
    }

    /// What became of an item; `None` where there is none any more.
    fn outcome(
        &self,
        row: &Sight,
        (key, item): &Looked,
        known: &HashMap<ItemKey, Known>,
    ) -> Option<CorrespondenceItem> {
        let names = self.names();
        let itself = item.as_ref().ok().and_then(|item| item.key.as_ref());
        let is_known = [Some(key), itself].into_iter().flatten().any(|key| known.contains_key(key));
        match (item, is_known) {
            (Err(ItemError::Gone), _) => None,
            (Ok(item), _) if !is_from(names, row) && !is_theirs(names, item) => {
                Some(CorrespondenceItem::Other)
            }
            (Err(ItemError::Fault(_)), _) if !is_from(names, row) => Some(CorrespondenceItem::Other),
            (Err(ItemError::Fault(_)), false) => Some(CorrespondenceItem::Unreadable),
            (Err(ItemError::Fault(_)) | Ok(_), true) => Some(CorrespondenceItem::Known),
            (Ok(_), false) => Some(CorrespondenceItem::Stored),
        }
    }

    /// With what was learnt until then of what they are called.
    async fn write(
        &mut self,
        folder: &FolderCorrespondence,
        items: Vec<(ItemKey, CorrespondenceItem)>,
        write: PageWrite,
        step: Option<FolderStep>,
    ) -> Result<(), Failure> {
        if items.is_empty() && write.upserts.is_empty() && write.gone.is_empty() && step.is_none() {
            return Ok(());
        }
        let (id, folder) = (self.of.id.clone(), folder.folder.id.clone());
        let known = self.names().names.len();
        let names = (known > self.names_kept).then(|| self.names().names.clone());
        let correspondence = Some(CorrespondencePage { id, folder, items, names, step });
        self.turn.store.write_page(self.turn.claim, &PageWrite { correspondence, ..write }).await?;
        self.names_kept = known;
        Ok(())
    }
}

/// In how many turns in a row, until now, some of a folder's items could not be fetched.
fn tries(folder: &FolderCorrespondence) -> u32 {
    if folder.stopped.as_deref() == Some(OUT_OF_REACH) { folder.tries } else { 0 }
}

/// Whether the item has to be read: it is not stored whole, or in another version.
fn is_stale(row: &Sight, known: &HashMap<ItemKey, Known>) -> bool {
    let stored = row.key.as_ref().and_then(|key| known.get(key));
    stored.is_none_or(|stored| {
        stored.depth < Depth::Whole || (row.change_key.is_some() && row.change_key != stored.change_key)
    })
}

/// How the list is read on after a page, as a sweep is, to its end; and which time the page shows completely.
fn step(place: &Sweep, page: &RowPage) -> (FolderStep, Option<Stretch>) {
    let rows: Vec<_> = page.rows.iter().filter_map(IdRow::of).collect();
    let oldest = rows.last().and_then(|row| row.received);
    let page = IdPage { rows, total: page.total, is_last: page.is_last };
    let SweepStep { next, stretch, .. } = sweep::take(place, &page, DateTime::<Utc>::MIN_UTC);
    let is_back = next.as_ref().is_some_and(|next| next.is_back);
    (FolderStep { place: next, back_to: oldest.filter(|_| !is_back) }, stretch)
}
