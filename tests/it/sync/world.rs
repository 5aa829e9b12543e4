//! A database with an account that is due, and the turns that read it.

use super::script::{INBOX, Place, SENT, Script, place_of};
use crate::store::{at, migrated_file};
use chrono::{DateTime, TimeDelta, Utc};
use outlook_syncd::clock::Clock;
use outlook_syncd::model::FolderCount;
use outlook_syncd::store::{Claim, MessageQuery, Store, StoredMessage};
use outlook_syncd::sync::mail::{MailReading, MailSource};
use outlook_syncd::sync::{Brake, Failure, PartRead, Settings};
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

/// A database with an account that is due, and a clock.
pub(super) struct World {
    pub(super) store: Store,
    /// The folders that are read.
    pub(super) wanted: Vec<String>,
    pub(super) brake: Brake,
    /// After so long a turn ends well although there is more.
    pub(super) slice: TimeDelta,
    /// How often a folder is swept.
    pub(super) sweep: TimeDelta,
    /// Mail that came before is not read.
    pub(super) horizon: DateTime<Utc>,
    pub(super) clock: Clock,
    /// Whether the service is reached from this machine.
    pub(super) is_online: bool,
    _dir: TempDir,
}

impl World {
    pub(super) async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = migrated_file(&dir).await;
        crate::store::add_due(&store, "anna@example.org", at(0)).await;
        let wanted = [INBOX, SENT].map(str::to_owned).to_vec();
        let (brake, clock) = (Settings::default().brake, Clock::manual(at(100_000)));
        let (slice, sweep) = (TimeDelta::minutes(1), TimeDelta::days(1));
        Self { store, wanted, brake, slice, sweep, horizon: at(-1), clock, is_online: true, _dir: dir }
    }

    pub(super) async fn claim(&self) -> Claim {
        let lease = Duration::from_mins(1);
        self.store.claim("test", at(0), self.clock.now(), lease).await.unwrap().unwrap()
    }

    /// Reads the mailbox, as a turn does; the lease is taken anew, as after a crash.
    pub(super) async fn turn(&self, script: &mut Script) -> Result<ControlFlow<(), PartRead>, Failure> {
        self.clock.advance(TimeDelta::minutes(1));
        (script.calls, script.completed, script.stop) = (0, 0, CancellationToken::new());
        (script.swept, script.is_lost) = (0, false);
        script.opened.clear();
        let stop = script.stop.clone();
        self.turn_on(script, &stop).await
    }

    /// The same on any road.
    pub(super) async fn turn_on<S: MailSource>(
        &self,
        source: &mut S,
        stop: &CancellationToken,
    ) -> Result<ControlFlow<(), PartRead>, Failure> {
        let claim = self.claim().await;
        let progress: outlook_syncd::sync::Progress = Arc::new(|_: &str, _: Option<&FolderCount>| {});
        let is_online = self.is_online;
        let turn = MailReading {
            store: &self.store,
            claim: &claim,
            clock: &self.clock,
            wanted: &self.wanted,
            began: self.clock.now(),
            horizon: self.horizon,
            until: self.clock.now() + self.slice,
            brake: self.brake,
            sweep: self.sweep,
            stop,
            progress: &progress,
            reach: Arc::new(move || Box::pin(std::future::ready(is_online))),
        };
        turn.read(source).await
    }

    /// The same where nothing goes wrong.
    pub(super) async fn read(&self, script: &mut Script) -> Vec<FolderCount> {
        match self.turn(script).await {
            Ok(ControlFlow::Continue(read)) => read.folders,
            other => panic!("{other:?}"),
        }
    }

    /// What is stored, in the words of `Script::truth`; a message that stands twice fails the test.
    pub(super) async fn stored(&self) -> BTreeSet<(Place, String, Option<bool>)> {
        let query = MessageQuery { limit: 10_000, ..MessageQuery::default() };
        let all = self.store.messages(&query).await.unwrap();
        let count = all.len();
        let row = |StoredMessage { message, folder, .. }: StoredMessage| {
            (place_of(&folder), message.subject.unwrap(), message.is_read)
        };
        let stored: BTreeSet<_> = all.into_iter().map(row).collect();
        let subjects: BTreeSet<_> = stored.iter().map(|(_, subject, _)| subject).collect();
        assert_eq!(subjects.len(), count, "a message is stored twice");
        stored
    }
}
