//! `--once`: one cycle, a summary, an exit code that tells how it went.

use super::output::{Output, done, table};
use super::{CommandError, Outcome, operator, progress};
use crate::app::App;
use crate::config::Config;
use crate::desk::Schema;
use crate::lifecycle::Stop;
use crate::model::{AccountOutcome, CycleReport, FolderCount, Import, LastError, Trigger};
use crate::sync::{Cycle, NotRun};
use serde::Serialize;
use std::fmt::Write as _;
use tokio::sync::watch;

pub(super) async fn once(config: &Config, wait: bool, output: Output) -> Outcome {
    super::want_browser(&config.browser.executable)?;
    let (bar, progress) = progress::spinner();
    let app = super::open(config, Schema::Update, progress, watch::channel(None).1).await?;
    let stop = Stop::on_signals()?;
    let ran = tokio::select! {
        ran = ran(&app, wait, &stop) => ran,
        () = stop.hard.cancelled() => Err(CommandError::interrupted()),
    };
    bar.finish_and_clear();
    app.close().await;
    let once = ran?;
    output.value(&once, summary)?;
    Ok(once.report.exit())
}

/// What one cycle did, and whom it did not come to.
#[derive(Serialize)]
struct Once {
    #[serde(flatten)]
    report: CycleReport,
    /// Accounts that are not read before somebody acts, as a person calls them.
    parked: Vec<String>,
}

async fn ran(app: &App, wait: bool, stop: &Stop) -> Result<Once, CommandError> {
    // Mail that waits goes out whether or not a cycle can run.
    app.courier.pass(&stop.soft).await?;
    let report = cycle(&app.cycle, wait, stop).await?;
    Ok(Once { report, parked: app.desk.parked(&operator()).await? })
}

/// One cycle; with `wait`, when the one that runs has ended.
async fn cycle(cycle: &Cycle, wait: bool, stop: &Stop) -> Result<CycleReport, CommandError> {
    loop {
        match cycle.run(Trigger::Once, &stop.soft).await {
            Err(NotRun::Held(held)) if wait => {
                tracing::info!(%held, "waiting for its end");
                tokio::select! {
                    idle = cycle.idle() => idle?,
                    () = stop.soft.cancelled() => return Err(held.into()),
                }
            }
            other => return Ok(other?),
        }
    }
}

fn summary(once: &Once) -> String {
    let report = &once.report;
    let mut text = if report.accounts.is_empty() && report.fault.is_some() {
        String::new()
    } else if report.accounts.is_empty() {
        "no account was read; `outlook-syncd sync` makes them due, `status` shows them".to_owned()
    } else {
        let heads = ["ACCOUNT", "FOLDER", "READ BY", "NEW", "HISTORY", "CHANGED", "FAILED", "HELD"];
        let rows = [heads.map(str::to_owned).to_vec()];
        table(&rows.into_iter().chain(report.accounts.iter().flat_map(account)).collect::<Vec<_>>())
    };
    for (name, count) in found(report) {
        let FolderCount { folder, found, .. } = count;
        let _ = write!(
            text,
            "\n\n{name}: {found} in {} that reading had not shown, found by a sweep",
            folder.title()
        );
    }
    for (names, error) in told(report) {
        let _ = write!(text, "\n\n{}: {}\n  {}", names.join(", "), error.message, error.hint);
    }
    for (name, import) in report.accounts.iter().flat_map(imports) {
        let _ = write!(
            text,
            "\n\n{name}: importing, {}; the next cycle goes on",
            done(import, report.finished_at)
        );
    }
    let is_told = |name: &&String| report.accounts.iter().any(|outcome| outcome.name == **name);
    let others: Vec<_> = once.parked.iter().filter(|name| !is_told(name)).map(String::as_str).collect();
    if !others.is_empty() {
        let others = others.join(", ");
        let _ = write!(text, "\n\nnot read before somebody acts (`outlook-syncd status` says who): {others}");
    }
    if report.interrupted {
        text += "\n\nstopped before all due accounts were read; the next cycle goes on";
    }
    text.trim_start().to_owned()
}

/// What went wrong and what is to be told, with whose it is. What is the same for several accounts is told
/// once.
fn told(report: &CycleReport) -> Vec<(Vec<&str>, &LastError)> {
    let of_accounts = report.accounts.iter().flat_map(|outcome| {
        let warnings = outcome.parts.iter().filter_map(|part| part.warning.as_ref());
        outcome.error.iter().chain(warnings).map(|told| (outcome.name.as_str(), told))
    });
    let mut told: Vec<(Vec<&str>, &LastError)> = Vec::new();
    for (name, error) in of_accounts.chain(report.fault.iter().map(|fault| ("no account can be read", fault)))
    {
        let is_same = |(_, before): &&mut (Vec<&str>, &LastError)| {
            (&before.message, &before.hint) == (&error.message, &error.hint)
        };
        match told.iter_mut().find(is_same) {
            Some((names, _)) => names.push(name),
            None => told.push((vec![name], error)),
        }
    }
    told
}

/// The folders in which a sweep found mail, with their accounts.
fn found(report: &CycleReport) -> impl Iterator<Item = (&str, &FolderCount)> {
    let folders = report
        .accounts
        .iter()
        .flat_map(|outcome| outcome.folders.iter().map(|count| (outcome.name.as_str(), count)));
    folders.filter(|(_, count)| count.found > 0)
}

/// Of whose parts the history is not all read, and how far it is.
fn imports(outcome: &AccountOutcome) -> impl Iterator<Item = (&str, &Import)> {
    outcome.parts.iter().filter_map(|part| Some((outcome.name.as_str(), part.import.as_ref()?)))
}

fn account(outcome: &AccountOutcome) -> Vec<Vec<String>> {
    if outcome.folders.is_empty() {
        return vec![vec![outcome.name.clone(), "not read".to_owned()]];
    }
    outcome.folders.iter().map(|count| folder(&outcome.name, count)).collect()
}

fn folder(name: &str, count: &FolderCount) -> Vec<String> {
    let FolderCount { folder, seen_by, history, changed, failed, held, .. } = count;
    let tier = seen_by.as_deref().unwrap_or("-");
    let numbers = [count.news(), *history, *changed, *failed, *held].map(|count| count.to_string());
    [name.to_owned(), folder.title().to_owned(), tier.to_owned()].into_iter().chain(numbers).collect()
}
