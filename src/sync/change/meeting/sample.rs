//! Both looks at some messages, compared: those that were recognised, and those that were not although they have one
//! Internet message id.

use super::super::compare::compare;
use super::Meeting;
use crate::model::{MessageId, Position};
use crate::store::MessageFacts;
use crate::sync::mail::MailSource;
use crate::sync::{Failure, SyncError};
use std::collections::HashMap;

/// Of so many messages both looks are compared.
pub(super) const MOST: usize = 200;
/// So many of those that are missed are looked for among what was not recognised.
const MOST_MISSED: usize = 10_000;
/// Places of each list at which it is looked at.
const PLACES: u32 = 12;

impl<S: MailSource> Meeting<'_, S> {
    pub(super) async fn compare(&mut self) -> Result<(), Failure> {
        self.compare_strangers().await?;
        for n in 0..self.folders.len() {
            self.draw(n).await?;
        }
        let sample = std::mem::take(&mut self.sample);
        let messages: Vec<_> = sample.iter().map(|(message, ..)| message.clone()).collect();
        let facts = self.look.store.facts_of(&messages).await?;
        let facts: HashMap<&MessageId, &MessageFacts> =
            facts.iter().map(|facts| (&facts.message_id, facts)).collect();
        for (message, n, sight) in &sample {
            if let Some(stored) = facts.get(message) {
                let folder = &self.folders[*n].before.folder.id;
                compare(&mut self.into.report, stored, folder, sight);
            }
        }
        Ok(())
    }

    /// Looks at a folder's list here and there, at what is known by key.
    async fn draw(&mut self, n: usize) -> Result<(), Failure> {
        let most = MOST * (n + 1) / self.folders.len();
        let listed = self.folders[n].listed;
        let folder = self.folders[n].there.folder.clone();
        let mut places: Vec<u32> = (0..PLACES).map(|place| listed / PLACES * place).collect();
        places.dedup();
        for offset in places.into_iter().filter(|offset| *offset < listed) {
            if self.sample.len() >= most {
                break;
            }
            let page =
                self.source.rows(&folder, Position { offset }).await?.ok_or(SyncError::RoadUnlisted)?;
            let keys: Vec<_> = page.rows.iter().filter_map(|row| row.key.clone()).collect();
            let known = self.look.store.known(&self.look.claim.account.id, &keys).await?;
            for row in page.rows {
                let stored = row.key.as_ref().and_then(|key| known.get(key));
                let Some(stored) = stored.filter(|_| self.sample.len() < most) else { continue };
                let message = stored.message_id.clone();
                if !self.sample.iter().any(|(drawn, ..)| *drawn == message) {
                    self.sample.push((message, n, row));
                }
            }
        }
        Ok(())
    }

    /// What was not recognised, and has the Internet message id of exactly one message that is missed.
    async fn compare_strangers(&mut self) -> Result<(), Failure> {
        let all = self.folders.iter().flat_map(|folder| &folder.expected);
        let missed: Vec<_> = all.filter(|id| self.is_missed(id)).take(MOST_MISSED).cloned().collect();
        let mut by_id: HashMap<String, Vec<MessageFacts>> = HashMap::new();
        for facts in self.look.store.facts_of(&missed).await? {
            if let Some(id) = facts.internet_message_id.clone() {
                by_id.entry(id).or_default().push(facts);
            }
        }
        for stranger in std::mem::take(&mut self.strangers) {
            let id = stranger.sight.internet_message_id.as_ref();
            let alike = id.and_then(|id| by_id.remove(id)).unwrap_or_default();
            if let [one] = alike.as_slice() {
                let folder = &self.folders[stranger.folder].before.folder.id;
                compare(&mut self.into.report, one, folder, &stranger.sight);
            }
        }
        Ok(())
    }
}
