//! A mailbox's contacts, as reading and writing ask for them.

use crate::model::{
    ContactChanges, ContactFolderSight, ContactId, ContactList, ContactPhoto, ContactRequest, ContactSight,
    ItemError, ItemFault, PageSize,
};
use crate::sync::Failure;

/// What came of a contact that was asked for, by its id on the server.
pub type LookedUp = (String, Result<ContactSight, ItemError>);

/// What came of a contact whose photo was asked for, by its id on the server; `Gone` of one that has none.
pub type PhotoFound = (String, Result<ContactPhoto, ItemError>);

/// What came of a request.
#[derive(Debug)]
pub enum Sent {
    /// It is done; how the item stands then, where the answer said so.
    Done(Option<Box<ContactSight>>),
    /// The item has another version by now: nothing was done.
    Changed,
    /// There is no such item.
    Gone,
    /// It is not done, whenever it is asked for.
    Refused(ItemFault),
    /// It was not done this time, or nobody knows.
    Failed(SendFailure),
}

/// Why something was not done this time, or why nobody knows.
#[derive(Debug)]
pub struct SendFailure {
    /// What went wrong.
    pub failure: Failure,
    /// Whether it was surely not done.
    pub is_undone: bool,
    /// Whether it may concern this item alone: others can be asked for.
    pub is_alone: bool,
}

/// A mailbox whose contacts are read and written.
#[expect(async_fn_in_trait, reason = "only this crate implements and awaits it, on one task")]
pub trait ContactSource {
    /// The word of where they come from, which is kept as how contacts were read.
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

    /// Asks for several things, in no order, no two of one contact; what came of each, in the order of the
    /// requests.
    ///
    /// # Errors
    /// What keeps anything from being asked. Of what was, it is not known then what came of it.
    async fn send(&mut self, requests: &[ContactRequest]) -> Result<Vec<Sent>, Failure>;

    /// Contacts that carry this id of ours; copies carry it too. One that was made seconds ago may not be
    /// found yet, and one that lies in a folder of its own may never be. `None` where nobody can look for it.
    ///
    /// # Errors
    /// What stops the whole account.
    async fn carrying(&mut self, contact: &ContactId) -> Result<Option<Vec<ContactSight>>, Failure>;
}
