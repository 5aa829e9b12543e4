//! Mail of a mailbox: a folder's list by time, what happened in a folder, messages by their ids.
//!
//! ```text
//! folders   the folders, and what each is for
//! select    which members are asked for     wire   Graph's message -> the model
//! id        Exchange's ids in Graph's letters     acts   messages that are marked, moved, deleted
//! attachments   what hangs on messages            content   its bytes, and messages as MIME
//! send      messages that are sent, and looked for afterwards
//! ```
//!
//! A list is read by `$skip`, for a page may lack its link though there is more
//! (microsoftgraph/microsoft-graph-docs#2153). Neither lists nor changes are filtered: a filter is refused at times
//! (microsoftgraph/microsoft-graph-docs#18636) and hides what becomes of older mail.

mod acts;
mod attachments;
mod content;
mod folders;
mod id;
mod select;
mod send;
#[cfg(test)]
mod tests;
mod wire;

pub use acts::MailAct;
pub use content::{ContentOf, GraphContent};
pub use send::MailFound;
pub(crate) use wire::SEEN_BY;

use super::answer::GraphAnswer;
use super::contacts::of_item;
use super::page::PageWire;
use super::{GraphError, GraphMailbox};
use crate::model::{Folder, IdPage, IdRow, ItemError, ItemFault, ItemKey, Looked, PageEnd, RowPage, Sight};
use serde_json::Value;
use url::Url;

/// Messages of a page of a list; with bodies, more take the server too long.
const PAGE: u32 = 50;
/// Ids of a page of a list, and changes of a page of a round.
const LONG_PAGE: u32 = 200;
/// How many changes are asked for where a page of them is too much.
const SHORTER: [u32; 2] = [50, 10];

/// What became of a folder's mail since a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailChanges {
    /// A page of it.
    Page(MailChangePage),
    /// The link means nothing any more.
    Lost,
    /// The mailbox is full, and tells no changes.
    Full,
}

/// A page of changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailChangePage {
    /// Messages that are new or different. One may say no more than what has changed.
    pub seen: Vec<Sight>,
    /// Messages that lie in the folder no longer.
    pub removed: Vec<ItemKey>,
    /// Where to go on.
    pub end: PageEnd,
}

/// A page of a list, as it came.
struct ListPage {
    items: Vec<Value>,
    total: Option<i64>,
    is_last: bool,
}

impl ListPage {
    /// One that cannot be read is its key alone.
    fn sights(&self) -> impl Iterator<Item = Sight> {
        self.items.iter().filter_map(wire::row)
    }

    fn rows(self) -> RowPage {
        RowPage { rows: self.sights().collect(), total: self.total, is_last: self.is_last }
    }
}

impl GraphMailbox {
    /// A page of a folder's list from so many messages on, with their bodies; without them, where they are too
    /// much for one page. A message that cannot be read is its key alone.
    ///
    /// # Errors
    /// Those of Graph.
    pub async fn mail_page(&self, folder: &Folder, skip: u32) -> Result<RowPage, GraphError> {
        match self.mail_list(folder, skip, PAGE, &select::whole(), true).await {
            Err(error) if error.is_too_big() => self.mail_rows(folder, skip).await,
            page => Ok(page?.rows()),
        }
    }

    /// The same without bodies.
    ///
    /// # Errors
    /// Those of Graph.
    pub async fn mail_rows(&self, folder: &Folder, skip: u32) -> Result<RowPage, GraphError> {
        Ok(self.mail_list(folder, skip, PAGE, &select::listed(), true).await?.rows())
    }

    /// The same by ids and versions alone.
    ///
    /// # Errors
    /// Those of Graph.
    pub async fn mail_ids(&self, folder: &Folder, skip: u32) -> Result<IdPage, GraphError> {
        let page = self.mail_list(folder, skip, LONG_PAGE, select::IDS, false).await?;
        let rows = page.sights().filter_map(|sight| IdRow::of(&sight)).collect();
        Ok(IdPage { rows, total: page.total, is_last: page.is_last })
    }

    /// A list ends where as many items were shown as are counted.
    async fn mail_list(
        &self,
        folder: &Folder,
        skip: u32,
        items: u32,
        select: &str,
        expands: bool,
    ) -> Result<ListPage, GraphError> {
        let (from, top, expand) = (skip.to_string(), items.to_string(), select::properties());
        let mut query = vec![
            ("$select", select),
            ("$orderby", "receivedDateTime desc"),
            ("$top", &top),
            ("$skip", &from),
            ("$count", "true"),
        ];
        query.extend(expands.then_some(("$expand", expand.as_str())));
        let address = self.address(&["me", "mailFolders", &folders::name_of(folder), "messages"], &query);
        let PageWire { value: items, count: total, .. } = PageWire::of(self.get_page(address, items).await?)?;
        let end = i64::from(skip) + i64::try_from(items.len()).unwrap_or(i64::MAX);
        Ok(ListPage { items, total, is_last: total.is_some_and(|total| end >= total) })
    }

    /// What became of a folder's mail since a link of it; from the beginning without one, where each message is
    /// new. Whether one was read is told because it is selected (alcionai/corso#1866).
    ///
    /// # Errors
    /// Those of Graph; that the link means nothing any more is none.
    pub async fn mail_changes(&self, folder: &Folder, from: Option<&str>) -> Result<MailChanges, GraphError> {
        let path = ["me", "mailFolders", &folders::name_of(folder), "messages", "delta"];
        let first = || Ok(self.address(&path, &[("$select", select::CHANGED)]));
        let address = from.map_or_else(first, |link| self.link(link))?;
        let mut answer = self.get_page(address.clone(), LONG_PAGE).await;
        for items in SHORTER {
            if answer.as_ref().is_err_and(GraphError::is_too_big) {
                answer = self.get_page(address.clone(), items).await;
            }
        }
        match answer {
            Ok(answer) => self.mail_change_page(answer, from),
            // A link that is refused as malformed is one of another family of ids, or too old.
            Err(GraphError::CursorLost(_) | GraphError::Invalid(_)) if from.is_some() => {
                Ok(MailChanges::Lost)
            }
            Err(GraphError::Full(_)) => Ok(MailChanges::Full),
            Err(error) => Err(error),
        }
    }

    /// A link that leads elsewhere is none that should be kept.
    fn mail_change_page(&self, answer: GraphAnswer, from: Option<&str>) -> Result<MailChanges, GraphError> {
        let page = changes(answer, from)?;
        match &page.end {
            PageEnd::More(link) | PageEnd::Round(link) => drop(self.link(link)?),
            PageEnd::Listed => {}
        }
        Ok(MailChanges::Page(page))
    }

    /// Messages by their ids, whole, wherever they lie. Those of ids that are none of Exchange's are left out.
    ///
    /// # Errors
    /// Those of Graph that concern all of them.
    pub async fn messages(&self, keys: &[ItemKey]) -> Result<Vec<Looked>, GraphError> {
        let (select, expand) = (select::whole(), select::properties());
        let query = [("$select", select.as_str()), ("$expand", expand.as_str())];
        let looked = self.each_message(keys, &query).await?.into_iter();
        looked.map(|(key, answer)| Ok((key, item(answer)?))).collect()
    }

    /// In which folders messages lie, by the folders' ids.
    ///
    /// # Errors
    /// Those of Graph that concern all of them.
    pub async fn places(
        &self,
        keys: &[ItemKey],
    ) -> Result<Vec<(ItemKey, Result<String, ItemError>)>, GraphError> {
        let looked = self.each_message(keys, &[("$select", "parentFolderId")]).await?.into_iter();
        let place = |answer| match answer {
            Ok(item) => Ok(wire::place(&item).ok_or_else(|| unreadable("parentFolderId").into())),
            Err(error) => Ok(Err(of_item(error)?)),
        };
        looked.map(|(key, answer)| Ok((key, place(answer)?))).collect()
    }

    async fn each_message(
        &self,
        keys: &[ItemKey],
        query: &[(&str, &str)],
    ) -> Result<Vec<(ItemKey, Result<Value, GraphError>)>, GraphError> {
        let keys: Vec<_> = keys.iter().filter(|key| id::is_exchange(key)).cloned().collect();
        let address = |key: &ItemKey| self.address(&["me", "messages", &id::to_graph(&key.id)], query);
        let addresses: Vec<Url> = keys.iter().map(address).collect();
        Ok(keys.into_iter().zip(self.get_each(&addresses).await?).collect())
    }
}

fn item(answer: Result<Value, GraphError>) -> Result<Result<Sight, ItemError>, GraphError> {
    match answer {
        Ok(Value::Object(item)) => Ok(wire::message(&item).map_err(|member| unreadable(member).into())),
        Ok(_) => Ok(Err(unreadable("item").into())),
        Err(error) => Ok(Err(of_item(error)?)),
    }
}

fn unreadable(member: &str) -> ItemFault {
    ItemFault { code: ItemFault::MALFORMED.to_owned(), text: format!("{member} is not what it should be") }
}

fn changes(answer: GraphAnswer, from: Option<&str>) -> Result<MailChangePage, GraphError> {
    let page = PageWire::of(answer)?;
    let end = page.end(from)?;
    let (removed, seen): (Vec<_>, Vec<_>) =
        page.value.into_iter().partition(|item| item.get("@removed").is_some());
    Ok(MailChangePage {
        seen: seen.iter().filter_map(wire::row).collect(),
        removed: removed.iter().filter_map(wire::key).collect(),
        end,
    })
}
