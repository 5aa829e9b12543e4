//! What is stored of a folder and not on the page that would show it: it is asked for by its id, which outlives a move.
//! Only the word of the mailbox that there is no such item makes it missing.

use super::Reading;
use crate::model::{FolderCorrespondence, FolderId, ItemError, ItemKey, Looked, MessageId};
use crate::store::{PageWrite, Stretch};
use crate::sync::mail::{MailSource, items};
use crate::sync::{Failure, sweep};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashSet;

/// So many are asked for at once.
const MOST: usize = 40;

impl Reading<'_> {
    /// Asks for what is stored in a stretch that a page shows by itself and is not among its items; of a folder that
    /// is read, only what came before the history, for the rest is its sweeps'. Whether time has sufficed: what was
    /// placed until then is not among what is asked for when the page is read again.
    pub(super) async fn ask_absent<S: MailSource>(
        &mut self,
        source: &mut S,
        folder: &FolderCorrespondence,
        (stretch, began): (Stretch, DateTime<Utc>),
        listed: &[ItemKey],
    ) -> Result<bool, Failure> {
        let (turn, id) = (self.turn, &folder.folder.id);
        let horizon = turn.horizon + TimeDelta::milliseconds(1);
        let is_read = self.read.contains(id);
        let until =
            if is_read { Some(stretch.until.map_or(horizon, |at| at.min(horizon))) } else { stretch.until };
        let changed = sweep::while_it_lasts(began, turn.clock.now());
        let stretch = Stretch { until, ..stretch };
        let known = turn.store.known(&turn.claim.account.id, listed).await?;
        let seen: HashSet<&MessageId> = known.values().map(|known| &known.message_id).collect();
        let (mut place, mut has_asked, mut has_placed) = (None, false, false);
        loop {
            let (mut held, next) = turn.store.held_in(id, stretch, &changed, place).await?;
            held.retain(|id| !seen.contains(id));
            for held in held.chunks(MOST) {
                if has_asked && (turn.stop.is_cancelled() || turn.clock.now() >= self.until) {
                    return Ok(!turn.stop.is_cancelled() && !has_placed);
                }
                has_asked = true;
                let keys = turn.store.keys_of(held, &source.spaces()).await?;
                for looked in source.complete(&keys).await? {
                    has_placed |= self.place(source, looked, id).await?;
                }
                self.got_on |= has_placed;
            }
            let Some(next) = next else { return Ok(true) };
            place = Some(next);
        }
    }

    /// Writes where an item lies now, or that there is none; whether it lies no longer in this folder.
    async fn place<S: MailSource>(
        &self,
        source: &mut S,
        (key, item): Looked,
        before: &FolderId,
    ) -> Result<bool, Failure> {
        let turn = self.turn;
        match &item {
            Err(ItemError::Gone) => {
                let write = PageWrite { gone: vec![key], ..PageWrite::at(turn.clock.now()) };
                turn.store.write_page(turn.claim, &write).await?;
                Ok(true)
            }
            Err(ItemError::Fault(_)) => Ok(false),
            Ok(sight) => {
                let lies_in = sight.lies_in.as_deref();
                let place = self.listed.iter().find(|folder| folder.remote_id.as_deref() == lies_in);
                let Some(place) = place.filter(|_| lies_in.is_some()) else { return Ok(false) };
                let known = turn.store.known(&turn.claim.account.id, std::slice::from_ref(&key)).await?;
                items::write(turn, source, &place.id, &known, vec![(key, item)]).await?;
                Ok(place.id != *before)
            }
        }
    }
}
