//! Microsoft Graph, by an access token: a folder is listed by time first, as far as its history goes, and then it tells what
//! is different.
//!
//! The cursor is the link that Graph gave, behind the family of ids that it was made with: with another one it is good
//! for nothing (alcionai/corso#3176). Without a link, all that is there is told first. A full mailbox tells nothing,
//! and a page may lack its link: then the folder is listed as before.

use crate::graph::{GraphError, GraphMailbox, MailChangePage, MailChanges, MailPage};
use crate::model::{
    Batch, Changes, Cursor, Folder, FolderListing, IdPage, ItemKey, Looked, Position, RowPage, Window,
};
use crate::sync::Failure;
use crate::sync::mail::{MailSource, Placed};
use std::collections::HashSet;

/// The family of ids that links are made with, before each of them.
const IDS: &str = "immutable ";
/// How it is had, as it is kept.
const SEEN_BY: &str = "graph";

/// An account's mail at Graph, while its access token is good.
pub struct GraphMail {
    mailbox: GraphMailbox,
    /// The links that were followed: pages that lead back to one do not end.
    followed: HashSet<String>,
}

impl GraphMail {
    /// The mail of a mailbox.
    #[must_use]
    pub fn new(mailbox: GraphMailbox) -> Self {
        Self { mailbox, followed: HashSet::new() }
    }

    /// What is different since a link; with none, or one of other ids, all that is there.
    async fn told(&mut self, folder: &Folder, link: Option<&str>) -> Result<Batch, GraphError> {
        let link = link.filter(|link| !link.is_empty());
        let (changes, anew) = match self.mailbox.mail_changes(folder, link).await? {
            MailChanges::Lost => (self.mailbox.mail_changes(folder, None).await?, true),
            changes @ (MailChanges::Page(_) | MailChanges::Full) => (changes, link.is_none()),
        };
        match changes {
            MailChanges::Page(MailChangePage { seen, removed, next: Some(next), more }) => {
                if more && !self.followed.insert(next.clone()) {
                    return Err(GraphError::Endless);
                }
                let (seen_by, next) = (SEEN_BY.into(), format!("{IDS}{next}"));
                Ok(Batch::Changes(Changes { seen_by, seen, removed, next, more, anew }))
            }
            MailChanges::Page(_) | MailChanges::Full | MailChanges::Lost => {
                self.window(folder, Position::default(), false).await
            }
        }
    }

    /// A window of the list. Changes are told behind it, unless they cannot be just now.
    async fn window(&self, folder: &Folder, from: Position, can_tell: bool) -> Result<Batch, GraphError> {
        let MailPage { rows, total } = self.mailbox.mail_page(folder, from.offset).await?;
        Ok(Batch::Window(Window {
            seen_by: SEEN_BY.into(),
            whole: true,
            next: on(from, rows.len(), total),
            rows,
            count: total,
            exact: true,
            remote_id: None,
            then: can_tell.then(|| IDS.to_owned()),
        }))
    }
}

impl MailSource for GraphMail {
    fn listed(&mut self) -> Option<FolderListing> {
        None
    }

    async fn list_folders(&mut self) -> Result<Option<FolderListing>, Failure> {
        Ok(Some(self.mailbox.mail_folders().await?))
    }

    fn is_open(&self, _folder: &Folder) -> bool {
        false
    }

    async fn read(&mut self, folder: &Folder, from: &Cursor) -> Result<Batch, Failure> {
        let read = match from {
            Cursor::At(place) => self.window(folder, *place, true).await,
            Cursor::Since { since } => self.told(folder, since.strip_prefix(IDS)).await,
        };
        read.map_err(|error| of(error, folder))
    }

    async fn complete(&mut self, keys: &[ItemKey]) -> Result<Vec<Looked>, Failure> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        Ok(self.mailbox.messages(keys).await?)
    }

    async fn places(&mut self, keys: &[ItemKey]) -> Result<Option<Vec<Placed>>, Failure> {
        Ok(Some(self.mailbox.places(keys).await?))
    }

    async fn ids(&mut self, folder: &Folder, from: Position) -> Result<Option<IdPage>, Failure> {
        self.mailbox.mail_ids(folder, from.offset).await.map(Some).map_err(|error| of(error, folder))
    }

    async fn rows(&mut self, folder: &Folder, from: Position) -> Result<Option<RowPage>, Failure> {
        let MailPage { rows, total } =
            self.mailbox.mail_rows(folder, from.offset).await.map_err(|error| of(error, folder))?;
        let is_last = on(from, rows.len(), total).is_none();
        Ok(Some(RowPage { rows, total, is_last }))
    }
}

/// A failure of a folder's own keeps no other from being read.
fn of(error: GraphError, folder: &Folder) -> Failure {
    let is_of_folder = error.is_of_folder();
    let failure = Failure::from(error);
    let meaning = if is_of_folder { failure.meaning.folder() } else { failure.meaning };
    Failure { meaning, ..failure }.of(folder)
}

/// Where the next page of a list begins, which goes on as long as a page shows something and more is counted.
fn on(from: Position, rows: usize, total: Option<i64>) -> Option<Position> {
    let end = from.offset.saturating_add(u32::try_from(rows).unwrap_or(u32::MAX));
    let has_more = rows > 0 && total.is_none_or(|total| i64::from(end) < total);
    has_more.then_some(Position { offset: end })
}
