//! From an HTTP request to an answer: who asks, which failure hits, what is logged.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::Value;

use super::actions::{self, Seen};
use super::failures::{self, Reply};
use super::lens::Lens;
use super::request::{self, Call, Refusal};
use super::{envelope, startup};
use crate::knobs::{Kind, Settings};
use crate::log::Entry;
use crate::sessions::{OWA_TOKEN, What};
use crate::sim::Sim;

/// Longest request body.
const MOST_BODY: usize = 4 << 20;

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

/// Name of startup in the log and in failures.
const STARTUP: &str = "StartupData";

async fn answer(sim: &Sim, action: String, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, MOST_BODY).await.unwrap_or_default();
    let mut seen = Seen::default();
    let (account, reply) = match authenticate(sim, &head.headers, &head.method) {
        Err((account, reply)) => (account, reply),
        Ok(smtp) => {
            let kinds = sim.take_failures(&smtp, &action);
            let reply = exchange(sim, &smtp, &action, &kinds, &head.headers, &body, &mut seen).await;
            (Some(smtp), reply)
        }
    };
    let Seen { requested, returned, bodies } = seen;
    let (status, bytes) = (reply.status.as_u16(), reply.body.len());
    sim.record(Entry { account, action, status, bytes, requested, returned, bodies, ..Entry::default() });
    respond(reply)
}

/// Both the session cookie and a bearer of the same account are needed.
fn authenticate(sim: &Sim, headers: &HeaderMap, method: &Method) -> Result<String, (Option<String>, Reply)> {
    let session = cookie(headers, OWA_TOKEN).and_then(|token| sim.holder(What::Owa, token));
    let text = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let bearer =
        text.and_then(|text| text.strip_prefix("Bearer ")).and_then(|token| sim.holder(What::Bearer, token));
    match (session, bearer) {
        (Some(session), Some(bearer)) if session == bearer => Ok(session),
        (Some(session), _) => Err((Some(session), Reply::unauthorized())),
        (None, bearer) if method == Method::GET => Err((bearer, Reply::to_sign_in())),
        (None, bearer) => Err((bearer, Reply::login_timeout())),
    }
}

/// The value of a cookie.
fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
}

async fn exchange(
    sim: &Sim,
    smtp: &str,
    action: &str,
    kinds: &[Kind],
    headers: &HeaderMap,
    body: &Bytes,
    seen: &mut Seen,
) -> Reply {
    for kind in kinds {
        if let Kind::Slow { ms } = kind {
            tokio::time::sleep(Duration::from_millis(u64::from(*ms))).await;
        }
    }
    let settings = sim.settings(smtp);
    if let Some(reply) = kinds.iter().find_map(|kind| failures::instead(kind, settings.key_order, action)) {
        return reply;
    }
    match perform(sim, smtp, action, &settings, kinds, headers, body, seen) {
        Ok(json) => {
            let json = failures::spoil_json(kinds, json);
            failures::spoil_bytes(kinds, Reply::json(StatusCode::OK, &json))
        }
        Err(Refusal::Http(status, text)) => Reply::new(status, "text/plain; charset=utf-8", text),
        Err(Refusal::Fault(exception, text)) => {
            let fault = envelope::fault(exception, Some(&text), None);
            Reply::json(StatusCode::INTERNAL_SERVER_ERROR, &fault)
        }
    }
}

#[expect(clippy::too_many_arguments, reason = "the parts of one request, each used once")]
fn perform(
    sim: &Sim,
    smtp: &str,
    action: &str,
    settings: &Settings,
    kinds: &[Kind],
    headers: &HeaderMap,
    body: &Bytes,
    seen: &mut Seen,
) -> Result<Value, Refusal> {
    let (call, zone, immutable) = if action == STARTUP {
        (None, startup::zone(headers)?, request::prefers_immutable(headers))
    } else {
        let call = Call::parse(headers, body)?;
        (Some(call.json), call.zone, call.immutable)
    };
    let answer = sim.read(smtp, |mailbox| {
        let zone = zone.unwrap_or(mailbox.account.zone);
        let empty_bodies = kinds.contains(&Kind::EmptyBodies);
        let lens = Lens { mailbox, zone, style: settings.key_order, immutable, empty_bodies };
        match &call {
            Some(json) => actions::perform(&lens, action, json, seen),
            None => startup::data(&lens, settings.view, headers, seen),
        }
    });
    answer.unwrap_or_else(|error| Err(Refusal::Fault("MailboxNotFoundException", error.to_string())))
}

fn respond(reply: Reply) -> Response {
    let body = if reply.cut { Body::new(CutOff(Some(reply.body.into()))) } else { Body::from(reply.body) };
    let mut response = Response::new(body);
    *response.status_mut() = reply.status;
    let headers = response.headers_mut();
    headers.extend(reply.headers);
    for (name, value) in [
        ("cache-control", "no-cache, no-store"),
        ("expires", "-1"),
        ("x-owa-version", "15.20.9343.16"),
        ("x-owa-owsversion", "V2018_01_08"),
        ("x-owa-httphandler", "true"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// A body that breaks off: what there is, then an error that closes the connection.
struct CutOff(Option<Bytes>);

impl hyper::body::Body for CutOff {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<hyper::body::Frame<Bytes>, Self::Error>>> {
        let frame = match self.0.take() {
            Some(bytes) => Ok(hyper::body::Frame::data(bytes)),
            None => Err(std::io::ErrorKind::ConnectionAborted.into()),
        };
        std::task::Poll::Ready(Some(frame))
    }
}
