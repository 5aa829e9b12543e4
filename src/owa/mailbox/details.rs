//! What a list does not say of its items. A batch of items over which the service fails is asked for in
//! halves, until the one is found that is at fault.

use super::super::error::OwaError;
use super::super::family::IdFamily;
use super::super::wire::item::unaskable;
use super::super::wire::request::MOST_ITEMS;
use super::Mailbox;
use crate::model::{ItemFault, ItemKey, Looked, Tier};

/// After so many items that failed, one after the other and none read, a further failure is the service's.
const MOST_FAULTS: usize = 2;

impl Mailbox {
    /// Bodies, recipients, Internet message ids; nothing where JSON is not understood any more.
    ///
    /// # Errors
    /// What concerns all calls; the fault of one item stands beside its key.
    pub async fn details(&mut self, keys: &[ItemKey]) -> Result<Vec<Looked>, OwaError> {
        let json = self.settings.tiers.iter().any(|tier| *tier != Tier::Dom);
        if !json || self.drifted.contains(&Tier::Service) {
            return Ok(Vec::new());
        }
        let (keys, mut all) = askable(keys);
        for batch in keys.chunks(MOST_ITEMS) {
            match self.sifted(batch).await {
                Ok(details) => all.extend(details),
                // The list is still worth having; what lacks its detail is asked for again another time.
                Err(error) if error.is_drift() => {
                    self.give_up(Tier::Service, &error);
                    return Ok(all);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(all)
    }

    /// A batch. Where the service fails over the whole of it, it is halved until the item is found that is at
    /// fault: one invitation made it answer with half a JSON and 500.
    async fn sifted(&mut self, batch: &[ItemKey]) -> Result<Vec<Looked>, OwaError> {
        let mut waiting = vec![batch];
        let (mut read, mut faults) = (Vec::new(), Vec::new());
        while let Some(part) = waiting.pop() {
            match (self.batch(part).await, part) {
                (Ok(details), _) => read.extend(details),
                (Err(error), [_]) if is_of_all(&error, batch, &read, &faults) => return Err(error),
                (Err(error), [key]) => faults.push((key.clone(), Err(fault(&error).into()))),
                (Err(error), _) if may_be_of_one(&error) => {
                    let (first, second) = part.split_at(part.len() / 2);
                    waiting.extend([second, first]);
                }
                (Err(error), _) => return Err(error),
            }
        }
        read.extend(faults);
        Ok(read)
    }

    async fn batch(&mut self, keys: &[ItemKey]) -> Result<Vec<Looked>, OwaError> {
        match self.items(keys).await {
            Err(OwaError::Unauthorized { .. }) if !self.renewed => {
                Box::pin(self.renew()).await?;
                self.items(keys).await
            }
            details => details,
        }
    }

    async fn items(&mut self, keys: &[ItemKey]) -> Result<Vec<Looked>, OwaError> {
        match self.service().await? {
            Some((service, headers)) => service.items(headers, keys).await,
            None => Err(OwaError::Unauthorized { status: 0 }),
        }
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

fn may_be_of_one(error: &OwaError) -> bool {
    error.is_drift() || matches!(error, OwaError::Service { .. })
}

/// Whether an error over one item is that of all calls: also where every item of the batch has an answer that
/// is not understood.
fn is_of_all(error: &OwaError, batch: &[ItemKey], read: &[Looked], faults: &[Looked]) -> bool {
    let last = faults.len() + 1 == batch.len();
    let none_good = read.is_empty() && (faults.len() == MOST_FAULTS || (last && error.is_drift()));
    !may_be_of_one(error) || none_good
}

fn fault(error: &OwaError) -> ItemFault {
    ItemFault { code: "Unreadable".to_owned(), text: error.to_string() }
}
