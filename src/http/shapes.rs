//! The JSON that is answered, a type for each answer that no room below has; errors are `Problem`'s.

use super::problem::Problem;
use crate::desk::FolderDetail;
use crate::error::{Disposition, WhoseTurn};
use crate::model::{AccountId, Attempt, AttemptId, AttemptStanding, CycleReport, Resource};
use crate::secret::{ExposeSecret, SecretText};
use crate::sync::explain::Explanation;
use crate::sync::health::{AccountHealth, Health};
use crate::sync::standing::{Connection, Standing};
use chrono::{DateTime, Utc};
use serde::{Serialize, Serializer};
use url::Url;

/// How the accounts within reach do.
#[derive(Serialize)]
pub(super) struct Cards {
    at: DateTime<Utc>,
    accounts: Vec<AccountHealth>,
}

impl From<Health> for Cards {
    fn from(health: Health) -> Self {
        Self { at: health.at, accounts: health.accounts }
    }
}

/// How one account does, and its folders.
#[derive(Serialize)]
pub(super) struct AccountCard {
    #[serde(flatten)]
    pub(super) health: AccountHealth,
    pub(super) folders: Vec<FolderDetail>,
}

/// Why an account stands as it does.
#[derive(Serialize)]
pub(super) struct Explanations {
    pub(super) explanations: Vec<Explanation>,
}

/// An access token of Microsoft's.
#[derive(Serialize)]
pub(super) struct TokenGiven {
    #[serde(serialize_with = "exposed")]
    pub(super) access_token: SecretText,
    pub(super) token_type: &'static str,
    pub(super) expires_at: DateTime<Utc>,
    pub(super) resource: Resource,
}

fn exposed<S: Serializer>(secret: &SecretText, into: S) -> Result<S::Ok, S::Error> {
    into.serialize_str(secret.expose_secret())
}

/// The address at which a popup begins.
#[derive(Serialize)]
pub(super) struct PopupAddress {
    pub(super) url: Url,
    /// How it ends can be asked by this.
    pub(super) attempt: AttemptId,
    /// After how many seconds it opens nothing more.
    pub(super) expires_in: u64,
}

/// Whether there is a connection by OAuth, and which.
#[derive(Serialize)]
pub(super) struct ConnectionStatus {
    connected: bool,
    #[serde(flatten)]
    connection: Option<ConnectionCard>,
}

/// A connection by OAuth. No token is in it.
#[derive(Serialize)]
struct ConnectionCard {
    account: AccountId,
    provider: &'static str,
    address: String,
    display_name: Option<String>,
    scopes: Vec<String>,
    expiry: Standing,
    error: Option<&'static str>,
    whose_turn: Option<WhoseTurn>,
    hint: Option<String>,
}

impl From<Option<(AccountId, Connection)>> for ConnectionStatus {
    fn from(found: Option<(AccountId, Connection)>) -> Self {
        let card = |(account, connection): (AccountId, Connection)| {
            let Connection {
                provider, address, display_name, scopes, standing, error, whose_turn, hint, ..
            } = connection;
            ConnectionCard {
                account,
                provider,
                address,
                display_name,
                scopes,
                expiry: standing,
                error,
                whose_turn,
                hint,
            }
        };
        Self { connected: found.is_some(), connection: found.map(card) }
    }
}

/// What came of asking for a cycle.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum CycleAnswer {
    /// Nobody waits for its report.
    Asked { asked: DateTime<Utc> },
    /// All went well.
    Report(CycleReport),
    /// Something did not.
    Failed { worst: Disposition, report: CycleReport },
}

/// The verdict before there is one.
#[derive(Serialize)]
pub(super) struct NotStarted {
    pub(super) healthy: bool,
    #[serde(flatten)]
    pub(super) problem: Problem,
}

/// How an attempt to connect stands.
#[derive(Serialize)]
pub(super) struct AttemptCard {
    attempt: AttemptId,
    /// `pending`, `connected`, `failed`, `expired`.
    state: &'static str,
    account: Option<AccountId>,
    error: Option<String>,
    whose_turn: Option<WhoseTurn>,
    hint: Option<String>,
    begun_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
}

impl From<Attempt> for AttemptCard {
    fn from(attempt: Attempt) -> Self {
        let Attempt { id, begun_at, ended_at, standing } = attempt;
        let (state, account, failure) = match standing {
            AttemptStanding::Pending(failure) => ("pending", None, failure),
            AttemptStanding::Connected(account) => ("connected", Some(account), None),
            AttemptStanding::Failed(failure) => ("failed", None, Some(failure)),
            AttemptStanding::Expired => ("expired", None, None),
        };
        let whose_turn = failure.as_ref().map(|failure| failure.whose_turn);
        let (error, hint) = failure.map(|failure| (failure.code, failure.hint)).unzip();
        Self { attempt: id, state, account, error, whose_turn, hint, begun_at, ended_at }
    }
}

/// What the last page of a popup tells those of the CRM: how to finish.
#[derive(Serialize)]
#[serde(tag = "type", rename = "MICROSOFT_AUTH_FINISH")]
pub(super) struct PopupReturn<'a> {
    pub(super) attempt: &'a AttemptId,
    pub(super) finish: &'a str,
}

/// A connect that is finished, as pages of the CRM hand it on to each other.
#[derive(Serialize)]
#[serde(tag = "type", rename = "MICROSOFT_AUTH_SUCCESS")]
pub(super) struct Connected {
    pub(super) account: AccountId,
    pub(super) address: String,
}
