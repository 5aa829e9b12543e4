//! Microsoft Graph, by an access token: a folder is listed by time first, as far as its history goes, and then it tells what
//! is different.
//!
//! The cursor is the link that Graph gave, behind the family of ids that it was made with: with another one it is good
//! for nothing (alcionai/corso#3176). Without a link, all that is there is told first, and the cursor says so until that
//! round is over. A full mailbox tells nothing, and a page may lack its link: then the folder is listed as before.

use crate::graph::{Graph, GraphError, GraphMailbox, MailChangePage, MailChanges, SEEN_BY};
use crate::model::{
    AccountId, Batch, Changes, Cursor, Folder, FolderListing, IdPage, ItemKey, KeySpaces, Looked, PageEnd,
    Position, RoadChangeState, RowPage, Use, Window,
};
use crate::oauth::{OAuth, OAuthError};
use crate::sync::access::{GraphAccess, ask};
use crate::sync::change::RoadLook;
use crate::sync::failure::of_folder;
use crate::sync::mail::{Attached, MailReading, MailSource, Placed};
use crate::sync::turn::{Read, Turn};
use crate::sync::{Cycle, Failure};
use std::collections::HashSet;

/// The family of ids that links are made with, before each of them.
const IDS: &str = "immutable ";
/// Before the link of a round that began with all that is there.
const ANEW: &str = "anew ";

/// An account's mail at Graph.
pub struct GraphMail {
    access: GraphAccess,
    /// The links that were followed: pages that lead back to one do not end.
    followed: HashSet<String>,
}

impl GraphMail {
    /// With the access tokens of the account's sign-in.
    ///
    /// # Errors
    /// Why there is no token: nobody has signed in, or allowed less than is needed.
    async fn open(graph: &Graph, oauth: &OAuth, account: &AccountId) -> Result<Self, Failure> {
        Ok(Self::of(GraphAccess::open(graph, oauth, account, Use::Mail).await?))
    }

    /// The mail of a mailbox while its access token is good.
    #[must_use]
    pub fn new(mailbox: GraphMailbox) -> Self {
        Self::of(GraphAccess::with(mailbox, Use::Mail))
    }

    fn of(access: GraphAccess) -> Self {
        Self { access, followed: HashSet::new() }
    }

    /// What is different since a cursor.
    async fn changes_since(&mut self, folder: &Folder, since: &str) -> Result<Batch, Failure> {
        let (link, anew) = round(since);
        let (changes, anew) = match ask!(self.access, mail_changes(folder, link)).map_err(of_folder)? {
            MailChanges::Lost => (ask!(self.access, mail_changes(folder, None)).map_err(of_folder)?, true),
            changes @ (MailChanges::Page(_) | MailChanges::Full) => (changes, anew),
        };
        let MailChanges::Page(MailChangePage { seen, removed, end }) = changes else {
            return self.window(folder, Position::default(), false).await;
        };
        let (next, more) = match end {
            PageEnd::More(link) if !self.followed.insert(link.clone()) => {
                return Err(of_folder(GraphError::Endless));
            }
            PageEnd::More(link) => (format!("{IDS}{}{link}", if anew { ANEW } else { "" }), true),
            PageEnd::Round(link) => (format!("{IDS}{link}"), false),
            PageEnd::Listed => return self.window(folder, Position::default(), false).await,
        };
        Ok(Batch::Changes(Changes { seen_by: SEEN_BY.into(), seen, removed, next, more, anew }))
    }

    /// A window of the list. Changes are told behind it, unless they cannot be just now.
    async fn window(&mut self, folder: &Folder, from: Position, can_tell: bool) -> Result<Batch, Failure> {
        let page = ask!(self.access, mail_page(folder, from.offset)).map_err(of_folder)?;
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
    fn spaces(&self) -> KeySpaces {
        KeySpaces::EXCHANGE
    }

    fn begins(&self) -> Option<String> {
        Some(IDS.to_owned())
    }

    async fn list_folders(&mut self) -> Result<Option<FolderListing>, Failure> {
        Ok(Some(ask!(self.access, mail_folders())?))
    }

    async fn read(&mut self, folder: &Folder, from: &Cursor) -> Result<Batch, Failure> {
        let read = match from {
            Cursor::At(place) => self.window(folder, *place, true).await,
            Cursor::Since { since } => self.changes_since(folder, since).await,
        };
        read.map_err(|failure| failure.of(folder))
    }

    async fn complete(&mut self, keys: &[ItemKey]) -> Result<Vec<Looked>, Failure> {
        Ok(ask!(self.access, messages(keys))?)
    }

    async fn attachments(&mut self, keys: &[ItemKey]) -> Result<Vec<Attached>, Failure> {
        Ok(ask!(self.access, attachments(keys))?)
    }

    async fn places(&mut self, keys: &[ItemKey]) -> Result<Option<Vec<Placed>>, Failure> {
        Ok(Some(ask!(self.access, places(keys))?))
    }

    async fn ids(&mut self, folder: &Folder, from: Position) -> Result<Option<IdPage>, Failure> {
        let ids = ask!(self.access, mail_ids(folder, from.offset));
        ids.map(Some).map_err(|error| of_folder(error).of(folder))
    }

    async fn rows(&mut self, folder: &Folder, from: Position) -> Result<Option<RowPage>, Failure> {
        let rows = ask!(self.access, mail_rows(folder, from.offset));
        rows.map(Some).map_err(|error| of_folder(error).of(folder))
    }
}

/// Reads under the account's time limit, and no longer than the grace after a soft stop.
pub(super) async fn read(turn: &Turn<'_>) -> Read {
    let (cycle, account) = (turn.cycle, &turn.claim.account.id);
    let graph = cycle.graph.as_ref().ok_or(OAuthError::Off)?;
    let reading = async {
        let mut mail = GraphMail::open(graph, &cycle.oauth, account).await?;
        MailReading::of(turn).read(&mut mail).await
    };
    tokio::select! {
        read = Box::pin(reading) => read,
        why = turn.end() => why,
    }
}

/// The same of an account that goes by another road.
pub(super) async fn look(cycle: &Cycle, look: &RoadLook<'_>) -> Result<RoadChangeState, Failure> {
    let graph = cycle.graph.as_ref().ok_or(OAuthError::Off)?;
    let mut mail = GraphMail::open(graph, &cycle.oauth, &look.claim.account.id).await?;
    look.take(&mut mail).await
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
