//! `startupdata.ashx` and `service.svc`: OWA's own JSON.
//!
//! ```text
//! http      who asks, what is logged                             request   header or body, the zone
//! canary    whether a request carries it                         contract  the members that a request may have
//! hidden    calls as the page's service worker sends them        property  how requests name members
//! exchange  one request: a failure that hits it, or the answer   shape     the members that an answer is to have
//! actions   one per name -> Answer; update: read states          paging    by offset, or from a row's key
//! lens      the mailbox as one request sees it                   item, body, person, conversation, folders   its parts
//! envelope  `Header`, `Body`, `ResponseMessages`; each style    dates, zones   the offset rule
//! failures  the ways to go wrong, applied to a good answer       fault     what a call that failed says
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
mod hidden;
mod http;
mod item;
mod lens;
mod object;
mod paging;
mod person;
mod property;
mod request;
mod shape;
mod startup;
#[cfg(test)]
mod tests;
mod update;
mod zones;

pub use contract::check as check_request;

use axum::Router;
use axum::routing::{any, post};

use crate::sim::Sim;

pub(crate) fn router(sim: Sim) -> Router {
    calls().route("/mail/0/sync", post(hidden::sync)).with_state(sim)
}

/// The calls themselves: plain, below `/owa/0/`, and below the address of the mailbox that is meant.
fn calls() -> Router<Sim> {
    Router::new()
        .route("/owa/service.svc", any(http::service))
        .route("/owa/startupdata.ashx", any(http::startup))
        .route("/owa/PreloadSessionData.ashx", any(http::startup))
        .route("/owa/{mailbox}/service.svc", any(http::service))
        .route("/owa/{mailbox}/startupdata.ashx", any(http::startup))
}
