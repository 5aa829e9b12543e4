//! Sign-ins by OAuth that are under way.

use super::{Result, Strongbox, StrongboxError};
use crate::model::{AttemptId, AuditEntry, Beginner};
use crate::secret::SecretText;
use crate::store::{Flow, FlowKeys, NewFlow, SealedFlow};
use crate::vault::{DataKey, Place, VaultError};
use chrono::{DateTime, Utc};

/// The columns of a sign-in that are sealed.
const PRIVATE: &str = "sealed";
const ANSWER: &str = "answer";
/// The key of a sign-in is no account's.
const NO_OWNER: &str = "";

/// A sign-in that somebody finishes.
pub struct TakenFlow {
    /// The attempt that it belongs to.
    pub attempt: AttemptId,
    /// As it was begun.
    pub flow: Flow,
    /// What was sealed when it began, and what Microsoft answered; or why they do not open: `FlowChanged` when its row
    /// was changed.
    pub contents: Result<(SecretText, SecretText)>,
}

impl Strongbox {
    /// Keeps a sign-in that begins, under a fresh id. It has a key of its own: it may not belong to any
    /// account yet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_flow(
        &self,
        new: &NewFlow,
        private: &SecretText,
        now: DateTime<Utc>,
    ) -> Result<AttemptId> {
        let (id, key) = (AttemptId::new(now), DataKey::generate());
        let wrapped = self.ring.wrap(id.as_str(), NO_OWNER, &key);
        let sealed = key.seal(&place(&id, PRIVATE, &begun(&new.flow)), private);
        let sealed = SealedFlow { id, wrapped, sealed, answer: None };
        self.store.put_flow(new, &sealed, now).await?;
        Ok(sealed.id)
    }

    /// The sign-in that a handle opens. Nothing changes.
    ///
    /// # Errors
    /// `FlowChanged` when its row was changed; when the database fails or the record does not open.
    pub async fn flow_at(&self, handle: &[u8; 32], now: DateTime<Utc>) -> Result<Option<(Flow, SecretText)>> {
        let Some((flow, sealed)) = self.store.flow_at(handle, now).await? else { return Ok(None) };
        let (_, private) = self.open_flow(&flow, &sealed).map_err(changed)?;
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
    /// `FlowChanged` when its row was changed: it says where `finish` goes. When the database fails or the
    /// record does not open.
    pub async fn answer_flow(
        &self,
        keys: &FlowKeys,
        finish: &[u8; 32],
        answer: &SecretText,
        now: DateTime<Utc>,
    ) -> Result<Option<(AttemptId, Flow)>> {
        let Some((flow, sealed)) = self.store.returned_flow(keys, now).await? else { return Ok(None) };
        let (key, _) = self.open_flow(&flow, &sealed).map_err(changed)?;
        let answer = key.seal(&place(&sealed.id, ANSWER, &begun(&flow)), answer);
        let is_first = self.store.answer_flow(keys, finish, &answer).await?;
        Ok(is_first.then_some((sealed.id, flow)))
    }

    /// Takes the sign-in that somebody comes to finish: nobody else can meanwhile. Where another has begun it, it is gone,
    /// and `refusal` is kept of it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_flow(
        &self,
        finish: &[u8; 32],
        by: &Beginner,
        refusal: &AuditEntry,
        now: DateTime<Utc>,
    ) -> Result<Option<TakenFlow>> {
        let Some((flow, sealed)) = self.store.take_flow(finish, by, refusal, now).await? else {
            return Ok(None);
        };
        let contents = self.contents(&flow, &sealed).map_err(changed);
        Ok(Some(TakenFlow { attempt: sealed.id, flow, contents }))
    }

    fn contents(
        &self,
        flow: &Flow,
        sealed: &SealedFlow,
    ) -> std::result::Result<(SecretText, SecretText), VaultError> {
        let (key, private) = self.open_flow(flow, sealed)?;
        let answer = sealed.answer.as_deref().unwrap_or_default();
        let answer = key.open(&place(&sealed.id, ANSWER, &begun(flow)), answer)?;
        Ok((private, answer))
    }

    /// The key of a sign-in, and what was sealed as it began.
    fn open_flow(
        &self,
        flow: &Flow,
        sealed: &SealedFlow,
    ) -> std::result::Result<(DataKey, SecretText), VaultError> {
        let key = self.ring.unwrap(sealed.id.as_str(), NO_OWNER, &sealed.wrapped)?;
        let private = key.open(&place(&sealed.id, PRIVATE, &begun(flow)), &sealed.sealed)?;
        Ok((key, private))
    }
}

/// What does not open under what its row says was begun otherwise.
fn changed(error: VaultError) -> StrongboxError {
    if matches!(error, VaultError::Damaged { .. } | VaultError::OwnerChanged) {
        StrongboxError::FlowChanged
    } else {
        error.into()
    }
}

/// All that a sign-in was begun with: whoever changes it gains no account and no code.
fn begun(flow: &Flow) -> String {
    let Flow { owner, begun_by, account, opener, redirect_uri, authority } = flow;
    serde_json::to_string(&(owner, begun_by, account, opener, redirect_uri, authority))
        .expect("texts serialise")
}

fn place<'a>(id: &'a AttemptId, column: &'static str, row: &'a str) -> Place<'a> {
    Place { table: "oauth_flow", column, row, account: id.as_str() }
}
