//! A small world of Outlook on the web, for tests, the demo and the benchmark.
//!
//! ```text
//! world/      accounts, folders, messages and contacts made from a seed; edits (deliver, move, delete, mark read)
//! sessions    what the identity platform and OWA remember: sign-ins, codes, cookies, bearers
//! knobs       variants of the real thing, and the failures it is known for
//! log         what was asked for, by whom, and what it cost
//! sim         `Sim`: the four above behind one cheap handle; every edit that a test may make
//! owa/        `startupdata.ashx` and `service.svc`: requests in, envelopes out
//! signin/     login.microsoftonline.com          page/   the OWA page, its script and its CDN
//! identity/   what applications get there: consent, tokens, device codes, keys       graph/  graph.microsoft.com
//! imap/       outlook.office365.com:993: the same mail by IMAP
//! server, ca  the listeners and their certificate; proxy leads clients there that cannot be told another address
//! control     the same edits over HTTP, for tests in other languages and for the demo
//! ```
//!
//! Invariants: no type is shared with the program under test; the same seed and the same `now` give the same
//! world; nothing here waits unless a knob says so.

pub mod ca;
mod control;
mod cut;
pub mod graph;
pub(crate) mod hosts;
pub mod identity;
pub mod imap;
pub mod knobs;
pub mod log;
mod options;
mod owa;
mod page;
mod proxy;
mod server;
pub mod sessions;
mod signin;
pub mod sim;
pub mod world;

pub use graph::GraphError;
pub use identity::{App, Audience, Ended, Landed, OauthError};
pub use imap::ImapFault;
pub use knobs::{
    Canary, Failure, FaultForm, Fetch, FolderPane, KeyOrder, Kind, Look, PageIds, Rows, ServicePath,
    Settings, SignIn, Titles, View, Weight,
};
pub use owa::check_request;
pub use server::Running;
pub use sessions::What;
pub use sim::{Options, Sim};
pub use world::{Account, ContactDraft, Draft, DraftAttachment, Letter, MessageEdit, TruthContact};
