//! The roads on which mail is read.

use super::Failure;
use crate::model::{Detail, Folder, ItemKey, ListPage, Position};
use crate::owa;

/// What an item's detail came to: itself, or why it could not be read.
pub type Details = Vec<(ItemKey, Result<Detail, owa::ItemFault>)>;

/// An open mailbox on some road.
#[expect(async_fn_in_trait, reason = "only this crate implements and awaits it, on one task")]
pub trait MailSource {
    /// One page of a folder, newest first.
    ///
    /// # Errors
    /// What stops the whole account; what concerns one item stands in the page.
    async fn page(&mut self, folder: Folder, from: Position) -> Result<ListPage, Failure>;

    /// The details of items; fewer than asked for where the road cannot see them.
    ///
    /// # Errors
    /// What stops the whole account.
    async fn details(&mut self, keys: &[ItemKey]) -> Result<Details, Failure>;
}

impl MailSource for owa::Mailbox {
    async fn page(&mut self, folder: Folder, from: Position) -> Result<ListPage, Failure> {
        Ok(Self::page(self, folder, from).await?)
    }

    async fn details(&mut self, keys: &[ItemKey]) -> Result<Details, Failure> {
        Ok(Self::details(self, keys).await?)
    }
}
