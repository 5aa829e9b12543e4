//! The control interface: what `Sim` can do, over HTTP and in JSON.

use axum::Router;

use crate::sim::Sim;

pub(crate) fn router(sim: Sim) -> Router {
    Router::new().with_state(sim)
}
