//! The folders of a mailbox: what a list makes of those that are known, and which of them are meant. Pure.
//!
//! A folder is known by its id on the server, and stays what it was when it is renamed or moved. One with a
//! role is known by that too, for a mailbox that moves to another server has new ids. One that a list leaves
//! out has vanished: it is marked, and what is stored of it stays.

use crate::model::{Folder, FolderId, FolderListing, FolderSight, FolderState, Role};
use chrono::{DateTime, Utc};

/// What the folders that are `known` are after the mailbox has listed its folders.
#[must_use]
pub fn after(
    known: &[FolderState],
    listing: &FolderListing,
    at: DateTime<Utc>,
    mut fresh: impl FnMut() -> FolderId,
) -> Vec<FolderState> {
    let mut left = known.to_vec();
    let mut folders = Vec::with_capacity(listing.folders.len());
    for sight in &listing.folders {
        let place = left.iter().position(|state| is_same(&state.folder, sight, listing));
        let state = place.map(|place| left.remove(place));
        let new = || FolderState::new(Folder::new(fresh(), sight.role));
        folders.push(state.unwrap_or_else(new).after(sight));
    }
    let vanished = listing.whole.then_some(at);
    let left = left.into_iter();
    folders.extend(left.map(|state| FolderState { vanished_at: state.vanished_at.or(vanished), ..state }));
    folders
}

fn is_same(known: &Folder, sight: &FolderSight, listing: &FolderListing) -> bool {
    let listed = |id: &String| listing.folders.iter().any(|sight| sight.remote_id.as_ref() == Some(id));
    match &known.remote_id {
        Some(id) if sight.remote_id.as_ref() == Some(id) => true,
        // It has become another's, or this one's.
        Some(id) if listed(id) => false,
        Some(_) | None => known.role == sight.role && sight.role != Role::Other,
    }
}

/// The folders that are wanted, in the order in which they are named and each once; and the names that no
/// folder or several have.
#[must_use]
pub fn choose<'a>(wanted: &[String], folders: &'a [FolderState]) -> (Vec<&'a FolderState>, Vec<Unclear<'a>>) {
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

/// A name that does not mean one folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unclear<'a> {
    /// As it was given.
    pub name: String,
    /// The folders that have it; none or several.
    pub several: Vec<&'a Folder>,
}

/// The folder that a name means: by its role; by its path, or by its name where only one has it, first as
/// they are written, then whatever the case. A path may begin with the word of a role. What has vanished is
/// not meant.
///
/// # Errors
/// When no folder has the name, or several.
pub fn find<'a>(name: &str, folders: &'a [FolderState]) -> Result<&'a FolderState, Unclear<'a>> {
    let there = || folders.iter().filter(|state| state.vanished_at.is_none());
    let path = from_role(name, there()).unwrap_or_else(|| name.to_owned());
    let role = Role::named(name);
    let rules: [&dyn Fn(&Folder) -> bool; 5] = [
        &|folder| role == Some(folder.role),
        &|folder| folder.path.as_ref() == Some(&path),
        &|folder| folder.name.as_deref() == Some(name),
        &|folder| is_alike(folder.path.as_deref(), &path),
        &|folder| is_alike(folder.name.as_deref(), name),
    ];
    let by =
        |rule: &&dyn Fn(&Folder) -> bool| there().filter(|state| rule(&state.folder)).collect::<Vec<_>>();
    let found = rules.iter().map(by).find(|found| !found.is_empty()).unwrap_or_default();
    match found.as_slice() {
        [only] => Ok(only),
        several => {
            let several = several.iter().map(|state| &state.folder).collect();
            Err(Unclear { name: name.to_owned(), several })
        }
    }
}

/// The path that begins with the word of a role, in the mailbox's own names.
fn from_role<'a>(name: &str, mut there: impl Iterator<Item = &'a FolderState>) -> Option<String> {
    let (first, rest) = name.split_once('/')?;
    let role = Role::named(first)?;
    let top = there.find(|state| state.folder.role == role)?.folder.path.as_deref()?;
    Some(format!("{top}/{rest}"))
}

fn is_alike(own: Option<&str>, name: &str) -> bool {
    own.is_some_and(|own| own.to_lowercase() == name.to_lowercase())
}

/// The wanted folders that are there in every mailbox, for one that cannot list its folders.
#[must_use]
pub fn standard(wanted: &[String]) -> FolderListing {
    let roles = wanted.iter().filter_map(|name| Role::named(name));
    FolderListing { folders: roles.map(FolderSight::of_role).collect(), whole: false }
}

#[cfg(test)]
mod tests;
