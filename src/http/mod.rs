//! The HTTP edges, on loopback unless configured otherwise.
//!
//! ```text
//! routes       the one table of routes, each with its scope          openapi    how they are described
//! caller       who calls: by a token, a JWT, a secret file           known      which tokens there are
//! refused      who guesses is slowed                                 uses       tokens of so many uses an hour
//! asked        what is asked with    shapes  what is answered        problem    the body of every error
//! paging       lists by pages        repeat  a request made again    problems   a page for each error
//! accounts, messages, contacts, correspondence, sync (cron), cycles, audit, tokens, health: one file each
//! content      files that hang on messages
//! integration  connections by OAuth  popup   their popup             broker     access tokens
//! connects     connects by password or code, led under an id
//! dashboard_links, dashboard_cards   what the CRM opens of the dashboard
//! serve, listen, connections, guard  sockets: how many, how long, by which name
//! ```

mod accounts;
mod asked;
mod audit;
mod broker;
mod caller;
mod connections;
mod connects;
mod contacts;
mod content;
mod correspondence;
mod cron;
mod cycles;
mod dashboard_cards;
mod dashboard_links;
mod guard;
mod health;
mod integration;
mod jwt_keys;
mod known;
mod lines;
mod listen;
mod messages;
mod openapi;
mod outbox;
mod page;
mod paging;
mod popup;
mod problem;
mod problems;
mod reference;
mod refused;
mod repeat;
mod road;
mod routes;
mod serve;
mod settings;
mod shapes;
mod standby;
mod tokens;
mod uses;

pub use jwt_keys::JwtKeys;
pub use listen::{Listener, listen};
pub use openapi::openapi;
pub use serve::{Limits, from_start, serve};
pub use settings::{Access, JwtSettings, Popup, Settings};
pub use standby::standby;

pub(crate) use caller::call;
pub(crate) use guard::{BODY_LIMIT, Framed, LARGEST_BODY, whole_body};
pub(crate) use popup::cookie as popup_cookie;
pub(crate) use problem::Problem;
pub(crate) use refused::{Peer, Refusals};

use crate::dashboard;
use crate::desk::Desk;
use crate::model::Scope;
use axum::Router;
use axum::http::Method;
use axum::middleware::{from_fn, from_fn_with_state};
use health::HealthText;
use known::KnownTokens;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use uses::Uses;

/// What the routes share.
#[derive(Clone)]
pub struct Edge {
    desk: Arc<Desk>,
    access: Arc<Access>,
    refusals: Arc<Refusals>,
    known: Arc<KnownTokens>,
    uses: Arc<Uses>,
    health_text: Arc<HealthText>,
    stop: CancellationToken,
}

/// Every route that there is: how and where it is asked, and the scope that it needs, if any.
pub fn routes() -> impl Iterator<Item = (Method, String, Option<Scope>)> {
    routes::table().into_iter().map(|route| (route.method, route.path, route.scope))
}

/// All routes, each behind the scope that the table says.
pub fn router(desk: Arc<Desk>, access: Arc<Access>, stop: CancellationToken) -> Router {
    let refusals: Arc<Refusals> = Arc::default();
    let pages = dashboard::router(Arc::clone(&desk), Arc::clone(&access), Arc::clone(&refusals));
    let (known, uses, health_text) = (Arc::default(), Arc::default(), Arc::default());
    let edge = Edge { desk, access, refusals, known, uses, health_text, stop };
    routes::build(&edge)
        .merge(pages)
        .layer(from_fn(guard::no_nul))
        .layer(from_fn_with_state(Arc::clone(&edge.access), guard::known_host))
        .layer(from_fn(guard::headers))
        .with_state(edge)
}
