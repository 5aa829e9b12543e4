//! Our client beside servers that others have written: `oidc-provider` and `oauth2-mock-server`, as tests/peers/serve.mjs
//! runs them.

mod mock;
mod provider;

use outlook_syncd::app::{self, App};
use outlook_syncd::clock::Clock;
use outlook_syncd::config::{Config, Environment};
use outlook_syncd::model::{Account, AccountId, Resource, Use};
use outlook_syncd::oauth::{
    AccessToken, Authority, Begin, Bound, Hosts, OAuth, OAuthError, Registration, Settings, SignedIn,
};
use outlook_syncd::secret::{ExposeSecret, secret};
use outlook_syncd::sync::{Engine, attach};
use outlook_syncd::vault::{Ring, new_key_file};
use serde::Deserialize;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;
use tokio::sync::{Mutex, MutexGuard};
use url::Url;

/// Where one of them is, and who is known there.
#[derive(Debug, Clone, Deserialize)]
struct Server {
    issuer: String,
    redirect_uri: Url,
    client_id: String,
    confidential_client_id: Option<String>,
    client_secret: Option<String>,
    tid: String,
    oid: String,
    preferred_username: String,
}

#[derive(Debug, Deserialize)]
struct Peers {
    oidc_provider: Server,
    mock: Server,
    /// In Graph's place.
    graph: String,
    control: String,
}

impl Peers {
    /// The servers, for one test at a time: they count all requests, and the mock's answers go to whoever asks next.
    #[expect(clippy::disallowed_methods, reason = "scripts/test says where they are")]
    async fn alone() -> (Self, MutexGuard<'static, ()>) {
        static ALONE: Mutex<()> = Mutex::const_new(());
        let text = std::env::var("OUTLOOK_SYNCD_TEST_PEERS")
            .expect("OUTLOOK_SYNCD_TEST_PEERS is not set: run scripts/test, which starts these servers");
        (serde_json::from_str(&text).unwrap(), ALONE.lock().await)
    }

    async fn control(&self, path: &str, body: &Value) -> Value {
        let client = outlook_syncd::net::client().build().unwrap();
        let request = client.post(format!("{}{path}", self.control)).body(body.to_string());
        serde_json::from_str(&request.send().await.unwrap().text().await.unwrap()).unwrap()
    }

    /// A person follows an address to its end; where that is.
    async fn visit(&self, url: &Url, accept: bool) -> Url {
        let end = self.control("/visit", &json!({"url": url, "accept": accept})).await;
        end["url"].as_str().unwrap_or_else(|| panic!("{end}")).parse().unwrap()
    }

    async fn type_code(&self, user_code: &str, accept: bool) {
        self.control("/device", &json!({"user_code": user_code, "accept": accept})).await;
    }

    /// How many requests of a kind a server's token endpoint has had.
    async fn count(&self, server: &str, grant: &str) -> u64 {
        let counts = reqwest::get(format!("{}/counts", self.control)).await.unwrap().text().await.unwrap();
        serde_json::from_str::<Value>(&counts).unwrap()[server][grant].as_u64().unwrap_or(0)
    }
}

/// A process of ours that signs people in at one of the servers.
struct Ours {
    engine: Engine,
    server: Server,
    dir: TempDir,
}

impl Ours {
    async fn at(peers: &Peers, server: &Server, registration: Registration) -> Self {
        let dir = tempfile::tempdir().unwrap();
        new_key_file(&dir.path().join("key")).unwrap();
        Self::within(dir, peers, server, registration).await
    }

    async fn public(peers: &Peers, server: &Server) -> Self {
        Self::at(peers, server, public(server)).await
    }

    async fn within(dir: TempDir, peers: &Peers, server: &Server, registration: Registration) -> Self {
        let mut engine = open(dir.path()).await;
        let settings = Settings {
            registration,
            authority: Authority::at(&server.issuer),
            hosts: Hosts { graph: peers.graph.clone(), ..Hosts::global() },
            uses: vec![Use::Contacts],
        };
        let http = outlook_syncd::net::client().build().unwrap();
        engine.oauth = OAuth::new(Some((settings, http)), engine.strongbox.clone(), Clock::System);
        Self { engine, server: server.clone(), dir }
    }

    /// A popup that has been opened.
    async fn popup(&self) -> Bound {
        let begin = Begin {
            owner: "u1".to_owned(),
            account: None,
            login: None,
            opener: None,
            redirect_uri: self.server.redirect_uri.clone(),
        };
        let handle = self.engine.oauth.begin(begin).await.unwrap();
        self.engine.oauth.bind(handle.expose_secret()).await.unwrap().unwrap()
    }

    /// The popup comes back with this address.
    async fn finish(&self, popup: &Bound, landed: &Url) -> Result<SignedIn, OAuthError> {
        let cookie = format!("{}={}", popup.cookie, popup.value.expose_secret());
        self.engine.oauth.finish(landed.query().unwrap(), &cookie).await?.end
    }

    async fn attach(&self, signed_in: &SignedIn) -> Account {
        attach::attach(&self.engine, "u1", None, signed_in).await.unwrap()
    }

    async fn token(&self, account: &AccountId) -> Result<AccessToken, OAuthError> {
        self.engine.oauth.access_token(account, Resource::Graph).await
    }

    /// Another token, as after a 401.
    async fn renew(&self, account: &AccountId, old: &AccessToken) -> Result<AccessToken, OAuthError> {
        self.engine.oauth.another_token(account, Resource::Graph, old).await
    }

    /// The refresh token as it is stored.
    async fn stored(&self, account: &AccountId) -> String {
        let tokens = self.engine.strongbox.tokens(account).await.unwrap().unwrap();
        serde_json::from_str::<Value>(tokens.expose_secret()).unwrap()["refresh"].as_str().unwrap().to_owned()
    }
}

async fn open(dir: &Path) -> Engine {
    let (state, key) = (dir.display().to_string(), dir.join("key").display().to_string());
    let settings = Environment::of(&[("STATE_DIR", &state), ("KEY__FILE", &key)]);
    let config = Config::load(Some("/dev/null".as_ref()), &settings).unwrap();
    let ring = Ring::load(&app::key_source(&config)).unwrap();
    let app = App::open(&config, ring, Arc::new(|_: &str, _: &_| ())).await.unwrap();
    Arc::into_inner(app.engine).unwrap()
}

fn public(server: &Server) -> Registration {
    Registration { client_id: server.client_id.clone(), secret: None }
}

fn confidential(server: &Server) -> Registration {
    Registration {
        client_id: server.confidential_client_id.clone().unwrap(),
        secret: server.client_secret.clone().map(secret),
    }
}

/// Whether a token opens what it was given for.
async fn opens(peers: &Peers, token: &AccessToken) -> bool {
    let client = outlook_syncd::net::client().build().unwrap();
    let request = client.get(format!("{}/v1.0/me", peers.graph)).bearer_auth(token.token.expose_secret());
    request.send().await.unwrap().status().is_success()
}
