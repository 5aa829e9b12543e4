//! `doctor`: a line each with the step to take. Every check runs, whatever the others say.

use super::Outcome;
use super::output::Output;
use crate::app;
use crate::browser::Browser;
use crate::clock::Clock;
use crate::config::Config;
use crate::error::{Classify, Disposition, with_causes};
use crate::net;
use crate::oauth::OAuth;
use crate::secret::ExposeSecret;
use crate::store::{Store, StoreError};
use crate::strongbox::{KeyUse, Strongbox, StrongboxError, key_uses};
use crate::vault::Ring;
use chrono::{DateTime, Utc};
use serde::Serialize;

/// Below this much room the disk is called full.
const ROOM: u64 = 256 << 20;
/// A clock further off than this breaks sign-ins.
const SKEW_SECONDS: i64 = 60;

/// One check.
#[derive(Debug, Serialize)]
struct Check {
    name: &'static str,
    ok: bool,
    /// What was found.
    found: String,
    /// The step to take.
    step: Option<String>,
    /// What the command ends with when nothing worse is found.
    #[serde(skip)]
    exit: u8,
}

impl Check {
    fn fine(name: &'static str, found: impl Into<String>) -> Self {
        Self { name, ok: true, found: found.into(), step: None, exit: 0 }
    }

    fn wrong(name: &'static str, found: impl Into<String>, step: impl Into<String>) -> Self {
        Self { name, ok: false, found: found.into(), step: Some(step.into()), exit: exit_code(name) }
    }

    fn of<E: Classify>(name: &'static str, error: &E) -> Self {
        let check = Self::wrong(name, with_causes(error), error.hint());
        let retry = error.disposition() == Disposition::Retry;
        Self { exit: if retry { Disposition::Retry.exit_code() } else { check.exit }, ..check }
    }
}

pub(super) async fn doctor(config: &Config, output: Output) -> Outcome {
    let mut checks = key_and_database(config).await;
    checks.push(browser(config).await);
    checks.extend(outlook(config).await);
    checks.extend(oauth(config).await);
    checks.push(disk(config));
    output.value(&checks, |checks| checks.iter().map(line).collect::<Vec<_>>().join("\n"));
    Ok(checks.iter().map(|check| check.exit).max().unwrap_or(0))
}

fn exit_code(check: &str) -> u8 {
    match check {
        "browser" => 69,
        "key" | "oauth" => 78,
        "outlook" | "clock" => 75,
        _ => 70,
    }
}

fn line(check: &Check) -> String {
    let mark = if check.ok { "ok   " } else { "FAIL " };
    let step = check.step.as_ref().map(|step| format!("\n       {step}")).unwrap_or_default();
    format!("{mark}{}: {}{step}", check.name, check.found)
}

async fn key_and_database(config: &Config) -> Vec<Check> {
    let (database, store) = database(config).await;
    let key = match (Ring::load(&app::key_source(config)), &store) {
        (Err(error), _) => Check::of("key", &error),
        (Ok(_), None) => Check::fine("key", "found; whether it fits shows when the database is in use"),
        (Ok(ring), Some(store)) => key(store, ring).await.unwrap_or_else(|error| Check::of("key", &error)),
    };
    if let Some(store) = store {
        store.close().await;
    }
    vec![key, database]
}

/// Whether the ring fits, and what is lost with it where it does not.
async fn key(store: &Store, ring: Ring) -> Result<Check, StrongboxError> {
    let uses = key_uses(store, &ring, Clock::System.now()).await?;
    let missing = uses.iter().filter(|usage| !usage.in_ring && usage.is_needed());
    if missing.clone().next().is_some() {
        return Ok(lost(&ids(missing.clone()), missing.map(|usage| usage.accounts).sum()));
    }
    match Strongbox::open(store.clone(), ring, Clock::System).await {
        Err(StrongboxError::Vault(error)) => {
            let check = Check::of("key", &error);
            let accounts: u64 = uses.iter().map(|usage| usage.accounts).sum();
            Ok(Check { found: format!("{}; {}", check.found, without(accounts)), ..check })
        }
        opened => opened.map(|_| fits(&uses)),
    }
}

fn lost(keys: &str, accounts: u64) -> Check {
    let found = format!("the ring lacks key {keys}, which the database needs; {}", without(accounts));
    let step = "Put the copy of the key file back that has it, or, where the key was rotated, the newer one. If there is none, \
                disconnect the accounts and connect them anew.";
    Check::wrong("key", found, step)
}

fn without(accounts: u64) -> String {
    format!("without it the sessions and tokens of {accounts} accounts are lost, their mail is not")
}

fn fits(uses: &[KeyUse]) -> Check {
    let older = uses.iter().filter(|usage| !usage.active && usage.is_needed());
    if older.clone().next().is_none() {
        return Check::fine("key", "found, and it opens what is sealed in the database");
    }
    let found = format!(
        "found, and it opens what is sealed in the database, some of it by the older key {}",
        ids(older)
    );
    Check {
        step: Some("`outlook-syncd key rotate` ends the rotation.".to_owned()),
        ..Check::fine("key", found)
    }
}

fn ids<'a>(uses: impl Iterator<Item = &'a KeyUse>) -> String {
    uses.map(|usage| usage.id.to_string()).collect::<Vec<_>>().join(", ")
}

/// The database, and its store if its schema is this version's.
async fn database(config: &Config) -> (Check, Option<Store>) {
    let looked = match Store::find(config.database.expose_secret()).await {
        Ok(store) => schema(&store).await.map(|(found, current)| (found, current.then_some(store))),
        Err(StoreError::Absent(file)) => Ok((new(&format!("SQLite at {}", file.display())), None)),
        Err(error) => Err(error),
    };
    looked.map_or_else(
        |error| (Check::of("database", &error), None),
        |(found, store)| (Check::fine("database", found), store),
    )
}

/// What is to be said of it, and whether it is this version's.
async fn schema(store: &Store) -> Result<(String, bool), StoreError> {
    store.check().await?;
    let place = store.place();
    Ok(match store.pending_migrations().await? {
        0 => (format!("{place}, schema up to date"), true),
        _ if store.is_new().await? => (new(&place), false),
        count => (format!("{place}, migrations to run: {count}; the service does it when it starts"), false),
    })
}

fn new(place: &str) -> String {
    format!("{place}, new: the service makes the schema when it starts")
}

async fn browser(config: &Config) -> Check {
    let browser = Browser::new(app::browser_settings(config), Clock::System);
    let probe = browser.probe().await;
    browser.shutdown().await;
    match probe {
        Err(error) => Check::of("browser", &error),
        Ok(probe) if probe.sandboxed => Check::fine("browser", format!("{}, sandbox on", probe.version)),
        Ok(probe) => Check::wrong(
            "browser",
            format!("{}, sandbox off", probe.version),
            "Allow unprivileged user namespaces for Chromium (sysctl kernel.unprivileged_userns_clone=1, or an AppArmor profile).",
        ),
    }
}

/// One request without cookies: does the host answer, and does its clock agree with ours.
async fn outlook(config: &Config) -> Vec<Check> {
    if config.simulator.is_some() {
        return vec![Check::fine("outlook", "a simulator stands in for it")];
    }
    let host = config.owa.start.host_str().unwrap_or_default();
    match ask(config).await {
        Err(error) => {
            let error = error.without_url();
            let step = "Look at the network, DNS and firewall of this machine: it has to reach the hosts of Outlook on port 443.";
            vec![Check::wrong("outlook", format!("{host} cannot be reached: {error}"), step)]
        }
        Ok(answer) => {
            let date = answer.headers().get("date").and_then(|date| date.to_str().ok()).map(str::to_owned);
            vec![
                Check::fine("outlook", format!("{host} answers")),
                clock(date.as_deref(), Clock::System.now()),
            ]
        }
    }
}

async fn ask(config: &Config) -> reqwest::Result<reqwest::Response> {
    net::client().build()?.head(config.owa.start.clone()).send().await
}

/// Whether Microsoft knows the tenant. Whether it knows the application shows when somebody signs in.
async fn oauth(config: &Config) -> Option<Check> {
    let own = config.oauth.as_ref()?;
    let (settings, http) = match app::oauth_provider(config) {
        Ok(provider) => provider?,
        Err(failure) => return Some(Check::wrong("oauth", failure.message, failure.hint)),
    };
    let authority = settings.authority.as_str().to_owned();
    let client = if own.client_secret.is_some() { "with a client secret" } else { "as a public client" };
    let ways = if own.popup.is_some() { "device code and popup" } else { "device code" };
    let checked = OAuth::check(settings, http).await;
    Some(checked.map_or_else(
        |error| Check::of("oauth", &error),
        |()| Check::fine("oauth", format!("{authority} answers; sign-in by {ways}, {client}")),
    ))
}

fn clock(server: Option<&str>, now: DateTime<Utc>) -> Check {
    let Some(server) = server.and_then(|date| DateTime::parse_from_rfc2822(date).ok()) else {
        return Check::fine("clock", "the server gave no date to compare with");
    };
    match (now - server.with_timezone(&Utc)).num_seconds() {
        off if off.abs() <= SKEW_SECONDS => Check::fine("clock", format!("{off} s from the server's")),
        off => Check::wrong(
            "clock",
            format!("{off} s from the server's"),
            "Set the machine's clock (timedatectl set-ntp true).",
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_off_is_said() {
        let now = DateTime::parse_from_rfc2822("Fri, 20 Nov 2026 10:00:00 GMT").unwrap().with_timezone(&Utc);
        assert!(clock(Some("Fri, 20 Nov 2026 09:59:30 GMT"), now).ok);
        assert!(!clock(Some("Fri, 20 Nov 2026 09:50:00 GMT"), now).ok);
        assert!(clock(None, now).ok);
    }
}
