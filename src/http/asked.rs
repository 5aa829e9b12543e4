//! What a request is asked with. What cannot be understood is answered as everything else is.

use super::problem::Problem;
use crate::desk::DeskError;
use crate::model::{AccountId, AttemptId, ContactId, ContactMatchId, MessageId, OutboxId, SignInId, TokenId};
use axum::extract::{self, FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

/// The parameters of an address; one that cannot be understood is answered with a `Problem`.
pub(super) struct Query<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let query = extract::Query::from_request_parts(parts, state).await;
        query.map(|query| Self(query.0)).map_err(|refused| Problem::bad_query(&refused.body_text()))
    }
}

/// The account's id in the path.
pub(super) struct AccountInPath(pub(super) AccountId);

impl<S: Send + Sync> FromRequestParts<S> for AccountInPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = extract::Path::<String>::from_request_parts(parts, state).await;
        let id = path.ok().and_then(|path| AccountId::parse(&path.0));
        id.map(Self).ok_or_else(Problem::no_such_account)
    }
}

/// The id of an attempt to connect in the path.
pub(super) struct AttemptInPath(pub(super) AttemptId);

impl<S: Send + Sync> FromRequestParts<S> for AttemptInPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = extract::Path::<String>::from_request_parts(parts, state).await;
        let id = path.ok().and_then(|path| AttemptId::parse(&path.0));
        id.map(Self).ok_or_else(Problem::no_such_attempt)
    }
}

/// The id of a connect in the path.
pub(super) struct ConnectInPath(pub(super) SignInId);

impl<S: Send + Sync> FromRequestParts<S> for ConnectInPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = extract::Path::<String>::from_request_parts(parts, state).await;
        let id = path.ok().and_then(|path| SignInId::parse(&path.0));
        id.map(Self).ok_or_else(|| DeskError::SignInLost.into())
    }
}

/// The id of a token in the path.
pub(super) struct TokenInPath(pub(super) TokenId);

impl<S: Send + Sync> FromRequestParts<S> for TokenInPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = extract::Path::<String>::from_request_parts(parts, state).await;
        let named = path.map(|path| path.0).unwrap_or_default();
        TokenId::parse(&named).map(Self).ok_or_else(|| DeskError::NoSuchToken(named).into())
    }
}

/// The ids of an account and of a contact in the path.
pub(super) struct ContactInPath {
    pub(super) account: AccountId,
    pub(super) contact: ContactId,
}

impl<S: Send + Sync> FromRequestParts<S> for ContactInPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let (account, contact) = ids(parts, state).await?;
        match ContactId::parse(&contact) {
            Some(contact) => Ok(Self { account, contact }),
            None => Err(DeskError::NoSuchContact(contact).into()),
        }
    }
}

/// The account's id in the path, and whose mail is meant, by their address.
pub(super) struct AddressInPath {
    pub(super) account: AccountId,
    pub(super) address: String,
}

impl<S: Send + Sync> FromRequestParts<S> for AddressInPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let (account, address) = ids(parts, state).await?;
        Ok(Self { account, address })
    }
}

/// The account's id in the path, and what is named of it.
async fn ids<S: Send + Sync>(parts: &mut Parts, state: &S) -> Result<(AccountId, String), Problem> {
    let path = extract::Path::<(String, String)>::from_request_parts(parts, state).await;
    let ids = path.ok().and_then(|path| Some((AccountId::parse(&path.0.0)?, path.0.1)));
    ids.ok_or_else(Problem::no_such_account)
}

/// The ids of an account and of a message in the path.
pub(super) struct MessageInPath {
    pub(super) account: AccountId,
    pub(super) message: MessageId,
}

impl<S: Send + Sync> FromRequestParts<S> for MessageInPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let (account, message) = ids(parts, state).await?;
        match MessageId::parse(&message) {
            Some(message) => Ok(Self { account, message }),
            None => Err(DeskError::NoSuchMessage(message).into()),
        }
    }
}

/// What hangs on a message, by the ids of its account and its message, and its place from 0 on.
pub(super) struct AttachmentInPath {
    pub(super) account: AccountId,
    pub(super) message: MessageId,
    pub(super) position: u32,
}

impl<S: Send + Sync> FromRequestParts<S> for AttachmentInPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = extract::Path::<(String, String, String)>::from_request_parts(parts, state).await;
        let (account, message, position) = path.map(|path| path.0).unwrap_or_default();
        let account = AccountId::parse(&account).ok_or_else(Problem::no_such_account)?;
        let message = MessageId::parse(&message).ok_or(DeskError::NoSuchMessage(message))?;
        // As no list that is kept is: nothing hangs there.
        let position = position.parse().unwrap_or(u32::MAX);
        Ok(Self { account, message, position })
    }
}

/// The ids of an account and of a message that it sends in the path.
pub(super) struct OutboxInPath {
    pub(super) account: AccountId,
    pub(super) entry: OutboxId,
}

impl<S: Send + Sync> FromRequestParts<S> for OutboxInPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let (account, entry) = ids(parts, state).await?;
        match OutboxId::parse(&entry) {
            Some(entry) => Ok(Self { account, entry }),
            None => Err(DeskError::NoSuchSending(entry).into()),
        }
    }
}

/// The ids of an account and of two contacts that may be one in the path.
pub(super) struct MatchInPath {
    pub(super) account: AccountId,
    pub(super) found: ContactMatchId,
}

impl<S: Send + Sync> FromRequestParts<S> for MatchInPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let (account, found) = ids(parts, state).await?;
        match ContactMatchId::parse(&found) {
            Some(found) => Ok(Self { account, found }),
            None => Err(DeskError::NoSuchMatch(found.into()).into()),
        }
    }
}

/// What is sent as a JSON object.
pub(super) struct JsonBody<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let body = axum::Json::<Map<String, Value>>::from_request(request, state).await;
        let body = body.map_err(|why| Problem::bad_body(why.status(), why.body_text()))?;
        let body = serde_json::from_value(body.0.into());
        body.map(Self).map_err(|why| Problem::bad_body(StatusCode::BAD_REQUEST, why.to_string()))
    }
}

/// A member that may be left out, and is no null where it is not.
pub(super) fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}
