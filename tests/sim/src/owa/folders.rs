//! `FindFolder`, `GetFolder`, and how requests name folders.

use serde_json::{Value, json};

use super::envelope::{ItemError, Outcome};
use super::lens::Lens;
use super::object::{object, typed};
use super::paging;
use super::shape::Members;

/// A folder with the members that were asked for.
fn folder(lens: &Lens, index: usize, members: &Members) -> Value {
    let folder = &lens.mailbox.folders[index];
    let here = || lens.mailbox.messages.iter().chain(lens.contacts).filter(|m| m.folder == index);
    let children =
        lens.mailbox.folders.iter().enumerate().filter(|(at, f)| f.parent == index && *at != index).count();
    let folder = typed(folder.contract)
        .put("FolderId", lens.folder_id(folder))
        .put("ParentFolderId", lens.folder_id(&lens.mailbox.folders[folder.parent]))
        .put("FolderClass", folder.class)
        .put("DisplayName", folder.name.as_str())
        .put("TotalCount", here().count())
        .put("ChildFolderCount", children)
        .put("UnreadCount", here().filter(|m| !m.read).count())
        .maybe("DistinguishedFolderId", folder.distinguished);
    match members {
        Members::All => folder.done(),
        Members::Named(names) => folder.only(names).done(),
    }
}

/// The folders below `parent` that a request wants: of the whole tree when it is deep, a page of them.
fn tree(lens: &Lens, parent: usize, body: &Value) -> Value {
    let deep = body["Traversal"] == "Deep";
    let below = |at: usize| ancestors(lens, at).contains(&parent);
    let wanted = |at: &usize| {
        *at != parent && if deep { below(*at) } else { lens.mailbox.folders[*at].parent == parent }
    };
    let all: Vec<usize> = (0..lens.mailbox.folders.len()).filter(wanted).collect();
    let page = paging::rows(&body["Paging"], all.len(), lens.most_rows, |_| None);
    let members = Members::of_folders(body);
    let folders: Vec<Value> = all[page.clone()].iter().map(|at| folder(lens, *at, &members)).collect();
    json!({
        "ParentFolder": {"FolderId": lens.folder_id(&lens.mailbox.folders[parent])},
        "TotalItemsInView": all.len(), "IndexedPagingOffset": page.end, "Folders": folders,
    })
}

/// The root is its own parent.
fn ancestors(lens: &Lens, mut at: usize) -> Vec<usize> {
    let mut path = Vec::new();
    while lens.mailbox.folders[at].parent != at {
        at = lens.mailbox.folders[at].parent;
        path.push(at);
    }
    path
}

/// The folder that an id object names: `{"Id": …}` with a distinguished or a real id.
pub(super) fn named(lens: &Lens, id: &Value) -> Result<usize, ItemError> {
    let mut folders = lens.mailbox.folders.iter();
    let id = id["Id"].as_str().unwrap_or_default();
    folders.position(|f| f.id == id || f.distinguished == Some(id)).ok_or_else(ItemError::no_folder)
}

/// One entry of `FindFolder`.
pub(super) fn find(lens: &Lens, parent: &Value, body: &Value) -> Outcome {
    let parent = named(lens, parent)?;
    Ok(object().put("RootFolder", tree(lens, parent, body)))
}

/// One entry of `GetFolder`.
pub(super) fn get(lens: &Lens, id: &Value, body: &Value) -> Outcome {
    let index = named(lens, id)?;
    Ok(object().put("Folders", vec![folder(lens, index, &Members::of_folders(body))]))
}
