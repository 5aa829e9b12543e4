//! Tokens, and sign-ins that are under way.

use super::{Result, Strongbox, place};
use crate::model::{AccountId, AuditEntry, Grant, NewGrant, Troubles};
use crate::secret::SecretText;
use crate::store::{Flow, FlowKeys, NewFlow, RefreshLease, SealedFlow, Settled};
use crate::vault::{DataKey, Place};
use chrono::{DateTime, Utc};
use std::time::Duration;

const TOKENS: &str = "tokens";

impl Strongbox {
    /// Puts away what a sign-in gave, in the place of the one before, with the line that tells of it. A
    /// refresh that is under way then writes nothing.
    ///
    /// # Errors
    /// `StoreError::PersonTaken` when another account is this person's; when the database fails.
    pub async fn put_grant(
        &self,
        account: &AccountId,
        grant: &NewGrant,
        tokens: &SecretText,
        line: &AuditEntry,
    ) -> Result<()> {
        let sealed = self.key_or_new(account).await?.seal(&place(account, TOKENS), tokens);
        Ok(self.store.put_grant(account, grant, TOKENS, &sealed, line).await?)
    }

    /// What an account's sign-in gave, but for the tokens.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn grant(&self, account: &AccountId) -> Result<Option<Grant>> {
        Ok(self.store.grant(account).await?)
    }

    /// An account's tokens.
    ///
    /// # Errors
    /// When the database fails or the record does not open.
    pub async fn tokens(&self, account: &AccountId) -> Result<Option<SecretText>> {
        let Some(key) = self.key(account).await? else { return Ok(None) };
        self.get(&key, account, TOKENS).await
    }

    /// Takes the right to renew an account's tokens. `None` while another process has it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn lease_grant(
        &self,
        account: &AccountId,
        now: DateTime<Utc>,
        time: Duration,
    ) -> Result<Option<RefreshLease>> {
        Ok(self.store.lease_grant(account, now, time).await?)
    }

    /// Puts renewed tokens away and gives the right back, in one transaction.
    ///
    /// # Errors
    /// `StoreError::LeaseLost` when another process has the right, the person has signed in anew or
    /// disconnected.
    pub async fn settle_refresh(
        &self,
        account: &AccountId,
        lease: &RefreshLease,
        tokens: &SecretText,
        settled: &Settled<'_>,
    ) -> Result<()> {
        let key = self.key_or_new(account).await?;
        let sealed = key.seal(&place(account, TOKENS), tokens);
        Ok(self.store.settle_refresh(lease, TOKENS, &sealed, settled).await?)
    }

    /// Gives the right back without tokens; `troubles` where something is to be kept of it.
    ///
    /// # Errors
    /// `StoreError::LeaseLost` as above.
    pub async fn release_refresh(&self, lease: &RefreshLease, troubles: Option<&Troubles>) -> Result<()> {
        Ok(self.store.release_refresh(lease, troubles).await?)
    }

    /// Destroys an account's tokens and what is known of its sign-in; whether there were any.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn destroy_grant(&self, account: &AccountId, line: &AuditEntry) -> Result<bool> {
        Ok(self.store.destroy_grant(account, TOKENS, line).await?)
    }

    /// Keeps a sign-in that begins. It has a key of its own: it may not belong to any account yet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_flow(&self, flow: &NewFlow, private: &SecretText, now: DateTime<Utc>) -> Result<()> {
        let id = uuid::Uuid::new_v4().to_string();
        let key = DataKey::generate();
        let (wrapped, sealed) = (self.ring.wrap(&id, &key), key.seal(&flow_place(&id), private));
        Ok(self.store.put_flow(flow, &SealedFlow { id, wrapped, sealed }, now).await?)
    }

    /// Ties a sign-in to a browser: its handle ends, its state begins.
    ///
    /// # Errors
    /// When the database fails or the record does not open.
    pub async fn bind_flow(
        &self,
        handle: &[u8; 32],
        keys: &FlowKeys,
        now: DateTime<Utc>,
    ) -> Result<Option<(Flow, SecretText)>> {
        self.opened(self.store.bind_flow(handle, keys, now).await?)
    }

    /// Takes a sign-in that has come back: it cannot come back again.
    ///
    /// # Errors
    /// When the database fails or the record does not open.
    pub async fn take_flow(&self, keys: &FlowKeys, now: DateTime<Utc>) -> Result<Option<(Flow, SecretText)>> {
        self.opened(self.store.take_flow(keys, now).await?)
    }

    fn opened(&self, found: Option<(Flow, SealedFlow)>) -> Result<Option<(Flow, SecretText)>> {
        let Some((flow, SealedFlow { id, wrapped, sealed })) = found else { return Ok(None) };
        let private = self.ring.unwrap(&id, &wrapped)?.open(&flow_place(&id), &sealed)?;
        Ok(Some((flow, private)))
    }
}

fn flow_place(id: &str) -> Place<'_> {
    Place { table: "oauth_flow", column: "sealed", row: "", account: id }
}
