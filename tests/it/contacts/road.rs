//! The road to a mailbox in memory. A call waits before it gets there, and again until its answer is back: there
//! a process may be killed, or something else may happen.

use super::book::Book;
use futures::FutureExt as _;
use outlook_syncd::model::{
    ContactChanges, ContactFolderSight, ContactId, ContactList, ContactRequest, ContactSight, PageSize,
};
use outlook_syncd::sync::Failure;
use outlook_syncd::sync::contacts::{ContactSource, LookedUp, PhotoFound, Sent};
use std::cell::RefCell;
use std::slice;
use tokio::task::yield_now;

/// A mailbox to which several processes have a road.
pub(super) type Mailbox<'a> = RefCell<&'a mut Book>;

pub(super) struct Road<'a, 'b>(pub(super) &'a Mailbox<'b>);

impl Road<'_, '_> {
    async fn ask<T>(&self, ask: impl AsyncFnOnce(&mut Book) -> T) -> T {
        yield_now().await;
        let answer = ask(&mut self.0.borrow_mut()).now_or_never().expect("it is in memory");
        yield_now().await;
        answer
    }
}

impl ContactSource for Road<'_, '_> {
    fn word(&self) -> &'static str {
        self.0.borrow().word()
    }

    async fn folders(&mut self) -> Result<Vec<ContactFolderSight>, Failure> {
        self.ask(async |book| book.folders().await).await
    }

    async fn changes(
        &mut self,
        folder: &str,
        from: Option<&str>,
        size: PageSize,
    ) -> Result<ContactChanges, Failure> {
        self.ask(async |book| book.changes(folder, from, size).await).await
    }

    async fn list(&mut self, folder: &str, from: Option<&str>) -> Result<ContactList, Failure> {
        self.ask(async |book| book.list(folder, from).await).await
    }

    async fn contacts(&mut self, ids: &[String]) -> Result<Vec<LookedUp>, Failure> {
        self.ask(async |book| book.contacts(ids).await).await
    }

    async fn photos(&mut self, ids: &[String]) -> Result<Vec<PhotoFound>, Failure> {
        self.ask(async |book| book.photos(ids).await).await
    }

    async fn send(&mut self, requests: &[ContactRequest]) -> Result<Vec<Sent>, Failure> {
        let mut sent = Vec::new();
        for request in requests {
            sent.extend(self.ask(async |book| book.send(slice::from_ref(request)).await).await?);
        }
        Ok(sent)
    }

    async fn carrying(&mut self, contact: &ContactId) -> Result<Option<Vec<ContactSight>>, Failure> {
        self.ask(async |book| book.carrying(contact).await).await
    }
}
