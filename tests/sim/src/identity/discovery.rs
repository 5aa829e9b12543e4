//! What a client can find out by itself: endpoints, keys, and which hosts are one and the same platform.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::errors::OauthError;
use super::tenant::Tenant;
use super::tokens::issuer;
use super::{faults, record};
use crate::hosts::{GRAPH, LOGIN};
use crate::knobs::Kind;
use crate::sim::Sim;

/// Hosts that MSAL takes for one platform, the first one preferred for requests.
const ALIASES: [&str; 4] = [LOGIN, "login.windows.net", "login.microsoft.com", "sts.windows.net"];

/// `GET /{tenant}/v2.0/.well-known/openid-configuration`.
pub(super) async fn configuration(
    State(sim): State<Sim>,
    Path(tenant): Path<String>,
    headers: HeaderMap,
) -> Response {
    let described = |_: &[Kind]| described(&sim, &tenant, &headers);
    let answer = faults::around(&sim, "", "openid_configuration", &headers, described).await;
    record(&sim, "openid_configuration", None, &answer, &[tenant]);
    answer
}

fn described(sim: &Sim, tenant: &str, headers: &HeaderMap) -> Response {
    if let Some(known) = Tenant::of(tenant) {
        return Json(document(tenant, known)).into_response();
    }
    let text = format!(
        "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud."
    );
    OauthError::aadsts(90_002).error("invalid_tenant").text(text).answer(headers, sim.now())
}

fn document(segment: &str, tenant: Tenant) -> Value {
    // A tenant's endpoints carry its GUID, by whatever name it was asked for.
    let segment = match tenant {
        Tenant::Common | Tenant::Organizations => segment.to_lowercase(),
        Tenant::One(_) if segment.eq_ignore_ascii_case("consumers") => "consumers".to_owned(),
        Tenant::One(id) => id.to_string(),
    };
    let at = |path: &str| format!("https://{LOGIN}/{segment}/{path}");
    json!({
        "token_endpoint": at("oauth2/v2.0/token"),
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "jwks_uri": at("discovery/v2.0/keys"),
        "response_modes_supported": ["query", "fragment", "form_post"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "issuer": issuer(tenant.in_issuer()),
        "request_uri_parameter_supported": false,
        "userinfo_endpoint": format!("https://{GRAPH}/oidc/userinfo"),
        "authorization_endpoint": at("oauth2/v2.0/authorize"),
        "device_authorization_endpoint": at("oauth2/v2.0/devicecode"),
        "http_logout_supported": true,
        "frontchannel_logout_supported": true,
        "end_session_endpoint": at("oauth2/v2.0/logout"),
        "claims_supported": ["sub", "iss", "cloud_instance_name", "cloud_instance_host_name", "cloud_graph_host_name", "msgraph_host",
            "aud", "exp", "iat", "auth_time", "acr", "nonce", "preferred_username", "name", "tid", "ver", "at_hash", "c_hash", "email"],
        "tenant_region_scope": null,
        "cloud_instance_name": "microsoftonline.com",
        "cloud_graph_host_name": "graph.windows.net",
        "msgraph_host": GRAPH,
        "rbac_url": "https://pas.windows.net",
    })
}

/// `GET /{tenant}/discovery/v2.0/keys`.
pub(super) async fn keys(State(sim): State<Sim>, Path(tenant): Path<String>) -> Response {
    let known = Tenant::of(&tenant).map_or_else(|| "{tenantid}".to_owned(), Tenant::in_issuer);
    let set = sim.platform().keys.jwks(&issuer(known));
    let answer = ([(header::CACHE_CONTROL, "max-age=86400, private")], Json(set)).into_response();
    record(&sim, "keys", None, &answer, &[]);
    answer
}

#[derive(Deserialize)]
pub(super) struct Instance {
    authorization_endpoint: Option<String>,
}

/// `GET /common/discovery/instance`: asked by MSAL before it trusts an authority's host.
pub(super) async fn instance(
    State(sim): State<Sim>,
    Query(instance): Query<Instance>,
    headers: HeaderMap,
) -> Response {
    let asked = instance.authorization_endpoint.unwrap_or_default();
    let (host, path) =
        asked.strip_prefix("https://").and_then(|rest| rest.split_once('/')).unwrap_or_default();
    let answer = if ALIASES.contains(&host) {
        let tenant = path.split('/').next().unwrap_or_default();
        Json(json!({
            "tenant_discovery_endpoint": format!("https://{host}/{tenant}/v2.0/.well-known/openid-configuration"),
            "api-version": "1.1",
            "metadata": [{"preferred_network": LOGIN, "preferred_cache": "login.windows.net", "aliases": ALIASES}],
        }))
        .into_response()
    } else {
        let mut answer = OauthError::aadsts(50_049).answer(&headers, sim.now());
        *answer.status_mut() = StatusCode::BAD_REQUEST;
        answer
    };
    record(&sim, "instance", None, &answer, &[asked]);
    answer
}
