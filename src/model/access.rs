//! Who may call, and whose accounts that reaches.

use super::dashboard::{BY_LINK, OPERATOR};
use super::{TokenId, TokenLimits};
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;
use utoipa::ToSchema;

words! {
    /// What a caller may do. None includes another.
    #[derive(PartialOrd, Ord)]
    pub enum Scope {
        /// See accounts and how they do.
        Read = "read",
        /// Begin a cycle.
        Sync = "sync",
        /// Make, change and remove contacts.
        Contacts = "contacts",
        /// Mark, move and delete mail.
        Mail = "mail",
        /// Send mail.
        Send = "send",
        /// Connect, change and disconnect accounts.
        Admin = "admin",
        /// Be given access tokens of accounts.
        Tokens = "tokens",
    }
}

/// The word is no scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not one of read, sync, contacts, mail, send, admin, tokens")]
pub struct UnknownScope;

impl FromStr for Scope {
    type Err = UnknownScope;

    fn from_str(word: &str) -> Result<Self, UnknownScope> {
        Self::parse(word).ok_or(UnknownScope)
    }
}

/// Several scopes; as text, words with a space between.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(transparent)]
pub struct Scopes(BTreeSet<Scope>);

impl Scopes {
    /// Whether this scope is among them.
    #[must_use]
    pub fn contains(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether each of them is among those.
    #[must_use]
    pub fn is_within(&self, those: &Self) -> bool {
        self.0.is_subset(&those.0)
    }

    /// Those of them that stand in a text such as a token's `scope` claim; words of others are passed over.
    #[must_use]
    pub fn narrowed_to(&self, text: &str) -> Self {
        let asked: BTreeSet<Scope> = text.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        Self(self.0.intersection(&asked).copied().collect())
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().collect())
    }
}

impl FromStr for Scopes {
    type Err = UnknownScope;

    fn from_str(text: &str) -> Result<Self, UnknownScope> {
        text.split_whitespace().map(str::parse).collect()
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" "))
    }
}

/// The longest id of a user that the CRM may have, bytes.
const LONGEST_USER: usize = 255;

/// Whether a text can be the CRM's id of a user. A control character in it is somebody's mistake, or worse: no
/// log and no terminal is to show it, and PostgreSQL holds no NUL.
#[must_use]
pub fn is_user(text: &str) -> bool {
    !text.trim().is_empty() && text.len() <= LONGEST_USER && !text.contains(char::is_control)
}

/// Whose accounts a caller reaches. It is bound into every statement that a caller causes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// Everybody's.
    Everyone,
    /// Those of one owner, by the CRM's user id.
    Owner(String),
}

impl Reach {
    /// The owner that it is bound to, if it is.
    #[must_use]
    pub fn owner(&self) -> Option<&str> {
        match self {
            Self::Everyone => None,
            Self::Owner(owner) => Some(owner),
        }
    }

    /// Whether the accounts of this owner are within it.
    #[must_use]
    pub fn includes(&self, owner: &str) -> bool {
        self.owner().is_none_or(|own| own == owner)
    }
}

/// Who asks for something: a name for the audit log, and whose accounts they reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// `token:<prefix>`, `user:<id>`, `command line`, `command line (sudo of <name>)`, or the name of a secret file.
    pub name: String,
    /// Bound into every statement that they cause.
    pub reach: Reach,
    /// The request by which they ask, where it is one.
    pub call: CallOrigin,
}

/// What is known of a request, for the audit log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CallOrigin {
    /// The address that it came from.
    pub peer: Option<String>,
    /// The id that it brought.
    pub request: Option<String>,
}

impl Actor {
    /// Whoever runs a command on this machine.
    #[must_use]
    pub fn command_line() -> Self {
        Self::named("command line", Reach::Everyone)
    }

    /// The same, who has become another user by `sudo`, as the environment says. Whoever sets it can say any name.
    #[must_use]
    pub fn sudo_of(user: &str) -> Self {
        Self::named(&format!("command line (sudo of {user})"), Reach::Everyone)
    }

    /// A user of the CRM's.
    #[must_use]
    pub fn user(id: &str) -> Self {
        Self::named(&format!("user:{id}"), Reach::Owner(id.to_owned()))
    }

    /// The operator who asks at the dashboard, where one does. What they begin for a user is theirs to lead, and nobody
    /// else's.
    #[must_use]
    pub fn operator(&self) -> Option<&str> {
        let is_one = self.name == BY_LINK || self.name.starts_with(OPERATOR);
        Some(self.name.as_str()).filter(|_| is_one && self.reach == Reach::Everyone)
    }

    /// Somebody who asks by no request.
    #[must_use]
    pub fn named(name: &str, reach: Reach) -> Self {
        Self { name: name.to_owned(), reach, call: CallOrigin::default() }
    }
}

/// A token for the API, without the token: only its hash is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ApiToken {
    /// Its id, by which tokens sort by age.
    pub id: TokenId,
    /// What it is for, in its maker's words.
    pub name: String,
    /// How the token begins, so that it is known again where it was found.
    pub prefix: String,
    /// What it may do.
    pub scopes: Scopes,
    /// The one user whose accounts it reaches; `None`: everybody's.
    pub owner: Option<String>,
    /// What narrows it further.
    #[serde(flatten)]
    pub limits: TokenLimits,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// From when on it is refused.
    pub expires_at: DateTime<Utc>,
    /// When it was last used: to the hour, as long as it is used from the same place.
    pub last_used_at: Option<DateTime<Utc>>,
    /// Where from: an address, or `socket`.
    pub last_used_from: Option<String>,
}

impl ApiToken {
    /// What it is, for the audit log: how it begins, what it may do, and what narrows it.
    #[must_use]
    pub fn told(&self) -> String {
        let Self { prefix, scopes, limits, .. } = self;
        let narrowed = if limits.is_none() { String::new() } else { format!("; {limits}") };
        format!("{prefix}: {scopes}{narrowed}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_words_with_spaces_between() {
        let all: Scopes = Scope::ALL.into_iter().collect();
        assert_eq!(all.to_string(), "read sync contacts mail send admin tokens");
        assert_eq!("tokens  admin send mail contacts sync read read".parse(), Ok(all.clone()));
        assert_eq!("read write".parse::<Scopes>(), Err(UnknownScope));
        assert_eq!(all.narrowed_to("openid sync").to_string(), "sync");
        assert!("".parse::<Scopes>().unwrap().narrowed_to("read").is_empty());
    }

    #[test]
    fn a_narrowing_never_widens() {
        let read: Scopes = "read".parse().unwrap();
        assert_eq!(read.narrowed_to("read tokens admin"), read);
    }
}
