//! The configuration: defaults, the file, the environment, in that order; parsed once into the settings of
//! each module.
//!
//! The only module that reads the environment. Where the settings of a module have a default, it stands there
//! alone.

mod environment;
mod file;
mod jwt;
mod pasted;
mod proxy;
mod registration;
mod secrets;
mod shown;
mod validate;
mod words;

use crate::browser::Upstream;
use crate::model::{Cloud, SendLimits};
use crate::net::Proxy;
use crate::secret::SecretText;
use crate::store::StoreError;
use crate::vault::KeySource;
use crate::{browser, http, oauth, owa, sync, telemetry};
use chrono::TimeDelta;
use secrets::Secrets;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use environment::Environment;
pub use shown::{Setting, Source, settings};

/// Where the file lies unless `--config` says otherwise. It may be absent.
pub const DEFAULT_FILE: &str = "/etc/outlook-syncd/outlook-syncd.toml";

/// The configuration is wrong: nothing was started.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file could not be read.
    #[error("cannot read {}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Not TOML, an unknown key, or a value of the wrong type; the message names the line.
    #[error("{}: {detail}", path.display())]
    Syntax {
        /// The file.
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
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: &'static str,
        /// What mends it.
        step: String,
    },
    /// The address of the database cannot be understood.
    #[error("database: {0}")]
    Database(StoreError),
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

/// Everything that can be set: what belongs to the program as a whole, and the settings of each module.
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
    /// Where the key is looked for.
    pub key: KeySource,
    /// The file that the `key` commands change.
    pub key_file: PathBuf,
    /// The firm's proxy that everything goes out through.
    pub proxy: Option<Arc<Proxy>>,
    /// Variables that name a proxy to other programs, and that nothing here reads.
    pub unread: Vec<String>,
    /// When a cycle begins, and how long it may take.
    pub sync: sync::Settings,
    /// Where Chromium is, and when it is started anew.
    pub browser: browser::Settings,
    /// Outlook on the web.
    pub owa: owa::Settings,
    /// Which way contacts are brought into step, and how.
    pub contacts: sync::contacts::ContactSettings,
    /// Of what hangs on a message, or of a message as MIME, so many bytes are handed out at most.
    pub largest_content: u64,
    /// How much is sent at most.
    pub send: SendLimits,
    /// How long the audit log is kept.
    pub audit_kept: TimeDelta,
    /// Where the endpoints listen, and who may ask them.
    pub http: http::Settings,
    /// Our registration at Microsoft, where there is one.
    pub oauth: Option<Arc<oauth::Settings>>,
    /// Whose Microsoft it is.
    pub cloud: Cloud,
    /// What is logged, and where to.
    pub log: telemetry::Settings,
    /// Tests and the demo only: where a simulator stands in for every host.
    pub simulator: Option<Simulator>,
}

/// Where a simulator stands in for every host.
#[derive(Debug, Clone)]
pub struct Simulator {
    /// Its https address.
    pub https: SocketAddr,
    /// SHA-256 of its public key, base64: the one certificate trusted beside the real ones.
    pub spki_sha256: String,
    /// Where it speaks IMAP; without it, IMAP servers are real.
    pub imap: Option<SocketAddr>,
    /// Its certificate in PEM, for what is asked without the browser.
    pub ca_file: Option<PathBuf>,
}

impl Simulator {
    fn upstream(&self) -> Upstream {
        Upstream::Simulator { https: self.https, spki_sha256: self.spki_sha256.clone() }
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
        let cloud = validate::cloud(&raw.cloud)?;
        let simulator = raw.simulator.map(validate::simulator).transpose()?;
        let upstream = simulator.as_ref().map_or(Upstream::Direct, Simulator::upstream);
        let proxy = proxy::proxy(raw.net, &state_dir, &secrets)?.map(Arc::new);
        Ok(Self {
            database: validate::database(raw.database, &state_dir, &secrets)?,
            key: validate::key(&raw.key, environment),
            key_file: raw.key.file,
            owa: validate::owa(raw.owa, &raw.sync, cloud)?,
            sync: validate::sync(raw.sync)?,
            contacts: validate::contacts(&raw.contacts)?,
            largest_content: validate::attachments(&raw.attachments)?,
            send: validate::send(&raw.send)?,
            audit_kept: validate::audit(&raw.audit)?,
            browser: validate::browser(raw.browser, (upstream, proxy.clone()), &state_dir, environment),
            proxy,
            unread: environment.proxies().map(str::to_owned).collect(),
            http: validate::http(&raw.http, &raw.jwt, &raw.oauth, &secrets)?,
            oauth: registration::settings(raw.oauth, &secrets, cloud)?.map(Arc::new),
            log: validate::log(raw.log, environment)?,
            cloud,
            simulator,
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
