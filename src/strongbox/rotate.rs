//! The ring rotated: what older keys have wrapped and marked.

use super::{Result, Strongbox};
use crate::model::{AccountId, AuditAction, AuditEntry, TokenId};
use crate::store::OldKey;
use crate::vault::{beginning, key_of_record};
use serde::Serialize;

/// What is wrapped or marked anew in one transaction: some milliseconds, for which other writers wait.
const BATCH: u32 = 500;

/// What wrapping anew has come to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Rewrapped {
    /// Data keys that the active key wraps now and did not before.
    pub accounts: u64,
    /// Data keys that no key of the ring opens.
    pub lost: u64,
    /// Tokens for the API that the active key has marked now and did not before.
    pub tokens: u64,
}

impl Strongbox {
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
            if key_of_record(&canary)? >= active {
                return Ok(());
            }
            let renewed = self.ring.canary_seal(self.ring.canary_open(&canary)?);
            if self.store.renew_canary(&canary, &renewed, &entry).await? {
                return Ok(());
            }
        }
    }

    /// Wraps every data key of an older key by the ring's active one, and has it mark every token, batch by
    /// batch; `progress` is told after each. Others read and write meanwhile. It may be stopped anywhere and
    /// begun again: what is done stays done.
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
        let mut after = None;
        while let Some(last) = self.remark_batch(BATCH, after.as_ref(), &mut done).await? {
            after = Some(last);
        }
        self.remark_dashboard_users().await?;
        self.seal_audit().await?;
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
        let last = old.last().map(|key| key.account.clone());
        for OldKey { account, owner, wrapped } in old {
            match self.ring.unwrap(account.as_str(), &owner, &wrapped) {
                Ok(key) => {
                    let again = self.ring.wrap(account.as_str(), &owner, &key);
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

    /// The same of tokens. One whose mark does not fit is nobody's: it loses the mark, so that it needs no key.
    async fn remark_batch(
        &self,
        size: u32,
        after: Option<&TokenId>,
        done: &mut Rewrapped,
    ) -> Result<Option<TokenId>> {
        let old = self.store.api_tokens_before(&beginning(self.ring.active()), after, size).await?;
        let last = old.last().map(|stored| stored.token.id.clone());
        let mut new = Vec::with_capacity(old.len());
        for stored in old {
            match self.is_ours(&stored) {
                Ok(true) => {
                    let mark = self.mark(&stored.token, &stored.hash);
                    new.push((stored, mark));
                }
                Ok(false) => {
                    tracing::error!(
                        token = stored.token.prefix,
                        "a token's row was written by somebody else"
                    );
                    self.store.unmark(&stored).await?;
                }
                // One of a key that the ring lacks is lost until that is back.
                Err(error) => {
                    tracing::error!(token = stored.token.prefix, %error, "a token's mark cannot be read");
                }
            }
        }
        done.tokens += self.store.remark(&new).await?;
        Ok(last)
    }
}
