//! Tokens for the API. What a row says of one is believed by its mark alone.

use super::{Result, Strongbox};
use crate::model::{ApiToken, TokenLimits};
use crate::store::StoredToken;
use crate::vault::{Ring, VaultError};
use chrono::{DateTime, Utc};

const PURPOSE: &str = "api_token";

impl Strongbox {
    /// Keeps a token for the API by its hash, and that `actor` made it.
    ///
    /// # Errors
    /// When the database fails, or goes by a key that the ring lacks.
    pub async fn add_api_token(&self, token: &ApiToken, hash: &[u8; 32], actor: &str) -> Result<()> {
        by_todays_key!(self, self.store.add_api_token(token, hash, &self.mark(token, hash), actor));
        Ok(())
    }

    /// The token of this hash, unless it has expired by `now`, or its row was not written by who has the
    /// ring.
    ///
    /// # Errors
    /// When the database fails, or the ring lacks the key that the mark names.
    pub async fn api_token(&self, hash: &[u8; 32], now: DateTime<Utc>) -> Result<Option<ApiToken>> {
        let Some(stored) = self.store.api_token(hash, now).await? else { return Ok(None) };
        if !self.is_ours(&stored)? {
            let StoredToken { token, .. } = stored;
            tracing::warn!(token = token.prefix, "a token is refused: its row was written by somebody else");
            return Ok(None);
        }
        Ok(Some(stored.token))
    }

    /// The tokens that have not expired by `now` and whose rows were written by who has the ring, with their hashes.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn good_api_tokens(&self, now: DateTime<Utc>) -> Result<Vec<([u8; 32], ApiToken)>> {
        let stored = self.store.stored_api_tokens().await?.into_iter();
        let good = stored.filter(|row| row.token.expires_at > now && self.is_ours(row).unwrap_or(false));
        Ok(good.filter_map(|row| Some((row.hash.try_into().ok()?, row.token))).collect())
    }

    /// Whether the row of a token was written by who has the ring; `None` where it cannot be told, for want of the key.
    #[must_use]
    pub fn holds(&self, stored: &StoredToken) -> Option<bool> {
        self.is_ours(stored).ok()
    }

    /// Whether the row of a token was written by who has the ring.
    pub(super) fn is_ours(&self, stored: &StoredToken) -> Result<bool> {
        Ok(is_marked(&self.ring, stored)?)
    }

    /// The mark of a token by the ring's active key.
    pub(super) fn mark(&self, token: &ApiToken, hash: &[u8]) -> Vec<u8> {
        over(token, hash, |fields| self.ring.mark(PURPOSE, fields))
    }
}

/// Whether the row of a token was written by who has this ring.
///
/// # Errors
/// That the ring lacks the key that the mark names.
pub fn is_marked(ring: &Ring, stored: &StoredToken) -> std::result::Result<bool, VaultError> {
    let Some(mark) = &stored.mark else { return Ok(false) };
    match over(&stored.token, &stored.hash, |fields| ring.is_marked(PURPOSE, fields, mark)) {
        Err(VaultError::Truncated | VaultError::UnknownVersion(_)) => Ok(false),
        fits => fits,
    }
}

/// What a mark is over: all that decides who a caller is and what they may do. The name of a token is for
/// people, and may be mended.
///
/// A token that nothing narrows has the mark that it had before there were limits. No other has: each field
/// says that it is there and how long it is.
fn over<T>(token: &ApiToken, hash: &[u8], work: impl FnOnce(&crate::vault::Fields<'_>) -> T) -> T {
    let (scopes, expires_at) = (token.scopes.to_string(), token.expires_at.timestamp_millis().to_be_bytes());
    let TokenLimits { account, resource, networks, uses_per_hour } = &token.limits;
    let (networks, uses) = (networks.to_string(), uses_per_hour.map(u32::to_be_bytes));
    let fields = [
        Some(token.id.as_str().as_bytes()),
        Some(token.prefix.as_bytes()),
        Some(hash),
        Some(scopes.as_bytes()),
        token.owner.as_deref().map(str::as_bytes),
        Some(&expires_at),
        account.as_ref().map(|account| account.as_str().as_bytes()),
        resource.map(|resource| resource.as_str().as_bytes()),
        Some(networks.as_bytes()),
        uses.as_ref().map(<[u8; 4]>::as_slice),
    ];
    work(if token.limits.is_none() { &fields[..BEFORE_LIMITS] } else { &fields })
}

/// How many fields the mark of a token has that nothing narrows.
const BEFORE_LIMITS: usize = 6;
