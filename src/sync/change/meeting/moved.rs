//! What was not recognised in its folder may have moved there from another one: it has where exactly one message is missed
//! elsewhere and exactly one item is unknown, of one Internet message id, time and sender.

use super::{Meeting, Stranger};
use crate::model::{MessageId, Sight};
use crate::sync::Failure;
use crate::sync::mail::MailSource;
use crate::sync::merge::pair;
use std::collections::HashMap;

/// So many are looked for at a time.
const BATCH: usize = 200;

impl<S: MailSource> Meeting<'_, S> {
    pub(super) async fn find_moved(&mut self) -> Result<(), Failure> {
        let strangers = std::mem::take(&mut self.strangers);
        let mut times: HashMap<String, u32> = HashMap::new();
        for id in strangers.iter().filter_map(|stranger| stranger.sight.internet_message_id.clone()) {
            *times.entry(id).or_default() += 1;
        }
        let is_one = |stranger: &Stranger| {
            let id = stranger.sight.internet_message_id.as_ref();
            id.is_some_and(|id| times.get(id) == Some(&1))
        };
        let (mut alone, doubtful): (Vec<_>, Vec<_>) = strangers.into_iter().partition(is_one);
        self.strangers = doubtful;
        while !alone.is_empty() {
            let batch = alone.split_off(alone.len().saturating_sub(BATCH));
            self.find(batch).await?;
        }
        Ok(())
    }

    async fn find(&mut self, batch: Vec<Stranger>) -> Result<(), Failure> {
        let sights: Vec<&Sight> = batch.iter().map(|stranger| &stranger.sight).collect();
        let (store, account) = (self.look.store, &self.look.claim.account.id);
        let mut missed = store.counterparts(account, &self.source.spaces(), &sights).await?;
        missed.retain(|one| self.is_missed(&one.message_id));
        let mut missed = self.free(missed).await?;
        for Stranger { folder, is_expected, sight } in batch {
            let here = self.folders[folder].before.folder.id.clone();
            let found = pair(&[&sight], &here, &mut missed).into_values().next();
            match found {
                Some(is) => {
                    self.into.report.by.moved += 1;
                    self.folders[folder].seen.recognised += u64::from(is_expected);
                    self.take(is.message_id, folder, sight);
                }
                None => self.strangers.push(Stranger { folder, is_expected, sight }),
            }
        }
        Ok(())
    }

    /// Whether a message is stored of a folder that was gone through, and no item is it.
    pub(super) fn is_missed(&self, message: &MessageId) -> bool {
        let is_expected = self.folders.iter().any(|folder| folder.expected.contains(message));
        is_expected && !self.recognised.contains(message)
    }
}
