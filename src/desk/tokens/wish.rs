//! What a token for the API shall be, and how much of that who makes it may give.

use crate::desk::error::{DeskError, Result};
use crate::model::{Actor, Networks, Resource, Scope, Scopes, TokenLimits, is_user};
use chrono::{DateTime, TimeDelta, Utc};

/// No token is good for longer: one that nobody uses any more ends by itself.
pub const LONGEST_TOKEN_LIFE: TimeDelta = TimeDelta::days(366);
/// A name is no longer, characters.
const LONGEST_NAME: usize = 200;
/// A token is used no more often in an hour, where that is bounded.
const MOST_USES: u32 = 10_000;

words! {
    /// What of a token that is wished for cannot be.
    pub enum TokenFault {
        /// Its name: there is none, it is too long, or cannot be shown.
        Name = "name",
        /// Its scopes: there are none.
        Scopes = "scopes",
        /// Its owner: no id of a user.
        Owner = "owner",
        /// Its account: there is none of that name.
        Account = "account",
        /// Its networks.
        Networks = "networks",
        /// How often it may be used.
        Uses = "uses",
        /// When it ends: it is over by then, or good for too long.
        Expiry = "expiry",
    }
}

/// What a token for the API shall be.
#[derive(Debug, Clone)]
pub struct TokenWish {
    /// What it is for, in its maker's words.
    pub name: String,
    /// What it may do.
    pub scopes: Scopes,
    /// The one user whose accounts it reaches; `None`: everybody's.
    pub owner: Option<String>,
    /// The one account whose routes it opens, as a person names it; then it reaches that one's owner alone.
    pub account: Option<String>,
    /// The one resource whose access tokens it is given.
    pub resource: Option<Resource>,
    /// Where it may be used from.
    pub networks: Networks,
    /// How often it may be used in any hour.
    pub uses_per_hour: Option<u32>,
    /// From when on it is refused.
    pub expires_at: DateTime<Utc>,
}

/// What a caller has who makes a token.
#[derive(Debug, Clone)]
pub struct TokenMaker {
    /// What they may do.
    pub scopes: Scopes,
    /// What narrows their own token.
    pub limits: TokenLimits,
    /// Until when they are let in; `None`: for as long as they like.
    pub until: Option<DateTime<Utc>>,
}

impl TokenWish {
    /// What of it cannot be, as far as that is seen without the accounts.
    #[must_use]
    pub fn fault(&self, now: DateTime<Utc>) -> Option<TokenFault> {
        let Self { name, scopes, owner, uses_per_hour, expires_at, .. } = self;
        let is_name =
            (1..=LONGEST_NAME).contains(&name.trim().chars().count()) && !name.contains(char::is_control);
        let faults = [
            (!is_name, TokenFault::Name),
            (scopes.is_empty(), TokenFault::Scopes),
            (owner.as_deref().is_some_and(|owner| !is_user(owner)), TokenFault::Owner),
            (uses_per_hour.is_some_and(|uses| !(1..=MOST_USES).contains(&uses)), TokenFault::Uses),
            (*expires_at <= now || *expires_at > now + LONGEST_TOKEN_LIFE, TokenFault::Expiry),
        ];
        faults.into_iter().find(|(is_wrong, _)| *is_wrong).map(|(_, fault)| fault)
    }
}

impl TokenMaker {
    /// An operator, who may give all.
    #[must_use]
    pub fn operator() -> Self {
        Self { scopes: Scope::ALL.into_iter().collect(), limits: TokenLimits::default(), until: None }
    }

    /// What is wished for, narrowed to what the maker has where nothing else is said.
    pub(super) fn within(&self, actor: &Actor, wish: TokenWish) -> Result<TokenWish> {
        let TokenLimits { account, resource, networks, uses_per_hour } = &self.limits;
        let owner = wish.owner.clone().or_else(|| actor.reach.owner().map(str::to_owned));
        let is_more = !wish.scopes.is_within(&self.scopes)
            || owner.as_deref().is_some_and(|owner| !actor.reach.includes(owner))
            || account.is_some()
            // Each token is counted for itself: with every one there would be as many uses more.
            || uses_per_hour.is_some()
            || resource.is_some() && wish.resource.is_some_and(|wished| Some(wished) != *resource)
            || !wish.networks.is_within(networks)
            || self.until.is_some_and(|until| wish.expires_at > until);
        if is_more {
            return Err(DeskError::TooMuch);
        }
        let networks = if wish.networks.is_empty() { networks.clone() } else { wish.networks };
        // Of resources only who may be given access tokens is narrowed to one.
        let own = resource.filter(|_| wish.scopes.contains(Scope::Tokens));
        Ok(TokenWish { owner, resource: wish.resource.or(own), networks, ..wish })
    }
}
