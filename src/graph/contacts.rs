//! Contacts of a mailbox: its folders, what happened in one, contacts by their ids.

use super::page::PageWire;
use super::{GraphError, GraphMailbox, select, wire};
use crate::model::{
    ContactChanges, ContactFolderSight, ContactPage, ContactSight, ItemError, ItemFault, PageSize,
};
use serde_json::Value;
use std::collections::HashSet;
use url::Url;

/// The name of the folder that every mailbox has; lists of folders leave it out.
const DEFAULT: &str = "contacts";
/// No mailbox has more folders, nor more pages of them.
const MOST_FOLDERS: usize = 1_000;

impl GraphMailbox {
    /// All contact folders: the default one first, then those below it and beside it, each after its parent.
    ///
    /// # Errors
    /// Those of Graph.
    pub async fn contact_folders(&self) -> Result<Vec<ContactFolderSight>, GraphError> {
        let mut folders = vec![self.default_folder().await?];
        let top = self.address(&["me", "contactFolders"], &[]);
        let mut seen: HashSet<_> = folders.iter().map(|folder| folder.remote_id.clone()).collect();
        let mut open = vec![top];
        while let Some(list) = open.pop() {
            for folder in self.list_folders(list).await? {
                if seen.insert(folder.remote_id.clone()) {
                    open.push(
                        self.address(&["me", "contactFolders", &folder.remote_id, "childFolders"], &[]),
                    );
                    folders.push(folder);
                }
            }
            if folders.len() > MOST_FOLDERS {
                return Err(GraphError::Endless);
            }
        }
        Ok(folders)
    }

    async fn default_folder(&self) -> Result<ContactFolderSight, GraphError> {
        let answer = match self.get(self.address(&["me", "contactFolders", DEFAULT], &[])).await {
            // Not every service knows it by its name.
            Err(GraphError::Gone(refusal) | GraphError::Invalid(refusal)) => {
                let folder = self.folder_of_a_contact().await?;
                return folder.ok_or(GraphError::Gone(refusal));
            }
            answer => answer?,
        };
        let folder = wire::folder(&answer.body).map(|folder| ContactFolderSight { parent: None, ..folder });
        folder.ok_or(GraphError::Unreadable { what: "folder", status: answer.status })
    }

    /// The default folder, as one of its contacts names it; `None` where it has none.
    async fn folder_of_a_contact(&self) -> Result<Option<ContactFolderSight>, GraphError> {
        let query = [("$top", "1"), ("$select", "parentFolderId")];
        let page = PageWire::of(self.get(self.address(&["me", "contacts"], &query)).await?)?;
        let folder = page.value.first().and_then(|contact| contact.get("parentFolderId")?.as_str());
        let sight = |id: &str| ContactFolderSight { remote_id: id.to_owned(), parent: None, name: None };
        Ok(folder.map(sight))
    }

    async fn list_folders(&self, first: Url) -> Result<Vec<ContactFolderSight>, GraphError> {
        let (mut folders, mut next) = (Vec::new(), Some(first));
        let mut pages = 0;
        while let Some(address) = next {
            let page = PageWire::of(self.get(address).await?)?;
            let read: Option<Vec<_>> = page.value.iter().map(wire::folder).collect();
            folders.extend(read.ok_or(GraphError::Unreadable { what: "folder", status: 200 })?);
            next = page.next.map(|link| self.link(&link)).transpose()?;
            pages += 1;
            if pages > MOST_FOLDERS {
                return Err(GraphError::Endless);
            }
        }
        Ok(folders)
    }

    /// What happened in a folder since a link of it; from the beginning without one. A full mailbox tells no
    /// changes: then its contacts are listed. What a page tells of each is asked for with the first one of a
    /// round, how long it is with each.
    ///
    /// # Errors
    /// Those of Graph; that the link means nothing any more is none.
    pub async fn contact_changes(
        &self,
        folder: &str,
        from: Option<&str>,
        size: PageSize,
    ) -> Result<ContactChanges, GraphError> {
        let contacts = ["me", "contactFolders", folder, "contacts", "delta"];
        let (select, items) = asked_for(size);
        let first = |path| self.address(path, &[("$select", select.as_str())]);
        let address = from.map_or_else(|| Ok(first(&contacts[..])), |link| self.link(link))?;
        let answer = match self.get_page(address, items).await {
            // Where a list is to be the round of changes, it has to be read from its beginning.
            Err(GraphError::Full(_)) if from.is_some() => return Ok(ContactChanges::Lost),
            Err(GraphError::Full(_)) => self.get_page(first(&contacts[..4]), items).await,
            answer => answer,
        };
        match answer {
            Ok(answer) => Ok(ContactChanges::Page(changes(PageWire::of(answer)?, from)?)),
            Err(GraphError::CursorLost(_)) => Ok(ContactChanges::Lost),
            Err(error) if error.is_too_big() => Ok(ContactChanges::TooBig),
            // A link that is refused as malformed is one of another family of ids, or too old.
            Err(GraphError::Invalid(_)) if from.is_some() => Ok(ContactChanges::Lost),
            Err(GraphError::Gone(_)) => Ok(ContactChanges::NoFolder),
            Err(error) => Err(error),
        }
    }

    /// Contacts by their ids, whole; which of them there are no more, and what is wrong with others.
    ///
    /// # Errors
    /// Those of Graph that concern all of them.
    pub async fn contacts(
        &self,
        ids: &[String],
    ) -> Result<Vec<(String, Result<ContactSight, ItemError>)>, GraphError> {
        let query = [("$select", select::all()), ("$expand", select::own())];
        let query = query.each_ref().map(|(name, value)| (*name, value.as_str()));
        let addresses: Vec<_> = ids.iter().map(|id| self.address(&["me", "contacts", id], &query)).collect();
        let answers = self.get_each(&addresses).await?;
        ids.iter().zip(answers).map(|(id, answer)| Ok((id.clone(), item(answer)?))).collect()
    }
}

/// What `$select` asks for, and how many items a page is to have.
fn asked_for(size: PageSize) -> (String, u32) {
    match size {
        PageSize::Full => (select::all(), 200),
        PageSize::Small => (select::all(), 50),
        PageSize::Least => (select::all(), 10),
        PageSize::Ids => (select::IDS.to_owned(), 200),
    }
}

fn changes(page: PageWire, from: Option<&str>) -> Result<ContactPage, GraphError> {
    let end = page.end(from)?;
    let (mut looks, mut faults) = (Vec::new(), Vec::new());
    for item in page.value {
        match wire::look(item) {
            Ok(look) => looks.push(look),
            Err(fault) => faults.push(fault),
        }
    }
    Ok(ContactPage { looks, faults, end })
}

/// What is said of one item concerns it alone, unless it is about the whole mailbox or passes.
fn item(answer: Result<Value, GraphError>) -> Result<Result<ContactSight, ItemError>, GraphError> {
    let fault = |text| Ok(Err(ItemFault { code: ItemFault::MALFORMED.to_owned(), text }.into()));
    match answer {
        Ok(Value::Object(item)) => match wire::whole(item) {
            Ok(sight) => Ok(Ok(sight)),
            Err((_, text)) => fault(text),
        },
        Ok(_) => fault("no object".to_owned()),
        Err(error) => Ok(Err(of_item(error)?)),
    }
}

/// What a failure says of the one item that was asked for; the failure, where it is not of that item alone.
pub(super) fn of_item(error: GraphError) -> Result<ItemError, GraphError> {
    if let GraphError::Gone(_) = error {
        return Ok(ItemError::Gone);
    }
    if error.is_of_item() { Ok(error.fault().into()) } else { Err(error) }
}

#[cfg(test)]
mod tests;
