//! The HTTP edges: liveness, health, accounts, sign-in by OAuth, the token broker, the cron trigger. Loopback
//! unless configured otherwise.

mod accounts;
mod asked;
mod broker;
mod caller;
mod cron;
mod guard;
mod health;
mod integration;
mod page;
mod popup;
mod problem;
mod routes;
mod settings;
mod shapes;
mod standby;

pub use settings::{Access, JwtSettings, Popup, Settings};
pub use standby::standby;

use crate::clock::Clock;
use crate::desk::Desk;
use crate::model::Scope;
use axum::Router;
use axum::http::Method;
use axum::middleware::{from_fn, from_fn_with_state};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// How long answers under way may take after a stop was asked for.
const GRACE: Duration = Duration::from_secs(2);
/// The time between two tries to listen.
const AGAIN: Duration = Duration::from_secs(30);

/// What the routes share.
#[derive(Clone)]
pub struct Edge {
    desk: Arc<Desk>,
    access: Arc<Access>,
    stop: CancellationToken,
}

/// Every route that there is: how and where it is asked, and the scope that it needs; `None` lets everybody
/// in.
pub fn routes() -> impl Iterator<Item = (Method, &'static str, Option<Scope>)> {
    routes::table().into_iter().map(|route| (route.method, route.path, route.scope))
}

/// All routes, each behind the scope that the table says.
pub fn router(desk: Arc<Desk>, access: Arc<Access>, stop: CancellationToken) -> Router {
    let edge = Edge { desk, access, stop };
    routes::build(&edge)
        .layer(from_fn(guard::no_nul))
        .layer(from_fn_with_state(Arc::clone(&edge.access), guard::known_host))
        .layer(from_fn(guard::headers))
        .with_state(edge)
}

/// Listens at `address`, however long it takes: a port that is taken keeps no mail from being read. `told`
/// hears of each try that failed and of the address at last.
pub async fn listen(
    address: SocketAddr,
    clock: &Clock,
    mut told: impl FnMut(std::io::Result<SocketAddr>),
) -> TcpListener {
    loop {
        let bound = TcpListener::bind(address).await;
        match bound.and_then(|listener| Ok((listener.local_addr()?, listener))) {
            Ok((address, listener)) => {
                told(Ok(address));
                return listener;
            }
            Err(error) => told(Err(error)),
        }
        clock.sleep(AGAIN).await;
    }
}

/// Serves `standby` until there is a router, then that, until it is asked to stop.
///
/// # Errors
/// When the listener breaks.
pub async fn serve_from_start(
    listener: TcpListener,
    standby: Router,
    mut router: watch::Receiver<Option<Router>>,
    stop: CancellationToken,
) -> std::io::Result<()> {
    let listener = listener.into_std()?;
    // A second handle of the same socket, so that who connects in between waits for a moment.
    let first = TcpListener::from_std(listener.try_clone()?)?;
    let opened = stop.child_token();
    let mut standby = pin!(serve(first, standby, opened.clone()));
    let open = async { router.wait_for(Option::is_some).await.ok().and_then(|router| router.clone()) };
    let router = tokio::select! {
        served = &mut standby => return served,
        router = open => router,
    };
    // Connections that are kept open would go on with the old answers.
    opened.cancel();
    let Some(router) = router else { return standby.await };
    tokio::try_join!(standby, serve(TcpListener::from_std(listener)?, router, stop)).map(|_| ())
}

/// Serves until it is asked to stop, then lets the answers that are under way end, but not for long: a client
/// that never ends its request must not hold the daemon.
///
/// # Errors
/// When the listener breaks.
pub async fn serve(listener: TcpListener, router: Router, stop: CancellationToken) -> std::io::Result<()> {
    let overdue = async {
        stop.cancelled().await;
        Clock::System.sleep(GRACE).await;
    };
    tokio::select! {
        served = axum::serve(listener, router).with_graceful_shutdown(stop.clone().cancelled_owned()) => served,
        () = overdue => Ok(()),
    }
}
