//! A mailbox of the simulator, and the turns that read it by Graph.

use crate::store::{add_due, at, text};
use chrono::{DateTime, TimeDelta, Utc};
use outlook_sim::graph::Settings as GraphSettings;
use outlook_sim::{Draft, Failure as SimFailure, Options, Running, Sim};
use outlook_syncd::clock::Clock;
use outlook_syncd::graph::Graph;
use outlook_syncd::model::{AccountId, FolderCount, KeySpaces, Role};
use outlook_syncd::secret::secret;
use outlook_syncd::store::{MessageQuery, Store};
use outlook_syncd::sync::mail::MailReading;
use outlook_syncd::sync::{Brake, Failure, GraphMail, PartRead, Progress, Settings};
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// A message in the words that the store and the simulator have in common.
pub(super) type Words = (String, String, String, Option<bool>);

/// A message for the inbox.
pub(super) fn draft(subject: &str) -> Draft {
    Draft { subject: Some(subject.to_owned()), ..Draft::default() }
}

/// An id as it stands in an address.
pub(super) fn in_address(id: &str) -> String {
    id.replace('+', "_").replace('/', "-")
}

pub(super) struct Mailbox {
    pub(super) running: Running,
    pub(super) smtp: String,
    pub(super) store: Store,
    pub(super) clock: Clock,
    /// Mail that came before is not read.
    pub(super) horizon: DateTime<Utc>,
    pub(super) brake: Brake,
    /// How often a folder is swept.
    pub(super) sweep: TimeDelta,
    /// After so long a turn ends well although there is more.
    pub(super) slice: TimeDelta,
    graph: Graph,
}

impl Mailbox {
    /// One with so many messages, of which nothing was read.
    pub(super) async fn of(store: Store, messages: usize) -> Self {
        let running = Sim::start(Options { accounts: 1, messages, ..Options::default() }).await.unwrap();
        let sim = running.sim();
        let (smtp, now) = (sim.accounts().remove(0).smtp, sim.now());
        sim.set(None, |settings| settings.graph.most_page = 7);
        let http = outlook_syncd::net::client_at(running.https, running.ca.pem.as_bytes()).unwrap();
        let graph = Graph::new("https://graph.microsoft.com", http.build().unwrap(), Clock::System);
        add_due(&store, &smtp, at(0)).await;
        Self {
            clock: Clock::manual(now + TimeDelta::minutes(1)),
            horizon: now - TimeDelta::days(400),
            brake: Settings::default().brake,
            sweep: TimeDelta::days(1),
            slice: TimeDelta::hours(1),
            running,
            smtp,
            store,
            graph,
        }
    }

    /// The same, read once.
    pub(super) async fn read_once(store: Store, messages: usize) -> Self {
        let mailbox = Self::of(store, messages).await;
        mailbox.read().await;
        assert_eq!(mailbox.stored().await, mailbox.truth());
        mailbox
    }

    pub(super) fn sim(&self) -> &Sim {
        self.running.sim()
    }

    pub(super) fn set(&self, change: impl Fn(&mut GraphSettings)) {
        self.sim().set(None, |settings| change(&mut settings.graph));
    }

    pub(super) fn fail(&self, failure: impl Into<SimFailure>) {
        self.sim().fail(None, failure);
    }

    /// Lets time pass for both sides.
    pub(super) fn pass(&self, time: TimeDelta) {
        self.clock.advance(time);
        self.sim().pass(time);
    }

    /// The road, as a turn opens it: with a token that is good.
    pub(super) fn road(&self, account: &AccountId) -> GraphMail {
        let token = self.sim().access_token(&self.smtp, "Mail.Read").unwrap();
        GraphMail::new(self.graph.mailbox(account, secret(token)))
    }

    /// Reads, as a turn does.
    pub(super) async fn turn(&self) -> Result<ControlFlow<(), PartRead>, Failure> {
        self.pass(TimeDelta::minutes(1));
        let lease = Duration::from_mins(1);
        let claim = self.store.claim("test", at(0), self.clock.now(), lease).await.unwrap().unwrap();
        let mut source = self.road(&claim.account.id);
        let (stop, progress): (_, Progress) =
            (CancellationToken::new(), Arc::new(|_: &str, _: Option<&FolderCount>| {}));
        let turn = MailReading {
            store: &self.store,
            claim: &claim,
            clock: &self.clock,
            wanted: &["inbox", "sentitems", "archive"].map(str::to_owned),
            began: self.clock.now(),
            horizon: self.horizon,
            until: self.clock.now() + self.slice,
            brake: self.brake,
            sweep: self.sweep,
            stop: &stop,
            progress: &progress,
            reach: Arc::new(|| Box::pin(std::future::ready(true))),
        };
        turn.read(&mut source).await
    }

    /// The same where every folder is read; what it came to.
    pub(super) async fn read(&self) -> PartRead {
        match self.turn().await {
            Ok(ControlFlow::Continue(read)) => {
                assert_eq!(read.incomplete, None);
                read
            }
            other => panic!("{other:?}"),
        }
    }

    pub(super) async fn account(&self) -> AccountId {
        self.store
            .claim("test", at(0), self.clock.now(), Duration::from_mins(1))
            .await
            .unwrap()
            .unwrap()
            .account
            .id
    }

    /// Where each message lies that came after the horizon, its immutable id, its subject and whether it was read.
    pub(super) fn truth(&self) -> BTreeSet<Words> {
        let all = self.sim().truth(&self.smtp).unwrap().into_iter();
        let read = all.filter(|m| ["inbox", "sentitems", "archive"].contains(&m.folder.as_str()));
        let read = read.filter(|m| m.received > self.horizon);
        read.map(|m| (m.folder, m.immutable_id, m.subject.unwrap_or_default(), Some(m.is_read))).collect()
    }

    /// The same of what is stored. A message that stands twice, or lacks its body, fails the test.
    pub(super) async fn stored(&self) -> BTreeSet<Words> {
        let query = MessageQuery { limit: 10_000, ..MessageQuery::default() };
        let all = self.store.messages(&query).await.unwrap();
        let mut stored = BTreeSet::new();
        for one in all {
            let keys = self
                .store
                .keys_of(std::slice::from_ref(&one.message.id), &KeySpaces::EXCHANGE)
                .await
                .unwrap();
            let [key] = keys.as_slice() else { panic!("{keys:?}") };
            assert_eq!(key.space.as_str(), "owa:immutable");
            let words = (
                one.folder.role.as_in_views().to_owned(),
                key.id.clone(),
                one.message.subject.unwrap_or_default(),
                one.message.is_read,
            );
            assert!(stored.insert(words), "a message is stored twice");
        }
        stored
    }

    /// The subjects of what is called gone, in order.
    pub(super) async fn gone(&self) -> Option<String> {
        let all = "SELECT string_agg(subject, ' ' ORDER BY subject) FROM message_v WHERE gone_ms IS NOT NULL";
        text(&self.store, all).await
    }

    pub(super) async fn held(&self, role: Role) -> u64 {
        crate::store::held_in(&self.store, &self.account().await, role).await
    }

    /// The codes of the ledger.
    pub(super) async fn ledger(&self) -> Vec<String> {
        let ledger = self.store.ledger(&self.account().await).await.unwrap();
        ledger.into_iter().map(|item| item.code).collect()
    }
}
