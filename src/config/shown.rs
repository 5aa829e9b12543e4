//! What is in effect, key by key, and where it comes from.

use super::{ConfigError, DEFAULT_FILE, Environment, file, validate};
use crate::model::Cloud;
use crate::{owa, store};
use serde::Serialize;
use serde_json::Value;
use std::path::Path;
use toml::Table;

/// Files before which a systemd credential comes.
const CREDENTIALS: [(&str, &str); 6] = [
    ("net.proxy_password_file", "proxy-password"),
    ("http.read_token_file", "read-token"),
    ("http.cron_secret_file", "cron-secret"),
    ("jwt.key_file", "jwt-key"),
    ("oauth.client_secret_file", "oauth-client-secret"),
    ("oauth.client_certificate_file", "oauth-client-certificate"),
];

/// A key of the configuration with its value.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Setting {
    /// `key`, or `section.key`.
    pub key: String,
    /// What is in effect, without a password; `null`: nothing.
    pub value: Value,
    /// Where that comes from.
    pub source: Source,
    /// The variable, where it comes from one.
    pub variable: Option<String>,
}

words! {
    /// Where a value comes from.
    pub enum Source {
        /// Nothing else says anything.
        Default = "default",
        /// The configuration file.
        File = "file",
        /// A variable of the environment.
        Environment = "environment",
        /// A systemd credential.
        Credential = "credential",
    }
}

/// Every key with the value that is in effect, in the order of the example.
///
/// # Errors
/// As `Config::load`, as far as each value can be judged alone.
pub fn settings(path: Option<&Path>, environment: &Environment) -> Result<Vec<Setting>, ConfigError> {
    let text = file::read(path)?.unwrap_or_default();
    let mut raw = file::parse(path.unwrap_or(Path::new(DEFAULT_FILE)), &text, environment)?;
    let state_dir = raw.state_dir.get_or_insert_with(|| environment.state_dir());
    if raw.database.url_file.is_none() {
        raw.database.url.get_or_insert_with(|| validate::default_database(state_dir));
    }
    raw.owa.start.get_or_insert_with(|| owa::start(Cloud::parse(&raw.cloud).unwrap_or(Cloud::Global)));
    raw.database.url = raw.database.url.map(|url| store::masked(&url));
    raw.simulator.get_or_insert_default();
    let mut written: Table = toml::from_str(&text).unwrap_or_default();
    environment.settings().try_for_each(|variable| variable.lay_over(&mut written))?;
    let keys = flat(&serde_json::to_value(&raw).unwrap_or_default());
    Ok(keys.into_iter().map(|(key, value)| setting(key, value, &written, environment)).collect())
}

/// The keys of all sections.
fn flat(raw: &Value) -> Vec<(String, Value)> {
    let keys = |(name, value): (&String, &Value)| match value.as_object() {
        Some(keys) => keys.iter().map(|(key, value)| (format!("{name}.{key}"), value.clone())).collect(),
        None => vec![(name.clone(), value.clone())],
    };
    raw.as_object().into_iter().flatten().flat_map(keys).collect()
}

/// `written` is the file with the environment laid over it.
fn setting(key: String, value: Value, written: &Table, environment: &Environment) -> Setting {
    let credential = CREDENTIALS.iter().find(|(file, _)| *file == key);
    if let Some(path) = credential.and_then(|(_, name)| environment.credential(name)) {
        let value = path.to_string_lossy().into();
        return Setting { key, value, source: Source::Credential, variable: None };
    }
    let (section, name) = key.split_once('.').unwrap_or(("", &key));
    let keys =
        if section.is_empty() { Some(written) } else { written.get(section).and_then(toml::Value::as_table) };
    let is_written = keys.is_some_and(|keys| keys.contains_key(name));
    let variable = match key.as_str() {
        key if is_written => environment.variable_of(key).or_else(|| environment.variable_of(section)),
        "state_dir" => environment.state_dir_variable(),
        _ => None,
    };
    let source = match variable {
        Some(_) => Source::Environment,
        None if is_written => Source::File,
        None => Source::Default,
    };
    Setting { key, value, source, variable }
}
