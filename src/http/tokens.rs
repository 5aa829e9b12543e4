//! `/v1/tokens`: tokens for this API, listed, made and revoked. None gives more than its maker has.

use super::Edge;
use super::asked::{JsonBody, TokenInPath};
use super::caller::Caller;
use super::problem::Problem;
use super::shapes::exposed;
use crate::desk::{TokenFault, TokenSeen, TokenWish};
use crate::model::{ApiToken, Networks, Resource, Scope};
use crate::secret::{ExposeSecret, SecretText};
use crate::token::hash;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Tokens, without themselves.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TokenList {
    tokens: Vec<TokenSeen>,
}

/// What a token shall be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TokenAsked {
    /// What it is for.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// What it may do: of what its maker may.
    #[schema(min_items = 1)]
    scopes: Vec<Scope>,
    /// The one user whose accounts it reaches; the maker's own where they are bound to one.
    #[serde(default)]
    owner: Option<String>,
    /// The one account whose routes it opens, by its address, login or id, and no other route.
    #[serde(default)]
    account: Option<String>,
    /// With the scope `tokens`: the one resource whose access tokens it is given.
    #[serde(default)]
    resource: Option<Resource>,
    /// Where it may be used from, such as `192.0.2.0/24`; from anywhere where none is named.
    #[serde(default)]
    networks: Vec<String>,
    /// How often it may be used in any hour.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 10_000)]
    uses_per_hour: Option<u32>,
    /// From when on it is refused: in a year at the latest.
    expires_at: DateTime<Utc>,
}

/// A token that was made just now. It is shown once, but for the same request again under its key.
#[derive(Serialize, ToSchema)]
pub(super) struct TokenMade {
    #[serde(serialize_with = "exposed")]
    #[schema(value_type = String)]
    token: SecretText,
    #[serde(flatten)]
    described: ApiToken,
}

/// List the tokens for this API, without themselves
///
/// A caller who is bound to a user sees those of that user.
#[utoipa::path(
    get,
    path = "/v1/tokens",
    operation_id = "listTokens",
    tag = "tokens",
    responses((status = 200, description = "The oldest first, also those that have expired.", body = TokenList))
)]
pub(super) async fn list(State(edge): State<Edge>, caller: Caller) -> Result<Json<TokenList>, Problem> {
    Ok(Json(TokenList { tokens: edge.desk.given_tokens(&caller.actor).await? }))
}

/// Make a token for this API
///
/// It gives nothing that its maker has not: no scope, no user, no network and no day; 403 `too_much`. A token of one account
/// or of so many uses an hour makes none.
#[utoipa::path(
    post,
    path = "/v1/tokens",
    operation_id = "makeToken",
    tag = "tokens",
    request_body = TokenAsked,
    responses((status = 201, description = "The token. It is shown once, but for the same request again under its key.", body = TokenMade))
)]
pub(super) async fn make(
    State(edge): State<Edge>,
    caller: Caller,
    JsonBody(asked): JsonBody<TokenAsked>,
) -> Result<(StatusCode, Json<TokenMade>), Problem> {
    let wish = asked.wish(edge.desk.now()).map_err(|why| Problem::wrong("bad_body", why))?;
    let (token, described) = edge.desk.give_token(&caller.actor, &caller.maker(), wish).await?;
    // The list of those that there are may have been read a moment ago: it is no guess meanwhile.
    edge.known.learn(hash(token.expose_secret()), described.limits.networks.clone());
    Ok((StatusCode::CREATED, Json(TokenMade { token, described })))
}

/// Revoke a token: from the next request on it is refused
#[utoipa::path(
    delete,
    path = "/v1/tokens/{token}",
    operation_id = "revokeToken",
    tag = "tokens",
    responses((status = 200, description = "What it was.", body = ApiToken))
)]
pub(super) async fn revoke(
    State(edge): State<Edge>,
    caller: Caller,
    TokenInPath(id): TokenInPath,
) -> Result<Json<ApiToken>, Problem> {
    Ok(Json(edge.desk.revoke_token(&caller.actor, id.as_str()).await?))
}

impl TokenAsked {
    /// What is wished for, or what is wrong with it.
    fn wish(self, now: DateTime<Utc>) -> Result<TokenWish, &'static str> {
        let Self { name, scopes, owner, account, resource, networks, uses_per_hour, expires_at } = self;
        let networks = networks.iter().map(|network| network.parse::<Networks>());
        let networks = networks.collect::<Result<_, _>>().map_err(|_| told(TokenFault::Networks))?;
        let (name, scopes) = (name.trim().to_owned(), scopes.into_iter().collect());
        let wish = TokenWish { name, scopes, owner, account, resource, networks, uses_per_hour, expires_at };
        wish.fault(now).map_or(Ok(wish), |fault| Err(told(fault)))
    }
}

/// What is said of a wish that cannot be.
const fn told(fault: TokenFault) -> &'static str {
    match fault {
        TokenFault::Name | TokenFault::Scopes => {
            "a token has a name in at most 200 visible characters, and a scope"
        }
        TokenFault::Owner => "owner is no id of a user",
        TokenFault::Account => "account is none that there is",
        TokenFault::Networks => "networks are written as 192.0.2.0/24",
        TokenFault::Uses => "uses_per_hour is from 1 to 10000",
        TokenFault::Expiry => "expires_at is within a year",
    }
}
