//! Our client against OAuth servers that others wrote: a daemon's edges beside what scripts/test starts
//! (tests/peers/serve.mjs).

mod device;
mod faults;
mod prism;
mod refusals;
mod rotation;
mod sign_in;

use crate::stage::{Answer, HOST, OPENER, RETURN, Stage, World};
use outlook_syncd::app::App;
use outlook_syncd::clock::Clock;
use outlook_syncd::http::{Access, Popup};
use outlook_syncd::model::{AccountId, Cloud, Scope, Use};
use outlook_syncd::oauth::{
    Authority, ClientCredential, CloudHosts, CredentialKind, OAuth, Registration, Settings,
};
use outlook_syncd::secret::{ExposeSecret, secret};
use outlook_syncd::sync::Services;
use reqwest::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, MutexGuard, watch};

/// What the servers say next, and what they have counted, belongs to one test at a time.
static TURN: Mutex<()> = Mutex::const_new(());

/// What the application is known by, with its key; tests/peers/serve.mjs knows the certificate.
const CERTIFICATE: &str = include_str!("../../data/oauth/certificate.pem");

/// Where they are.
#[derive(Deserialize)]
struct Servers {
    oidc_provider: Server,
    mock: Server,
    graph: String,
    /// Prism, before whichever simulator it is told.
    prism: String,
    control: String,
}

/// One of them: its address, what it knows of us, and of the one person that it knows.
#[derive(Clone, Deserialize)]
struct Server {
    issuer: String,
    client_id: String,
    confidential_client_id: Option<String>,
    certified_client_id: Option<String>,
    client_secret: Option<String>,
    /// The certificate with its key, where that is our proof.
    #[serde(skip)]
    certificate: Option<&'static str>,
    redirect_uri: url::Url,
    tid: String,
    oid: String,
    preferred_username: String,
}

/// A daemon that one of the servers signs people in for.
struct Peers {
    stage: Stage,
    clock: Clock,
    server: Server,
    /// Which of them, as their counts name it.
    name: &'static str,
    graph: String,
    control: String,
    _turn: MutexGuard<'static, ()>,
}

/// Who we are to oidc-provider.
#[derive(Clone, Copy, PartialEq)]
enum Client {
    Public,
    Confidential,
    Certified,
}

fn servers() -> Servers {
    #[expect(clippy::disallowed_methods, reason = "the tests are told where the servers are")]
    let line = std::env::var("OUTLOOK_SYNCD_TEST_PEERS");
    let line = line.expect("OUTLOOK_SYNCD_TEST_PEERS is not set: run scripts/test, which starts the servers");
    serde_json::from_str(&line).unwrap()
}

impl Peers {
    async fn provider(client: Client) -> Self {
        let mut server = servers().oidc_provider;
        match client {
            Client::Public => server.client_secret = None,
            Client::Confidential => server.client_id = server.confidential_client_id.clone().unwrap(),
            Client::Certified => {
                server.client_id = server.certified_client_id.clone().unwrap();
                (server.client_secret, server.certificate) = (None, Some(CERTIFICATE));
            }
        }
        Self::of(server, "oidc_provider").await
    }

    async fn mock() -> Self {
        Self::of(servers().mock, "mock").await
    }

    async fn of(server: Server, name: &'static str) -> Self {
        let turn = TURN.lock().await;
        let Servers { graph, control, .. } = servers();
        let clock = Clock::manual(Clock::System.now());
        let world = World::new().await;
        let app = open(&world, &clock, settings(&server, &graph)).await;
        let popup = Popup {
            redirect_uri: server.redirect_uri.clone(),
            openers: vec![OPENER.to_owned()],
            returns: vec![RETURN.parse().unwrap()],
        };
        let access = Access { popup: Some(popup), hosts: vec![HOST.to_owned()], ..Access::default() };
        let stage = Stage::serve(world, app, Arc::new(access)).await;
        let peers = Self { stage, clock, server, name, graph, control, _turn: turn };
        peers.answers(json!([])).await;
        peers
    }

    /// Another process on the same database, which knows this client secret.
    async fn process(&self, client_secret: Option<&str>) -> App {
        let server = Server { client_secret: client_secret.map(str::to_owned), ..self.server.clone() };
        open(&self.stage, &self.clock, settings(&server, &self.graph)).await
    }

    fn oauth(&self) -> &OAuth {
        &self.app.services.oauth
    }

    async fn control(&self, method: Method, path: &str, body: &Value) -> Value {
        let request = self.client.request(method, format!("{}{path}", self.control)).body(body.to_string());
        let answer = request.send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert_eq!(status, StatusCode::OK, "{text}");
        serde_json::from_str(&text).unwrap()
    }

    /// The person signs in where the popup leads: the address that the browser comes back with.
    async fn visit(&self, url: &str, accept: bool) -> String {
        let asked = json!({"url": url, "accept": accept});
        let landed = self.control(Method::POST, "/visit", &asked).await;
        landed["url"].as_str().unwrap().to_owned()
    }

    /// What the mock's token endpoint says next.
    async fn answers(&self, answers: Value) {
        self.control(Method::POST, "/answers", &answers).await;
    }

    /// How often the token endpoint was asked for this grant.
    async fn asked(&self, grant: &str) -> u64 {
        let counts = self.control(Method::GET, "/counts", &Value::Null).await;
        counts[self.name][grant].as_u64().unwrap_or_default()
    }

    async fn refreshes(&self) -> u64 {
        self.asked("refresh_token").await
    }

    /// The whole popup and its end: what the user is answered.
    async fn sign_in(&self, accept: bool) -> Answer {
        let (location, cookie) = self.popup("u1", "").await;
        let landed = self.visit(location.as_str(), accept).await;
        let finish = self.come_back(&landed, &cookie).await;
        self.finish("u1", &finish).await
    }

    async fn connected(&self) -> AccountId {
        self.sign_in(true).await.connected()
    }

    /// Asks the token broker, as a workflow would.
    async fn token(&self, account: &AccountId, resource: &str) -> Answer {
        let bearer = self.bearer(&[Scope::Tokens], None).await;
        self.get(&format!("/v1/accounts/{account}/access-token?resource={resource}"), &bearer).await
    }

    /// A token that the broker has to have.
    async fn good_token(&self, account: &AccountId, resource: &str) -> String {
        let answer = self.token(account, resource).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        answer.json()["access_token"].as_str().unwrap().to_owned()
    }

    async fn status(&self) -> Value {
        let bearer = self.bearer(&[Scope::Read], Some("u1")).await;
        self.get("/v1/integrations/outlook/status", &bearer).await.json()
    }

    /// The refresh token as it is stored.
    async fn stored(&self, account: &AccountId) -> String {
        let tokens = self.app.services.strongbox.tokens(account).await.unwrap().unwrap();
        let tokens: Value = serde_json::from_str(tokens.expose_secret()).unwrap();
        tokens["refresh"].as_str().unwrap().to_owned()
    }

    /// What Graph says to a token.
    async fn me(&self, token: &str) -> StatusCode {
        let request = self.client.get(format!("{}/v1.0/me", self.graph)).bearer_auth(token);
        request.send().await.unwrap().status()
    }
}

impl Deref for Peers {
    type Target = Stage;

    fn deref(&self) -> &Stage {
        &self.stage
    }
}

fn credential(server: &Server) -> Option<ClientCredential> {
    let (kind, text) = match (&server.client_secret, server.certificate) {
        (Some(text), _) => (CredentialKind::Secret, text.clone()),
        (None, Some(pem)) => (CredentialKind::Certificate, pem.to_owned()),
        (None, None) => return None,
    };
    Some(ClientCredential::new(kind, move || Ok(secret(text.clone()))))
}

fn settings(server: &Server, graph: &str) -> Settings {
    Settings {
        registration: Registration { client_id: server.client_id.clone(), credential: credential(server) },
        authority: Authority::at(&server.issuer),
        hosts: CloudHosts { graph: graph.to_owned(), ..CloudHosts::of(Cloud::Global) },
        uses: vec![Use::Contacts, Use::Imap],
    }
}

/// The program's own parts, but for who signs people in and for the time.
async fn open(world: &World, clock: &Clock, settings: Settings) -> App {
    let App { services, browser, .. } = world.open(&[]).await;
    let http = outlook_syncd::net::client().build().unwrap();
    let oauth = OAuth::new(
        Some((Arc::new(settings), http)),
        services.store.clone(),
        services.strongbox.clone(),
        clock.clone(),
    );
    let services = Services { oauth, clock: clock.clone(), ..services };
    App::of(
        &world.config(&[]),
        services,
        browser,
        Arc::new(|_: &str, _: Option<&_>| ()),
        watch::channel(None).1,
    )
}

/// Looks again until it is so.
async fn until(mut so: impl AsyncFnMut() -> bool) {
    let mut tick = tokio::time::interval(Duration::from_millis(5));
    let wait = async {
        while !so().await {
            tick.tick().await;
        }
    };
    Clock::limit(Duration::from_secs(30), wait).await.unwrap();
}
