//! `GET /v1/openapi.json` and `GET /v1/reference`: the description of all routes, for programs and for people. The
//! page is made of the same document, and has no script.

mod page;
mod schema;

pub(super) use page::{STYLE, with_code};

use super::openapi;
use crate::secret::{ExposeSecret, random};
use axum::http::header;
use axum::response::{Html, IntoResponse, Response};

/// Get this description (OpenAPI 3.1)
#[utoipa::path(
    get,
    path = "/v1/openapi.json",
    operation_id = "getOpenapi",
    tag = "service",
    responses((status = 200, description = "The description.", body = Value))
)]
pub(super) async fn document() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], openapi::openapi()).into_response()
}

/// Read this description as a page
#[utoipa::path(
    get,
    path = "/v1/reference",
    operation_id = "getReference",
    tag = "service",
    responses((status = 200, description = "The page.", body = String, content_type = "text/html"))
)]
pub(super) async fn show() -> Response {
    styled(|nonce| page::of(openapi::document(), nonce))
}

/// A page with the style of these, which its nonce lets in, and nothing else.
pub(super) fn styled(page: impl FnOnce(&str) -> String) -> Response {
    let nonce = random();
    let nonce = nonce.expose_secret();
    let policy = format!(
        "default-src 'none'; style-src 'nonce-{nonce}'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'"
    );
    let html = page(nonce);
    ([(header::CONTENT_SECURITY_POLICY, policy)], Html(html)).into_response()
}
