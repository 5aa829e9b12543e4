//! The installed Chromium as the ordinary desktop browser it is.

use super::{BrowserError, Settings, launch, profile::ProfileDir};
use crate::clock::Clock;
use chromiumoxide::cdp::browser_protocol::emulation::{UserAgentBrandVersion, UserAgentMetadata};
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(10);

/// Who the browser says it is.
#[derive(Debug, Clone)]
pub(super) struct BrowserIdentity {
    /// Such as `156.0.8078.79`.
    version: String,
    /// What `--headless` would say, without the word "Headless".
    pub(super) user_agent: String,
}

impl BrowserIdentity {
    /// Asks the binary for its version.
    pub(super) async fn of(settings: &Settings, profile: &ProfileDir) -> Result<Self, BrowserError> {
        let mut command = tokio::process::Command::from(launch::bare(settings, profile));
        command.arg("--version").kill_on_drop(true);
        let timeout = |_| BrowserError::Timeout { what: "chromium --version".into(), limit: LIMIT };
        let output = Clock::limit(LIMIT, command.output()).await.map_err(timeout)?;
        let output = output.map_err(|error| BrowserError::Launch(error.to_string()))?;
        let text = String::from_utf8_lossy(&output.stdout);
        let said = || BrowserError::Launch(launch::last_words(&String::from_utf8_lossy(&output.stderr)));
        let version = version_in(&text).ok_or_else(said)?;
        Ok(Self {
            user_agent: user_agent(version, settings.user_agent_suffix.as_deref()),
            version: version.to_owned(),
        })
    }

    /// The client hints, which an override of the language would otherwise leave empty. `brands` are those
    /// that the browser itself shows; all but its own name are made up by it, differently in every version.
    pub(super) fn metadata(&self, brands: Vec<UserAgentBrandVersion>) -> UserAgentMetadata {
        let major = self.version.split('.').next().unwrap_or_default();
        let full = |brand: &UserAgentBrandVersion| {
            let version = if brand.version == major {
                self.version.clone()
            } else {
                format!("{}.0.0.0", brand.version)
            };
            UserAgentBrandVersion::new(&brand.brand, version)
        };
        let architecture = if cfg!(target_arch = "aarch64") { "arm" } else { "x86" };
        UserAgentMetadata {
            full_version_list: Some(brands.iter().map(full).collect()),
            brands: Some(brands),
            platform: "Linux".into(),
            platform_version: String::new(),
            architecture: architecture.into(),
            model: String::new(),
            mobile: false,
            bitness: Some("64".into()),
            wow64: Some(false),
            form_factors: None,
        }
    }
}

/// `de-DE` as a person's browser has it: `de-DE,de,en-US,en`. Chromium adds the weights.
pub(super) fn languages(locale: &str) -> String {
    let language = locale.split('-').next().unwrap_or(locale);
    let mut list = vec![locale];
    for more in [language, "en-US", "en"] {
        if !list.contains(&more) {
            list.push(more);
        }
    }
    list.join(",")
}

fn version_in(text: &str) -> Option<&str> {
    text.split_whitespace()
        .find(|word| word.split('.').count() == 4 && word.starts_with(|c: char| c.is_ascii_digit()))
}

/// Chromium shows only its major version, and `x86_64` on every Linux.
fn user_agent(version: &str, suffix: Option<&str>) -> String {
    let major = version.split('.').next().unwrap_or(version);
    let agent = format!(
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{major}.0.0.0 Safari/537.36"
    );
    suffix.map_or_else(|| agent.clone(), |suffix| format!("{agent} {suffix}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_is_found_among_the_words() {
        assert_eq!(
            version_in("Chromium 156.0.8078.79 built on Debian GNU/Linux 12 (bookworm)"),
            Some("156.0.8078.79")
        );
        assert_eq!(version_in("chromium: not found"), None);
    }

    #[test]
    fn languages_are_not_repeated() {
        assert_eq!(languages("de-DE"), "de-DE,de,en-US,en");
        assert_eq!(languages("en-US"), "en-US,en");
        assert_eq!(languages("fr"), "fr,en-US,en");
    }

    #[test]
    fn suffix_is_added() {
        assert!(user_agent("156.0.1.2", Some("crm/1")).ends_with("Chrome/156.0.0.0 Safari/537.36 crm/1"));
    }
}
