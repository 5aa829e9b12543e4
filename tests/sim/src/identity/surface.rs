//! What a test may do with the identity platform.

use anyhow::{Context as _, Result, anyhow};
use chrono::TimeDelta;
use serde::Deserialize;
use uuid::Uuid;

use super::apps::App;
use super::device::Fate;
use super::errors::OauthError;
use super::grants::Access;
use super::person::Person;
use super::scopes::{Resource, Scopes};
use super::tokens;
use crate::sim::Sim;

/// What is ended before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// Access tokens: Graph answers 401.
    Access,
    /// Refresh tokens, as if unused for 90 days (700082; personal 70000).
    Refresh,
    /// Refresh tokens, as after a new password (50173; personal 70000).
    Revoked,
    /// Authorization codes that were not redeemed yet.
    Code,
}

/// The identity platform.
impl Sim {
    /// Registers an application; one with the same id is replaced. Returns its id.
    ///
    /// # Errors
    /// When the portal would refuse one of its redirect addresses.
    pub fn register(&self, app: App) -> Result<Uuid> {
        app.check()?;
        let id = app.client_id;
        let mut platform = self.platform();
        platform.apps.retain(|other| other.client_id != id);
        platform.apps.push(app);
        Ok(id)
    }

    /// A new key signs tokens from now on; the old ones stay published, or vanish at once.
    pub fn rotate_keys(&self, old_stay: bool) {
        self.platform().keys.rotate(old_stay);
    }

    /// Ends what an account was given; returns how many there were.
    #[expect(clippy::must_use_candidate, reason = "called for what it ends")]
    pub fn end(&self, smtp: &str, what: Ended) -> usize {
        let now = self.now();
        let grants = &mut self.platform().grants;
        match what {
            Ended::Access => grants.expire_access(smtp, now),
            Ended::Refresh => grants.expire_refresh(smtp),
            Ended::Revoked => grants.revoke(smtp),
            Ended::Code => grants.expire_codes(smtp),
        }
    }

    /// An access token with these scopes, as after a sign-in with consent: of Graph, or of the one resource that
    /// they name.
    ///
    /// # Errors
    /// When there is no such account or scope, or they are of two resources.
    pub fn access_token(&self, smtp: &str, scope: &str) -> Result<String> {
        let person = Person::of(self, smtp).with_context(|| format!("no account {smtp}"))?;
        let refused = |error: OauthError| anyhow!("{scope}: AADSTS{}", error.code);
        let scopes = Scopes::parse(scope).map_err(refused)?;
        let resource = scopes.single_resource(person.is_personal()).map_err(refused)?;
        let (now, life) = (self.now(), self.settings(smtp).identity.access_life_s);
        let until = now + TimeDelta::seconds(life.into());
        let resource = resource.unwrap_or(Resource::Graph);
        let access = Access { smtp: person.smtp.clone(), resource, scopes: scopes.named, until };
        let mut platform = self.platform();
        let token = tokens::access(&platform.keys, &person, Uuid::nil(), &access, now);
        platform.grants.keep_access(&token, access);
        Ok(token)
    }

    /// Takes back what an account consented to for an application: the next refresh answers 65001. Returns
    /// whether it had.
    #[expect(clippy::must_use_candidate, reason = "called for what it takes back")]
    pub fn withdraw_consent(&self, client_id: Uuid, smtp: &str) -> bool {
        self.platform().grants.withdraw(client_id, smtp)
    }

    /// An administrator consents for a whole tenant.
    pub fn grant_admin_consent(&self, client_id: Uuid, tenant: Uuid) {
        self.platform().grants.admin_consent(client_id, tenant);
    }

    /// How many refresh tokens of an account work: more than one after lax rotation.
    #[must_use]
    pub fn live_refresh_tokens(&self, smtp: &str) -> usize {
        let now = self.now();
        self.platform().grants.live_refresh(smtp, now)
    }

    /// User codes that wait for their person.
    #[must_use]
    pub fn pending_user_codes(&self) -> Vec<String> {
        let now = self.now();
        let platform = self.platform();
        let devices = platform.grants.devices.values();
        devices
            .filter(|device| matches!(device.fate, Fate::Pending) && device.until > now)
            .map(|device| device.user_code.clone())
            .collect()
    }

    /// Ends every device code that nobody has answered; returns how many there were.
    #[expect(clippy::must_use_candidate, reason = "called for what it ends")]
    pub fn expire_device_codes(&self) -> usize {
        self.platform().grants.expire_devices()
    }
}
