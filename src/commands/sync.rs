//! `sync`: makes accounts due; the running daemon reads them, as it does by its schedule.

use super::output::Output;
use super::{Outcome, Stop, presence};
use crate::app::App;
use crate::cli::SyncArgs;
use crate::clock::Clock;
use crate::config::Config;
use crate::lock::presence::Presence;
use crate::model::{Account, AccountId, Reach, SyncState};
use crate::store::Schema;
use crate::sync::health::{AccountHealth, card};
use crate::sync::schedule;
use chrono::{DateTime, Utc};
use serde_json::json;
use std::collections::HashSet;
use std::time::Duration;

/// How often the rows are looked at while waiting.
const LOOK: Duration = Duration::from_secs(1);

pub(super) async fn sync(config: &Config, args: &SyncArgs, output: Output) -> Outcome {
    let app = super::open(config, Schema::Make).await?;
    let synced = made_due(config, &app, args, output).await;
    app.close().await;
    synced
}

async fn made_due(config: &Config, app: &App, args: &SyncArgs, output: Output) -> Outcome {
    let account = match &args.account {
        Some(name) => Some(super::named(app, name).await?),
        None => None,
    };
    let asked = app.engine.clock.now();
    let only = account.as_ref().map(|account| &account.id);
    let due = app.engine.store.make_due(only, asked).await?;
    if due == 0 {
        return Err(Stop::usage(
            "no account can be read".to_owned(),
            "`outlook-syncd status` says why and what to do.",
        ));
    }
    let daemon = presence::look(config)?;
    if args.wait {
        daemon.ok_or_else(|| Stop::no_daemon(due))?;
        return wait(config, app, only, asked, args.timeout, output).await;
    }
    let reader = match &daemon {
        None => format!("no daemon runs here: {}", presence::START),
        Some(Presence { fault: Some(fault), .. }) => format!("none is read at present: {}", fault.message),
        Some(_) => "the running daemon reads them within seconds".to_owned(),
    };
    output.value(&json!({"due": due, "daemon": daemon.is_some()}), |_| format!("{due} due; {reader}"))?;
    Ok(0)
}

/// Waits for the turns of all that were made due, and tells how they ended.
async fn wait(
    config: &Config,
    app: &App,
    only: Option<&AccountId>,
    asked: DateTime<Utc>,
    limit: Duration,
    output: Output,
) -> Outcome {
    let states =
        Clock::limit(limit, ended(config, app, only, asked)).await.map_err(|_| Stop::not_yet(limit))??;
    let worst =
        states.iter().filter_map(|(_, state)| state.last_error.as_ref()).map(|error| error.disposition).max();
    let now = app.engine.clock.now();
    let since = schedule::expected_since(&config.sync.schedule, config.sync.time_zone, now);
    let mut cards = Vec::new();
    for (account, state) in &states {
        let grant = app.engine.store.grant(&account.id).await?;
        cards.push(card(account, state, grant.as_ref(), since, now));
    }
    output.value(&json!({"accounts": cards}), |_| cards.iter().map(line).collect::<Vec<_>>().join("\n"))?;
    Ok(worst.map_or(0, crate::error::Disposition::exit_code))
}

/// The states of the accounts that were made due, once all of them were tried after `asked`.
async fn ended(
    config: &Config,
    app: &App,
    only: Option<&AccountId>,
    asked: DateTime<Utc>,
) -> Result<Vec<(Account, SyncState)>, Stop> {
    let store = &app.engine.store;
    let is_due =
        |state: &SyncState| state.next_sync_at.is_some_and(|at| at <= asked) || has_ended(state, asked);
    let states = store.states(&Reach::Everyone).await?;
    // Once, at the beginning: a fault moves an account behind the others, and it is waited for all the same.
    let wanted: HashSet<AccountId> = states
        .into_iter()
        .filter(|(account, state)| {
            only.map_or(account.sync_enabled && is_due(state), |only| *only == account.id)
        })
        .map(|(account, _)| account.id)
        .collect();
    loop {
        let mut states = store.states(&Reach::Everyone).await?;
        states.retain(|(account, _)| wanted.contains(&account.id));
        if !states.is_empty() && states.iter().all(|(_, state)| has_ended(state, asked)) {
            return Ok(states);
        }
        // One from before may be mended: the daemon tries again within a minute.
        let daemon =
            presence::look(config)?.filter(|daemon| daemon.fault_met_at.is_some_and(|at| at >= asked));
        if let Some(fault) = daemon.and_then(|daemon| daemon.fault) {
            return Err(Stop::at_fault(&fault));
        }
        app.engine.clock.sleep(LOOK).await;
    }
}

/// Whether a turn ended after `asked`, well or not.
fn has_ended(state: &SyncState, asked: DateTime<Utc>) -> bool {
    let failed = state.last_error.as_ref().map(|error| error.at);
    state.last_success_at.max(failed).is_some_and(|at| at >= asked)
}

fn line(card: &AccountHealth) -> String {
    match (&card.message, &card.hint) {
        (Some(message), hint) => {
            format!("{}: {message}\n  {}", card.name, hint.as_deref().unwrap_or_default())
        }
        (None, _) => format!("{}: read", card.name),
    }
}
