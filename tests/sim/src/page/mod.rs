//! The OWA page: `/mail/…`, the way into it after sign-in, its script, and what it loads from the CDN.

mod cdn;
mod enter;
mod light;
#[cfg(test)]
mod tests;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse as _, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};

use crate::hosts;
use crate::knobs::{Kind, ServicePath, Settings, Weight};
use crate::log::Entry;
use crate::owa::canary;
use crate::sessions::{OWA_TOKEN, What};
use crate::signin::cookies;
use crate::sim::Sim;
use crate::world::Account;

const TEMPLATE: &str = include_str!("../../assets/page/index.html");
const WORDS: &str = include_str!("../../assets/page/words.json");
/// Worker and page send requests by the same few lines.
const WORKER: &str =
    concat!(include_str!("../../assets/page/transport.js"), include_str!("../../assets/page/worker.js"));

const SERVICE_WORKER: &str = include_str!("../../assets/page/sw.js");

/// Build of the page.
const VERSION: &str = "20260710013.09";

pub(crate) fn router(sim: Sim) -> Router {
    Router::new()
        .route("/", get(page))
        .route("/mail", get(page))
        .route("/mail/", get(page))
        .route("/mail/{*path}", get(page))
        .route("/mail/owa.worker.js", get(worker))
        .route("/mail/0/sw.js", get(service_worker))
        .route("/owa/", get(page).post(enter::enter))
        .route("/owa/plt1.ashx", post(StatusCode::OK))
        .route("/ows/v1/OutlookCloudSettings/settings/{name}", get(setting))
        .with_state(sim)
}

pub(crate) fn cdn_router(sim: Sim) -> Router {
    cdn::router().with_state(sim)
}

/// What the sender of a mail sees when it is read.
pub(crate) fn pictures(sim: Sim) -> Router {
    Router::new().route("/{reader}/kite.png", get(picture)).with_state(sim)
}

async fn picture(State(sim): State<Sim>, Path(reader): Path<String>) -> StatusCode {
    let status = StatusCode::NO_CONTENT;
    let action = "picture".to_owned();
    sim.record(Entry { action, account: Some(reader), status: status.as_u16(), ..Entry::default() });
    status
}

/// Whose session this browser holds on this host.
fn holder(sim: &Sim, headers: &HeaderMap) -> Option<Account> {
    let smtp = sim.holder(What::Owa, cookies::get(headers, OWA_TOKEN)?)?;
    sim.account(&smtp)
}

async fn page(State(sim): State<Sim>, uri: Uri, headers: HeaderMap) -> Response {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or(hosts::CLOUD);
    let account = holder(&sim, &headers);
    let settings =
        account.as_ref().map_or_else(|| sim.common_settings(), |account| sim.settings(&account.smtp));
    let answer = match &account {
        _ if settings.cloud_host && host != hosts::CLOUD => moved(&uri),
        None => {
            match settings.shell_ms.filter(|_| host == hosts::CLOUD && uri.path().starts_with("/mail/")) {
                Some(wait) => enter::shell(host, &uri, wait),
                None => enter::sign_in(host, &uri),
            }
        }
        Some(_) if !uri.path().starts_with("/mail/") => redirect("/mail/"),
        Some(account) if is_out_of_order(&sim, account) => unavailable(),
        Some(account) if settings.headless_light && is_headless(&headers) => light::page(&sim, account),
        Some(account) => {
            let mut answer = full(&sim, account, &settings);
            canary::keep(&sim, &account.smtp, &headers, &mut answer);
            answer
        }
    };
    let account = account.map(|account| account.smtp);
    sim.record(Entry {
        action: "page".to_owned(),
        account,
        status: answer.status().as_u16(),
        ..Entry::default()
    });
    answer
}

fn is_headless(headers: &HeaderMap) -> bool {
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    agent.is_some_and(|agent| agent.contains("Headless"))
}

/// Whether the action `page` has `Kind::Unavailable` to come.
fn is_out_of_order(sim: &Sim, account: &Account) -> bool {
    sim.take_failures(&account.smtp, "page").iter().any(|kind| matches!(kind, Kind::Unavailable { .. }))
}

/// What a front end says that has no server behind it.
fn unavailable() -> Response {
    let text = "<html><head><title>Service Unavailable</title></head><body><h2>Service Unavailable</h2><hr><p>HTTP Error 503. The \
        service is unavailable.</p></body></html>";
    (StatusCode::SERVICE_UNAVAILABLE, Html(text)).into_response()
}

fn redirect(location: &str) -> Response {
    (StatusCode::FOUND, [(header::LOCATION, location), (header::CACHE_CONTROL, "no-store")]).into_response()
}

/// The old host names send the browser on.
fn moved(uri: &Uri) -> Response {
    let path = if uri.path().starts_with("/mail/") { uri.path() } else { "/mail/" };
    redirect(&format!("https://{}{path}", hosts::CLOUD))
}

fn full(sim: &Sim, account: &Account, settings: &Settings) -> Response {
    let words: Value = serde_json::from_str(WORDS).expect("words.json is JSON");
    let language = account.culture.split('-').next().unwrap_or_default();
    let direction = if words[language]["rtl"] == true { "rtl" } else { "ltr" };
    let assets = match settings.weight {
        Weight::Full => cdn::assets(),
        Weight::Light => cdn::none(),
    };
    let config = json!({
        "clientId": hosts::CLIENT_ID, "authority": format!("https://{}/common", hosts::LOGIN), "resource": "https://outlook.office.com",
        "account": account.mailbox_guid, "timeZone": account.zone.name(), "now": sim.now().timestamp_millis(), "version": VERSION,
        "fetchFrom": settings.fetch, "virtualization": settings.rows, "look": settings.look, "titles": settings.titles,
        "owa": match settings.service_path { ServicePath::Plain => "/owa/", ServicePath::Zero => "/owa/0/" },
        "shared": settings.shared_mailboxes, "folderPane": settings.folder_pane, "focused": settings.focused, "ids": settings.page_ids, "words": words, "assets": assets,
    });
    let config = config.to_string().replace('<', "\\u003c");
    let html = TEMPLATE.replace("{{lang}}", account.culture).replace("{{dir}}", direction);
    let html = html.replace("{{cdn}}", &cdn::base()).replace("{{config}}", &config);
    (
        [
            (header::CACHE_CONTROL, "no-cache, no-store"),
            (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
        ],
        Html(html),
    )
        .into_response()
}

async fn worker() -> Response {
    ([(header::CONTENT_TYPE, "application/javascript")], WORKER).into_response()
}

/// It may serve the page, which lies above it.
async fn service_worker() -> Response {
    let allowed = HeaderName::from_static("service-worker-allowed");
    ([(header::CONTENT_TYPE, "application/javascript"), (allowed, "/mail/")], SERVICE_WORKER).into_response()
}

async fn setting() -> Response {
    axum::Json(json!({"settings": [], "version": VERSION})).into_response()
}
