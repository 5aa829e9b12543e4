//! From an HTTP request to an HTTP answer: who asks, and what is logged.

use axum::body::{Body, to_bytes};
use axum::extract::{Query, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::response::Response;
use serde::Deserialize;
use tower::ServiceExt as _;

use super::actions::Seen;
use super::exchange::{Exchange, STARTUP};
use super::failures::Reply;
use super::{canary, fault};
use crate::cut::CutOff;
use crate::knobs::KeyOrder;
use crate::log::Entry;
use crate::sessions::{OWA_TOKEN, What};
use crate::signin::cookies;
use crate::sim::Sim;

/// Longest request body.
pub(super) const MOST_BODY: usize = 4 << 20;

#[derive(Deserialize)]
pub(super) struct Params {
    action: Option<String>,
}

/// `service.svc`: the action stands in the query, or in the `Action` header.
pub(super) async fn service(
    State(sim): State<Sim>,
    Query(params): Query<Params>,
    request: Request,
) -> Response {
    let in_header = request.headers().get("action").and_then(|value| value.to_str().ok());
    let action = params.action.or(in_header.map(str::to_owned)).unwrap_or_default();
    answer(&sim, action, request).await
}

/// `startupdata.ashx`, for the page and for its service worker.
pub(super) async fn startup(State(sim): State<Sim>, request: Request) -> Response {
    answer(&sim, STARTUP.to_owned(), request).await
}

/// A call that arrived in another form.
pub(super) async fn routed(sim: Sim, request: Request) -> Response {
    super::calls().with_state(sim).oneshot(request).await.unwrap_or_else(|never| match never {})
}

async fn answer(sim: &Sim, action: String, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, MOST_BODY).await.unwrap_or_default();
    let mut seen = Seen::default();
    let opened = authenticate(sim, &head.headers, &head.method);
    let (account, reply) = match opened.and_then(|smtp| mailbox(sim, smtp, &head)) {
        Err((account, reply)) => (account, reply),
        Ok(smtp) => {
            let exchange = Exchange::new(sim, &smtp, &action, &head.headers, &body);
            let reply = exchange.reply(&mut seen).await;
            (Some(smtp), reply)
        }
    };
    let bytes = reply.body.len();
    let mut response = respond(reply);
    if let Some(smtp) = &account {
        canary::rotate(sim, smtp, &mut response);
    }
    let Seen { requested, returned, bodies } = seen;
    let status = response.status().as_u16();
    sim.record(Entry { account, action, status, bytes, requested, returned, bodies, ..Entry::default() });
    response
}

/// Whose mailbox a request opens, or the answer to one that opens none, and to whom.
///
/// In the cloud the bearer alone opens it, without cookies (live session of 2026-03); on-premises the session
/// cookie does.
fn authenticate(sim: &Sim, headers: &HeaderMap, method: &Method) -> Result<String, (Option<String>, Reply)> {
    let session = cookies::get(headers, OWA_TOKEN).and_then(|token| sim.holder(What::Owa, token));
    let text = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let bearer =
        text.and_then(|text| text.strip_prefix("Bearer ")).and_then(|token| sim.holder(What::Bearer, token));
    let known = bearer.as_ref().or(session.as_ref());
    let settings = known.map_or_else(|| sim.common_settings(), |smtp| sim.settings(smtp));
    let (holder, other, refusal) = match settings.key_order {
        KeyOrder::Cloud | KeyOrder::Untyped => (bearer, session, Reply::unauthorized()),
        KeyOrder::Onprem => (session, bearer, Reply::login_timeout()),
    };
    let Some(smtp) = holder else {
        return Err((other, if method == Method::GET { Reply::to_sign_in() } else { refusal }));
    };
    match canary::refusal(sim, &smtp, settings.canary, headers) {
        Some(refusal) => Err((Some(smtp), refusal)),
        None => Ok(smtp),
    }
}

/// The mailbox that a request means: that of who asks, or another that it names by header or path and that is
/// shared with them.
fn mailbox(sim: &Sim, smtp: String, head: &Parts) -> Result<String, (Option<String>, Reply)> {
    let header = head.headers.get("x-owa-explicitlogonuser").and_then(|value| value.to_str().ok());
    let named = header.or_else(|| head.uri.path().split('/').find(|part| part.contains('@')));
    let Some(other) = named.filter(|named| !named.eq_ignore_ascii_case(&smtp)) else { return Ok(smtp) };
    if sim.settings(&smtp).shared_mailboxes.iter().any(|shared| shared.eq_ignore_ascii_case(other)) {
        return Ok(other.to_lowercase());
    }
    let text = "The mailbox cannot be opened by explicit logon.";
    let form = fault::form(sim.settings(&smtp).key_order);
    Err((Some(smtp), Reply::exception(form, "OwaExplicitLogonException", text)))
}

fn respond(reply: Reply) -> Response {
    let body = if reply.cut { Body::new(CutOff::after(reply.body)) } else { Body::from(reply.body) };
    let mut response = Response::new(body);
    *response.status_mut() = reply.status;
    let headers = response.headers_mut();
    headers.extend(reply.headers);
    for (name, value) in [
        ("cache-control", "no-cache, no-store"),
        ("expires", "-1"),
        ("x-owa-version", "15.21.406.6"),
        ("x-owa-owsversion", "V2018_01_08"),
        ("x-owa-httphandler", "true"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
