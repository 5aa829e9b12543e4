//! The control interface: what `Sim` can do, over HTTP and in JSON. It is for tests and demos on this
//! machine, without a token.
//!
//! ```text
//! GET    /accounts                         the accounts with their passwords
//! POST   /accounts                         {"messages": 60, "contacts": 12}
//! POST   /accounts/{smtp}/deliver          {"count": 3} or {"messages": [{"subject": …}]}
//! POST   /accounts/{smtp}/move             {"ids": […], "folder": "archive"}
//! POST   /accounts/{smtp}/delete           {"ids": […], "hard": false}
//! POST   /accounts/{smtp}/mark-read        {"ids": […], "read": true}
//! POST   /accounts/{smtp}/pin              {"ids": […], "pinned": true}
//! GET    /truth/{smtp}                     every message, newest first
//! POST   /knobs                            {"account": …, "set": {"view": "message"}, "fail": [{"kind": "throttled", "times": 2}]}
//! DELETE /knobs?account=                   back to the start's settings
//! POST   /expire                           {"account": …, "what": "bearer" | "owa" | "canary" | "ests"}
//! POST   /pass                             {"seconds": 960}: that much time is over
//! GET    /requests?account=                {"counts", "items_fetched", "password_attempts", "requests"}
//! DELETE /requests
//! GET    /counts?account=                  how many requests there were of each action
//! ```
//!
//! What is for the identity platform is in [`crate::identity::control`], what is for contacts in
//! [`crate::graph::control`], what is for IMAP in [`crate::imap::control`].

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::knobs::Failure;
use crate::sessions::What;
use crate::sim::Sim;
use crate::world::Draft;

pub(crate) fn router(sim: Sim) -> Router {
    Router::new()
        .route("/accounts", get(accounts).post(add_account))
        .route("/accounts/{smtp}/deliver", post(deliver))
        .route("/accounts/{smtp}/move", post(move_messages))
        .route("/accounts/{smtp}/delete", post(delete))
        .route("/accounts/{smtp}/mark-read", post(mark_read))
        .route("/accounts/{smtp}/pin", post(pin))
        .route("/truth/{smtp}", get(truth))
        .route("/knobs", post(turn).delete(clear_knobs))
        .route("/expire", post(expire))
        .route("/pass", post(pass))
        .route("/requests", get(requests).delete(clear_requests))
        .route("/counts", get(counts))
        .with_state(sim.clone())
        .merge(crate::identity::control::router(sim.clone()))
        .merge(crate::imap::control::router(sim.clone()))
        .merge(crate::graph::control::router(sim))
}

/// What the caller asked for cannot be done: 422 with the reason.
pub(crate) struct Refused(anyhow::Error);

impl<E: Into<anyhow::Error>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "error": format!("{:#}", self.0) }))).into_response()
    }
}

pub(crate) type Answer = Result<Json<Value>, Refused>;

pub(crate) fn answer(value: impl serde::Serialize) -> Answer {
    Ok(Json(serde_json::to_value(value)?))
}

#[derive(Deserialize)]
struct NewAccount {
    messages: usize,
    #[serde(default)]
    contacts: usize,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Delivery {
    count: usize,
    messages: Vec<Draft>,
}

#[derive(Deserialize)]
struct Move {
    ids: Vec<String>,
    folder: String,
}

#[derive(Deserialize)]
struct Delete {
    ids: Vec<String>,
    #[serde(default)]
    hard: bool,
}

#[derive(Deserialize)]
struct MarkRead {
    ids: Vec<String>,
    read: bool,
}

#[derive(Deserialize)]
struct Pin {
    ids: Vec<String>,
    pinned: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Turn {
    account: Option<String>,
    #[serde(default)]
    set: Option<Value>,
    #[serde(default)]
    fail: Vec<Failure>,
}

#[derive(Deserialize)]
struct Expire {
    account: String,
    what: What,
}

#[derive(Deserialize)]
struct Pass {
    seconds: u32,
}

#[derive(Deserialize)]
struct Whose {
    account: Option<String>,
}

async fn accounts(State(sim): State<Sim>) -> Answer {
    answer(sim.accounts())
}

async fn add_account(State(sim): State<Sim>, Json(new): Json<NewAccount>) -> Answer {
    let account = sim.add_account(new.messages);
    sim.seed_contacts(&account.smtp, new.contacts)?;
    answer(account)
}

async fn deliver(State(sim): State<Sim>, Path(smtp): Path<String>, Json(delivery): Json<Delivery>) -> Answer {
    let mut delivered = sim.deliver_drafts(&smtp, &delivery.messages)?;
    delivered.extend(sim.deliver(&smtp, delivery.count)?);
    answer(delivered)
}

async fn move_messages(State(sim): State<Sim>, Path(smtp): Path<String>, Json(what): Json<Move>) -> Answer {
    answer(json!({ "moved": sim.move_messages(&smtp, &what.ids, &what.folder)? }))
}

async fn delete(State(sim): State<Sim>, Path(smtp): Path<String>, Json(what): Json<Delete>) -> Answer {
    answer(json!({ "deleted": sim.delete(&smtp, &what.ids, what.hard)? }))
}

async fn mark_read(State(sim): State<Sim>, Path(smtp): Path<String>, Json(what): Json<MarkRead>) -> Answer {
    answer(json!({ "marked": sim.mark_read(&smtp, &what.ids, what.read)? }))
}

async fn pin(State(sim): State<Sim>, Path(smtp): Path<String>, Json(what): Json<Pin>) -> Answer {
    answer(json!({ "pinned": sim.pin(&smtp, &what.ids, what.pinned)? }))
}

async fn truth(State(sim): State<Sim>, Path(smtp): Path<String>) -> Answer {
    answer(sim.truth(&smtp)?)
}

async fn turn(State(sim): State<Sim>, Json(turn): Json<Turn>) -> Answer {
    let account = turn.account.as_deref();
    if let Some(patch) = &turn.set {
        sim.patch(account, patch)?;
    }
    turn.fail.into_iter().for_each(|failure| sim.fail(account, failure));
    answer(json!({}))
}

async fn clear_knobs(State(sim): State<Sim>, Query(whose): Query<Whose>) -> Answer {
    sim.clear_knobs(whose.account.as_deref());
    answer(json!({}))
}

async fn expire(State(sim): State<Sim>, Json(expire): Json<Expire>) -> Answer {
    answer(json!({ "expired": sim.expire(&expire.account, expire.what) }))
}

async fn pass(State(sim): State<Sim>, Json(pass): Json<Pass>) -> Answer {
    sim.pass(chrono::TimeDelta::seconds(pass.seconds.into()));
    answer(json!({ "now": sim.now() }))
}

async fn requests(State(sim): State<Sim>, Query(whose): Query<Whose>) -> Answer {
    let account = whose.account.as_deref();
    answer(json!({
        "counts": sim.counts(account), "requests": sim.requests(account),
        "items_fetched": account.map(|smtp| sim.items_fetched(smtp)),
        "password_attempts": account.map(|smtp| sim.password_attempts(smtp)),
    }))
}

async fn counts(State(sim): State<Sim>, Query(whose): Query<Whose>) -> Answer {
    answer(sim.counts(whose.account.as_deref()))
}

async fn clear_requests(State(sim): State<Sim>) -> Answer {
    sim.clear_requests();
    answer(json!({}))
}
