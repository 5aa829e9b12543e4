//! A directory, a simulator, and the settings of a program that knows only these.

use super::people::{CALLBACK, OPENER, READ, RETURN, RUN};
use super::program::{Run, program, write_secret};
use outlook_sim::{Account, App as Registration, Options, Running, Sim};
use outlook_syncd::app::App;
use outlook_syncd::config::{Config, Environment};
use outlook_syncd::store::{Schema, Store};
use outlook_syncd::vault::{Ring, new_key_file};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;
use tokio::sync::watch;
use uuid::Uuid;

pub(crate) struct World {
    pub(crate) running: Running,
    pub(crate) dir: TempDir,
    /// By `SECTION__KEY`.
    settings: BTreeMap<String, String>,
}

impl World {
    /// The default world: two accounts, 60 messages each.
    pub(crate) async fn new() -> Self {
        Self::of(Options::default()).await
    }

    pub(crate) async fn of(options: Options) -> Self {
        let running = Sim::start(options).await.unwrap();
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| dir.path().join(name);
        std::fs::create_dir(path("state")).unwrap();
        std::fs::write(path("ca.pem"), &running.ca.pem).unwrap();
        new_key_file(&path("key")).unwrap();
        let shown = |name: &str| path(name).display().to_string();
        let settings = [
            ("STATE_DIR", shown("state")),
            ("KEY__FILE", shown("key")),
            ("HTTP__LISTEN", "127.0.0.1:0".to_owned()),
            ("SIMULATOR__HTTPS", running.https.to_string()),
            ("SIMULATOR__IMAP", running.imap.to_string()),
            ("SIMULATOR__SPKI_SHA256", running.ca.spki_sha256.clone()),
            ("SIMULATOR__CA_FILE", shown("ca.pem")),
            // Once a year: tests make accounts due themselves.
            ("SYNC__SCHEDULE", "0 0 1 1 *".to_owned()),
            ("LOG__LEVEL", "info".to_owned()),
        ];
        let settings = settings.map(|(name, value)| (name.to_owned(), value)).into();
        let mut world = Self { running, dir, settings };
        world.set_secret("HTTP__READ_TOKEN_FILE", "read-token", READ);
        world.set_secret("HTTP__CRON_SECRET_FILE", "cron-secret", RUN);
        world
    }

    /// Sets `SECTION__KEY` for every run from now on.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.settings.insert(name.to_owned(), value.to_owned());
    }

    /// Leaves `SECTION__KEY` out of every run from now on.
    pub(crate) fn unset(&mut self, name: &str) {
        self.settings.remove(name);
    }

    /// Sets the path of a file that holds this secret.
    pub(crate) fn set_secret(&mut self, name: &str, file: &str, secret: &str) {
        let path = self.dir.path().join(file);
        write_secret(&path, secret);
        self.set(name, path.to_str().unwrap());
    }

    /// Makes the program an application of the simulator's identity platform.
    pub(crate) fn register(&mut self, registration: Registration) {
        let secret = registration.secret.clone();
        let client_id = self.sim().register(registration).unwrap();
        self.set("OAUTH__CLIENT_ID", &client_id.to_string());
        self.set("OAUTH__REDIRECT_URI", CALLBACK);
        self.set("OAUTH__OPENERS", &format!("[\"{OPENER}\"]"));
        self.set("OAUTH__RETURNS", &format!("[\"{RETURN}\"]"));
        self.set("OAUTH__USES", "[\"contacts\", \"imap\"]");
        if let Some(secret) = secret {
            self.set_secret("OAUTH__CLIENT_SECRET_FILE", "client-secret", &secret);
        }
    }

    /// What the identity platform knows the program by.
    pub(crate) fn client_id(&self) -> Uuid {
        self.settings["OAUTH__CLIENT_ID"].parse().unwrap()
    }

    pub(crate) fn sim(&self) -> &Sim {
        self.running.sim()
    }

    pub(crate) fn account(&self, index: usize) -> Account {
        self.sim().accounts()[index].clone()
    }

    pub(crate) fn state_dir(&self) -> PathBuf {
        self.dir.path().join("state")
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.state_dir().join("outlook-syncd.db")
    }

    /// Its database, brought up to date.
    pub(crate) async fn store(&self) -> Store {
        self.store_at(&format!("sqlite://{}", self.database().display())).await
    }

    /// The database at an address, brought up to date.
    pub(crate) async fn store_at(&self, url: &str) -> Store {
        Store::open(url, Schema::Update).await.unwrap()
    }

    /// The configuration that a program of this world has, with these settings in place of its own.
    pub(crate) fn config(&self, more: &[(&str, &str)]) -> Config {
        let mut settings: BTreeMap<_, _> =
            self.settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        settings.extend(more.iter().copied());
        let settings: Vec<_> = settings.into_iter().collect();
        Config::load(Some("/dev/null".as_ref()), &Environment::of(&settings)).unwrap()
    }

    /// The program's parts in this process: another process on the same database, as far as anybody can tell.
    pub(crate) async fn open(&self, more: &[(&str, &str)]) -> App {
        let config = self.config(more);
        let ring = Ring::load(&config.key).unwrap();
        let progress = Arc::new(|_: &str, _: Option<&_>| ());
        App::open(&config, Schema::Update, ring, progress, watch::channel(None).1).await.unwrap()
    }

    /// The program with these arguments and nothing of the test's own environment but what it needs.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(program());
        let settings = self.settings.iter().map(|(name, value)| (format!("OUTLOOK_SYNCD_{name}"), value));
        command.args(args).env_clear().envs(settings).kill_on_drop(true);
        command.env("PATH", "/usr/bin:/bin").env("HOME", self.dir.path()).env("TMPDIR", self.dir.path());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub(crate) async fn run(&self, args: &[&str]) -> Run {
        self.command(args).output().await.unwrap().into()
    }

    /// The program with `input` on its standard input.
    pub(crate) async fn run_with(&self, args: &[&str], input: impl AsRef<[u8]>) -> Run {
        let mut child = self.command(args).stdin(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        // A program that stops early reads no more.
        let _ = stdin.write_all(input.as_ref()).await;
        drop(stdin);
        child.wait_with_output().await.unwrap().into()
    }

    pub(crate) async fn connect_with(&self, login: &str, password: impl AsRef<[u8]>) -> Run {
        self.run_with(&["account", "connect", "--json", "--owner", "u1", "--password-stdin", login], password)
            .await
    }

    /// Connects an account of the simulator, which must succeed.
    pub(crate) async fn connect(&self, account: &Account) {
        self.connect_with(&account.smtp, &account.password).await.expect(0);
    }

    /// Makes every account due and runs one cycle.
    pub(crate) async fn cycle(&self) -> Run {
        self.run(&["sync", "--json"]).await;
        self.once().await
    }

    pub(crate) async fn once(&self) -> Run {
        self.run(&["--once", "--json"]).await
    }

    /// Everything that is stored of an account, newest first.
    pub(crate) async fn messages(&self, smtp: &str) -> Vec<Value> {
        let run = self.run(&["messages", smtp, "--json", "--limit", "100000"]).await.expect(0);
        run.json()["messages"].as_array().unwrap().clone()
    }
}
