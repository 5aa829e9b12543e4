//! Which contact of the database is which one in Outlook, when they first meet. Pure.
//!
//! Once they are linked, the link decides, whatever is on the cards; so does our own id that one item in Outlook
//! carries, where it is read. Before that a ladder does: an e-mail address; a phone number. A pair is made alone
//! only where one contact on each side is joined to no other, and nothing contradicts.
//!
//! An address of a role, a number of more than one contact, and a name prove nothing. They leave a person to
//! decide, and until then such contacts are neither paired nor made anew. What many have says nothing.
//!
//! A new contact that has something in common with another one that was made here, and is an item, is never paired with
//! it: other programs know both. A person decides of it too.

mod doubles;
mod groups;
mod ladder;
mod person;

pub(super) use self::doubles::doubles;
use self::ladder::Ladder;
use super::canon::Canon;
use crate::model::{Card, ContactId, Proof};
use std::collections::BTreeSet;

/// What more contacts than this have in common, and proves nothing, is no reason to ask a person.
pub(super) const MOST_SHARERS: usize = 10;

/// A contact of the database.
#[derive(Debug, Clone, Copy)]
pub struct Here<'a> {
    /// Our id.
    pub id: &'a ContactId,
    /// The id in Outlook of the contact that it is linked to; `None` also where there is no such contact any
    /// longer.
    pub link: Option<&'a str>,
    /// What is written on it.
    pub card: &'a Card,
}

/// A contact in Outlook.
#[derive(Debug, Clone, Copy)]
pub struct There<'a> {
    /// Its id in Outlook.
    pub remote_id: &'a str,
    /// What is written on it.
    pub card: &'a Card,
}

/// Two contacts that are one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair<'a> {
    /// That of the database.
    pub here: &'a ContactId,
    /// That in Outlook.
    pub there: &'a str,
    /// By what.
    pub by: Proof,
}

/// Contacts of which some may be one: a person decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group<'a> {
    /// Those of the database, at least one.
    pub here: Vec<&'a ContactId>,
    /// Those in Outlook, at least one.
    pub there: Vec<&'a str>,
    /// What they have in common.
    pub by: BTreeSet<Proof>,
}

/// What a meeting comes to. Each contact that is not linked stands in one of the lists, once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Meeting<'a> {
    /// Contacts that are one.
    pub pairs: Vec<Pair<'a>>,
    /// What a person has to decide.
    pub unclear: Vec<Group<'a>>,
    /// Contacts that only the database has.
    pub only_here: Vec<&'a ContactId>,
    /// Contacts that only Outlook has.
    pub only_there: Vec<&'a str>,
}

/// Says who is whom. Whoever has an address or a number of those that are to be told must be there too,
/// linked or not: else what is shared looks like somebody's own.
#[must_use]
pub fn who_is_whom<'a>(here: &[Here<'a>], there: &[There<'a>], canon: Canon) -> Meeting<'a> {
    Ladder::climb(here, there, canon)
}

/// What two cards have in common.
pub(super) fn in_common(one: &Card, other: &Card, canon: Canon) -> BTreeSet<Proof> {
    person::in_common(one, other, canon)
}

#[cfg(test)]
mod tests;
