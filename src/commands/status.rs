//! `status` and `migrate`

use super::output::{Output, ago, table};
use super::troubles::troubles;
use super::{Outcome, presence};
use crate::config::Config;
use crate::desk::{Database, Schema};
use crate::lock::presence::Presence;
use crate::model::{Actor, SessionState};
use crate::secret::ExposeSecret;
use crate::sync::health::{AccountHealth, Health, Verdict};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use serde_json::json;

/// The exit code when an account is not as it should be; the reasons are printed.
const UNHEALTHY: u8 = 1;

pub(super) async fn status(config: &Config, output: Output) -> Outcome {
    let status = super::with_app(config, Schema::Keep, async |app| {
        let daemon = app.desk.daemon()?;
        let fault = daemon.as_ref().and_then(|daemon| daemon.fault.clone());
        Ok(Status { health: app.desk.health(&Actor::command_line()).await?.under(fault), daemon })
    });
    let status = status.await?;
    output.value(&status, text)?;
    Ok(if status.health.healthy { 0 } else { UNHEALTHY })
}

/// The card of `/health`, and which daemon runs here.
#[derive(Serialize)]
struct Status {
    #[serde(flatten)]
    health: Health,
    daemon: Option<Presence>,
}

fn text(status: &Status) -> String {
    let Status { health, daemon } = status;
    let daemon = presence::words(daemon.as_ref(), health.at);
    if health.accounts.is_empty() {
        return format!("no account is connected yet: `outlook-syncd account connect`\n\n{daemon}");
    }
    let mut rows =
        vec![["ACCOUNT", "STATE", "LAST SUCCESS", "READ BY", "SESSION", "NEXT"].map(str::to_owned).to_vec()];
    rows.extend(health.accounts.iter().map(|card| row(card, health.at)));
    let troubles = troubles(&health.accounts, health.at);
    [table(&rows)].into_iter().chain(troubles).chain([daemon]).collect::<Vec<_>>().join("\n\n")
}

fn row(card: &AccountHealth, now: DateTime<Utc>) -> Vec<String> {
    let verdict = match card.verdict {
        Verdict::Ok => "ok",
        Verdict::New => "new",
        Verdict::Failed => "FAILED",
        Verdict::Late => "LATE",
        Verdict::NeedsLogin => "SIGN IN",
        Verdict::Blocked => "BLOCKED",
        Verdict::NoMail => "no mail",
        Verdict::Off => "off",
    };
    vec![
        card.name.clone(),
        verdict.to_owned(),
        ago(card.last_success_at, now),
        card.tier.clone().unwrap_or_else(|| "-".to_owned()),
        session(card).to_owned(),
        next(card.next_sync_at, now),
    ]
}

/// When it is read next.
fn next(at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> String {
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

pub(super) async fn migrate(config: &Config, output: Output) -> Outcome {
    let pending = Database::migrate(config.database.expose_secret()).await?;
    output.value(&json!({"migrations": pending}), |_| match pending {
        0 => "the schema is up to date".to_owned(),
        count => format!("{count} migrations were run"),
    })?;
    Ok(0)
}
