//! graph.microsoft.com: for now who one is.

mod access;
mod me;

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;

use self::access::Refusal;
use crate::sim::Sim;

pub(crate) fn router(sim: Sim) -> Router {
    Router::new().route("/v1.0/me", get(me::me)).fallback(nothing).with_state(sim)
}

async fn nothing(State(sim): State<Sim>, headers: HeaderMap) -> Response {
    Refusal::no_resource().answer(&sim, &headers)
}
