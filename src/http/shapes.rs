//! The JSON that is answered, a type for each answer that no room below has; errors are `Problem`'s.

use super::problem::Problem;
use crate::desk::sign_ins::{Method, Prompt, ShownCode, SignInState};
use crate::desk::{FolderDetail, MadeDue};
use crate::error::{Disposition, WhoseTurn};
use crate::model::{
    Account, AccountId, Attempt, AttemptId, AttemptStanding, CycleReport, Resource, Road, RoadChange,
    SignInId,
};
use crate::secret::{ExposeSecret, SecretText};
use crate::sync::Failure;
use crate::sync::explain::Explanation;
use crate::sync::health::{AccountHealth, Health};
use crate::sync::standing::{Connection, Standing};
use chrono::{DateTime, Utc};
use serde::{Serialize, Serializer};
use url::Url;
use utoipa::ToSchema;

/// How the accounts within reach do.
#[derive(Serialize, ToSchema)]
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
#[derive(Serialize, ToSchema)]
pub(super) struct AccountCard {
    #[serde(flatten)]
    pub(super) health: AccountHealth,
    pub(super) folders: Vec<FolderDetail>,
    /// The other road that was last asked for; null where none was.
    pub(super) road_change: Option<RoadChange>,
}

/// The folders of an account.
#[derive(Serialize, ToSchema)]
pub(super) struct AccountFolders {
    pub(super) folders: Vec<FolderDetail>,
}

/// Accounts that are to be read at once.
#[derive(Serialize, ToSchema)]
pub(super) struct SyncAsked {
    /// When that was asked for.
    asked: DateTime<Utc>,
    /// How many of them can be read: none that is switched off, waits for a person, or was put off by the other side.
    accounts: u64,
}

impl From<MadeDue> for SyncAsked {
    fn from(MadeDue { at, accounts }: MadeDue) -> Self {
        Self { asked: at, accounts }
    }
}

/// Which program answers.
#[derive(Serialize, ToSchema)]
pub(super) struct Version {
    pub(super) name: &'static str,
    pub(super) version: &'static str,
}

/// Why an account stands as it does.
#[derive(Serialize, ToSchema)]
pub(super) struct Explanations {
    pub(super) explanations: Vec<Explanation>,
}

/// An access token of Microsoft's.
#[derive(Serialize, ToSchema)]
pub(super) struct TokenGiven {
    #[serde(serialize_with = "exposed")]
    #[schema(value_type = String)]
    pub(super) access_token: SecretText,
    pub(super) token_type: &'static str,
    pub(super) expires_at: DateTime<Utc>,
    pub(super) resource: Resource,
}

pub(super) fn exposed<S: Serializer>(secret: &SecretText, into: S) -> Result<S::Ok, S::Error> {
    into.serialize_str(secret.expose_secret())
}

/// The address at which a popup begins.
#[derive(Serialize, ToSchema)]
pub(super) struct PopupAddress {
    pub(super) url: Url,
    /// How it ends can be asked by this.
    pub(super) attempt: AttemptId,
    /// After how many seconds it opens nothing more.
    pub(super) expires_in: u64,
}

/// Whether there is a connection by OAuth, and which.
#[derive(Serialize, ToSchema)]
pub(super) struct ConnectionStatus {
    connected: bool,
    #[serde(flatten)]
    connection: Option<ConnectionCard>,
}

/// A connection by OAuth. No token is in it.
#[derive(Serialize, ToSchema)]
struct ConnectionCard {
    #[schema(required = false)]
    account: AccountId,
    #[schema(required = false)]
    provider: &'static str,
    #[schema(required = false)]
    address: String,
    display_name: Option<String>,
    #[schema(required = false)]
    scopes: Vec<String>,
    #[schema(required = false)]
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
#[derive(Serialize, ToSchema)]
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
#[derive(Serialize, ToSchema)]
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
        let Attempt { id, owner: _, wanted: _, begun_at, ended_at, standing } = attempt;
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

/// How a connect stands.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ConnectState {
    Running,
    Asks,
    Connected,
    Failed,
}

/// How a connect stands, and what it asks.
#[derive(Serialize, ToSchema)]
pub(super) struct ConnectCard {
    id: SignInId,
    state: ConnectState,
    /// What the person has to do while it asks.
    asks: Option<ConnectPrompt>,
    /// The account that came of it; of a connect that failed, the one that is connected all the same.
    account: Option<AccountId>,
    /// A stable word for why it failed.
    error: Option<&'static str>,
    /// What that is, for people.
    message: Option<String>,
    whose_turn: Option<WhoseTurn>,
    hint: Option<String>,
}

/// What a person has to do before a connect goes on.
#[derive(Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum ConnectPrompt {
    /// Approve the sign-in on the telephone, with the number where there is one. It is answered with `{}`.
    Approve { number: Option<String> },
    /// Give the one-time code that an app shows, or that was sent; `wrong` where the last one was. It is answered with it.
    Code { wrong: bool },
    /// Choose how to prove a second time who signs in. It is answered with one of the ways.
    Choose { ways: Vec<Method> },
    /// Open the address on any device and type the code there. It is answered there.
    Elsewhere { user_code: String, verification_uri: String, expires_at: DateTime<Utc> },
}

impl From<Prompt> for ConnectPrompt {
    fn from(prompt: Prompt) -> Self {
        match prompt {
            Prompt::Approve { number } => Self::Approve { number },
            Prompt::Code { wrong } => Self::Code { wrong },
            Prompt::Choose(ways) => Self::Choose { ways },
        }
    }
}

impl ConnectCard {
    pub(super) fn of(id: SignInId, state: SignInState) -> Self {
        let card = |state| Self {
            id,
            state,
            asks: None,
            account: None,
            error: None,
            message: None,
            whose_turn: None,
            hint: None,
        };
        match state {
            SignInState::Working | SignInState::Trying | SignInState::Accepted => card(ConnectState::Running),
            SignInState::Asks(prompt) => Self { asks: Some(prompt.into()), ..card(ConnectState::Asks) },
            SignInState::Shows(ShownCode { user_code, verification_uri, expires_at }) => {
                let asks = ConnectPrompt::Elsewhere { user_code, verification_uri, expires_at };
                Self { asks: Some(asks), ..card(ConnectState::Asks) }
            }
            SignInState::Connected(account) => {
                Self { account: Some(account.id), ..card(ConnectState::Connected) }
            }
            SignInState::Failed(failure) => card(ConnectState::Failed).because(failure),
            SignInState::Kept(account, failure) => {
                Self { account: Some(account.id), ..card(ConnectState::Failed).because(failure) }
            }
        }
    }

    fn because(self, Failure { meaning, message }: Failure) -> Self {
        Self {
            error: Some(meaning.code),
            message: Some(message),
            whose_turn: Some(meaning.whose_turn),
            hint: Some(meaning.hint()),
            ..self
        }
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
#[derive(Serialize, ToSchema)]
pub(super) struct Connected {
    /// `MICROSOFT_AUTH_SUCCESS`.
    #[serde(rename = "type")]
    said: &'static str,
    account: AccountId,
    address: String,
    /// How its mail is read; `null`: not at all.
    road: Option<Road>,
}

impl From<Account> for Connected {
    fn from(account: Account) -> Self {
        let address = account.name().into_owned();
        Self { said: "MICROSOFT_AUTH_SUCCESS", account: account.id, address, road: account.road }
    }
}
