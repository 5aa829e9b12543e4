//! What mail is read from: one trait, in two tongues.

use crate::model::{
    Attachment, Batch, Cursor, Folder, FolderListing, IdPage, ItemError, ItemKey, KeySpaces, Looked,
    Position, RowPage,
};
use crate::sync::Failure;

/// Where an item lies that was asked for, by the folder's id on the server.
pub type Placed = (ItemKey, Result<String, ItemError>);

/// An item, and what hangs on it.
pub type Attached = (ItemKey, Result<Vec<Attachment>, ItemError>);

/// An open mailbox on some road.
///
/// A road lists (`Window`), and then what is held is known by coverage; or it tells what is different
/// (`Changes`), and then its cursor is opaque and it names what was removed. One may list first and tell then, and
/// list again while it cannot tell. It is given the cursor that it gave.
#[expect(async_fn_in_trait, reason = "only this crate implements and awaits it, on one task")]
pub trait MailSource {
    /// In which spaces it knows messages.
    fn spaces(&self) -> KeySpaces;

    /// The folders that mail lies in, where the road has a list of them at hand that was not taken yet.
    fn listed(&mut self) -> Option<FolderListing> {
        None
    }

    /// The folders that mail lies in, as the mailbox answers; `None` where they are not to be had.
    ///
    /// # Errors
    /// What stops the whole account.
    async fn list_folders(&mut self) -> Result<Option<FolderListing>, Failure>;

    /// Whether a folder's list is open already: it is read first.
    fn is_open(&self, _folder: &Folder) -> bool {
        false
    }

    /// Where a folder begins to tell what is different, with all that is there: the cursor's own text. `None` of a road that
    /// lists.
    fn begins(&self) -> Option<String> {
        None
    }

    /// What comes next in a folder. A cursor of another road begins anew.
    ///
    /// # Errors
    /// What stops the whole account, or this folder of it; what concerns one item is told by `complete`.
    async fn read(&mut self, folder: &Folder, from: &Cursor) -> Result<Batch, Failure>;

    /// Whether a better way of this road was given up for another since the mailbox was opened.
    fn has_fallen_back(&self) -> bool {
        false
    }

    /// What tells who they are that came as bare rows and are not stored: all but their bodies. Nothing of a road whose
    /// rows say it, or that says it with the items themselves.
    ///
    /// # Errors
    /// What stops the whole account.
    async fn headers(&mut self, _keys: &[ItemKey]) -> Result<Vec<Looked>, Failure> {
        Ok(Vec::new())
    }

    /// The items themselves, for those that came as rows; fewer than asked for where the road cannot see
    /// them.
    ///
    /// # Errors
    /// What stops the whole account.
    async fn complete(&mut self, keys: &[ItemKey]) -> Result<Vec<Looked>, Failure>;

    /// What hangs on items that came whole and do not say it. Nothing of a road that says it with the items themselves.
    ///
    /// # Errors
    /// What stops the whole account.
    async fn attachments(&mut self, _keys: &[ItemKey]) -> Result<Vec<Attached>, Failure> {
        Ok(Vec::new())
    }

    /// Where items lie that their folders miss; `None` of a road that cannot say more than its lists do, also where it is
    /// asked for none.
    ///
    /// # Errors
    /// What stops the whole account; what concerns one item stands with it.
    async fn places(&mut self, _keys: &[ItemKey]) -> Result<Option<Vec<Placed>>, Failure> {
        Ok(None)
    }

    /// A page of a folder's list by ids and versions alone; `None` where the road cannot tell, or cannot now.
    ///
    /// # Errors
    /// What stops the whole account, or this folder of it.
    async fn ids(&mut self, folder: &Folder, from: Position) -> Result<Option<IdPage>, Failure>;

    /// A page of a folder's list with the people that its rows show; `None` where the road cannot tell, or cannot
    /// now.
    ///
    /// # Errors
    /// What stops the whole account, or this folder of it.
    async fn rows(&mut self, folder: &Folder, from: Position) -> Result<Option<RowPage>, Failure>;
}
