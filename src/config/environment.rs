//! What the environment says: settings under `OUTLOOK_SYNCD_`, and the directories that systemd and XDG name.

use super::ConfigError;
use crate::model::{Actor, is_user};
use crate::secret::{SecretText, secret};
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use toml::{Table, Value};
use zeroize::Zeroizing;

const PREFIX: &str = "OUTLOOK_SYNCD_";
/// Names under the prefix that are no settings: the key itself, and what the test scripts hand on.
const OTHERS: [&str; 5] = ["KEY", "BIN", "KILLS", "TEST_PEERS", "TEST_POSTGRES"];

/// What other programs take a proxy from. Nothing here does: one road would go by it and another not.
const PROXIES: [&str; 6] =
    ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];

/// The environment, read once.
#[derive(Debug, Default)]
pub struct Environment {
    settings: BTreeMap<String, OsString>,
    key: Option<SecretText>,
    state_directory: Option<PathBuf>,
    runtime_directory: Option<PathBuf>,
    xdg_state_home: Option<PathBuf>,
    credentials_directory: Option<PathBuf>,
    /// Those of `PROXIES` that are set.
    proxies: Vec<&'static str>,
    sudo_user: Option<String>,
    /// Whether stderr is the journal, which has time stamps of its own.
    pub under_journal: bool,
}

impl Environment {
    /// Reads the environment of the process. The key is taken out of the copy that lies in `settings`.
    #[must_use]
    pub fn read() -> Self {
        let path = |name: &str| std::env::var_os(name).filter(|text| !text.is_empty()).map(PathBuf::from);
        let under_prefix = |(name, value): (OsString, OsString)| {
            Some((name.to_string_lossy().strip_prefix(PREFIX)?.to_owned(), value))
        };
        let mut settings: BTreeMap<_, _> = std::env::vars_os().filter_map(under_prefix).collect();
        // A key is ASCII: one that is not UTF-8 is refused as malformed, whatever it becomes here.
        let key = settings.remove("KEY").map(|key| secret(key.to_string_lossy().into_owned()));
        settings.retain(|name, _| !OTHERS.contains(&name.as_str()));
        Self {
            settings,
            key,
            state_directory: path("STATE_DIRECTORY"),
            runtime_directory: path("RUNTIME_DIRECTORY"),
            xdg_state_home: path("XDG_STATE_HOME"),
            credentials_directory: path("CREDENTIALS_DIRECTORY"),
            proxies: PROXIES.into_iter().filter(|name| path(name).is_some()).collect(),
            sudo_user: path("SUDO_USER")
                .and_then(|name| name.into_os_string().into_string().ok())
                .filter(|name| is_user(name)),
            under_journal: path("JOURNAL_STREAM")
                .is_some_and(|stream| stream.to_str() == stderr().as_deref()),
        }
    }

    /// An environment with these settings and nothing else (`SYNC__HISTORY`, …).
    #[must_use]
    pub fn of(settings: &[(&str, &str)]) -> Self {
        let settings =
            settings.iter().map(|(name, value)| ((*name).to_owned(), OsString::from(value))).collect();
        Self { settings, ..Self::default() }
    }

    pub(super) fn state_dir(&self) -> PathBuf {
        let own = self.xdg_state_home.as_ref().map(|home| home.join("outlook-syncd"));
        self.state_directory.clone().or(own).unwrap_or_else(|| PathBuf::from("/var/lib/outlook-syncd"))
    }

    /// The variable that names it, where none of ours does.
    pub(super) fn state_dir_variable(&self) -> Option<String> {
        let named = [("STATE_DIRECTORY", &self.state_directory), ("XDG_STATE_HOME", &self.xdg_state_home)];
        named.into_iter().find(|(_, path)| path.is_some()).map(|(name, _)| name.to_owned())
    }

    pub(super) fn runtime_dir(&self) -> Option<PathBuf> {
        self.runtime_directory.clone()
    }

    /// The file of a systemd credential. A blank one is none: the unit has it in place of a file that is
    /// missing.
    pub(super) fn credential(&self, name: &str) -> Option<PathBuf> {
        let path = self.credentials_directory.as_ref()?.join(name);
        let blank = std::fs::read(&path).map(Zeroizing::new).is_ok_and(|text| text.trim_ascii().is_empty());
        (path.exists() && !blank).then_some(path)
    }

    /// The variables that name a proxy to other programs.
    pub(super) fn proxies(&self) -> impl Iterator<Item = &'static str> {
        self.proxies.iter().copied()
    }

    /// Who asks by a command line, for the audit log (sudo(8), `SUDO_USER`).
    #[must_use]
    pub fn operator(&self) -> Actor {
        self.sudo_user.as_deref().map_or_else(Actor::command_line, Actor::sudo_of)
    }

    pub(super) fn key(&self) -> Option<SecretText> {
        self.key.as_ref().map(crate::secret::copy)
    }

    /// The variable that sets a key, or a section as a whole.
    pub(super) fn variable_of(&self, key: &str) -> Option<String> {
        let sets = |name: &&String| name.to_lowercase().replacen("__", ".", 1) == key;
        self.settings.keys().find(sets).map(|name| format!("{PREFIX}{name}"))
    }

    pub(super) fn settings(&self) -> impl Iterator<Item = Variable<'_>> {
        self.settings.iter().map(|(name, value)| Variable { name, value })
    }
}

/// Device and inode of standard error, as `JOURNAL_STREAM` names the journal's (systemd.exec(5)): a variable
/// that was inherited by a process with another standard error says nothing.
fn stderr() -> Option<String> {
    let stream = std::fs::metadata("/dev/stderr").ok()?;
    Some(format!("{}:{}", stream.dev(), stream.ino()))
}

/// A variable that sets something. Its errors name it and never show its value, which may be a password.
pub(super) struct Variable<'a> {
    name: &'a str,
    value: &'a OsStr,
}

impl Variable<'_> {
    /// Sets `section.key` as `SECTION__KEY` says; what that means is for the file's types to say.
    pub(super) fn lay_over(&self, table: &mut Table) -> Result<(), ConfigError> {
        let text = self.value.to_str().ok_or_else(|| self.error("not UTF-8"))?;
        let path = self.name.to_lowercase();
        let (section, key) = path.split_once("__").map_or((None, path.as_str()), |(s, k)| (Some(s), k));
        let target = match section {
            None => table,
            Some(section) => {
                let entry = table.entry(section.to_owned()).or_insert_with(|| Value::Table(Table::new()));
                entry.as_table_mut().ok_or_else(|| self.error(format!("{section} is not a section")))?
            }
        };
        target.insert(key.to_owned(), value(text));
        Ok(())
    }

    pub(super) fn error(&self, why: impl std::fmt::Display) -> ConfigError {
        ConfigError::Environment(format!("{PREFIX}{}: {why}", self.name))
    }
}

/// `true`, `8` and `["a"]` are what TOML says they are; anything else is a text.
fn value(text: &str) -> Value {
    let parsed = toml::from_str::<Table>(&format!("v = {text}")).ok().and_then(|mut table| table.remove("v"));
    parsed.filter(|value| !value.is_datetime()).unwrap_or_else(|| Value::String(text.to_owned()))
}
