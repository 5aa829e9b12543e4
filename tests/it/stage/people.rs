//! Whoever signs in, with a browser and with tokens of ours.

use super::edges::{Answer, Stage};
use chrono::{DateTime, TimeDelta, Utc};
use outlook_syncd::clock::Clock;
use outlook_syncd::model::{AccountId, ApiToken, NewAccount, Road, Scope, TokenId};
use outlook_syncd::secret::ExposeSecret;
use outlook_syncd::token;
use reqwest::{Method, StatusCode};
use url::Url;

/// Our public name, as the proxy before us knows it.
pub(crate) const HOST: &str = "sync.example.test";
/// Where Microsoft sends popups back to.
pub(crate) const CALLBACK: &str = "https://sync.example.test/v1/integrations/outlook/callback";
/// The origin whose pages open popups.
pub(crate) const OPENER: &str = "https://crm.example.test";

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
            last_used_at: None,
        };
        self.app.services.strongbox.add_api_token(&described, &token::hash(text), "test").await.unwrap();
        text.clone()
    }

    /// The address that a page opens in a popup for this user.
    pub(crate) async fn auth_url(&self, owner: &str, query: &str) -> Url {
        let bearer = self.bearer(&[Scope::Admin], Some(owner)).await;
        let path = format!("/v1/integrations/outlook/auth-url?origin={OPENER}{query}");
        let answer = self.get(&path, &bearer).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        answer.json()["url"].as_str().unwrap().parse().unwrap()
    }

    /// A browser opens an address of ours.
    pub(crate) async fn browse(&self, url: &str, cookie: Option<&str>) -> Answer {
        let url: Url = url.parse().unwrap();
        assert_eq!(url.host_str(), Some(HOST), "{url}");
        let path = url.query().map_or(url.path().to_owned(), |query| format!("{}?{query}", url.path()));
        self.ask(Method::GET, &path, None, cookie).await
    }

    /// The popup as far as Microsoft's page: where it goes, and its cookie.
    pub(crate) async fn popup(&self, owner: &str, query: &str) -> (Url, String) {
        let start = self.auth_url(owner, query).await;
        let answer = self.browse(start.as_str(), None).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        (answer.header("location").parse().unwrap(), answer.cookie())
    }

    /// The whole popup: the page that it ends with.
    pub(crate) async fn sign_in(&self, owner: &str, smtp: &str, query: &str, accept: bool) -> Answer {
        let (location, cookie) = self.popup(owner, query).await;
        let landed = self.sim().visit(location.as_str(), smtp, accept).await.unwrap();
        self.browse(landed.url(), Some(&cookie)).await
    }

    /// An account that is connected.
    pub(crate) async fn connected(&self, owner: &str, smtp: &str) -> AccountId {
        self.sign_in(owner, smtp, "", true).await.connected()
    }
}
