//! `doctor`: a line each with the step to take. Every check runs, whatever the others say.

mod daemon;
mod oauth;
mod outlook;
mod probe;
mod proxy;
mod readers;
mod ring;
pub(super) mod unit;

use super::Outcome;
use super::output::Output;
use crate::browser::Browser;
use crate::cli::DoctorArgs;
use crate::clock::Clock;
use crate::config::{Config, DEFAULT_FILE};
use crate::desk::{Database, DatabaseFound};
use crate::error::Exit;
use crate::privileges;
use crate::secret::ExposeSecret;
use crate::sync::Failure;
use crate::vault::{KeySource, Ring};
use serde::Serialize;

/// Below this much room the disk is called full.
const ROOM: u64 = 256 << 20;

/// What was looked at, and what was found.
#[derive(Debug, Serialize)]
struct Check {
    name: &'static str,
    ok: bool,
    /// What was found.
    found: String,
    /// The step to take.
    #[serde(rename = "hint")]
    step: Option<String>,
    /// What the command ends with when nothing worse is found.
    #[serde(skip)]
    exit: Exit,
}

/// What the command prints.
#[derive(Debug, Serialize)]
struct DoctorReport {
    checks: Vec<Check>,
}

impl Check {
    fn fine(name: &'static str, found: impl Into<String>) -> Self {
        Self { name, ok: true, found: found.into(), step: None, exit: Exit::Success }
    }

    fn wrong(name: &'static str, found: impl Into<String>, step: impl Into<String>) -> Self {
        Self { name, ok: false, found: found.into(), step: Some(step.into()), exit: exit(name) }
    }

    fn of(name: &'static str, error: impl Into<Failure>) -> Self {
        let failure = error.into();
        let (exit, hint) = (failure.exit(), failure.meaning.hint());
        Self { exit, ..Self::wrong(name, failure.message, hint) }
    }
}

pub(super) async fn doctor(config: &Config, args: &DoctorArgs, output: Output) -> Outcome {
    let checks = match &args.probe {
        Some(account) => probe::checks(config, account, args.write).await,
        None => checks(config, args.in_unit).await,
    };
    let report = DoctorReport { checks };
    output.value(&report, |report| report.checks.iter().map(line).collect::<Vec<_>>().join("\n"))?;
    Ok(report.checks.iter().map(|check| check.exit).max().unwrap_or(Exit::Success))
}

async fn checks(config: &Config, in_unit: bool) -> Vec<Check> {
    let mut checks = vec![place(in_unit), configuration(config), secrets(config)];
    checks.extend(daemon::checks(config).await);
    checks.extend(key_file(config));
    checks.extend(key_and_database(config).await);
    checks.push(browser(config).await);
    checks.extend(proxy::check(config).await);
    checks.extend(outlook::checks(config).await);
    checks.extend(oauth::check(config).await);
    checks.push(disk(config));
    checks
}

/// What the command ends with when this check finds something wrong of which no command has a word.
fn exit(check: &str) -> Exit {
    match check {
        "port" => Exit::Missing,
        "outlook" | "clock" | "proxy" => Exit::Retry,
        "oauth" | "registration" => Exit::Config,
        _ => Exit::Fatal,
    }
}

fn line(check: &Check) -> String {
    let mark = if check.ok { "ok   " } else { "FAIL " };
    let step = check.step.as_ref().map(|step| format!("\n       {step}")).unwrap_or_default();
    format!("{mark}{}: {}{step}", check.name, check.found)
}

/// Where this looks from: the service may not be allowed what a shell is.
fn place(in_unit: bool) -> Check {
    let user = privileges::user();
    Check::fine(
        "place",
        if in_unit {
            format!("inside the box of {}, as user {user}", unit::NAME)
        } else {
            format!("outside of any unit, as user {user}: what {} forbids is not seen", unit::NAME)
        },
    )
}

fn configuration(config: &Config) -> Check {
    let found = match &config.file {
        Some(file) => format!("read from {}", file.display()),
        None => format!("the defaults: there is no {DEFAULT_FILE}"),
    };
    Check::fine("configuration", found)
}

/// The key's file beside the copy that systemd hands on: commands and the running daemon read the file.
fn key_file(config: &Config) -> Option<Check> {
    config.key.credential.as_ref()?;
    let file = KeySource { file: Some(config.key_file.clone()), ..KeySource::default() };
    let error = Ring::load(&file).err()?;
    Some(Check::of("key file", error))
}

/// Without the two secrets the service works, and nobody can ask it.
fn secrets(config: &Config) -> Check {
    let http = &config.http;
    let given = [("read token", http.access.read.is_some()), ("cron secret", http.access.cron.is_some())];
    let missing: Vec<_> = given.iter().filter(|(_, given)| !given).map(|(name, _)| *name).collect();
    if missing.is_empty() || !http.enabled {
        return Check::fine("credentials", "read token and cron secret are there");
    }
    let step = "Whoever should ask the endpoints needs one: write the secret into the file under \
                /etc/outlook-syncd and restart the service, or make tokens with `outlook-syncd token new`.";
    Check {
        step: Some(step.to_owned()),
        ..Check::fine("credentials", format!("no {}", missing.join(", no ")))
    }
}

async fn key_and_database(config: &Config) -> Vec<Check> {
    let (check, database) = database(config).await;
    let (audit, owners) = match (Ring::load(&config.key), &database) {
        (Ok(ring), Some(database)) => {
            (Some(ring::audit(database, &ring).await), ring::owners(database, &ring).await)
        }
        _ => (None, None),
    };
    let key = match (Ring::load(&config.key), &database) {
        (Err(error), _) => Check::of("key", error),
        (Ok(_), None) => Check::fine("key", "found; whether it fits shows when the database is in use"),
        (Ok(ring), Some(database)) => {
            database.fit(ring).await.map_or_else(|error| Check::of("key", error), ring::key)
        }
    };
    let mut checks = vec![key, check];
    checks.extend(audit);
    checks.extend(owners);
    if let Some(database) = database {
        checks.extend(exposed(&database));
        checks.extend(ahead(&database).await);
        checks.extend(refused(&database).await);
        checks.extend(readers::check(&database).await);
        database.close().await;
    }
    checks
}

/// Whether everybody on this machine may reach the file of SQLite, in which the mail lies in plain.
fn exposed(database: &Database) -> Option<Check> {
    let mode = database.exposed()?;
    let found = format!("{}, which other users may reach (mode {mode})", database.place());
    Some(Check::wrong(
        "database file",
        found,
        "Take that away: `chmod o-rwx` on it and on the files beside it, -wal and -shm.",
    ))
}

/// Whether a mailbox was last read at a time that is still to come: then this machine's clock goes wrong.
async fn ahead(database: &Database) -> Option<Check> {
    let last = database.last_success_at().await.ok()??;
    let step = "Set this machine's clock (`timedatectl set-ntp true`).";
    (last > Clock::System.now()).then(|| {
        Check::wrong("clock", format!("the last success in the database, {last}, lies in the future"), step)
    })
}

/// Whether Microsoft refuses our registration, as it does when its secret has expired: no owner can mend that.
async fn refused(database: &Database) -> Option<Check> {
    let (trouble, accounts) = database.registration_trouble().await.ok()??;
    let at = trouble.at.format("%Y-%m-%d %H:%M UTC");
    let found = format!("{} (accounts: {accounts}, last at {at})", trouble.message);
    Some(Check::wrong("registration", found, trouble.hint))
}

/// What is to be said of the database, and itself if its schema is this version's.
async fn database(config: &Config) -> (Check, Option<Database>) {
    let (found, database) = match Database::look(config.database.expose_secret()).await {
        Err(error) => return (Check::of("database", error), None),
        Ok(DatabaseFound::New(place)) => {
            (format!("{place}, new: the service makes the schema when it starts"), None)
        }
        Ok(DatabaseFound::Older { place, pending }) => {
            (format!("{place}, migrations to run: {pending}; the service does it when it starts"), None)
        }
        Ok(DatabaseFound::Current(database)) => {
            (format!("{}, schema up to date", database.place()), Some(database))
        }
    };
    let link = database.as_ref().and_then(Database::link);
    let found = link.map_or(found.clone(), |link| format!("{found}, by {}", link.what));
    let step = "Whoever is on the way can read all mail: leave `sslmode` out of its address (docs/configuration.md).";
    let step = link.filter(|link| !link.is_safe).map(|_| step.to_owned());
    (Check { step, ..Check::fine("database", found) }, database)
}

async fn browser(config: &Config) -> Check {
    let browser = Browser::new(config.browser.clone(), Clock::System);
    let probe = browser.probe().await;
    browser.shutdown().await;
    match probe {
        Err(error) => Check::of("browser", error),
        Ok(probe) if probe.sandboxed => Check::fine("browser", format!("{}, sandbox on", probe.version)),
        Ok(probe) => Check::wrong(
            "browser",
            format!("{}, sandbox off", probe.version),
            "Allow unprivileged user namespaces for Chromium (sysctl kernel.unprivileged_userns_clone=1, or an \
             AppArmor profile).",
        ),
    }
}

fn disk(config: &Config) -> Check {
    let path = config.state_dir.display();
    match nix::sys::statvfs::statvfs(&config.state_dir) {
        Err(error) => Check::wrong(
            "disk",
            format!("{path}: {error}"),
            "Make the state directory, owned by the service's user, mode 0700.",
        ),
        Ok(disk) => {
            let free = disk.blocks_available() * disk.fragment_size();
            let found = format!("{} MiB free at {path}", free >> 20);
            if free >= ROOM {
                Check::fine("disk", found)
            } else {
                Check::wrong("disk", found, "Make room: 256 MiB at least.")
            }
        }
    }
}
