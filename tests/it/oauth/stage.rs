//! The edges of a daemon beside a simulator, and a person with a browser.

use super::front::{Answer, Front};
use outlook_sim::{Account, App as Registration, Options, Running, Sim};
use outlook_syncd::app::App;
use outlook_syncd::config::{Config, Environment};
use outlook_syncd::model::AccountId;
use outlook_syncd::store::Schema;
use outlook_syncd::vault::{Ring, new_key_file};
use reqwest::StatusCode;
use std::ops::Deref;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;
use tokio::sync::watch;
use uuid::Uuid;

pub(super) const HOST: &str = "sync.example.test";
pub(super) const CALLBACK: &str = "https://sync.example.test/v1/integrations/outlook/callback";
pub(super) const OPENER: &str = "https://crm.example.test";

pub(super) struct Stage {
    pub(super) running: Running,
    pub(super) client_id: Uuid,
    pub(super) dir: TempDir,
    front: Front,
    settings: Vec<(String, String)>,
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
        let front = Front::serve(app, config.http.access.popup.clone()).await;
        Self { running, client_id, dir, front, settings }
    }

    pub(super) fn sim(&self) -> &Sim {
        self.running.sim()
    }

    pub(super) fn person(&self, index: usize) -> Account {
        self.sim().accounts()[index].clone()
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

impl Deref for Stage {
    type Target = Front;

    fn deref(&self) -> &Front {
        &self.front
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
        crate::support::write_secret(&dir.join("client-secret"), secret);
        settings.push(("OAUTH__CLIENT_SECRET_FILE", path("client-secret")));
    }
    settings.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
    settings.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

async fn open(settings: &[(String, String)]) -> (App, Config) {
    let settings: Vec<_> = settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let config = Config::load(Some("/dev/null".as_ref()), &Environment::of(&settings)).unwrap();
    let ring = Ring::load(&config.key).unwrap();
    (
        App::open(&config, Schema::Update, ring, Arc::new(|_: &str, _: &_| ()), watch::channel(None).1)
            .await
            .unwrap(),
        config,
    )
}
