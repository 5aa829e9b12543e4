//! The configuration: defaults, the file, the environment, in that order; parsed once into validated types.
//!
//! The only module that reads the environment.

mod environment;
mod file;
mod oauth;
mod secrets;
mod shown;
mod validate;
mod words;

use crate::jwt::Verifier;
use crate::model::{DateWord, Folder, Scopes, Tenant, Tier, Use};
use crate::secret::SecretText;
use chrono_tz::Tz;
use croner::Cron;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;
use url::Url;

pub use environment::Environment;
pub use secrets::KeyPlaces;
use secrets::Secrets;
pub use shown::{Setting, Source, settings};

/// Where the file lies unless `--config` says otherwise. It may be absent.
pub const DEFAULT_FILE: &str = "/etc/outlook-syncd/outlook-syncd.toml";

/// The configuration is wrong: nothing was started.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file could not be read.
    #[error("cannot read {}: {source}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Not TOML, an unknown key, or a value of the wrong type; the message names the line.
    #[error("{}: {detail}", path.display())]
    Syntax {
        /// Which.
        path: PathBuf,
        /// Line, column and what is wrong there.
        detail: String,
    },
    /// A variable of the environment that means nothing, or nothing valid.
    #[error("environment: {0}")]
    Environment(String),
    /// A file with a secret that is not as it has to be.
    #[error("{} {why}", path.display())]
    Secret {
        /// Which.
        path: PathBuf,
        /// What is wrong.
        why: &'static str,
        /// What mends it.
        step: String,
    },
    /// A value that cannot be.
    #[error("{key}: {why}")]
    Invalid {
        /// `section.key`
        key: &'static str,
        /// What is wrong and what would be right.
        why: String,
    },
}

impl ConfigError {
    fn invalid(key: &'static str, why: impl std::fmt::Display) -> Self {
        Self::Invalid { key, why: why.to_string() }
    }
}

/// Everything that can be set.
#[derive(Debug)]
pub struct Config {
    /// The file that was read; `None` where there is none.
    pub file: Option<PathBuf>,
    /// Where the database, the lock and browser profiles lie by default.
    pub state_dir: PathBuf,
    /// The user that root becomes.
    pub user: String,
    /// `sqlite:///…` or `postgres://…`; may hold a password.
    pub database: SecretText,
    /// Where the key may be.
    pub key: KeyPlaces,
    /// Cycles.
    pub sync: SyncConfig,
    /// Chromium.
    pub browser: BrowserConfig,
    /// Outlook on the web.
    pub owa: OwaConfig,
    /// The HTTP edges.
    pub http: HttpConfig,
    /// The tokens of the CRM, where it has any.
    pub jwt: Option<JwtConfig>,
    /// Our registration at Microsoft, where there is one.
    pub oauth: Option<OAuthConfig>,
    /// Logs.
    pub log: LogConfig,
    /// Tests and the demo only: where a simulator stands in for every host.
    pub simulator: Option<SimulatorConfig>,
}

/// Cycles.
#[derive(Debug, Clone)]
pub struct SyncConfig {
    /// When a cycle begins: five cron fields.
    pub schedule: Cron,
    /// The same as text.
    pub schedule_text: String,
    /// The zone that the schedule is meant in.
    pub time_zone: Tz,
    /// How far back the first sync reads.
    pub history: Duration,
    /// The longest time for one account.
    pub account_limit: Duration,
    /// The longest time for one cycle.
    pub cycle_limit: Duration,
    /// Which folders, in order.
    pub folders: Vec<Folder>,
    /// Rows per page.
    pub page_size: u32,
}

/// Chromium.
#[derive(Debug, Clone)]
pub struct BrowserConfig {
    /// The program.
    pub executable: PathBuf,
    /// Where profiles are made and removed.
    pub profiles: PathBuf,
    /// Closed after so long without work.
    pub idle: Duration,
    /// Replaced after so many accounts.
    pub recycle_jobs: u32,
    /// Replaced at this age.
    pub recycle_age: Duration,
    /// Replaced above this proportional set size.
    pub recycle_memory: u64,
    /// Appended to the user agent, so that an administrator can tell us apart.
    pub user_agent_suffix: Option<String>,
}

/// Outlook on the web.
#[derive(Debug, Clone)]
pub struct OwaConfig {
    /// Where a sign-in begins.
    pub start: Url,
    /// Hosts that the browser may reach beside the known ones.
    pub extra_hosts: Vec<String>,
    /// The tiers that may be used.
    pub tiers: Vec<Tier>,
    /// The longest time for Outlook's full page.
    pub page_limit: Duration,
    /// Words of dates beyond those that are known.
    pub words: Vec<DateWord>,
}

/// The HTTP edges.
#[derive(Debug)]
pub struct HttpConfig {
    /// Whether the daemon listens at all.
    pub enabled: bool,
    /// Where.
    pub listen: SocketAddr,
    /// `Host` header names accepted beside loopback ones.
    pub hosts: Vec<String>,
    /// Reads the health report.
    pub read_token: Option<SecretText>,
    /// Begins a cycle.
    pub cron_secret: Option<SecretText>,
}

/// The tokens of the CRM: a user's own, each for that user's accounts.
#[derive(Debug, Clone)]
pub struct JwtConfig {
    /// Knows which are good.
    pub verifier: Verifier,
    /// What they may do; a token may say less of itself.
    pub scopes: Scopes,
}

/// Our registration at Microsoft.
#[derive(Debug)]
pub struct OAuthConfig {
    /// The application's id.
    pub client_id: String,
    /// Its secret; without one it is a public client.
    pub client_secret: Option<SecretText>,
    /// Whose sign-in is asked for.
    pub tenant: Tenant,
    /// What it is asked for.
    pub uses: Vec<Use>,
    /// Sign-in in a popup, where it is set up.
    pub popup: Option<Popup>,
}

/// Sign-in in a popup of the CRM's pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Popup {
    /// Where Microsoft sends it back to: as registered there, and served here.
    pub redirect_uri: Url,
    /// The origins whose pages may open it.
    pub openers: Vec<String>,
}

/// Logs.
#[derive(Debug, Clone)]
pub struct LogConfig {
    /// A filter as `tracing` knows it.
    pub level: String,
    /// JSON lines instead of text.
    pub json: bool,
    /// A directory to log to beside stderr.
    pub directory: Option<PathBuf>,
}

/// Where a simulator stands in for every host.
#[derive(Debug, Clone)]
pub struct SimulatorConfig {
    /// Its https address.
    pub https: SocketAddr,
    /// SHA-256 of its public key, base64: the one certificate trusted beside the real ones.
    pub spki_sha256: String,
    /// Its certificate in PEM, for what is asked without the browser.
    pub ca_file: Option<PathBuf>,
}

impl Popup {
    /// Where it begins: beside the address where it comes back.
    #[must_use]
    pub fn start(&self) -> Url {
        self.redirect_uri.join("start").unwrap_or_else(|_| self.redirect_uri.clone())
    }
}

impl Config {
    /// Reads the file at `path` (the default one may be absent) and lays the environment over it.
    ///
    /// # Errors
    /// A `ConfigError` that names the place and says what would be right.
    pub fn load(path: Option<&Path>, environment: &Environment) -> Result<Self, ConfigError> {
        let place = path.unwrap_or(Path::new(DEFAULT_FILE));
        let text = file::read(path)?;
        let raw = file::parse(place, text.as_deref().unwrap_or_default(), environment)?;
        Self::validate(raw, text.map(|_| place.to_owned()), environment)
    }

    fn validate(
        raw: file::Raw,
        file: Option<PathBuf>,
        environment: &Environment,
    ) -> Result<Self, ConfigError> {
        let state_dir = raw.state_dir.unwrap_or_else(|| environment.state_dir());
        let secrets = Secrets { environment, user: &raw.user };
        Ok(Self {
            database: validate::database(raw.database, &state_dir, &secrets)?,
            key: KeyPlaces::new(raw.key.file, environment),
            sync: validate::sync(raw.sync)?,
            browser: validate::browser(raw.browser, &state_dir, environment),
            owa: validate::owa(raw.owa)?,
            http: validate::http(raw.http, &secrets)?,
            jwt: validate::jwt(&raw.jwt, &secrets)?,
            oauth: oauth::read(raw.oauth, &secrets)?,
            log: validate::log(raw.log)?,
            simulator: raw.simulator.map(validate::simulator).transpose()?,
            user: raw.user,
            file,
            state_dir,
        })
    }

    /// Where the running daemon says that it is there.
    #[must_use]
    pub fn daemon_file(&self) -> PathBuf {
        self.state_dir.join("daemon")
    }

    /// Where the lock of a cycle lies.
    #[must_use]
    pub fn lock_file(&self) -> PathBuf {
        self.state_dir.join("cycle.lock")
    }
}
