//! What a page is asked with.

use super::refusal::PageRefusal;
use crate::model::{
    AccountId, AttemptId, ContactId, ContactMatchId, DashboardSessionId, MessageId, SignInId, TokenId,
};
use axum::extract::{self, FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

/// What a form has sent.
pub(super) struct SentForm<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for SentForm<T> {
    type Rejection = PageRefusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, PageRefusal> {
        let sent = axum::Form::<T>::from_request(request, state).await;
        sent.map(|form| Self(form.0)).map_err(|_| PageRefusal::misread())
    }
}

/// The parameters of an address.
pub(super) struct AskedWith<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for AskedWith<T> {
    type Rejection = PageRefusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, PageRefusal> {
        let query = extract::Query::<T>::from_request_parts(parts, state).await;
        query.map(|query| Self(query.0)).map_err(|_| PageRefusal::misread())
    }
}

/// Extractors of an id out of the path, by the name that the table of pages gives its place.
macro_rules! ids_in_path {
    ($($(#[$doc:meta])* $name:ident($id:ty) at $place:literal;)*) => {$(
        $(#[$doc])*
        pub(super) struct $name(pub(super) $id);

        impl<S: Send + Sync> FromRequestParts<S> for $name {
            type Rejection = PageRefusal;

            async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, PageRefusal> {
                let path = extract::RawPathParams::from_request_parts(parts, state).await.ok();
                let id = path.and_then(|path| <$id>::parse(path.iter().find(|(name, _)| *name == $place)?.1));
                id.map(Self).ok_or_else(PageRefusal::not_found)
            }
        }
    )*};
}

ids_in_path! {
    /// The account's id.
    PageAccount(AccountId) at "id";
    /// The id of a sign-in.
    PageSession(DashboardSessionId) at "session";
    /// The message's id.
    PageMessage(MessageId) at "message";
    /// The contact's id.
    PageContact(ContactId) at "contact";
    /// The id of two contacts that may be one.
    PageMatch(ContactMatchId) at "match";
    /// The id of a token.
    PageToken(TokenId) at "token";
    /// The id of an attempt to connect with Microsoft.
    PageAttempt(AttemptId) at "attempt";
    /// The id of a connect by password or code.
    PageConnect(SignInId) at "connect";
}

/// Cuts what one more than a page has to a page; the last of it, where there are more.
pub(super) fn cut<T>(rows: &mut Vec<T>, page: u32) -> Option<&T> {
    let page = page as usize;
    let is_more = rows.len() > page;
    rows.truncate(page);
    rows.last().filter(|_| is_more)
}
