//! The token endpoint.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse as _, Response};
use base64::{Engine as _, engine::general_purpose::STANDARD, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::apps::App;
use super::errors::{OauthError, uncached};
use super::form::Fields;
use super::grants::{Access, Grant};
use super::person::Person;
use super::scopes::{Resource, Scope, Scopes, spelled};
use super::settings::{Rotation, Settings};
use super::tenant::Tenant;
use super::{assertion, faults, tokens};
use crate::signin;
use crate::sim::Sim;

/// What a client calls the device code grant: RFC 8628, and what MSAL Node sends.
const DEVICE: [&str; 2] = ["urn:ietf:params:oauth:grant-type:device_code", "device_code"];

/// `POST /{tenant}/oauth2/v2.0/token`. Logged and failing under the name of the grant: `authorization_code`,
/// `refresh_token`, `device_code`.
pub(super) async fn endpoint(
    State(sim): State<Sim>,
    Path(tenant): Path<String>,
    headers: HeaderMap,
    body: String,
) -> Response {
    let fields = match Fields::parse(&body) {
        Ok(fields) if fields.get("client_id") == Some(crate::hosts::CLIENT_ID) => {
            let asked = signin::token::Asked {
                grant_type: fields.get("grant_type"),
                code: fields.get("code"),
                refresh_token: fields.get("refresh_token"),
            };
            return signin::token::token(&sim, &headers, &asked);
        }
        parsed => parsed,
    };
    let (action, account, scopes) =
        fields.as_ref().map_or_else(|_| ("token", None, String::new()), |fields| about(&sim, fields));
    let request = Request { sim: &sim, tenant: &tenant, headers: &headers };
    let made = faults::around(&sim, account.as_deref().unwrap_or_default(), action, &headers, |_| {
        let body = fields.and_then(|fields| request.perform(&fields));
        match body {
            Ok(body) => uncached(Json(body).into_response()),
            Err(error) => error.answer(&headers, sim.now()),
        }
    });
    let answer = made.await;
    let scopes: Vec<String> = scopes.split_whitespace().map(str::to_owned).collect();
    super::record(&sim, action, account.as_deref(), &answer, &scopes);
    answer
}

/// The grant's name, whose it is, and the scopes that it names: for the log, and for the failures that a test
/// has ordered.
fn about(sim: &Sim, fields: &Fields) -> (&'static str, Option<String>, String) {
    let platform = sim.platform();
    let grants = &platform.grants;
    let (action, grant) = match fields.get("grant_type") {
        Some("authorization_code") => (
            "authorization_code",
            fields.get("code").and_then(|code| grants.code(code)).map(|code| &code.grant),
        ),
        Some("refresh_token") => {
            ("refresh_token", fields.get("refresh_token").and_then(|token| grants.refresh_holder(token)))
        }
        Some(kind) if DEVICE.contains(&kind) => ("device_code", None),
        _ => ("token", None),
    };
    let device = device_code(fields).and_then(|code| grants.approved_by(code));
    let account = grant.map(|grant| grant.smtp.clone()).or_else(|| device.map(str::to_owned));
    (action, account, fields.get("scope").unwrap_or_default().to_owned())
}

/// MSAL Python sends the code under both names, others under one of them.
fn device_code(fields: &Fields) -> Option<&str> {
    fields.get("device_code").or_else(|| fields.get("code"))
}

struct Request<'a> {
    sim: &'a Sim,
    tenant: &'a str,
    headers: &'a HeaderMap,
}

/// Everything about an answer that may still be refused.
struct Prepared {
    grant: Grant,
    person: Person,
    settings: Settings,
    resource: Resource,
    scopes: BTreeSet<Scope>,
    oidc: BTreeSet<&'static str>,
}

impl Request<'_> {
    fn perform(&self, fields: &Fields) -> Result<Value, OauthError> {
        let grant_type = fields.need("grant_type")?;
        let app = self.client(fields)?;
        match grant_type {
            "authorization_code" => self.by_code(fields, &app),
            "refresh_token" => self.by_refresh(fields, &app),
            kind if DEVICE.contains(&kind) => self.by_device(fields, &app),
            _ => Err(OauthError::aadsts(70_003)),
        }
    }

    /// The application that asks, when it has proved itself as it must.
    fn client(&self, fields: &Fields) -> Result<App, OauthError> {
        let basic = self.basic();
        let client_id = match (&basic, fields.get("client_id")) {
            (Some((id, _)), _) => id,
            (None, _) => fields.need("client_id")?,
        };
        let tenant = Tenant::of(self.tenant).ok_or_else(|| OauthError::aadsts(90_002))?;
        let app = self.sim.platform().app(client_id)?;
        super::admits_app(tenant, &app)?;
        let given = basic.as_ref().map(|(_, secret)| secret.as_str()).or(fields.get("client_secret"));
        let assertion = fields.get("client_assertion");
        if let Some(assertion) = assertion.filter(|_| app.is_confidential()) {
            assertion::check(
                &app,
                fields.get("client_assertion_type"),
                assertion,
                self.tenant,
                self.sim.now(),
            )?;
            return Ok(app);
        }
        match (&app.secret, given) {
            (None, None) if app.certificate.is_some() => Err(OauthError::aadsts(7_000_218)),
            (None, None) if assertion.is_none() => Ok(app),
            (None, _) if app.certificate.is_some() => Err(OauthError::aadsts(7_000_215)),
            (None, _) => Err(OauthError::aadsts(700_025)),
            (Some(_), None) => Err(OauthError::aadsts(7_000_218)),
            (Some(secret), Some(given)) if secret != given => Err(OauthError::aadsts(7_000_215)),
            (Some(_), Some(_)) if app.secret_expired => Err(OauthError::aadsts(7_000_222)),
            (Some(_), Some(_)) => Ok(app),
        }
    }

    /// `Authorization: Basic`, form-encoded inside (RFC 6749, 2.3.1).
    fn basic(&self) -> Option<(String, String)> {
        let header = self.headers.get(header::AUTHORIZATION)?.to_str().ok()?;
        let decoded = STANDARD.decode(header.strip_prefix("Basic ")?).ok()?;
        let text = String::from_utf8(decoded).ok()?;
        let (id, secret) = text.split_once(':')?;
        let plain = |text: &str| {
            percent_encoding::percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
        };
        Some((plain(id), plain(secret)))
    }

    fn by_code(&self, fields: &Fields, app: &App) -> Result<Value, OauthError> {
        let name = fields.need("code")?;
        let redirect_uri = fields.need("redirect_uri")?;
        let code = self.sim.platform().grants.redeem(name, self.sim.now())?;
        if code.grant.client_id != app.client_id {
            return Err(OauthError::aadsts(9_002_313));
        }
        if !code.tenant.eq_ignore_ascii_case(self.tenant) {
            return Err(OauthError::aadsts(700_005));
        }
        if code.redirect_uri != redirect_uri {
            return Err(OauthError::aadsts(50_011).error("invalid_grant"));
        }
        proved(code.challenge.as_deref(), fields.get("code_verifier"))?;
        let prepared = self.prepare(fields, app, code.grant, false)?;
        Ok(self.issue(fields, app, &prepared, None))
    }

    fn by_refresh(&self, fields: &Fields, app: &App) -> Result<Value, OauthError> {
        let token = fields.need("refresh_token")?;
        let held = self.sim.platform().grants.refresh_holder(token).cloned();
        // A request that cannot be granted does not use the token up.
        let prepared =
            held.map(|grant| self.prepare(fields, app, Grant { nonce: None, ..grant }, true)).transpose()?;
        let personal = prepared.as_ref().is_some_and(|prepared| prepared.person.is_personal());
        let rotation = prepared.as_ref().map_or(Rotation::Lax, |prepared| prepared.settings.rotation);
        let now = self.sim.now();
        self.sim.platform().grants.use_refresh(token, app.client_id, personal, rotation, now)?;
        let prepared = prepared.ok_or_else(|| OauthError::aadsts(9_002_313))?;
        Ok(self.issue(fields, app, &prepared, Some(token)))
    }

    fn by_device(&self, fields: &Fields, app: &App) -> Result<Value, OauthError> {
        let code = device_code(fields).ok_or_else(|| OauthError::aadsts(70_018))?;
        let grant = self.sim.platform().grants.poll(code, app.client_id, self.sim.now())?;
        let prepared = self.prepare(fields, app, grant, false)?;
        Ok(self.issue(fields, app, &prepared, None))
    }

    /// What is to be given out, when the tenant, the scopes and the consent are right.
    fn prepare(
        &self,
        fields: &Fields,
        app: &App,
        grant: Grant,
        refreshed: bool,
    ) -> Result<Prepared, OauthError> {
        let person = Person::of(self.sim, &grant.smtp).ok_or_else(|| OauthError::aadsts(50_020))?;
        let tenant = Tenant::of(self.tenant).ok_or_else(|| OauthError::aadsts(90_002))?;
        if !tenant.admits(&person) {
            return Err(OauthError::aadsts(50_020).error("invalid_grant"));
        }
        let settings = self.sim.settings(&grant.smtp).identity;
        let wanted = Scopes::parse(fields.get("scope").unwrap_or_default())?;
        let (resource, scopes) = self.granted(&wanted, app, &grant, &person, &settings)?;
        let oidc = if wanted.oidc.is_empty() && !refreshed { grant.scopes.oidc.clone() } else { wanted.oidc };
        Ok(Prepared { grant, person, settings, resource, scopes, oidc })
    }

    /// The answer: one access token for one resource, and the refresh token for all of them.
    fn issue(&self, fields: &Fields, app: &App, prepared: &Prepared, after: Option<&str>) -> Value {
        let Prepared { grant, person, settings, resource, scopes, oidc } = prepared;
        let now = self.sim.now();
        let until = |seconds: u32| now + TimeDelta::seconds(seconds.into());
        let mut platform = self.sim.platform();
        let access = Access {
            smtp: grant.smtp.clone(),
            resource: *resource,
            scopes: scopes.clone(),
            until: until(settings.access_life_s),
        };
        let token = tokens::access(&platform.keys, person, app.client_id, &access, now);
        platform.grants.keep_access(&token, access);
        let mut answer = json!({
            "token_type": "Bearer", "scope": spelled(oidc, scopes, settings.scope_form), "expires_in": settings.access_life_s,
            "ext_expires_in": settings.access_life_s, "access_token": token,
        });
        let rotates = after.is_none() || settings.rotation != Rotation::None;
        if rotates && grant.scopes.oidc.contains("offline_access") {
            let until = until(settings.refresh_life_s);
            answer["refresh_token"] =
                platform.grants.issue_refresh(grant, person.is_personal(), after, until).into();
        }
        if let Some(id_token) = tokens::id(&platform.keys, person, grant, settings.id_token, now) {
            answer["id_token"] = id_token.into();
        }
        if fields.get("client_info") == Some("1") {
            answer["client_info"] = tokens::client_info(person).into();
        }
        answer
    }

    /// The resource that is meant, and what of it was consented to.
    fn granted(
        &self,
        wanted: &Scopes,
        app: &App,
        grant: &Grant,
        person: &Person,
        settings: &Settings,
    ) -> Result<(Resource, BTreeSet<Scope>), OauthError> {
        let platform = self.sim.platform();
        let by_admin = platform.grants.has_admin_consent(app.client_id, person.tid);
        let held = platform.grants.consented(app.client_id, &grant.smtp);
        // Without a scope the token is for what was asked for first.
        let asked_for = if wanted.resources().is_empty() { &grant.scopes } else { wanted };
        let first = if wanted.resources().is_empty() {
            asked_for.resources().first().copied()
        } else {
            wanted.single_resource(person.is_personal())?
        };
        let resource = first.unwrap_or(Resource::Graph);
        let of_resource = |scopes: &BTreeSet<Scope>| -> BTreeSet<Scope> {
            scopes.iter().filter(|scope| scope.resource == resource).copied().collect()
        };
        if asked_for.default.is_some() {
            return Ok((resource, of_resource(&held))).and_then(not_empty);
        }
        let declined = |scope: &Scope| settings.declined_scopes.iter().any(|name| name == scope.name);
        let mut left: BTreeSet<Scope> = of_resource(&asked_for.named);
        let asked_any = !left.is_empty();
        left.retain(|scope| !declined(scope));
        if left.iter().all(|scope| by_admin || held.contains(scope)) && (!asked_any || !left.is_empty()) {
            Ok((resource, left))
        } else {
            Err(no_consent(app))
        }
    }
}

fn not_empty(granted: (Resource, BTreeSet<Scope>)) -> Result<(Resource, BTreeSet<Scope>), OauthError> {
    if granted.1.is_empty() { Err(OauthError::aadsts(65_001)) } else { Ok(granted) }
}

fn no_consent(app: &App) -> OauthError {
    OauthError::aadsts(65_001).text(format!(
        "The user or administrator has not consented to use the application with ID '{}' named '{}'. Send an interactive authorization request for this user and resource.",
        app.client_id, app.name
    ))
}

/// The verifier of PKCE fits the challenge of the authorize request (RFC 7636).
fn proved(challenge: Option<&str>, verifier: Option<&str>) -> Result<(), OauthError> {
    match (challenge, verifier) {
        (None, None) => Ok(()),
        (Some(challenge), Some(verifier))
            if URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)) == challenge =>
        {
            Ok(())
        }
        _ => Err(OauthError::aadsts(501_481)),
    }
}
