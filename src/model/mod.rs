//! Plain data that every layer shares: accounts, mail, state, reports. No I/O, no clock, no async.

mod account;
mod folder;
mod id;
mod mail;
mod report;
mod state;
mod word;

pub use account::{Account, MailboxSettings, NewAccount, Road};
pub use folder::{Coverage, Folder, FolderState, Span};
pub use id::{AccountId, CycleId, MessageId};
pub use mail::{
    Address, Body, BodyKind, Detail, IdFamily, Importance, Instant, ItemKey, ListPage, ListRow, Position,
    Precision, Recipient, RecipientKind, StoredMessage, Tier,
};
pub use report::{AccountOutcome, CycleReport, FolderCount, Trigger};
pub use state::{LastError, SessionState, SyncState};
pub use word::DateWord;
