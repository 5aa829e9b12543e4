//! Plain data that every layer shares: accounts, mail, state, reports, callers. No I/O, no clock, no async.

pub mod aadsts;
mod access;
mod account;
mod folder;
mod id;
mod mail;
mod oauth;
mod part;
mod refusal;
mod report;
mod state;
mod word;

pub use aadsts::AadstsClass;
pub use access::{Actor, ApiToken, AuditAction, AuditEntry, Reach, Scope, Scopes, UnknownScope};
pub use account::{Account, MailboxSettings, NewAccount, Road};
pub use folder::{Coverage, Folder, FolderState, Span};
pub use id::{AccountId, AuditId, CycleId, MessageId, SignInId, TokenId};
pub use mail::{
    Address, Body, BodyKind, Detail, IdFamily, Importance, Instant, ItemKey, ListPage, ListRow, Position,
    Precision, Recipient, RecipientKind, StoredMessage, Tier,
};
pub use oauth::{Grant, NewGrant, Person, Resource, Tenant, Use};
pub use part::{Credential, Part, PartState};
pub use refusal::{RefusalClass, Trouble, Troubles};
pub use report::{AccountOutcome, CycleReport, FolderCount, PartOutcome, Trigger};
pub use state::{BrowserSession, LastError, SessionState, SyncState};
pub use word::DateWord;
