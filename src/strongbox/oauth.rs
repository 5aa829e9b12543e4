//! Sign-ins by OAuth that are under way, and the right to renew what they gave.

use super::{Result, Strongbox, StrongboxError};
use crate::model::{AccountId, Troubles};
use crate::secret::SecretText;
use crate::store::{Flow, FlowKeys, NewFlow, RefreshLease, SealedFlow};
use crate::vault::{DataKey, Place, VaultError};
use chrono::{DateTime, Utc};
use std::time::Duration;

impl Strongbox {
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

    /// Gives the right back without tokens; `troubles` where something is to be kept of it.
    ///
    /// # Errors
    /// `StoreError::LeaseLost` as above.
    pub async fn release_refresh(&self, lease: &RefreshLease, troubles: Option<&Troubles>) -> Result<()> {
        Ok(self.store.release_refresh(lease, troubles).await?)
    }

    /// Keeps a sign-in that begins. It has a key of its own: it may not belong to any account yet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_flow(&self, flow: &NewFlow, private: &SecretText, now: DateTime<Utc>) -> Result<()> {
        let NewFlow { owner, account, opener, redirect_uri, authority, .. } = flow.clone();
        let begun = Flow { owner, account, opener, redirect_uri, authority };
        let sealed = self.sealed_flow(uuid::Uuid::new_v4().to_string(), &begun, private);
        Ok(self.store.put_flow(flow, &sealed, now).await?)
    }

    pub(super) fn sealed_flow(&self, id: String, flow: &Flow, private: &SecretText) -> SealedFlow {
        let key = DataKey::generate();
        let sealed = key.seal(&flow_place(&id, &flow_row(flow)), private);
        SealedFlow { wrapped: self.ring.wrap(&id, NO_OWNER, &key), id, sealed }
    }

    /// Ties a sign-in to a browser: its handle ends, its state begins.
    ///
    /// # Errors
    /// `FlowChanged` when its row was changed; when the database fails or the record does not open.
    pub async fn bind_flow(
        &self,
        handle: &[u8; 32],
        keys: &FlowKeys,
        now: DateTime<Utc>,
    ) -> Result<Option<(Flow, SecretText)>> {
        self.opened_flow(self.store.bind_flow(handle, keys, now).await?)
    }

    /// Takes a sign-in that has come back: it cannot come back again.
    ///
    /// # Errors
    /// `FlowChanged` when its row was changed; when the database fails or the record does not open.
    pub async fn take_flow(&self, keys: &FlowKeys, now: DateTime<Utc>) -> Result<Option<(Flow, SecretText)>> {
        self.opened_flow(self.store.take_flow(keys, now).await?)
    }

    fn opened_flow(&self, found: Option<(Flow, SealedFlow)>) -> Result<Option<(Flow, SecretText)>> {
        let Some((flow, SealedFlow { id, wrapped, sealed })) = found else { return Ok(None) };
        let open =
            || self.ring.unwrap(&id, NO_OWNER, &wrapped)?.open(&flow_place(&id, &flow_row(&flow)), &sealed);
        match open() {
            Ok(private) => Ok(Some((flow, private))),
            Err(VaultError::Damaged { .. } | VaultError::OwnerChanged) => Err(StrongboxError::FlowChanged),
            Err(error) => Err(error.into()),
        }
    }
}

/// The key of a sign-in is no account's.
const NO_OWNER: &str = "";

/// All that a sign-in was begun with: whoever changes it gains no account and no code.
fn flow_row(flow: &Flow) -> String {
    let Flow { owner, account, opener, redirect_uri, authority } = flow;
    serde_json::to_string(&(owner, account, opener, redirect_uri, authority)).expect("texts serialise")
}

pub(super) fn flow_place<'a>(id: &'a str, row: &'a str) -> Place<'a> {
    Place { table: "oauth_flow", column: "sealed", row, account: id }
}
