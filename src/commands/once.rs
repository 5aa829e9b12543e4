//! `--once`: one cycle, a summary, an exit code that tells how it went.

use super::output::{Output, table};
use super::{Outcome, Stop, progress};
use crate::app::App;
use crate::config::Config;
use crate::lifecycle::Stop as Stopping;
use crate::lock;
use crate::model::{AccountOutcome, CycleReport, FolderCount, Trigger};
use crate::store::Schema;
use crate::sync::{Engine, Failure, NotRun};
use std::fmt::Write as _;

pub(super) async fn once(config: &Config, wait: bool, output: Output) -> Outcome {
    super::want_browser(&config.browser.executable)?;
    let (bar, progress) = progress::spinner();
    let app = super::open_with(config, Schema::Update, progress).await?;
    let stop = Stopping::on_signals()?;
    let report = tokio::select! {
        report = cycle(&app, wait, &stop) => report,
        () = stop.hard.cancelled() => Err(Stop::interrupted()),
    };
    bar.finish_and_clear();
    app.close().await;
    let report = report?;
    output.value(&report, summary);
    Ok(report.exit_code())
}

/// One cycle; with `wait`, when the one that runs has ended.
async fn cycle(app: &App, wait: bool, stop: &Stopping) -> Result<CycleReport, Stop> {
    let Engine { lock_file, clock, .. } = app.engine.as_ref();
    loop {
        match app.engine.cycle(Trigger::Once, &stop.soft).await {
            Err(NotRun::Held(held)) if wait => {
                tracing::info!(%held, "waiting for its end");
                tokio::select! {
                    free = lock::released(lock_file, clock) => free.map_err(|error| Failure::lock(&error))?,
                    () = stop.soft.cancelled() => return Err(held.into()),
                }
            }
            other => return Ok(other?),
        }
    }
}

fn summary(report: &CycleReport) -> String {
    if report.accounts.is_empty() {
        return "no account was due; `outlook-syncd sync` makes them due, `status` shows them".to_owned();
    }
    let mut rows = vec![
        ["ACCOUNT", "FOLDER", "READ BY", "NEW", "CHANGED", "FAILED", "HELD"].map(str::to_owned).to_vec(),
    ];
    rows.extend(report.accounts.iter().flat_map(account));
    let mut text = table(&rows);
    for (outcome, error) in
        report.accounts.iter().filter_map(|outcome| Some((outcome, outcome.error.as_ref()?)))
    {
        let _ = write!(text, "\n\n{}: {}\n  {}", outcome.name, error.message, error.hint);
    }
    if report.interrupted {
        text += "\n\nstopped before all due accounts were read; the next cycle goes on";
    }
    text
}

fn account(outcome: &AccountOutcome) -> Vec<Vec<String>> {
    if outcome.folders.is_empty() {
        return vec![vec![outcome.name.clone(), "not read".to_owned()]];
    }
    outcome.folders.iter().map(|count| folder(&outcome.name, count)).collect()
}

fn folder(name: &str, count: &FolderCount) -> Vec<String> {
    let FolderCount { folder, tier, new, changed, failed, held, .. } = count;
    let tier = tier.map_or("-", crate::model::Tier::as_str);
    let numbers = [new, changed, failed, held].map(u64::to_string);
    [name.to_owned(), folder.as_str().to_owned(), tier.to_owned()].into_iter().chain(numbers).collect()
}
