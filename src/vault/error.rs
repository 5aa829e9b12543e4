//! What can be wrong with keys and sealed records. No variant carries key material or plaintext.

use super::record::Place;
use crate::error::{Classify, Meaning, WhoseTurn};
use std::path::PathBuf;

/// What is wrong with the key, or with a record that should open.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// No source gave a key.
    #[error("there is no key")]
    NoKey,
    /// The key file cannot be read.
    #[error("the key file {} cannot be read: {source}", path.display())]
    Unreadable {
        /// The key file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The key file is open to others than its reader.
    #[error("the key file {} is refused: {why}", path.display())]
    Exposed {
        /// The key file.
        path: PathBuf,
        /// What is wrong.
        why: String,
        /// The command that mends it.
        remedy: String,
    },
    /// The text is no key ring.
    #[error("the key in {origin} is not understood: {why}")]
    Malformed {
        /// Where the text came from.
        origin: String,
        /// What is wrong, without the text itself.
        why: &'static str,
    },
    /// The key can be guessed.
    #[error("key {id} in {origin} is refused: {why}")]
    Weak {
        /// Where the key came from.
        origin: String,
        /// Which key of the ring.
        id: u32,
        /// What makes it weak.
        why: &'static str,
    },
    /// A key file that should be made is there already.
    #[error("{} exists already", .0.display())]
    Exists(PathBuf),
    /// A key file cannot be made.
    #[error("the key file {} cannot be written: {source}", path.display())]
    Unwritable {
        /// The key file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// There is no key file to change.
    #[error("there is no key file at {}", .0.display())]
    NoFile(PathBuf),
    /// The key that seals cannot be taken away.
    #[error("key {0} is the one that seals")]
    Active(u32),
    /// No ring ever had a key of this number.
    #[error("there never was a key {0}")]
    NoSuchKey(u32),
    /// A key that still wraps something cannot be taken away.
    #[error(
        "key {id} still wraps the secrets of {accounts} accounts and marks {tokens} tokens for the API or operators of the dashboard"
    )]
    InUse {
        /// The key's number in the ring.
        id: u32,
        /// How many data keys.
        accounts: u64,
        /// How many tokens for the API and operators of the dashboard.
        tokens: u64,
    },
    /// A key that wraps what a sign-in needs to come back cannot be taken away.
    #[error("key {0} still wraps sign-ins that are under way")]
    SigningIn(u32),
    /// The ring is not the one that this database was sealed with.
    #[error("the key does not belong to this database")]
    WrongKey,
    /// A record names a key that the ring does not have.
    #[error("a sealed record needs key {0}, which is not in the ring")]
    UnknownKey(u32),
    /// A record is of a version that this program does not know.
    #[error("a sealed record has the unknown version {0}")]
    UnknownVersion(u8),
    /// A record is of another form than everything in this database: an old copy, put back.
    #[error("a sealed record has form {0}, in which nothing is sealed any more")]
    OtherForm(u8),
    /// A data key was wrapped for another owner than its account has, or was altered.
    #[error(
        "the key of the account's secrets does not open for its owner: account.owner or data_key.wrapped was changed \
         in the database"
    )]
    OwnerChanged,
    /// A record is too short to be one.
    #[error("a sealed record is cut off")]
    Truncated,
    /// A record was altered, or does not belong where it lies.
    #[error("the sealed record in {table}.{column} does not open: it was altered or moved")]
    Damaged {
        /// The table it lies in.
        table: String,
        /// The column it lies in.
        column: String,
    },
}

impl VaultError {
    pub(super) fn damaged(place: &Place<'_>) -> Self {
        Self::Damaged { table: place.table.to_owned(), column: place.column.to_owned() }
    }
}

impl Classify for VaultError {
    fn meaning(&self) -> Meaning {
        use WhoseTurn::Operator;
        match self {
            Self::NoKey => Meaning::fatal("no_key", Operator, BRING_BACK).lasting(),
            Self::Malformed { .. } => Meaning::fatal("key_malformed", Operator, BRING_BACK).lasting(),
            Self::Weak { .. } => Meaning::fatal("key_weak", Operator, BRING_BACK).lasting(),
            Self::Unreadable { path, .. } => Meaning::fatal(
                "key_unreadable",
                Operator,
                format!("let the user that runs outlook-syncd read {}.", path.display()),
            )
            .lasting(),
            Self::Exposed { remedy, .. } => {
                Meaning::fatal("key_exposed", Operator, format!("run `{remedy}`.")).lasting()
            }
            Self::Exists(_) => Meaning::fatal(
                "key_exists",
                Operator,
                "keep that file, or move it away first. Without the old key the stored sessions are lost.",
            )
            .lasting(),
            Self::Unwritable { path, .. } => Meaning::fatal(
                "key_unwritable",
                Operator,
                format!("let the user that runs outlook-syncd write {}.", path.display()),
            )
            .lasting(),
            Self::NoFile(_) => Meaning::fatal(
                "no_key_file",
                Operator,
                "only a key file can be changed here. Put the ring into key.file, mode 0600; a credential \
                 that is made of it is then made anew.",
            )
            .lasting(),
            Self::Active(_) => Meaning::fatal(
                "key_active",
                Operator,
                "run `outlook-syncd key rotate` first: another key seals then.",
            )
            .lasting(),
            Self::NoSuchKey(_) => {
                Meaning::fatal("no_such_key", Operator, "`outlook-syncd key list` shows those that there are.")
                    .lasting()
            }
            Self::InUse { .. } => Meaning::fatal(
                "key_in_use",
                Operator,
                "run `outlook-syncd key rotate` first: the newest key wraps and marks them then. `outlook-syncd key \
                 list` shows what each key does.",
            )
            .lasting(),
            Self::SigningIn(_) => Meaning::retry(
                "key_in_sign_ins",
                Operator,
                "try again in ten minutes: the sign-ins have ended by then.",
            ),
            Self::WrongKey => Meaning::fatal(
                "wrong_key",
                Operator,
                "put the key back that this database was made with. Without it every account has to be \
                 connected anew, into a new database; keep the old one for its mail.",
            )
            .lasting(),
            Self::UnknownKey(_) => Meaning::fatal(
                "unknown_key",
                Operator,
                "if the key was rotated, restart the service, so that it gets the new ring (a credential is \
                 a copy made at its start). Otherwise put the ring back that has this key; `outlook-syncd \
                 doctor` says what is lost without it.",
            ),
            Self::UnknownVersion(_) => Meaning::fatal(
                "unknown_version",
                Operator,
                "run the version of outlook-syncd that wrote this database, or a newer one.",
            )
            .lasting(),
            Self::OtherForm(_) => Meaning::fatal("old_form", Operator, OLD),
            Self::OwnerChanged => Meaning::fatal("owner_changed", Operator, CHANGED),
            Self::Truncated => Meaning::fatal("truncated", Operator, RESTORE),
            Self::Damaged { .. } => Meaning::fatal("damaged", Operator, RESTORE),
        }
    }
}

const BRING_BACK: &str = "put the copy of the key file back that this database was sealed with. Only where \
    no mailbox was ever connected, make one with `outlook-syncd key new`, and keep a copy away from the \
    database's backups.";
/// What is to be done about a row of a version before, which was not sealed anew at the first start of this one.
const OLD: &str = "disconnect the account and connect it again. Where the ring lacked a key at the first start of this \
    version: put the database from before it back, and the key into the ring, and start again. Else see who writes to \
    the database beside the service.";
/// What is to be done about a row that somebody else has written.
pub const CHANGED: &str = "nothing was sent anywhere. See who writes to the database beside the service, and put the \
    row back as it was; else disconnect the account and connect it again.";
const RESTORE: &str =
    "restore the database from a backup; if only one account is affected, connect it again.";
