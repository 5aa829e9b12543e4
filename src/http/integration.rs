//! `/v1/integrations/outlook/…` for the CRM's pages: an address for the popup, the popup's end, how the
//! attempt and the connection stand, the connection's end.

use super::Edge;
use super::asked::{AttemptInPath, JsonBody, Query};
use super::caller::Caller;
use super::problem::Problem;
use super::settings::Popup;
use super::shapes::{AttemptCard, Connected, ConnectionStatus, PopupAddress};
use crate::desk::{ConnectionNamed, Disconnected, POPUP_LIFE, PopupWish};
use crate::model::{AccountId, ContactsEnd};
use crate::secret::{ExposeSecret, secret};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// The longest address of a mailbox (RFC 5321: 64 before the `@`, 255 after it).
const LONGEST_ADDRESS: usize = 320;

/// What a popup is asked for with.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PopupQuery {
    /// Names one account.
    account: Option<String>,
    /// The user, where the caller is bound to none.
    user: Option<String>,
    /// The origin of the page that opens the popup.
    origin: Option<String>,
    /// An address of the mailbox that it must be; empty for whichever the person has.
    expect: Option<String>,
}

/// Which connection is meant.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct StatusQuery {
    /// Names one account.
    account: Option<String>,
    /// The user, where the caller is bound to none.
    user: Option<String>,
}

/// What a disconnect is asked with.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct DisconnectQuery {
    /// Names one account.
    account: Option<String>,
    /// The user, where the caller is bound to none.
    user: Option<String>,
    /// What becomes of the contacts.
    #[serde(default)]
    #[param(inline)]
    contacts: ContactsEnd,
}

impl From<PopupQuery> for ConnectionNamed {
    fn from(asked: PopupQuery) -> Self {
        Self { account: asked.account.map(AccountId::from), user: asked.user }
    }
}

/// Begin a sign-in at Microsoft: an address of ours, to be opened in a popup
#[utoipa::path(get,
    path = "/v1/integrations/outlook/auth-url",
    operation_id = "beginPopup",
    tag = "sign-in",
    params(PopupQuery),
    responses((status = 200, description = "The address, and the attempt under which its end is asked for.", body = PopupAddress)))]
pub(super) async fn auth_url(
    State(edge): State<Edge>,
    caller: Caller,
    Query(asked): Query<PopupQuery>,
    headers: HeaderMap,
) -> Result<Json<PopupAddress>, Problem> {
    let popup = edge.access.popup.as_ref().ok_or_else(Problem::no_popup)?;
    let opener = opener(popup, asked.origin.as_deref(), &headers).ok_or_else(Problem::unknown_origin)?;
    let expected = expected(&caller, &asked)
        .map_err(|_| Problem::wrong("bad_expect", "expect is not the address of a mailbox"))?;
    let redirect_uri = popup.redirect_uri.clone();
    let wish = PopupWish { name: caller.name, expected, opener, redirect_uri };
    let begun = edge.desk.begin_popup(&caller.actor, &asked.into(), wish).await?;
    let mut url = popup.start();
    url.query_pairs_mut().append_pair("h", begun.handle.expose_secret());
    Ok(Json(PopupAddress { url, attempt: begun.attempt, expires_in: POPUP_LIFE.as_secs() }))
}

/// The page that is named, by the query or by itself; where none is, the only one there is.
fn opener(popup: &Popup, named: Option<&str>, headers: &HeaderMap) -> Option<String> {
    let origin = named.or_else(|| headers.get(header::ORIGIN)?.to_str().ok());
    let opener = match (origin.map(|origin| origin.trim_end_matches('/')), popup.openers.as_slice()) {
        (Some(origin), openers) => openers.iter().find(|opener| *opener == origin),
        (None, [only]) => Some(only),
        (None, _) => None,
    };
    opener.cloned()
}

/// What was asked for is not the address of a mailbox.
struct NoAddress;

/// The mailbox that is asked for; else, of who connects none again, the one that the CRM knows of the user.
fn expected(caller: &Caller, asked: &PopupQuery) -> Result<Option<String>, NoAddress> {
    match asked.expect.as_deref() {
        Some("") => Ok(None),
        Some(address) if is_address(address) => Ok(Some(address.to_lowercase())),
        Some(_) => Err(NoAddress),
        None if asked.account.is_some() => Ok(None),
        None => Ok(caller.email.as_ref().filter(|email| is_address(email)).map(|email| email.to_lowercase())),
    }
}

fn is_address(text: &str) -> bool {
    let shown = |c: char| !c.is_control() && !c.is_whitespace();
    text.len() <= LONGEST_ADDRESS && text.contains('@') && text.chars().all(shown)
}

/// What is sent to finish a sign-in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FinishBody {
    /// What the popup brought back.
    finish: String,
}

/// Whose sign-in is finished.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct FinishQuery {
    /// The user, where the caller is bound to none.
    user: Option<String>,
}

/// Finish a sign-in that the caller's user has begun
#[utoipa::path(post,
    path = "/v1/integrations/outlook/finish",
    operation_id = "finishPopup",
    tag = "sign-in",
    params(FinishQuery),
    request_body = FinishBody,
    responses((status = 200, description = "The mailbox is connected.", body = Connected)))]
pub(super) async fn finish(
    State(edge): State<Edge>,
    caller: Caller,
    Query(asked): Query<FinishQuery>,
    JsonBody(body): JsonBody<FinishBody>,
) -> Result<Json<Connected>, Problem> {
    let account = edge.desk.finish_popup(&caller.actor, asked.user.as_deref(), secret(body.finish)).await?;
    Ok(Json(account.into()))
}

/// Show how an attempt to connect stands
#[utoipa::path(get,
    path = "/v1/integrations/outlook/attempts/{attempt}",
    operation_id = "getAttempt",
    tag = "sign-in",
    responses((status = 200, description = "How it stands.", body = AttemptCard)))]
pub(super) async fn attempt(
    State(edge): State<Edge>,
    caller: Caller,
    AttemptInPath(id): AttemptInPath,
) -> Result<Json<AttemptCard>, Problem> {
    let found = edge.desk.attempt(&caller.actor, &id).await?;
    found.map(|attempt| Json(attempt.into())).ok_or_else(Problem::no_such_attempt)
}

/// End an attempt to connect, and say how it stands
#[utoipa::path(delete,
    path = "/v1/integrations/outlook/attempts/{attempt}",
    operation_id = "cancelAttempt",
    tag = "sign-in",
    responses((status = 200, description = "Ended, or as it was where it had ended.", body = AttemptCard)))]
pub(super) async fn cancel(
    State(edge): State<Edge>,
    caller: Caller,
    AttemptInPath(id): AttemptInPath,
) -> Result<Json<AttemptCard>, Problem> {
    let found = edge.desk.cancel_attempt(&caller.actor, &id).await?;
    found.map(|attempt| Json(attempt.into())).ok_or_else(Problem::no_such_attempt)
}

/// Show how the connection by OAuth stands
#[utoipa::path(get,
    path = "/v1/integrations/outlook/status",
    operation_id = "getConnection",
    tag = "sign-in",
    params(StatusQuery),
    responses((status = 200, description = "Whether there is one, and which.", body = ConnectionStatus)))]
pub(super) async fn status(
    State(edge): State<Edge>,
    caller: Caller,
    Query(StatusQuery { account, user }): Query<StatusQuery>,
) -> Result<Json<ConnectionStatus>, Problem> {
    let named = ConnectionNamed { account: account.map(AccountId::from), user };
    Ok(Json(edge.desk.connection(&caller.actor, &named).await?.into()))
}

/// End the connection by OAuth
///
/// Doing it again is no error.
#[utoipa::path(delete,
    path = "/v1/integrations/outlook/disconnect",
    operation_id = "endConnection",
    tag = "sign-in",
    params(DisconnectQuery),
    responses((status = 200, description = "What was destroyed.", body = Disconnected)))]
pub(super) async fn disconnect(
    State(edge): State<Edge>,
    caller: Caller,
    Query(asked): Query<DisconnectQuery>,
) -> Result<Json<Disconnected>, Problem> {
    let DisconnectQuery { account, user, contacts } = asked;
    let named = ConnectionNamed { account: account.map(AccountId::from), user };
    Ok(Json(edge.desk.end_connection(&caller.actor, &named, contacts).await?))
}
