//! The tokens of one account, as they are sealed: one refresh token, and an access token per resource.

use super::provider::TokenAnswer;
use crate::model::Resource;
use crate::secret::{ExposeSecret, SecretText, copy, secret};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An access token is renewed so long before its end.
const EARLY: TimeDelta = TimeDelta::minutes(5);

/// Opens one resource of one account for about an hour. Nothing is read from it: its form is Microsoft's
/// affair.
#[derive(Debug)]
pub struct AccessToken {
    /// What goes into `Authorization: Bearer`.
    pub token: SecretText,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

impl AccessToken {
    pub(super) fn copy(&self) -> Self {
        Self { token: copy(&self.token), expires_at: self.expires_at }
    }

    /// Whether it is the same token.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        self.token.expose_secret() == other.token.expose_secret()
    }
}

/// All tokens of an account.
#[derive(Debug)]
pub struct Tokens {
    pub(super) refresh: SecretText,
    access: BTreeMap<Resource, AccessToken>,
}

#[derive(Serialize, Deserialize)]
struct StoredTokens {
    refresh: String,
    access: BTreeMap<Resource, AccessWire>,
}

#[derive(Serialize, Deserialize)]
struct AccessWire {
    token: String,
    expires_at: DateTime<Utc>,
}

impl Tokens {
    /// Of a sign-in: without a refresh token there is nothing to keep.
    pub(super) fn of_sign_in(answer: &TokenAnswer, resource: Resource) -> Option<Self> {
        let mut tokens = Self { refresh: copy(answer.refresh.as_ref()?), access: BTreeMap::new() };
        tokens.take(answer, resource);
        Some(tokens)
    }

    /// Takes what an answer gave. One without a refresh token leaves the one that there is.
    pub(super) fn take(&mut self, answer: &TokenAnswer, resource: Resource) {
        if let Some(rotated) = &answer.refresh {
            self.refresh = copy(rotated);
        }
        let token = AccessToken { token: copy(&answer.access), expires_at: answer.expires_at };
        self.access.insert(resource, token);
    }

    /// The access token for a resource, unless it ends within five minutes.
    pub(super) fn fresh(&self, resource: Resource, now: DateTime<Utc>) -> Option<AccessToken> {
        self.access.get(&resource).filter(|token| token.expires_at - EARLY > now).map(AccessToken::copy)
    }

    /// The access token for a resource, however long it is good.
    pub(super) fn latest(&self, resource: Resource) -> Option<AccessToken> {
        self.access.get(&resource).map(AccessToken::copy)
    }

    /// As it is sealed.
    pub(super) fn to_secret(&self) -> SecretText {
        let access = self.access.iter().map(|(&resource, token)| {
            let (text, expires_at) = (token.token.expose_secret().clone(), token.expires_at);
            (resource, AccessWire { token: text, expires_at })
        });
        let wire = StoredTokens { refresh: self.refresh.expose_secret().clone(), access: access.collect() };
        secret(serde_json::to_string(&wire).expect("texts and numbers serialise"))
    }

    /// From what `to_secret` made; `None` when it is not that.
    pub(super) fn from_secret(text: &SecretText) -> Option<Self> {
        let wire: StoredTokens = serde_json::from_str(text.expose_secret()).ok()?;
        let access = wire.access.into_iter().map(|(resource, token)| {
            (resource, AccessToken { token: secret(token.token), expires_at: token.expires_at })
        });
        Some(Self { refresh: secret(wire.refresh), access: access.collect() })
    }
}

#[cfg(test)]
mod tests;
