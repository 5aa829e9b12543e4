//! `/v1/integrations/outlook/…` for the CRM's pages: an address for the popup, how the connection stands, its
//! end.

use super::Edge;
use super::asked::Query;
use super::caller::Caller;
use super::problem::Problem;
use super::shapes::{ConnectionStatus, PopupAddress};
use crate::desk::{ConnectionNamed, Disconnected, POPUP_LIFE, PopupPlace};
use crate::model::AccountId;
use crate::secret::ExposeSecret;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use serde::Deserialize;

/// What the routes are asked with.
#[derive(Debug, Deserialize)]
pub(super) struct PopupQuery {
    /// Names one account.
    account: Option<String>,
    /// The user, where the caller is bound to none.
    user: Option<String>,
    /// The origin of the page that opens the popup.
    origin: Option<String>,
}

impl From<PopupQuery> for ConnectionNamed {
    fn from(asked: PopupQuery) -> Self {
        Self { account: asked.account.map(AccountId::from), user: asked.user }
    }
}

/// A new address of ours, to be opened in a popup.
pub(super) async fn auth_url(
    State(edge): State<Edge>,
    caller: Caller,
    Query(asked): Query<PopupQuery>,
    headers: HeaderMap,
) -> Result<Json<PopupAddress>, Problem> {
    let popup = edge.access.popup.as_ref().ok_or_else(|| {
        Problem::wrong("no_redirect_uri", "sign-in in a popup is not set up: oauth.redirect_uri is not set")
    })?;
    let origin = asked.origin.as_deref().or_else(|| headers.get(header::ORIGIN)?.to_str().ok());
    let opener = origin.map(|origin| origin.trim_end_matches('/').to_owned());
    if opener.as_ref().is_some_and(|origin| !popup.openers.contains(origin)) {
        return Err(Problem::wrong("unknown_origin", "the page's origin is not one of oauth.openers"));
    }
    let place = PopupPlace { opener, redirect_uri: popup.redirect_uri.clone() };
    let handle = edge.desk.begin_popup(&caller.actor, &asked.into(), place).await?;
    let mut url = popup.start();
    url.query_pairs_mut().append_pair("h", handle.expose_secret());
    Ok(Json(PopupAddress { url, expires_in: POPUP_LIFE.as_secs() }))
}

/// How the connection stands.
pub(super) async fn status(
    State(edge): State<Edge>,
    caller: Caller,
    Query(asked): Query<PopupQuery>,
) -> Result<Json<ConnectionStatus>, Problem> {
    Ok(Json(edge.desk.connection(&caller.actor, &asked.into()).await?.into()))
}

/// Ends the connection. Doing it again is no error.
pub(super) async fn disconnect(
    State(edge): State<Edge>,
    caller: Caller,
    Query(asked): Query<PopupQuery>,
) -> Result<Json<Disconnected>, Problem> {
    Ok(Json(edge.desk.end_connection(&caller.actor, &asked.into()).await?))
}
