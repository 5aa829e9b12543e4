//! What can be wrong with keys and sealed records. No variant carries key material or plaintext.

use super::record::Place;
use crate::error::{Classify, Disposition};
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
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The key file is open to others than its reader.
    #[error("the key file {} is refused: {why}", path.display())]
    Exposed {
        /// Which file.
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
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// There is no key file to change.
    #[error("there is no key file at {}", .0.display())]
    NoFile(PathBuf),
    /// The key that seals cannot be taken away.
    #[error("key {0} is the one that seals")]
    Active(u32),
    /// A key that still wraps something cannot be taken away.
    #[error("key {id} still wraps the secrets of {accounts} accounts")]
    InUse {
        /// Which key.
        id: u32,
        /// How many data keys.
        accounts: u64,
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
    fn disposition(&self) -> Disposition {
        if let Self::SigningIn(_) = self { Disposition::Retry } else { Disposition::Fatal }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NoKey => "no_key",
            Self::Unreadable { .. } => "key_unreadable",
            Self::Exposed { .. } => "key_exposed",
            Self::Malformed { .. } => "key_malformed",
            Self::Weak { .. } => "key_weak",
            Self::Exists(_) => "key_exists",
            Self::Unwritable { .. } => "key_unwritable",
            Self::NoFile(_) => "no_key_file",
            Self::Active(_) => "key_active",
            Self::InUse { .. } => "key_in_use",
            Self::SigningIn(_) => "key_in_sign_ins",
            Self::WrongKey => "wrong_key",
            Self::UnknownKey(_) => "unknown_key",
            Self::UnknownVersion(_) => "unknown_version",
            Self::Truncated => "truncated",
            Self::Damaged { .. } => "damaged",
        }
    }

    fn hint(&self) -> String {
        match self {
            Self::NoKey | Self::Malformed { .. } | Self::Weak { .. } => {
                "The operator's turn: put the copy of the key file back that this database was sealed with. Only where no mailbox \
                 was ever connected, make one with `outlook-syncd key new`, and keep a copy away from the database's backups."
                    .into()
            }
            Self::Unreadable { path, .. } => {
                format!("The operator's turn: let the user that runs outlook-syncd read {}.", path.display())
            }
            Self::Exposed { remedy, .. } => format!("The operator's turn: run `{remedy}`."),
            Self::Exists(_) => {
                "The operator's turn: keep that file, or move it away first. Without the old key the stored sessions are lost.".into()
            }
            Self::Unwritable { path, .. } => {
                format!("The operator's turn: let the user that runs outlook-syncd write {}.", path.display())
            }
            Self::NoFile(_) => {
                "The operator's turn: only a key file can be changed here. Put the ring into key.file, mode 0600; a credential that is made of it is then made anew.".into()
            }
            Self::Active(_) => "Run `outlook-syncd key rotate` first: another key seals then.".into(),
            Self::InUse { .. } => {
                "Run `outlook-syncd key rotate` first: it wraps them by the newest key. `outlook-syncd key list` shows what each key wraps.".into()
            }
            Self::SigningIn(_) => "They end within ten minutes: try again then.".into(),
            Self::WrongKey => {
                "The operator's turn: put the key back that this database was made with, or connect every account anew with an empty database.".into()
            }
            Self::UnknownKey(_) => {
                "The operator's turn: if the key was rotated, restart the service, so that it gets the new ring (a credential is a copy made at its start). Otherwise put the ring back that has this key; `outlook-syncd doctor` says what is lost without it.".into()
            }
            Self::UnknownVersion(_) => "The operator's turn: run the version of outlook-syncd that wrote this database, or a newer one.".into(),
            Self::Truncated | Self::Damaged { .. } => {
                "The operator's turn: restore the database from a backup; if only one account is affected, connect it again.".into()
            }
        }
    }
}
