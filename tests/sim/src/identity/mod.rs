//! The identity platform (v2.0) for registered applications: discovery, keys, consent, the token and device
//! code endpoints. The pages of the sign-in itself are `crate::signin`'s.
//!
//! ```text
//! settings    what varies from account to account      errors      AADSTS numbers and the answers around them
//! apps        registrations and redirect addresses     tenant      common, organizations, consumers, GUID, domain
//! person      an account in its work or personal form  scopes      of OpenID Connect and of a resource
//! keys        RS256 keys with rollover                 tokens      access and id tokens
//! grants      codes, refresh and access tokens, device codes, consent
//! discovery, consent, token, device                    the endpoints
//! faults      failures that a test has ordered         surface     what a test may do with all this
//! visitor     a person with a browser, in a few lines: signs in, accepts or declines
//! ```

mod apps;
mod assertion;
pub(crate) mod consent;
pub(crate) mod control;
mod device;
mod discovery;
mod errors;
pub(crate) mod faults;
mod form;
pub(crate) mod grants;
mod keys;
pub(crate) mod person;
pub(crate) mod scopes;
mod settings;
mod surface;
mod tenant;
#[cfg(test)]
mod tests;
mod token;
mod tokens;
mod visitor;

use axum::Router;
use axum::extract::Query;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::{get, post};
use serde::Deserialize;
use uuid::Uuid;

pub use self::apps::{App, Audience};
pub use self::errors::OauthError;
pub use self::settings::{AccountKind, Consent, IdToken, Rotation, ScopeForm, Settings};
pub use self::surface::Ended;
pub use self::tenant::{CONSUMERS, OTHER_TENANT};
pub use self::visitor::Landed;

use self::person::Person;
use self::tenant::Tenant;
use crate::log::Entry;
use crate::sim::Sim;
use crate::world::TENANT;

/// Registrations, keys and everything given out.
#[derive(Default)]
pub(crate) struct Platform {
    apps: Vec<App>,
    keys: keys::Keys,
    pub(crate) grants: grants::Grants,
}

impl Platform {
    /// The application with this id, when it may be used at all.
    fn app(&self, client_id: &str) -> Result<App, OauthError> {
        let id: Option<Uuid> = client_id.parse().ok();
        let found = id.and_then(|id| self.apps.iter().find(|app| app.client_id == id));
        let app = found.ok_or_else(|| {
            OauthError::aadsts(700_016).text(format!(
                "Application with identifier '{client_id}' was not found in the directory. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant."
            ))
        })?;
        if app.disabled {
            return Err(OauthError::aadsts(7_000_112));
        }
        Ok(app.clone())
    }
}

impl App {
    fn is_for(&self, person: &Person) -> bool {
        match self.audience {
            Audience::All => true,
            Audience::Work => !person.is_personal(),
            Audience::Tenant => person.tid == TENANT,
            Audience::Personal => person.is_personal(),
        }
    }
}

/// Whether the application can be used behind this tenant segment.
fn admits_app(tenant: Tenant, app: &App) -> Result<(), OauthError> {
    let consumers = tenant == Tenant::One(CONSUMERS);
    match app.audience {
        Audience::Tenant if matches!(tenant, Tenant::Common | Tenant::Organizations) => {
            Err(OauthError::aadsts(50_194))
        }
        Audience::Tenant | Audience::Work if consumers => Err(OauthError::aadsts(9_002_332)),
        Audience::Tenant if tenant != Tenant::One(TENANT) => Err(OauthError::aadsts(700_016)),
        Audience::Personal if !consumers => Err(OauthError::aadsts(9_002_331)),
        Audience::All | Audience::Work | Audience::Tenant | Audience::Personal => Ok(()),
    }
}

/// The endpoints that are called by programs, at login.microsoftonline.com.
pub(crate) fn router(sim: Sim) -> Router {
    Router::new()
        .route("/{tenant}/v2.0/.well-known/openid-configuration", get(discovery::configuration))
        .route("/{tenant}/discovery/v2.0/keys", get(discovery::keys))
        .route("/{tenant}/discovery/instance", get(discovery::instance))
        .route("/{tenant}/oauth2/v2.0/token", post(token::endpoint))
        .route("/{tenant}/oauth2/v2.0/devicecode", post(device::issue))
        .route("/{tenant}/oauth2/v2.0/logout", get(logout))
        .route(device::PAGE, get(device::page).post(device::typed))
        .with_state(sim)
}

/// `microsoft.com` and `www.microsoft.com`: the short addresses of the device code page.
pub(crate) fn short_links() -> Router {
    Router::new().route("/devicelogin", get(device::short_link)).route("/link", get(device::short_link))
}

#[derive(Deserialize)]
struct SignOut {
    post_logout_redirect_uri: Option<String>,
}

async fn logout(headers: HeaderMap, Query(asked): Query<SignOut>) -> Response {
    consent::signed_out(&headers, asked.post_logout_redirect_uri.as_deref())
}

fn record(sim: &Sim, action: &str, account: Option<&str>, answer: &Response, requested: &[String]) {
    let (account, requested) = (account.map(str::to_owned), requested.to_vec());
    sim.record(Entry {
        account,
        action: action.to_owned(),
        status: answer.status().as_u16(),
        requested,
        ..Entry::default()
    });
}
