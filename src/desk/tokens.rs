//! Tokens: those of ours that let callers in, and those of Microsoft's that are handed to workflows.

mod wish;

pub use wish::{LONGEST_TOKEN_LIFE, TokenFault, TokenMaker, TokenWish};

use super::error::{DeskError, Result};
use super::{Database, Desk};
use crate::jwt;
use crate::model::{
    AccountId, Actor, ApiToken, AuditAction, AuditEntry, Networks, Reach, Resource, Scope, TokenId,
    TokenLimits,
};
use crate::oauth::AccessToken;
use crate::secret::{ExposeSecret, SecretText};
use crate::store::StoredToken;
use crate::strongbox::{Strongbox, is_marked};
use crate::token;
use crate::vault::{KeySource, Ring};
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;

/// A token, and whether its row is as it was written by who has the ring: one that is not is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TokenSeen {
    /// What its row says.
    #[serde(flatten)]
    pub token: ApiToken,
    /// `None` where that cannot be told, for want of the key.
    pub holds: Option<bool>,
}

/// Whoever calls with a token.
#[derive(Debug, Clone)]
pub struct Holder {
    /// As whom they ask.
    pub actor: Actor,
    /// The token, and what narrows it.
    pub token: ApiToken,
}

/// The tokens for the API that there are, by hash (SHA-256), and where each may be used from.
pub type GoodTokens = HashMap<[u8; 32], Networks>;

/// A user of whom no JWT counts that was made at a time or earlier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UserRefused {
    /// The CRM's id of the user.
    pub owner: String,
    /// The time.
    pub not_before: DateTime<Utc>,
}

impl Database {
    /// Makes a token for the API, which is kept nowhere but in the answer. What it may do is marked by the
    /// ring.
    ///
    /// # Errors
    /// When there is no ring of this database; those of the database.
    pub async fn new_token(
        &self,
        source: &KeySource,
        actor: &Actor,
        wish: TokenWish,
    ) -> Result<(SecretText, ApiToken)> {
        let ring = Ring::load(source)?;
        let strongbox = Strongbox::open(self.store.clone(), ring, self.clock.clone()).await?;
        self.make_token(&strongbox, actor, wish).await
    }

    async fn make_token(
        &self,
        strongbox: &Strongbox,
        actor: &Actor,
        wish: TokenWish,
    ) -> Result<(SecretText, ApiToken)> {
        let (limits, owner) = self.limits(actor, &wish).await?;
        let (secret, now) = (token::generate(), self.clock.now());
        let text = secret.expose_secret();
        let described = ApiToken {
            id: TokenId::new(now),
            name: wish.name,
            prefix: token::shown(text).to_owned(),
            scopes: wish.scopes,
            owner,
            limits,
            created_at: now,
            expires_at: wish.expires_at,
            last_used_at: None,
            last_used_from: None,
        };
        strongbox.add_api_token(&described, &token::hash(text), &actor.name).await?;
        Ok((secret, described))
    }

    /// What narrows the token that is wished for, and whose accounts it reaches.
    async fn limits(&self, actor: &Actor, wish: &TokenWish) -> Result<(TokenLimits, Option<String>)> {
        if wish.resource.is_some() && !wish.scopes.contains(Scope::Tokens) {
            return Err(DeskError::WrongToken("--resource is of access tokens: it wants --scope tokens"));
        }
        let (resource, networks, uses_per_hour) = (wish.resource, wish.networks.clone(), wish.uses_per_hour);
        let mut limits = TokenLimits { account: None, resource, networks, uses_per_hour };
        let Some(name) = &wish.account else { return Ok((limits, wish.owner.clone())) };
        let reach = wish.owner.clone().map_or_else(|| actor.reach.clone(), Reach::Owner);
        let account = self.named(&Actor { reach, ..actor.clone() }, name).await?;
        limits.account = Some(account.id);
        Ok((limits, Some(account.owner)))
    }

    /// All tokens, the oldest first, also those that have expired, and whether they hold.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn tokens(&self, source: &KeySource) -> Result<Vec<TokenSeen>> {
        let ring = Ring::load(source).ok();
        let holds = |stored: &StoredToken| is_marked(ring.as_ref()?, stored).ok();
        let stored = self.store.stored_api_tokens().await?;
        Ok(stored.into_iter().map(|row| TokenSeen { holds: holds(&row), token: row.token }).collect())
    }

    /// Destroys the token that a person names by its id, by how it begins, or by what it is for, when no other
    /// begins so or is for that.
    ///
    /// # Errors
    /// `NoSuchToken`, `SeveralTokens`; those of the database.
    pub async fn revoke_token(&self, actor: &Actor, name: &str) -> Result<ApiToken> {
        let mut tokens = self.store.api_tokens().await?;
        tokens.retain(|token| is_within(&actor.reach, token));
        let id = &meant(&tokens, name.trim_end_matches('…'))?.id;
        let revoked = self.store.revoke_api_token(id.as_str(), &actor.name, self.clock.now()).await?;
        revoked.ok_or_else(|| DeskError::NoSuchToken(name.to_owned()))
    }

    /// Refuses whatever the CRM has signed for a user until now: its JWTs of before count no more. Its clock may be
    /// ahead by as much as one of its JWTs may be: so long it signs none that counts. They are signed out of the dashboard,
    /// and no link lets them in.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn refuse_user(&self, actor: &Actor, owner: &str) -> Result<UserRefused> {
        let now = self.clock.now();
        let not_before = now + jwt::LEEWAY;
        let line = AuditEntry::by(now, actor, AuditAction::UserRefused);
        let line = AuditEntry { detail: Some(owner.to_owned()), ..line };
        self.store.refuse_user(owner, not_before, &line).await?;
        Ok(UserRefused { owner: owner.to_owned(), not_before })
    }
}

/// Whether a token reaches nobody's accounts but those within reach.
fn is_within(reach: &Reach, token: &ApiToken) -> bool {
    token.owner.as_deref().map_or(*reach == Reach::Everyone, |owner| reach.includes(owner))
}

fn meant<'a>(tokens: &'a [ApiToken], name: &str) -> Result<&'a ApiToken> {
    if let Some(token) = tokens.iter().find(|token| [token.id.as_str(), &token.prefix].contains(&name)) {
        return Ok(token);
    }
    let mut named: Vec<_> = tokens.iter().filter(|token| token.name == name).collect();
    if named.is_empty() && name.len() > token::PREFIX.len() {
        named = tokens.iter().filter(|token| token.prefix.starts_with(name)).collect();
    }
    match named.as_slice() {
        [] => Err(DeskError::NoSuchToken(name.to_owned())),
        [token] => Ok(token),
        several => {
            let prefixes = several.iter().map(|token| format!("{}…", token.prefix)).collect();
            Err(DeskError::SeveralTokens { name: name.to_owned(), prefixes })
        }
    }
}

impl Desk {
    /// Whose token for the API this is, what it may do and what narrows it; `None` for one that is not known or has expired,
    /// or whose row was written by somebody else.
    ///
    /// # Errors
    /// Those of the database; that the ring lacks the key that has marked it.
    pub async fn holder(&self, bearer: &str) -> Result<Option<Holder>> {
        let token = self.strongbox.api_token(&token::hash(bearer), self.clock.now()).await?;
        Ok(token.map(|token| {
            let reach = token.owner.clone().map_or(Reach::Everyone, Reach::Owner);
            Holder { actor: Actor::named(&format!("token:{}", token.prefix), reach), token }
        }))
    }

    /// Makes a token that gives nothing that its maker has not: no scope, no account, no place and no day. One of so many
    /// uses an hour makes none.
    ///
    /// # Errors
    /// `TooMuch` where more is wished for; those of `limits`; those of the database.
    pub async fn give_token(
        &self,
        actor: &Actor,
        maker: &TokenMaker,
        wish: TokenWish,
    ) -> Result<(SecretText, ApiToken)> {
        let wish = maker.within(actor, wish)?;
        self.make_token(&self.strongbox, actor, wish).await
    }

    /// The tokens that reach nobody's accounts but those within reach, the oldest first, and whether they hold.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn given_tokens(&self, actor: &Actor) -> Result<Vec<TokenSeen>> {
        let stored = self.store.stored_api_tokens().await?.into_iter();
        let own = stored.filter(|row| is_within(&actor.reach, &row.token));
        Ok(own.map(|row| TokenSeen { holds: self.strongbox.holds(&row), token: row.token }).collect())
    }

    /// The tokens for the API that let callers in now.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn good_tokens(&self) -> Result<GoodTokens> {
        let good = self.strongbox.good_api_tokens(self.clock.now()).await?;
        Ok(good.into_iter().map(|(hash, token)| (hash, token.limits.networks)).collect())
    }

    /// Notes that a token is used from a place.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn token_used(&self, token: &ApiToken, from: &str) -> Result<()> {
        Ok(self.store.token_used(token, from, self.clock.now()).await?)
    }

    /// Whether what the CRM signed for a user at `issued` was refused since.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn is_refused(&self, actor: &Actor, issued: DateTime<Utc>) -> Result<bool> {
        let Some(owner) = actor.reach.owner() else { return Ok(false) };
        Ok(self.store.user_refused(owner).await?.is_some_and(|not_before| issued <= not_before))
    }

    /// A fresh access token of an account, which is written down before it is handed out. Never the refresh
    /// token.
    ///
    /// # Errors
    /// `NoSuchAccount`; why there is no token; those of the database.
    pub async fn access_token(
        &self,
        actor: &Actor,
        id: &AccountId,
        resource: Resource,
    ) -> Result<AccessToken> {
        self.account(actor, id).await?;
        let token = self.oauth.access_token(id, resource).await?;
        let line = self.line(actor, AuditAction::AccessTokenGiven, id);
        let detail = Some(resource.as_str().to_owned());
        self.store.audit(&AuditEntry { detail, ..line }).await?;
        Ok(token)
    }
}
