//! `POST /v1/dashboard-cards`: an address that a page of the CRM's frames, with how a user's mailboxes do.

use super::Edge;
use super::asked::JsonBody;
use super::caller::Caller;
use super::dashboard_links::base;
use super::problem::Problem;
use crate::secret::ExposeSecret;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use url::Url;
use utoipa::ToSchema;

/// Whose card, for which page.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CardWish {
    /// The user, where the caller is bound to none.
    user: Option<String>,
    /// The origin of the page that frames it: one of `oauth.openers`.
    origin: String,
}

/// A card that was made just now.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CardGiven {
    /// The address of the frame.
    url: Url,
    /// From when on it shows nothing.
    expires_at: DateTime<Utc>,
}

/// Make an address that a page of the CRM's frames, with how a user's mailboxes do
///
/// It shows and does nothing: what acts opens the dashboard in a window. Whoever has the address sees it, for an hour. A token that
/// is narrowed by more than its user makes none (403 `narrow_token`).
#[utoipa::path(
    post,
    path = "/v1/dashboard-cards",
    operation_id = "makeDashboardCard",
    tag = "sign-in",
    request_body = CardWish,
    responses((status = 201, description = "Where the card is.", body = CardGiven))
)]
pub(super) async fn make(
    State(edge): State<Edge>,
    caller: Caller,
    headers: HeaderMap,
    JsonBody(CardWish { user, origin }): JsonBody<CardWish>,
) -> Result<(StatusCode, Json<CardGiven>), Problem> {
    if !caller.maker().limits.is_none() {
        edge.refused(&caller.actor, "is narrowed").await;
        return Err(Problem::narrow("the token is narrowed, and a card is not"));
    }
    let popup = edge.access.popup.as_ref();
    if !popup.is_some_and(|popup| popup.openers.contains(&origin)) {
        return Err(Problem::wrong("bad_origin", "origin is none of oauth.openers"));
    }
    let mut url = base(&edge.access, &headers).ok_or_else(Problem::unknown_host)?;
    let (handle, card) = edge.desk.owner_card(&caller.actor, user.as_deref(), origin).await?;
    url.set_path(&format!("/ui/embed/{}", handle.expose_secret()));
    Ok((StatusCode::CREATED, Json(CardGiven { url, expires_at: card.expires_at })))
}
