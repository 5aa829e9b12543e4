//! `startupdata.ashx` and `service.svc`: OWA's own JSON.

use axum::Router;

use crate::sim::Sim;

pub(crate) fn router(sim: Sim) -> Router {
    Router::new().with_state(sim)
}
