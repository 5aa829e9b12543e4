//! What sign-ins by OAuth gave: tokens, with where they may go.

use super::keys::TRIES;
use super::{Put, Result, Strongbox, StrongboxError, TOKENS, place, row};
use crate::model::{AccountId, AttemptId, AuditEntry, ContactsEnd, Grant, NewGrant, Use};
use crate::secret::{ExposeSecret, SecretText, secret};
use crate::store::{GrantDestroyed, RefreshLease, Resealing, SealedRecord, Settled, StoreError, WrappedKey};
use crate::vault::{DataKey, VaultError};
use serde::{Deserialize, Serialize};

/// What is sealed: tokens, and where they may go. The same stands in the grant's row, where others read it.
#[derive(Serialize, Deserialize)]
pub(super) struct BoundTokens {
    authority: String,
    client_id: String,
    tenant_id: String,
    object_id: String,
    /// What was asked for. `None` of what was sealed before this was: it is there after the next renewal.
    uses: Option<Vec<Use>>,
    tokens: String,
}

impl BoundTokens {
    pub(super) fn seal(grant: &NewGrant, tokens: &SecretText) -> SecretText {
        let NewGrant { authority, client_id, person, uses, .. } = grant.clone();
        let (tenant_id, object_id, tokens) = (person.tenant, person.object, tokens.expose_secret().clone());
        let bound = Self { authority, client_id, tenant_id, object_id, uses: Some(uses), tokens };
        secret(serde_json::to_string(&bound).expect("texts serialise"))
    }

    /// The tokens, if the grant's row says of them what was sealed with them.
    fn open(opened: &SecretText, grant: &NewGrant) -> Result<SecretText> {
        let bound: Self = serde_json::from_str(opened.expose_secret()).map_err(|_| damaged())?;
        let said = [
            ("authority", &bound.authority, &grant.authority),
            ("client_id", &bound.client_id, &grant.client_id),
            ("tenant_id", &bound.tenant_id, &grant.person.tenant),
            ("object_id", &bound.object_id, &grant.person.object),
        ];
        if let Some((column, ..)) = said.into_iter().find(|(_, sealed, row)| sealed != row) {
            return Err(StrongboxError::GrantChanged(column));
        }
        if bound.uses.is_some_and(|uses| uses != grant.uses) {
            return Err(StrongboxError::GrantChanged("uses"));
        }
        Ok(secret(bound.tokens))
    }
}

fn damaged() -> VaultError {
    VaultError::Damaged { table: "sealed_record".to_owned(), column: "sealed".to_owned() }
}

impl Strongbox {
    /// Puts away what a sign-in gave, in the place of the one before, with how its attempt ended and the line that tells of it, for the owner who
    /// signed in. A refresh that is under way then writes nothing.
    ///
    /// # Errors
    /// `StoreError::PersonTaken` when another account is this person's; when the account is another's, or the database
    /// fails.
    pub async fn put_grant(
        &self,
        account: &AccountId,
        owner: &str,
        grant: &NewGrant,
        tokens: &SecretText,
        (attempt, line): (Option<&AttemptId>, &AuditEntry),
    ) -> Result<()> {
        self.put(account, &BoundTokens::seal(grant, tokens), Put::Grant(owner, grant, (attempt, line))).await
    }

    /// What an account's sign-in gave, but for the tokens, as its row says.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn grant(&self, account: &AccountId) -> Result<Option<Grant>> {
        Ok(self.store.grant(account).await?)
    }

    /// What an account's sign-in gave, and its tokens: what decides where they may go is what was sealed with
    /// them.
    ///
    /// # Errors
    /// `GrantChanged` when the row says otherwise; when the database fails or the record does not open.
    pub async fn grant_and_tokens(&self, account: &AccountId) -> Result<Option<(Grant, SecretText)>> {
        match self.try_grant_and_tokens(account).await {
            // They were put away, or sealed anew with another key, between two reads.
            Err(StrongboxError::Vault(VaultError::Damaged { .. } | VaultError::UnknownKey(_))) => {
                self.try_grant_and_tokens(account).await
            }
            read => read,
        }
    }

    async fn try_grant_and_tokens(&self, account: &AccountId) -> Result<Option<(Grant, SecretText)>> {
        let Some((grant, Some(record))) = self.store.grant_and_sealed(account, TOKENS).await? else {
            return Ok(None);
        };
        let Some(opened) = self.opened(account, TOKENS, &record).await? else { return Ok(None) };
        let tokens = BoundTokens::open(&opened, &grant.given)?;
        Ok(Some((grant, tokens)))
    }

    /// An account's tokens.
    ///
    /// # Errors
    /// As `grant_and_tokens`.
    pub async fn tokens(&self, account: &AccountId) -> Result<Option<SecretText>> {
        Ok(self.grant_and_tokens(account).await?.map(|(_, tokens)| tokens))
    }

    /// Puts renewed tokens of a grant away and gives the right back, in one transaction.
    ///
    /// # Errors
    /// `StoreError::LeaseLost` when another process has the right, the person has signed in anew or
    /// disconnected.
    pub async fn settle_refresh(
        &self,
        lease: &RefreshLease,
        grant: &NewGrant,
        tokens: &SecretText,
        settled: &Settled<'_>,
    ) -> Result<()> {
        self.put(&lease.account, &BoundTokens::seal(grant, tokens), Put::Refresh(lease, settled)).await
    }

    /// Destroys an account's tokens, the key that has sealed them and what is known of its sign-in and of the
    /// contacts that came by it, which may stay themselves. What stays of the account is sealed anew.
    ///
    /// # Errors
    /// When the database fails. What does not open with the ring, or any more, keeps nothing from being
    /// destroyed.
    pub async fn destroy_grant(
        &self,
        account: &AccountId,
        contacts: ContactsEnd,
        line: &AuditEntry,
    ) -> Result<GrantDestroyed> {
        for _ in 0..TRIES {
            match self.try_to_destroy_grant(account, contacts, line).await {
                Err(StrongboxError::Store(StoreError::RingOutdated)) => self.catch_up().await?,
                Err(StrongboxError::Store(StoreError::KeyChanged)) => {}
                done => return done,
            }
        }
        Err(StoreError::Busy(None).into())
    }

    async fn try_to_destroy_grant(
        &self,
        account: &AccountId,
        contacts: ContactsEnd,
        line: &AuditEntry,
    ) -> Result<GrantDestroyed> {
        let Some(WrappedKey { wrapped, owner, .. }) = self.store.data_key(account).await? else {
            return Ok(self.store.destroy_grant(account, TOKENS, None, contacts, line).await?);
        };
        let key = match self.ring.unwrap(account.as_str(), &owner, &wrapped) {
            Ok(key) => key,
            Err(error) => {
                tracing::warn!(account = account.as_str(), %error, "the key of destroyed tokens stays");
                return Ok(self.store.destroy_grant(account, TOKENS, None, contacts, line).await?);
            }
        };
        let (seen, (records, plain)) = self.others(account, &key).await?;
        let fresh = key.shredded();
        let new = self.ring.wrap(account.as_str(), &owner, &fresh);
        let seal = |index: usize, version| {
            let (kind, _) = &records[index];
            fresh.seal(&place(account, &row(kind, version)), &plain[index])
        };
        let rest = Resealing { old: &wrapped, new: &new, seen, records: &records, seal: &seal };
        Ok(self.store.destroy_grant(account, TOKENS, Some(&rest), contacts, line).await?)
    }

    /// How many records an account has, and those beside its tokens, sealed and in plain. One that does not open is
    /// left out: it would open with no other key either.
    async fn others(
        &self,
        account: &AccountId,
        key: &DataKey,
    ) -> Result<(usize, (Vec<(String, Vec<u8>)>, Vec<SecretText>))> {
        let all = self.store.all_sealed(account).await?;
        let seen = all.len();
        let others = all.into_iter().filter(|(kind, _)| kind != TOKENS);
        let open = |(kind, SealedRecord { sealed, version }): (String, SealedRecord)| {
            let plain = key.open(&place(account, &row(&kind, version)), &sealed).ok()?;
            Some(((kind, sealed), plain))
        };
        Ok((seen, others.filter_map(open).unzip()))
    }
}
