//! Why a command stopped: what is printed, and the exit code of its class.

use crate::config::ConfigError;
use crate::error::Classify;
use crate::lock::Held;
use crate::privileges::PrivilegesError;
use crate::store::StoreError;
use crate::strongbox::StrongboxError;
use crate::sync::{Failure, NotRun};
use crate::vault::VaultError;
use std::path::Path;

/// Something is missing (`EX_UNAVAILABLE`).
const MISSING: u8 = 69;
/// The lock is held (`EX_TEMPFAIL`).
const HELD: u8 = 75;
/// What was to be printed could not be (`EX_IOERR`).
const OUTPUT: u8 = 74;
/// The configuration is wrong (`EX_CONFIG`).
const CONFIG: u8 = 78;
/// A defect (`EX_SOFTWARE`).
const SOFTWARE: u8 = 70;

/// Why a command stopped.
#[derive(Debug)]
pub(super) struct Stop {
    /// The exit code.
    pub(super) code: u8,
    /// A stable word for programs.
    pub(super) word: &'static str,
    /// What happened.
    pub(super) message: String,
    /// The step to take.
    pub(super) hint: Option<String>,
}

impl Stop {
    pub(super) fn usage(message: String, hint: &str) -> Self {
        Self { code: super::USAGE, word: "usage", message, hint: Some(hint.to_owned()) }
    }

    /// A second signal: at once, wherever it was. What was stored stays stored.
    pub(super) fn interrupted() -> Self {
        Self { code: HELD, word: "interrupted", message: "stopped at once".to_owned(), hint: None }
    }

    pub(super) fn output(error: &std::io::Error) -> Self {
        let hint = "The operator's turn: look at where the output goes to. What the command did is done; what it \
                    printed is not whole.";
        Self {
            code: OUTPUT,
            word: "output",
            message: format!("standard output cannot be written: {error}"),
            hint: Some(hint.to_owned()),
        }
    }

    pub(super) fn config(error: impl std::fmt::Display) -> Self {
        let hint =
            "The operator's turn: correct the configuration; outlook-syncd.example.toml shows every key.";
        Self { code: CONFIG, word: "config", message: error.to_string(), hint: Some(hint.to_owned()) }
    }

    pub(super) fn root(why: &PrivilegesError, line: &str) -> Self {
        let message = format!("root must not run the browser, and {why}");
        let hint =
            format!("The operator's turn: make the user (systemd-sysusers), or name another one:\n  {line}");
        Self { code: MISSING, word: "root", message, hint: Some(hint) }
    }

    /// What this program said when it ran as another user.
    pub(super) fn of_child(child: &std::process::Output) -> Self {
        let code = child.status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(SOFTWARE);
        let said = String::from_utf8_lossy(&child.stderr);
        let message = said.trim_end().trim_start_matches("outlook-syncd: ").to_owned();
        Self { code, word: "child", message, hint: None }
    }

    pub(super) fn no_browser(executable: &Path) -> Self {
        Self {
            code: MISSING,
            word: "no_browser",
            message: format!("Chromium is not at {}", executable.display()),
            hint: Some(
                "The operator's turn: install it (Debian: apt install chromium), or set browser.executable."
                    .to_owned(),
            ),
        }
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self {
            code: failure.disposition.exit_code(),
            word: failure.code,
            message: failure.message,
            hint: Some(failure.hint),
        }
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        let which_one = matches!(error, StoreError::Ambiguous(_));
        let stop = Self::from(Failure::from(error));
        Self { code: if which_one { super::USAGE } else { stop.code }, ..stop }
    }
}

impl From<VaultError> for Stop {
    fn from(error: VaultError) -> Self {
        let code = match &error {
            VaultError::NoKey
            | VaultError::Unreadable { .. }
            | VaultError::Exposed { .. }
            | VaultError::Malformed { .. }
            | VaultError::Weak { .. }
            | VaultError::Exists(_)
            | VaultError::NoFile(_)
            | VaultError::Unwritable { .. } => CONFIG,
            VaultError::Active(_) | VaultError::InUse { .. } => super::USAGE,
            VaultError::SigningIn(_)
            | VaultError::WrongKey
            | VaultError::UnknownKey(_)
            | VaultError::UnknownVersion(_)
            | VaultError::Truncated
            | VaultError::Damaged { .. } => error.disposition().exit_code(),
        };
        Self { code, ..Failure::from(error).into() }
    }
}

impl From<StrongboxError> for Stop {
    fn from(error: StrongboxError) -> Self {
        match error {
            StrongboxError::Store(error) => error.into(),
            StrongboxError::Vault(error) => error.into(),
        }
    }
}

impl From<Held> for Stop {
    fn from(held: Held) -> Self {
        let hint = "Wait for its end, or use `--once --wait`.".to_owned();
        Self { code: HELD, word: "held", message: held.to_string(), hint: Some(hint) }
    }
}

impl From<NotRun> for Stop {
    fn from(why: NotRun) -> Self {
        match why {
            NotRun::Held(held) => held.into(),
            NotRun::Failed(failure) => failure.into(),
        }
    }
}

impl From<ConfigError> for Stop {
    fn from(error: ConfigError) -> Self {
        Self::config(error)
    }
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Self {
        Self { code: SOFTWARE, word: "io", message: error.to_string(), hint: None }
    }
}
