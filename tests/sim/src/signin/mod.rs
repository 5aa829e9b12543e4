//! login.microsoftonline.com: authorize, the sign-in and consent pages and their POSTs, the token endpoint of
//! OWA's own page. Whom a registered application may have, and what it gets, is for [`crate::identity`] to
//! say.
//!
//! A sign-in under way is kept nowhere: everything about it travels in `ctx` ([`flow::Flow`]), as in the real
//! pages.

mod authorize;
pub(crate) mod cookies;
mod factor;
mod flow;
mod login;
pub(crate) mod pages;
mod stay;
#[cfg(test)]
mod tests;
pub(crate) mod token;

pub(crate) use authorize::{begin, respond};
pub(crate) use factor::proven;
pub(crate) use flow::{Asked, Flow};

use axum::Router;
use axum::response::{Html, IntoResponse as _, Response};
use axum::routing::{get, post};

use crate::log::Entry;
use crate::sim::Sim;

/// What every view of the sign-in page runs; the real bundles differ per page, this one serves all.
const SCRIPT: &str = concat!(
    "(() => {\n",
    include_str!("../../assets/signin/dom.js"),
    include_str!("../../assets/signin/views.js"),
    include_str!("../../assets/signin/tfa.js"),
    include_str!("../../assets/signin/signin.js"),
    include_str!("../../assets/signin/consent.js"),
    "})();\n"
);

pub(crate) fn router(sim: Sim) -> Router {
    Router::new()
        .route("/{tenant}/oauth2/v2.0/authorize", get(authorize::authorize).post(authorize::posted))
        .route("/{tenant}/adminconsent", get(authorize::admin_consent))
        .route("/{tenant}/v2.0/adminconsent", get(authorize::admin_consent))
        .route("/{tenant}/Consent/Set", post(stay::consent))
        .route("/{tenant}/GetCredentialType", post(login::credential_type))
        .route("/{tenant}/login", post(login::login))
        .route("/{tenant}/SAS/BeginAuth", post(factor::begin))
        .route("/{tenant}/SAS/EndAuth", get(factor::polled).post(factor::given))
        .route("/{tenant}/SAS/ProcessAuth", post(factor::process))
        .route("/{tenant}/skipproofup", get(stay::skip_proof_up))
        .route("/{tenant}/reminder", post(stay::after_reminder))
        .route("/kmsi", post(stay::kmsi))
        .route("/appverify", post(stay::app_confirmed))
        .route("/jsdisabled", get(Html(include_str!("../../assets/signin/jsdisabled.html"))))
        .route("/shared/1.0/content/js/{bundle}", get(script))
        .with_state(sim)
}

/// The page where the code of a device is typed in.
pub(crate) fn device_page(error: Option<&str>) -> Response {
    let url = format!("https://{}/common/oauth2/deviceauth", crate::hosts::LOGIN);
    pages::render(&pages::DEVICE, &Flow::default(), &serde_json::json!({"urlPost": url, "sErrTxt": error}))
}

async fn script() -> Response {
    ([("content-type", "application/x-javascript")], SCRIPT).into_response()
}

fn record(sim: &Sim, action: &str, account: Option<&str>, answer: &Response) {
    let (account, status) = (account.map(str::to_owned), answer.status().as_u16());
    sim.record(Entry { action: action.to_owned(), account, status, ..Entry::default() });
}
