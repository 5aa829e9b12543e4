//! Why a command stopped: what is printed, and the exit code of its class.

use crate::browser::BrowserError;
use crate::config::ConfigError;
use crate::desk::DeskError;
use crate::error::WhoseTurn::{Nobody, Operator, Owner};
use crate::error::{Classify, Disposition, Exit, Meaning, WhoseTurn};
use crate::lock::presence::Presence;
use crate::lock::{Held, LockError};
use crate::privileges::{self, PrivilegesError};
use crate::sync::health::{AccountHealth, PartHealth, Verdict};
use crate::sync::{Failure, NotRun};
use crate::vault::VaultError;
use chrono::{DateTime, Utc};
use std::borrow::Cow;
use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

/// The user of the service as it is installed.
const SERVICE: &str = "outlook-syncd";

/// Why a command stopped.
#[derive(Debug)]
pub(super) struct CommandError {
    /// What the command ends with.
    pub(super) exit: Exit,
    /// What happened, what it means and the step to take.
    pub(super) failure: Failure,
}

impl CommandError {
    fn new(exit: Exit, message: impl Into<String>, meaning: Meaning) -> Self {
        Self { exit, failure: Failure { meaning, message: message.into() } }
    }

    /// As what another try later may mend.
    pub(super) fn later(mut self) -> Self {
        (self.exit, self.failure.meaning.disposition) = (Exit::Retry, Disposition::Retry);
        self
    }

    /// With another step to take.
    pub(super) fn with_next(mut self, next: impl Into<Cow<'static, str>>) -> Self {
        self.failure.meaning.next = next.into();
        self
    }

    /// One daemon per state directory.
    pub(super) fn second_daemon(other: &Presence) -> Self {
        let message = format!("a daemon runs on this state directory already, pid {}", other.pid);
        let next =
            "stop that one first (`systemctl stop outlook-syncd`), or give this one a state_dir of its own.";
        Self::new(Exit::Retry, message, Meaning::retry("daemon_runs", Operator, next))
    }

    /// Nobody reads what was made due.
    pub(super) fn no_daemon(due: u64) -> Self {
        let message = format!("no daemon runs here that would read the {due} accounts that are due");
        let next = format!("{}.", super::presence::START);
        Self::new(Exit::Missing, message, Meaning::fatal("no_daemon", Operator, next).lasting())
    }

    /// The time to wait is over.
    pub(super) fn not_yet(limit: Duration) -> Self {
        let message = format!("not every account was read within {}", humantime::format_duration(limit));
        let next = "they stay due: `outlook-syncd status` shows when they were read. A longer --timeout waits \
                    longer.";
        Self::new(Exit::Retry, message, Meaning::retry("timeout", Nobody, next))
    }

    /// It is not read before, whoever asks: a server or a policy said so.
    pub(super) fn put_off(name: &str, part: &PartHealth, until: DateTime<Utc>) -> Self {
        let why = part.message.as_deref().unwrap_or("it was put off");
        let message = format!("{name} is not read before {}: {why}", until.format("%F %T UTC"));
        let hint = part.hint.as_deref().unwrap_or("it is read by itself then.");
        let next = WhoseTurn::next_step(hint).to_owned();
        let disposition =
            if part.verdict == Verdict::Blocked { Disposition::Blocked } else { Disposition::Retry };
        let meaning = Meaning::new(disposition, "put_off", part.whose_turn.unwrap_or(Nobody), next);
        Self::from(Failure { meaning, message })
    }

    /// Nobody can read it before somebody has acted.
    pub(super) fn parked(card: &AccountHealth) -> Self {
        let message = card.message.as_deref().unwrap_or("it waits for a sign-in");
        let hint = card.hint.as_deref().unwrap_or("connect the account again.");
        let disposition =
            if card.verdict == Verdict::Blocked { Disposition::Blocked } else { Disposition::NeedsLogin };
        let next = WhoseTurn::next_step(hint).to_owned();
        let meaning = Meaning::new(disposition, "parked", card.whose_turn.unwrap_or(Owner), next);
        Self::from(Failure { meaning, message: format!("{} is not read: {message}", card.name) })
    }

    /// These accounts are paused.
    pub(super) fn paused(names: &[&str]) -> Self {
        let message = format!("nothing is read, since it is paused: {}", names.join(", "));
        let next = "`outlook-syncd account resume ACCOUNT` has it read again.";
        Self::new(Exit::Usage, message, Meaning::fatal("paused", Operator, next).lasting())
    }

    /// What was typed or piped in cannot be used.
    pub(super) fn usage(message: String, next: &'static str) -> Self {
        Self::new(Exit::Usage, message, Meaning::fatal("usage", Operator, next).lasting())
    }

    /// A second signal: at once, wherever it was.
    pub(super) fn interrupted() -> Self {
        let next = "what was stored stays stored, and the next run goes on from there.";
        Self::new(Exit::Retry, "stopped at once", Meaning::retry("interrupted", Nobody, next))
    }

    pub(super) fn output(error: &std::io::Error) -> Self {
        let message = format!("standard output cannot be written: {error}");
        let next =
            "look at where the output goes to. What the command did is done; what it printed is not whole.";
        Self::new(Exit::Output, message, Meaning::fatal("output", Operator, next))
    }

    pub(super) fn config(error: impl std::fmt::Display) -> Self {
        let next = "correct the configuration; /usr/share/doc/outlook-syncd/outlook-syncd.example.toml shows \
                    every key.";
        Self::new(Exit::Config, error.to_string(), Meaning::fatal("config", Operator, next).lasting())
    }

    pub(super) fn root(why: &PrivilegesError, line: &str) -> Self {
        let message = format!("root must not run the browser, and {why}");
        let next = match why {
            PrivilegesError::NoUser(_) | PrivilegesError::Root(_) => {
                "make the user (`systemd-sysusers`), or name another one in `user` of the configuration."
                    .to_owned()
            }
            PrivilegesError::Refused { .. } => format!("run it as that user:\n  {line}"),
        };
        Self::new(Exit::Missing, message, Meaning::fatal("root", Operator, next).lasting())
    }

    /// A file that others may read and this user may not.
    fn not_readable(message: String, path: &Path) -> Self {
        let (user, path) = (privileges::user(), path.display());
        let next = if user == SERVICE {
            format!("let {SERVICE} read it: `chgrp {SERVICE} {path} && chmod 640 {path}`, as root.")
        } else {
            format!("run the command with sudo: {user} may not read what is {SERVICE}'s.")
        };
        Self::new(Exit::Config, message, Meaning::fatal("not_readable", Operator, next).lasting())
    }

    /// What this program said when it ran as another user.
    pub(super) fn of_child(child: &std::process::Output) -> Self {
        let exit = child.status.code().and_then(Exit::of).unwrap_or(Exit::Fatal);
        let said = String::from_utf8_lossy(&child.stderr);
        let said = said.trim_end().trim_start_matches("outlook-syncd: ");
        let (message, hint) = said.split_once("\n  ").unwrap_or((said, "look at what the message names."));
        let next = WhoseTurn::next_step(hint).to_owned();
        Self::new(exit, message, Meaning::fatal("child", Operator, next))
    }

    pub(super) fn no_browser(executable: &Path) -> Self {
        Failure::from(BrowserError::Missing { executable: executable.to_owned() }).into()
    }
}

impl From<Failure> for CommandError {
    fn from(failure: Failure) -> Self {
        Self { exit: failure.exit(), failure }
    }
}

impl From<DeskError> for CommandError {
    fn from(error: DeskError) -> Self {
        // It ends as what the daemon has met would end here.
        let of_daemon = if let DeskError::AtFault(fault) = &error { Some(fault.exit()) } else { None };
        let failed = Self::from(Failure::from(error));
        Self { exit: of_daemon.unwrap_or(failed.exit), ..failed }
    }
}

impl From<VaultError> for CommandError {
    fn from(error: VaultError) -> Self {
        Failure::from(error).into()
    }
}

impl From<LockError> for CommandError {
    fn from(error: LockError) -> Self {
        Failure::from(error).into()
    }
}

impl From<Held> for CommandError {
    fn from(held: Held) -> Self {
        Self::from(DeskError::Running(held)).with_next("it ends by itself; `--once --wait` waits for that.")
    }
}

impl From<NotRun> for CommandError {
    fn from(why: NotRun) -> Self {
        match why {
            NotRun::Held(held) => held.into(),
            NotRun::Failed(failure) => failure.into(),
        }
    }
}

impl From<ConfigError> for CommandError {
    fn from(error: ConfigError) -> Self {
        match &error {
            ConfigError::Unreadable { path, source } if source.kind() == ErrorKind::PermissionDenied => {
                Self::not_readable(error.to_string(), path)
            }
            ConfigError::Secret { step, .. } => Self::config(&error).with_next(format!("{step}.")),
            ConfigError::Database(why) => Self::config(&error).with_next(why.meaning().next),
            ConfigError::Unreadable { .. }
            | ConfigError::Syntax { .. }
            | ConfigError::Environment(_)
            | ConfigError::Invalid { .. } => Self::config(&error),
        }
    }
}

impl From<std::io::Error> for CommandError {
    fn from(error: std::io::Error) -> Self {
        let next = "look at what the message names.";
        Self::new(Exit::Fatal, error.to_string(), Meaning::fatal("io", Operator, next))
    }
}
