//! What a version before has sealed is sealed anew, as it is sealed today.
//!
//! ```text
//! canary     says that forms are mixed: programs of before add nothing any more
//! accounts   key, records and what passwords are known by, each account in one transaction
//! API tokens get their marks
//! canary     says that all is of today: what comes in the form of before is refused
//! ```
//! Stopped anywhere, it goes on when the secrets are opened again; several may do it at once. What the rows
//! say is believed then, once: there is nothing yet to tell it by. What a missing key of the ring has sealed keeps its
//! form, and is refused: to wait for the key would be to believe the rows for as long.

use super::grants::BoundTokens;
use super::keys::TRIES;
use super::{Result, Strongbox, StrongboxError, TOKENS, place, row};
use crate::model::AccountId;
use crate::secret::SecretText;
use crate::store::{OldKey, Resealing, StoreError};
use crate::vault::{DataKey, Forms, SINCE, VaultError, key_of_record};
use std::sync::Arc;

/// Accounts that are read at a time.
const BATCH: u32 = 50;

/// What became of one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Done {
    /// It is sealed as today, or opens by nothing.
    Well,
    /// It has changed meanwhile: it is looked at again.
    Changed,
    /// The ring lacks its key.
    Missing,
}

impl Strongbox {
    /// Seals everything anew that is not of today's form.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn reseal_all(&self) -> Result<()> {
        self.catch_up().await?;
        if self.ring.active() < key_of_record(&self.store.canary().await?.unwrap_or_default())? {
            // What it sealed would be refused.
            return Err(StoreError::RingOutdated.into());
        }
        self.tell(Forms::Mixed).await?;
        let mut worst = Done::Changed;
        for _ in 0..TRIES {
            worst = self.reseal_accounts().await?;
            if worst != Done::Changed {
                break;
            }
        }
        if worst == Done::Changed {
            // Others change it faster.
            return Err(StoreError::Busy(None).into());
        }
        self.mark_tokens().await?;
        if worst == Done::Missing {
            tracing::error!(
                "the ring lacks keys: the accounts that they sealed are to be connected anew, or the database of the \
                 version before is put back, and the keys into the ring, before this version starts"
            );
        }
        self.tell(Forms::Today).await
    }

    /// Has the canary say so, unless it says more already.
    async fn tell(&self, forms: Forms) -> Result<()> {
        loop {
            let canary = self.store.canary().await?.unwrap_or_default();
            let told = self.ring.canary_open(&canary)?;
            if told == Forms::Today
                || told == forms
                || self.store.swap_canary(&canary, &self.ring.canary_retold(&canary, forms)?).await?
            {
                return Ok(());
            }
        }
    }

    async fn reseal_accounts(&self) -> Result<Done> {
        let (mut worst, mut accounts, mut after) = (Done::Well, 0, None);
        loop {
            let batch = self.store.data_keys_before(&SINCE, after.as_ref(), BATCH).await?;
            let Some(last) = batch.last() else { return Ok(worst) };
            after = Some(last.account.clone());
            for old in &batch {
                let done = self.reseal_account(old).await?;
                accounts += u64::from(done == Done::Well);
                worst = worst.max(done);
            }
            tracing::info!(accounts, "secrets of a version before are sealed anew");
        }
    }

    async fn reseal_account(&self, OldKey { account, owner, wrapped }: &OldKey) -> Result<Done> {
        let key = match self.ring.unwrap_old(account.as_str(), wrapped) {
            Ok(key) => Arc::new(key),
            Err(error) => return Ok(lost("data key", account.as_str(), &error)),
        };
        let (seen, old) = self.old_records(account, &key).await?;
        let (records, plain): (Vec<_>, Vec<_>) = old.into_iter().unzip();
        let passwords = self.renamed(account, &key, self.old_passwords(account).await?).await?;
        let new = self.ring.wrap(account.as_str(), owner, &key);
        let seal = |index: usize, version| {
            let (kind, _): &(String, Vec<u8>) = &records[index];
            key.seal(&place(account, &row(kind, version)), &plain[index])
        };
        let resealing = Resealing { old: wrapped, new: &new, seen, records: &records, seal: &seal };
        match self.store.reseal(account, &resealing, &passwords).await {
            Err(StoreError::KeyChanged) => Ok(Done::Changed),
            Err(StoreError::RingOutdated) => self.catch_up().await.map(|()| Done::Changed),
            done => Ok(done.map(|()| Done::Well)?),
        }
    }

    /// How many records an account has, and each as it lies and as it is to be sealed. One that does not open stays: it
    /// opens with no key.
    async fn old_records(
        &self,
        account: &AccountId,
        key: &DataKey,
    ) -> Result<(usize, Vec<((String, Vec<u8>), SecretText)>)> {
        let (all, mut records) = (self.store.all_sealed(account).await?, Vec::new());
        let seen = all.len();
        for (kind, record) in all {
            match key.open_old(&place(account, &kind), &record.sealed) {
                Ok(plain) => records.push(((kind, record.sealed), plain)),
                Err(error) => drop(lost("sealed record", account.as_str(), &error)),
            }
        }
        let grant = self.store.grant(account).await?;
        // Tokens without a grant are nobody's.
        records.retain(|((kind, _), _)| kind != TOKENS || grant.is_some());
        if let Some((_, tokens)) = records.iter_mut().find(|((kind, _), _)| kind == TOKENS)
            && let Some(grant) = &grant
        {
            *tokens = BoundTokens::seal(&grant.given, tokens);
        }
        Ok((seen, records))
    }

    async fn old_passwords(&self, account: &AccountId) -> Result<Vec<String>> {
        let versions = self.store.password_versions(account).await?;
        Ok(versions.into_iter().filter(|version| !DataKey::is_todays_name(version)).collect())
    }

    async fn mark_tokens(&self) -> Result<()> {
        let mut after = None;
        loop {
            let batch = self.store.api_tokens_before(&SINCE, after.as_ref(), BATCH).await?;
            let Some(last) = batch.last() else { return Ok(()) };
            after = Some(last.token.id.clone());
            let new = batch.into_iter().map(|stored| {
                let mark = self.mark(&stored.token, &stored.hash);
                (stored, mark)
            });
            match self.store.remark(&new.collect::<Vec<_>>()).await {
                Err(StoreError::RingOutdated) => {
                    self.catch_up().await?;
                    after = None;
                }
                done => drop(done.map_err(StrongboxError::from)?),
            }
        }
    }
}

fn lost(what: &str, whose: &str, error: &VaultError) -> Done {
    tracing::error!(whose, %error, "a {what} of a version before does not open");
    if matches!(error, VaultError::UnknownKey(_)) { Done::Missing } else { Done::Well }
}
