//! The sign-in service over HTTP: its description, its keys, its token endpoint.
//!
//! A layer of our own over our own client: the answers that matter here are the refusals, and no library's
//! error type has room for `suberror`, `claims` and `error_codes`.

use super::OAuthError;
use super::authority::{Authority, Metadata};
use super::once::Remembered;
use super::refusal::{ErrorResponse, Refusal};
use super::registration::{RefusedProof, Registration};
use super::scope::CloudHosts;
use super::seconds::seconds;
use crate::clock::Clock;
use crate::model::{Grant, RefusalClass};
use crate::net;
use crate::secret::{ExposeSecret, SecretText, secret};
use chrono::{DateTime, Utc};
use reqwest::header::{ACCEPT, CONTENT_TYPE, DATE, HeaderMap, RETRY_AFTER};
use reqwest::{RequestBuilder, Response, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;
use std::time::Duration;

/// No answer is longer, bytes.
const LONGEST: usize = 512 * 1024;
/// The life of a token whose answer does not say it, as it need not (RFC 6749, 5.1): the shortest that
/// Microsoft gives.
const LIFE: Duration = Duration::from_hours(1);

/// What OAuth is set to.
#[derive(Debug)]
pub struct Settings {
    /// Who we are.
    pub registration: Registration,
    /// Who signs people in from now on; an account that is connected keeps its own.
    pub authority: Authority,
    /// Where the resources are.
    pub hosts: CloudHosts,
    /// What a sign-in is asked for.
    pub uses: Vec<crate::model::Use>,
}

/// The sign-in service.
pub(super) struct Provider {
    pub(super) http: reqwest::Client,
    pub(super) settings: Arc<Settings>,
    pub(super) clock: Clock,
    pub(super) refused: RefusedProof,
    described: Remembered<Authority, Metadata>,
    /// Public keys by the address they came from, as JSON.
    keys: Remembered<url::Url, str>,
}

/// What the token endpoint gave.
pub(super) struct TokenAnswer {
    pub(super) access: SecretText,
    pub(super) expires_at: DateTime<Utc>,
    pub(super) refresh: Option<SecretText>,
    pub(super) id_token: Option<SecretText>,
    /// Absent: what was asked for.
    pub(super) scope: Option<String>,
}

#[derive(Deserialize)]
struct TokenWire {
    token_type: String,
    access_token: String,
    #[serde(default, deserialize_with = "seconds")]
    expires_in: Option<Duration>,
    refresh_token: Option<String>,
    id_token: Option<String>,
    scope: Option<String>,
}

impl Provider {
    pub(super) fn new(settings: Arc<Settings>, http: reqwest::Client, clock: Clock) -> Self {
        let (described, keys) = (Remembered::new(clock.clone()), Remembered::new(clock.clone()));
        Self { http, settings, clock, refused: RefusedProof::unknown(), described, keys }
    }

    /// Who signed somebody in, where it was for our registration.
    pub(super) fn authority_of(&self, grant: &Grant) -> Result<Authority, OAuthError> {
        if grant.given.client_id == self.settings.registration.client_id {
            Ok(Authority::at(&grant.given.authority))
        } else {
            Err(OAuthError::OtherRegistration)
        }
    }

    /// What an authority says of itself; asked once a day. Nobody is asked anything before.
    pub(super) async fn metadata(&self, authority: &Authority) -> Result<Arc<Metadata>, OAuthError> {
        if !authority.is_trusted(&self.settings.authority) {
            return Err(OAuthError::Stranger(authority.origin()));
        }
        let (request, of) = (self.http.get(authority.discovery()), authority.clone());
        let fetch = async move {
            let metadata: Metadata = json(request, "description").await?;
            Ok(Arc::new(metadata.trusted(&of)?))
        };
        self.described.get(authority.clone(), None, fetch).await
    }

    /// The public keys of an authority; others than `unfit`, where a token names one that is not among those.
    pub(super) async fn keys(
        &self,
        metadata: &Metadata,
        unfit: Option<&Arc<str>>,
    ) -> Result<Arc<str>, OAuthError> {
        let request = self.http.get(metadata.jwks_uri.clone());
        let fetch = async move {
            let (status, body) = answer(request).await?;
            if status != StatusCode::OK {
                return Err(OAuthError::Unreadable { what: "keys", status: status.as_u16() });
            }
            Ok(body.expose_secret().as_str().into())
        };
        self.keys.get(metadata.jwks_uri.clone(), unfit, fetch).await
    }

    /// Asks the token endpoint of an authority.
    pub(super) async fn token(
        &self,
        authority: &Authority,
        form: &[(&str, &str)],
    ) -> Result<TokenAnswer, OAuthError> {
        let metadata = self.metadata(authority).await?;
        // The answer took time: what it says of its life counts from before the question.
        let asked = self.clock.now();
        let wire: TokenWire =
            self.post(authority, metadata.token_endpoint.clone(), form, true, "tokens").await?;
        if !wire.token_type.eq_ignore_ascii_case("bearer") {
            return Err(OAuthError::Unreadable { what: "bearer token", status: 200 });
        }
        Ok(TokenAnswer {
            access: secret(wire.access_token),
            expires_at: asked + wire.expires_in.unwrap_or(LIFE),
            refresh: wire.refresh_token.filter(|token| !token.is_empty()).map(secret),
            id_token: wire.id_token.map(secret),
            scope: wire.scope,
        })
    }

    /// Posts a form in our name; `proof`: with what proves who we are.
    pub(super) async fn post<T: DeserializeOwned>(
        &self,
        authority: &Authority,
        to: url::Url,
        form: &[(&str, &str)],
        proof: bool,
        what: &'static str,
    ) -> Result<T, OAuthError> {
        let registration = &self.settings.registration;
        let proof = registration.proof()?.filter(|_| proof);
        let body = registration.form(form, proof.as_ref(), &to, self.clock.now())?;
        let request = self.http.post(to).body(body);
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let answer = json(request, what).await.map_err(|error| self.with_admin_link(authority, error));
        if let Err(OAuthError::Refused(refusal)) = &answer
            && refusal.class == RefusalClass::Registration
        {
            self.refused.set(proof.as_ref());
        }
        answer
    }

    /// Whether Microsoft has refused our registration as it is now.
    pub(super) fn is_refused(&self) -> Result<bool, OAuthError> {
        Ok(self.refused.is(self.settings.registration.proof()?.as_ref()))
    }

    fn with_admin_link(&self, authority: &Authority, error: OAuthError) -> OAuthError {
        let OAuthError::Refused(mut refusal) = error else { return error };
        refusal.admin_link = authority.admin_link(&self.settings.registration.client_id);
        OAuthError::Refused(refusal)
    }
}

/// An answer of JSON, or the refusal in its place.
async fn json<T: DeserializeOwned>(request: RequestBuilder, what: &'static str) -> Result<T, OAuthError> {
    let response = send(request).await?;
    let (status, wait) = (response.status(), retry_after(response.headers()));
    let text = body(response).await?;
    let unreadable = OAuthError::Unreadable { what, status: status.as_u16() };
    if status.is_success() {
        return crate::json::from_slice(text.expose_secret().as_bytes()).map_err(|_| unreadable);
    }
    let busy = status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS;
    let refusal = crate::json::from_slice::<ErrorResponse>(text.expose_secret().as_bytes()).ok();
    // What stands before the service may say when to come back, in a page of its own.
    let refusal =
        refusal.or_else(|| (busy && wait.is_some()).then(ErrorResponse::unavailable)).map(Refusal::new);
    let Some(mut refusal) = refusal else { return Err(unreadable) };
    if busy {
        refusal.class = crate::model::RefusalClass::Transient;
    }
    refusal.retry_after = wait;
    Err(OAuthError::Refused(Box::new(refusal)))
}

/// Status and body.
pub(super) async fn answer(request: RequestBuilder) -> Result<(StatusCode, SecretText), OAuthError> {
    let response = send(request).await?;
    Ok((response.status(), body(response).await?))
}

async fn send(request: RequestBuilder) -> Result<Response, OAuthError> {
    request.header(ACCEPT, "application/json").send().await.map_err(OAuthError::unreachable)
}

/// The body as a secret: it may hold tokens.
async fn body(mut response: Response) -> Result<SecretText, OAuthError> {
    let status = response.status().as_u16();
    let unreadable = || OAuthError::Unreadable { what: "text", status };
    let mut bytes = zeroize::Zeroizing::new(Vec::new());
    while let Some(chunk) = response.chunk().await.map_err(OAuthError::unreachable)? {
        if bytes.len() + chunk.len() > LONGEST {
            return Err(unreadable());
        }
        bytes.extend_from_slice(&chunk);
    }
    std::str::from_utf8(&bytes).map(|text| secret(text.to_owned())).map_err(|_| unreadable())
}

fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let said = headers.get_all(RETRY_AFTER).iter().filter_map(|value| value.to_str().ok());
    net::retry_after(said, headers.get(DATE).and_then(|date| date.to_str().ok()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::http::StatusCode as Status;
    use axum::routing::get;

    async fn asked(status: u16, headers: &[(&'static str, &'static str)], body: &'static str) -> OAuthError {
        let headers: HeaderMap =
            headers.iter().map(|&(n, v)| (n.parse().unwrap(), v.parse().unwrap())).collect();
        let status = Status::from_u16(status).unwrap();
        let router = Router::new().route("/", get(move || async move { (status, headers, body) }));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await });
        let client = crate::net::client().build().unwrap();
        json::<TokenWire>(client.get(format!("http://{address}/")), "tokens").await.err().unwrap()
    }

    #[tokio::test]
    async fn a_busy_service_is_transient_whatever_it_says_and_its_time_is_kept() {
        let body = r#"{"error":"invalid_grant","error_codes":[70008]}"#;
        for (status, wait, expected) in
            [(429, "2.5", 2500), (503, "7", 7000), (500, "4294967295", 86_400_000), (429, "soon", 0)]
        {
            let OAuthError::Refused(refusal) = asked(status, &[("retry-after", wait)], body).await else {
                panic!("a refusal")
            };
            assert_eq!(refusal.class, RefusalClass::Transient);
            let wait = refusal.retry_after.unwrap_or_default();
            assert_eq!(wait.as_millis(), expected, "{status}");
        }
    }

    #[tokio::test]
    async fn what_cannot_be_read_is_not_repeated() {
        for (status, body) in [(200, "<html>canary</html>"), (400, "canary"), (502, ""), (200, "{}")] {
            let error = asked(status, &[], body).await;
            assert!(matches!(error, OAuthError::Unreadable { .. }), "{error:?}");
            assert!(!format!("{error:?}").contains("canary"));
        }
    }
}
