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

/// No mailbox has more folders.
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

/// A folder as a list has it, with the path of its parent.
struct Found {
    id: String,
    sight: FolderSight,
}

impl GraphMailbox {
    /// The folders that mail lies in, each after its parent; none that is hidden.
    ///
    /// # Errors
    /// Those of Graph.
    pub async fn mail_folders(&self) -> Result<FolderListing, GraphError> {
        let roles = self.roles().await?;
        let (mut folders, mut seen) = (Vec::new(), HashSet::new());
        let top = self.address(&["me", "mailFolders"], &[]);
        let mut level =
            self.level(vec![(None, self.get(top).await.map(|answer| answer.body))], &roles).await?;
        while !level.is_empty() {
            level.retain(|found| seen.insert(found.id.clone()));
            let below = |found: &Found| self.address(&["me", "mailFolders", &found.id, "childFolders"], &[]);
            let addresses: Vec<Url> = level.iter().map(below).collect();
            let answers = self.get_each(&addresses).await?;
            let paths = level.iter().map(|found| found.sight.path.clone());
            let next = self.level(paths.zip(answers).collect(), &roles).await?;
            folders.extend(level.into_iter().map(|found| found.sight));
            if folders.len() > MOST {
                return Err(GraphError::Endless);
            }
            level = next;
        }
        Ok(FolderListing { folders, whole: true })
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
                Ok(folder) => roles.extend(text(&folder, "id").map(|id| (id, role))),
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
        lists: Vec<(Option<String>, Result<Value, GraphError>)>,
        roles: &HashMap<String, Role>,
    ) -> Result<Vec<Found>, GraphError> {
        let mut found = Vec::new();
        for (path, first) in lists {
            let mut body = match first {
                // It was deleted meanwhile.
                Err(GraphError::Gone(_)) => continue,
                first => first?,
            };
            loop {
                let page = PageWire::of(GraphAnswer { status: 200, body })?;
                for folder in page.value.iter().filter(|folder| !is_search(folder)) {
                    let unreadable = GraphError::Unreadable { what: "folder", status: 200 };
                    found.push(of(folder, path.as_deref(), roles).ok_or(unreadable)?);
                }
                let Some(next) = page.next.filter(|_| found.len() <= MOST) else { break };
                body = self.get(self.link(&next)?).await?.body;
            }
        }
        Ok(found)
    }
}

/// What is in such a folder lies elsewhere.
fn is_search(folder: &Value) -> bool {
    text(folder, "@odata.type").is_some_and(|kind| kind.ends_with("mailSearchFolder"))
}

fn of(folder: &Value, above: Option<&str>, roles: &HashMap<String, Role>) -> Option<Found> {
    let id = text(folder, "id").filter(|id| !id.is_empty())?;
    let name = text(folder, "displayName").filter(|name| !name.is_empty());
    let path =
        name.as_ref().map(|name| above.map_or_else(|| name.clone(), |above| format!("{above}/{name}")));
    let sight = FolderSight {
        role: roles.get(&id).copied().unwrap_or(Role::Other),
        name,
        path,
        remote_id: Some(from_graph(&id)),
        total: folder.get("totalItemCount").and_then(Value::as_i64),
    };
    Some(Found { id, sight })
}

fn text(item: &Value, member: &str) -> Option<String> {
    item.get(member)?.as_str().map(str::to_owned)
}
