//! The folders of a mailbox: what a list makes of those that are known, and which of them are meant. Pure.
//!
//! A folder is known by its id on the server, and stays what it was when it is renamed or moved. One with a
//! role of which no id is listed is known by its role, for a mailbox that moves to another server has new
//! ids; then it is read anew. Roads write ids in alphabets of their own: where the road is another one, a
//! folder of the owner's own is known by its path too, and what was read of it stays read. One that a list
//! leaves out has vanished: it is marked, and what is stored of it stays.

use crate::model::{Folder, FolderId, FolderListing, FolderSight, FolderState, Role};
use chrono::{DateTime, Utc};
use std::collections::HashSet;
use std::fmt::{self, Display, Formatter};

/// What the folders that are `known` are after the mailbox has listed its folders.
#[must_use]
pub fn after(
    known: &[FolderState],
    listing: &FolderListing,
    at: DateTime<Utc>,
    mut fresh: impl FnMut() -> FolderId,
) -> Vec<FolderState> {
    let mut left = known.to_vec();
    // A role is known by one that is still there, where it has several.
    left.sort_by_key(|state| state.vanished_at.is_some());
    let by_id = |sight: &FolderSight| take(&mut left, |known| is_same(known, sight));
    let by_id: Vec<_> = listing.folders.iter().map(by_id).collect();
    let mut folders = Vec::with_capacity(listing.folders.len());
    for (sight, state) in listing.folders.iter().zip(by_id) {
        let state = state.or_else(|| take(&mut left, |known| has_role_of(known, sight)));
        let state = state.or_else(|| take(&mut left, |known| has_path_of(known, sight)));
        let new = || FolderState::new(Folder::new(fresh(), sight.role));
        folders.push(state.unwrap_or_else(new).after(sight));
    }
    let left = left.into_iter().map(|state| {
        let vanished_at = may_vanish(&state.folder, listing).then_some(at);
        FolderState { vanished_at: state.vanished_at.or(vanished_at), ..state }
    });
    folders.extend(left);
    folders
}

/// Every mailbox has an inbox and sent items: a list without one is doubted, not believed. What reading them
/// comes to tells the truth.
fn may_vanish(known: &Folder, listing: &FolderListing) -> bool {
    let is_always_there = matches!(known.role, Role::Inbox | Role::Sent);
    listing.whole && (!is_always_there || listing.folders.iter().any(|sight| sight.role == known.role))
}

fn take(left: &mut Vec<FolderState>, is_it: impl Fn(&Folder) -> bool) -> Option<FolderState> {
    let place = left.iter().position(|state| is_it(&state.folder))?;
    Some(left.remove(place))
}

fn is_same(known: &Folder, sight: &FolderSight) -> bool {
    sight.remote_id.is_some() && known.remote_id == sight.remote_id
}

fn has_role_of(known: &Folder, sight: &FolderSight) -> bool {
    known.role == sight.role && sight.role != Role::Other
}

/// Of one that was read on another road no id is known here.
fn has_path_of(known: &Folder, sight: &FolderSight) -> bool {
    let is_own = known.role == Role::Other && sight.role == Role::Other && known.remote_id.is_none();
    is_own && sight.path.as_deref().is_some_and(|path| is_alike(known.path.as_deref(), path))
}

/// The same where another road lists them, which may know them by other ids: what is kept of a folder stays. It is
/// known by an id that both roads have, by its role, by its path.
#[must_use]
pub fn across(
    known: &[FolderState],
    listing: &FolderListing,
    at: DateTime<Utc>,
    fresh: impl FnMut() -> FolderId,
) -> Vec<FolderState> {
    let listed: HashSet<_> = listing.folders.iter().filter_map(|sight| sight.remote_id.as_ref()).collect();
    let of_both = |state: &FolderState| {
        let mut state = state.clone();
        state.folder.remote_id = state.folder.remote_id.filter(|id| listed.contains(id));
        state
    };
    after(&known.iter().map(of_both).collect::<Vec<_>>(), listing, at, fresh)
}

/// The folders that are wanted, in the order in which they are named and each once; and the names that no
/// folder or several have.
#[must_use]
pub fn choose<'a>(wanted: &[String], folders: &'a [FolderState]) -> (Vec<&'a FolderState>, Vec<Unclear>) {
    let mut chosen: Vec<&FolderState> = Vec::new();
    let mut unclear = Vec::new();
    for name in wanted {
        match find(name, folders) {
            Ok(found) if chosen.iter().any(|chosen| chosen.folder.id == found.folder.id) => {}
            Ok(found) => chosen.push(found),
            Err(why) => unclear.push(why),
        }
    }
    (chosen, unclear)
}

/// A name that does not mean one folder. Its text has no name but this one: it goes where the names of
/// somebody's folders may not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unclear {
    /// As it was given.
    pub name: String,
    /// How many folders have it; never one.
    pub count: usize,
}

impl Display for Unclear {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self { name, count: 0 } => write!(f, "no folder is called \"{name}\""),
            Self { name, count } => write!(f, "{count} folders are called \"{name}\""),
        }
    }
}

/// The folder that is there and that a name means: by its role; by its path, or by its name where only one
/// has it, first as they are written, then whatever the case. A path may begin with the word of a role.
///
/// # Errors
/// When no folder has the name, or several.
pub fn find<'a>(name: &str, folders: &'a [FolderState]) -> Result<&'a FolderState, Unclear> {
    among(name, folders, |state| state.vanished_at.is_none())
}

/// The same; where none that is there has the name, the one that had it and has vanished, for what is stored
/// of it stays.
///
/// # Errors
/// Those of `find`.
pub fn find_stored<'a>(name: &str, folders: &'a [FolderState]) -> Result<&'a FolderState, Unclear> {
    match find(name, folders) {
        Err(Unclear { count: 0, .. }) => among(name, folders, |state| state.vanished_at.is_some()),
        found => found,
    }
}

fn among<'a>(
    name: &str,
    folders: &'a [FolderState],
    is_meant: impl Fn(&FolderState) -> bool,
) -> Result<&'a FolderState, Unclear> {
    let path = from_role(name, folders).unwrap_or_else(|| name.to_owned());
    let role = Role::named(name);
    let rules: [&dyn Fn(&Folder) -> bool; 6] = [
        &|folder| folder.id.as_str() == name,
        &|folder| role == Some(folder.role),
        &|folder| folder.path.as_ref() == Some(&path),
        &|folder| folder.name.as_deref() == Some(name),
        &|folder| is_alike(folder.path.as_deref(), &path),
        &|folder| is_alike(folder.name.as_deref(), name),
    ];
    let by = |rule: &&dyn Fn(&Folder) -> bool| {
        folders.iter().filter(|state| is_meant(state) && rule(&state.folder)).collect::<Vec<_>>()
    };
    let found = rules.iter().map(by).find(|found| !found.is_empty()).unwrap_or_default();
    match found.as_slice() {
        [only] => Ok(only),
        several => Err(Unclear { name: name.to_owned(), count: several.len() }),
    }
}

/// The path that begins with the word of a role, in the mailbox's own names.
fn from_role(name: &str, folders: &[FolderState]) -> Option<String> {
    let (first, rest) = name.split_once('/')?;
    let role = Role::named(first)?;
    let is_top = |state: &&FolderState| state.folder.role == role && state.vanished_at.is_none();
    let top = folders.iter().find(is_top)?.folder.path.as_deref()?;
    Some(format!("{top}/{rest}"))
}

fn is_alike(own: Option<&str>, name: &str) -> bool {
    own.is_some_and(|own| own.to_lowercase() == name.to_lowercase())
}

/// The wanted folders that are there in every mailbox, each once, for one that cannot list its folders.
#[must_use]
pub fn standard(wanted: &[String]) -> FolderListing {
    let is_wanted = |role: &Role| wanted.iter().any(|name| Role::named(name) == Some(*role));
    let roles = Role::ALL.into_iter().filter(is_wanted);
    FolderListing { folders: roles.map(FolderSight::of_role).collect(), whole: false }
}

#[cfg(test)]
mod tests;
