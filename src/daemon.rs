//! The loop: the schedule, the wake-up, the stop. The work itself is `sync`'s.

use crate::config::SyncConfig;
use crate::error::Disposition;
use crate::lifecycle::Progress;
use crate::model::Trigger;
use crate::sync::{Engine, Failure, NotRun};
use std::sync::Arc;
use std::time::Duration;
use tokio_cron_scheduler::{Job, JobScheduler, JobSchedulerError};
use tokio_util::sync::CancellationToken;

/// How often the loop looks for an account that another process made due: one indexed read.
const LOOK: Duration = Duration::from_secs(2);

/// Runs cycles until it is asked to stop.
///
/// # Errors
/// When the database cannot be used at all; `systemd` then starts the daemon anew.
pub async fn run(engine: &Engine, progress: &Progress, stop: &CancellationToken) -> Result<(), Failure> {
    let mut at_fault = false;
    while !stop.is_cancelled() {
        progress.touch();
        let woken = tokio::select! {
            () = stop.cancelled() => return Ok(()),
            () = engine.wake.notified() => true,
            () = engine.clock.sleep(LOOK) => false,
        };
        match look(engine, woken, stop).await {
            Ok(()) => at_fault = false,
            // A fault that time mends, such as a database that restarts, must not end the daemon.
            Err(failure) if failure.disposition == Disposition::Retry => {
                if !std::mem::replace(&mut at_fault, true) {
                    tracing::warn!(code = failure.code, error = failure.message, "no cycle; trying again");
                }
                again(engine, woken).await;
            }
            Err(failure) => return Err(failure),
        }
    }
    Ok(())
}

/// Runs a cycle if there is cause.
async fn look(engine: &Engine, woken: bool, stop: &CancellationToken) -> Result<(), Failure> {
    if woken || is_due(engine).await? { cycle(engine, woken, stop).await } else { Ok(()) }
}

/// Whoever woke the loop still waits for a report.
async fn again(engine: &Engine, woken: bool) {
    engine.clock.sleep(LOOK).await;
    if woken {
        engine.wake.notify_one();
    }
}

async fn is_due(engine: &Engine) -> Result<bool, Failure> {
    let holder = engine.holder().map_err(|error| Failure::lock(&error))?;
    let now = engine.clock.now();
    Ok(engine.store.next_due(&holder, now).await?.is_some_and(|at| at <= now))
}

async fn cycle(engine: &Engine, woken: bool, stop: &CancellationToken) -> Result<(), Failure> {
    match engine.cycle(Trigger::Daemon, stop).await {
        Ok(report) => {
            let accounts = report.accounts.len();
            let worst = report.worst().map(Disposition::as_str);
            tracing::info!(accounts, worst, interrupted = report.interrupted, "cycle ended");
            Ok(())
        }
        Err(NotRun::Held(held)) => {
            tracing::info!(%held, "a cycle of another process runs; waiting for its end");
            again(engine, woken).await;
            Ok(())
        }
        Err(NotRun::Failed(failure)) => Err(failure),
    }
}

/// Starts the schedule: at each of its times the loop is woken, nothing else.
///
/// # Errors
/// When the scheduler refuses the expression, which the configuration has checked.
pub async fn schedule(engine: Arc<Engine>, settings: &SyncConfig) -> Result<JobScheduler, JobSchedulerError> {
    // The scheduler's expressions begin with seconds.
    let expression = format!("0 {}", settings.schedule_text);
    let wake = move |_, _| engine.wake.notify_one();
    let scheduler = JobScheduler::new().await?;
    scheduler.add(Job::new_tz(expression, settings.time_zone, wake)?).await?;
    scheduler.start().await?;
    Ok(scheduler)
}
