//! What mail is read from: one trait, in two tongues.

use crate::model::{Batch, Cursor, Folder, FolderListing, ItemKey, Looked};
use crate::sync::Failure;

/// An open mailbox on some road.
///
/// A road lists (`Window`), and then what is held is known by coverage; or it tells what is different
/// (`Changes`), and then its cursor is opaque and it names what is gone. It is given the cursor that it gave.
#[expect(async_fn_in_trait, reason = "only this crate implements and awaits it, on one task")]
pub trait MailSource {
    /// The folders of the mailbox that mail lies in, as the road happens to have them at hand; where it has
    /// not and is to `ask` for them, as the mailbox says. `None` where they are not to be had.
    ///
    /// # Errors
    /// What stops the whole account.
    async fn folders(&mut self, ask: bool) -> Result<Option<FolderListing>, Failure>;

    /// Whether a folder's list is open already: it is read first.
    fn is_open(&self, folder: &Folder) -> bool;

    /// What comes next in a folder. A cursor of another road begins anew.
    ///
    /// # Errors
    /// What stops the whole account, or this folder of it; what concerns one item is told by `complete`.
    async fn read(&mut self, folder: &Folder, from: &Cursor) -> Result<Batch, Failure>;

    /// The items themselves, for those that came as rows; fewer than asked for where the road cannot see
    /// them.
    ///
    /// # Errors
    /// What stops the whole account.
    async fn complete(&mut self, keys: &[ItemKey]) -> Result<Vec<Looked>, Failure>;
}
