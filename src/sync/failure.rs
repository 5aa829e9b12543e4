//! Any classified error as one value: what ends in the account's state.

use super::SyncError;
use super::error::nameless;
use crate::error::{Classify, Disposition, Exit, Extent, Meaning, WhoseTurn, with_causes};
use crate::graph::GraphError;
use crate::model::{Folder, LastError};
use crate::net::ProxyError;
use crate::store::StoreError;
use chrono::{DateTime, Utc};

/// What went wrong, in the words of whoever saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What it means.
    pub meaning: Meaning,
    /// What happened. Holds no content of mail and no secret.
    pub message: String,
}

impl<E: Classify> From<E> for Failure {
    fn from(error: E) -> Self {
        Self { meaning: error.meaning(), message: with_causes(&error) }
    }
}

impl Failure {
    /// The same where another look has shown that this machine reaches nobody; what the firm's proxy did, where it
    /// was that.
    #[must_use]
    pub fn of_network(self, proxy: Option<ProxyError>) -> Self {
        match proxy.map(Self::from) {
            None => SyncError::NoNetwork(self.message).into(),
            Some(failure) => Self { meaning: failure.meaning.machine(), ..failure },
        }
    }

    /// The same at first sight, where it is believed at the second: nobody has to act, and it is tried again.
    pub(super) fn at_first_sight(self) -> Self {
        let next = "it is looked at again before anybody is asked to act.";
        let disposition = Disposition::Retry;
        let meaning =
            Meaning { disposition, whose_turn: WhoseTurn::Nobody, next: next.into(), ..self.meaning };
        Self { meaning, ..self }
    }

    /// The same where it has stayed so long that somebody has decided it.
    pub(super) fn hardened(self) -> Self {
        let meaning = Meaning { disposition: Disposition::Blocked, on_request: true, ..self.meaning };
        Self { meaning, ..self }
    }

    /// The same, which says nothing of the way to Microsoft: the server is another's.
    pub(super) fn of_another_server(self) -> Self {
        let is_of_way = self.meaning.extent == Extent::Network;
        let extent = if is_of_way { Extent::Account } else { self.meaning.extent };
        Self { meaning: Meaning { extent, ..self.meaning }, ..self }
    }

    /// The same with the folder that it is about, where it concerns one folder alone.
    pub(super) fn of(self, folder: &Folder) -> Self {
        if self.meaning.extent != Extent::Folder {
            return self;
        }
        Self { message: format!("{}: {}", nameless(folder), self.message), ..self }
    }

    /// Whether it concerns what was being done alone, and neither the machine, nor the session, nor the lease:
    /// what was done before stands.
    pub(super) fn may_pass(&self) -> bool {
        let is_ours = matches!(self.meaning.extent, Extent::Machine | Extent::Network);
        let is_lost = self.meaning.code == StoreError::LeaseLost.meaning().code;
        !is_ours && !is_lost && matches!(self.meaning.disposition, Disposition::Retry | Disposition::Drift)
    }

    /// What a command ends with that it has ended.
    #[must_use]
    pub fn exit(&self) -> Exit {
        Exit::of_failure(self.meaning.code, self.meaning.disposition)
    }

    /// The failure as it is kept.
    #[must_use]
    pub fn at(&self, at: DateTime<Utc>) -> LastError {
        LastError {
            disposition: self.meaning.disposition,
            code: self.meaning.code.to_owned(),
            message: self.message.clone(),
            whose_turn: self.meaning.whose_turn,
            hint: self.meaning.hint(),
            at,
        }
    }
}

/// A failure of Graph where a folder was read: one of the folder's own keeps no other from being read.
pub(super) fn of_folder(error: GraphError) -> Failure {
    let is_of_folder = error.is_of_folder();
    let failure = Failure::from(error);
    if is_of_folder { Failure { meaning: failure.meaning.folder(), ..failure } } else { failure }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({})", self.message, self.meaning.code)
    }
}
