//! What is left to go out of an account's contacts, page by page.

use super::parked::EditedContact;
use crate::model::{AccountId, ContactId};
use crate::store::{Result, Store};
use chrono::{DateTime, Utc};

/// Pages of contacts of which something is left to go out, as `edited_contacts` has them.
pub struct EditedPages<'a> {
    store: &'a Store,
    account: &'a AccountId,
    /// So many are on a page.
    size: u32,
    /// Behind which contact the next page begins, told by when it was changed.
    after: Option<(DateTime<Utc>, ContactId)>,
}

impl Store {
    /// The contacts of an account of which something is left to go out, so many at a time.
    #[must_use]
    pub fn edited_pages<'a>(&'a self, account: &'a AccountId, size: u32) -> EditedPages<'a> {
        EditedPages { store: self, account, size, after: None }
    }
}

impl EditedPages<'_> {
    /// The next page, as it stands at that time; `None` after the last one.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn next(&mut self, now: DateTime<Utc>) -> Result<Option<Vec<EditedContact>>> {
        let page = self.store.edited_contacts(self.account, self.after.as_ref(), now, self.size).await?;
        let Some(last) = page.last() else { return Ok(None) };
        self.after = last.contact.edited_at.map(|at| (at, last.contact.id.clone()));
        Ok(Some(page))
    }
}
