//! Secrets come from credentials and files, never from the configuration file.

use super::{ConfigError, Environment};
use crate::secret::{SecretText, secret};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Where the key may be, in the order in which it is looked for.
#[derive(Debug)]
pub struct KeyPlaces {
    /// A systemd credential.
    pub credential: Option<PathBuf>,
    /// A file of mode 0600.
    pub file: PathBuf,
    /// The variable `OUTLOOK_SYNCD_KEY`, the last resort.
    pub environment: Option<SecretText>,
}

impl KeyPlaces {
    pub(super) fn new(file: PathBuf, environment: &Environment) -> Self {
        Self { credential: environment.credential("key"), file, environment: environment.key() }
    }
}

/// A whole file.
pub(super) fn read_whole(path: &Path) -> Result<Zeroizing<String>, ConfigError> {
    let unreadable = |source| ConfigError::Unreadable { path: path.to_owned(), source };
    std::fs::read_to_string(path).map(Zeroizing::new).map_err(unreadable)
}

/// The first line of a file.
pub(super) fn read(path: &Path) -> Result<SecretText, ConfigError> {
    let text = read_whole(path)?;
    let line = text.lines().next().unwrap_or_default().trim();
    if line.is_empty() {
        let detail = "holds no secret in its first line".to_owned();
        return Err(ConfigError::Syntax { path: path.to_owned(), detail });
    }
    Ok(secret(line.to_owned()))
}

/// The credential of that name, else the file that was configured, else none.
pub(super) fn credential_or_file(
    environment: &Environment,
    name: &str,
    file: Option<&Path>,
) -> Result<Option<SecretText>, ConfigError> {
    environment.credential(name).as_deref().or(file).map(read).transpose()
}
