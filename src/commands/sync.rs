//! `sync`: makes accounts due; the running daemon reads them, as it does by its schedule.

use super::output::Output;
use super::{CommandError, Outcome, correspondence, operator, presence};
use crate::app::App;
use crate::cli::SyncArgs;
use crate::clock::Clock;
use crate::config::Config;
use crate::desk::{MadeDue, Schema};
use crate::error::Exit;
use crate::lock::presence::Presence;
use crate::model::AccountId;
use crate::sync::health::{AccountHealth, Verdict};
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::time::Duration;

/// What the command prints.
#[derive(Debug, Serialize)]
struct AccountsDue {
    /// How many accounts are due by now.
    due: u64,
    /// Whether a daemon runs here that reads them.
    daemon: bool,
}

/// What it prints with `--wait`.
#[derive(Debug, Serialize)]
struct TurnsShown {
    accounts: Vec<AccountHealth>,
}

pub(super) async fn sync(config: &Config, args: &SyncArgs, output: Output) -> Outcome {
    super::with_app(config, Schema::Make, async |app| made_due(app, args, output).await).await
}

async fn made_due(app: &App, args: &SyncArgs, output: Output) -> Outcome {
    let (desk, actor) = (&app.desk, operator());
    let account = match &args.account {
        Some(name) => Some(desk.named(&actor, name).await?),
        None => None,
    };
    if let (Some(account), Some(who)) = (&account, &args.contact) {
        return correspondence::read(app, account, who, args.wait.then_some(args.timeout), output).await;
    }
    let only = account.as_ref().map(|account| &account.id);
    let MadeDue { at: asked, accounts: due } = desk.make_due(&actor, only).await?;
    if due == 0 {
        let cards = match only {
            Some(id) => vec![desk.card(&actor, id).await?],
            None => desk.health(&actor).await?.accounts.clone(),
        };
        return Err(none_due(&cards, asked));
    }
    let daemon = desk.daemon()?;
    if args.wait {
        daemon.ok_or_else(|| CommandError::no_daemon(due))?;
        return wait(app, only, asked, args.timeout, output).await;
    }
    let reader = match &daemon {
        None => format!("no daemon runs here: {}", presence::START),
        Some(Presence { fault: Some(fault), .. }) => format!("none is read at present: {}", fault.message),
        Some(_) => "the running daemon reads them within seconds".to_owned(),
    };
    output.value(&AccountsDue { due, daemon: daemon.is_some() }, |_| format!("{due} due; {reader}"))?;
    Ok(Exit::Success)
}

/// Why nothing was made due: that it is paused; until when a server or a policy puts it off, and why; or that
/// somebody has to act.
fn none_due(cards: &[AccountHealth], now: DateTime<Utc>) -> CommandError {
    if !cards.is_empty() && cards.iter().all(|card| card.verdict == Verdict::Off) {
        return CommandError::paused(&cards.iter().map(|card| card.name.as_str()).collect::<Vec<_>>());
    }
    let parts = cards.iter().flat_map(|card| card.parts.iter().map(move |part| (card, part)));
    let put_off = parts.filter_map(|(card, part)| Some((card, part, part.not_before?)));
    let put_off = put_off.filter(|(.., until)| *until > now).min_by_key(|(.., until)| *until);
    if let Some((card, part, until)) = put_off {
        return CommandError::put_off(&card.name, part, until);
    }
    let parked = cards.iter().find(|card| matches!(card.verdict, Verdict::NeedsLogin | Verdict::Blocked));
    parked.map_or_else(
        || {
            let next = "`outlook-syncd status` says why and what to do.";
            CommandError::usage("no account can be read".to_owned(), next)
        },
        CommandError::parked,
    )
}

/// Waits for the turns of all that were made due, and tells how they ended.
async fn wait(
    app: &App,
    only: Option<&AccountId>,
    asked: DateTime<Utc>,
    limit: Duration,
    output: Output,
) -> Outcome {
    let actor = operator();
    let turns = Clock::limit(limit, app.desk.turns(&actor, only, asked)).await;
    let turns = turns.map_err(|_| CommandError::not_yet(limit))??;
    let cards = TurnsShown { accounts: turns.accounts };
    output.value(&cards, |cards| cards.accounts.iter().map(line).collect::<Vec<_>>().join("\n"))?;
    Ok(turns.worst.map_or(Exit::Success, |error| error.exit()))
}

fn line(card: &AccountHealth) -> String {
    let is_off = card.parts.iter().all(|part| part.verdict == Verdict::Off);
    match (&card.message, &card.hint) {
        (None, Some(hint)) if is_off => format!("{}: not read\n  {hint}", card.name),
        (Some(message), hint) => {
            format!("{}: {message}\n  {}", card.name, hint.as_deref().unwrap_or_default())
        }
        (None, _) => format!("{}: read", card.name),
    }
}
