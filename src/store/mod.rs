//! Everything that speaks SQL.
//!
//! One text per statement for SQLite and PostgreSQL. Besides opening, migrating and readers by SQL, which only
//! PostgreSQL has, only this file knows that there are two: a method runs its statement through `on!` on the pool that is open, or through `tx!` in a
//! transaction. No transaction is open while anything but the database is waited for.

mod access;
mod accounts;
mod address;
mod codes;
mod column;
mod connect;
mod contacts;
mod correspondence;
mod error;
mod foreign;
mod held;
mod mail;
mod migrate;
mod outbox;
mod readers;
mod retry;
mod schema;
mod secrets;
mod server;
mod sign_in;

pub use access::{
    AuditHead, ChainedLine, Marked, Pruning, RequestFound, RequestRun, SealedAnswer, SignInProof,
    StoredToken, StoredUser,
};
pub use accounts::{
    AccountSpan, Claim, ImapTaken, ItemVersion, Latest, PartEnd, Receipt, RoadSet, RoadTurn, RoadWish, Wiped,
};
pub use address::{Link, check_address, holds_password, masked};
pub use contacts::{
    ContactCounts, ContactJoin, ContactLedgerItem, ContactPageWrite, ContactQuery, ContactResolution,
    ContactUpsert, ContactWritten, EarlierRequest, Edited, EditedContact, EditedPages, EditedPhoto,
    EditedPlace, Editor, FormHolders, JournalQuery, LinkedContact, LinkedItem, MeetingWrite, NearContact,
    ParkedContact, PhotoItem, PhotoLine, PhotoLook, PhotoSeen, PhotoSet, PhotoSettled, PhotoStanding,
    PhotoWritten, UnreadContact,
};
pub use correspondence::{AskOutcome, CorrespondencePage, FolderStep, NewCorrespondence};
pub use error::StoreError;
pub use mail::{
    ARRIVALS_APART, Candidate, Counterpart, Known, LedgerItem, MessageFacts, MessageQuery, Missing,
    MissingItem, OlderItem, PageCounts, PageWrite, StoredMessage, Stretch, Unread, Upsert,
};
pub use outbox::{OutboxAsked, OutboxClaim, OutboxQueued, OutboxSettled};
pub use readers::{NewReader, ReaderError, WallsSeen};
pub use schema::Schema;
pub use secrets::{OldKey, Resealing, SealedRecord, Sealing, WrappedKey};
pub use server::APART;
pub use sign_in::{
    Flow, FlowKeys, GrantDestroyed, NewFlow, PasswordAttempt, RefreshLease, SealedFlow, Settled,
};

use crate::model::{AccountId, AuditEntry};
use crate::telemetry::AUDIT;
use sqlx::{PgPool, Postgres, Sqlite, SqlitePool, Transaction};
use std::borrow::Cow;

/// The database, whichever it is. Clones share its pool.
#[derive(Debug, Clone)]
pub enum Store {
    /// A file of SQLite, or one in memory.
    Sqlite(SqlitePool),
    /// A server of PostgreSQL.
    Postgres(PgPool),
}

/// A transaction on either database. Dropped without `commit`, it is rolled back.
struct Tx {
    open: OpenTx,
    /// What was written into the audit log: told to the journal when it is there for good.
    lines: Vec<AuditEntry>,
}

enum OpenTx {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

type Result<T> = std::result::Result<T, StoreError>;

/// One expression on whichever pool is open; or `execute`, a statement whose number of rows is wanted.
macro_rules! on {
    ($store:expr, execute $query:expr) => {
        $crate::store::on!($store, db => $query.execute(db).await.map(|done| done.rows_affected()))
    };
    ($store:expr, $db:ident => $work:expr) => {
        match $store {
            $crate::store::Store::Sqlite($db) => $work,
            $crate::store::Store::Postgres($db) => $work,
        }
    };
}

/// The same in whichever transaction is open.
macro_rules! tx {
    ($tx:expr, execute $query:expr) => {
        $crate::store::tx!($tx, db => $query.execute(db).await.map(|done| done.rows_affected()))
    };
    ($tx:expr, $db:ident => $work:expr) => {
        match &mut ($tx).open {
            $crate::store::OpenTx::Sqlite(open) => {
                let $db = &mut **open;
                $work
            }
            $crate::store::OpenTx::Postgres(open) => {
                let $db = &mut **open;
                $work
            }
        }
    };
}

use {on, tx};

impl Store {
    /// Opens a transaction. On SQLite it takes the write lock at once: one that reads first and writes later
    /// fails when another writer was faster, whatever the busy time-out.
    ///
    /// What is written and read back (`RETURNING`) needs one too: a single statement is committed when its
    /// rows have been read, and that this failed, as on a full disk, nobody would hear.
    async fn begin(&self) -> Result<Tx> {
        let open = match self {
            Self::Sqlite(pool) => OpenTx::Sqlite(pool.begin_with("BEGIN IMMEDIATE").await?),
            Self::Postgres(pool) => OpenTx::Postgres(pool.begin().await?),
        };
        Ok(Tx { open, lines: Vec::new() })
    }

    /// Whether the plan of a look-up of many rows is good for later ones too. PostgreSQL would go on with that for a table
    /// which was empty, and read all of it each time. <https://www.postgresql.org/docs/current/sql-prepare.html>
    const fn keeps_plans(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }
}

impl Tx {
    /// The same as of the store.
    const fn keeps_plans(&self) -> bool {
        matches!(self.open, OpenTx::Sqlite(_))
    }

    /// Adds the place of a value to the text of a statement with very many, all of which are written so. SQLite finds
    /// one that has a number by looking through all of them, and does so for each.
    fn place(&self, text: &mut String, number: usize) {
        text.push_str(&match self.open {
            OpenTx::Sqlite(_) => Cow::Borrowed("?"),
            OpenTx::Postgres(_) => Cow::Owned(format!("${number}")),
        });
    }

    async fn commit(self) -> Result<()> {
        match self.open {
            OpenTx::Sqlite(open) => open.commit().await?,
            OpenTx::Postgres(open) => open.commit().await?,
        }
        self.lines.iter().for_each(tell);
        Ok(())
    }
}

/// A line of the audit log for the journal, under a target of its own.
fn tell(AuditEntry { id, actor, action, account, owner, peer, request, detail, .. }: &AuditEntry) {
    let (account, detail) = (account.as_ref().map(AccountId::as_str), detail.as_deref());
    let (owner, peer, request) = (owner.as_deref(), peer.as_deref(), request.as_deref());
    tracing::info!(
        target: AUDIT,
        %id, actor, action = action.as_str(), account, owner, peer, request, detail, "audit"
    );
}
