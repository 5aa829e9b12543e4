//! The edges of a daemon, asked as its proxy would ask them.

use super::stage::{HOST, OPENER};
use outlook_syncd::app::App;
use outlook_syncd::clock::Clock;
use outlook_syncd::http::{self, Access, Popup};
use outlook_syncd::model::{ApiToken, Scope, TokenId};
use outlook_syncd::secret::ExposeSecret;
use outlook_syncd::store::Store;
use outlook_syncd::token;
use reqwest::{Method, StatusCode};
use serde_json::Value;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use url::Url;

pub(super) struct Front {
    pub(super) app: App,
    pub(super) address: String,
    client: reqwest::Client,
    stop: CancellationToken,
}

/// An answer of ours.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: reqwest::header::HeaderMap,
    pub(super) text: String,
}

impl Answer {
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// What the page tells its opener, and to which origin.
    pub(super) fn told(&self) -> Option<(Value, String)> {
        let (_, rest) = self.text.split_once("postMessage(")?;
        let (told, _) = rest.split_once(");window.close()")?;
        let both: Vec<Value> = serde_json::from_str(&format!("[{told}]")).unwrap();
        Some((both[0].clone(), both[1].as_str().unwrap().to_owned()))
    }

    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Name and value of the cookie that it sets.
    pub(super) fn cookie(&self) -> String {
        self.header("set-cookie").split(';').next().unwrap().to_owned()
    }
}

impl Front {
    pub(super) async fn serve(app: App, popup: Option<Popup>) -> Self {
        let access = Access { popup, hosts: vec![HOST.to_owned()], ..Access::default() };
        let (stopping, stop) = (CancellationToken::new(), CancellationToken::new());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let router = http::router(Arc::clone(&app.desk), Arc::new(access), stopping);
        tokio::spawn(http::serve(listener, router, stop.clone()));
        let client = outlook_syncd::net::client().build().unwrap();
        Self { app, address, client, stop }
    }

    pub(super) fn store(&self) -> &Store {
        &self.app.services.store
    }

    pub(super) async fn bearer(&self, scopes: &[Scope], owner: Option<&str>) -> String {
        let (text, now) = (token::generate(), Clock::System.now());
        let text = text.expose_secret();
        let described = ApiToken {
            id: TokenId::new(now),
            name: "test".to_owned(),
            prefix: token::shown(text).to_owned(),
            scopes: scopes.iter().copied().collect(),
            owner: owner.map(str::to_owned),
            created_at: now,
            expires_at: now + chrono::TimeDelta::days(1),
            last_used_at: None,
        };
        self.store().add_api_token(&described, &token::hash(text), "test").await.unwrap();
        text.clone()
    }

    /// Asks as the proxy would: by our public name.
    pub(super) async fn ask(
        &self,
        method: Method,
        path: &str,
        bearer: Option<&str>,
        cookie: Option<&str>,
    ) -> Answer {
        let mut request = self.client.request(method, format!("http://{}{path}", self.address));
        request = request.header("host", HOST);
        if let Some(bearer) = bearer {
            request = request.bearer_auth(bearer);
        }
        if let Some(cookie) = cookie {
            request = request.header("cookie", cookie);
        }
        let answer = request.send().await.unwrap();
        let (status, headers) = (answer.status(), answer.headers().clone());
        Answer { status, headers, text: answer.text().await.unwrap() }
    }

    pub(super) async fn get(&self, path: &str, bearer: &str) -> Answer {
        self.ask(Method::GET, path, Some(bearer), None).await
    }

    /// The address that a page opens in a popup for this user.
    pub(super) async fn auth_url(&self, owner: &str, query: &str) -> Url {
        let bearer = self.bearer(&[Scope::Admin], Some(owner)).await;
        let path = format!("/v1/integrations/outlook/auth-url?origin={OPENER}{query}");
        let answer = self.get(&path, &bearer).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        answer.json()["url"].as_str().unwrap().parse().unwrap()
    }

    /// A browser opens an address of ours.
    pub(super) async fn browse(&self, url: &str, cookie: Option<&str>) -> Answer {
        let url: Url = url.parse().unwrap();
        assert_eq!(url.host_str(), Some(HOST), "{url}");
        let path = url.query().map_or(url.path().to_owned(), |query| format!("{}?{query}", url.path()));
        self.ask(Method::GET, &path, None, cookie).await
    }

    /// The popup as far as Microsoft's page: where it goes, and its cookie.
    pub(super) async fn popup(&self, owner: &str, query: &str) -> (Url, String) {
        let start = self.auth_url(owner, query).await;
        let answer = self.browse(start.as_str(), None).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        (answer.header("location").parse().unwrap(), answer.cookie())
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}
