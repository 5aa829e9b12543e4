//! Whoever signs in, with a browser and with tokens of ours.

use super::edges::{Answer, Stage};
use chrono::{DateTime, TimeDelta, Utc};
use outlook_syncd::clock::Clock;
use outlook_syncd::model::{
    AccountId, ApiToken, AuditAction, AuditEntry, NewAccount, Road, Scope, TokenId, TokenLimits,
};
use outlook_syncd::secret::ExposeSecret;
use outlook_syncd::token;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use url::Url;

/// The secret of those who read.
pub(crate) const READ: &str = "an invented secret of those who read";
/// The secret of those who begin cycles.
pub(crate) const RUN: &str = "an invented secret of those who run cycles";
/// Our public name, as the proxy before us knows it.
pub(crate) const HOST: &str = "sync.example.test";
/// Where Microsoft sends popups back to.
pub(crate) const CALLBACK: &str = "https://sync.example.test/v1/integrations/outlook/callback";
/// The origin whose pages open popups.
pub(crate) const OPENER: &str = "https://crm.example.test";
/// The page of it where popups end.
pub(crate) const RETURN: &str = "https://crm.example.test/settings";

pub(crate) fn now() -> DateTime<Utc> {
    Clock::System.now()
}

pub(crate) fn tomorrow() -> DateTime<Utc> {
    now() + TimeDelta::days(1)
}

/// A mailbox that is read by Outlook on the web.
pub(crate) fn new_account(owner: &str, login: &str, at: DateTime<Utc>) -> NewAccount {
    NewAccount { id: AccountId::new(at), owner: owner.into(), login: login.into(), road: Some(Road::Owa) }
}

impl Stage {
    /// A token of ours.
    pub(crate) async fn bearer(&self, scopes: &[Scope], owner: Option<&str>) -> String {
        self.bearer_until(scopes, owner, tomorrow()).await
    }

    /// A token of ours that expires at this time.
    pub(crate) async fn bearer_until(
        &self,
        scopes: &[Scope],
        owner: Option<&str>,
        expires_at: DateTime<Utc>,
    ) -> String {
        self.narrowed_bearer(scopes, owner, expires_at, TokenLimits::default()).await
    }

    /// The same, narrowed.
    pub(crate) async fn narrowed_bearer(
        &self,
        scopes: &[Scope],
        owner: Option<&str>,
        expires_at: DateTime<Utc>,
        limits: TokenLimits,
    ) -> String {
        let text = token::generate();
        let text = text.expose_secret();
        let described = ApiToken {
            id: TokenId::new(now()),
            name: "test".to_owned(),
            prefix: token::shown(text).to_owned(),
            scopes: scopes.iter().copied().collect(),
            owner: owner.map(str::to_owned),
            created_at: now(),
            expires_at,
            limits,
            last_used_at: None,
            last_used_from: None,
        };
        self.app.services.strongbox.add_api_token(&described, &token::hash(text), "test").await.unwrap();
        text.clone()
    }

    /// What a page is given to open in a popup for this user.
    pub(crate) async fn begun(&self, owner: &str, query: &str) -> Value {
        let bearer = self.bearer(&[Scope::Admin], Some(owner)).await;
        let path = format!("/v1/integrations/outlook/auth-url?origin={OPENER}{query}");
        let answer = self.get(&path, &bearer).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        answer.json()
    }

    /// The address that a page opens in a popup for this user.
    pub(crate) async fn auth_url(&self, owner: &str, query: &str) -> Url {
        self.begun(owner, query).await["url"].as_str().unwrap().parse().unwrap()
    }

    /// A browser opens an address of ours.
    pub(crate) async fn browse(&self, url: &str, cookie: Option<&str>) -> Answer {
        self.ask(Method::GET, &path_here(url), None, cookie).await
    }

    /// The person goes on from the page where the popup begins; a browser says where the form is from.
    pub(crate) async fn go_on(&self, start: &str, origin: Option<&str>) -> Answer {
        let mut request = self.client.post(format!("http://{}{}", self.address, path_here(start)));
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        Answer::of(request.header("host", HOST)).await
    }

    /// The popup as far as Microsoft's page: where it goes, and its cookie.
    pub(crate) async fn popup(&self, owner: &str, query: &str) -> (Url, String) {
        let start = self.auth_url(owner, query).await;
        let answer = self.go_on(start.as_str(), Some(OPENER)).await;
        (answer.goes_on_to(), answer.cookie())
    }

    /// The popup from Microsoft back to the CRM's page: what finishes the sign-in there.
    pub(crate) async fn come_back(&self, landed: &str, cookie: &str) -> String {
        self.browse(landed, Some(cookie)).await.finish()
    }

    /// Finishes a sign-in as this user.
    pub(crate) async fn finish(&self, owner: &str, finish: &str) -> Answer {
        let bearer = self.bearer(&[Scope::Admin], Some(owner)).await;
        self.finish_by(&bearer, "", finish).await
    }

    /// The same by who holds this bearer.
    pub(crate) async fn finish_by(&self, bearer: &str, query: &str, finish: &str) -> Answer {
        let url = format!("http://{}/v1/integrations/outlook/finish{query}", self.address);
        let request = self.client.post(url).header("host", HOST).bearer_auth(bearer);
        let body = json!({ "finish": finish }).to_string();
        Answer::of(request.header("content-type", "application/json").body(body)).await
    }

    /// How an attempt stands, as this user is told.
    pub(crate) async fn attempt(&self, owner: &str, id: &Value) -> Answer {
        let bearer = self.bearer(&[Scope::Read], Some(owner)).await;
        self.get(&format!("/v1/integrations/outlook/attempts/{}", id.as_str().unwrap()), &bearer).await
    }

    /// The whole popup and its end: what the user is answered.
    pub(crate) async fn sign_in(&self, owner: &str, smtp: &str, query: &str, accept: bool) -> Answer {
        let (location, cookie) = self.popup(owner, query).await;
        let landed = self.sim().visit(location.as_str(), smtp, accept).await.unwrap();
        let finish = self.come_back(landed.url(), &cookie).await;
        self.finish(owner, &finish).await
    }

    /// An account that is connected.
    pub(crate) async fn connected(&self, owner: &str, smtp: &str) -> AccountId {
        self.sign_in(owner, smtp, "", true).await.connected()
    }
}

/// The path and query of an address of ours.
fn path_here(url: &str) -> String {
    let url: Url = url.parse().unwrap();
    assert_eq!(url.host_str(), Some(HOST), "{url}");
    url.query().map_or(url.path().to_owned(), |query| format!("{}?{query}", url.path()))
}

/// The line of the audit log about a change of a contact that a program has handed in.
pub(crate) fn by_crm(now: DateTime<Utc>) -> AuditEntry {
    AuditEntry::new(now, "reader:crm", AuditAction::ContactEdited)
}
