//! The web of a test behind one certificate: the daemon by its public name as its proxy would hand on, the
//! CRM's pages and those of others, and Microsoft's at the simulator.

use super::super::super::browser::site;
use super::chromium::Chromium;
use crate::stage::{HOST, Stage};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, header};
use axum::response::{Html, IntoResponse, Response};
use outlook_syncd::net;
use reqwest::redirect::Policy;

/// A page that keeps what it is told.
const LISTENER: &str = "<!doctype html><title>listener</title><script>window.told = [];
    addEventListener('message', ({ origin, data }) => told.push({ origin, data }));</script>";
/// A page that tells whoever opened it.
const TELLER: &str =
    "<!doctype html><title>teller</title><script>opener.postMessage('after all', '*')</script>";

/// All that there is.
const HOSTS: [&str; 2] = ["*.example.test", "login.microsoftonline.com"];

#[derive(Clone)]
struct Web {
    daemon: String,
    client: reqwest::Client,
    simulator: reqwest::Client,
}

/// A browser that finds this web and no other.
pub(super) async fn browser(stage: &Stage) -> Chromium {
    let plain = |client: reqwest::ClientBuilder| client.redirect(Policy::none()).build().unwrap();
    let simulator = net::client_at(stage.running.https, stage.running.ca.pem.as_bytes()).unwrap();
    let web = Web {
        daemon: format!("http://{}", stage.address),
        client: plain(net::client()),
        simulator: plain(simulator),
    };
    let (address, key) = site::serve(Router::new().fallback(answer).with_state(web)).await;
    Chromium::start(&HOSTS, address, &key).await
}

async fn answer(State(web): State<Web>, request: Request) -> Response {
    let host = request.headers()[header::HOST].to_str().unwrap().to_owned();
    match host.as_str() {
        "crm.example.test" | "evil.example.test" => Html(LISTENER).into_response(),
        "teller.example.test" => Html(TELLER).into_response(),
        HOST => hand_on(&web.client, &web.daemon, request).await,
        _ => hand_on(&web.simulator, &format!("https://{host}"), request).await,
    }
}

async fn hand_on(client: &reqwest::Client, to: &str, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let url = format!("{to}{}", head.uri);
    let body = to_bytes(body, 1 << 20).await.unwrap();
    let answer = client.request(head.method, url).headers(head.headers).body(body).send().await.unwrap();
    let (status, headers) = (answer.status(), of_the_answer(answer.headers()));
    (status, headers, Body::from(answer.bytes().await.unwrap())).into_response()
}

/// Without those that belong to one connection.
fn of_the_answer(headers: &HeaderMap) -> HeaderMap {
    let mut headers = headers.clone();
    for name in [header::TRANSFER_ENCODING, header::CONNECTION, header::CONTENT_LENGTH] {
        headers.remove(name);
    }
    headers
}
