//! After the sign-in: may this application have what it asks for, and then back to it, with a code or
//! without.

use std::collections::BTreeSet;

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::json;
use uuid::Uuid;

use super::apps::App;
use super::device::Fate;
use super::errors::OauthError;
use super::grants::{Code, Grant};
use super::person::Person;
use super::scopes::{Scope, Scopes};
use super::settings::Consent;
use super::tenant::Tenant;
use super::tokens;
use crate::knobs::Kind;
use crate::signin::{Asked, Flow, pages, respond};
use crate::sim::Sim;

/// A request that is answered without a sign-in: by a page where the answer has no safe place to go, else by
/// redirect.
pub(crate) fn refusal(sim: &Sim, asked: &Asked) -> Option<Response> {
    match app_of(sim, asked) {
        Err(error) => Some(refused_on_page(sim, asked, &error)),
        Ok(_) if asked.device.is_some() || asked.admin => None,
        Ok(_) => wrong(asked).err().map(|error| redirected(sim, asked, &error)),
    }
}

/// The application, when the tenant and the redirect address are right for it.
fn app_of(sim: &Sim, asked: &Asked) -> Result<App, OauthError> {
    let tenant = Tenant::of(&asked.tenant).ok_or_else(|| OauthError::aadsts(90_002))?;
    let app = sim.platform().app(&asked.client_id)?;
    if asked.device.is_none() && !app.owns(&asked.redirect_uri) {
        return Err(OauthError::aadsts(50_011).text(format!(
            "The redirect URI '{}' specified in the request does not match the redirect URIs configured for the application '{}'.",
            asked.redirect_uri, app.client_id
        )));
    }
    super::admits_app(tenant, &app)?;
    Ok(app)
}

/// What is wrong with a request whose redirect address is right.
fn wrong(asked: &Asked) -> Result<(), OauthError> {
    let missing = |name: &str| {
        OauthError::aadsts(900_144)
            .text(format!("The request body must contain the following parameter: '{name}'."))
    };
    if asked.response_type != "code" {
        return Err(OauthError::aadsts(70_005));
    }
    if !["query", "fragment", "form_post"]
        .map(Some)
        .contains(&asked.response_mode.as_deref().or(Some("query")))
    {
        return Err(OauthError::aadsts(70_007));
    }
    if asked.scope.trim().is_empty() {
        return Err(missing("scope"));
    }
    if asked.login_hint.is_some() && asked.prompt.as_deref() == Some("select_account") {
        return Err(
            OauthError::aadsts(90_005).text("login_hint and prompt=select_account exclude each other.")
        );
    }
    match (asked.code_challenge.as_deref(), asked.code_challenge_method.as_deref()) {
        (None, _) => {}
        // A SHA-256 in base64url is 43 characters.
        (Some(challenge), Some("S256")) if challenge.len() == 43 => {}
        (Some(_), Some("S256")) => return Err(OauthError::aadsts(501_491)),
        (Some(_), _) => return Err(OauthError::aadsts(90_023).text("code_challenge_method must be S256.")),
    }
    Scopes::parse(&asked.scope).map(|_| ())
}

fn refused_on_page(sim: &Sim, asked: &Asked, error: &OauthError) -> Response {
    let flow = Flow { asked: asked.clone(), ..Flow::default() };
    pages::said(&pages::ERROR, &flow, error.code, &error.description(sim.now()))
}

fn redirected(sim: &Sim, asked: &Asked, error: &OauthError) -> Response {
    let mut fields = vec![
        ("error", error.name().to_owned()),
        ("error_description", error.description(sim.now())),
        ("state", asked.state.clone()),
    ];
    if let Some(subcode) = &error.suberror {
        fields.insert(1, ("error_subcode", subcode.clone()));
    }
    respond(asked, &fields)
}

/// The person is signed in: what still stands between the application and its answer.
pub(crate) fn signed_in(sim: &Sim, flow: &Flow) -> Response {
    let (app, person) = match parties(sim, flow) {
        Ok(parties) => parties,
        Err(error) => return refused_on_page(sim, &flow.asked, &error),
    };
    let failures = sim.take_failures(&flow.login, "authorize");
    let ordered =
        failures.into_iter().find_map(|kind| if let Kind::Oauth(error) = kind { Some(error) } else { None });
    match ordered.map_or_else(|| ask(sim, flow, &app, &person), Step::Refuse) {
        Step::Done => complete(sim, flow, &app, &person),
        Step::Ask(scopes) => ask_person(flow, &app, &scopes),
        Step::Refuse(error) if error.needs_admin() && !flow.asked.is_silent() => {
            need_admin(sim, flow, &app, &error)
        }
        Step::Refuse(error) => redirected(sim, &flow.asked, &error),
    }
}

enum Step {
    Done,
    Ask(BTreeSet<Scope>),
    Refuse(OauthError),
}

fn parties(sim: &Sim, flow: &Flow) -> Result<(App, Person), OauthError> {
    let app = app_of(sim, &flow.asked)?;
    let person = Person::of(sim, &flow.login).ok_or_else(|| OauthError::aadsts(50_020))?;
    let tenant = Tenant::of(&flow.asked.tenant).ok_or_else(|| OauthError::aadsts(90_002))?;
    if tenant.admits(&person) && app.is_for(&person) {
        return Ok((app, person));
    }
    Err(OauthError::aadsts(50_020).text(format!(
        "User account '{}' from identity provider does not exist in tenant '{}' and cannot access the application '{}'({}) in that tenant. The account needs to be added as an external user in the tenant first.",
        person.smtp, flow.asked.tenant, app.client_id, app.name
    )))
}

/// Whether anybody has to be asked.
fn ask(sim: &Sim, flow: &Flow, app: &App, person: &Person) -> Step {
    if flow.asked.admin {
        return Step::Ask(BTreeSet::new());
    }
    let settings = sim.settings(&person.smtp).identity;
    let scopes = match Scopes::parse(&flow.asked.scope) {
        Ok(scopes) => scopes,
        Err(error) => return Step::Refuse(error),
    };
    let by_admin = sim.platform().grants.has_admin_consent(app.client_id, person.tid);
    let held = sim.platform().grants.consented(app.client_id, &person.smtp);
    let declined = |scope: &Scope| settings.declined_scopes.iter().any(|name| name == scope.name);
    let new: BTreeSet<Scope> =
        scopes.named.iter().filter(|scope| !held.contains(scope) && !declined(scope)).copied().collect();
    let free = by_admin || settings.consent == Consent::Granted;
    let admin_only = settings.consent == Consent::Admin || new.iter().any(|scope| scope.needs_admin());
    match flow.asked.prompt.as_deref() {
        _ if admin_only && !free && !new.is_empty() && !person.is_personal() => {
            Step::Refuse(OauthError::aadsts(90_094))
        }
        Some("consent") => Step::Ask(scopes.named),
        _ if free || new.is_empty() && flow.asked.device.is_none() => Step::Done,
        Some("none") => Step::Refuse(OauthError::aadsts(65_001).error("consent_required")),
        _ => Step::Ask(new),
    }
}

fn ask_person(flow: &Flow, app: &App, scopes: &BTreeSet<Scope>) -> Response {
    let scopes: Vec<String> = scopes.iter().map(|scope| scope.full()).collect();
    let (page, url) = if scopes.is_empty() && !flow.asked.admin {
        (&pages::CONFIRM, pages::app_verify())
    } else {
        (&pages::CONSENT, format!("https://{}/common/Consent/Set", crate::hosts::LOGIN))
    };
    pages::render(
        page,
        flow,
        &json!({"urlPost": url, "sAppName": app.name, "arrScopes": scopes, "fIsAdmin": flow.asked.admin}),
    )
}

/// The person usually goes no further than this page; it has a way back all the same.
fn need_admin(sim: &Sim, flow: &Flow, app: &App, error: &OauthError) -> Response {
    let url = format!("https://{}/common/Consent/Set", crate::hosts::LOGIN);
    let more = json!({
        "urlPost": url, "sAppName": app.name, "sErrorCode": error.code.to_string(),
        "strServiceExceptionMessage": error.description(sim.now()),
    });
    pages::render(&pages::NEED_ADMIN, flow, &more)
}

/// The consent page was answered.
pub(crate) fn answered(sim: &Sim, flow: &Flow, accepted: bool) -> Response {
    let (app, person) = match parties(sim, flow) {
        Ok(parties) => parties,
        Err(error) => return refused_on_page(sim, &flow.asked, &error),
    };
    if !accepted {
        return declined(sim, flow);
    }
    // A consent page that was forged for scopes which only an administrator can grant changes nothing.
    match ask(sim, &flow.without_prompt(), &app, &person) {
        Step::Refuse(error) => redirected(sim, &flow.asked, &error),
        Step::Done | Step::Ask(_) => complete(sim, flow, &app, &person),
    }
}

fn declined(sim: &Sim, flow: &Flow) -> Response {
    if let Some(code) = &flow.asked.device {
        if let Some(device) = sim.platform().grants.device(code, sim.now()) {
            device.fate = Fate::Declined;
        }
        return pages::render(&pages::DEVICE_DONE, flow, &json!({"fDeclined": true}));
    }
    redirected(sim, &flow.asked, &OauthError::aadsts(65_004).suberror("cancel"))
}

/// Consent is there: it is written down, and the answer goes out.
fn complete(sim: &Sim, flow: &Flow, app: &App, person: &Person) -> Response {
    if flow.asked.admin {
        return admin_consented(sim, flow, app, person);
    }
    let Ok(scopes) = Scopes::parse(&flow.asked.scope) else {
        return redirected(sim, &flow.asked, &OauthError::aadsts(70_011));
    };
    let declined = sim.settings(&person.smtp).identity.declined_scopes;
    let granted = scopes
        .named
        .iter()
        .filter(|scope| !declined.iter().any(|name| name == scope.name))
        .copied()
        .collect();
    sim.platform().grants.consent(app.client_id, &person.smtp, &granted);
    match &flow.asked.device {
        Some(code) => device_done(sim, flow, code, person),
        None => with_code(sim, flow, app, person, scopes),
    }
}

fn device_done(sim: &Sim, flow: &Flow, code: &str, person: &Person) -> Response {
    let now = sim.now();
    let mut platform = sim.platform();
    let Some(device) = platform.grants.device(code, now) else {
        drop(platform);
        return refused_on_page(sim, &flow.asked, &OauthError::aadsts(90_120));
    };
    device.fate = Fate::Approved { smtp: person.smtp.clone() };
    pages::render(&pages::DEVICE_DONE, flow, &json!({"fDeclined": false}))
}

fn with_code(sim: &Sim, flow: &Flow, app: &App, person: &Person, scopes: Scopes) -> Response {
    let asked = &flow.asked;
    let nonce = (!asked.nonce.is_empty()).then(|| asked.nonce.clone());
    let grant = Grant { client_id: app.client_id, smtp: person.smtp.clone(), scopes, nonce };
    let code = Code::new(grant, &asked.redirect_uri, &asked.tenant, asked.code_challenge.clone(), sim.now());
    let mut fields = vec![("code", sim.platform().grants.issue_code(code))];
    if asked.client_info.as_deref() == Some("1") {
        fields.push(("client_info", tokens::client_info(person)));
    }
    if !asked.state.is_empty() {
        fields.push(("state", asked.state.clone()));
    }
    fields.push(("session_state", Uuid::new_v4().to_string()));
    respond(asked, &fields)
}

fn admin_consented(sim: &Sim, flow: &Flow, app: &App, person: &Person) -> Response {
    sim.platform().grants.admin_consent(app.client_id, person.tid);
    let fields = [
        ("admin_consent", "True".to_owned()),
        ("tenant", person.tid.to_string()),
        ("state", flow.asked.state.clone()),
    ];
    respond(&flow.asked, &fields)
}

/// `GET /{tenant}/oauth2/v2.0/logout`: ends the browser's session, nothing else.
pub(super) fn signed_out(headers: &HeaderMap, to: Option<&str>) -> Response {
    let mut answer = match to {
        Some(to) => (StatusCode::FOUND, [(header::LOCATION, to)]).into_response(),
        None => "You signed out of your account".into_response(),
    };
    crate::signin::cookies::sign_out(headers, &mut answer);
    answer
}
