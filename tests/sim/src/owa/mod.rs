//! `startupdata.ashx` and `service.svc`: OWA's own JSON.
//!
//! ```text
//! http      who asks, what is logged; canary                    request   header or body, the zone; contract   its members
//! exchange  one request: the failure that hits it, or the answer
//! actions   one per name -> Answer                               paging    by offset, or from a row's key
//! lens      the mailbox as one request sees it                   item, body, person, conversation, folders   its parts
//! envelope  `Header`, `Body`, `ResponseMessages`; both styles    dates, zones   the offset rule
//! failures  the ways to go wrong, applied to a good answer; fault  the JSON of one
//! ```

mod actions;
mod body;
pub(crate) mod canary;
mod contract;
mod conversation;
mod dates;
mod envelope;
mod exchange;
mod failures;
mod fault;
mod find;
mod folders;
mod get;
mod http;
mod item;
mod lens;
mod object;
mod paging;
mod person;
mod request;
mod shape;
mod startup;
#[cfg(test)]
mod tests;
mod zones;

use axum::Router;
use axum::routing::any;

use crate::sim::Sim;

pub(crate) fn router(sim: Sim) -> Router {
    Router::new()
        .route("/owa/service.svc", any(http::service))
        .route("/owa/startupdata.ashx", any(http::startup))
        .route("/owa/PreloadSessionData.ashx", any(http::startup))
        .with_state(sim)
}
