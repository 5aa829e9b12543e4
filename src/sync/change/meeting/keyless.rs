//! What a folder lists that is stored under no key of the road is asked who it is, page by page, and recognised among what
//! is stored there.

use super::super::list::Listed;
use super::{Meeting, Stranger};
use crate::model::{Depth, FolderId, ItemError, ItemKey, MessageId, Position, Sight};
use crate::store::Counterpart;
use crate::sync::mail::MailSource;
use crate::sync::merge::{by_look, pair};
use crate::sync::{Failure, SyncError};
use std::collections::{BTreeSet, HashMap};

/// Of all folders so many items are asked for as a whole, since nothing less tells them apart.
const MOST_WHOLE: usize = 500;
/// So many items that were not recognised are kept, for they may have moved.
const MOST_STRANGERS: usize = 10_000;

type Found = HashMap<ItemKey, MessageId>;

impl<S: MailSource> Meeting<'_, S> {
    pub(super) async fn recognise(&mut self, n: usize) -> Result<(), Failure> {
        let unknown = std::mem::take(&mut self.folders[n].unknown);
        let mut places: BTreeSet<u32> = unknown.iter().map(|listed| listed.offset).collect();
        let mut unknown: HashMap<ItemKey, Listed> =
            unknown.into_iter().map(|listed| (listed.row.key.clone(), listed)).collect();
        while let Some(offset) = places.pop_first() {
            let folder = self.folders[n].there.folder.clone();
            let page =
                self.source.rows(&folder, Position { offset }).await?.ok_or(SyncError::RoadUnlisted)?;
            let end = offset.saturating_add(u32::try_from(page.rows.len()).unwrap_or(u32::MAX));
            places = places.split_off(&end);
            let mut seen = Vec::new();
            for row in page.rows {
                if let Some(listed) = row.key.as_ref().and_then(|key| unknown.remove(key)) {
                    seen.push((listed, lean(row)));
                }
            }
            self.take_page(n, seen).await?;
        }
        // Of these nothing came: the list has moved.
        for listed in unknown.into_values() {
            self.count(n, &listed, false);
        }
        Ok(())
    }

    async fn take_page(&mut self, n: usize, seen: Vec<(Listed, Sight)>) -> Result<(), Failure> {
        let sights: Vec<&Sight> = seen.iter().map(|(_, sight)| sight).collect();
        let mut found = self.meet_here(n, &sights).await?;
        for (listed, sight) in seen {
            let is = sight.key.as_ref().and_then(|key| found.remove(key));
            let is_expected = self.count(n, &listed, is.is_some());
            match is {
                Some(message) => self.take(message, n, sight),
                None if self.strangers.len() < MOST_STRANGERS => {
                    self.strangers.push(Stranger { folder: n, is_expected, sight });
                }
                None => {}
            }
        }
        Ok(())
    }

    /// Counts an item that should be stored; whether it should.
    fn count(&mut self, n: usize, listed: &Listed, is_recognised: bool) -> bool {
        let is_expected = self.is_expected(&self.folders[n], listed);
        if is_expected {
            self.folders[n].seen.count(is_recognised);
        }
        is_expected
    }

    /// Which message of the folder each of these is.
    async fn meet_here(&mut self, n: usize, seen: &[&Sight]) -> Result<Found, Failure> {
        let folder = self.folders[n].before.folder.id.clone();
        let mut found = self.by_id(&folder, seen).await?;
        let is_silent = |sight: &&&Sight| {
            let is_found = sight.key.as_ref().is_some_and(|key| found.contains_key(key));
            sight.internet_message_id.is_none() && !is_found
        };
        let silent: Vec<&Sight> = seen.iter().filter(is_silent).copied().collect();
        if silent.is_empty() {
            return Ok(found);
        }
        let alike = self.look.store.lookalikes(&folder, &self.source.spaces(), &silent).await?;
        let free = self.free(here(alike, &folder)).await?;
        let met = by_look(&silent, &free);
        self.into.report.by.look += met.pairs.len() as u64;
        self.recognised.extend(met.pairs.values().cloned());
        found.extend(met.pairs);
        found.extend(self.ask(&folder, met.doubtful).await?);
        Ok(found)
    }

    /// By Internet message id, time and sender.
    async fn by_id(&mut self, folder: &FolderId, seen: &[&Sight]) -> Result<Found, Failure> {
        let (store, account) = (self.look.store, &self.look.claim.account.id);
        let stored = store.counterparts(account, &self.source.spaces(), seen).await?;
        let mut free = self.free(here(stored, folder)).await?;
        let pairs = pair(seen, folder, &mut free);
        let found: Found = pairs.into_iter().map(|(key, is)| (key, is.message_id)).collect();
        self.into.report.by.internet_message_id += found.len() as u64;
        self.recognised.extend(found.values().cloned());
        Ok(found)
    }

    /// Asks for items as a whole, since several are alike in what a list says of them.
    async fn ask(&mut self, folder: &FolderId, mut keys: Vec<ItemKey>) -> Result<Found, Failure> {
        keys.truncate(MOST_WHOLE.saturating_sub(self.whole));
        self.whole += keys.len();
        if keys.is_empty() {
            return Ok(Found::new());
        }
        let looked = self.source.complete(&keys).await?;
        // By the key under which it is listed.
        let said = |(key, sight): (ItemKey, Result<Sight, ItemError>)| {
            Some(Sight { key: Some(key), ..lean(sight.ok()?) })
        };
        let whole: Vec<Sight> = looked.into_iter().filter_map(said).collect();
        self.by_id(folder, &whole.iter().collect::<Vec<_>>()).await
    }
}

/// Those that lie in a folder, and that a road has named.
fn here(mut stored: Vec<Counterpart>, folder: &FolderId) -> Vec<Counterpart> {
    stored.retain(|one| one.folder == *folder && one.depth > Depth::Shown);
    stored
}

/// What tells one from another.
fn lean(sight: Sight) -> Sight {
    Sight { sender: None, recipients: None, shows_to: None, body: None, others: Vec::new(), ..sight }
}
