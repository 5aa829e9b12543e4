//! Which value holds where both sides changed one.

use super::CardMember;
use crate::words::schema;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

words! {
    /// One of the two places where a contact is kept.
    pub enum Side {
        /// The database.
        Ours = "ours",
        /// The mailbox.
        Theirs = "theirs",
    }
}

impl Side {
    /// The one on the other side of it.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Ours => Self::Theirs,
            Self::Theirs => Self::Ours,
        }
    }
}

words! {
    /// Whose value holds where both sides changed the same one differently.
    pub enum ConflictPolicy {
        /// Outlook's.
        Outlook = "outlook",
        /// The database's.
        Local = "local",
        /// That of the side on which the contact was changed last.
        Newest = "newest",
        /// Nobody's: both sides stay as they are until a person decides.
        Ask = "ask",
    }
}

impl ConflictPolicy {
    /// Whose value holds, of sides that were changed last at these instants; `None` where a person is asked.
    /// Of the same instant, and where one is not known, Outlook's is the newest.
    #[must_use]
    pub fn winner(self, ours: Option<DateTime<Utc>>, theirs: Option<DateTime<Utc>>) -> Option<Side> {
        match self {
            Self::Outlook => Some(Side::Theirs),
            Self::Local => Some(Side::Ours),
            Self::Newest => {
                let is_ours = ours.zip(theirs).is_some_and(|(ours, theirs)| ours > theirs);
                Some(if is_ours { Side::Ours } else { Side::Theirs })
            }
            Self::Ask => None,
        }
    }
}

/// What of a contact a person says whose holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum ContestedPart {
    /// A member of its card.
    Member(CardMember),
    /// Its photo.
    Photo,
}

impl ContestedPart {
    /// The word that stands for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Member(member) => member.as_str(),
            Self::Photo => "photo",
        }
    }
}

impl From<ContestedPart> for String {
    fn from(part: ContestedPart) -> Self {
        part.as_str().to_owned()
    }
}

impl PartialSchema for ContestedPart {
    fn schema() -> RefOr<Schema> {
        schema(CardMember::all().map(CardMember::as_str).chain([Self::Photo.as_str()]))
    }
}

impl ToSchema for ContestedPart {}

impl TryFrom<String> for ContestedPart {
    type Error = String;

    fn try_from(word: String) -> Result<Self, Self::Error> {
        if word == Self::Photo.as_str() {
            return Ok(Self::Photo);
        }
        CardMember::try_from(word).map(Self::Member)
    }
}

/// A value that both sides changed, each differently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Conflict {
    /// Where on the card. Of lists only what is said of one entry can conflict: what a number is for, and
    /// which e-mail address is the main one.
    pub member: CardMember,
    /// The database's value; null where it is empty.
    pub ours: Value,
    /// Outlook's value; null where it is empty.
    pub theirs: Value,
    /// Whose value holds; `None` while nobody has decided.
    pub holds: Option<Side>,
}

impl Conflict {
    /// The value that was given up; `None` while nobody has decided.
    #[must_use]
    pub fn lost(&self) -> Option<&Value> {
        self.holds.map(|side| match side {
            Side::Ours => &self.theirs,
            Side::Theirs => &self.ours,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_value_is_that_of_the_side_changed_last() {
        let at = |second| DateTime::from_timestamp(second, 0);
        for (policy, ours, theirs, holds) in [
            (ConflictPolicy::Outlook, at(2), at(1), Some(Side::Theirs)),
            (ConflictPolicy::Local, at(1), at(2), Some(Side::Ours)),
            (ConflictPolicy::Newest, at(2), at(1), Some(Side::Ours)),
            (ConflictPolicy::Newest, at(1), at(2), Some(Side::Theirs)),
            (ConflictPolicy::Newest, at(1), at(1), Some(Side::Theirs)),
            (ConflictPolicy::Newest, at(1), None, Some(Side::Theirs)),
            (ConflictPolicy::Ask, at(2), at(1), None),
        ] {
            assert_eq!(policy.winner(ours, theirs), holds, "{policy:?} {ours:?} {theirs:?}");
        }
    }
}
