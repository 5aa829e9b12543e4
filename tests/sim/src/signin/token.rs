//! The token endpoint's answers to OWA's own page.

use axum::Json;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse as _, Response};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use super::record;
use crate::hosts;
use crate::identity::OauthError;
use crate::knobs::Kind;
use crate::sessions::{What, jwt};
use crate::sim::Sim;
use crate::world::Account;

/// A page's refresh tokens live a day, which their successors do not prolong.
pub(crate) const REFRESH_LIFE_S: u32 = 86_400;

/// What the page sends.
#[derive(Default)]
pub(crate) struct Asked<'a> {
    pub(crate) grant_type: Option<&'a str>,
    pub(crate) code: Option<&'a str>,
    pub(crate) refresh_token: Option<&'a str>,
}

/// Redeems a code or a refresh token of OWA's own page.
pub(crate) fn token(sim: &Sim, headers: &HeaderMap, asked: &Asked) -> Response {
    let redeemed = match asked.grant_type {
        Some("refresh_token") => by_refresh(sim, headers, asked.refresh_token.unwrap_or_default()),
        _ => by_code(sim, asked),
    };
    let account = redeemed.as_ref().ok().map(|(smtp, _)| smtp.clone());
    let mut answer = match redeemed {
        Ok((smtp, refresh)) => Json(issued(sim, &smtp, &refresh)).into_response(),
        Err(refusal) => refusal.answer(headers, sim.now()),
    };
    allow_origin(headers, &mut answer);
    record(sim, "token", account.as_deref(), &answer);
    answer
}

/// Whose code it is, with a new refresh token; else the refusal.
fn by_code(sim: &Sim, asked: &Asked) -> Result<(String, String), OauthError> {
    let code = asked.code.filter(|_| asked.grant_type == Some("authorization_code"));
    let smtp = code.and_then(|code| sim.redeem(code)).ok_or_else(|| OauthError::aadsts(70_008))?;
    let refresh = sim.grant(What::Refresh, &smtp);
    Ok((smtp, refresh))
}

/// Only a page may redeem one, as its `Origin` shows. A refusal that was ordered for its holder, such as 70043
/// where sign-ins are wanted every so often, leaves it as it is.
fn by_refresh(sim: &Sim, headers: &HeaderMap, refresh: &str) -> Result<(String, String), OauthError> {
    if !headers.contains_key(header::ORIGIN) {
        return Err(OauthError::aadsts(9_002_327));
    }
    let holder = sim.holder(What::Refresh, refresh).unwrap_or_default();
    let ordered = sim.take_failures(&holder, "refresh_token").into_iter();
    let mut refusals =
        ordered.filter_map(|kind| if let Kind::Oauth(error) = kind { Some(error) } else { None });
    match refusals.next() {
        Some(refusal) => Err(refusal),
        None => sim.exchange(refresh).ok_or_else(|| OauthError::aadsts(700_084)),
    }
}

fn issued(sim: &Sim, smtp: &str, refresh: &str) -> Value {
    let life = sim.settings(smtp).bearer_life_s;
    let (oid, tenant) = sim.account(smtp).map(|account| (account.oid, account.tenant)).unwrap_or_default();
    let now = sim.now();
    json!({
        "token_type": "Bearer", "scope": "https://outlook.office.com/.default openid profile offline_access", "expires_in": life,
        "ext_expires_in": life, "access_token": sim.grant(What::Bearer, smtp), "refresh_token": refresh,
        "refresh_token_expires_in": REFRESH_LIFE_S,
        "id_token": jwt(&json!({
            "aud": hosts::CLIENT_ID, "iss": issuer(tenant), "iat": now.timestamp(), "exp": (now + TimeDelta::hours(1)).timestamp(),
            "oid": oid, "tid": tenant, "preferred_username": smtp, "ver": "2.0",
        })),
        "client_info": URL_SAFE_NO_PAD.encode(json!({"uid": oid, "utid": tenant}).to_string()),
    })
}

/// An access token for Outlook.
pub(crate) fn bearer(account: &Account, now: DateTime<Utc>, until: DateTime<Utc>) -> String {
    jwt(&json!({
        "aud": "https://outlook.office.com", "iss": issuer(account.tenant), "iat": now.timestamp(), "exp": until.timestamp(),
        "appid": hosts::CLIENT_ID, "name": account.name, "oid": account.oid, "puid": account.puid,
        "scp": "Mail.ReadWrite OWA.AccessAsUser.All", "tid": account.tenant, "unique_name": account.smtp, "upn": account.smtp,
        "uti": Uuid::new_v4().to_string(),
    }))
}

fn issuer(tenant: Uuid) -> String {
    format!("https://sts.windows.net/{tenant}/")
}

/// The page calls from OWA's origins; no other may read the answer.
fn allow_origin(headers: &HeaderMap, answer: &mut Response) {
    let Some(origin) = headers.get(header::ORIGIN) else {
        return;
    };
    let host = origin.to_str().ok().and_then(|origin| origin.strip_prefix("https://"));
    if host.is_some_and(|host| hosts::OWA.contains(&host)) {
        answer.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    }
}
