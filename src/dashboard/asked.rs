//! What a page is asked with.

use super::refusal::Refusal;
use crate::model::{
    AccountId, AttemptId, ContactId, ContactMatchId, DashboardSessionId, MessageId, SignInId, TokenId,
};
use axum::extract::{self, FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

/// What a form has sent.
pub(super) struct Sent<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Sent<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let sent = axum::Form::<T>::from_request(request, state).await;
        sent.map(|form| Self(form.0)).map_err(|_| Refusal::misread())
    }
}

/// The parameters of an address.
pub(super) struct AskedWith<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for AskedWith<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let query = extract::Query::<T>::from_request_parts(parts, state).await;
        query.map(|query| Self(query.0)).map_err(|_| Refusal::misread())
    }
}

/// The account's id in the path.
pub(super) struct PageAccount(pub(super) AccountId);

impl<S: Send + Sync> FromRequestParts<S> for PageAccount {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let path = extract::RawPathParams::from_request_parts(parts, state).await;
        let id = path.ok().and_then(|path| AccountId::parse(path.iter().find(|(name, _)| *name == "id")?.1));
        id.map(Self).ok_or_else(Refusal::not_found)
    }
}

/// The id of a sign-in in the path.
pub(super) struct PageSession(pub(super) DashboardSessionId);

impl<S: Send + Sync> FromRequestParts<S> for PageSession {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let path = extract::Path::<String>::from_request_parts(parts, state).await;
        let id = path.ok().and_then(|path| DashboardSessionId::parse(&path.0));
        id.map(Self).ok_or_else(Refusal::not_found)
    }
}

/// The message's id in the path, behind its account's.
pub(super) struct PageMessage(pub(super) MessageId);

impl<S: Send + Sync> FromRequestParts<S> for PageMessage {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let id = behind(parts, state).await.and_then(|name| MessageId::parse(&name));
        id.map(Self).ok_or_else(Refusal::not_found)
    }
}

/// What is named in the path behind its account.
async fn behind<S: Send + Sync>(parts: &mut Parts, state: &S) -> Option<String> {
    let path = extract::Path::<(String, String)>::from_request_parts(parts, state).await;
    path.ok().map(|path| path.0.1)
}

/// The contact's id in the path, behind its account's.
pub(super) struct PageContact(pub(super) ContactId);

impl<S: Send + Sync> FromRequestParts<S> for PageContact {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let id = behind(parts, state).await.and_then(|name| ContactId::parse(&name));
        id.map(Self).ok_or_else(Refusal::not_found)
    }
}

/// The id of two contacts that may be one in the path, behind their account's.
pub(super) struct PageMatch(pub(super) ContactMatchId);

impl<S: Send + Sync> FromRequestParts<S> for PageMatch {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let id = behind(parts, state).await.and_then(|name| ContactMatchId::parse(&name));
        id.map(Self).ok_or_else(Refusal::not_found)
    }
}

/// The id of a token in the path.
pub(super) struct PageToken(pub(super) TokenId);

impl<S: Send + Sync> FromRequestParts<S> for PageToken {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let path = extract::Path::<String>::from_request_parts(parts, state).await;
        let id = path.ok().and_then(|path| TokenId::parse(&path.0));
        id.map(Self).ok_or_else(Refusal::not_found)
    }
}

/// The id of an attempt to connect with Microsoft in the path.
pub(super) struct PageAttempt(pub(super) AttemptId);

impl<S: Send + Sync> FromRequestParts<S> for PageAttempt {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let path = extract::Path::<String>::from_request_parts(parts, state).await;
        let id = path.ok().and_then(|path| AttemptId::parse(&path.0));
        id.map(Self).ok_or_else(Refusal::not_found)
    }
}

/// The id of a connect by password or code in the path.
pub(super) struct PageConnect(pub(super) SignInId);

impl<S: Send + Sync> FromRequestParts<S> for PageConnect {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let path = extract::Path::<String>::from_request_parts(parts, state).await;
        let id = path.ok().and_then(|path| SignInId::parse(&path.0));
        id.map(Self).ok_or_else(Refusal::not_found)
    }
}
