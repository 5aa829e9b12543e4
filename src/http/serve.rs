//! Serving what there is to answer: the routes, or until the daemon has opened its parts what
//! is said in their place.

use super::connections::{Connections, OpenConnection};
use super::lines::LineLimit;
use super::listen::{Listener, Stream};
use super::refused::Peer;
use crate::clock::Clock;
use axum::extract::Request;
use axum::{Extension, Router};
use futures::StreamExt as _;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::io::ErrorKind;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

/// How long answers under way may take after a stop was asked for.
const GRACE: Duration = Duration::from_secs(2);
/// The wait after a connection that could not be taken.
const ACCEPT_AGAIN: Duration = Duration::from_secs(1);

/// What clients may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How many connections are open at once. A quarter of the 1,024 descriptors that a process has by
    /// default: the cycle needs some of the same.
    pub connections: usize,
    /// The longest time from one answer, or the beginning, until the next request's head is whole.
    pub head: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connections: 256, head: Duration::from_secs(10) }
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

/// Serves where callers come in until it is asked to stop, then lets the answers that are under way end, but not for long: a client
/// that never ends its request must not hold the daemon. Neither may one that is silent: what a connection
/// may take is bounded in time and number.
pub async fn serve(
    listeners: impl futures::Stream<Item = Listener>,
    router: Router,
    limits: Limits,
    stop: CancellationToken,
) {
    let server = Server {
        connections: Connections::new(limits.connections),
        tasks: TaskTracker::new(),
        router,
        limits,
        stop,
    };
    let taking = listeners.for_each_concurrent(None, |listener| server.take_from(listener));
    tokio::select! {
        () = taking => {}
        // Places where nobody can listen yet are waited for no longer.
        () = server.stop.cancelled() => {}
    }
    server.tasks.close();
    // Whoever is not done then is cut with the runtime.
    let _ = Clock::limit(GRACE, server.tasks.wait()).await;
}

/// What the places where callers come in share.
struct Server {
    connections: Connections,
    tasks: TaskTracker,
    router: Router,
    limits: Limits,
    stop: CancellationToken,
}

impl Server {
    /// Takes connections until it is asked to stop.
    async fn take_from(&self, listener: Listener) {
        let refused = LineLimit::default();
        loop {
            let (stream, peer) = tokio::select! {
                accepted = accept(&listener) => accepted,
                () = self.stop.cancelled() => return,
            };
            let Some(connection) = self.connections.admit() else {
                let connections = self.limits.connections;
                refused.tell(|untold| {
                    tracing::warn!(connections, untold, "a connection was refused: all are in use");
                });
                continue;
            };
            let router = self.router.clone().layer(Extension(peer));
            self.tasks.spawn(answer(stream, connection, router, self.limits.head, self.stop.clone()));
        }
    }
}

/// The next connection. That a client is gone already is its own affair; that there is no descriptor left may
/// pass.
async fn accept(listener: &Listener) -> (Stream, Peer) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) if error.kind() == ErrorKind::ConnectionAborted => {}
            Err(error) => {
                tracing::error!(%error, "a connection to the endpoints could not be taken");
                Clock::System.sleep(ACCEPT_AGAIN).await;
            }
        }
    }
}

/// Answers the requests of one connection, one after the other.
async fn answer(
    stream: Stream,
    connection: OpenConnection,
    router: Router,
    head: Duration,
    stop: CancellationToken,
) {
    let (ended, connection) = (connection.ended.clone(), Arc::new(connection));
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        connection.asked();
        request.extensions_mut().insert(Arc::clone(&connection));
        router.clone().oneshot(request)
    });
    let mut http = http1::Builder::new();
    let http = http.timer(TokioTimer::new()).header_read_timeout(head);
    let mut serving = pin!(http.serve_connection(TokioIo::new(stream), service));
    // How a connection ends is the client's affair.
    let _ = tokio::select! {
        served = serving.as_mut() => served,
        () = ended.cancelled() => return,
        () = stop.cancelled() => {
            serving.as_mut().graceful_shutdown();
            serving.await
        }
    };
}

#[cfg(test)]
mod tests {
    use super::super::guard::{LARGEST_BODY, whole_body};
    use super::*;
    use axum::middleware::from_fn_with_state;
    use axum::routing::get;
    use futures::future::join_all;
    use futures::stream;
    use std::net::SocketAddr;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};

    #[tokio::test]
    async fn whoever_connects_while_the_daemon_opens_its_parts_gets_an_answer() {
        let (answers, router) = watch::channel(None);
        let stop = CancellationToken::new();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let of = |word: &'static str| Router::new().route("/", get(async move || word));
        let serving = tokio::spawn(serve(
            stream::iter([Listener::Tcp(listener)]),
            from_start(of("standby"), router),
            Limits::default(),
            stop.clone(),
        ));
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
        serving.await.unwrap();
    }

    /// Serves `ok` under these limits; gives the address and what ends it.
    async fn served(limits: Limits) -> (SocketAddr, CancellationToken, tokio::task::JoinHandle<()>) {
        let (stop, listener) = (CancellationToken::new(), TcpListener::bind("127.0.0.1:0").await.unwrap());
        let address = listener.local_addr().unwrap();
        let router = Router::new().route("/", get(async || "ok"));
        (
            address,
            stop.clone(),
            tokio::spawn(serve(stream::iter([Listener::Tcp(listener)]), router, limits, stop)),
        )
    }

    async fn silent(address: SocketAddr) -> TcpStream {
        let mut client = TcpStream::connect(address).await.unwrap();
        client.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n").await.unwrap();
        client
    }

    #[tokio::test]
    async fn a_client_that_never_ends_its_request_is_cut() {
        let limits = Limits { head: Duration::from_millis(50), ..Limits::default() };
        let (address, ..) = served(limits).await;
        let mut client = silent(address).await;
        assert_eq!(client.read(&mut [0; 1024]).await.unwrap_or_default(), 0);
    }

    #[tokio::test]
    async fn clients_that_are_silent_keep_nobody_out() {
        let limits = Limits { connections: 8, head: Duration::from_hours(1) };
        let (address, stop, serving) = served(limits).await;
        let mut clients = join_all((0..32).map(|_| silent(address))).await;
        let answer = crate::net::client().build().unwrap().get(format!("http://{address}/")).send().await;
        assert_eq!(answer.unwrap().text().await.unwrap(), "ok");
        let cut = clients.iter_mut().map(async |client| {
            let cut = Clock::limit(Duration::from_millis(50), client.read(&mut [0; 8])).await;
            usize::from(cut.is_ok())
        });
        assert!(join_all(cut).await.into_iter().sum::<usize>() >= 24, "the place of each was needed");
        stop.cancel();
        serving.await.unwrap();
    }

    #[tokio::test]
    async fn clients_whose_bodies_do_not_come_keep_nobody_out() {
        let limits = Limits { connections: 8, head: Duration::from_hours(1) };
        let (stop, listener) = (CancellationToken::new(), TcpListener::bind("127.0.0.1:0").await.unwrap());
        let address = listener.local_addr().unwrap();
        let body = (Duration::from_hours(1), LARGEST_BODY);
        let router = Router::new()
            .route("/", get(async || "ok").post(async || "never"))
            .layer(from_fn_with_state(body, whole_body));
        let serving =
            tokio::spawn(serve(stream::iter([Listener::Tcp(listener)]), router, limits, stop.clone()));
        let clients = join_all((0..8).map(async |_| {
            let mut client = TcpStream::connect(address).await.unwrap();
            client.write_all(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n").await.unwrap();
            client
        }));
        let clients = clients.await;
        let answer = crate::net::client().build().unwrap().get(format!("http://{address}/")).send().await;
        assert_eq!(answer.unwrap().text().await.unwrap(), "ok");
        drop(clients);
        stop.cancel();
        serving.await.unwrap();
    }

    #[tokio::test]
    async fn a_socket_of_this_machine_is_served_beside_the_port() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("api.sock");
        let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = tcp.local_addr().unwrap();
        let listeners = vec![Listener::Tcp(tcp), Listener::Unix(UnixListener::bind(&path).unwrap())];
        let router = Router::new().route("/", get(|peer: Extension<Peer>| async move { peer.to_string() }));
        tokio::spawn(serve(stream::iter(listeners), router, Limits::default(), CancellationToken::new()));
        let mut answers = Vec::new();
        let mut streams: Vec<Stream> = vec![
            Stream::Left(TcpStream::connect(address).await.unwrap()),
            Stream::Right(UnixStream::connect(&path).await.unwrap()),
        ];
        for stream in &mut streams {
            stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.unwrap();
            answers.push(answer.lines().last().unwrap().to_owned());
        }
        assert_eq!(answers, ["127.0.0.1", "socket"]);
    }
}
