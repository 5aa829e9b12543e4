//! The one way to an access token.
//!
//! ```text
//! stored and good -> that one
//! else, once for all callers in this process:
//!   the description of the sign-in service, then by a lease one process:
//!   ask -> gave tokens   -> sealed and stored, lease given back, in one transaction -> used
//!       -> said no       -> kept with the account: nobody asks again in vain
//!       -> no answer     -> nothing changes, and all callers are told so
//! ```
//! The asking goes on when its callers go away: an answer whose rotated token is lost would end the sign-in.

use super::tokens::{AccessToken, Tokens};
use super::{OAuth, OAuthError, Refusal, scope, trouble};
use crate::error::Classify;
use crate::model::{AccountId, Grant, RefusalClass, Resource, Troubles, Use};
use crate::net;
use crate::secret::ExposeSecret;
use crate::store::{APART, RefreshLease, Settled, StoreError};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

/// How long one refresh takes at most: two requests, one of them for a description that has got old meanwhile, and
/// what the database takes.
const WORK: Duration = Duration::from_secs(2 * net::TOTAL.as_secs() + 15);
/// How long a process has the right to it: by the clock of another machine, too, not before its work is over.
const LEASE: Duration = Duration::from_secs(WORK.as_secs() + 2 * APART.as_secs());
/// How often another process's refresh is looked at, and how often at most: a little longer than its lease.
const LOOK: Duration = Duration::from_millis(500);
const LOOKS: u64 = 2 * (LEASE.as_secs() + 5);

/// What a caller wants: a token that is good for five minutes and, where one was refused, another.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Renewal {
    account: AccountId,
    resource: Resource,
    /// Names the token that was refused.
    refused: Option<[u8; 32]>,
}

impl Renewal {
    fn fits(&self, token: &AccessToken) -> bool {
        self.refused.is_none_or(|refused| refused != name(token))
    }
}

/// A name of a token that says nothing of it.
fn name(token: &AccessToken) -> [u8; 32] {
    Sha256::digest(token.token.expose_secret()).into()
}

impl OAuth {
    /// An access token for a resource, good for at least five minutes.
    ///
    /// # Errors
    /// Why there is none; `NotAsked` when the sign-in had no use for the resource. What Microsoft said no to
    /// before is not asked again until the next sign-in, or for some minutes.
    pub async fn access_token(
        &self,
        account: &AccountId,
        resource: Resource,
    ) -> Result<AccessToken, OAuthError> {
        self.token(Renewal { account: account.clone(), resource, refused: None }).await
    }

    /// The same for a use, which must have been granted.
    ///
    /// # Errors
    /// `NotGranted` when the person allowed less; those of `access_token`.
    pub async fn token_for(&self, account: &AccountId, wanted: Use) -> Result<AccessToken, OAuthError> {
        let token = self.access_token(account, wanted.resource()).await?;
        let grant = self.strongbox.grant(account).await?.ok_or(OAuthError::NotConnected)?;
        if scope::covers(&grant.given.scopes, wanted) {
            Ok(token)
        } else {
            Err(OAuthError::NotGranted(wanted))
        }
    }

    /// Another access token than one that its resource answered 401 to.
    ///
    /// # Errors
    /// Those of `access_token`.
    pub async fn another_token(
        &self,
        account: &AccountId,
        resource: Resource,
        refused: &AccessToken,
    ) -> Result<AccessToken, OAuthError> {
        self.token(Renewal { account: account.clone(), resource, refused: Some(name(refused)) }).await
    }

    async fn token(&self, wanted: Renewal) -> Result<AccessToken, OAuthError> {
        if let Some(token) = self.stored(&wanted).await? {
            return Ok(token);
        }
        let (own, renewal) = (self.clone(), wanted.clone());
        let renewed = self.renewals.join(wanted, async move { own.renewed(&renewal).await.map(Arc::new) });
        Ok(renewed.await?.copy())
    }

    async fn renewed(&self, wanted: &Renewal) -> Result<AccessToken, OAuthError> {
        // Had before the lease is taken: whoever waits for it keeps nobody from anything.
        let grant = self.strongbox.grant(&wanted.account).await?.ok_or(OAuthError::NotConnected)?;
        let provider = self.provider()?;
        provider.metadata(&provider.authority_of(&grant)?).await?;
        for _ in 0..LOOKS {
            // Whoever had the lease before may have fetched one.
            if let Some(token) = self.stored(wanted).await? {
                return Ok(token);
            }
            if let Some(lease) = self.store.lease_grant(&wanted.account, self.clock.now(), LEASE).await? {
                return self.refresh_apart(wanted.clone(), lease).await;
            }
            self.clock.sleep(LOOK).await;
        }
        Err(OAuthError::Busy)
    }

    /// The stored token, if it will do. A known trouble is the answer only when it will not: a token that is
    /// good goes on.
    async fn stored(&self, wanted: &Renewal) -> Result<Option<AccessToken>, OAuthError> {
        let (now, resource) = (self.clock.now(), wanted.resource);
        let (grant, tokens) = self.grant_and_tokens(&wanted.account).await?;
        if !scope::opens(&grant.given.uses, resource) {
            return Err(OAuthError::NotAsked(resource));
        }
        if let Some(token) = tokens.fresh(resource, now).filter(|token| wanted.fits(token)) {
            return Ok(Some(token));
        }
        match grant.trouble(resource, now) {
            // A new secret of the application is tried at once.
            Some(trouble)
                if trouble.class == RefusalClass::Registration && !self.provider()?.is_refused()? =>
            {
                Ok(None)
            }
            Some(trouble) => {
                let wait = trouble.retry_at.and_then(|at| (at - now).to_std().ok());
                Err(OAuthError::Known { trouble: Box::new(trouble.clone()), wait })
            }
            None => Ok(None),
        }
    }

    async fn grant_and_tokens(&self, account: &AccountId) -> Result<(Grant, Tokens), OAuthError> {
        let found = self.strongbox.grant_and_tokens(account).await?;
        let (grant, sealed) = found.ok_or(OAuthError::NotConnected)?;
        Ok((grant, Tokens::from_secret(&sealed).ok_or(OAuthError::NotConnected)?))
    }

    async fn refresh_apart(&self, wanted: Renewal, lease: RefreshLease) -> Result<AccessToken, OAuthError> {
        let own = self.clone();
        let work = self.apart(async move { own.refresh(&wanted, &lease).await });
        // The work does not panic; a runtime that ends takes its callers along.
        work.await.unwrap_or(Err(OAuthError::Busy))
    }

    async fn refresh(&self, wanted: &Renewal, lease: &RefreshLease) -> Result<AccessToken, OAuthError> {
        match self.ask(wanted, lease).await {
            Err(OAuthError::Refused(refusal)) => {
                Err(self.keep_refusal(wanted.resource, lease, *refusal).await?)
            }
            Err(error) => {
                self.give_back(lease, None).await?;
                Err(error)
            }
            good => good,
        }
    }

    async fn ask(&self, wanted: &Renewal, lease: &RefreshLease) -> Result<AccessToken, OAuthError> {
        // Read under the lease: what another process stored before counts.
        if let Some(token) = self.stored(wanted).await? {
            self.give_back(lease, None).await?;
            return Ok(token);
        }
        let resource = wanted.resource;
        let (grant, mut tokens) = self.grant_and_tokens(&lease.account).await?;
        let provider = self.provider()?;
        let authority = provider.authority_of(&grant)?;
        let scope = provider.settings.hosts.token(resource, &grant.given.uses);
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", tokens.refresh.expose_secret().as_str()),
            ("scope", scope.as_str()),
        ];
        let answer = provider.token(&authority, &form).await?;
        tokens.take(&answer, resource);
        let given = scope::granted(answer.scope.as_deref().unwrap_or(&scope));
        self.keep(resource, &grant, given, &tokens, lease).await?;
        // The answer may have rotated the refresh token: it is kept whatever the access token is worth.
        let token = tokens.latest(resource).filter(|token| token.expires_at > self.clock.now());
        token.ok_or(OAuthError::DeadToken)
    }

    /// Stored before it is used. Lost is the lease only to a new sign-in, a disconnect, or a process that
    /// took over after this one had stood still: their tokens count.
    async fn keep(
        &self,
        resource: Resource,
        grant: &Grant,
        given: BTreeSet<String>,
        tokens: &Tokens,
        lease: &RefreshLease,
    ) -> Result<(), OAuthError> {
        let mut troubles = grant.troubles.clone();
        troubles.remove(&resource);
        let scopes: BTreeSet<_> = grant.given.scopes.iter().cloned().chain(given).collect();
        let scopes: Vec<_> = scopes.into_iter().collect();
        let settled = Settled { troubles: &troubles, scopes: &scopes, now: self.clock.now() };
        self.strongbox.settle_refresh(lease, &grant.given, &tokens.to_secret(), &settled).await?;
        tracing::debug!(account = %lease.account, resource = resource.as_str(), "token renewed");
        Ok(())
    }

    /// What Microsoft said no to is kept with the account.
    async fn keep_refusal(
        &self,
        resource: Resource,
        lease: &RefreshLease,
        refusal: Refusal,
    ) -> Result<OAuthError, OAuthError> {
        let account = &lease.account;
        let Some(grant) = self.strongbox.grant(account).await? else { return Ok(OAuthError::NotConnected) };
        let mut troubles = grant.troubles;
        let (error, trouble) = trouble::judge(refusal, troubles.get(&resource), self.clock.now());
        let code = error.meaning().code;
        tracing::warn!(%account, resource = resource.as_str(), code, %error, "token not renewed");
        if let Some(trouble) = trouble {
            troubles.insert(resource, trouble);
            self.give_back(lease, Some(&troubles)).await?;
        } else {
            self.give_back(lease, None).await?;
        }
        Ok(error)
    }

    async fn give_back(&self, lease: &RefreshLease, troubles: Option<&Troubles>) -> Result<(), OAuthError> {
        match self.store.release_refresh(lease, troubles).await {
            // A new sign-in, a disconnect or another process has gone on from here.
            Err(StoreError::LeaseLost) => Ok(()),
            released => Ok(released?),
        }
    }
}
