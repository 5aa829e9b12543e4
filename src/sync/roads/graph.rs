//! Microsoft Graph, by an access token: a folder is listed by time first, as far as its history goes, and then it tells what
//! is different.
//!
//! The cursor is the link that Graph gave, behind the family of ids that it was made with: with another one it is good
//! for nothing (alcionai/corso#3176). Without a link, all that is there is told first, and the cursor says so until that
//! round is over. A full mailbox tells nothing, and a page may lack its link: then the folder is listed as before.

use crate::graph::{GraphError, GraphMailbox, MailChangePage, MailChanges, SEEN_BY};
use crate::model::{
    Batch, Changes, Cursor, Folder, FolderListing, IdPage, ItemKey, Looked, PageEnd, Position, RowPage,
    Window,
};
use crate::sync::Failure;
use crate::sync::failure::of_folder;
use crate::sync::mail::{MailSource, Placed};
use std::collections::HashSet;

/// The family of ids that links are made with, before each of them.
const IDS: &str = "immutable ";
/// Before the link of a round that began with all that is there.
const ANEW: &str = "anew ";

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

    /// What is different since a cursor.
    async fn changes_since(&mut self, folder: &Folder, since: &str) -> Result<Batch, GraphError> {
        let (link, anew) = round(since);
        let (changes, anew) = match self.mailbox.mail_changes(folder, link).await? {
            MailChanges::Lost => (self.mailbox.mail_changes(folder, None).await?, true),
            changes @ (MailChanges::Page(_) | MailChanges::Full) => (changes, anew),
        };
        let MailChanges::Page(MailChangePage { seen, removed, end }) = changes else {
            return self.window(folder, Position::default(), false).await;
        };
        let (next, more) = match end {
            PageEnd::More(link) if !self.followed.insert(link.clone()) => return Err(GraphError::Endless),
            PageEnd::More(link) => (format!("{IDS}{}{link}", if anew { ANEW } else { "" }), true),
            PageEnd::Round(link) => (format!("{IDS}{link}"), false),
            PageEnd::Listed => return self.window(folder, Position::default(), false).await,
        };
        Ok(Batch::Changes(Changes { seen_by: SEEN_BY.into(), seen, removed, next, more, anew }))
    }

    /// A window of the list. Changes are told behind it, unless they cannot be just now.
    async fn window(&self, folder: &Folder, from: Position, can_tell: bool) -> Result<Batch, GraphError> {
        let page = self.mailbox.mail_page(folder, from.offset).await?;
        Ok(Batch::Window(Window {
            seen_by: SEEN_BY.into(),
            whole: true,
            next: next_page(from, &page),
            rows: page.rows,
            count: page.total,
            exact: true,
            remote_id: None,
            then: can_tell.then(|| IDS.to_owned()),
        }))
    }
}

impl MailSource for GraphMail {
    async fn list_folders(&mut self) -> Result<Option<FolderListing>, Failure> {
        Ok(Some(self.mailbox.mail_folders().await?))
    }

    async fn read(&mut self, folder: &Folder, from: &Cursor) -> Result<Batch, Failure> {
        let read = match from {
            Cursor::At(place) => self.window(folder, *place, true).await,
            Cursor::Since { since } => self.changes_since(folder, since).await,
        };
        read.map_err(|error| of_folder(error).of(folder))
    }

    async fn complete(&mut self, keys: &[ItemKey]) -> Result<Vec<Looked>, Failure> {
        Ok(self.mailbox.messages(keys).await?)
    }

    async fn places(&mut self, keys: &[ItemKey]) -> Result<Option<Vec<Placed>>, Failure> {
        Ok(Some(self.mailbox.places(keys).await?))
    }

    async fn ids(&mut self, folder: &Folder, from: Position) -> Result<Option<IdPage>, Failure> {
        let ids = self.mailbox.mail_ids(folder, from.offset).await;
        ids.map(Some).map_err(|error| of_folder(error).of(folder))
    }

    async fn rows(&mut self, folder: &Folder, from: Position) -> Result<Option<RowPage>, Failure> {
        let rows = self.mailbox.mail_rows(folder, from.offset).await;
        rows.map(Some).map_err(|error| of_folder(error).of(folder))
    }
}

/// The link of a cursor, and whether it goes on with a round from the beginning. With no link, or one of other ids, such a
/// round begins.
fn round(since: &str) -> (Option<&str>, bool) {
    match since.strip_prefix(IDS).filter(|link| !link.is_empty()) {
        None => (None, true),
        Some(link) => link.strip_prefix(ANEW).map_or((Some(link), false), |link| (Some(link), true)),
    }
}

/// Where the next page of a list begins, which goes on as long as a page shows something.
fn next_page(from: Position, page: &RowPage) -> Option<Position> {
    let end = from.offset.saturating_add(u32::try_from(page.rows.len()).unwrap_or(u32::MAX));
    let is_over = page.is_last || page.rows.is_empty();
    (!is_over).then_some(Position { offset: end })
}
