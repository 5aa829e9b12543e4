//! What is left to go out of an account's contacts, page by page.

use super::edited::{EditedContact, EditedPlace};
use super::photo_edit::EditedPhoto;
use crate::model::AccountId;
use crate::store::{Result, Store};
use chrono::{DateTime, Utc};
use std::marker::PhantomData;

/// Pages of what is left to go out: contacts as `edited_contacts` has them, or photos as `edited_photos` has them.
pub struct EditedPages<'a, Edited> {
    store: &'a Store,
    account: &'a AccountId,
    /// So many are on a page.
    size: u32,
    /// Behind which contact the next page begins, told by when it was changed.
    after: Option<EditedPlace>,
    of: PhantomData<Edited>,
}

impl Store {
    /// The contacts of an account of which something is left to go out, so many at a time.
    #[must_use]
    pub fn edited_pages<'a>(&'a self, account: &'a AccountId, size: u32) -> EditedPages<'a, EditedContact> {
        EditedPages { store: self, account, size, after: None, of: PhantomData }
    }

    /// The photos of an account that are left to go out, so many at a time.
    #[must_use]
    pub fn edited_photo_pages<'a>(
        &'a self,
        account: &'a AccountId,
        size: u32,
    ) -> EditedPages<'a, EditedPhoto> {
        EditedPages { store: self, account, size, after: None, of: PhantomData }
    }
}

impl<Edited> EditedPages<'_, Edited> {
    /// Behind which contact the next page begins; `None` before the first.
    #[must_use]
    pub fn place(&self) -> Option<&EditedPlace> {
        self.after.as_ref()
    }
}

impl EditedPages<'_, EditedContact> {
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

impl EditedPages<'_, EditedPhoto> {
    /// The next page, as it stands at that time; `None` after the last one.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn next(&mut self, now: DateTime<Utc>) -> Result<Option<Vec<EditedPhoto>>> {
        let page = self.store.edited_photos(self.account, self.after.as_ref(), now, self.size).await?;
        let Some(last) = page.last() else { return Ok(None) };
        self.after = Some((last.edited_at, last.contact.clone()));
        Ok(Some(page))
    }
}
