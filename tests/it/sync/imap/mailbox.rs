//! A mailbox of the simulator, and the turns that read it by IMAP.

use crate::store::{add_due, at, text};
use chrono::{DateTime, TimeDelta, Utc};
use outlook_sim::imap::Settings as ImapSettings;
use outlook_sim::{Draft, Failure as SimFailure, ImapFault, Kind, Options, Running, Sim};
use outlook_syncd::clock::Clock;
use outlook_syncd::imap::{ImapLogin, ImapMailbox, ImapServer};
use outlook_syncd::model::{AccountId, FolderCount, KeySpaces, Role};
use outlook_syncd::net;
use outlook_syncd::secret::secret;
use outlook_syncd::store::{MessageQuery, Store};
use outlook_syncd::sync::mail::{MailReading, MailSource};
use outlook_syncd::sync::{Brake, Failure, ImapDoor, ImapMail, ImapStop, PartRead, Progress, Settings};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;
use tokio_util::sync::CancellationToken;

const HOST: &str = "outlook.office365.com";
const SCOPE: &str = "https://outlook.office.com/IMAP.AccessAsUser.All";

/// Where a message lies, its subject, when it came and whether it was read.
pub(super) type Words = (String, String, DateTime<Utc>, Option<bool>);

/// A message for the inbox.
pub(super) fn draft(subject: &str) -> Draft {
    Draft { subject: Some(subject.to_owned()), ..Draft::default() }
}

/// What takes the place of an answer once.
pub(super) fn once(fault: ImapFault, action: &str) -> SimFailure {
    SimFailure::from(Kind::Imap(fault)).on(&[action]).times(1)
}

/// Signs in with a token that is fresh each time, and counts.
pub(super) struct Door<'a> {
    mailbox: &'a Mailbox,
    opened: &'a AtomicU32,
    renewed: &'a AtomicU32,
}

impl ImapDoor for Door<'_> {
    type Stream = TlsStream<TcpStream>;

    async fn open(&mut self, anew: bool) -> Result<ImapMailbox<Self::Stream>, ImapStop> {
        self.opened.fetch_add(1, Ordering::Relaxed);
        self.renewed.fetch_add(u32::from(anew), Ordering::Relaxed);
        let Mailbox { running, smtp, .. } = self.mailbox;
        let tls = net::tls_at(running.ca.pem.as_bytes()).unwrap();
        let stream = TcpStream::connect(running.imap).await.unwrap();
        let token = secret(running.sim().access_token(smtp, SCOPE).unwrap());
        let server = ImapServer::new(HOST, tls).unwrap();
        Ok(server.sign_in(stream, smtp, ImapLogin::Token(&token)).await?)
    }
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
    /// Connections, and those with another token.
    pub(super) opened: AtomicU32,
    pub(super) renewed: AtomicU32,
}

/// Reads what a road has, as a turn does.
pub(super) async fn read_by<S: MailSource>(
    store: &Store,
    clock: &Clock,
    horizon: DateTime<Utc>,
    (brake, sweep, slice): (Brake, TimeDelta, TimeDelta),
    source: &mut S,
) -> Result<ControlFlow<(), PartRead>, Failure> {
    let claim = store.claim("test", at(0), clock.now(), Duration::from_mins(1)).await.unwrap().unwrap();
    let (stop, progress): (_, Progress) =
        (CancellationToken::new(), Arc::new(|_: &str, _: Option<&FolderCount>| {}));
    let turn = MailReading {
        store,
        claim: &claim,
        clock,
        wanted: &["inbox", "sentitems", "archive"].map(str::to_owned),
        began: clock.now(),
        horizon,
        until: clock.now() + slice,
        brake,
        sweep,
        stop: &stop,
        progress: &progress,
        reach: Arc::new(|| Box::pin(std::future::ready(true))),
    };
    turn.read(source).await
}

impl Mailbox {
    /// One with so many messages, of which nothing was read.
    pub(super) async fn of(store: Store, messages: usize) -> Self {
        let running = Sim::start(Options { accounts: 1, messages, ..Options::default() }).await.unwrap();
        let sim = running.sim();
        let (smtp, now) = (sim.accounts().remove(0).smtp, sim.now());
        add_due(&store, &smtp, at(0)).await;
        Self {
            clock: Clock::manual(now + TimeDelta::minutes(1)),
            horizon: now - TimeDelta::days(400),
            brake: Settings::default().brake,
            sweep: TimeDelta::days(1),
            slice: TimeDelta::hours(1),
            opened: AtomicU32::new(0),
            renewed: AtomicU32::new(0),
            running,
            smtp,
            store,
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

    pub(super) fn set(&self, change: impl Fn(&mut ImapSettings)) {
        self.sim().set(None, |settings| change(&mut settings.imap));
    }

    pub(super) fn fail(&self, failure: impl Into<SimFailure>) {
        self.sim().fail(None, failure);
    }

    /// How often a command was given, since the log was cleared.
    pub(super) fn count(&self, command: &str) -> usize {
        self.sim().count(command, &self.smtp)
    }

    /// Lets time pass for both sides.
    pub(super) fn pass(&self, time: TimeDelta) {
        self.clock.advance(time);
        self.sim().pass(time);
    }

    /// The road, as a turn opens it.
    pub(super) fn road(&self) -> ImapMail<Door<'_>> {
        let door = Door { mailbox: self, opened: &self.opened, renewed: &self.renewed };
        ImapMail::new(door, self.clock.clone())
    }

    /// Reads, as a turn does.
    pub(super) async fn turn(&self) -> Result<ControlFlow<(), PartRead>, Failure> {
        self.pass(TimeDelta::minutes(1));
        let mut source = self.road();
        let limits = (self.brake, self.sweep, self.slice);
        let read = read_by(&self.store, &self.clock, self.horizon, limits, &mut source).await;
        source.close().await;
        read
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
        let lease = Duration::from_mins(1);
        self.store.claim("test", at(0), self.clock.now(), lease).await.unwrap().unwrap().account.id
    }

    /// All mail of the folders that are read that came after the horizon, in order.
    pub(super) fn truth(&self) -> Vec<Words> {
        let all = self.sim().truth(&self.smtp).unwrap().into_iter();
        let read = all.filter(|m| ["inbox", "sentitems", "archive"].contains(&m.folder.as_str()));
        let read = read.filter(|m| m.received > self.horizon);
        let mut all: Vec<_> =
            read.map(|m| (m.folder, m.subject.unwrap_or_default(), m.received, Some(m.is_read))).collect();
        all.sort();
        all
    }

    /// The same of what is stored and not gone. A message that lacks its body, or has not one key, fails the test.
    pub(super) async fn stored(&self) -> Vec<Words> {
        let mut stored = stored(&self.store).await;
        stored.sort();
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

pub(super) async fn stored(store: &Store) -> Vec<Words> {
    let query = MessageQuery { limit: 10_000, ..MessageQuery::default() };
    let mut stored = Vec::new();
    for one in store.messages(&query).await.unwrap() {
        let keys = store.keys_of(std::slice::from_ref(&one.message.id), &KeySpaces::IMAP).await.unwrap();
        let [key] = keys.as_slice() else { panic!("{keys:?}") };
        assert_eq!(key.space.as_str(), "imap");
        let folder = one.folder.role.as_in_views().to_owned();
        let received = one.message.received.unwrap().at;
        stored.push((folder, one.message.subject.unwrap_or_default(), received, one.message.is_read));
    }
    stored
}

/// Sum of what a turn stored or changed.
pub(super) fn written(read: &PartRead) -> u64 {
    read.folders.iter().map(|count| count.new + count.changed + count.missing + count.failed).sum()
}

/// How many messages a turn took for new ones.
pub(super) fn new(read: &PartRead) -> u64 {
    read.folders.iter().map(|count| count.new).sum()
}
