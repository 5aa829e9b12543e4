//! Folders of mail: all levels of them, and what each is for, which no member of a folder says: it is asked for by names
//! that are not in the owner's language. <https://learn.microsoft.com/graph/api/resources/mailfolder>

use super::id::{from_graph, to_graph};
use crate::graph::answer::GraphAnswer;
use crate::graph::page::PageWire;
use crate::graph::{GraphError, GraphMailbox};
use crate::model::{Folder, FolderListing, FolderSight, Role};
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use url::Url;

/// No mailbox has more folders, nor more pages of them.
const MOST: usize = 10_000;

/// The well-known name of the folder with a role.
const fn well_known(role: Role) -> Option<&'static str> {
    Some(match role {
        Role::Inbox => "inbox",
        Role::Sent => "sentitems",
        Role::Drafts => "drafts",
        Role::Archive => "archive",
        Role::Junk => "junkemail",
        Role::Deleted => "deleteditems",
        Role::Outbox => "outbox",
        Role::Other => return None,
    })
}

/// By what a folder is asked for: its id, which is of one family and stays; its role while that is not known.
pub(super) fn name_of(folder: &Folder) -> String {
    let by_role = || well_known(folder.role).unwrap_or_default().to_owned();
    folder.remote_id.as_deref().map_or_else(by_role, to_graph)
}

impl GraphMailbox {
    /// The folders that mail lies in, each after its parent; none that is hidden.
    ///
    /// # Errors
    /// Those of Graph.
    pub async fn mail_folders(&self) -> Result<FolderListing, GraphError> {
        let roles = self.roles().await?;
        let (mut folders, mut seen) = (Vec::new(), HashSet::new());
        let top = self.get(self.address(&["me", "mailFolders"], &[])).await?;
        let mut level = self.level(vec![(None, top.body)], &roles).await?;
        while !level.is_empty() {
            level.retain(|folder| seen.insert(folder.remote_id.clone()));
            let lists = self.below(&level).await?;
            folders.append(&mut level);
            if folders.len() > MOST {
                return Err(GraphError::Endless);
            }
            level = self.level(lists, &roles).await?;
        }
        Ok(FolderListing { folders, whole: true })
    }

    /// The beginnings of the lists of what is below folders, each with the path of its folder.
    async fn below(&self, level: &[FolderSight]) -> Result<Vec<(Option<String>, Value)>, GraphError> {
        let id = |folder: &FolderSight| folder.remote_id.as_deref().map(to_graph).unwrap_or_default();
        let address = |folder| self.address(&["me", "mailFolders", &id(folder), "childFolders"], &[]);
        let addresses: Vec<Url> = level.iter().map(address).collect();
        let mut lists = Vec::new();
        for (folder, answer) in level.iter().zip(self.get_each(&addresses).await?) {
            match answer {
                Ok(body) => lists.push((folder.path.clone(), body)),
                // It was deleted meanwhile.
                Err(GraphError::Gone(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(lists)
    }

    /// Which folders have a role, by their ids.
    async fn roles(&self) -> Result<HashMap<String, Role>, GraphError> {
        let named: Vec<_> =
            Role::ALL.into_iter().filter_map(|role| Some((role, well_known(role)?))).collect();
        let address = |name: &str| self.address(&["me", "mailFolders", name], &[("$select", "id")]);
        let addresses: Vec<Url> = named.iter().map(|(_, name)| address(name)).collect();
        let mut roles = HashMap::new();
        for ((role, _), answer) in named.into_iter().zip(self.get_each(&addresses).await?) {
            match answer {
                Ok(folder) => roles.extend(text(&folder, "id").map(|id| (from_graph(&id), role))),
                // Not every mailbox has each of them.
                Err(GraphError::Gone(_) | GraphError::Invalid(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(roles)
    }

    /// The folders of lists, each with the path of the folder that it is below, to the lists' ends.
    async fn level(
        &self,
        lists: Vec<(Option<String>, Value)>,
        roles: &HashMap<String, Role>,
    ) -> Result<Vec<FolderSight>, GraphError> {
        let (mut found, mut followed) = (Vec::new(), HashSet::new());
        for (path, mut body) in lists {
            loop {
                let page = PageWire::of(GraphAnswer { status: 200, body })?;
                for folder in page.value.iter().filter(|folder| !is_search(folder)) {
                    let unreadable = GraphError::Unreadable { what: "folder", status: 200 };
                    found.push(of(folder, path.as_deref(), roles).ok_or(unreadable)?);
                }
                let Some(next) = page.next else { break };
                let address = self.link(&next)?;
                if !followed.insert(next) || followed.len() > MOST {
                    return Err(GraphError::Endless);
                }
                body = self.get(address).await?.body;
            }
        }
        Ok(found)
    }
}

/// What is in such a folder lies elsewhere.
fn is_search(folder: &Value) -> bool {
    text(folder, "@odata.type").is_some_and(|kind| kind.ends_with("mailSearchFolder"))
}

fn of(folder: &Value, above: Option<&str>, roles: &HashMap<String, Role>) -> Option<FolderSight> {
    let id = from_graph(&text(folder, "id").filter(|id| !id.is_empty())?);
    let name = text(folder, "displayName").filter(|name| !name.is_empty());
    let path =
        name.as_ref().map(|name| above.map_or_else(|| name.clone(), |above| format!("{above}/{name}")));
    Some(FolderSight {
        role: roles.get(&id).copied().unwrap_or(Role::Other),
        name,
        path,
        remote_id: Some(id),
        total: folder.get("totalItemCount").and_then(Value::as_i64),
    })
}

fn text(item: &Value, member: &str) -> Option<String> {
    item.get(member)?.as_str().map(str::to_owned)
}
