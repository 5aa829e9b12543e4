//! The configuration: defaults, the file, the environment, in that order; parsed once into validated types.
//!
//! The only module that reads the environment.

mod environment;
mod file;
mod secrets;

use crate::model::{Folder, Tier};
use crate::secret::SecretText;
use chrono_tz::Tz;
use croner::Cron;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;
use url::Url;

pub use environment::Environment;
pub use secrets::KeyPlaces;

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
}

impl Config {
    /// Reads the file at `path` (the default one may be absent) and lays the environment over it.
    ///
    /// # Errors
    /// A `ConfigError` that names the place and says what would be right.
    pub fn load(path: Option<&Path>, environment: &Environment) -> Result<Self, ConfigError> {
        let text = file::read(path)?;
        let raw = file::parse(path.unwrap_or(Path::new(DEFAULT_FILE)), &text, environment)?;
        Self::validate(raw, environment)
    }

    fn validate(raw: file::Raw, environment: &Environment) -> Result<Self, ConfigError> {
        let state_dir = raw.state_dir.unwrap_or_else(|| environment.state_dir());
        Ok(Self {
            database: database(raw.database, &state_dir)?,
            key: KeyPlaces::new(raw.key.file, environment),
            sync: sync(raw.sync)?,
            browser: browser(raw.browser, &state_dir, environment),
            owa: owa(raw.owa)?,
            http: http(raw.http, environment)?,
            log: log(raw.log)?,
            simulator: raw.simulator.map(|s| SimulatorConfig { https: s.https, spki_sha256: s.spki_sha256 }),
            user: raw.user,
            state_dir,
        })
    }

    /// Where the lock of a cycle lies.
    #[must_use]
    pub fn lock_file(&self) -> PathBuf {
        self.state_dir.join("cycle.lock")
    }
}

fn database(raw: file::Database, state_dir: &Path) -> Result<SecretText, ConfigError> {
    let url = match (raw.url, raw.url_file) {
        (Some(_), Some(_)) => return Err(ConfigError::invalid("database", "give url or url_file, not both")),
        (Some(url), None) => crate::secret::secret(url),
        (None, Some(path)) => secrets::read(&path)?,
        (None, None) => {
            crate::secret::secret(format!("sqlite://{}", state_dir.join("outlook-syncd.db").display()))
        }
    };
    Ok(url)
}

fn sync(raw: file::Sync) -> Result<SyncConfig, ConfigError> {
    let fields = raw.schedule.split_whitespace().count();
    if fields != 5 {
        let why = format!(
            "`{}` has {fields} fields; a cron expression has five: minute hour day month weekday",
            raw.schedule
        );
        return Err(ConfigError::invalid("sync.schedule", why));
    }
    Ok(SyncConfig {
        schedule: Cron::from_str(&raw.schedule).map_err(|e| ConfigError::invalid("sync.schedule", e))?,
        time_zone: Tz::from_str(&raw.time_zone).map_err(|_| {
            ConfigError::invalid("sync.time_zone", "not an IANA time zone such as Europe/Berlin")
        })?,
        folders: folders(&raw.folders)?,
        page_size: in_range("sync.page_size", raw.page_size, 10, 200)?,
        schedule_text: raw.schedule,
        history: raw.history,
        account_limit: raw.account_limit,
        cycle_limit: raw.cycle_limit,
    })
}

fn folders(names: &[String]) -> Result<Vec<Folder>, ConfigError> {
    let parse = |name: &String| {
        Folder::parse(name).ok_or_else(|| {
            ConfigError::invalid("sync.folders", format!("`{name}` is not one of inbox, sentitems"))
        })
    };
    match names {
        [] => Err(ConfigError::invalid("sync.folders", "name at least one of inbox, sentitems")),
        names => names.iter().map(parse).collect(),
    }
}

fn in_range(key: &'static str, value: u32, low: u32, high: u32) -> Result<u32, ConfigError> {
    if (low..=high).contains(&value) {
        Ok(value)
    } else {
        Err(ConfigError::invalid(key, format!("{value} is not between {low} and {high}")))
    }
}

fn browser(raw: file::Browser, state_dir: &Path, environment: &Environment) -> BrowserConfig {
    BrowserConfig {
        executable: raw.executable,
        profiles: environment.runtime_dir().unwrap_or_else(|| state_dir.to_owned()).join("browser"),
        idle: raw.idle,
        recycle_jobs: raw.recycle_jobs,
        recycle_age: raw.recycle_age,
        recycle_memory: u64::from(raw.recycle_memory_mb) << 20,
        user_agent_suffix: Some(raw.user_agent_suffix).filter(|suffix| !suffix.is_empty()),
    }
}

fn owa(raw: file::Owa) -> Result<OwaConfig, ConfigError> {
    if raw.start.scheme() != "https" {
        return Err(ConfigError::invalid("owa.start", "must begin with https://"));
    }
    let tier = |name: &String| {
        Tier::parse(name).ok_or_else(|| {
            ConfigError::invalid("owa.tiers", format!("`{name}` is not one of service, network, dom"))
        })
    };
    Ok(OwaConfig {
        tiers: raw.tiers.iter().map(tier).collect::<Result<_, _>>()?,
        start: raw.start,
        extra_hosts: raw.extra_hosts,
        page_limit: raw.page_limit,
    })
}

fn http(raw: file::Http, environment: &Environment) -> Result<HttpConfig, ConfigError> {
    Ok(HttpConfig {
        enabled: raw.enabled,
        listen: raw.listen,
        hosts: raw.hosts,
        read_token: secrets::credential_or_file(environment, "read-token", raw.read_token_file.as_deref())?,
        cron_secret: secrets::credential_or_file(
            environment,
            "cron-secret",
            raw.cron_secret_file.as_deref(),
        )?,
    })
}

fn log(raw: file::Log) -> Result<LogConfig, ConfigError> {
    let json = match raw.format.as_str() {
        "text" => false,
        "json" => true,
        other => return Err(ConfigError::invalid("log.format", format!("`{other}` is not text or json"))),
    };
    Ok(LogConfig { level: raw.level, json, directory: raw.directory })
}
