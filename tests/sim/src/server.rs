//! The listeners: https and http with routes by host name, IMAP, and the control interface on a port of its own.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use axum::middleware::map_response;
use axum::response::{IntoResponse as _, Response};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinSet};
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt as _;

use crate::ca::Ca;
use crate::cut::HangUp;
use crate::options::Options;
use crate::proxy::Behind;
use crate::sim::Sim;
use crate::{control, graph, hosts, identity, imap, owa, page, proxy, signin};

/// A simulator that listens. It stops when dropped.
pub struct Running {
    /// Where browsers go, TLS by the test CA.
    pub https: SocketAddr,
    /// The same without TLS.
    pub http: SocketAddr,
    /// A `CONNECT` proxy that leads the simulator's host names to `https`, and at port 993 to `imap`.
    pub proxy: SocketAddr,
    /// IMAP, TLS by the test CA from the first byte.
    pub imap: SocketAddr,
    /// `http://…` of the control interface, without a slash at the end.
    pub control: String,
    /// The test CA.
    pub ca: Ca,
    sim: Sim,
    tasks: Vec<AbortHandle>,
}

impl Running {
    pub(crate) async fn start(sim: Sim, options: &Options) -> Result<Self> {
        let ca = Ca::new(hosts::all())?;
        let tls = TlsAcceptor::from(Arc::new(ca.server_config(&[b"http/1.1"])?));
        let imap_tls = TlsAcceptor::from(Arc::new(ca.server_config(&[])?));
        let sites = Sites::new(&sim);
        let https = bind(&options.https).await?;
        let http = bind(&options.http).await?;
        let proxy = bind(&options.proxy).await?;
        let imap = bind(&options.imap).await?;
        let control = bind(&options.control).await?;
        let control_sites = Sites::control(&sim);
        Ok(Self {
            https: https.local_addr()?,
            http: http.local_addr()?,
            proxy: proxy.local_addr()?,
            imap: imap.local_addr()?,
            control: format!("http://{}", control.local_addr()?),
            ca,
            tasks: vec![
                spawn(https, Door::Tls(tls.clone(), sites.clone())),
                spawn(proxy, Door::Proxy([tls, imap_tls.clone()], sites.clone(), sim.clone())),
                spawn(http, Door::Plain(sites)),
                spawn(imap, Door::Imap(imap_tls, sim.clone())),
                spawn(control, Door::Plain(control_sites)),
            ],
            sim,
        })
    }

    /// The world behind the listeners.
    #[must_use]
    pub fn sim(&self) -> &Sim {
        &self.sim
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.tasks.iter().for_each(AbortHandle::abort);
    }
}

async fn bind(addr: &str) -> Result<TcpListener> {
    TcpListener::bind(addr).await.with_context(|| format!("cannot listen on {addr}"))
}

fn spawn(listener: TcpListener, door: Door) -> AbortHandle {
    tokio::spawn(accept(listener, door)).abort_handle()
}

/// What stands at the beginning of a connection, and what is behind it.
#[derive(Clone)]
enum Door {
    Plain(Sites),
    Tls(TlsAcceptor, Sites),
    /// A `CONNECT`, then TLS.
    Proxy([TlsAcceptor; 2], Sites, Sim),
    /// TLS, then no HTTP.
    Imap(TlsAcceptor, Sim),
}

/// Connections live in the accepting task's set, so that aborting the one ends the others.
async fn accept(listener: TcpListener, door: Door) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            Ok((stream, _)) = listener.accept() => {
                connections.spawn(connection(stream, door.clone()));
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

/// A connection that ends badly is the client's business.
async fn connection(mut stream: TcpStream, door: Door) {
    let _ = stream.set_nodelay(true);
    match door {
        Door::Plain(sites) => serve(stream, sites).await,
        Door::Proxy([tls, imap_tls], sites, sim) => match proxy::admitted(&mut stream).await {
            Some(Behind::Https) => https(stream, &tls, sites).await,
            Some(Behind::Imap) => imaps(stream, &imap_tls, sim).await,
            None => {}
        },
        Door::Tls(tls, sites) => https(stream, &tls, sites).await,
        Door::Imap(tls, sim) => imaps(stream, &tls, sim).await,
    }
}

async fn https(stream: TcpStream, tls: &TlsAcceptor, sites: Sites) {
    if let Ok(stream) = tls.accept(stream).await {
        serve(stream, sites).await;
    }
}

async fn imaps(stream: TcpStream, tls: &TlsAcceptor, sim: Sim) {
    if let Ok(stream) = tls.accept(stream).await {
        imap::serve(stream, sim).await;
    }
}

async fn serve(stream: impl AsyncRead + AsyncWrite + Unpin, sites: Sites) {
    let service = hyper::service::service_fn(move |request: Request<Incoming>| {
        let sites = sites.clone();
        async move { sites.answer(request).await }
    });
    // A header of 2,048 encoded characters and its cookies fit well into hyper's default buffer.
    let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

/// The answer is never sent.
#[derive(Debug)]
struct ConnectionAborted;

impl std::fmt::Display for ConnectionAborted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the connection is closed without an answer, as a test asked for")
    }
}

impl std::error::Error for ConnectionAborted {}

/// One router per host name.
#[derive(Clone)]
enum Sites {
    Outlook { login: Router, owa: Router, cdn: Router, graph: Router, short: Router, pictures: Router },
    Control(Router),
}

impl Sites {
    fn new(sim: &Sim) -> Self {
        Self::Outlook {
            login: login(sim),
            owa: owa::router(sim.clone()).merge(page::router(sim.clone())),
            cdn: page::cdn_router(sim.clone()),
            graph: graph::router(sim.clone()),
            short: identity::short_links(),
            pictures: page::pictures(sim.clone()),
        }
    }

    fn control(sim: &Sim) -> Self {
        Self::Control(control::router(sim.clone()))
    }

    fn of(&self, host: &str) -> Option<Router> {
        match self {
            Self::Control(router) => Some(router.clone()),
            Self::Outlook { login, owa, cdn, graph, short, pictures } => match host {
                hosts::LOGIN => Some(login.clone()),
                hosts::CDN => Some(cdn.clone()),
                hosts::GRAPH => Some(graph.clone()),
                hosts::PICTURES => Some(pictures.clone()),
                host if hosts::SHORT.contains(&host) => Some(short.clone()),
                host => hosts::OWA.contains(&host).then(|| owa.clone()),
            },
        }
    }

    /// An error closes the connection without an answer.
    async fn answer(&self, request: Request<Incoming>) -> Result<Response, ConnectionAborted> {
        let host =
            request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        let name = host.split(':').next().unwrap_or_default().to_lowercase();
        let answer = match self.of(&name) {
            Some(router) => {
                router.oneshot(request.map(Body::new)).await.unwrap_or_else(|never| match never {})
            }
            None => (StatusCode::NOT_FOUND, "no such host").into_response(),
        };
        if HangUp::marks(&answer) { Err(ConnectionAborted) } else { Ok(answer) }
    }
}

fn login(sim: &Sim) -> Router {
    let router = signin::router(sim.clone()).merge(identity::router(sim.clone()));
    router.layer(map_response(signin::pages::isolated))
}

#[cfg(test)]
mod tests;
