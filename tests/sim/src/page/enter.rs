//! The way into OWA: off to the sign-in, and back from it with a code.

use std::time::Duration;

use axum::extract::{Form, State};
use axum::http::{HeaderMap, Uri, header};
use axum::response::{Html, IntoResponse as _, Response};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::redirect;
use crate::hosts;
use crate::log::Entry;
use crate::sessions::{OWA_TOKEN, What};
use crate::signin::cookies;
use crate::sim::Sim;

const SHELL: &str = include_str!("../../assets/page/shell.html");

/// To the interactive sign-in; `state` remembers what was asked for.
pub(super) fn sign_in(host: &str, uri: &Uri) -> Response {
    redirect(&sign_in_url(host, uri))
}

/// The page without a mailbox, whose script goes to the sign-in after so many milliseconds.
pub(super) fn shell(host: &str, uri: &Uri, wait: u32) -> Response {
    let config = json!({"signIn": sign_in_url(host, uri), "wait": wait});
    let html = SHELL.replace("{{config}}", &config.to_string().replace('<', "\\u003c"));
    ([(header::CACHE_CONTROL, "no-cache, no-store")], Html(html)).into_response()
}

fn sign_in_url(host: &str, uri: &Uri) -> String {
    let state = URL_SAFE_NO_PAD.encode(uri.path());
    // Every host name asks for the answer to come back to itself.
    hosts::authorize_url(&state, &Uuid::new_v4().to_string()).replace(hosts::CLOUD, host)
}

#[derive(Deserialize)]
pub(super) struct Answer {
    #[serde(default)]
    code: String,
    #[serde(default)]
    id_token: String,
    #[serde(default)]
    state: String,
}

pub(super) async fn enter(State(sim): State<Sim>, headers: HeaderMap, Form(form): Form<Answer>) -> Response {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or(hosts::CLOUD);
    let Some(smtp) = sim.redeem(&form.code) else {
        return sign_in(host, &Uri::from_static("/mail/"));
    };
    let settings = sim.settings(&smtp);
    tokio::time::sleep(Duration::from_millis(settings.slow_redirect_ms.into())).await;
    let life = stays(&form.id_token).then_some(settings.owa_life_s);
    let state = if settings.lands_at_start { "" } else { form.state.as_str() };
    let mut answer = redirect(&path_of(state));
    let token = sim.grant(What::Owa, &smtp);
    let others =
        [("ClientId", Uuid::new_v4().simple().to_string()), ("UC", Uuid::new_v4().simple().to_string())];
    cookies::set(&mut answer, OWA_TOKEN, &token, life);
    for (name, value) in others.iter().map(|(name, value)| (*name, value.as_str())) {
        cookies::set(&mut answer, name, value, life);
    }
    cookies::set(&mut answer, "DefaultAnchorMailbox", &smtp, life);
    cookies::set(&mut answer, "RoutingKeyCookie", &format!("{:?}:{smtp}", Uuid::new_v4()), life);
    sim.record(Entry {
        action: "enter".to_owned(),
        account: Some(smtp),
        status: answer.status().as_u16(),
        ..Entry::default()
    });
    answer
}

/// The page that was asked for before the sign-in.
fn path_of(state: &str) -> String {
    let path = URL_SAFE_NO_PAD.decode(state).ok().and_then(|path| String::from_utf8(path).ok());
    path.filter(|path| path.starts_with("/mail/")).unwrap_or_else(|| "/mail/".to_owned())
}

/// Whether the sign-in was told to stay.
fn stays(id_token: &str) -> bool {
    let claims = id_token.split('.').nth(1).and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
    let claims = claims.and_then(|json| serde_json::from_slice::<serde_json::Value>(&json).ok());
    claims.is_some_and(|claims| claims["signin_state"][0] == "kmsi")
}
