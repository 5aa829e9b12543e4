//! The authorize endpoint: single sign-on, the sign-in page, the account picker, or a refusal.

use axum::extract::{Form, Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::json;
use uuid::Uuid;

use super::flow::{Asked, Flow, encode};
use super::{cookies, pages, record};
use crate::hosts;
use crate::identity::consent;
use crate::knobs::{Kind, SignIn};
use crate::sessions::What;
use crate::sim::Sim;

pub(super) async fn authorize(
    State(sim): State<Sim>,
    Path(tenant): Path<String>,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Response {
    begin(&sim, &headers, Asked { tenant, device: None, admin: false, ..asked })
}

/// The same by POST, which OpenID Connect asks for.
pub(super) async fn posted(
    State(sim): State<Sim>,
    Path(tenant): Path<String>,
    headers: HeaderMap,
    Form(asked): Form<Asked>,
) -> Response {
    begin(&sim, &headers, Asked { tenant, device: None, admin: false, ..asked })
}

/// `GET /{tenant}/adminconsent`: an administrator is asked for the whole tenant.
pub(super) async fn admin_consent(
    State(sim): State<Sim>,
    Path(tenant): Path<String>,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Response {
    let response_mode = Some("query".to_owned());
    begin(&sim, &headers, Asked { tenant, device: None, admin: true, response_mode, ..asked })
}

/// From a request to a page, or straight back where the browser is signed in and nothing is left to ask.
pub(crate) fn begin(sim: &Sim, headers: &HeaderMap, asked: Asked) -> Response {
    let session = cookies::signed_in(sim, headers);
    let account = session.as_ref().map(|(smtp, _)| smtp.clone());
    let refused = if asked.is_owa() { refusal(&asked) } else { consent::refusal(sim, &asked) };
    let answer = refused.unwrap_or_else(|| match session {
        Some((smtp, _)) if asked.is_owa() && is_met_by_sign_in(sim, &smtp) => unknown(asked),
        Some((smtp, stays)) => known(sim, asked, &smtp, stays),
        None => unknown(asked),
    });
    record(sim, "authorize", account.as_deref(), &answer);
    answer
}

/// Whether a live session meets the sign-in page once more: a second load passes it.
fn is_met_by_sign_in(sim: &Sim, smtp: &str) -> bool {
    sim.take_failures(smtp, "authorize").contains(&Kind::SignInPage)
}

/// A request that OWA's own page would not send.
fn refusal(asked: &Asked) -> Option<Response> {
    let flow = Flow { asked: asked.clone(), ..Flow::default() };
    let allowed = |host: &&str| {
        ["owa", "mail"].iter().any(|path| asked.redirect_uri == format!("https://{host}/{path}/"))
    };
    let text = "The redirect URI specified in the request does not match the redirect URIs configured for the application.";
    (!hosts::OWA.iter().any(allowed)).then(|| pages::stop(&pages::ERROR, &flow, 50011, text))
}

fn unknown(asked: Asked) -> Response {
    if asked.is_silent() {
        return failure(
            &asked,
            "login_required",
            "AADSTS50058: A silent sign-in request was sent but no user is signed in.",
        );
    }
    let login = asked.login_hint.clone().unwrap_or_default();
    pages::refused(&Flow { asked, login, ..Flow::default() }, "50058")
}

fn known(sim: &Sim, asked: Asked, smtp: &str, stays: bool) -> Response {
    let flow = Flow { asked, login: smtp.to_owned(), accepted: true, proven: false };
    let silent = flow.asked.is_silent();
    match sim.settings(smtp).sign_in {
        SignIn::ConditionalAccess if silent => {
            failure(&flow.asked, "interaction_required", "AADSTS53003: Access has been blocked.")
        }
        SignIn::ConditionalAccess => blocked(&flow),
        SignIn::Disabled if silent => {
            failure(&flow.asked, "interaction_required", "AADSTS50057: The user account is disabled.")
        }
        SignIn::Disabled => pages::refused(&flow, "50057"),
        SignIn::Plain
        | SignIn::UnknownPage
        | SignIn::ProofUp
        | SignIn::Passkey
        | SignIn::Passwordless
        | SignIn::AppConfirm
        | SignIn::Mfa
        | SignIn::MfaDenied
        | SignIn::MfaTimeout
        | SignIn::Code
        | SignIn::Choice
        | SignIn::Federated => {
            match flow.asked.prompt.as_deref() {
                Some("select_account") => picker(sim, &flow),
                Some("login") => unknown(flow.asked),
                // Somebody else is wanted than who is signed in.
                _ if flow
                    .asked
                    .login_hint
                    .as_deref()
                    .is_some_and(|hint| !hint.eq_ignore_ascii_case(smtp)) =>
                {
                    unknown(flow.asked)
                }
                _ => finish(sim, &flow, stays),
            }
        }
    }
}

/// The page of a policy that says no.
pub(super) fn blocked(flow: &Flow) -> Response {
    let text = "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.";
    pages::stop(&pages::BLOCKED, flow, 53003, text)
}

fn picker(sim: &Sim, flow: &Flow) -> Response {
    let name = sim.account(&flow.login).map(|account| account.name);
    let session = json!({"name": flow.login, "fullName": name, "isSignedIn": true, "url": flow.asked.url(None, Some(&flow.login))});
    let more = json!({"arrSessions": [session], "urlSwitch": flow.asked.url(Some("login"), None), "sErrorCode": "50058"});
    pages::render(&pages::SIGN_IN, flow, &more)
}

/// Back to the application with a code, and an id token where it asked for one.
pub(super) fn finish(sim: &Sim, flow: &Flow, stays: bool) -> Response {
    if !flow.asked.is_owa() {
        return consent::signed_in(sim, flow);
    }
    let mut fields = vec![("code", sim.grant(What::Code, &flow.login))];
    if flow.asked.response_type.split(' ').any(|kind| kind == "id_token") {
        fields.push(("id_token", id_token(&flow.login, &flow.asked.nonce, stays)));
    }
    fields.extend([("state", flow.asked.state.clone()), ("session_state", Uuid::new_v4().to_string())]);
    respond(&flow.asked, &fields)
}

fn failure(asked: &Asked, error: &str, text: &str) -> Response {
    let fields =
        [("error", error.to_owned()), ("error_description", text.to_owned()), ("state", asked.state.clone())];
    respond(asked, &fields)
}

/// By form or by redirect, as `response_mode` says; without it a code travels in the query.
pub(crate) fn respond(asked: &Asked, fields: &[(&str, String)]) -> Response {
    let mark = match asked.response_mode.as_deref() {
        Some("form_post") => return pages::hidden_form(&asked.redirect_uri, fields),
        Some("fragment") => '#',
        None if asked.response_type.contains("token") => '#',
        _ if asked.redirect_uri.contains('?') => '&',
        _ => '?',
    };
    let pairs: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
    let location = format!("{}{mark}{}", asked.redirect_to(), pairs.join("&"));
    (StatusCode::FOUND, [(header::LOCATION, location)]).into_response()
}

/// `signin_state` tells OWA whether its own cookies may outlive the browser.
fn id_token(smtp: &str, nonce: &str, stays: bool) -> String {
    let part = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signin_state: &[&str] = if stays { &["kmsi"] } else { &[] };
    let claims = json!({"aud": hosts::CLIENT_ID, "preferred_username": smtp, "nonce": nonce, "signin_state": signin_state});
    format!(
        "{}.{}.{}",
        part(json!({"typ": "JWT", "alg": "RS256"})),
        part(claims),
        URL_SAFE_NO_PAD.encode(Uuid::new_v4())
    )
}
