//! What goes into the store and comes out of it, where the model has no word for it.

use crate::model::{
    Account, AccountId, Address, Detail, Folder, FolderState, IdFamily, Instant, ItemKey, LastError, ListRow,
    MessageId, SessionState, SyncState, Tier, Troubles,
};
use chrono::{DateTime, Utc};
use serde::Serialize;

/// An account held by its lease. Every write for it carries the epoch, so that a holder whose lease ran out
/// and was taken over cannot write any more.
#[derive(Debug, Clone)]
pub struct Claim {
    /// Which account.
    pub account: Account,
    /// Its state when it was claimed.
    pub state: SyncState,
    /// Grows with every claim, every release and every new sign-in.
    pub epoch: i64,
}

/// How a claimed account's turn ended.
#[derive(Debug, Clone)]
pub enum Finish {
    /// Everything was read that should have been.
    Success {
        /// How the last page was had; `None` leaves the stored word.
        tier: Option<Tier>,
        /// When.
        now: DateTime<Utc>,
        /// When the account is due again.
        next_sync_at: DateTime<Utc>,
        /// When the cookies say the session ends, if they say.
        session_expires_at: Option<DateTime<Utc>>,
    },
    /// Something went wrong: one more failure in a row.
    Failure {
        /// What.
        error: LastError,
        /// What became of the session; `None` leaves it as it was.
        session: Option<SessionState>,
        /// When.
        now: DateTime<Utc>,
        /// When the account is due again; `None` parks it.
        next_sync_at: Option<DateTime<Utc>>,
    },
}

/// What is stored under an item's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Ours.
    pub message_id: MessageId,
    /// The version of the item that is stored: of its detail, once that was fetched.
    pub change_key: Option<String>,
    /// Where it lies.
    pub folder: Folder,
    /// Whether it was read.
    pub is_read: Option<bool>,
    /// Whether its detail was fetched.
    pub has_detail: bool,
    /// Seen only on the page so far.
    pub provisional: bool,
}

/// A stored message that a row may stand for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Ours.
    pub message_id: MessageId,
    /// The conversation it belongs to.
    pub conversation_id: String,
    /// RFC 5322's Message-ID.
    pub internet_message_id: Option<String>,
    /// Subject.
    pub subject: Option<String>,
    /// From.
    pub from: Option<Address>,
    /// When it arrived.
    pub received: Option<Instant>,
    /// Which of its ids are known; empty while only the page has shown it.
    pub families: Vec<IdFamily>,
    /// Seen only on the page so far.
    pub provisional: bool,
}

/// One message to be written. What is `None` leaves the stored value. Once an item itself has been read, a list says
/// nothing new of it but whether it was read; and nothing read off the page replaces what JSON said.
#[derive(Debug, Clone)]
pub struct Upsert {
    /// Ours: of the stored message, or a fresh one. When one of `keys` is stored already, that message is the one
    /// that is written, whatever stands here: a message is never doubled.
    pub id: MessageId,
    /// The item's ids, to be attached to it.
    pub keys: Vec<ItemKey>,
    /// Where it was seen. A message that lay elsewhere has moved.
    pub folder: Folder,
    /// What the list shows. Its `key` and `others` are not looked at.
    pub row: Option<ListRow>,
    /// What the item itself says; where both say something, this counts.
    pub detail: Option<Detail>,
    /// How it was had.
    pub tier: Tier,
    /// Seen only on the page so far. One writing that says no settles it.
    pub provisional: bool,
}

/// An item that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemFailure {
    /// Which.
    pub key: ItemKey,
    /// A stable word, such as `ErrorItemCorrupt`.
    pub code: String,
    /// What the server said.
    pub text: String,
}

/// One page of a folder, written with the folder's state in one transaction.
#[derive(Debug, Clone)]
pub struct PageWrite {
    /// The folder as it stands after this page.
    pub folder_state: FolderState,
    /// The messages of the page.
    pub upserts: Vec<Upsert>,
    /// Items of the page that could not be read: for the ledger.
    pub failed: Vec<ItemFailure>,
    /// When.
    pub now: DateTime<Utc>,
}

/// What a page changed. Writing the same again changes nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct PageCounts {
    /// Messages that were not stored before.
    pub new: u64,
    /// Messages of which something differs now.
    pub changed: u64,
}

/// An entry of the ledger: an item that could not be read. A later success removes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerItem {
    /// Where it was seen.
    pub folder: Folder,
    /// Which.
    pub key: ItemKey,
    /// A stable word.
    pub code: String,
    /// What the server said.
    pub text: String,
    /// How often it was tried.
    pub attempts: i64,
    /// When it first failed.
    pub first_seen: DateTime<Utc>,
    /// When it last failed.
    pub last_seen: DateTime<Utc>,
}

/// Which messages to read, newest first.
#[derive(Debug, Clone, Default)]
pub struct MessageQuery {
    /// Of this account only.
    pub account: Option<AccountId>,
    /// In this folder only.
    pub folder: Option<Folder>,
    /// Arrived at or after this instant.
    pub since: Option<DateTime<Utc>>,
    /// At most so many.
    pub limit: u32,
    /// Only those that come after this message: its instant (ms UTC, 0 where it has none) and its id.
    pub after: Option<(i64, MessageId)>,
}

/// Whether a version of a password may be tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempt {
    /// It may, now and once: the attempt is recorded.
    Fresh,
    /// It was refused before. Never again.
    Refused,
    /// It was tried before and nobody knows what came of it. Never again.
    Unknown,
    /// It was accepted before and has been used for this death of the session.
    Accepted,
}

/// What went with an account.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Wiped {
    /// Messages, with their bodies, recipients and ids.
    pub messages: u64,
    /// Entries of the ledger.
    pub ledger: u64,
    /// Sealed records and the data key.
    pub secrets: u64,
    /// Reports of cycles that named it.
    pub cycles: u64,
}

/// The right to renew an account's tokens. Whoever took it over, or signed in anew, has another epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefreshLease {
    /// Whose.
    pub account: AccountId,
    /// Grows with every lease and every sign-in.
    pub epoch: i64,
}

/// What is kept of a refresh beside its tokens.
#[derive(Debug, Clone, Copy)]
pub struct Settled<'a> {
    /// Why there is no token for other resources.
    pub troubles: &'a Troubles,
    /// What is granted by now.
    pub scopes: &'a [String],
    /// When.
    pub now: DateTime<Utc>,
}

/// A sign-in that begins.
#[derive(Debug, Clone)]
pub struct NewFlow {
    /// SHA-256 of what opens it.
    pub handle: [u8; 32],
    /// The CRM's user id of who asks.
    pub owner: String,
    /// The account to be connected again.
    pub account: Option<AccountId>,
    /// The origin that hears how it ended.
    pub opener: Option<String>,
    /// Where the answer comes.
    pub redirect_uri: String,
    /// Who is asked.
    pub authority: String,
    /// Until when.
    pub expires_at: DateTime<Utc>,
}

/// A sign-in as it was begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow {
    /// The CRM's user id of who asked.
    pub owner: String,
    /// The account to be connected again.
    pub account: Option<AccountId>,
    /// The origin that hears how it ended.
    pub opener: Option<String>,
    /// Where the answer comes.
    pub redirect_uri: String,
    /// Who was asked.
    pub authority: String,
}

/// What of a sign-in is sealed, with the wrapped key that opens it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedFlow {
    /// Ours, random.
    pub id: String,
    /// The wrapped key.
    pub wrapped: Vec<u8>,
    /// The sealed bytes.
    pub sealed: Vec<u8>,
}

/// What finds a sign-in when it comes back: both, as SHA-256.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowKeys {
    /// Of what Microsoft hands back.
    pub state: [u8; 32],
    /// Of what the browser kept.
    pub cookie: [u8; 32],
}

/// An account's key, wrapped by a key of the ring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrappedKey {
    /// The record; only a ring opens it.
    pub wrapped: Vec<u8>,
    /// How many records its newest generation has sealed.
    pub seals: u64,
}
