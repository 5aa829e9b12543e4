//! Why a verb has no answer.

use crate::lock::Held;
use crate::model::{Grant, LastError};
use crate::oauth::OAuthError;
use crate::store::StoreError;
use crate::strongbox::StrongboxError;
use crate::sync::Failure;
use crate::vault::VaultError;

/// Why a verb has no answer. What it means to whoever asked, an exit code or a status, is the edge's to say.
#[derive(Debug)]
pub enum DeskError {
    /// No account goes by this name, or it is beyond the actor's reach: nobody learns which.
    NoSuchAccount(String),
    /// So many accounts go by the name that was given.
    SeveralNames(usize),
    /// Whose account it is was not said, and the actor is bound to nobody.
    NoUser,
    /// One of the accounts of these grants has to be named.
    SeveralAccounts(Vec<Grant>),
    /// No token goes by this name.
    NoSuchToken(String),
    /// So many tokens, which begin so, are for what was named.
    SeveralTokens(String, Vec<String>),
    /// A cycle runs.
    Running(Held),
    /// The running daemon reads no account at present.
    AtFault(LastError),
    /// The key ring does not do, or a key may not go.
    Key(VaultError),
    /// What was asked for failed.
    Failed(Failure),
}

impl From<Failure> for DeskError {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<StoreError> for DeskError {
    fn from(error: StoreError) -> Self {
        if let StoreError::Ambiguous(many) = error {
            Self::SeveralNames(many)
        } else {
            Self::Failed(error.into())
        }
    }
}

impl From<OAuthError> for DeskError {
    fn from(error: OAuthError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<VaultError> for DeskError {
    fn from(error: VaultError) -> Self {
        Self::Key(error)
    }
}

impl From<StrongboxError> for DeskError {
    fn from(error: StrongboxError) -> Self {
        match error {
            StrongboxError::Store(error) => error.into(),
            StrongboxError::Vault(error) => error.into(),
        }
    }
}

pub(super) type Result<T> = std::result::Result<T, DeskError>;
