//! Whose a message is, as far as a row of a list or the item itself says it. Pure.
//!
//! Addresses decide. Where a list shows names alone, as of whom mail is for, a name that stands beside one of the
//! addresses elsewhere is enough to read the item; it is theirs when that says so. A name decides only where the
//! item has no address of the internet for it, as Exchange has of colleagues.

use crate::model::{Address, Names, Sight};

/// So many names of one person are remembered.
const MOST_NAMES: usize = 100;

/// Whether a row is certainly theirs: they wrote it.
pub(super) fn is_from(names: &Names, row: &Sight) -> bool {
    row.from.as_ref().is_some_and(|from| has_address(names, from))
}

/// Whether a row may be theirs, so that the item has to be read.
pub(super) fn may_be(names: &Names, row: &Sight) -> bool {
    let is_shown = || row.shows_to.iter().flat_map(|to| to.split(';')).any(|one| is_called(names, one));
    row.from.iter().chain(&row.sender).any(|from| is(names, from)) || is_shown()
}

/// Whether an item is theirs: from them, sent by them or to them.
pub(super) fn is_theirs(names: &Names, item: &Sight) -> bool {
    people(item).any(|one| is(names, one))
}

/// Adds what an item calls them.
pub(super) fn learn(names: &mut Names, item: &Sight) {
    let called = people(item).filter(|one| has_address(names, one)).filter_map(|one| one.name.as_deref());
    let called: Vec<_> = called.map(folded).filter(|name| !name.is_empty()).collect();
    let free = MOST_NAMES.saturating_sub(names.names.len());
    names.names.extend(called.into_iter().take(free));
}

/// A name or an address as it is compared: people and programs put quotes around them.
#[must_use]
pub fn folded(text: &str) -> String {
    let is_around = |c: char| c.is_whitespace() || matches!(c, '\'' | '"' | '<' | '>');
    text.trim_matches(is_around).to_lowercase()
}

fn people(item: &Sight) -> impl Iterator<Item = &Address> {
    let recipients = item.recipients.iter().flatten().map(|recipient| &recipient.address);
    item.from.iter().chain(&item.sender).chain(recipients)
}

fn is(names: &Names, one: &Address) -> bool {
    let has_smtp = one.address.as_deref().is_some_and(|address| address.contains('@'));
    has_address(names, one) || (!has_smtp && one.name.as_deref().is_some_and(|name| is_called(names, name)))
}

fn has_address(names: &Names, one: &Address) -> bool {
    one.address.as_deref().is_some_and(|address| names.addresses.contains(&folded(address)))
}

/// Whether a list may mean them: it shows an address where there is no name.
fn is_called(names: &Names, shown: &str) -> bool {
    let shown = folded(shown);
    names.names.contains(&shown) || names.addresses.contains(&shown)
}

#[cfg(test)]
mod tests;
