//! Which contacts a folder has: ids and versions alone.

use super::page::PageWire;
use super::{GraphError, GraphMailbox, select};
use crate::model::{ContactList, ContactListPage};
use serde_json::Value;

/// As many items a page is to have: the most that a list gives.
const PAGE: u32 = 999;

impl GraphMailbox {
    /// Which contacts a folder has, from a link on that a page of the list ended with.
    ///
    /// # Errors
    /// Those of Graph; that the link means nothing any more is none.
    pub async fn contact_list(&self, folder: &str, from: Option<&str>) -> Result<ContactList, GraphError> {
        let contacts = ["me", "contactFolders", folder, "contacts"];
        let first = || Ok(self.address(&contacts, &[("$select", select::IDS), ("$count", "true")]));
        let address = from.map_or_else(first, |link| self.link(link))?;
        match self.get_page(address, PAGE).await {
            Ok(answer) => Ok(ContactList::Page(page(PageWire::of(answer)?, from)?)),
            Err(GraphError::CursorLost(_) | GraphError::Invalid(_)) if from.is_some() => {
                Ok(ContactList::Lost)
            }
            Err(GraphError::Gone(_)) => Ok(ContactList::NoFolder),
            Err(error) => Err(error),
        }
    }
}

fn page(page: PageWire, from: Option<&str>) -> Result<ContactListPage, GraphError> {
    // Its next link is handed on as it is; it is only never one that leads back.
    page.end(from)?;
    let text = |item: &Value, name: &str| item.get(name)?.as_str().map(str::to_owned);
    let items = page.value.iter();
    let items = items.filter_map(|item| Some((text(item, "id")?, text(item, "changeKey")))).collect();
    Ok(ContactListPage { items, total: page.count, next: page.next })
}
