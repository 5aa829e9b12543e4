//! Sign-in with a code that is typed elsewhere (RFC 8628): for terminals.

use super::seconds::seconds;
use super::{OAuth, OAuthError, SignedIn};
use crate::model::{RefusalClass, Resource};
use crate::secret::{ExposeSecret, SecretText, secret};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use std::time::Duration;
use url::Url;

const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// Where the answer names no interval (RFC 8628, 3.2).
const INTERVAL: Duration = Duration::from_secs(5);
/// How long a code is good whose answer does not say it: Microsoft's.
const LIFE: Duration = Duration::from_mins(15);
/// What `slow_down` adds, for good.
const SLOWER: Duration = Duration::from_secs(5);
/// A service that does not answer is asked less and less often, at most so.
const SLOWEST: Duration = Duration::from_mins(1);

#[derive(Deserialize)]
struct DeviceResponse {
    device_code: String,
    user_code: String,
    verification_uri: Url,
    #[serde(default, deserialize_with = "seconds")]
    expires_in: Option<Duration>,
    #[serde(default, deserialize_with = "seconds")]
    interval: Option<Duration>,
}

/// A sign-in that waits for its person.
#[derive(Debug)]
pub struct DeviceCode {
    /// What the person types.
    pub user_code: String,
    /// The page where they type it, on any device.
    pub verification_uri: Url,
    /// From when on the code is refused.
    pub expires_at: DateTime<Utc>,
    secret: SecretText,
    interval: Duration,
}

impl OAuth {
    /// Begins a sign-in with a code.
    ///
    /// # Errors
    /// Why there is no code.
    pub async fn begin_device(&self) -> Result<DeviceCode, OAuthError> {
        let provider = self.provider()?;
        let authority = &provider.settings.authority;
        let metadata = provider.metadata(authority).await?;
        let endpoint = metadata.device_authorization_endpoint.clone();
        let endpoint = endpoint.ok_or(OAuthError::Authority("it knows no sign-in with a code"))?;
        let scope = provider.settings.hosts.token(Resource::Graph, &provider.settings.uses);
        let asked = self.clock.now();
        let wire: DeviceResponse =
            provider.post(authority, endpoint, &[("scope", &scope)], false, "code").await?;
        Ok(DeviceCode {
            user_code: wire.user_code,
            verification_uri: wire.verification_uri,
            expires_at: asked + wire.expires_in.unwrap_or(LIFE),
            secret: secret(wire.device_code),
            interval: wire.interval.filter(|interval| !interval.is_zero()).unwrap_or(INTERVAL),
        })
    }

    /// Waits until the person has signed in.
    ///
    /// # Errors
    /// The person said no, or did not come in time; what the service says no to. No answer is not an error:
    /// it is asked again, less often.
    pub async fn finish_device(&self, code: &DeviceCode) -> Result<SignedIn, OAuthError> {
        let provider = self.provider()?;
        let authority = &provider.settings.authority;
        let form = [("grant_type", GRANT_TYPE), ("device_code", code.secret.expose_secret().as_str())];
        let mut interval = code.interval;
        loop {
            self.clock.sleep(interval).await;
            if self.clock.now() >= code.expires_at {
                return Err(expired());
            }
            match provider.token(authority, &form).await {
                Ok(answer) => return self.signed_in(authority, &answer, None).await,
                Err(error) => interval = after(error, interval)?,
            }
        }
    }
}

/// How long to wait before the next question; the error when there is no use in one.
fn after(error: OAuthError, interval: Duration) -> Result<Duration, OAuthError> {
    let slower = (interval * 2).min(SLOWEST.max(interval));
    let is_unanswered =
        matches!(error, OAuthError::Unreachable(_) | OAuthError::Proxy(_) | OAuthError::Unreadable { .. });
    if is_unanswered {
        return Ok(slower);
    }
    let OAuthError::Refused(refusal) = error else { return Err(error) };
    match refusal.error.as_str() {
        "authorization_pending" => Ok(interval),
        "slow_down" => Ok(interval + SLOWER),
        _ if refusal.class == RefusalClass::Transient => {
            Ok(refusal.retry_after.map_or(slower, |wait| wait.max(interval)))
        }
        _ => Err(OAuthError::Refused(refusal)),
    }
}

/// The same error as the service's own.
fn expired() -> OAuthError {
    let wire = super::refusal::ErrorResponse {
        error: "expired_token".to_owned(),
        error_codes: vec![70019],
        ..super::refusal::ErrorResponse::default()
    };
    OAuthError::Refused(Box::new(super::Refusal::new(wire)))
}

#[cfg(test)]
mod tests;
