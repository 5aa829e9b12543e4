//! What the environment says: settings under `OUTLOOK_SYNCD_`, and the directories that systemd and XDG name.

use super::ConfigError;
use crate::secret::{SecretText, secret};
use std::collections::BTreeMap;
use std::path::PathBuf;
use toml::{Table, Value};

const PREFIX: &str = "OUTLOOK_SYNCD_";
/// Names under the prefix that are no settings: the key itself, and what the test scripts hand on.
const OTHERS: [&str; 4] = ["KEY", "BIN", "KILLS", "TEST_POSTGRES"];

/// The environment, read once.
#[derive(Debug, Default)]
pub struct Environment {
    settings: BTreeMap<String, String>,
    key: Option<SecretText>,
    state_directory: Option<PathBuf>,
    runtime_directory: Option<PathBuf>,
    xdg_state_home: Option<PathBuf>,
    credentials_directory: Option<PathBuf>,
    /// Whether stderr is the journal, which has time stamps of its own.
    pub under_journal: bool,
}

impl Environment {
    /// Reads the environment of the process. The key is taken out of the copy that lies in `settings`.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one place that may")]
    pub fn read() -> Self {
        let path = |name: &str| std::env::var(name).ok().filter(|text| !text.is_empty()).map(PathBuf::from);
        let under_prefix =
            |(name, value): (String, String)| Some((name.strip_prefix(PREFIX)?.to_owned(), value));
        let mut settings: BTreeMap<_, _> = std::env::vars().filter_map(under_prefix).collect();
        let key = settings.remove("KEY").map(secret);
        settings.retain(|name, _| !OTHERS.contains(&name.as_str()));
        Self {
            settings,
            key,
            state_directory: path("STATE_DIRECTORY"),
            runtime_directory: path("RUNTIME_DIRECTORY"),
            xdg_state_home: path("XDG_STATE_HOME"),
            credentials_directory: path("CREDENTIALS_DIRECTORY"),
            under_journal: path("JOURNAL_STREAM").is_some(),
        }
    }

    /// An environment with these settings and nothing else (`SYNC__HISTORY`, …).
    #[must_use]
    pub fn of(settings: &[(&str, &str)]) -> Self {
        let settings =
            settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Self { settings, ..Self::default() }
    }

    pub(super) fn state_dir(&self) -> PathBuf {
        let own = self.xdg_state_home.as_ref().map(|home| home.join("outlook-syncd"));
        self.state_directory.clone().or(own).unwrap_or_else(|| PathBuf::from("/var/lib/outlook-syncd"))
    }

    pub(super) fn runtime_dir(&self) -> Option<PathBuf> {
        self.runtime_directory.clone()
    }

    pub(super) fn credential(&self, name: &str) -> Option<PathBuf> {
        Some(self.credentials_directory.as_ref()?.join(name)).filter(|path| path.exists())
    }

    pub(super) fn key(&self) -> Option<SecretText> {
        self.key.as_ref().map(crate::secret::copy)
    }

    /// Sets `section.key` for every `SECTION__KEY`; what that means is for the file's types to say.
    pub(super) fn lay_over(&self, table: &mut Table) -> Result<(), ConfigError> {
        for (name, text) in &self.settings {
            let path = name.to_lowercase();
            let (section, key) = path.split_once("__").map_or((None, path.as_str()), |(s, k)| (Some(s), k));
            let target = match section {
                None => &mut *table,
                Some(section) => {
                    let entry = table.entry(section.to_owned()).or_insert_with(|| Value::Table(Table::new()));
                    entry.as_table_mut().ok_or_else(|| {
                        ConfigError::Environment(format!("{PREFIX}{name}: {section} is not a section"))
                    })?
                }
            };
            target.insert(key.to_owned(), value(text));
        }
        Ok(())
    }
}

/// `true`, `8` and `["a"]` are what TOML says they are; anything else is a text.
fn value(text: &str) -> Value {
    let parsed = toml::from_str::<Table>(&format!("v = {text}")).ok().and_then(|mut table| table.remove("v"));
    parsed.filter(|value| !value.is_datetime()).unwrap_or_else(|| Value::String(text.to_owned()))
}
