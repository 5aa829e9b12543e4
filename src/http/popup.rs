//! The popup of a sign-in: `…/start`, which its one-time handle opens, and `…/callback`, which state and
//! cookie do.

use super::asked::Query;
use super::{Edge, page};
use crate::desk::{POPUP_LIFE, PopupReturned};
use crate::secret::ExposeSecret;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub(super) struct Handle {
    h: Option<String>,
}

/// Ties the popup to its sign-in and sends it on to Microsoft.
pub(super) async fn start(State(edge): State<Edge>, Query(handle): Query<Handle>) -> Response {
    match edge.desk.bind_popup(handle.h.as_deref().unwrap_or_default()).await {
        Ok(bound) => {
            let cookie = cookie(&bound.cookie, bound.value.expose_secret(), POPUP_LIFE.as_secs());
            let headers = [(header::LOCATION, bound.location.into()), (header::SET_COOKIE, cookie)];
            (StatusCode::SEE_OTHER, headers).into_response()
        }
        Err(error) => page::failed(&error.into(), None),
    }
}

/// Takes Microsoft's answer.
pub(super) async fn callback(
    State(edge): State<Edge>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let cookies: Vec<_> =
        headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok()).collect();
    match edge.desk.finish_popup(&query.unwrap_or_default(), &cookies.join("; ")).await {
        Ok(PopupReturned { cookie: name, opener, end }) => {
            let gone = [(header::SET_COOKIE, cookie(&name, "", 0))];
            let page = match end {
                Ok(account) => page::connected(&account, opener.as_deref()),
                Err(error) => page::failed(&error.into(), opener.as_deref()),
            };
            (gone, page).into_response()
        }
        Err(error) => page::failed(&error.into(), None),
    }
}

/// Of this host alone, over https, not for scripts; sent when Microsoft sends the popup back, which is a
/// navigation. The browser keeps it for so many seconds.
fn cookie(name: &str, value: &str, life: u64) -> String {
    format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={life}")
}
