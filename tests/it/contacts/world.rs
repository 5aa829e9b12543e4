//! A database with an account whose contacts are read.

use super::book::{Book, words};
use super::road::{Mailbox, Road};
use crate::store::{at, migrated_file};
use chrono::TimeDelta;
use outlook_syncd::clock::Clock;
use outlook_syncd::model::{
    AccountId, Card, CardText, Contact, ContactEdit, ContactForms, ContactId, ContactWrite, CycleId,
    Direction, Part, Reach,
};
use outlook_syncd::store::{Claim, ContactQuery, Edited, Editor, JournalQuery, Store};
use outlook_syncd::sync::contacts::{ContactSettings, ContactsReading};
use outlook_syncd::sync::{Brake, Failure, PartRead, Settings};
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

/// A database with an account that is due, and a clock.
pub(super) struct World {
    pub(super) store: Store,
    pub(super) clock: Clock,
    pub(super) brake: Brake,
    /// A turn has a minute, and each call to the mailbox takes so much of it.
    pub(super) takes: TimeDelta,
    pub(super) settings: ContactSettings,
    pub(super) direction: Direction,
    _dir: Option<TempDir>,
}

/// What came of a turn.
pub(super) type Turn = Result<ControlFlow<(), PartRead>, Failure>;

/// Polls what is under way so often; what it came to, if it has ended.
async fn woken<T>(mut under_way: Pin<&mut impl Future<Output = T>>, times: usize) -> Option<T> {
    let mut left = times;
    std::future::poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        under_way.as_mut().poll(context).map(Some)
    })
    .await
}

impl World {
    pub(super) async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = migrated_file(&dir).await;
        let account = crate::store::add_due(&store, "anna@example.org", at(0)).await;
        store.schedule(&account, Part::Contacts, at(0)).await.unwrap();
        Self { _dir: Some(dir), ..Self::over(store) }
    }

    /// One over this database, which is somebody else's to keep.
    pub(super) fn over(store: Store) -> Self {
        Self {
            store,
            clock: Clock::manual(at(100_000)),
            brake: Settings::default().brake,
            takes: TimeDelta::zero(),
            settings: ContactSettings { asks_first: false, ..ContactSettings::default() },
            direction: Direction::Both,
            _dir: None,
        }
    }

    /// One whose first plan waits for a person.
    pub(super) async fn asking() -> Self {
        Self { settings: ContactSettings::default(), ..Self::new().await }
    }

    pub(super) async fn claim(&self) -> Claim {
        self.store.claim("test", at(0), self.clock.now(), Duration::from_mins(1)).await.unwrap().unwrap()
    }

    pub(super) async fn account(&self) -> AccountId {
        let mut accounts = self.store.accounts(&Reach::Everyone).await.unwrap();
        accounts.pop().unwrap().id
    }

    /// Reads, as a turn does; the lease is taken anew, as after a crash.
    pub(super) async fn turn(&self, book: &mut Book) -> Turn {
        self.turn_of(&Mailbox::new(book)).await
    }

    /// The same of a mailbox to which others have a road too.
    async fn turn_of(&self, mailbox: &Mailbox<'_>) -> Turn {
        let claim = self.begin(mailbox).await;
        self.turn_with(&claim, mailbox).await
    }

    async fn begin(&self, mailbox: &Mailbox<'_>) -> Claim {
        self.clock.advance(TimeDelta::minutes(1));
        {
            let mut book = mailbox.borrow_mut();
            (book.calls, book.pace) = (0, Some((self.clock.clone(), self.takes)));
        }
        self.claim().await
    }

    async fn turn_with(&self, claim: &Claim, mailbox: &Mailbox<'_>) -> Turn {
        let (stop, now) = (CancellationToken::new(), self.clock.now());
        let cycle = CycleId::new(now);
        let reading = ContactsReading {
            store: &self.store,
            claim,
            cycle: &cycle,
            clock: &self.clock,
            began: now,
            until: now + TimeDelta::minutes(1),
            settings: &self.settings,
            direction: self.direction,
            brake: self.brake,
            stop: &stop,
        };
        reading.read(&mut Road(mailbox)).await
    }

    /// The same, until the process is killed after it was woken so often; whether it came to its end before.
    pub(super) async fn killed(&self, book: &mut Book, after: usize) -> bool {
        woken(Box::pin(self.turn(book)).as_mut(), after).await.is_some()
    }

    /// Reads; when the turn was woken so often, something else is done at the same time. What came of the turn,
    /// and whether it had ended before.
    pub(super) async fn turn_beside(
        &self,
        book: &mut Book,
        after: usize,
        beside: impl Future<Output = ()>,
    ) -> (Turn, bool) {
        let mut turn = Box::pin(self.turn(book));
        match woken(turn.as_mut(), after).await {
            Some(read) => {
                beside.await;
                (read, true)
            }
            None => (tokio::join!(turn, beside).0, false),
        }
    }

    /// Reads; when the turn was woken so often, another process takes the account over and reads too, while the
    /// first goes on. What came of the first, and of the other.
    pub(super) async fn turn_taken_over(&self, book: &mut Book, after: usize) -> (Turn, Turn) {
        let mailbox = Mailbox::new(book);
        // Who had not claimed the account yet would take it from the other.
        let claim = self.begin(&mailbox).await;
        let mut turn = Box::pin(self.turn_with(&claim, &mailbox));
        let ended = woken(turn.as_mut(), after).await;
        let other = Box::pin(self.turn_of(&mailbox));
        if let Some(read) = ended { (read, other.await) } else { tokio::join!(turn, other) }
    }

    /// The same where nothing goes wrong; what it left to be told.
    pub(super) async fn read(&self, book: &mut Book) -> Option<&'static str> {
        match self.turn(book).await {
            Ok(ControlFlow::Continue(read)) => {
                assert_eq!(read.incomplete, None);
                read.warning.map(|warning| warning.meaning.code)
            }
            other => panic!("{other:?}"),
        }
    }

    pub(super) async fn contacts(&self) -> Vec<Contact> {
        self.store.contacts(&ContactQuery { limit: 10_000, ..ContactQuery::default() }).await.unwrap()
    }

    pub(super) async fn ids(&self) -> Vec<ContactId> {
        self.contacts().await.into_iter().map(|contact| contact.id).collect()
    }

    /// What is stored, in the words of `Book::truth`.
    pub(super) async fn stored(&self) -> BTreeSet<(String, String)> {
        let account = self.account().await;
        let folders = self.store.contact_folders(&account).await.unwrap();
        let mut stored = BTreeSet::new();
        for contact in self.contacts().await {
            let link = self.store.contact_link(&contact.id).await.unwrap().expect("it is linked");
            let folder = folders.iter().find(|folder| folder.id == link.folder).unwrap();
            stored.insert((folder.remote_id.clone(), words(&contact.card)));
        }
        stored
    }

    /// How often anything was written of any contact.
    pub(super) async fn revisions(&self) -> i64 {
        crate::store::count(&self.store, "SELECT CAST(COALESCE(SUM(revision), 0) AS BIGINT) FROM contact")
            .await
    }

    /// How many contacts the server counts, as far as it is known.
    pub(super) async fn total(&self) -> i64 {
        crate::store::count(&self.store, "SELECT SUM(server_total) FROM contact_folder").await
    }

    /// The turn before is one that failed.
    pub(super) async fn has_failed(&self) {
        let account = self.account().await;
        let Store::Sqlite(pool) = &self.store else { unreachable!() };
        let text = "UPDATE part_state SET failures = 1 WHERE account_id = $1 AND part = 'contacts'";
        sqlx::query(text).bind(account.as_str()).execute(pool).await.unwrap();
    }

    pub(super) async fn gone(&self) -> i64 {
        crate::store::count(&self.store, "SELECT COUNT(*) FROM contact WHERE gone_at IS NOT NULL").await
    }

    /// Makes a contact here.
    pub(super) async fn add(&self, make: impl FnOnce(&mut Card)) -> ContactId {
        let mut card = Card::default();
        make(&mut card);
        let id = ContactId::new(self.clock.now());
        let forms = ContactForms::default();
        let new = ContactEdit { id: id.clone(), external_id: None, card, forms };
        let (account, now) = (self.account().await, self.clock.now());
        let done = self
            .store
            .add_contact(&account, &new, Editor::Person(&crate::stage::by_crm(now)), now)
            .await
            .unwrap();
        assert_eq!(done, Edited::Done(1));
        id
    }

    pub(super) async fn add_named(&self, name: &str) -> ContactId {
        self.add(|card| card.set_text(CardText::DisplayName, name.to_owned())).await
    }

    /// Changes a contact here, as it stands at the time.
    pub(super) async fn edit(&self, id: &ContactId, change: impl Fn(&mut Card)) {
        let mut done = Edited::Stale;
        while done == Edited::Stale {
            let contact = self.store.contact(id).await.unwrap().unwrap();
            let mut card = contact.card;
            change(&mut card);
            let forms = ContactForms::default();
            let edit = ContactEdit { id: id.clone(), external_id: None, card, forms };
            let (account, now) = (self.account().await, self.clock.now());
            let line = crate::stage::by_crm(now);
            let by = Editor::Person(&line);
            done = self.store.edit_contact(&account, &edit, contact.revision, by, now).await.unwrap();
        }
        assert!(matches!(done, Edited::Done(_)), "{done:?}");
    }

    /// Deletes a contact here, as it stands at the time, if it is there still.
    pub(super) async fn remove(&self, id: &ContactId) {
        let mut done = Edited::Stale;
        while done == Edited::Stale {
            let contact = self.store.contact(id).await.unwrap().unwrap();
            if contact.gone_at.is_some() {
                return;
            }
            let (account, now) = (self.account().await, self.clock.now());
            let line = crate::stage::by_crm(now);
            let by = Editor::Person(&line);
            done = self.store.remove_contact(&account, id, contact.revision, by, now).await.unwrap();
        }
        assert!(matches!(done, Edited::Done(_)), "{done:?}");
    }

    /// The contact that an item is.
    pub(super) async fn of(&self, remote_id: &str) -> ContactId {
        let account = self.account().await;
        let ids = [remote_id.to_owned()];
        self.store.linked_contacts(&account, &ids).await.unwrap().remove(remote_id).unwrap().contact.id
    }

    /// The writes that the journal has, the latest first.
    pub(super) async fn journal(&self) -> Vec<ContactWrite> {
        let query = JournalQuery { limit: 1_000, ..JournalQuery::default() };
        self.store.contact_writes(&self.account().await, &query).await.unwrap()
    }

    /// How many contacts have something left to go out, parked or not.
    pub(super) async fn waiting(&self) -> i64 {
        crate::store::count(&self.store, "SELECT COUNT(*) FROM contact WHERE edited_at IS NOT NULL").await
    }
}
