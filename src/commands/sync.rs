//! `sync`: makes accounts due; the running daemon reads them, as it does by its schedule.

use super::output::{Output, say};
use super::{Outcome, Stop};
use crate::app::App;
use crate::cli::SyncArgs;
use crate::config::Config;
use crate::model::{Account, Reach, SyncState};
use crate::store::Schema;
use chrono::{DateTime, Utc};
use serde_json::json;
use std::time::Duration;

/// How often the row is looked at while waiting.
const LOOK: Duration = Duration::from_secs(1);
/// Without a daemon nothing would ever happen; after this time the person is told.
const PATIENCE: Duration = Duration::from_secs(15);

pub(super) async fn sync(config: &Config, args: &SyncArgs, output: Output) -> Outcome {
    let app = super::open(config, Schema::Make).await?;
    let account = match &args.account {
        Some(name) => Some(super::named(&app, name).await?),
        None => None,
    };
    let asked = app.engine.clock.now();
    let due = app.engine.store.make_due(account.as_ref().map(|account| &account.id), asked).await?;
    if due == 0 {
        return Err(Stop::usage(
            "no account can be read".to_owned(),
            "`outlook-syncd status` says why and what to do.",
        ));
    }
    if !args.wait {
        output.value(&json!({"due": due}), |_| {
            format!("{due} due; the running daemon reads them within seconds")
        });
        return Ok(0);
    }
    let states = ended(&app, account.as_ref(), asked).await?;
    app.close().await;
    let worst =
        states.iter().filter_map(|(_, state)| state.last_error.as_ref()).map(|error| error.disposition).max();
    output.value(&states, |states| states.iter().map(line).collect::<Vec<_>>().join("\n"));
    Ok(worst.map_or(0, crate::error::Disposition::exit_code))
}

/// The states of the accounts asked for, once all of them were tried after `asked`.
async fn ended(
    app: &App,
    only: Option<&Account>,
    asked: DateTime<Utc>,
) -> Result<Vec<(Account, SyncState)>, Stop> {
    let clock = &app.engine.clock;
    let mut told = false;
    loop {
        let mut states = app.engine.store.states(&Reach::Everyone).await?;
        states.retain(|(account, state)| {
            only.map_or(account.sync_enabled && state.next_sync_at.is_some_and(|at| at <= asked), |only| {
                only.id == account.id
            }) || has_ended(state, asked)
        });
        if states.iter().all(|(_, state)| has_ended(state, asked)) {
            return Ok(states);
        }
        let waited = clock.now() - asked;
        if !told && waited.to_std().is_ok_and(|waited| waited > PATIENCE) {
            say("still waiting: is the daemon running? (systemctl status outlook-syncd, or use --once)");
            told = true;
        }
        clock.sleep(LOOK).await;
    }
}

/// Whether a turn ended after `asked`, well or not.
fn has_ended(state: &SyncState, asked: DateTime<Utc>) -> bool {
    let failed = state.last_error.as_ref().map(|error| error.at);
    state.last_success_at.max(failed).is_some_and(|at| at >= asked)
}

fn line((account, state): &(Account, SyncState)) -> String {
    let name = account.name();
    match &state.last_error {
        None => format!("{name}: read"),
        Some(error) => format!("{name}: {}\n  {}", error.message, error.hint),
    }
}
