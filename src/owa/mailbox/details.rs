//! What a list does not say of its items.

use super::super::error::OwaError;
use super::super::family::IdFamily;
use super::super::wire::item::unaskable;
use super::Mailbox;
use super::sieve::{self, Pace, Sieve};
use crate::browser::BrowserError;
use crate::error::Classify as _;
use crate::model::{ItemKey, Looked, Tier};

impl Mailbox {
    /// Bodies, recipients, Internet message ids; nothing where answers for items were not understood, and not
    /// of all where that takes too long.
    ///
    /// # Errors
    /// What concerns all calls; the fault of one item stands beside its key.
    pub async fn details(&mut self, keys: &[ItemKey]) -> Result<Vec<Looked>, OwaError> {
        let json = self.settings.tiers.iter().any(|tier| *tier != Tier::Dom);
        if !json || self.has_lost_items {
            return Ok(Vec::new());
        }
        let (keys, mut all) = askable(keys);
        let mut rest = keys.as_slice();
        while !rest.is_empty() && self.pace != Pace::Ended {
            let batch;
            (batch, rest) = rest.split_at(sieve::batch(rest, &self.sizes));
            match self.sifted(batch).await {
                Ok(details) => all.extend(details),
                // The list is still worth having; what lacks its detail is asked for again another time.
                Err(error) if error.is_drift() => {
                    tracing::warn!(code = error.meaning().code, %error, "items given up for this opening");
                    self.has_lost_items = true;
                    return Ok(all);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(all)
    }

    async fn sifted(&mut self, batch: &[ItemKey]) -> Result<Vec<Looked>, OwaError> {
        let mut sieve = Sieve::new(batch, self.pace);
        while let Some(part) = sieve.next() {
            let answer = self.batch(part).await?;
            if let Err(OwaError::Browser(BrowserError::Crashed)) = &answer {
                (self.service, self.full) = (None, None);
            }
            sieve.take(part, answer)?;
            self.pace = sieve.pace;
        }
        Ok(sieve.end())
    }

    /// What a call comes to. What goes wrong with new headers is no answer to it.
    async fn batch(&mut self, keys: &[ItemKey]) -> Result<Result<Vec<Looked>, OwaError>, OwaError> {
        let details = self.items(keys).await;
        Ok(if self.renewed_after(&details).await? { self.items(keys).await } else { details })
    }

    async fn items(&mut self, keys: &[ItemKey]) -> Result<Vec<Looked>, OwaError> {
        let (service, headers) = self.with_headers().await?;
        service.items(headers, keys).await
    }
}

/// The keys that can be asked for, and the faults of the others. Nothing is known of those of other roads.
fn askable(keys: &[ItemKey]) -> (Vec<ItemKey>, Vec<Looked>) {
    let (mut askable, mut faults) = (Vec::with_capacity(keys.len()), Vec::new());
    for key in keys.iter().filter(|key| IdFamily::of(&key.space).is_some()) {
        match unaskable(key) {
            None => askable.push(key.clone()),
            Some(fault) => faults.push((key.clone(), Err(fault.into()))),
        }
    }
    (askable, faults)
}
