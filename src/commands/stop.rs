//! Why a command stopped: what is printed, and the exit code of its class.

use crate::config::ConfigError;
use crate::desk::DeskError;
use crate::error::{Classify, Disposition};
use crate::lock::Held;
use crate::lock::presence::Presence;
use crate::model::LastError;
use crate::privileges::{self, PrivilegesError};
use crate::sync::{Failure, NotRun};
use crate::vault::VaultError;
use chrono::{DateTime, Utc};
use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

/// Something is missing (`EX_UNAVAILABLE`).
const MISSING: u8 = 69;
/// The lock is held (`EX_TEMPFAIL`).
const HELD: u8 = 75;
/// What was to be printed could not be (`EX_IOERR`).
const OUTPUT: u8 = 74;
/// The configuration is wrong (`EX_CONFIG`).
const CONFIG: u8 = 78;
/// The user of the service as it is installed.
const SERVICE: &str = "outlook-syncd";
/// A defect (`EX_SOFTWARE`).
const SOFTWARE: u8 = 70;
/// What only another program, key or configuration mends, beside what the exit code says: to start again is no use.
const LASTING: [&str; 7] = [
    "wrong_key",
    "unknown_version",
    "schema_newer",
    "migration",
    "sqlite_too_old",
    "database_address",
    "http_client",
];

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
    /// Whether another try would end alike, however long it is waited for.
    pub(super) fn is_lasting(&self) -> bool {
        matches!(self.code, super::USAGE | MISSING | CONFIG) || LASTING.contains(&self.word)
    }

    /// As what keeps every account from being read.
    pub(super) fn fault(self, at: DateTime<Utc>) -> LastError {
        let Self { code, word, message, hint } = self;
        let disposition = if code == HELD { Disposition::Retry } else { Disposition::Fatal };
        LastError { disposition, code: word.to_owned(), message, hint: hint.unwrap_or_default(), at }
    }

    /// The same, as what another try later may mend.
    pub(super) fn later(self) -> Self {
        Self { code: HELD, ..self }
    }

    /// One daemon per state directory.
    pub(super) fn second_daemon(other: &Presence) -> Self {
        let hint =
            "Stop that one first (`systemctl stop outlook-syncd`), or give this one a state_dir of its own.";
        Self {
            code: HELD,
            word: "daemon_runs",
            message: format!("a daemon runs on this state directory already, pid {}", other.pid),
            hint: Some(hint.to_owned()),
        }
    }

    /// Nobody reads what was made due.
    pub(super) fn no_daemon(due: u64) -> Self {
        Self {
            code: MISSING,
            word: "no_daemon",
            message: format!("no daemon runs here that would read the {due} accounts that are due"),
            hint: Some(format!("The operator's turn: {}.", super::presence::START)),
        }
    }

    /// Something keeps the daemon from reading any account.
    pub(super) fn at_fault(fault: LastError) -> Self {
        Self {
            code: fault.disposition.exit_code(),
            word: "at_fault",
            message: format!("no account is read at present: {}", fault.message),
            hint: Some(fault.hint),
        }
    }

    /// The time to wait is over.
    pub(super) fn not_yet(limit: Duration) -> Self {
        let hint = "They stay due: `outlook-syncd status` shows when they were read. A longer --timeout waits longer.";
        Self {
            code: HELD,
            word: "timeout",
            message: format!("not every account was read within {}", humantime::format_duration(limit)),
            hint: Some(hint.to_owned()),
        }
    }

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
        let hint = "The operator's turn: correct the configuration; /usr/share/doc/outlook-syncd/outlook-syncd.example.toml shows every key.";
        Self { code: CONFIG, word: "config", message: error.to_string(), hint: Some(hint.to_owned()) }
    }

    pub(super) fn root(why: &PrivilegesError, line: &str) -> Self {
        let message = format!("root must not run the browser, and {why}");
        let hint = match why {
            PrivilegesError::NoUser(_) => {
                "The operator's turn: make the user (`systemd-sysusers`), or name another one in `user` of the configuration."
                    .to_owned()
            }
            PrivilegesError::Refused { .. } => format!("The operator's turn: run it as that user:\n  {line}"),
        };
        Self { code: MISSING, word: "root", message, hint: Some(hint) }
    }

    /// A file that others may read and this user may not.
    fn not_readable(message: String, path: &Path) -> Self {
        let (user, path) = (privileges::user(), path.display());
        let hint = if user == SERVICE {
            format!(
                "The operator's turn: let {SERVICE} read it: `chgrp {SERVICE} {path} && chmod 640 {path}`, as root."
            )
        } else {
            format!("Run the command with sudo: {user} may not read what is {SERVICE}'s.")
        };
        Self { code: CONFIG, word: "not_readable", message, hint: Some(hint) }
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

impl From<DeskError> for Stop {
    fn from(error: DeskError) -> Self {
        match error {
            DeskError::NoSuchAccount(name) => Self {
                word: "no_such_account",
                ..Self::usage(
                    format!("no account goes by {name}"),
                    "`outlook-syncd account list` shows them all.",
                )
            },
            DeskError::SeveralNames(many) => Self {
                word: "ambiguous",
                ..Self::usage(
                    format!("{many} accounts go by that name"),
                    "Name the account by its id; `outlook-syncd account list` shows them.",
                )
            },
            DeskError::NoUser => Self::usage("no user is named".to_owned(), "Name the user."),
            DeskError::SeveralAccounts(grants) => Self {
                word: "several_accounts",
                ..Self::usage(format!("{} accounts may be meant", grants.len()), "Name one.")
            },
            DeskError::NoSuchToken(name) => Self {
                word: "no_such_token",
                ..Self::usage(
                    format!("no token begins with {name} or is for that"),
                    "`outlook-syncd token list` shows them all.",
                )
            },
            DeskError::SeveralTokens(name, prefixes) => {
                let all = prefixes.iter().map(|prefix| format!("{prefix}…")).collect::<Vec<_>>().join(", ");
                let message = format!("{} tokens are for {name}: {all}", prefixes.len());
                Self { word: "ambiguous", ..Self::usage(message, "Name one by how it begins.") }
            }
            DeskError::Running(held) => held.into(),
            DeskError::AtFault(fault) => Self::at_fault(fault),
            DeskError::Key(error) => error.into(),
            DeskError::Failed(failure) => failure.into(),
        }
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
        match &error {
            ConfigError::Unreadable { path, source } if source.kind() == ErrorKind::PermissionDenied => {
                Self::not_readable(error.to_string(), path)
            }
            ConfigError::Secret { step, .. } => {
                Self { hint: Some(format!("The operator's turn: {step}.")), ..Self::config(&error) }
            }
            ConfigError::Unreadable { .. }
            | ConfigError::Syntax { .. }
            | ConfigError::Environment(_)
            | ConfigError::Invalid { .. } => Self::config(error),
        }
    }
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Self {
        Self { code: SOFTWARE, word: "io", message: error.to_string(), hint: None }
    }
}
