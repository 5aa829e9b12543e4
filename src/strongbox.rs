//! Where vault and store meet: an account's secrets go in plain and lie in the database sealed.
//!
//! Who writes to the database is not trusted. What decides where a secret goes or who may have it is bound to
//! it by a key that the database does not hold:
//!
//! ```text
//! data key     the account and its owner
//! record       the account, its kind, its version
//! tokens       the authority, the registration and the person of the grant, within the record
//! password     the IMAP server and the login, within the record
//! sign-in      who began it, for which account, who hears of it, where its answer goes, who is asked
//! kept answer  the caller and the key of the request, and within it what was asked
//! outbox       the account, the message's id; a mark over the key of the request and what was asked
//! API token    a mark over its hash, scopes, owner and expiry
//! audit log    a mark over where its chain begins and ends
//! ```
//! Who puts back all rows of an account together, with its key and versions, is not noticed: nothing in the
//! database tells it from a backup.

/// What is marked and written by an expression: once more where the ring was rotated meanwhile.
macro_rules! by_todays_key {
    ($strongbox:expr, $write:expr) => {
        match $write.await {
            Err($crate::store::StoreError::RingOutdated) => {
                $strongbox.catch_up().await?;
                $write.await?
            }
            written => written?,
        }
    };
}

mod answers;
mod audit;
mod card;
mod dashboard;
mod grants;
mod imap;
mod keys;
mod oauth;
mod outbox;
mod passwords;
mod reseal;
mod rotate;
mod session;
mod tokens;

pub use answers::RequestState;
pub use audit::{AuditFault, AuditLook, AuditRenewed, AuditState, AuditWatch, audit_state};
pub use dashboard::is_marked_user;
pub use imap::ImapPassword;
pub use keys::{KeyUse, changed_owners, key_uses};
pub use oauth::TakenFlow;
pub use outbox::OutboxPut;
pub use rotate::Rewrapped;
pub use tokens::is_marked;

use crate::clock::Clock;
use crate::error::{Classify, Meaning, WhoseTurn};
use crate::model::{AccountId, AttemptId, AuditEntry, NewGrant};
use crate::secret::SecretText;
use crate::store::{Claim, ImapTaken, RefreshLease, SealedRecord, Sealing, Settled, Store, StoreError};
use crate::vault::{CHANGED, DataKey, Forms, Place, Ring, SEALS_AT_MOST, VaultError};
use chrono::TimeDelta;
use imap::IMAP;
use keys::TRIES;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use tokio::sync::Semaphore;

const SESSION: &str = "session";
const TOKENS: &str = "tokens";

/// The secrets of all accounts. Data keys are unwrapped for each use and never kept: another process may have
/// destroyed or replaced them, and to unwrap one costs microseconds.
#[derive(Debug, Clone)]
pub struct Strongbox {
    store: Store,
    ring: Arc<Ring>,
    clock: Clock,
    seals_at_most: u64,
    /// One password at a time is given its name: each takes a core and 64 MiB.
    naming: Arc<Semaphore>,
    /// How long the audit log is kept; `None`: for ever.
    audit_kept: Option<TimeDelta>,
    /// Whether it was told that somebody has changed it.
    audit_broken: Arc<AtomicBool>,
}

/// Why a secret was not put away or found.
#[derive(Debug, thiserror::Error)]
pub enum StrongboxError {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The key is not the right one, or a record does not open.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// A grant's row does not say what was sealed with its tokens.
    #[error("oauth_grant.{0} was changed in the database: the tokens were sealed with another")]
    GrantChanged(&'static str),
    /// An account's row does not say of its IMAP server what was sealed with the password.
    #[error("account.{0} was changed in the database: the password was sealed with another")]
    ImapChanged(&'static str),
    /// A sign-in's row does not say what it was begun with.
    #[error("a sign-in by OAuth was changed in the database while it was under way")]
    FlowChanged,
}

impl Classify for StrongboxError {
    fn meaning(&self) -> Meaning {
        match self {
            Self::Store(error) => error.meaning(),
            Self::Vault(error) => error.meaning(),
            Self::GrantChanged(_) => Meaning::fatal("grant_changed", WhoseTurn::Operator, CHANGED),
            Self::ImapChanged(_) => Meaning::fatal("imap_changed", WhoseTurn::Operator, CHANGED),
            Self::FlowChanged => Meaning::fatal(
                "sign_in_changed",
                WhoseTurn::Operator,
                "nothing was sent anywhere. See who writes to the database beside the service; then the owner begins \
                 again.",
            ),
        }
    }
}

/// With what, and under which condition, a record is put away.
#[derive(Clone, Copy)]
enum Put<'a> {
    /// The session of a sign-in of this owner's.
    Session(&'a str),
    /// The session of a turn, while its claim holds.
    Held(&'a Claim),
    /// Tokens of a sign-in of this owner's, with what else it gave.
    Grant(&'a str, &'a NewGrant, (Option<&'a AttemptId>, &'a AuditEntry)),
    /// The password of an IMAP server, with who was let in where, and the line that tells of it.
    Imap(ImapTaken<'a>, &'a AuditEntry),
    /// Renewed tokens, while the lease holds. There is a key: they were opened by it.
    Refresh(&'a RefreshLease, &'a Settled<'a>),
}

impl<'a> Put<'a> {
    fn kind(self) -> &'static str {
        match self {
            Self::Session(_) | Self::Held(_) => SESSION,
            Self::Grant(..) | Self::Refresh(..) => TOKENS,
            Self::Imap(..) => IMAP,
        }
    }

    /// For whom a key may be made where there is none: whom the secret was checked for, whatever the account's row says
    /// by then.
    fn owner(self) -> Option<&'a str> {
        match self {
            Self::Session(owner) | Self::Grant(owner, ..) => Some(owner),
            Self::Imap(taken, _) => Some(taken.owner),
            Self::Held(claim) => Some(&claim.account.owner),
            Self::Refresh(..) => None,
        }
    }

    fn claim(self) -> Option<&'a Claim> {
        if let Self::Held(claim) = self { Some(claim) } else { None }
    }
}

type Result<T> = std::result::Result<T, StrongboxError>;

/// The first ring that ever met a database is its ring: it leaves a canary there, and a ring that cannot read
/// the canary is refused. In which forms the rest is sealed.
///
/// # Errors
/// `VaultError::WrongKey` for another ring, `UnknownKey` for one that lacks the key; `StoreError` when the
/// database fails.
pub async fn fit(store: &Store, ring: &Ring) -> Result<Forms> {
    if store.canary().await?.is_none() {
        store.put_canary(&ring.canary_seal(Forms::Today)).await?;
    }
    // Read back: of two that begin at once, the first one's canary counts.
    Ok(ring.canary_open(&store.canary().await?.unwrap_or_default())?)
}

impl Strongbox {
    /// Opens the secrets of this database. What a version before has sealed is sealed anew first.
    ///
    /// # Errors
    /// Those of `fit`.
    pub async fn open(store: Store, ring: Ring, clock: Clock) -> Result<Self> {
        let is_first = !store.holds_secrets().await?;
        let forms = fit(&store, &ring).await?;
        let naming = Arc::new(Semaphore::new(1));
        let (audit_kept, audit_broken) = (None, Arc::default());
        let (ring, seals_at_most) = (Arc::new(ring), SEALS_AT_MOST);
        let strongbox = Self { store, ring, clock, seals_at_most, naming, audit_kept, audit_broken };
        strongbox.begin_audit(is_first).await?;
        if forms != Forms::Today {
            strongbox.reseal_all().await?;
        }
        strongbox.seal_audit().await?;
        Ok(strongbox)
    }

    /// The ring that opens it.
    #[must_use]
    pub fn ring(&self) -> &Ring {
        &self.ring
    }

    /// The same secrets through other connections.
    #[must_use]
    pub fn through(&self, store: Store) -> Self {
        Self { store, ..self.clone() }
    }

    /// None for an account whose key was destroyed: its records are nothing but noise then.
    async fn opened(
        &self,
        account: &AccountId,
        kind: &str,
        record: &SealedRecord,
    ) -> Result<Option<SecretText>> {
        let Some(key) = self.key(account).await? else { return Ok(None) };
        let row = row(kind, record.version);
        Ok(Some(key.open(&place(account, &row), &record.sealed)?))
    }

    /// None for an account without secrets, or whose key was destroyed.
    async fn key(&self, account: &AccountId) -> Result<Option<DataKey>> {
        let Some(kept) = self.store.data_key(account).await? else { return Ok(None) };
        Ok(Some(self.ring.unwrap(account.as_str(), &kept.owner, &kept.wrapped)?))
    }

    /// Seals a secret of an account and puts it away, as `put` says.
    async fn put(&self, account: &AccountId, plain: &SecretText, put: Put<'_>) -> Result<()> {
        let kind = put.kind();
        for _ in 0..TRIES {
            let (key, wrapped) = self.key_to_seal(account, put.owner(), put.claim()).await?;
            let seal = |version| key.seal(&place(account, &row(kind, version)), plain);
            let sealing = Sealing { wrapped: &wrapped, seal: &seal };
            let done = match put {
                Put::Session(_) => self.store.put_sealed(account, kind, &sealing, self.clock.now()).await,
                Put::Held(claim) => self.store.put_sealed_held(claim, kind, &sealing, self.clock.now()).await,
                Put::Grant(_, grant, end) => self.store.put_grant(account, grant, kind, &sealing, end).await,
                Put::Imap(taken, line) => self.store.take_imap(account, taken, kind, &sealing, line).await,
                Put::Refresh(lease, settled) => {
                    self.store.settle_refresh(lease, kind, &sealing, settled).await
                }
            };
            match done {
                Err(StoreError::KeyChanged) => {}
                done => return Ok(done?),
            }
        }
        Err(StoreError::Busy(None).into())
    }
}

/// What names a record within its account.
fn row(kind: &str, version: i64) -> String {
    format!("{kind}/{version}")
}

fn place<'a>(account: &'a AccountId, row: &'a str) -> Place<'a> {
    Place { table: "sealed_record", column: "sealed", row, account: account.as_str() }
}

#[cfg(test)]
mod tests;
