//! A database with an account whose contacts are read.

use super::book::{Book, words};
use crate::store::{at, migrated, sqlite_url};
use chrono::TimeDelta;
use outlook_syncd::clock::Clock;
use outlook_syncd::model::{AccountId, Contact, CycleId, Direction};
use outlook_syncd::store::{Claim, ContactQuery, Store};
use outlook_syncd::sync::contacts::{ContactSettings, ContactsReading};
use outlook_syncd::sync::{Brake, Failure, PartRead, Settings};
use std::collections::BTreeSet;
use std::ops::ControlFlow;
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
    _dir: TempDir,
}

impl World {
    pub(super) async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = migrated(&sqlite_url(&dir)).await;
        crate::store::add_due(&store, "anna@example.org", at(0)).await;
        Self {
            store,
            clock: Clock::manual(at(100_000)),
            brake: Settings::default().brake,
            takes: TimeDelta::zero(),
            _dir: dir,
        }
    }

    pub(super) async fn claim(&self) -> Claim {
        self.store.claim("test", at(0), self.clock.now(), Duration::from_mins(1)).await.unwrap().unwrap()
    }

    pub(super) async fn account(&self) -> AccountId {
        self.claim().await.account.id
    }

    /// Reads, as a turn does; the lease is taken anew, as after a crash.
    pub(super) async fn turn(&self, book: &mut Book) -> Result<ControlFlow<(), PartRead>, Failure> {
        self.clock.advance(TimeDelta::minutes(1));
        book.calls = 0;
        book.pace = Some((self.clock.clone(), self.takes));
        let (claim, stop, now) = (self.claim().await, CancellationToken::new(), self.clock.now());
        let cycle = CycleId::new(now);
        let reading = ContactsReading {
            store: &self.store,
            claim: &claim,
            cycle: &cycle,
            clock: &self.clock,
            began: now,
            until: now + TimeDelta::minutes(1),
            settings: &ContactSettings::default(),
            direction: Direction::Both,
            brake: self.brake,
            stop: &stop,
        };
        reading.read(book).await
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
        crate::store::count(&self.store, "SELECT COALESCE(SUM(revision), 0) FROM contact").await
    }

    /// How many contacts the server counts, as far as it is known.
    pub(super) async fn total(&self) -> i64 {
        crate::store::count(&self.store, "SELECT SUM(server_total) FROM contact_folder").await
    }

    /// The turn before is one that failed.
    pub(super) async fn has_failed(&self) {
        let account = self.account().await;
        let Store::Sqlite(pool) = &self.store else { unreachable!() };
        let text = "INSERT INTO part_state (account_id, part, failures) VALUES ($1, 'contacts', 1)";
        sqlx::query(text).bind(account.as_str()).execute(pool).await.unwrap();
    }

    pub(super) async fn gone(&self) -> i64 {
        crate::store::count(&self.store, "SELECT COUNT(*) FROM contact WHERE gone_at IS NOT NULL").await
    }
}
