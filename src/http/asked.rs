//! What a request is asked with. What cannot be understood is answered as everything else is.

use super::problem::Problem;
use crate::model::AccountId;
use axum::extract::{self, FromRequestParts};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

/// The parameters of an address; one that cannot be understood is answered with a `Problem`.
pub(super) struct Query<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let query = extract::Query::from_request_parts(parts, state).await;
        query
            .map(|query| Self(query.0))
            .map_err(|_| Problem::wrong("bad_query", "the query cannot be understood"))
    }
}

/// The account's id in the path.
pub(super) struct AccountInPath(pub(super) AccountId);

impl<S: Send + Sync> FromRequestParts<S> for AccountInPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = extract::Path::<String>::from_request_parts(parts, state).await;
        path.map(|path| Self(path.0.into())).map_err(|_| Problem::no_such_account())
    }
}
