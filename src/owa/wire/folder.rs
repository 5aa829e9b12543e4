//! Folders: the answers to `FindFolder` and `GetFolder`.

use super::answer::{self, Fault};
use super::item::{Id, id};
use super::lenient::{Lenient, filled};
use crate::model::Folder;
use crate::owa::error::OwaError;
use serde::Deserialize;
use serde_json::Value;

/// What we keep of a folder.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub(in crate::owa) struct FolderInfo {
    /// Its id.
    pub(in crate::owa) id: String,
    /// Which standard folder it is; folders of the owner's own have no such name.
    pub(in crate::owa) folder: Option<Folder>,
    /// What the owner sees it called.
    pub(in crate::owa) name: Option<String>,
    /// How many items it holds.
    pub(in crate::owa) total: Option<i64>,
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
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct FolderWire {
    folder_id: Lenient<Id>,
    distinguished_folder_id: Lenient<String>,
    display_name: Lenient<String>,
    total_count: Lenient<i64>,
}

/// Reads the answer to `FindFolder` or `GetFolder`, whole.
pub(in crate::owa) fn read_folders(value: &Value) -> Result<Vec<FolderInfo>, OwaError> {
    let what = "folder answer";
    let messages: Vec<FolderInfoResponseMessage> = answer::messages(what, value)?;
    let mut found = Vec::new();
    for message in messages {
        message.fault.check()?;
        let folders = message.root_folder.0.and_then(|root| root.folders.0).or(message.folders.0);
        found.extend(
            folders
                .ok_or_else(|| OwaError::drift(what, value))?
                .into_iter()
                .filter_map(FolderWire::into_info),
        );
    }
    Ok(found)
}

impl FolderWire {
    fn into_info(self) -> Option<FolderInfo> {
        let folder = filled(self.distinguished_folder_id).and_then(|name| Folder::parse(&name));
        let name = filled(self.display_name);
        Some(FolderInfo { id: id(self.folder_id)?, folder, name, total: self.total_count.0 })
    }
}
