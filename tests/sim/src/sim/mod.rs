//! `Sim`: world, sessions, knobs and log behind one handle that is cheap to clone.

mod edits;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use anyhow::Result;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use tokio::sync::watch;

use crate::graph::Traffic;
use crate::identity::Platform;
use crate::imap::Numbers;
use crate::knobs::{Failure, Kind, Knobs, Settings};
use crate::log::{Attempts, Entry, Log};
pub use crate::options::Options;
use crate::server::Running;
use crate::sessions::{Sessions, What};
use crate::signin;
use crate::world::{Account, Mailbox, Truth, World};

/// The answer to a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordCheck {
    /// It is the account's.
    Right,
    /// It is not.
    Wrong,
    /// There is no such account.
    UnknownUser,
}

/// A simulated Outlook. Clones share one world.
#[derive(Clone)]
pub struct Sim(Arc<Inner>);

struct Inner {
    settings: Settings,
    /// What the present was at `started`.
    base: Mutex<DateTime<Utc>>,
    started: Instant,
    world: Mutex<World>,
    sessions: Mutex<Sessions>,
    knobs: Mutex<Knobs>,
    log: Mutex<Log>,
    platform: Mutex<Platform>,
    traffic: Mutex<Traffic>,
    numbers: Mutex<Numbers>,
    requests: watch::Sender<usize>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Making and looking.
impl Sim {
    /// Makes the world; nothing listens yet.
    #[must_use]
    pub fn new(options: &Options) -> Self {
        let base = options.now.unwrap_or_else(Utc::now);
        Self(Arc::new(Inner {
            settings: options.settings.clone(),
            base: Mutex::new(base),
            started: Instant::now(),
            world: Mutex::new(World::new(options, base)),
            sessions: Mutex::default(),
            knobs: Mutex::new(Knobs::new(options.settings.clone())),
            log: Mutex::default(),
            platform: Mutex::default(),
            traffic: Mutex::default(),
            numbers: Mutex::default(),
            requests: watch::Sender::new(0),
        }))
    }

    /// Makes the world and listens. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// When an address cannot be bound.
    pub async fn start(options: Options) -> Result<Running> {
        let sim = Self::new(&options);
        Running::start(sim, &options).await
    }

    /// The present: the start's `now`, and the time that has passed since.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        *lock(&self.0.base) + TimeDelta::from_std(self.0.started.elapsed()).unwrap_or_default()
    }

    /// Lets time pass at once: credentials age by it.
    pub fn pass(&self, time: TimeDelta) {
        *lock(&self.0.base) += time;
    }

    /// All accounts, in the order in which they were made.
    #[must_use]
    pub fn accounts(&self) -> Vec<Account> {
        lock(&self.0.world).accounts().cloned().collect()
    }

    /// The account with this address, in any letter case.
    #[must_use]
    pub fn account(&self, smtp: &str) -> Option<Account> {
        lock(&self.0.world).mailbox(smtp).map(|mailbox| mailbox.account.clone()).ok()
    }

    /// Every message of an account, newest first: what a perfect reader would know.
    ///
    /// # Errors
    /// When there is no such account.
    pub fn truth(&self, smtp: &str) -> Result<Vec<Truth>> {
        Ok(lock(&self.0.world).mailbox(smtp)?.truth())
    }

    /// The identity platform; what it does to the outside is in [`crate::identity`].
    pub(crate) fn platform(&self) -> MutexGuard<'_, Platform> {
        lock(&self.0.platform)
    }

    /// Reads a mailbox.
    pub(crate) fn read<T>(&self, smtp: &str, look: impl FnOnce(&Mailbox) -> T) -> Result<T> {
        Ok(look(lock(&self.0.world).mailbox(smtp)?))
    }

    /// Changes a mailbox.
    pub(crate) fn change<T>(&self, smtp: &str, edit: impl FnOnce(&mut Mailbox) -> T) -> Result<T> {
        Ok(edit(lock(&self.0.world).mailbox_mut(smtp)?))
    }

    /// The UIDs that IMAP has given.
    pub(crate) fn numbers(&self) -> MutexGuard<'_, Numbers> {
        lock(&self.0.numbers)
    }

    /// What the doorkeeper of Graph remembers.
    pub(crate) fn traffic(&self) -> MutexGuard<'_, Traffic> {
        lock(&self.0.traffic)
    }
}

/// Knobs. Account `None` stands for all.
impl Sim {
    /// The settings in force for an account.
    #[must_use]
    pub fn settings(&self, smtp: &str) -> Settings {
        lock(&self.0.knobs).settings(smtp)
    }

    /// The settings for a visitor whose account is not known yet.
    #[must_use]
    pub fn common_settings(&self) -> Settings {
        lock(&self.0.knobs).common()
    }

    /// Changes settings.
    pub fn set(&self, smtp: Option<&str>, change: impl Fn(&mut Settings)) {
        lock(&self.0.knobs).set(smtp, change);
    }

    /// Changes settings by a JSON object that names what changes.
    ///
    /// # Errors
    /// When a name or a value is not known.
    pub fn patch(&self, smtp: Option<&str>, patch: &Value) -> Result<()> {
        lock(&self.0.knobs).patch(smtp, patch)
    }

    /// Lets requests fail from now on.
    pub fn fail(&self, smtp: Option<&str>, failure: impl Into<Failure>) {
        lock(&self.0.knobs).fail(smtp, failure.into());
    }

    /// Back to the settings of the start, without failures.
    pub fn clear_knobs(&self, smtp: Option<&str>) {
        lock(&self.0.knobs).clear(smtp, &self.0.settings);
    }

    pub(crate) fn take_failures(&self, smtp: &str, action: &str) -> Vec<Kind> {
        self.take_failures_about(smtp, action, "")
    }

    /// Of a request with this text in its address and its body.
    pub(crate) fn take_failures_about(&self, smtp: &str, action: &str, text: &str) -> Vec<Kind> {
        lock(&self.0.knobs).take(smtp, action, text)
    }
}

/// Sessions.
impl Sim {
    /// Tries a password, and counts the attempt.
    #[must_use]
    pub fn check_password(&self, smtp: &str, password: &str) -> PasswordCheck {
        let Some(account) = self.account(smtp) else { return PasswordCheck::UnknownUser };
        let right = account.password == password;
        lock(&self.0.log).attempt(smtp, right);
        if right { PasswordCheck::Right } else { PasswordCheck::Wrong }
    }

    /// Makes a credential with the life that the account's settings give it.
    pub(crate) fn grant(&self, what: What, smtp: &str) -> String {
        let settings = self.settings(smtp);
        let life = match what {
            What::Ests => settings.ests_life_s,
            What::Owa | What::Canary => settings.owa_life_s,
            What::Bearer => settings.bearer_life_s,
            What::Refresh => signin::token::REFRESH_LIFE_S,
            What::Code => return lock(&self.0.sessions).grant_code(smtp, self.now()),
        };
        let until = self.now() + TimeDelta::seconds(life.into());
        match self.account(smtp).filter(|_| what == What::Bearer) {
            Some(account) => {
                let token = signin::token::bearer(&account, self.now(), until);
                lock(&self.0.sessions).grant_as(token, what, smtp, until)
            }
            None => lock(&self.0.sessions).grant(what, smtp, until),
        }
    }

    /// Takes a refresh token of OWA's own page, and gives its successor, which is good as long as it was.
    pub(crate) fn exchange(&self, refresh: &str) -> Option<(String, String)> {
        let mut sessions = lock(&self.0.sessions);
        let (smtp, until) = sessions.exchange(refresh, self.now())?;
        let next = sessions.grant(What::Refresh, &smtp, until);
        Some((smtp, next))
    }

    /// Whose live credential of this kind `token` is.
    pub(crate) fn holder(&self, what: What, token: &str) -> Option<String> {
        lock(&self.0.sessions).holder(what, token, self.now())
    }

    /// Redeems an authorization code: it works once.
    pub(crate) fn redeem(&self, code: &str) -> Option<String> {
        lock(&self.0.sessions).redeem(code, self.now())
    }

    /// Ends the account's credentials of one kind; returns how many there were.
    #[expect(clippy::must_use_candidate, reason = "called for what it ends")]
    pub fn expire(&self, smtp: &str, what: What) -> usize {
        lock(&self.0.sessions).expire(what, smtp)
    }
}

/// The request log.
impl Sim {
    pub(crate) fn record(&self, entry: Entry) {
        let at = self.now();
        lock(&self.0.log).push(Entry { at, ..entry });
        self.0.requests.send_modify(|seen| *seen += 1);
    }

    /// How many requests with this action an account made.
    #[must_use]
    pub fn count(&self, action: &str, smtp: &str) -> usize {
        lock(&self.0.log).of(Some(smtp)).filter(|entry| entry.action == action).count()
    }

    /// How many items an account was given with their bodies (`GetItem`, `GetConversationItems`).
    #[must_use]
    pub fn items_fetched(&self, smtp: &str) -> usize {
        lock(&self.0.log).of(Some(smtp)).map(|entry| entry.bodies).sum()
    }

    /// The log, of one account or of all.
    #[must_use]
    pub fn requests(&self, smtp: Option<&str>) -> Vec<Entry> {
        lock(&self.0.log).of(smtp).cloned().collect()
    }

    /// Requests by action.
    #[must_use]
    pub fn counts(&self, smtp: Option<&str>) -> std::collections::BTreeMap<String, usize> {
        lock(&self.0.log).counts(smtp)
    }

    /// Passwords tried for an account.
    #[must_use]
    pub fn password_attempts(&self, smtp: &str) -> Attempts {
        lock(&self.0.log).attempts(smtp)
    }

    /// Forgets requests and attempts.
    pub fn clear_requests(&self) {
        *lock(&self.0.log) = Log::default();
    }

    /// Waits until an account has made at least `least` requests with this action.
    pub async fn wait_for(&self, action: &str, smtp: &str, least: usize) {
        let mut seen = self.0.requests.subscribe();
        // The sender lives as long as this handle, so waiting cannot fail.
        let _ = seen.wait_for(|_| self.count(action, smtp) >= least).await;
    }
}
