//! Folders: the answers to `FindFolder` and `GetFolder`.

use super::answer::{self, Fault};
use super::item::{Id, id};
use super::lenient::{Lenient, filled};
use crate::model::{FolderListing, FolderSight};
use crate::owa::error::OwaError;
use crate::owa::remote::{self, RemoteFolder};
use serde::Deserialize;
use serde_json::Value;

/// What separates the names of a path.
const SLASH: &str = "/";
/// Exchange nests folders less deep.
const DEEPEST: usize = 300;
/// Of the class of the folders that mail lies in; others are of calendars, contacts, notes.
const MAIL: &str = "IPF.Note";

/// What we keep of a folder.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub(in crate::owa) struct FolderInfo {
    /// The id that Outlook knows it by.
    pub(in crate::owa) id: String,
    /// The word of a standard folder; folders of the owner's own have none.
    pub(in crate::owa) word: Option<String>,
    /// What the owner sees it called.
    pub(in crate::owa) name: Option<String>,
    /// How many items it holds.
    pub(in crate::owa) total: Option<i64>,
    /// The id of the folder that it lies in.
    parent: Option<String>,
    /// Whether mail lies in it, and not the results of a search.
    is_mail: bool,
}

impl FolderInfo {
    /// As requests and addresses name it.
    pub(in crate::owa) fn remote(&self) -> RemoteFolder {
        let standard = self.word.as_deref().and_then(RemoteFolder::standard);
        standard.unwrap_or_else(|| RemoteFolder::Own(self.id.clone()))
    }
}

/// Folders as the server lists them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::owa) struct FolderTree {
    /// Of every kind.
    pub(in crate::owa) folders: Vec<FolderInfo>,
    /// Whether none is left out.
    pub(in crate::owa) whole: bool,
}

impl FolderTree {
    /// The folder that requests and addresses name so.
    pub(in crate::owa) fn get(&self, folder: &RemoteFolder) -> Option<&FolderInfo> {
        self.folders.iter().find(|info| info.remote() == *folder)
    }

    /// Those that mail lies in; `None` while nothing was listed.
    pub(in crate::owa) fn listing(&self) -> Option<FolderListing> {
        let mail = self.folders.iter().filter(|info| info.is_mail);
        let folders: Vec<_> = mail.map(|info| self.sight(info)).collect();
        (!folders.is_empty()).then_some(FolderListing { folders, whole: self.whole })
    }

    fn sight(&self, info: &FolderInfo) -> FolderSight {
        FolderSight {
            role: remote::role(info.word.as_deref()),
            name: info.name.clone(),
            path: self.path(info),
            remote_id: Some(info.id.clone()),
            total: info.total,
        }
    }

    /// The names from the top down; the root itself is not listed.
    fn path(&self, info: &FolderInfo) -> Option<String> {
        let by_id = |id: &String| self.folders.iter().find(|info| info.id == *id);
        let up = std::iter::successors(Some(info), |info| info.parent.as_ref().and_then(by_id));
        let mut names = up.take(DEEPEST).map(|info| info.name.as_deref()).collect::<Option<Vec<_>>>()?;
        names.reverse();
        Some(names.join(SLASH))
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct FolderInfoResponseMessage {
    #[serde(flatten)]
    fault: Fault,
    /// `FindFolder`
    root_folder: Lenient<Root>,
    /// `GetFolder`
    folders: Lenient<Vec<FolderWire>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Root {
    folders: Lenient<Vec<FolderWire>>,
    includes_last_item_in_range: Lenient<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct FolderWire {
    #[serde(rename = "__type")]
    contract: Lenient<String>,
    folder_id: Lenient<Id>,
    parent_folder_id: Lenient<Id>,
    folder_class: Lenient<String>,
    distinguished_folder_id: Lenient<String>,
    display_name: Lenient<String>,
    total_count: Lenient<i64>,
}

/// Reads the answer to `FindFolder` or `GetFolder`, whole.
pub(in crate::owa) fn read_folders(value: &Value) -> Result<FolderTree, OwaError> {
    let what = "folder answer";
    let messages: Vec<FolderInfoResponseMessage> = answer::messages(what, value)?;
    let mut tree = FolderTree { folders: Vec::new(), whole: true };
    for message in messages {
        message.fault.check()?;
        let root = message.root_folder.0.unwrap_or_default();
        tree.whole &= root.includes_last_item_in_range.0 != Some(false);
        let folders = root.folders.0.or(message.folders.0).ok_or_else(|| OwaError::drift(what, value))?;
        tree.folders.extend(folders.into_iter().filter_map(FolderWire::into_info));
    }
    Ok(tree)
}

/// A name is shown on terminals and kept by databases that hold no NUL.
fn printable(name: &str) -> String {
    name.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

impl FolderWire {
    fn into_info(self) -> Option<FolderInfo> {
        let is_search = self.contract.0.is_some_and(|contract| contract.starts_with("SearchFolder"));
        let class = filled(self.folder_class);
        Some(FolderInfo {
            id: id(self.folder_id)?,
            word: filled(self.distinguished_folder_id),
            name: filled(self.display_name).map(|name| printable(&name)),
            total: self.total_count.0,
            parent: id(self.parent_folder_id),
            is_mail: !is_search && class.is_none_or(|class| class.starts_with(MAIL)),
        })
    }
}
