//! The identity platform over the control interface.
//!
//! ```text
//! POST   /identity/apps             {"redirect_uris": […], "client_id": …, "secret": …, "audience": "all" | "work" | "tenant" | "personal", "disabled": …}
//! POST   /identity/visit            {"url": authorize URL, "account": …, "accept": true}: signs in; where it ended
//! POST   /identity/device           {"user_code": …, "account": …, "accept": true}: types the code in; where it ended
//! GET    /identity/device           the user codes that wait
//! POST   /identity/device/expire    {}
//! POST   /identity/keys/rotate      {"old_stay": true}
//! POST   /identity/access           {"account": …, "scope": "Contacts.ReadWrite User.Read"}: a token of Graph, or of
//!                                   the one resource that the scopes name
//! POST   /identity/end              {"account": …, "what": "access" | "refresh" | "revoked" | "code"}
//! POST   /identity/consent/withdraw {"client_id": …, "account": …}
//! POST   /identity/consent/admin    {"client_id": …, "tenant": …}
//! ```
//!
//! Settings and failures go through `/knobs`: `{"set": {"identity": {"rotation": "strict"}}}`,
//! `{"fail": [{"kind": "oauth", "code": 50076, "actions": ["refresh_token"], "times": 1}]}`.

use axum::extract::State;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::{App, Ended};
use crate::control::{Answer, answer};
use crate::sim::Sim;

pub(crate) fn router(sim: Sim) -> Router {
    Router::new()
        .route("/identity/apps", post(register))
        .route("/identity/visit", post(visit))
        .route("/identity/device", get(user_codes).post(type_code))
        .route("/identity/device/expire", post(expire_devices))
        .route("/identity/keys/rotate", post(rotate))
        .route("/identity/access", post(access))
        .route("/identity/end", post(end))
        .route("/identity/consent/withdraw", post(withdraw))
        .route("/identity/consent/admin", post(admin))
        .with_state(sim)
}

#[derive(Deserialize)]
struct Visit {
    url: String,
    account: String,
    #[serde(default = "yes")]
    accept: bool,
}

#[derive(Deserialize)]
struct TypeCode {
    user_code: String,
    account: String,
    #[serde(default = "yes")]
    accept: bool,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
struct Rotate {
    old_stay: bool,
}

#[derive(Deserialize)]
struct AccessFor {
    account: String,
    scope: String,
}

#[derive(Deserialize)]
struct End {
    account: String,
    what: Ended,
}

#[derive(Deserialize)]
struct Withdraw {
    client_id: Uuid,
    account: String,
}

#[derive(Deserialize)]
struct Admin {
    client_id: Uuid,
    tenant: Uuid,
}

async fn register(State(sim): State<Sim>, Json(app): Json<App>) -> Answer {
    answer(json!({ "client_id": sim.register(app)? }))
}

async fn visit(State(sim): State<Sim>, Json(visit): Json<Visit>) -> Answer {
    answer(sim.visit(&visit.url, &visit.account, visit.accept).await?)
}

async fn type_code(State(sim): State<Sim>, Json(typed): Json<TypeCode>) -> Answer {
    answer(sim.type_user_code(&typed.user_code, &typed.account, typed.accept).await?)
}

async fn user_codes(State(sim): State<Sim>) -> Answer {
    answer(sim.pending_user_codes())
}

async fn expire_devices(State(sim): State<Sim>) -> Answer {
    answer(json!({ "expired": sim.expire_device_codes() }))
}

async fn rotate(State(sim): State<Sim>, Json(rotate): Json<Rotate>) -> Answer {
    sim.rotate_keys(rotate.old_stay);
    answer(json!({}))
}

async fn access(State(sim): State<Sim>, Json(wanted): Json<AccessFor>) -> Answer {
    answer(json!({ "access_token": sim.access_token(&wanted.account, &wanted.scope)? }))
}

async fn end(State(sim): State<Sim>, Json(end): Json<End>) -> Answer {
    answer(json!({ "ended": sim.end(&end.account, end.what) }))
}

async fn withdraw(State(sim): State<Sim>, Json(withdraw): Json<Withdraw>) -> Answer {
    answer(json!({ "withdrawn": sim.withdraw_consent(withdraw.client_id, &withdraw.account) }))
}

async fn admin(State(sim): State<Sim>, Json(admin): Json<Admin>) -> Answer {
    sim.grant_admin_consent(admin.client_id, admin.tenant);
    answer(json!({}))
}
