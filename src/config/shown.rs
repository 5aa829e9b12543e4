//! What is in effect, key by key, and where it comes from.

use super::{ConfigError, DEFAULT_FILE, Environment, file, validate};
use percent_encoding::percent_decode_str;
use serde::Serialize;
use serde_json::Value;
use std::path::Path;
use toml::Table;

/// Stands for a password.
const MASK: &str = "***";
/// Files before which a systemd credential comes.
const CREDENTIALS: [(&str, &str); 4] = [
    ("http.read_token_file", "read-token"),
    ("http.cron_secret_file", "cron-secret"),
    ("jwt.key_file", "jwt-key"),
    ("oauth.client_secret_file", "oauth-client-secret"),
];

/// One key.
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
        /// The file.
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
    raw.database.url = raw.database.url.map(|url| masked(&url));
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

/// Whether a password stands in the address of a server.
pub(super) fn holds_password(url: &str) -> bool {
    url.starts_with("postgres") && masked(url) != url
}

/// An address without its password, also where it is one that no program understands.
fn masked(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return if url.contains('@') { MASK.to_owned() } else { url.to_owned() };
    };
    let (user, place) = rest.rsplit_once('@').map_or((None, rest), |(user, place)| (Some(user), place));
    let user = user.map(|user| match user.split_once(':') {
        Some((name, _)) => format!("{name}:{MASK}@"),
        None => format!("{user}@"),
    });
    format!("{scheme}://{}{}", user.unwrap_or_default(), without_passwords(place))
}

/// PostgreSQL takes the password as a parameter, too.
fn without_passwords(place: &str) -> String {
    let Some((before, parameters)) = place.split_once('?') else { return place.to_owned() };
    let shown = |parameter: &str| {
        let name = parameter.split('=').next().unwrap_or_default();
        let is_secret = percent_decode_str(name).decode_utf8_lossy().to_lowercase().contains("password");
        if is_secret { format!("{name}={MASK}") } else { parameter.to_owned() }
    };
    format!("{before}?{}", parameters.split('&').map(shown).collect::<Vec<_>>().join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_masked_wherever_it_stands() {
        for (url, shown) in [
            ("sqlite:///var/lib/x.db", "sqlite:///var/lib/x.db"),
            ("sqlite::memory:", "sqlite::memory:"),
            ("postgres://sync@host/mail", "postgres://sync@host/mail"),
            ("postgres://sync:hunter2@host/mail", "postgres://sync:***@host/mail"),
            ("postgres://sync:hunter2@x/hunter2@host/mail", "postgres://sync:***@host/mail"),
            (
                "postgres://host/mail?user=sync&password=hunter2",
                "postgres://host/mail?user=sync&password=***",
            ),
            ("postgres://host/mail?p%61ssword=hunter2&x=1", "postgres://host/mail?p%61ssword=***&x=1"),
            ("postgres:sync:hunter2@host/mail", "***"),
        ] {
            assert_eq!(masked(url), shown);
        }
    }
}
