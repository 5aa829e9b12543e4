//! A mailbox of the simulator that is read by Graph and by IMAP, into one database.

use super::Ground;
use crate::store::{add_due, at};
use chrono::{DateTime, TimeDelta, Utc};
use outlook_sim::{Options, Running, Sim};
use outlook_syncd::clock::Clock;
use outlook_syncd::graph::Graph;
use outlook_syncd::imap::{ImapLogin, ImapMailbox, ImapServer};
use outlook_syncd::model::{FolderCount, Road, RoadChange};
use outlook_syncd::net;
use outlook_syncd::secret::secret;
use outlook_syncd::store::{Claim, MessageQuery, Store};
use outlook_syncd::sync::mail::{MailReading, MailSource};
use outlook_syncd::sync::{Failure, GraphMail, ImapDoor, ImapMail, ImapStop, PartRead, Progress, Settings};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;
use tokio_util::sync::CancellationToken;

const HOST: &str = "outlook.office365.com";
const SCOPE: &str = "https://outlook.office.com/IMAP.AccessAsUser.All";

/// Where a message lies, its subject, when it came and whether it was read.
pub(super) type Words = (String, String, DateTime<Utc>, Option<bool>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    Graph,
    Imap,
}

pub(super) struct Mailbox {
    running: Running,
    pub(super) smtp: String,
    pub(super) store: Store,
    clock: Clock,
    horizon: DateTime<Utc>,
    wanted: Vec<String>,
    graph: Graph,
}

struct Door<'a>(&'a Mailbox);

impl ImapDoor for Door<'_> {
    type Stream = TlsStream<TcpStream>;

    async fn open(&mut self, _: bool) -> Result<ImapMailbox<Self::Stream>, ImapStop> {
        let Mailbox { running, smtp, .. } = self.0;
        let tls = net::tls_at(running.ca.pem.as_bytes()).unwrap();
        let stream = TcpStream::connect(running.imap).await.unwrap();
        let token = secret(running.sim().access_token(smtp, SCOPE).unwrap());
        let server = ImapServer::new(HOST, tls).unwrap();
        Ok(server.sign_in(stream, smtp, ImapLogin::Token(&token)).await?)
    }
}

impl Mailbox {
    /// One with so many messages, of which nothing was read.
    pub(super) async fn of(store: Store, messages: usize) -> Self {
        let running = Sim::start(Options { accounts: 1, messages, ..Options::default() }).await.unwrap();
        let (smtp, now) = (running.sim().accounts().remove(0).smtp, running.sim().now());
        add_due(&store, &smtp, at(0)).await;
        let http = net::client_at(running.https, running.ca.pem.as_bytes()).unwrap();
        Self {
            clock: Clock::manual(now + TimeDelta::minutes(1)),
            horizon: now - TimeDelta::days(4000),
            wanted: ["inbox", "sentitems", "archive"].map(str::to_owned).to_vec(),
            graph: Graph::new("https://graph.microsoft.com", http.build().unwrap(), Clock::System),
            running,
            smtp,
            store,
        }
    }

    pub(super) fn sim(&self) -> &Sim {
        self.running.sim()
    }

    async fn claim(&self) -> Claim {
        self.clock.advance(TimeDelta::minutes(1));
        self.sim().pass(TimeDelta::minutes(1));
        self.sim().clear_requests();
        let lease = Duration::from_mins(1);
        self.store.claim("test", at(0), self.clock.now(), lease).await.unwrap().unwrap()
    }

    fn graph(&self, claim: &Claim) -> GraphMail {
        let token = self.sim().access_token(&self.smtp, "Mail.Read").unwrap();
        GraphMail::new(self.graph.mailbox(&claim.account.id, secret(token)))
    }

    fn imap(&self) -> ImapMail<Door<'_>> {
        ImapMail::new(Door(self), self.clock.clone())
    }

    /// Reads it; how many messages were new.
    pub(super) async fn read(&self, by: By) -> u64 {
        let claim = self.claim().await;
        let read = match by {
            By::Graph => self.turn(&claim, &mut self.graph(&claim)).await,
            By::Imap => self.turn(&claim, &mut self.imap()).await,
        };
        match read {
            Ok(ControlFlow::Continue(read)) => {
                assert_eq!(read.incomplete, None);
                read.folders.iter().map(|count| count.new).sum()
            }
            other => panic!("{other:?}"),
        }
    }

    async fn turn<S: MailSource>(
        &self,
        claim: &Claim,
        source: &mut S,
    ) -> Result<ControlFlow<(), PartRead>, Failure> {
        let (stop, progress): (_, Progress) =
            (CancellationToken::new(), Arc::new(|_: &str, _: Option<&FolderCount>| {}));
        let turn = MailReading {
            store: &self.store,
            claim,
            clock: &self.clock,
            wanted: &self.wanted,
            began: self.clock.now(),
            horizon: self.horizon,
            until: self.clock.now() + TimeDelta::hours(1),
            brake: Settings::default().brake,
            sweep: TimeDelta::days(1),
            stop: &stop,
            progress: &progress,
            reach: Arc::new(|| Box::pin(std::future::ready(true))),
        };
        turn.read(source).await
    }

    /// Has it go another way. Of the model's roads one stands for IMAP here.
    pub(super) async fn change(&self, by: By, shadow: bool) -> RoadChange {
        let claim = self.claim().await;
        let Self { store, clock, wanted, horizon, .. } = self;
        let brake = Settings::default().brake;
        let ground = Ground { store, claim: &claim, clock, wanted, horizon: *horizon, brake };
        let changed = match by {
            By::Graph => ground.look(Road::Graph, shadow, &mut self.graph(&claim)).await,
            By::Imap => ground.look(Road::Owa, shadow, &mut self.imap()).await,
        };
        changed.unwrap()
    }

    /// All mail of the folders that are read, in order.
    pub(super) fn truth(&self) -> Vec<Words> {
        let all = self.sim().truth(&self.smtp).unwrap().into_iter();
        let read = all.filter(|m| self.wanted.contains(&m.folder));
        let mut all: Vec<_> =
            read.map(|m| (m.folder, m.subject.unwrap_or_default(), m.received, Some(m.is_read))).collect();
        all.sort();
        all
    }

    /// The same of what is stored and not gone.
    pub(super) async fn stored(&self) -> Vec<Words> {
        let query = MessageQuery { limit: 10_000, ..MessageQuery::default() };
        let all = self.store.messages(&query).await.unwrap().into_iter();
        let words = all.map(|one| {
            let folder = one.folder.role.as_in_views().to_owned();
            let received = one.message.received.unwrap().at;
            (folder, one.message.subject.unwrap_or_default(), received, one.message.is_read)
        });
        let mut stored: Vec<_> = words.collect();
        stored.sort();
        stored
    }

    /// Requests that bring bodies, since it was last claimed.
    pub(super) fn bodies(&self) -> usize {
        self.sim().items_fetched(&self.smtp) + self.sim().count("get_message", &self.smtp)
    }
}
