//! Everything that knows Microsoft Graph.
//!
//! ```text
//! contacts        folders, a folder's changes, contacts by their ids
//! list            which contacts a folder has
//! photo           contacts' photos
//! mail            folders, lists, changes, messages, what is done to them, and messages that are sent
//! probe           what a mailbox does that is not known before
//! writing         contacts that are made, changed, deleted; those that carry an id of ours
//! mailbox         one account's requests: what each carries, how many at a time, when a server is left alone
//! answer, error   what came, and what it means
//! wire, body      Graph's contact -> the model, and back; select: its members
//! page            a page of a list or of a round
//! property        a property that no member says
//! batch, pace     several requests in one; how many there were lately
//! ```
//!
//! An access token is handed in; `Unauthorized` says that another one is wanted. Only the configured origin
//! is ever asked, whatever a link says. Nothing is asked twice but what a server puts off for seconds; what
//! makes something only where it was surely not done.

mod answer;
mod batch;
mod body;
mod contacts;
mod error;
mod list;
mod mail;
mod mailbox;
mod pace;
mod page;
mod photo;
mod probe;
mod property;
mod select;
mod wire;
mod writing;

pub use error::{GraphError, SendFault};
pub(crate) use mail::SEEN_BY;
pub use mail::{ContentOf, GraphContent, MailAct, MailChangePage, MailChanges, MailFound};
pub use mailbox::GraphMailbox;
pub use probe::ProbeFinding;

use crate::clock::Clock;
use crate::model::AccountId;
use crate::secret::SecretText;
use pace::RequestBudget;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use url::Url;

/// Microsoft Graph. Clones share everything.
#[derive(Clone)]
pub struct Graph {
    http: reqwest::Client,
    base: Url,
    clock: Clock,
    paces: Arc<Mutex<HashMap<AccountId, Arc<RequestBudget>>>>,
}

impl Graph {
    /// Graph at an origin, such as `https://graph.microsoft.com`; version 1.0 of it.
    ///
    /// # Panics
    /// When the origin is no address of HTTP: the configuration has seen to that.
    #[must_use]
    pub fn new(origin: &str, http: reqwest::Client, clock: Clock) -> Self {
        let base = format!("{}/v1.0/", origin.trim_end_matches('/'));
        let base = base.parse().expect("the configuration has an address here");
        Self { http, base, clock, paces: Arc::default() }
    }

    /// The mailbox of an account, for as long as this token is good. What was asked before counts on.
    #[must_use]
    pub fn mailbox(&self, account: &AccountId, token: SecretText) -> GraphMailbox {
        let mut paces = self.paces.lock().unwrap_or_else(PoisonError::into_inner);
        let pace = Arc::clone(paces.entry(account.clone()).or_default());
        GraphMailbox::new(self.http.clone(), self.base.clone(), self.clock.clone(), pace, token)
    }
}
