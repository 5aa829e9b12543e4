//! Folders: the answers to `FindFolder` and `GetFolder`.

use super::answer::{self, Fault};
use super::item::{Id, id};
use super::lenient::{Lenient, filled};
use crate::model::{FolderListing, FolderSight, Role, storable};
use crate::owa::error::OwaError;
use crate::owa::remote::{self, RemoteFolder};
use serde::Deserialize;
use serde_json::Value;

/// What separates the names of a path.
const SLASH: &str = "/";
/// Exchange nests folders less deep.
const DEEPEST: usize = 300;
/// The second words of the classes of folders that no mail lies in, such as `IPF.Contact.GalContacts`. Folders
/// of mail have many: `IPF.Note`, that of a program that imported them, such as `IPF.Imap`, or none.
const NO_MAIL: [&str; 12] = [
    "Appointment",
    "Birthday",
    "Configuration",
    "Contact",
    "Files",
    "Journal",
    "Reminder",
    "ShortcutFolder",
    "SmsAndChatsSync",
    "StickyNote",
    "StoreItem",
    "Task",
];

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
    ///
    /// # Errors
    /// Drift where a list that leaves none out has no inbox.
    pub(in crate::owa) fn listing(&self) -> Result<Option<FolderListing>, OwaError> {
        let mail = self.folders.iter().filter(|info| info.is_mail);
        let folders: Vec<_> = mail.map(|info| self.sight(info)).collect();
        let has_inbox = folders.iter().any(|sight| sight.role == Role::Inbox);
        if self.whole && !folders.is_empty() && !has_inbox {
            return Err(OwaError::Drift { what: "list of folders", seen: "no inbox".to_owned() });
        }
        Ok((!folders.is_empty()).then_some(FolderListing { folders, whole: self.whole }))
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
    total_items_in_view: Lenient<usize>,
}

impl Root {
    /// Whether a list of so many folders leaves none out. Where neither is said, it may.
    fn ends_with(&self, count: usize) -> bool {
        let counted = || self.total_items_in_view.0.is_some_and(|total| count >= total);
        self.includes_last_item_in_range.0.unwrap_or_else(counted)
    }
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
        message.fault.check(what)?;
        let mut root = message.root_folder.0.unwrap_or_default();
        let folders =
            root.folders.0.take().or(message.folders.0).ok_or_else(|| OwaError::drift(what, value))?;
        let count = tree.folders.len();
        tree.folders.extend(folders.into_iter().filter_map(FolderWire::into_info));
        tree.whole &= root.ends_with(tree.folders.len() - count);
    }
    Ok(tree)
}

fn is_of_mail(class: &str) -> bool {
    class.split('.').nth(1).is_none_or(|kind| !NO_MAIL.contains(&kind))
}

impl FolderWire {
    fn into_info(self) -> Option<FolderInfo> {
        let is_search = self.contract.0.is_some_and(|contract| contract.starts_with("SearchFolder"));
        let word = filled(self.distinguished_folder_id);
        let has_role = remote::role(word.as_deref()) != Role::Other;
        let is_mail = has_role || filled(self.folder_class).is_none_or(|class| is_of_mail(&class));
        Some(FolderInfo {
            id: id(self.folder_id)?,
            word,
            name: filled(self.display_name).map(|name| storable(&name)),
            total: self.total_count.0,
            parent: id(self.parent_folder_id),
            is_mail: is_mail && !is_search,
        })
    }
}
