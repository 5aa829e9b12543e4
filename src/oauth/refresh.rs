//! The one way to an access token.
//!
//! ```text
//! stored and good -> that one
//! else, one caller per account in this process, and by a lease one process:
//!   ask -> gave tokens   -> sealed and stored, lease given back, in one transaction -> used
//!       -> said no       -> kept with the account: nobody asks again in vain
//!       -> no answer     -> nothing changes
//! ```
//! The asking goes on when its caller goes away: an answer whose rotated token is lost would end the sign-in.

use super::tokens::{AccessToken, Tokens};
use super::{Authority, OAuth, OAuthError, Refusal, scope, trouble};
use crate::error::Classify;
use crate::model::{AccountId, Grant, Resource, Troubles, Use};
use crate::secret::ExposeSecret;
use crate::store::{RefreshLease, Settled, StoreError};
use crate::strongbox::StrongboxError;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

/// How long a process may take over one refresh: longer than a request can.
const LEASE: Duration = Duration::from_secs(45);
/// How often another process's refresh is looked at, and how often at most: a little longer than its lease.
const LOOK: Duration = Duration::from_millis(500);
const LOOKS: u32 = 120;

/// What a caller wants.
enum Wanted<'a> {
    /// One that is good for five minutes.
    Fresh,
    /// Another than this one, which was refused.
    Not(&'a AccessToken),
}

impl Wanted<'_> {
    fn fits(&self, token: &AccessToken) -> bool {
        match self {
            Self::Fresh => true,
            Self::Not(refused) => !token.is(refused),
        }
    }
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
        self.token(account, resource, &Wanted::Fresh).await
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
        self.token(account, resource, &Wanted::Not(refused)).await
    }

    async fn token(
        &self,
        account: &AccountId,
        resource: Resource,
        wanted: &Wanted<'_>,
    ) -> Result<AccessToken, OAuthError> {
        if let Some(token) = self.stored(account, resource, wanted).await? {
            return Ok(token);
        }
        let flight = self.flight(account).await;
        let _turn = flight.lock().await;
        for _ in 0..LOOKS {
            // Whoever had the turn or the lease before may have fetched one.
            if let Some(token) = self.stored(account, resource, wanted).await? {
                return Ok(token);
            }
            let now = self.clock.now();
            if let Some(lease) = self.strongbox.lease_grant(account, now, LEASE).await? {
                return self.refresh_apart(account.clone(), resource, lease).await;
            }
            self.clock.sleep(LOOK).await;
        }
        Err(OAuthError::Busy)
    }

    /// The stored token, if it will do. A known trouble is the answer only when it will not: a token that is
    /// good goes on.
    async fn stored(
        &self,
        account: &AccountId,
        resource: Resource,
        wanted: &Wanted<'_>,
    ) -> Result<Option<AccessToken>, OAuthError> {
        let now = self.clock.now();
        let (grant, tokens) = self.grant_and_tokens(account).await?;
        if !scope::opens(&grant.given.uses, resource) {
            return Err(OAuthError::NotAsked(resource));
        }
        if let Some(token) = tokens.fresh(resource, now).filter(|token| wanted.fits(token)) {
            return Ok(Some(token));
        }
        match grant.trouble(resource, now) {
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

    /// One lock per account.
    async fn flight(&self, account: &AccountId) -> Arc<tokio::sync::Mutex<()>> {
        Arc::clone(self.flights.lock().await.entry(account.clone()).or_default())
    }

    async fn refresh_apart(
        &self,
        account: AccountId,
        resource: Resource,
        lease: RefreshLease,
    ) -> Result<AccessToken, OAuthError> {
        let own = self.clone();
        let work = self.apart(async move { own.refresh(&account, resource, &lease).await });
        // The work does not panic; a runtime that ends takes its callers along.
        work.await.unwrap_or(Err(OAuthError::Busy))
    }

    async fn refresh(
        &self,
        account: &AccountId,
        resource: Resource,
        lease: &RefreshLease,
    ) -> Result<AccessToken, OAuthError> {
        match self.ask(account, resource, lease).await {
            Err(OAuthError::Refused(refusal)) => {
                Err(self.keep_refusal(account, resource, lease, *refusal).await?)
            }
            Err(error) => {
                self.give_back(lease, None).await?;
                Err(error)
            }
            good => good,
        }
    }

    async fn ask(
        &self,
        account: &AccountId,
        resource: Resource,
        lease: &RefreshLease,
    ) -> Result<AccessToken, OAuthError> {
        // Read under the lease: what another process stored before counts.
        let (grant, mut tokens) = self.grant_and_tokens(account).await?;
        let provider = self.provider()?;
        if grant.given.client_id != provider.settings.registration.client_id {
            return Err(OAuthError::OtherRegistration);
        }
        let authority = Authority::at(&grant.given.authority);
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
        account: &AccountId,
        resource: Resource,
        lease: &RefreshLease,
        refusal: Refusal,
    ) -> Result<OAuthError, OAuthError> {
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
        match self.strongbox.release_refresh(lease, troubles).await {
            // A new sign-in, a disconnect or another process has gone on from here.
            Err(StrongboxError::Store(StoreError::LeaseLost)) => Ok(()),
            released => Ok(released?),
        }
    }
}
