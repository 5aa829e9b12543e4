//! New contacts that have something in common with others that were made here. Pure.

use super::person::{self, Key};
use super::{Here, MOST_SHARERS, There};
use crate::sync::contacts::Canon;
use std::collections::{BTreeSet, HashMap};

/// Pairs of a contact that is no item, the first, and one that it may be again: an item, or one that is none and was made
/// before it. What very many have in common says nothing.
pub(in crate::sync::contacts) fn doubles(
    here: &[Here<'_>],
    there: &[There<'_>],
    canon: Canon,
) -> BTreeSet<(usize, usize)> {
    let mut doubles = BTreeSet::new();
    for (key, holders) in holders(here, there, canon) {
        if !says_something(&key, holders.len()) {
            continue;
        }
        let ours: Vec<_> = holders.into_iter().filter(|at| *at < here.len()).collect();
        for new in ours.iter().filter(|at| here[**at].link.is_none()) {
            let may_be = |other: &&usize| {
                is_before(&here[**other], &here[*new]) && is_meant(&key, &here[*new], &here[**other])
            };
            doubles.extend(ours.iter().filter(may_be).map(|other| (*new, *other)));
        }
    }
    doubles
}

/// Who has each key: contacts of the database by their places, then those in Outlook.
fn holders(here: &[Here<'_>], there: &[There<'_>], canon: Canon) -> HashMap<Key, Vec<usize>> {
    let mut holders: HashMap<_, Vec<_>> = HashMap::new();
    let cards = here.iter().map(|here| here.card).chain(there.iter().map(|there| there.card));
    for (at, card) in cards.enumerate() {
        for key in person::keys(card, canon) {
            holders.entry(key).or_default().push(at);
        }
    }
    holders
}

fn says_something(key: &Key, holders: usize) -> bool {
    let is_own = matches!(key, Key::Email(address) if !person::is_role(address));
    is_own || holders <= MOST_SHARERS
}

fn is_before(one: &Here<'_>, other: &Here<'_>) -> bool {
    one.link.is_some() || one.id < other.id
}

/// Whether what both have tells that they may be one: a name does not where something speaks against it.
fn is_meant(key: &Key, one: &Here<'_>, other: &Here<'_>) -> bool {
    !matches!(key, Key::Name(_)) || !person::contradict(one.card, other.card)
}
