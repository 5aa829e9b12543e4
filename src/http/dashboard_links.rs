//! `POST /v1/dashboard-links`: a link that lets a user of the CRM's into the dashboard once, to their own accounts.

use super::Edge;
use super::asked::JsonBody;
use super::caller::Caller;
use super::problem::Problem;
use super::settings::{Access, Popup};
use crate::desk::TokenMaker;
use crate::model::Scope;
use crate::secret::ExposeSecret;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use url::Url;
use utoipa::ToSchema;

/// Whom the link is for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LinkWish {
    /// The user, where the caller is bound to none.
    user: Option<String>,
    /// The page that they go back to: of an origin in `oauth.openers`.
    return_to: Option<String>,
}

/// A link that was made just now.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LinkGiven {
    /// To be opened in the user's browser. It is shown once.
    url: Url,
    /// From when on it opens nothing.
    expires_at: DateTime<Utc>,
}

/// Make a link that lets a user into the dashboard once, to their own accounts
///
/// The sign-in that it begins does all that the scopes `read`, `sync`, `contacts` and `admin` allow, from anywhere and for up
/// to seven days: the caller has all four (403 `insufficient_scope`), and a token that nothing narrows but its user (403
/// `narrow_token`).
#[utoipa::path(
    post,
    path = "/v1/dashboard-links",
    operation_id = "makeDashboardLink",
    tag = "sign-in",
    request_body = LinkWish,
    responses((status = 201, description = "The link, which is shown once.", body = LinkGiven))
)]
pub(super) async fn make(
    State(edge): State<Edge>,
    caller: Caller,
    headers: HeaderMap,
    JsonBody(wish): JsonBody<LinkWish>,
) -> Result<(StatusCode, Json<LinkGiven>), Problem> {
    if let Some((why, problem)) = barred(&caller) {
        edge.refused(&caller.actor, &why).await;
        return Err(problem);
    }
    let return_to = match &wish.return_to {
        Some(text) => Some(returning(edge.access.popup.as_ref(), text).ok_or_else(bad_return_to)?),
        None => None,
    };
    let mut url = base(&edge.access, &headers).ok_or_else(Problem::unknown_host)?;
    let user = wish.user.as_deref();
    let (secret, link) = edge.desk.owner_link(&caller.actor, user, return_to.map(String::from)).await?;
    url.set_path("/ui/link");
    url.query_pairs_mut().append_pair("k", secret.expose_secret());
    Ok((StatusCode::CREATED, Json(LinkGiven { url, expires_at: link.expires_at })))
}

/// What bars a caller from giving a sign-in: it would do more than they may.
fn barred(caller: &Caller) -> Option<(String, Problem)> {
    let TokenMaker { scopes, limits, .. } = caller.maker();
    let missing =
        [Scope::Read, Scope::Sync, Scope::Contacts].into_iter().find(|scope| !scopes.contains(*scope));
    if let Some(scope) = missing {
        return Some((format!("lacks the scope {}", scope.as_str()), caller.lacks(scope)));
    }
    let narrow = || Problem::narrow("the token is narrowed, and a sign-in to the dashboard is not");
    (!limits.is_none()).then(|| ("is narrowed".to_owned(), narrow()))
}

/// A page of an origin that may send people on.
fn returning(popup: Option<&Popup>, text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    // Who reads the way back reads a host, and no name before it.
    let is_plain = url.username().is_empty() && url.password().is_none();
    popup?.openers.contains(&url.origin().ascii_serialization()).then_some(url).filter(|_| is_plain)
}

fn bad_return_to() -> Problem {
    Problem::wrong("bad_return_to", "return_to is no page of an origin in oauth.openers")
}

/// Our public address, else the one that we were asked by.
pub(super) fn base(access: &Access, headers: &HeaderMap) -> Option<Url> {
    access.public_url.clone().or_else(|| {
        let host = headers.get(header::HOST)?.to_str().ok()?;
        Url::parse(&format!("http://{host}/")).ok()
    })
}
