//! `status` and `migrate`

use super::output::{Output, ago, done, table};
use super::troubles::troubles;
use super::{Outcome, operator, presence, stock};
use crate::config::Config;
use crate::desk::{Database, Schema};
use crate::error::Exit;
use crate::lock::{self, presence::Presence};
use crate::model::{LastError, SessionState};
use crate::secret::ExposeSecret;
use crate::sync::Failure;
use crate::sync::health::{AccountHealth, Health, Verdict};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

pub(super) async fn status(config: &Config, output: Output) -> Outcome {
    let daemon = lock::presence::look(&config.daemon_file())?;
    let seen = super::with_database(config, Schema::Keep, async |database| {
        let health = database.health(&operator(), &config.sync).await?;
        Ok((health, database.key_fault(&config.key).await?, database.last_fault().await?))
    });
    let (health, key, last) = seen.await?;
    let status = Status::of(health, daemon, key, last);
    output.value(&status, text)?;
    Ok(if status.health.healthy { Exit::Success } else { Exit::Unhealthy })
}

/// The card of `/health`, and which daemon runs here.
#[derive(Serialize)]
struct Status {
    #[serde(flatten)]
    health: Health,
    daemon: Option<Presence>,
    /// What the daemon has not taken up yet, or would stumble over when it is started again.
    warnings: Vec<LastError>,
}

impl Status {
    /// A daemon that runs has a key of its own: what is wrong with the one that commands find keeps nothing
    /// from being read. Where none runs, the `last` cycle says what else does, until an account was read after
    /// it.
    fn of(health: Health, daemon: Option<Presence>, key: Option<Failure>, last: Option<LastError>) -> Self {
        let at = health.at;
        let Some(running) = &daemon else {
            let parts = health.accounts.iter().flat_map(|card| &card.parts);
            let read_at = parts.filter_map(|part| part.last_success_at).max();
            let last = last.filter(|fault| read_at < Some(fault.at));
            let health = health.under(key.map(|failure| failure.at(at)).or(last));
            return Self { health, daemon, warnings: Vec::new() };
        };
        let warnings = presence::outdated(running).into_iter().chain(key.map(presence::without_its_key));
        let warnings = warnings.map(|failure| failure.at(at)).collect();
        Self { health: health.under(running.fault.clone()), daemon, warnings }
    }
}

fn text(status: &Status) -> String {
    let Status { health, daemon, warnings } = status;
    let mut said = vec![accounts(health)];
    said.extend(troubles(&health.accounts, health.at));
    said.push(presence::words(daemon.as_ref(), health.at));
    said.extend(warnings.iter().map(|warning| format!("{}\n  {}", warning.message, warning.hint)));
    said.extend(fault(health));
    said.join("\n\n")
}

fn accounts(health: &Health) -> String {
    if health.accounts.is_empty() {
        return "no account is connected yet: `outlook-syncd account connect`".to_owned();
    }
    let mut rows = vec![
        ["ACCOUNT", "STATE", "LAST SUCCESS", "READ BY", "SESSION", "NEXT", "CONTACTS"]
            .map(str::to_owned)
            .to_vec(),
    ];
    rows.extend(health.accounts.iter().map(|card| row(card, health.at)));
    table(&rows)
}

/// What keeps all of them from being read, and since when where that is known.
fn fault(health: &Health) -> Option<String> {
    let (message, hint) = (health.message.as_ref()?, health.hint.as_ref()?);
    let before = health.error_at.filter(|at| *at < health.at);
    let since = before.map(|at| format!(", since {}", ago(Some(at), health.at))).unwrap_or_default();
    Some(format!("NO ACCOUNT IS READ{since}: {message}\n  {hint}"))
}

fn row(card: &AccountHealth, now: DateTime<Utc>) -> Vec<String> {
    vec![
        card.name.clone(),
        state(card, now),
        ago(card.last_success_at, now),
        card.read_by.clone().unwrap_or_else(|| "-".to_owned()),
        session(card).to_owned(),
        next(card.next_sync_at, now),
        stock::cell(card),
    ]
}

/// The verdict in a word, with how far the history is read where that is what it says.
pub(super) fn state(card: &AccountHealth, now: DateTime<Utc>) -> String {
    let verdict = word(card.verdict);
    let import = card.import.as_ref().filter(|_| card.verdict == Verdict::Importing);
    let state =
        import.map_or_else(|| verdict.to_owned(), |import| format!("{verdict}, {}", done(import, now)));
    match card.correspondents {
        0 => state,
        1 => format!("{state}, reads the mail of 1 person"),
        several => format!("{state}, reads the mail of {several} persons"),
    }
}

/// A verdict in a word; what somebody has to see to in capitals.
pub(super) fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Ok => "ok",
        Verdict::Waits => "LOOK",
        Verdict::Degraded => "DEGRADED",
        Verdict::Importing => "importing",
        Verdict::New => "new",
        Verdict::Failed => "FAILED",
        Verdict::Late => "LATE",
        Verdict::NeedsLogin => "SIGN IN",
        Verdict::Blocked => "BLOCKED",
        Verdict::NoMail => "no mail",
        Verdict::Off => "paused",
    }
}

/// When it is read next.
pub(super) fn next(at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> String {
    match at {
        Some(due) if due <= now && now - due < TimeDelta::minutes(1) => "now".to_owned(),
        Some(due) if due <= now => format!("due since {}", ago(at, now).trim_end_matches(" ago")),
        _ => ago(at, now),
    }
}

/// What signs in: the browser session, or OAuth alone.
fn session(card: &AccountHealth) -> &'static str {
    match (card.session, &card.oauth) {
        (SessionState::Absent, Some(_)) => "oauth",
        (session, _) => session.as_str(),
    }
}

/// What `migrate` prints.
#[derive(Serialize)]
struct Migrated {
    /// How many were run.
    migrations: usize,
}

pub(super) async fn migrate(config: &Config, output: Output) -> Outcome {
    let migrations = Database::migrate(config.database.expose_secret()).await?;
    output.value(&Migrated { migrations }, |_| match migrations {
        0 => "the schema is up to date".to_owned(),
        count => format!("{count} migrations were run"),
    })?;
    Ok(Exit::Success)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Disposition, WhoseTurn};
    use crate::sync::health::tests::card_of;
    use crate::testing::now;

    #[test]
    fn what_ended_the_last_cycle_keeps_nothing_from_being_read_once_an_account_was_read_after_it() {
        let fault = || LastError {
            disposition: Disposition::Retry,
            code: "no_network".to_owned(),
            message: "this machine does not reach Outlook".to_owned(),
            whose_turn: WhoseTurn::Operator,
            hint: "The operator's turn: look.".to_owned(),
            at: now() - TimeDelta::minutes(5),
        };
        for (minutes_ago, is_told) in [(10, true), (1, false)] {
            let health = Health {
                healthy: true,
                at: now(),
                error: None,
                message: None,
                error_at: None,
                whose_turn: None,
                hint: None,
                accounts: vec![card_of("ada@example.test", minutes_ago, &[])],
            };
            let status = Status::of(health, None, None, Some(fault()));
            assert_eq!(text(&status).contains("NO ACCOUNT IS READ"), is_told, "{minutes_ago}");
        }
    }
}
