//! What the page's service worker exchanges with the server: the same calls, in a form that shows no JSON, as in
//! a live session of 2026-03. The form itself is invented; the real one is not known.

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;
use serde::Deserialize;
use std::collections::BTreeMap;

use super::http;
use crate::sim::Sim;

/// One call of the page, as its worker wraps it.
#[derive(Default, Deserialize)]
struct Wrapped {
    url: String,
    headers: BTreeMap<String, String>,
    body: Option<String>,
}

pub(super) async fn sync(State(sim): State<Sim>, request: Request) -> Response {
    let authorization = request.headers().get(header::AUTHORIZATION).cloned();
    let bytes = to_bytes(request.into_body(), http::MOST_BODY).await.unwrap_or_default();
    let wrapped: Wrapped = serde_json::from_slice(&veiled(&bytes)).unwrap_or_default();
    let mut call = Request::post(&wrapped.url);
    for (name, value) in &wrapped.headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse::<HeaderValue>()) {
            call = call.header(name, value);
        }
    }
    if let Some(authorization) = authorization {
        call = call.header(header::AUTHORIZATION, authorization);
    }
    let call = call.body(Body::from(wrapped.body.unwrap_or_default())).unwrap_or_default();
    let (mut head, body) = http::routed(sim, call).await.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    head.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    Response::from_parts(head, Body::from(veiled(&body)))
}

fn veiled(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().map(|byte| byte ^ 0x5a).collect()
}
