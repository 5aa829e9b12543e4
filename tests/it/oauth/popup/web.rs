//! The web of a test behind one certificate: the daemon by its public name as its proxy would hand on, the
//! CRM's pages and those of others, and Microsoft's at the simulator.

use super::super::super::browser::site;
use super::chromium::Chromium;
use super::front;
use crate::stage::{HOST, RETURN, Stage};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use outlook_syncd::net;
use reqwest::redirect::Policy;
use std::collections::HashMap;
use std::sync::Arc;

/// A page that keeps what it is told.
const LISTENER: &str = "<!doctype html><title>listener</title><script>window.told = [];
    addEventListener('message', ({ origin, data }) => told.push({ origin, data }));</script>";
/// A page that tells whoever opened it.
const TELLER: &str = "<!doctype html><title>teller</title><script>opener.postMessage('after all', '*');
    close()</script>";

/// All that there is.
const HOSTS: [&str; 2] = ["*.example.test", "login.microsoftonline.com"];

#[derive(Clone)]
struct Web {
    /// Bearers of who is signed in to the CRM.
    users: Arc<HashMap<String, String>>,
    daemon: String,
    client: reqwest::Client,
    simulator: reqwest::Client,
}

/// A browser that finds this web and no other, whose CRM has these users with their bearers.
pub(crate) async fn browser(stage: &Stage, users: &[(&str, String)]) -> Chromium {
    let plain = |client: reqwest::ClientBuilder| client.redirect(Policy::none()).build().unwrap();
    let simulator = net::client_at(stage.running.https, stage.running.ca.pem.as_bytes()).unwrap();
    let users = users.iter().map(|(user, bearer)| ((*user).to_owned(), bearer.clone()));
    let web = Web {
        users: Arc::new(users.collect()),
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
        "crm.example.test" => crm(&web, request).await,
        "evil.example.test" => Html(LISTENER).into_response(),
        "teller.example.test" => Html(TELLER).into_response(),
        HOST => hand_on(&web.client, &web.daemon, request).await,
        _ => hand_on(&web.simulator, &format!("https://{host}"), request).await,
    }
}

/// The CRM: a sign-in without a password, README's page, and what its server hands on for who is signed in.
async fn crm(web: &Web, mut request: Request) -> Response {
    let path = request.uri().path().to_owned();
    if let Some(user) = path.strip_prefix("/as/") {
        let headers = [
            (header::SET_COOKIE, format!("user={user}; Path=/; Secure; HttpOnly; SameSite=Lax")),
            (header::LOCATION, RETURN.to_owned()),
        ];
        return (StatusCode::SEE_OTHER, headers).into_response();
    }
    if path == "/settings" {
        return Html(format!("<!doctype html><title>settings</title>{}", front::page())).into_response();
    }
    let Some(asked) = path.strip_prefix("/outlook/") else { return Html(LISTENER).into_response() };
    let cookie = request.headers().get(header::COOKIE).and_then(|cookie| cookie.to_str().ok());
    let user = cookie.and_then(|cookie| cookie.strip_prefix("user=")).unwrap_or_default();
    let Some(bearer) = web.users.get(user) else { return StatusCode::UNAUTHORIZED.into_response() };
    let query = request.uri().query().map_or_else(String::new, |query| format!("?{query}"));
    let to = format!("{}/v1/integrations/outlook/{asked}{query}", web.daemon);
    let bearer = format!("Bearer {bearer}").parse().unwrap();
    request.headers_mut().insert(header::AUTHORIZATION, bearer);
    request.headers_mut().insert(header::HOST, HOST.parse().unwrap());
    send_on(&web.client, to, request).await
}

async fn hand_on(client: &reqwest::Client, to: &str, request: Request) -> Response {
    let url = format!("{to}{}", request.uri());
    send_on(client, url, request).await
}

async fn send_on(client: &reqwest::Client, url: String, request: Request) -> Response {
    let (head, body) = request.into_parts();
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
