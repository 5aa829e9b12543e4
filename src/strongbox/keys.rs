//! The life of keys: made, counted, renewed, wrapped anew when the ring is rotated.

use super::{Result, Strongbox};
use crate::model::{AccountId, AuditAction, AuditEntry};
use crate::store::{Claim, Store, StoreError, WrappedKey};
use crate::vault::{DataKey, Ring, beginning, key_of_record};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Data keys that are wrapped anew in one transaction: some milliseconds, for which other writers wait.
const BATCH: u32 = 500;
/// How often a key is asked for while others change it: each time one of them got on.
const TRIES: usize = 16;

/// What one key of the ring does for the database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyUse {
    /// Its number in the ring; a newer key has a greater one.
    pub id: u32,
    /// Whether the ring has it. What it wraps is lost without it.
    pub in_ring: bool,
    /// Whether it is the one that seals.
    pub active: bool,
    /// Whether the database goes by it: the record by which a wrong ring is noticed is sealed with it.
    pub canary: bool,
    /// How many accounts' data keys it wraps.
    pub accounts: u64,
    /// How many sign-ins under way; they are over within minutes and not wrapped anew.
    pub sign_ins: u64,
}

impl KeyUse {
    /// Whether anything that stays in the database needs it.
    #[must_use]
    pub fn is_needed(&self) -> bool {
        self.canary || self.accounts > 0
    }
}

/// Every key that the ring has or the database needs, by number. Opens nothing, so that it works with a ring
/// that does not fit.
///
/// # Errors
/// When the database fails or holds what is no record.
pub async fn key_uses(store: &Store, ring: &Ring, now: DateTime<Utc>) -> Result<Vec<KeyUse>> {
    let accounts = by_key(store.data_key_beginnings().await?)?;
    let sign_ins = by_key(store.flow_key_beginnings(now).await?)?;
    let canary = store.canary().await?.map(|canary| key_of_record(&canary)).transpose()?;
    let (in_ring, active) = (ring.ids(), ring.active());
    let ids: BTreeSet<u32> =
        in_ring.iter().chain(accounts.keys()).chain(sign_ins.keys()).chain(&canary).copied().collect();
    let usage = |id: u32| KeyUse {
        id,
        in_ring: in_ring.contains(&id),
        active: id == active,
        canary: canary == Some(id),
        accounts: accounts.get(&id).copied().unwrap_or(0),
        sign_ins: sign_ins.get(&id).copied().unwrap_or(0),
    };
    Ok(ids.into_iter().map(usage).collect())
}

/// How many wrapped keys there are by the ring's key whose records begin so.
fn by_key(beginnings: Vec<(Vec<u8>, u64)>) -> Result<BTreeMap<u32, u64>> {
    let mut keys = BTreeMap::new();
    for (beginning, count) in beginnings {
        *keys.entry(key_of_record(&beginning)?).or_default() += count;
    }
    Ok(keys)
}

/// What wrapping anew has come to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Rewrapped {
    /// Data keys that the active key wraps now and did not before.
    pub accounts: u64,
    /// Data keys that no key of the ring opens.
    pub lost: u64,
}

impl Strongbox {
    /// Every key that its ring has or the database needs, by number.
    ///
    /// # Errors
    /// As `key_uses`.
    pub async fn key_uses(&self) -> Result<Vec<KeyUse>> {
        key_uses(&self.store, &self.ring, self.clock.now()).await
    }

    /// The key to seal one record of an account with; made when it has none, renewed when it has sealed
    /// enough.
    pub(super) async fn key_to_seal(&self, account: &AccountId, claim: Option<&Claim>) -> Result<DataKey> {
        for _ in 0..TRIES {
            let Some(kept) = self.store.data_key_to_seal(account).await? else {
                self.make_key(account, claim).await?;
                continue;
            };
            let key = self.ring.unwrap(account.as_str(), &kept.wrapped)?;
            if kept.seals <= self.seals_at_most {
                return Ok(key);
            }
            self.renew_key(account, &kept, &key).await?;
        }
        Err(StoreError::Busy(None).into())
    }

    async fn make_key(&self, account: &AccountId, claim: Option<&Claim>) -> Result<()> {
        let add = async || {
            let fresh = self.ring.wrap(account.as_str(), &DataKey::generate());
            match claim {
                Some(claim) => self.store.add_data_key_held(claim, &fresh).await,
                None => self.store.add_data_key(account, &fresh).await,
            }
        };
        match add().await {
            Err(StoreError::RingOutdated) => {
                self.catch_up().await?;
                Ok(add().await?)
            }
            added => Ok(added?),
        }
    }

    /// The ring was rotated while this process runs: looks for the key that the database goes by.
    async fn catch_up(&self) -> Result<()> {
        let canary = self.store.canary().await?.unwrap_or_default();
        Ok(self.ring.look_again(key_of_record(&canary)?)?)
    }

    /// Whoever is second finds the key changed, and takes that one.
    async fn renew_key(&self, account: &AccountId, kept: &WrappedKey, key: &DataKey) -> Result<()> {
        let next = self.ring.wrap(account.as_str(), &key.next());
        match self.store.renew_data_key(account, &kept.wrapped, &next).await {
            Err(StoreError::RingOutdated) => self.catch_up().await,
            renewed => Ok(renewed?),
        }
    }

    /// Makes the ring's active key the one that the database goes by: data keys wrapped by an older one are
    /// refused from now on. Doing it again changes nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn adopt_key(&self, actor: &str) -> Result<()> {
        let active = self.ring.active();
        let entry = AuditEntry {
            detail: Some(active.to_string()),
            ..AuditEntry::new(self.clock.now(), actor, AuditAction::KeyRotated)
        };
        loop {
            let canary = self.store.canary().await?.unwrap_or_default();
            if key_of_record(&canary)? >= active
                || self.store.renew_canary(&canary, &self.ring.canary_seal(), &entry).await?
            {
                return Ok(());
            }
        }
    }

    /// Wraps every data key of an older key by the ring's active one, batch by batch; `progress` is told
    /// after each. Others read and write meanwhile. It may be stopped anywhere and begun again: what is done
    /// stays done.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rewrap(&self, mut progress: impl FnMut(Rewrapped)) -> Result<Rewrapped> {
        let mut done = Rewrapped::default();
        let mut after = None;
        while let Some(last) = self.rewrap_batch(BATCH, after.as_ref(), &mut done).await? {
            progress(done);
            after = Some(last);
        }
        Ok(done)
    }

    /// The next batch; the last account of it, `None` when there was none. A data key that another process
    /// has changed meanwhile was wrapped by the newest key then, for an older one was refused.
    pub(super) async fn rewrap_batch(
        &self,
        size: u32,
        after: Option<&AccountId>,
        done: &mut Rewrapped,
    ) -> Result<Option<AccountId>> {
        let old = self.store.data_keys_before(&beginning(self.ring.active()), after, size).await?;
        let mut new = Vec::with_capacity(old.len());
        let last = old.last().map(|(account, _)| account.clone());
        for (account, wrapped) in old {
            match self.ring.unwrap(account.as_str(), &wrapped) {
                Ok(key) => {
                    let again = self.ring.wrap(account.as_str(), &key);
                    new.push((account, wrapped, again));
                }
                Err(error) => {
                    tracing::error!(account = account.as_str(), %error, "a data key cannot be opened");
                    done.lost += 1;
                }
            }
        }
        done.accounts += self.store.rewrap(&new).await?;
        Ok(last)
    }
}
