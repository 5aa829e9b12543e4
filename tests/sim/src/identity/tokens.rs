//! What the token endpoint gives out: access tokens, id tokens, and who it was in `client_info`.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::grants::{Access, Grant, opaque};
use super::keys::{self, Keys};
use super::person::Person;
use super::settings::IdToken;
use super::tenant::OTHER_TENANT;
use crate::hosts;

/// The platform dates its tokens five minutes back, for clients whose clock is late.
const BACKDATED: i64 = 300;
/// Life of an id token, seconds.
const ID_TOKEN_LIFE: i64 = 3600;

/// An access token: a JWT for work accounts, opaque for personal ones.
pub(super) fn access(
    keys: &Keys,
    person: &Person,
    client_id: Uuid,
    access: &Access,
    now: DateTime<Utc>,
) -> String {
    if person.is_personal() {
        return opaque("EwB", 700);
    }
    let names: Vec<&str> = access.scopes.iter().map(|scope| scope.name).collect();
    let issued = now.timestamp() - BACKDATED;
    keys.sign(&json!({
        "aud": access.resource.audience(), "iss": format!("https://sts.windows.net/{}/", person.tid), "iat": issued, "nbf": issued,
        "exp": access.until.timestamp(), "acr": "1", "appid": client_id, "appidacr": "0", "idtyp": "user", "name": person.name,
        "oid": person.oid, "scp": names.join(" "), "sub": pairwise(Uuid::nil(), person), "tid": person.tid,
        "unique_name": person.smtp, "upn": person.smtp, "uti": opaque("", 16), "ver": "1.0",
    }))
}

/// The id token, with what the account's settings do to it.
pub(super) fn id(
    keys: &Keys,
    person: &Person,
    grant: &Grant,
    fault: IdToken,
    now: DateTime<Utc>,
) -> Option<String> {
    if fault == IdToken::Missing || !grant.scopes.oidc.contains("openid") {
        return None;
    }
    let claims = spoilt(claims(person, grant, now), fault, now);
    Some(match fault {
        IdToken::Stranger => keys.sign_by_stranger(&claims),
        IdToken::Forged => keys.forge(&claims),
        IdToken::Unsigned => keys::unsigned(&claims),
        IdToken::Right
        | IdToken::Missing
        | IdToken::Audience
        | IdToken::Issuer
        | IdToken::Nonce
        | IdToken::NoNonce
        | IdToken::Expired
        | IdToken::Early => keys.sign(&claims),
    })
}

fn claims(person: &Person, grant: &Grant, now: DateTime<Utc>) -> Value {
    let issued = now.timestamp() - BACKDATED;
    let mut claims = json!({
        "aud": grant.client_id, "iss": issuer(person.tid), "iat": issued, "nbf": issued, "exp": now.timestamp() + ID_TOKEN_LIFE,
        "aio": opaque("A", 80), "rh": opaque("1.A", 40), "sub": pairwise(grant.client_id, person), "tid": person.tid, "uti": opaque("", 16),
        "ver": "2.0",
    });
    let mut add = |name: &str, value: Value| claims[name] = value;
    if grant.scopes.oidc.contains("profile") {
        add("name", json!(person.name));
        add("oid", json!(person.oid));
        add("preferred_username", json!(person.principal));
    }
    if let Some(mail) =
        person.mail.as_ref().filter(|_| person.is_verified || grant.scopes.oidc.contains("email"))
    {
        add("email", json!(mail));
    }
    if person.is_verified {
        add("xms_edov", json!(true));
    }
    if let Some(nonce) = &grant.nonce {
        add("nonce", json!(nonce));
    }
    claims
}

fn spoilt(mut claims: Value, fault: IdToken, now: DateTime<Utc>) -> Value {
    let at = |minutes| json!((now + TimeDelta::minutes(minutes)).timestamp());
    match fault {
        IdToken::Audience => claims["aud"] = json!(Uuid::new_v4()),
        IdToken::Issuer => claims["iss"] = json!(issuer(OTHER_TENANT)),
        IdToken::Nonce => claims["nonce"] = json!("another-nonce"),
        IdToken::NoNonce => {
            claims.as_object_mut().map(|claims| claims.remove("nonce"));
        }
        IdToken::Expired => (claims["iat"], claims["nbf"], claims["exp"]) = (at(-180), at(-180), at(-120)),
        IdToken::Early => (claims["iat"], claims["nbf"], claims["exp"]) = (at(120), at(120), at(180)),
        IdToken::Right | IdToken::Missing | IdToken::Stranger | IdToken::Forged | IdToken::Unsigned => {}
    }
    claims
}

/// `iss` of id tokens of a tenant.
pub(super) fn issuer(tid: impl std::fmt::Display) -> String {
    format!("https://{}/{tid}/v2.0", hosts::LOGIN)
}

/// The same person is another `sub` to each application.
fn pairwise(client_id: Uuid, person: &Person) -> String {
    let noise = Sha256::new().chain_update(client_id).chain_update(person.oid).finalize();
    URL_SAFE_NO_PAD.encode(noise)
}

/// `client_info`, for clients that ask for it.
pub(super) fn client_info(person: &Person) -> String {
    URL_SAFE_NO_PAD.encode(json!({"uid": person.oid, "utid": person.tid}).to_string())
}
