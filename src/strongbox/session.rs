//! Browser sessions, and what else stands alone.

use super::{Put, Result, SESSION, Strongbox, StrongboxError};
use crate::model::AccountId;
use crate::secret::SecretText;
use crate::store::Claim;
use crate::vault::VaultError;

impl Strongbox {
    /// Puts the browser session of a sign-in away in place of the one before, for the owner who signed in.
    ///
    /// # Errors
    /// When the database fails, the account is gone or another's, or its key does not open.
    pub async fn put_session(&self, account: &AccountId, owner: &str, session: &SecretText) -> Result<()> {
        self.put(account, session, Put::Session(owner)).await
    }

    /// Puts away what a turn made of the browser session, as long as its claim holds: the session of a new
    /// sign-in, or of the next holder, is never replaced by an older one.
    ///
    /// # Errors
    /// `StoreError::LeaseLost` when the claim no longer holds; when the database fails or the account's key
    /// does not open.
    pub async fn put_session_held(&self, claim: &Claim, session: &SecretText) -> Result<()> {
        self.put(&claim.account.id, session, Put::Held(claim)).await
    }

    /// The browser session, if there is one.
    ///
    /// # Errors
    /// When the database fails or the record does not open.
    pub async fn session(&self, account: &AccountId) -> Result<Option<SecretText>> {
        self.secret(account, SESSION).await
    }

    /// The secret of a kind that stands alone, if there is one.
    pub(super) async fn secret(&self, account: &AccountId, kind: &str) -> Result<Option<SecretText>> {
        let Some(record) = self.store.sealed(account, kind).await? else { return Ok(None) };
        match self.opened(account, kind, &record).await {
            // It was put away, or sealed anew with another key, between the two reads.
            Err(StrongboxError::Vault(VaultError::Damaged { .. } | VaultError::UnknownKey(_))) => {
                let Some(record) = self.store.sealed(account, kind).await? else { return Ok(None) };
                self.opened(account, kind, &record).await
            }
            opened => opened,
        }
    }
}
