//! `doctor`: a line each with the step to take. Every check runs, whatever the others say.

mod daemon;
mod oauth;
mod outlook;
mod probe;
mod proxy;
pub(super) mod unit;

use super::Outcome;
use super::output::Output;
use crate::browser::Browser;
use crate::cli::DoctorArgs;
use crate::clock::Clock;
use crate::config::{Config, DEFAULT_FILE};
use crate::desk::{AuditWatch, Check, Database, DatabaseFound};
use crate::error::Exit;
use crate::privileges;
use crate::secret::ExposeSecret;
use crate::sync::Failure;
use crate::vault::{KeySource, Ring};
use serde::Serialize;

/// What the command prints.
#[derive(Debug, Serialize)]
struct DoctorReport {
    checks: Vec<Check>,
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
    checks.push(Check::disk(&config.state_dir));
    checks
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

/// The key, and the database that it opens where there is one of this version's schema.
async fn key_and_database(config: &Config) -> Vec<Check> {
    let ring = Ring::load(&config.key).map_err(Failure::from);
    let found = match Database::look(config.database.expose_secret()).await {
        Ok(DatabaseFound::Current(database)) => {
            let checks = database.checks(ring.as_ref().map_err(Clone::clone), &AuditWatch::default()).await;
            database.close().await;
            return checks;
        }
        Err(error) => Check::of("database", error),
        Ok(DatabaseFound::New(place)) => {
            Check::fine("database", format!("{place}, new: the service makes the schema when it starts"))
        }
        Ok(DatabaseFound::Older { place, pending }) => Check::fine(
            "database",
            format!("{place}, migrations to run: {pending}; the service does it when it starts"),
        ),
    };
    let key = match ring {
        Err(error) => Check::of("key", error),
        Ok(_) => Check::fine("key", "found; whether it fits shows when the database is in use"),
    };
    vec![key, found]
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
