//! How pages look: as the system says, light or dark. The choice is a cookie, so that the first paint has it.

use super::asked::SentForm;
use super::entry::Visit;
use super::{cookie, sign_in};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::CookieJar;
use serde::Deserialize;

words! {
    /// How pages look.
    pub(super) enum Theme {
        /// As the system says.
        System = "system",
        /// Dark on light.
        Light = "light",
        /// Light on dark.
        Dark = "dark",
    }
}

impl Theme {
    /// What a browser keeps.
    pub(super) fn of(jar: &CookieJar) -> Self {
        cookie::theme(jar).and_then(Self::parse).unwrap_or(Self::System)
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Choice {
    theme: Theme,
    #[serde(default)]
    next: String,
}

/// Keeps the choice and shows the page again.
pub(super) async fn choose(visit: Visit, SentForm(choice): SentForm<Choice>) -> Response {
    let kept = [(header::SET_COOKIE, cookie::keep_theme(choice.theme.as_str(), visit.is_secure))];
    (kept, Redirect::to(sign_in::local(&choice.next))).into_response()
}
