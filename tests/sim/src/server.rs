//! The listeners: https and http with routes by host name, and the control interface on a port of its own.

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
use crate::sim::Sim;
use crate::{control, graph, hosts, identity, owa, page, proxy, signin};

/// A simulator that listens. It stops when dropped.
pub struct Running {
    /// Where browsers go, TLS by the test CA.
    pub https: SocketAddr,
    /// The same without TLS.
    pub http: SocketAddr,
    /// A `CONNECT` proxy that leads the simulator's host names to `https`.
    pub proxy: SocketAddr,
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
        let tls = TlsAcceptor::from(Arc::new(ca.server_config()?));
        let sites = Sites::new(&sim);
        let https = bind(&options.https).await?;
        let http = bind(&options.http).await?;
        let proxy = bind(&options.proxy).await?;
        let control = bind(&options.control).await?;
        let control_sites = Sites::control(&sim);
        Ok(Self {
            https: https.local_addr()?,
            http: http.local_addr()?,
            proxy: proxy.local_addr()?,
            control: format!("http://{}", control.local_addr()?),
            ca,
            sim,
            tasks: vec![
                tokio::spawn(accept(https, Door::Tls(tls.clone()), sites.clone())).abort_handle(),
                tokio::spawn(accept(proxy, Door::Proxy(tls), sites.clone())).abort_handle(),
                tokio::spawn(accept(http, Door::Plain, sites)).abort_handle(),
                tokio::spawn(accept(control, Door::Plain, control_sites)).abort_handle(),
            ],
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

/// What stands at the beginning of a connection.
#[derive(Clone)]
enum Door {
    Plain,
    Tls(TlsAcceptor),
    /// A `CONNECT`, then TLS.
    Proxy(TlsAcceptor),
}

/// Connections live in the accepting task's set, so that aborting the one ends the others.
async fn accept(listener: TcpListener, door: Door, sites: Sites) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            Ok((stream, _)) = listener.accept() => {
                connections.spawn(connection(stream, door.clone(), sites.clone()));
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

/// A connection that ends badly is the client's business.
async fn connection(mut stream: TcpStream, door: Door, sites: Sites) {
    let _ = stream.set_nodelay(true);
    match door {
        Door::Plain => serve(stream, sites).await,
        Door::Proxy(_) if !proxy::admits(&mut stream).await => {}
        Door::Tls(tls) | Door::Proxy(tls) => {
            if let Ok(stream) = tls.accept(stream).await {
                serve(stream, sites).await;
            }
        }
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
mod tests {
    use serde_json::Value;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    /// One request over a connection of its own; the whole answer as text.
    async fn ask(addr: SocketAddr, host: &str, line: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(addr).await.unwrap();
        let length = body.len();
        let head = format!(
            "{line} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
        );
        stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    fn json(answer: &str) -> Value {
        serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
    }

    #[tokio::test]
    async fn the_host_name_chooses_the_site() {
        let running = Sim::start(Options::default()).await.unwrap();
        let service = "POST /owa/service.svc?action=FindItem";
        assert!(ask(running.http, "outlook.office.com", service, "").await.starts_with("HTTP/1.1 401"));
        assert!(
            ask(running.http, "OUTLOOK.cloud.microsoft:443", service, "").await.starts_with("HTTP/1.1 401")
        );
        assert!(ask(running.http, hosts::LOGIN, service, "").await.starts_with("HTTP/1.1 404"));
        assert!(ask(running.http, "elsewhere.example", service, "").await.starts_with("HTTP/1.1 404"));
    }

    #[tokio::test]
    async fn every_page_of_the_sign_in_cuts_who_opened_it() {
        let running = Sim::start(Options::default()).await.unwrap();
        let authorize = "GET /common/oauth2/v2.0/authorize";
        for line in [authorize, "GET /common/oauth2/deviceauth", "GET /jsdisabled"] {
            let page = ask(running.http, hosts::LOGIN, line, "").await;
            assert!(page.contains("cross-origin-opener-policy: same-origin\r\n"), "{line}: {page}");
        }
        let other = ask(running.http, hosts::LOGIN, "GET /common/discovery/v2.0/keys", "").await;
        assert!(!other.contains("cross-origin-opener-policy"), "no page: {other}");
    }

    #[tokio::test]
    async fn tls_holds_for_those_who_trust_the_ca() {
        let running = Sim::start(Options::default()).await.unwrap();
        let mut roots = rustls::RootCertStore::empty();
        let der = base64_of_pem(&running.ca.pem);
        roots.add(der.into()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap();
        let config = config.with_root_certificates(roots).with_no_client_auth();
        let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
        for host in hosts::all() {
            let stream = TcpStream::connect(running.https).await.unwrap();
            connector.connect(host.try_into().unwrap(), stream).await.unwrap();
        }
        let stream = TcpStream::connect(running.https).await.unwrap();
        assert!(connector.connect("elsewhere.example".try_into().unwrap(), stream).await.is_err());
    }

    #[tokio::test]
    async fn the_proxy_leads_our_hosts_to_us_and_others_nowhere() {
        let running = Sim::start(Options::default()).await.unwrap();
        let connect = async |host: &str| {
            let mut stream = TcpStream::connect(running.proxy).await.unwrap();
            stream.write_all(format!("CONNECT {host}:443 HTTP/1.1\r\n\r\n").as_bytes()).await.unwrap();
            stream.shutdown().await.unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.unwrap();
            answer
        };
        assert_eq!(connect("elsewhere.example").await, "HTTP/1.1 403 Forbidden\r\n\r\n");
        // No TLS follows, so the tunnel ends as soon as it is there.
        assert_eq!(connect(hosts::GRAPH).await, "HTTP/1.1 200 Connection established\r\n\r\n");
    }

    fn base64_of_pem(pem: &str) -> Vec<u8> {
        let text: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
        base64::Engine::decode(&base64::engine::general_purpose::STANDARD, text).unwrap()
    }

    #[tokio::test]
    async fn the_control_interface_edits_and_tells() {
        let running = Sim::start(Options::default()).await.unwrap();
        let addr: SocketAddr = running.control.strip_prefix("http://").unwrap().parse().unwrap();
        let accounts = json(&ask(addr, "c", "GET /accounts", "").await);
        let smtp = accounts[0]["smtp"].as_str().unwrap();
        let delivery = r#"{"messages":[{"subject":"By hand"}]}"#;
        let delivered = json(&ask(addr, "c", &format!("POST /accounts/{smtp}/deliver"), delivery).await);
        let truth = json(&ask(addr, "c", &format!("GET /truth/{smtp}"), "").await);
        assert_eq!(truth[0], delivered[0]);
        assert_eq!(truth.as_array().unwrap().len(), 61);
        let ids = serde_json::json!({"ids": [truth[0]["item_id"]], "folder": "archive"}).to_string();
        assert_eq!(json(&ask(addr, "c", &format!("POST /accounts/{smtp}/move"), &ids).await)["moved"], 1);
        let knobs =
            r#"{"set":{"view":"message"},"fail":[{"kind":"throttled","actions":["FindItem"],"times":1}]}"#;
        assert!(ask(addr, "c", "POST /knobs", knobs).await.starts_with("HTTP/1.1 200"));
        assert_eq!(running.sim().settings(smtp).view, crate::View::Message);
        let unknown = ask(addr, "c", "POST /knobs", r#"{"set":{"view":"sideways"}}"#).await;
        assert!(unknown.starts_with("HTTP/1.1 422"), "{unknown}");
        let expire = format!(r#"{{"account":"{smtp}","what":"ests"}}"#);
        assert_eq!(json(&ask(addr, "c", "POST /expire", &expire).await)["expired"], 0);
        let requests = json(&ask(addr, "c", &format!("GET /requests?account={smtp}"), "").await);
        assert_eq!(requests["password_attempts"]["wrong"], 0);
    }
}
