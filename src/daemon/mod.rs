//! The loop: the schedule, the wake-up, the stop. The work itself is `sync`'s.

pub mod post;
mod sending;

pub use sending::send;

use crate::lifecycle::Heartbeat;
use crate::model::{CycleReport, FolderCount, LastError, Trigger};
use crate::sync::{Cycle, NotRun};
use chrono::{DateTime, TimeDelta, Utc};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio_cron_scheduler::{Job, JobScheduler, JobSchedulerError};
use tokio_util::sync::CancellationToken;

/// How often the loop looks for an account that another process made due: one indexed read.
const LOOK: Duration = Duration::from_secs(2);
/// The longest time between two tries while something keeps every account from being read.
const LONGEST: Duration = Duration::from_mins(1);

/// By how much a clock that is set ahead has to move to be told.
const NOTICED: TimeDelta = TimeDelta::minutes(1);

/// Runs cycles until it is asked to stop. No fault ends it: a full disk, a missing browser, a database that
/// restarts are told once by `fault`, and tried again ever more slowly.
pub async fn run(
    cycle: &Cycle,
    fault: &watch::Sender<Option<LastError>>,
    progress: &Heartbeat,
    stop: &CancellationToken,
) {
    // Whoever wakes the loop may wait for a report: until there is one, the wish stands.
    let (mut asked, mut faults) = (false, Faults::default());
    // What a life before left behind may be of another clock.
    let mut clock_set = true;
    while !stop.is_cancelled() {
        progress.touch();
        let (before, wait) = (cycle.clock().now(), pause(faults.count));
        tokio::select! {
            () = stop.cancelled() => return,
            () = cycle.woken() => asked = true,
            () = cycle.clock().sleep(wait) => {}
        }
        clock_set |= is_set(before, wait, cycle.clock().now());
        let met = match look(cycle, asked, &mut clock_set, stop).await {
            Ok(Look::Idle { nobody }) => {
                asked = false;
                if faults.stand(nobody) {
                    continue;
                }
                None
            }
            Ok(Look::Cycle(report)) => {
                (asked, faults.in_cycle) = (false, true);
                report.fault
            }
            Err(NotRun::Held(held)) => {
                tracing::debug!(%held, "a cycle of another process runs; waiting for its end");
                continue;
            }
            Err(NotRun::Failed(failure)) => {
                faults.in_cycle = false;
                Some(failure.at(cycle.clock().now()))
            }
        };
        faults.count = if met.is_some() { faults.count + 1 } else { 0 };
        tell(fault, met);
    }
}

/// What kept every account from being read, look after look.
#[derive(Debug, Default)]
struct Faults {
    /// In a row.
    count: u32,
    /// Whether the last one was met in a cycle.
    in_cycle: bool,
}

impl Faults {
    /// Whether the fault stands although nothing is due now. One met in a cycle stands until a cycle ends
    /// well, or until `nobody` will ever be due; one met before a cycle, until a look gets past it.
    fn stand(&self, nobody: bool) -> bool {
        self.count > 0 && self.in_cycle && !nobody
    }
}

/// What came of a look.
enum Look {
    /// No account is due; whether there is none at all that ever will be.
    Idle { nobody: bool },
    /// A cycle ran; its report.
    Cycle(CycleReport),
}

/// The wait after so many faults in a row.
#[must_use]
pub fn pause(faults: u32) -> Duration {
    LOOK.saturating_mul(2_u32.saturating_pow(faults)).min(LONGEST)
}

/// Says what keeps every account from being read, or that nothing does any more; the same is said once.
pub fn tell(said: &watch::Sender<Option<LastError>>, fault: Option<LastError>) {
    said.send_if_modified(|known| {
        match (&known, &fault) {
            (None, None) => return false,
            // The same, if in other words: what Chromium says has its process and the time in it.
            (Some(before), Some(now)) if before.code == now.code => {
                *known = Some(LastError { at: before.at, ..now.clone() });
                return true;
            }
            (_, Some(LastError { code, message, hint, .. })) => {
                tracing::error!(code, error = message, hint, "no account can be read; trying again");
            }
            (Some(LastError { code, .. }), None) => tracing::info!(code, "accounts can be read again"),
        }
        *known = fault;
        true
    });
}

/// A page that was read and stored says, before its cycle ends, that nothing keeps every account from being
/// read.
pub fn got_on(said: &watch::Sender<Option<LastError>>, page: Option<&FolderCount>) {
    if page.is_some_and(|page| page.seen > 0) {
        tell(said, None);
    }
}

/// Whether the clock was set during a wait, which is told; a machine that slept looks alike.
fn is_set(before: DateTime<Utc>, wait: Duration, now: DateTime<Utc>) -> bool {
    let back = now < before;
    let is_set = back || now - before > TimeDelta::from_std(wait).unwrap_or_default() + NOTICED;
    if is_set {
        let seconds = (now - before).num_seconds().unsigned_abs();
        tracing::warn!(
            seconds,
            back,
            "the clock was set, or the machine slept; the schedule goes by it from here"
        );
    }
    is_set
}

/// Runs a cycle if an account is due or somebody waits for a report. What is due is looked over after the
/// clock was set.
async fn look(
    cycle: &Cycle,
    asked: bool,
    clock_set: &mut bool,
    stop: &CancellationToken,
) -> Result<Look, NotRun> {
    if *clock_set {
        cycle.bring_forward().await?;
        *clock_set = false;
    }
    cycle.see_to_audit().await?;
    let awaited = asked && cycle.is_awaited();
    let (due, now) = (cycle.next_due().await?, cycle.clock().now());
    if !awaited && due.is_none_or(|at| at > now) {
        return Ok(Look::Idle { nobody: due.is_none() });
    }
    let report = cycle.run(Trigger::Daemon, stop).await?;
    log(&report);
    Ok(Look::Cycle(report))
}

/// One line for all accounts; a fault has a line of its own.
fn log(report: &CycleReport) {
    let accounts = report.accounts.len();
    if accounts == 0 {
        tracing::debug!("cycle ended, no account was due");
        return;
    }
    let failed = report.accounts.iter().filter(|account| account.error.is_some()).count();
    let folders = || report.accounts.iter().flat_map(|account| &account.folders);
    let new: u64 = folders().map(FolderCount::news).sum();
    let history = Some(folders().map(|count| count.history).sum::<u64>()).filter(|history| *history > 0);
    let changed: u64 = folders().map(|count| count.changed).sum();
    let seconds = (report.finished_at - report.started_at).as_seconds_f32();
    let seconds = format_args!("{seconds:.1}");
    let interrupted = report.interrupted.then_some(true);
    tracing::info!(accounts, failed, new, history, changed, %seconds, interrupted, "cycle ended");
}

/// Starts the schedule: at each of its times the loop is woken, nothing else.
///
/// # Errors
/// When the scheduler refuses the expression, which the configuration has checked.
pub async fn schedule(cycle: Arc<Cycle>) -> Result<JobScheduler, JobSchedulerError> {
    let settings = cycle.settings();
    // The scheduler's expressions begin with seconds.
    let expression = format!("0 {}", settings.schedule_text);
    let time_zone = settings.time_zone;
    let wake = move |_, _| cycle.wake();
    let scheduler = JobScheduler::new().await?;
    scheduler.add(Job::new_tz(expression, time_zone, wake)?).await?;
    scheduler.start().await?;
    Ok(scheduler)
}

#[cfg(test)]
mod tests;
