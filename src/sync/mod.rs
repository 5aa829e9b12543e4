//! Policy: the only module that knows the order of things. A cycle takes no input but the database.
//!
//! The timer, `sync` and the cron endpoint all change a row (`next_at` of a part) and wake the loop. The loop
//! also looks at the earliest due row every 2 s, so that another process can wake it. To be made due costs an
//! account no place in the queue, and shortens nothing that a server asked for. An account of which there is
//! more to read than a turn has time for goes on while nobody is due. The lock file is held per cycle: an
//! idle daemon stands in nobody's way.
//!
//! Nothing is tried again inside a cycle but the one call whose headers had died.

pub(crate) mod access;
pub mod change;
pub mod contacts;
pub mod correspondence;
pub mod coverage;
mod error;
pub mod explain;
mod failure;
pub mod folders;
pub mod health;
pub mod holes;
pub mod mail;
mod merge;
pub mod outbox;
mod partial;
mod pass;
mod roads;
pub mod schedule;
mod settings;
pub mod standing;
pub mod sweep;
mod turn;

pub use error::SyncError;
pub use failure::Failure;
pub use roads::{GraphMail, ImapDoor, ImapMail, ImapStop};
pub use settings::{Brake, Settings};
pub use turn::{PartRead, Read};

use crate::clock::Clock;
use crate::graph::Graph;
use crate::imap::Imap;
use crate::lock::{self, Held, LockAttempt, LockError};
use crate::model::{CycleId, CycleReport, FolderCount, RefusalClass, Trigger};
use crate::oauth::OAuth;
use crate::owa::Owa;
use crate::store::{Claim, Store};
use crate::strongbox::Strongbox;
use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

/// Why a cycle did not run.
#[derive(Debug)]
pub enum NotRun {
    /// Another process runs one.
    Held(Held),
    /// It could not begin, or not go on at all.
    Failed(Failure),
}

impl<E> From<E> for NotRun
where
    Failure: From<E>,
{
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// Told as a mailbox is opened, and after every page: whose, and how far.
pub type Progress = Arc<dyn Fn(&str, Option<&FolderCount>) + Send + Sync>;

/// Tells whether this machine reaches the service at all.
pub type Reach = Arc<dyn Fn() -> BoxFuture<'static, bool> + Send + Sync>;

/// Brings the contacts of a claimed account into step, in a cycle, until it is asked to stop.
pub type ReadContacts =
    Arc<dyn Fn(&Claim, &CycleId, &CancellationToken) -> BoxFuture<'static, Read> + Send + Sync>;

/// What a cycle and the desk work with. Clones share everything.
#[derive(Clone)]
pub struct Services {
    /// The database, opened, with this version's schema.
    pub store: Store,
    /// Its sealed records.
    pub strongbox: Strongbox,
    /// Outlook on the web.
    pub owa: Owa,
    /// Sign-in by OAuth, and its tokens.
    pub oauth: OAuth,
    /// Microsoft Graph; `None` where nobody can sign in by OAuth.
    pub graph: Option<Graph>,
    /// IMAP servers.
    pub imap: Imap,
    /// The time that all of them go by.
    pub clock: Clock,
    /// Reads contacts. `None` where this program reads none: should they be due, that is `NoReader`.
    pub contacts: Option<ReadContacts>,
}

/// Cycles: how one is run, who wakes the loop that runs them, and what the last one reported.
pub struct Cycle {
    store: Store,
    strongbox: Strongbox,
    owa: Owa,
    oauth: OAuth,
    clock: Clock,
    settings: Settings,
    lock_file: PathBuf,
    progress: Progress,
    contacts: Option<ReadContacts>,
    graph: Option<Graph>,
    imap: Imap,
    woken: Notify,
    last: watch::Sender<Option<Arc<CycleReport>>>,
    /// Whether this process gave the installation its name.
    is_first: AtomicBool,
}

impl Cycle {
    /// Cycles of this installation: `lock_file` is held while one runs, `progress` is told after every page.
    #[must_use]
    pub fn new(services: &Services, settings: Settings, lock_file: PathBuf, progress: Progress) -> Self {
        let Services { store, strongbox, owa, oauth, clock, contacts, graph, imap } = services.clone();
        let (woken, last) = (Notify::new(), watch::Sender::new(None));
        let is_first = AtomicBool::new(false);
        Self {
            store,
            strongbox,
            owa,
            oauth,
            clock,
            settings,
            lock_file,
            progress,
            contacts,
            graph,
            imap,
            woken,
            last,
            is_first,
        }
    }

    /// Runs one: every due account, strictly one after the other, under the lock.
    ///
    /// # Errors
    /// `Held` when another process runs one; `Failed` when it could not begin. What goes wrong with one
    /// account, or ends the cycle for all, stands in the report.
    pub async fn run(&self, trigger: Trigger, stop: &CancellationToken) -> Result<CycleReport, NotRun> {
        let started_at = self.clock.now();
        let _guard = match lock::try_lock(&self.lock_file, "a cycle", started_at)? {
            LockAttempt::Taken(guard) => guard,
            LockAttempt::Held(held) => return Err(NotRun::Held(held)),
        };
        let mut report = CycleReport::new(trigger, started_at);
        if let Err(failure) = self.accounts(&mut report, stop).await {
            report.fault = Some(failure.at(self.clock.now()));
        }
        report.finished_at = self.clock.now();
        if let Err(error) = self.store.record_cycle(&report).await {
            report.fault.get_or_insert(Failure::from(error).at(report.finished_at));
        }
        self.last.send_replace(Some(Arc::new(report.clone())));
        Ok(report)
    }

    /// Wakes the loop.
    pub fn wake(&self) {
        self.woken.notify_one();
    }

    /// Comes when the loop was woken, also if that was before it waited.
    pub async fn woken(&self) {
        self.woken.notified().await;
    }

    /// The reports of this process's cycles, each in the place of the one before; a loop that is woken runs a
    /// cycle for whoever waits for one.
    #[must_use]
    pub fn reports(&self) -> watch::Receiver<Option<Arc<CycleReport>>> {
        self.last.subscribe()
    }

    /// Whether somebody waits for a report.
    #[must_use]
    pub fn is_awaited(&self) -> bool {
        self.last.receiver_count() > 0
    }

    /// Whose cycle runs, in this process or another; `None` while none does.
    ///
    /// # Errors
    /// When the lock file cannot be used.
    pub fn running(&self) -> Result<Option<Held>, LockError> {
        lock::holder(&self.lock_file)
    }

    /// Waits until no cycle runs; the next may begin before we do.
    ///
    /// # Errors
    /// When the lock file cannot be used.
    pub async fn idle(&self) -> Result<(), LockError> {
        lock::released(&self.lock_file, &self.clock).await
    }

    /// When the next account is due; `None` while none is. At once are one that has more to read, and one
    /// whose destruction was cut short: a cycle ends with that.
    ///
    /// # Errors
    /// When the lock file or the database cannot be used.
    pub async fn next_due(&self) -> Result<Option<DateTime<Utc>>, Failure> {
        self.try_new_credential().await?;
        let now = self.clock.now();
        if self.store.is_leaving().await? {
            return Ok(Some(now));
        }
        Ok(self.store.next_due(&self.holder()?, now).await?)
    }

    /// Sees to the audit log: what was written into it is marked, what is too old goes.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn see_to_audit(&self) -> Result<(), Failure> {
        Ok(self.strongbox.seal_audit().await?)
    }

    /// What cycles are set to.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The time that cycles go by.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// One name for all cycles of this installation: the lock makes sure that there is one at a time, and the
    /// leases of one that was killed are taken back at once.
    ///
    /// # Errors
    /// When its file cannot be used.
    pub fn holder(&self) -> Result<String, LockError> {
        let name = self.lock_file.with_extension("instance");
        self.is_first.fetch_or(!name.exists(), Ordering::Relaxed);
        lock::instance(&name)
    }

    /// At the end of the process. An installation that was not there before may never come back, as where a
    /// container begins each time with an empty state directory: it leaves its accounts to whoever asks next.
    ///
    /// # Errors
    /// When the lock file or the database cannot be used.
    pub async fn leave(&self) -> Result<(), Failure> {
        if self.is_first.load(Ordering::Relaxed) {
            self.store.let_go(&self.holder()?).await?;
        }
        Ok(())
    }

    /// Who was refused since our registration was is due at once where the application has another credential.
    async fn try_new_credential(&self) -> Result<(), Failure> {
        if self.oauth.has_new_credential() {
            let code = RefusalClass::Registration.meaning().code;
            self.store.make_due_after(code, self.clock.now()).await?;
            self.oauth.forget_refusal();
        }
        Ok(())
    }

    /// Makes due at once what is due later than it can be: the clock was ahead when that was computed, or the
    /// schedule was wider.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn bring_forward(&self) -> Result<(), Failure> {
        let (now, settings) = (self.clock.now(), &self.settings);
        let latest = schedule::latest(&settings.schedule, settings.time_zone, turn::BEHIND, now);
        if self.store.bring_forward(latest, now).await? {
            tracing::warn!(
                "accounts were due later than they can be, and are due at once; was the clock ahead?"
            );
        }
        Ok(())
    }
}
