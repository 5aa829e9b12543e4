//! The life of keys: made, counted, renewed, handed on.

use super::{Result, Strongbox, StrongboxError};
use crate::model::{Account, AccountId};
use crate::store::{Claim, Store, StoreError, WrappedKey};
use crate::vault::{DataKey, Ring, VaultError, key_of_record};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// How often a key is asked for while others change it: each time one of them got on.
pub(super) const TRIES: usize = 16;

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
    /// How many tokens for the API and operators of the dashboard it has marked, also tokens that have expired.
    pub tokens: u64,
    /// How many sign-ins under way; they are over within minutes and not wrapped anew.
    pub sign_ins: u64,
}

impl KeyUse {
    /// Whether anything that stays in the database needs it.
    #[must_use]
    pub fn is_needed(&self) -> bool {
        self.canary || self.accounts > 0 || self.tokens > 0
    }
}

/// Every key that the ring has or the database needs, by number. Opens nothing, so that it works with a ring
/// that does not fit.
///
/// # Errors
/// When the database fails or its canary is no record.
pub async fn key_uses(store: &Store, ring: &Ring, now: DateTime<Utc>) -> Result<Vec<KeyUse>> {
    let accounts = by_key(store.data_key_beginnings().await?);
    let tokens = by_key(store.mark_beginnings().await?);
    let sign_ins = by_key(store.flow_key_beginnings(now).await?);
    let canary = store.canary().await?.map(|canary| key_of_record(&canary)).transpose()?;
    let (in_ring, active) = (ring.ids(), ring.active());
    let ids: BTreeSet<u32> = in_ring
        .iter()
        .chain(accounts.keys())
        .chain(tokens.keys())
        .chain(sign_ins.keys())
        .chain(&canary)
        .copied()
        .collect();
    let usage = |id: u32| KeyUse {
        id,
        in_ring: in_ring.contains(&id),
        active: id == active,
        canary: canary == Some(id),
        accounts: accounts.get(&id).copied().unwrap_or(0),
        tokens: tokens.get(&id).copied().unwrap_or(0),
        sign_ins: sign_ins.get(&id).copied().unwrap_or(0),
    };
    Ok(ids.into_iter().map(usage).collect())
}

/// How many records or marks there are by the ring's key that they begin with. What begins with none needs none.
fn by_key(beginnings: Vec<(Vec<u8>, u64)>) -> BTreeMap<u32, u64> {
    let mut keys = BTreeMap::new();
    for (beginning, count) in beginnings {
        match key_of_record(&beginning) {
            Ok(key) => *keys.entry(key).or_default() += count,
            Err(error) => tracing::error!(count, %error, "what should be sealed or marked is not"),
        }
    }
    keys
}

/// The connected accounts whose owner is not the one for whom their key was wrapped, as far as the ring has the keys: what
/// is sealed of them opens for nobody. One whose key was taken away is among them.
///
/// # Errors
/// When the database fails.
pub async fn changed_owners(store: &Store, ring: &Ring) -> Result<Vec<AccountId>> {
    let is_changed = |(id, owner, wrapped): &(AccountId, String, Option<Vec<u8>>)| {
        wrapped.as_ref().is_none_or(|wrapped| {
            matches!(ring.unwrap(id.as_str(), owner, wrapped), Err(VaultError::OwnerChanged))
        })
    };
    let all = store.owned_keys().await?.into_iter();
    Ok(all.filter(is_changed).map(|(id, ..)| id).collect())
}

impl Strongbox {
    /// Every key that its ring has or the database needs, by number.
    ///
    /// # Errors
    /// As `key_uses`.
    pub async fn key_uses(&self) -> Result<Vec<KeyUse>> {
        key_uses(&self.store, &self.ring, self.clock.now()).await
    }

    /// The key to seal one record of an account with, and how it is wrapped; renewed when it has sealed enough, and made
    /// when there is none: for an owner, or while a claim of theirs holds. Where no owner is named there is one.
    pub(super) async fn key_to_seal(
        &self,
        account: &AccountId,
        owner: Option<&str>,
        claim: Option<&Claim>,
    ) -> Result<(DataKey, Vec<u8>)> {
        for _ in 0..TRIES {
            let Some(kept) = self.store.data_key_to_seal(account).await? else {
                self.make_key(account, owner.ok_or(StoreError::LeaseLost)?, claim).await?;
                continue;
            };
            if owner.is_some_and(|owner| owner != kept.owner) {
                return Err(VaultError::OwnerChanged.into());
            }
            let key = self.ring.unwrap(account.as_str(), &kept.owner, &kept.wrapped)?;
            if kept.seals <= self.seals_at_most {
                return Ok((key, kept.wrapped));
            }
            self.renew_key(account, &kept, &key).await?;
        }
        Err(StoreError::Busy(None).into())
    }

    /// Whoever is second finds a key there, and takes that one.
    async fn make_key(&self, account: &AccountId, owner: &str, claim: Option<&Claim>) -> Result<()> {
        let fresh = self.ring.wrap(account.as_str(), owner, &DataKey::generate());
        let added = match claim {
            Some(claim) => self.store.add_data_key_held(claim, &fresh).await,
            None => self.store.add_data_key(account, owner, &fresh).await,
        };
        match added {
            Err(StoreError::RingOutdated) => self.catch_up().await,
            Err(StoreError::KeyChanged) => self.owned_by(account, owner).await,
            added => Ok(added?),
        }
    }

    async fn owned_by(&self, account: &AccountId, owner: &str) -> Result<()> {
        let found = self.store.account(account).await?.ok_or(StoreError::NoSuchAccount)?;
        if found.owner == owner { Ok(()) } else { Err(VaultError::OwnerChanged.into()) }
    }

    /// The ring was rotated while this process runs: looks for the key that the database goes by.
    pub(super) async fn catch_up(&self) -> Result<()> {
        let canary = self.store.canary().await?.unwrap_or_default();
        Ok(self.ring.look_again(key_of_record(&canary)?)?)
    }

    /// Whoever is second finds the key changed, and takes that one.
    async fn renew_key(&self, account: &AccountId, kept: &WrappedKey, key: &DataKey) -> Result<()> {
        let next = self.ring.wrap(account.as_str(), &kept.owner, &key.next());
        match self.store.renew_data_key(account, &kept.wrapped, &next).await {
            Err(StoreError::RingOutdated) => self.catch_up().await,
            renewed => Ok(renewed?),
        }
    }

    /// Gives an account that was begun and never connected to another owner, with its key: the passwords that
    /// were refused stay known. Whether it was such an account.
    ///
    /// # Errors
    /// When the database fails or the key does not open.
    pub async fn hand_over(&self, account: &AccountId, to: &str) -> Result<bool> {
        for _ in 0..TRIES {
            match self.try_to_hand_over(account, to).await {
                Err(StrongboxError::Store(StoreError::RingOutdated)) => self.catch_up().await?,
                Err(StrongboxError::Store(StoreError::KeyChanged)) => {}
                done => return done,
            }
        }
        Err(StoreError::Busy(None).into())
    }

    async fn try_to_hand_over(&self, account: &AccountId, to: &str) -> Result<bool> {
        let Some(Account { owner, .. }) = self.store.account(account).await? else { return Ok(false) };
        let Some(WrappedKey { wrapped, owner, .. }) = self.store.data_key(account).await? else {
            return Ok(self.store.hand_over(account, (&owner, to), None).await?);
        };
        let key = self.ring.unwrap(account.as_str(), &owner, &wrapped)?;
        let new = self.ring.wrap(account.as_str(), to, &key);
        Ok(self.store.hand_over(account, (&owner, to), Some((&wrapped, &new))).await?)
    }
}
