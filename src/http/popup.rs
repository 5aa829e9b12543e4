//! The popup of a sign-in: `…/start`, where the person sees who asks and goes on, and `…/callback`, which
//! state and cookie open. Strangers may ask: what they make up is slowed.

use super::asked::Query;
use super::problem::{Problem, ProblemDetails};
use super::refused::Peer;
use super::{Edge, page};
use crate::desk::{POPUP_LIFE, PopupReturned};
use crate::secret::ExposeSecret;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use url::Url;
use utoipa::IntoParams;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Handle {
    /// The one-time handle of the address that was made for the popup.
    #[serde(default)]
    h: String,
}

/// Show the person who asks, with a button that goes on
#[utoipa::path(get,
    path = "/v1/integrations/outlook/start",
    operation_id = "showPopup",
    tag = "sign-in",
    params(Handle),
    responses(
        (status = 200, description = "The page.", body = String, content_type = "text/html"),
        (
            status = "default",
            description = "A page that says why not, or what is wrong with the request.",
            content((String = "text/html"), (ProblemDetails = "application/problem+json"))
        ),
    ))]
pub(super) async fn ask(State(edge): State<Edge>, peer: Peer, Query(handle): Query<Handle>) -> Response {
    let asked = edge.looked(peer, async { Ok(edge.desk.popup_asked(&handle.h).await?) }).await;
    asked.map_or_else(|problem| page::failed(&problem), |asked| page::asked(&asked))
}

/// Tie the popup to its sign-in and send it on to Microsoft
#[utoipa::path(post,
    path = "/v1/integrations/outlook/start",
    operation_id = "bindPopup",
    tag = "sign-in",
    params(Handle),
    responses(
        (status = 200, description = "The page that goes on.", body = String, content_type = "text/html"),
        (
            status = "default",
            description = "A page that says why not, or what is wrong with the request.",
            content((String = "text/html"), (ProblemDetails = "application/problem+json"))
        ),
    ))]
pub(super) async fn start(
    State(edge): State<Edge>,
    peer: Peer,
    Query(handle): Query<Handle>,
    headers: HeaderMap,
) -> Response {
    let bound = edge.looked(peer, bind(&edge, &handle.h, &headers)).await;
    bound.unwrap_or_else(|problem| page::failed(&problem))
}

impl Edge {
    /// What came of a look at a handle. One that is not good was a guess.
    async fn looked<T>(
        &self,
        peer: Peer,
        work: impl Future<Output = Result<T, Problem>>,
    ) -> Result<T, Problem> {
        let look = self.refusals.look(peer).await.map_err(Problem::too_many_links)?;
        let done = work.await;
        match &done {
            Err(problem) if problem.status().is_client_error() => look.wrong().await,
            Ok(_) | Err(_) => look.good(),
        }
        done
    }
}

/// A page of the CRM's may post into the popup itself. Another's may not: whoever came by a link has to see
/// who asks.
async fn bind(edge: &Edge, handle: &str, headers: &HeaderMap) -> Result<Response, Problem> {
    let origin = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
    if !origin.is_some_and(|origin| edge.access.popup.as_ref().is_some_and(|popup| popup.admits(origin))) {
        return Err(Problem::unknown_origin());
    }
    let bound = edge.desk.bind_popup(handle).await?;
    let cookie = cookie(&bound.cookie, bound.value.expose_secret(), POPUP_LIFE.as_secs());
    Ok(([(header::SET_COOKIE, cookie)], page::going_on(&bound.location)).into_response())
}

/// Take Microsoft's answer, and send the popup back
///
/// Microsoft sends the browser here; a cookie of the same browser opens it.
#[utoipa::path(get,
    path = "/v1/integrations/outlook/callback",
    operation_id = "endPopup",
    tag = "sign-in",
    params(
        ("state" = String, Query, description = "Which sign-in it is."),
        ("code" = Option<String>, Query, description = "What the tokens are had for."),
        ("error" = Option<String>, Query, description = "Why there is no code.")
    ),
    responses(
        (status = 200, description = "A page that tells the CRM's how to finish.", body = String, content_type = "text/html"),
        (status = 303, description = "Back to a page of the CRM's.", headers(("Location" = String))),
        (
            status = "default",
            description = "A page that says why not, or what is wrong with the request.",
            content((String = "text/html"), (ProblemDetails = "application/problem+json"))
        ),
    ))]
pub(super) async fn callback(
    State(edge): State<Edge>,
    peer: Peer,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let cookies: Vec<_> =
        headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok()).collect();
    let (query, cookies) = (query.unwrap_or_default(), cookies.join("; "));
    let is_secure = edge.access.popup.as_ref().is_none_or(|popup| popup.redirect_uri.scheme() == "https");
    let returned = async { Ok(edge.desk.popup_returned(&query, &cookies, is_secure).await?) };
    match edge.looked(peer, returned).await {
        Ok(returned) => {
            let gone = [(header::SET_COOKIE, cookie(&returned.cookie, "", 0))];
            (gone, back(&edge, &returned)).into_response()
        }
        Err(problem) => page::failed(&problem),
    }
}

/// The page of the CRM's that the configuration names, or of the dashboard; else ours, which tells it.
fn back(edge: &Edge, returned: &PopupReturned) -> Response {
    let place = edge.access.popup.as_ref().and_then(|popup| popup.return_to(&returned.opener));
    match place {
        Some(place) => {
            let to = with_finish(place, returned);
            (StatusCode::SEE_OTHER, [(header::LOCATION, String::from(to))]).into_response()
        }
        None => page::signed_in(returned),
    }
}

fn with_finish(mut place: Url, returned: &PopupReturned) -> Url {
    place
        .query_pairs_mut()
        .append_pair("finish", returned.finish.expose_secret())
        .append_pair("attempt", returned.attempt.as_str());
    place
}

/// Of this host alone, over https where its name says so, not for scripts; sent when Microsoft sends the popup back, which
/// is a navigation. The browser keeps it for so many seconds.
pub(crate) fn cookie(name: &str, value: &str, life: u64) -> String {
    let secure = if name.starts_with("__Host-") { "; Secure" } else { "" };
    format!("{name}={value}; Path=/{secure}; HttpOnly; SameSite=Lax; Max-Age={life}")
}
