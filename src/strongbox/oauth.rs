//! Tokens, and sign-ins that are under way.

use super::{Result, Strongbox, place};
use crate::model::{AccountId, AttemptId, AuditEntry, Grant, NewGrant, Troubles};
use crate::secret::SecretText;
use crate::store::{Flow, FlowKeys, NewFlow, RefreshLease, SealedFlow, Settled};
use crate::vault::{DataKey, Place};
use chrono::{DateTime, Utc};
use std::time::Duration;

const TOKENS: &str = "tokens";
/// The columns of a sign-in that are sealed.
const PRIVATE: &str = "sealed";
const ANSWER: &str = "answer";

/// A sign-in that somebody finishes.
pub struct TakenFlow {
    /// The attempt that it belongs to.
    pub attempt: AttemptId,
    /// As it was begun.
    pub flow: Flow,
    /// What was sealed when it began.
    pub private: SecretText,
    /// What Microsoft answered.
    pub answer: SecretText,
}

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

    /// Keeps a sign-in that begins, under a fresh id. It has a key of its own: it may not belong to any
    /// account yet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_flow(
        &self,
        flow: &NewFlow,
        private: &SecretText,
        now: DateTime<Utc>,
    ) -> Result<AttemptId> {
        let (id, key) = (AttemptId::new(now), DataKey::generate());
        let wrapped = self.ring.wrap(id.as_str(), &key);
        let sealed = key.seal(&flow_place(&id, PRIVATE), private);
        let sealed = SealedFlow { id, wrapped, sealed, answer: None };
        self.store.put_flow(flow, &sealed, now).await?;
        Ok(sealed.id)
    }

    /// The sign-in that a handle opens. Nothing changes.
    ///
    /// # Errors
    /// When the database fails or the record does not open.
    pub async fn flow_at(&self, handle: &[u8; 32], now: DateTime<Utc>) -> Result<Option<(Flow, SecretText)>> {
        let Some((flow, sealed)) = self.store.flow_at(handle, now).await? else { return Ok(None) };
        let private = self.flow_key(&sealed)?.open(&flow_place(&sealed.id, PRIVATE), &sealed.sealed)?;
        Ok(Some((flow, private)))
    }

    /// Ties a sign-in to a browser: its handle ends, its state begins. Whether there was one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn bind_flow(&self, handle: &[u8; 32], keys: &FlowKeys, now: DateTime<Utc>) -> Result<bool> {
        Ok(self.store.bind_flow(handle, keys, now).await?)
    }

    /// Puts away what Microsoft answered; `finish` (SHA-256) then leads to it. `None` when the answer belongs
    /// to no sign-in, or came before.
    ///
    /// # Errors
    /// When the database fails or the sign-in's key does not open.
    pub async fn answer_flow(
        &self,
        keys: &FlowKeys,
        finish: &[u8; 32],
        answer: &SecretText,
        now: DateTime<Utc>,
    ) -> Result<Option<(AttemptId, Flow)>> {
        let Some((flow, sealed)) = self.store.returned_flow(keys, now).await? else { return Ok(None) };
        let answer = self.flow_key(&sealed)?.seal(&flow_place(&sealed.id, ANSWER), answer);
        let is_first = self.store.answer_flow(keys, finish, &answer).await?;
        Ok(is_first.then_some((sealed.id, flow)))
    }

    /// Takes the sign-in that somebody comes to finish for `owner`: nobody can any more. Where it was begun
    /// for another, `refusal` is kept of it.
    ///
    /// # Errors
    /// When the database fails or the record does not open.
    pub async fn take_flow(
        &self,
        finish: &[u8; 32],
        owner: &str,
        refusal: &AuditEntry,
        now: DateTime<Utc>,
    ) -> Result<Option<TakenFlow>> {
        let Some((flow, sealed)) = self.store.take_flow(finish, owner, refusal, now).await? else {
            return Ok(None);
        };
        let key = self.flow_key(&sealed)?;
        let private = key.open(&flow_place(&sealed.id, PRIVATE), &sealed.sealed)?;
        let answer = key.open(&flow_place(&sealed.id, ANSWER), &sealed.answer.unwrap_or_default())?;
        Ok(Some(TakenFlow { attempt: sealed.id, flow, private, answer }))
    }

    fn flow_key(&self, sealed: &SealedFlow) -> Result<DataKey> {
        Ok(self.ring.unwrap(sealed.id.as_str(), &sealed.wrapped)?)
    }
}

fn flow_place<'a>(id: &'a AttemptId, column: &'static str) -> Place<'a> {
    Place { table: "oauth_flow", column, row: "", account: id.as_str() }
}
