//! `status` and `migrate`

use super::Outcome;
use super::output::{Output, ago, table};
use crate::config::Config;
use crate::model::{Reach, SessionState};
use crate::secret::ExposeSecret;
use crate::store::{Schema, Store};
use crate::sync::health::{AccountHealth, AccountVerdict, Health, health};
use crate::sync::schedule;
use chrono::{DateTime, Utc};
use serde_json::json;

/// The exit code when an account is not as it should be; the reasons are printed.
const UNHEALTHY: u8 = 1;

pub(super) async fn status(config: &Config, output: Output) -> Outcome {
    let app = super::open(config, Schema::Keep).await?;
    let now = app.engine.clock.now();
    let since = schedule::expected_since(&config.sync.schedule, config.sync.time_zone, now);
    let store = &app.engine.store;
    let read = (store.states(&Reach::Everyone).await, store.grants(&Reach::Everyone).await);
    app.close().await;
    let health = health(&read.0?, &read.1?, since, now);
    output.value(&health, text);
    Ok(if health.healthy { 0 } else { UNHEALTHY })
}

fn text(health: &Health) -> String {
    if health.accounts.is_empty() {
        return "no account is connected yet: `outlook-syncd account connect`".to_owned();
    }
    let mut rows =
        vec![["ACCOUNT", "", "LAST SUCCESS", "READ BY", "SESSION", "NEXT"].map(str::to_owned).to_vec()];
    rows.extend(health.accounts.iter().map(|card| row(card, health.at)));
    let hints =
        health.accounts.iter().filter_map(|card| Some(format!("\n{}: {}", card.name, card.hint.as_ref()?)));
    hints.fold(table(&rows), |text, hint| text + "\n" + &hint)
}

fn row(card: &AccountHealth, now: DateTime<Utc>) -> Vec<String> {
    let verdict = match card.verdict {
        AccountVerdict::Ok => "ok",
        AccountVerdict::New => "new",
        AccountVerdict::Late => "LATE",
        AccountVerdict::NeedsLogin => "SIGN IN",
        AccountVerdict::Blocked => "BLOCKED",
        AccountVerdict::NoMail => "no mail",
        AccountVerdict::Off => "off",
    };
    vec![
        card.name.clone(),
        verdict.to_owned(),
        ago(card.last_success_at, now),
        card.tier.map_or("-", crate::model::Tier::as_str).to_owned(),
        session(card).to_owned(),
        ago(card.next_sync_at, now),
    ]
}

/// What signs in: the browser session, or OAuth alone.
fn session(card: &AccountHealth) -> &'static str {
    match (card.session, &card.oauth) {
        (SessionState::Absent, Some(_)) => "oauth",
        (session, _) => session.as_str(),
    }
}

pub(super) async fn migrate(config: &Config, output: Output) -> Outcome {
    let store = Store::connect(config.database.expose_secret()).await?;
    let pending = store.pending_migrations().await?;
    store.migrate().await?;
    store.close().await;
    output.value(&json!({"run": pending}), |_| match pending {
        0 => "the schema is up to date".to_owned(),
        count => format!("{count} migrations were run"),
    });
    Ok(0)
}
