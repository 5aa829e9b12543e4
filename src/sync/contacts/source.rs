//! The road to a mailbox's contacts, as reading goes it.

use crate::model::{
    ContactChanges, ContactFolderSight, ContactList, ContactPhoto, ContactSight, ItemError, PageSize,
};
use crate::sync::Failure;

/// What came of a contact that was asked for, by its id on the server.
pub type LookedUp = (String, Result<ContactSight, ItemError>);

/// What came of a contact whose photo was asked for, by its id on the server; `Gone` of one that has none.
pub type PhotoFound = (String, Result<ContactPhoto, ItemError>);

/// A mailbox whose contacts are read.
#[expect(async_fn_in_trait, reason = "only this crate implements and awaits it, on one task")]
pub trait ContactSource {
    /// The road's word, which is kept as how contacts were read.
    fn word(&self) -> &'static str;

    /// All contact folders, the default one first.
    ///
    /// # Errors
    /// What stops the whole account.
    async fn folders(&mut self) -> Result<Vec<ContactFolderSight>, Failure>;

    /// What happened in a folder since a link that a page of it ended with; from the beginning without one. Ids
    /// alone are told from the beginning of a round on.
    ///
    /// # Errors
    /// What stops the whole account, or this folder of it.
    async fn changes(
        &mut self,
        folder: &str,
        from: Option<&str>,
        size: PageSize,
    ) -> Result<ContactChanges, Failure>;

    /// Which contacts a folder has, from a link on that a page of the list ended with; from the beginning
    /// without one.
    ///
    /// # Errors
    /// What stops the whole account, or this folder of it.
    async fn list(&mut self, folder: &str, from: Option<&str>) -> Result<ContactList, Failure>;

    /// Contacts of any folder, whole, by their ids on the server.
    ///
    /// # Errors
    /// What stops the whole account; what concerns one contact stands with it.
    async fn contacts(&mut self, ids: &[String]) -> Result<Vec<LookedUp>, Failure>;

    /// The photos of contacts of any folder, by the contacts' ids on the server.
    ///
    /// # Errors
    /// What stops the whole account; what concerns one contact stands with it.
    async fn photos(&mut self, ids: &[String]) -> Result<Vec<PhotoFound>, Failure>;
}
