//! The device code flow: the code that the device shows, the page where a person types it in, and what became
//! of it.

use axum::Json;
use axum::extract::{Form, Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::errors::{OauthError, uncached};
use super::faults;
use super::form::Fields;
use super::grants::{Grant, Grants, opaque};
use super::scopes::Scopes;
use super::tenant::{CONSUMERS, Tenant};
use crate::hosts;
use crate::signin::{self, Asked};
use crate::sim::Sim;

/// Letters of a user code: none that reads like another.
const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// What became of a device code.
#[derive(Clone, Debug)]
pub(super) enum Fate {
    Pending,
    Approved { smtp: String },
    Declined,
    Redeemed,
}

/// One device that waits for its person.
#[derive(Clone, Debug)]
pub(super) struct Device {
    pub(super) user_code: String,
    pub(super) client_id: Uuid,
    pub(super) tenant: String,
    pub(super) scope: String,
    pub(super) until: DateTime<Utc>,
    pub(super) fate: Fate,
}

impl Grants {
    /// The open device code with this user code, in any letter case.
    pub(super) fn device(&mut self, user_code: &str, now: DateTime<Utc>) -> Option<&mut Device> {
        let meant = |device: &&mut Device| device.user_code.eq_ignore_ascii_case(user_code.trim());
        let open = |device: &&mut Device| matches!(device.fate, Fate::Pending) && device.until > now;
        self.devices.values_mut().find(|device| meant(device) && open(device))
    }

    /// What a poll gets: the grant, once.
    pub(super) fn poll(
        &mut self,
        code: &str,
        client_id: Uuid,
        now: DateTime<Utc>,
    ) -> Result<Grant, OauthError> {
        let known = self.devices.get_mut(code).filter(|device| device.client_id == client_id);
        let device = known.ok_or_else(|| OauthError::aadsts(70_018))?;
        match &device.fate {
            Fate::Redeemed => Err(OauthError::aadsts(70_018)),
            Fate::Declined => Err(declined()),
            Fate::Pending | Fate::Approved { .. } if device.until <= now => Err(OauthError::aadsts(70_019)),
            Fate::Pending => Err(OauthError::aadsts(70_016)),
            Fate::Approved { smtp } => {
                let scopes = Scopes::parse(&device.scope)?;
                let grant = Grant { client_id, smtp: smtp.clone(), scopes, nonce: None };
                device.fate = Fate::Redeemed;
                Ok(grant)
            }
        }
    }

    /// Who has approved this device code.
    pub(super) fn approved_by(&self, code: &str) -> Option<&str> {
        match &self.devices.get(code)?.fate {
            Fate::Approved { smtp } => Some(smtp),
            Fate::Pending | Fate::Declined | Fate::Redeemed => None,
        }
    }

    pub(super) fn expire_devices(&mut self) -> usize {
        let pending = |device: &&mut Device| matches!(device.fate, Fate::Pending);
        self.devices.values_mut().filter(pending).fold(0, |ended, device| {
            device.until = DateTime::UNIX_EPOCH;
            ended + 1
        })
    }
}

fn declined() -> OauthError {
    OauthError::named("authorization_declined").text("The end user denied the authorization request.")
}

#[derive(Deserialize)]
pub(super) struct Market {
    mkt: Option<String>,
}

/// `POST /{tenant}/oauth2/v2.0/devicecode`.
pub(super) async fn issue(
    State(sim): State<Sim>,
    Path(tenant): Path<String>,
    Query(market): Query<Market>,
    headers: HeaderMap,
    body: String,
) -> Response {
    let made = faults::around(&sim, "", "devicecode", &headers, |_| {
        issued(&sim, &tenant, market.mkt.as_deref(), &body)
            .unwrap_or_else(|error| error.answer(&headers, sim.now()))
    });
    let answer = made.await;
    super::record(&sim, "devicecode", None, &answer, &[]);
    answer
}

fn issued(sim: &Sim, tenant: &str, market: Option<&str>, body: &str) -> Result<Response, OauthError> {
    let fields = Fields::parse(body)?;
    let app = sim.platform().app(fields.need("client_id")?)?;
    let at = Tenant::of(tenant).ok_or_else(|| OauthError::aadsts(90_002))?;
    super::admits_app(at, &app)?;
    let scope = fields.need("scope")?.to_owned();
    Scopes::parse(&scope)?;
    let settings = sim.common_settings().identity;
    let device = Device {
        user_code: user_code(),
        client_id: app.client_id,
        tenant: tenant.to_owned(),
        scope,
        until: sim.now() + TimeDelta::seconds(settings.device_life_s.into()),
        fate: Fate::Pending,
    };
    let uri = if at == Tenant::One(CONSUMERS) {
        "https://www.microsoft.com/link"
    } else {
        "https://microsoft.com/devicelogin"
    };
    let code = opaque("", 200);
    let mut answer = json!({
        "user_code": device.user_code, "device_code": code, "verification_uri": uri, "expires_in": settings.device_life_s,
        "message": message(market, uri, &device.user_code),
    });
    if let Some(interval) = settings.device_interval_s {
        answer["interval"] = json!(interval);
    }
    sim.platform().grants.devices.insert(code, device);
    Ok(uncached(Json(answer).into_response()))
}

fn user_code() -> String {
    let noise = Uuid::new_v4().into_bytes();
    noise[..9].iter().map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()])).collect()
}

fn message(market: Option<&str>, uri: &str, code: &str) -> String {
    if market.is_some_and(|market| market.starts_with("de")) {
        format!(
            "Verwenden Sie zum Anmelden einen Webbrowser, um die Seite {uri} zu öffnen, und geben Sie den Code {code} ein, um sich zu authentifizieren."
        )
    } else {
        format!(
            "To sign in, use a web browser to open the page {uri} and enter the code {code} to authenticate."
        )
    }
}

/// Where `microsoft.com/devicelogin` leads.
pub(super) const PAGE: &str = "/common/oauth2/deviceauth";

/// `microsoft.com/devicelogin` and `www.microsoft.com/link`.
pub(super) async fn short_link() -> Response {
    let location = format!("https://{}{PAGE}", hosts::LOGIN);
    (StatusCode::FOUND, [(header::LOCATION, location)]).into_response()
}

pub(super) async fn page() -> Response {
    signin::device_page(None)
}

#[derive(Deserialize)]
pub(super) struct Typed {
    otc: String,
}

/// The code was typed in: on to the sign-in.
pub(super) async fn typed(State(sim): State<Sim>, headers: HeaderMap, Form(typed): Form<Typed>) -> Response {
    let found = sim.platform().grants.device(&typed.otc, sim.now()).cloned();
    let Some(device) = found else {
        return signin::device_page(Some("That code didn't work. Check the code and try again."));
    };
    let asked = Asked {
        client_id: device.client_id.to_string(),
        tenant: device.tenant,
        scope: device.scope,
        device: Some(device.user_code),
        ..Asked::default()
    };
    signin::begin(&sim, &headers, asked)
}
