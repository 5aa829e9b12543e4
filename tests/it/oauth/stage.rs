//! The edges of a daemon beside a simulator, and a person with a browser.

use outlook_sim::{Account, App as Registration, Options, Running, Sim};
use outlook_syncd::app::{self, App};
use outlook_syncd::clock::Clock;
use outlook_syncd::config::{Config, Environment};
use outlook_syncd::http::{self, Access};
use outlook_syncd::model::{AccountId, ApiToken, Scope, TokenId};
use outlook_syncd::secret::ExposeSecret;
use outlook_syncd::store::Store;
use outlook_syncd::token;
use outlook_syncd::vault::{Ring, new_key_file};
use reqwest::{Method, StatusCode};
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use url::Url;
use uuid::Uuid;

pub(super) const HOST: &str = "sync.example.test";
pub(super) const CALLBACK: &str = "https://sync.example.test/v1/integrations/outlook/callback";
pub(super) const OPENER: &str = "https://crm.example.test";

pub(super) struct Stage {
    pub(super) running: Running,
    pub(super) app: App,
    pub(super) client_id: Uuid,
    pub(super) dir: TempDir,
    settings: Vec<(String, String)>,
    address: String,
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

impl Stage {
    pub(super) async fn start() -> Self {
        Self::of(Registration::confidential(CALLBACK, "canary-client-secret"), &[]).await
    }

    pub(super) async fn of(registration: Registration, more: &[(&str, &str)]) -> Self {
        let running = Sim::start(Options::default()).await.unwrap();
        let secret = registration.secret.clone();
        let client_id = running.sim().register(registration).unwrap();
        let dir = tempfile::tempdir().unwrap();
        new_key_file(&dir.path().join("key")).unwrap();
        std::fs::write(dir.path().join("ca.pem"), &running.ca.pem).unwrap();
        let settings = settings(dir.path(), &running, client_id, secret.as_deref(), more);
        let (app, config) = open(&settings).await;
        let access = Access {
            read: None,
            cron: None,
            jwt: None,
            popup: config.oauth.as_ref().unwrap().popup.clone(),
            hosts: vec![HOST.to_owned()],
        };
        let (stopping, stop) = (CancellationToken::new(), CancellationToken::new());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let router = http::router(Arc::clone(&app.engine), access, stopping);
        tokio::spawn(http::serve(listener, router, stop.clone()));
        let client = outlook_syncd::net::client().build().unwrap();
        Self { running, app, client_id, dir, settings, address, client, stop }
    }

    /// Where the endpoints listen.
    pub(super) fn address(&self) -> &str {
        &self.address
    }

    pub(super) fn sim(&self) -> &Sim {
        self.running.sim()
    }

    pub(super) fn person(&self, index: usize) -> Account {
        self.sim().accounts()[index].clone()
    }

    pub(super) fn store(&self) -> &Store {
        &self.app.engine.store
    }

    /// Another process on the same database, as far as anybody can tell.
    pub(super) async fn another_process(&self) -> App {
        open(&self.settings).await.0
    }

    /// The same, with other settings.
    pub(super) async fn process_with(&self, more: &[(&str, &str)]) -> App {
        let mut settings = self.settings.clone();
        settings.retain(|(name, _)| more.iter().all(|(other, _)| name != other));
        settings.extend(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        open(&settings).await.0
    }

    /// What `OUTLOOK_SYNCD_…` has to say to a real process.
    pub(super) fn settings(&self) -> impl Iterator<Item = (String, &str)> {
        self.settings.iter().map(|(name, value)| (format!("OUTLOOK_SYNCD_{name}"), value.as_str()))
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

    /// The whole popup: the page that it ends with.
    pub(super) async fn sign_in(&self, owner: &str, smtp: &str, query: &str, accept: bool) -> Answer {
        let (location, cookie) = self.popup(owner, query).await;
        let landed = self.sim().visit(location.as_str(), smtp, accept).await.unwrap();
        self.browse(landed.url(), Some(&cookie)).await
    }

    /// An account that is connected.
    pub(super) async fn connected(&self, owner: &str, smtp: &str) -> AccountId {
        let page = self.sign_in(owner, smtp, "", true).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        let (told, _) = page.told().unwrap();
        AccountId::from(told["account"].as_str().unwrap().to_owned())
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

fn settings(
    dir: &Path,
    running: &Running,
    client_id: Uuid,
    secret: Option<&str>,
    more: &[(&str, &str)],
) -> Vec<(String, String)> {
    let path = |name: &str| dir.join(name).display().to_string();
    let mut settings: Vec<(&str, String)> = vec![
        ("STATE_DIR", dir.display().to_string()),
        ("KEY__FILE", path("key")),
        ("SIMULATOR__HTTPS", running.https.to_string()),
        ("SIMULATOR__SPKI_SHA256", running.ca.spki_sha256.clone()),
        ("SIMULATOR__CA_FILE", path("ca.pem")),
        ("OAUTH__CLIENT_ID", client_id.to_string()),
        ("OAUTH__REDIRECT_URI", CALLBACK.to_owned()),
        ("OAUTH__OPENERS", format!("[\"{OPENER}\"]")),
        ("OAUTH__USES", "[\"contacts\", \"imap\"]".to_owned()),
    ];
    if let Some(secret) = secret {
        std::fs::write(dir.join("client-secret"), secret).unwrap();
        settings.push(("OAUTH__CLIENT_SECRET_FILE", path("client-secret")));
    }
    settings.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
    settings.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

async fn open(settings: &[(String, String)]) -> (App, Config) {
    let settings: Vec<_> = settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let config = Config::load(Some("/dev/null".as_ref()), &Environment::of(&settings)).unwrap();
    let ring = Ring::load(&app::key_source(&config)).unwrap();
    (App::open(&config, ring, Arc::new(|_: &str, _: &_| ())).await.unwrap(), config)
}
