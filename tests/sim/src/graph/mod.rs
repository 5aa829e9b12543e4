//! graph.microsoft.com: for now who one is.

mod access;
mod me;

use axum::Router;
use axum::routing::get;

use crate::sim::Sim;

pub(crate) fn router(sim: Sim) -> Router {
    Router::new().route("/v1.0/me", get(me::me)).with_state(sim)
}
