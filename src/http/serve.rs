//! Listening, and serving what there is to answer: the routes, or until the daemon has opened its parts what
//! is said in their place.

use crate::clock::Clock;
use axum::Router;
use axum::extract::Request;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

/// How long answers under way may take after a stop was asked for.
const GRACE: Duration = Duration::from_secs(2);
/// The time between two tries to listen.
const AGAIN: Duration = Duration::from_secs(30);

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

/// Answers as `standby` does until there is a router, then as that does. Each request is answered by what
/// there is when it comes: no connection is lost between the two.
pub fn from_start(standby: Router, router: watch::Receiver<Option<Router>>) -> Router {
    Router::new().fallback(move |request: Request| {
        let router = router.borrow().clone();
        router.unwrap_or_else(|| standby.clone()).oneshot(request)
    })
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

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::get;
    use futures::future::join_all;

    #[tokio::test]
    async fn whoever_connects_while_the_daemon_opens_its_parts_gets_an_answer() {
        let (answers, router) = watch::channel(None);
        let stop = CancellationToken::new();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let of = |word: &'static str| Router::new().route("/", get(async move || word));
        let serving = tokio::spawn(serve(listener, from_start(of("standby"), router), stop.clone()));
        let client = crate::net::client().build().unwrap();
        let ask = async || client.get(&url).send().await.unwrap().text().await.unwrap();
        assert_eq!(ask().await, "standby");
        let asked = join_all((0..64).map(|count| {
            if count == 32 {
                answers.send_replace(Some(of("routes")));
            }
            ask()
        }));
        assert!(asked.await.iter().all(|answer| ["standby", "routes"].contains(&answer.as_str())));
        assert_eq!(ask().await, "routes", "also where the connection was kept open");
        stop.cancel();
        serving.await.unwrap().unwrap();
    }
}
