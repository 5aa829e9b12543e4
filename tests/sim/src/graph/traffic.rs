//! How much a mailbox bears: requests at once, requests in ten minutes, and pauses that were asked for.

use std::collections::{HashMap, VecDeque};

use axum::http::header;
use axum::response::Response;
use chrono::{DateTime, TimeDelta, Utc};

use super::GraphError;
use crate::sim::Sim;

/// What the doorkeeper remembers of a mailbox.
#[derive(Default)]
struct Of {
    inside: usize,
    recent: VecDeque<DateTime<Utc>>,
    /// Nobody may come before.
    not_before: Option<DateTime<Utc>>,
}

/// What the doorkeeper remembers.
#[derive(Default)]
pub(crate) struct Traffic(HashMap<String, Of>);

/// A request that is being answered.
pub(super) struct Visit {
    sim: Sim,
    smtp: String,
}

impl Drop for Visit {
    fn drop(&mut self) {
        self.sim.traffic().of(&self.smtp).inside -= 1;
    }
}

impl Traffic {
    fn of(&mut self, smtp: &str) -> &mut Of {
        self.0.entry(smtp.to_lowercase()).or_default()
    }
}

/// Lets a request in. Who is not let in learns why: the action for the log, and the answer.
pub(super) fn admit(sim: &Sim, smtp: &str) -> Result<Visit, (&'static str, GraphError)> {
    let (now, settings) = (sim.now(), sim.settings(smtp).graph);
    let mut traffic = sim.traffic();
    let of = traffic.of(smtp);
    of.recent.push_back(now);
    while of.recent.front().is_some_and(|first| now - *first > TimeDelta::minutes(10)) {
        of.recent.pop_front();
    }
    if let Some(wait) = of.not_before.map(|then| then - now).filter(|wait| *wait > TimeDelta::zero()) {
        return Err(("early", GraphError::throttled(&seconds(wait))));
    }
    if of.recent.len() > settings.most_in_ten_minutes {
        return Err(("over_budget", GraphError::throttled("60")));
    }
    if of.inside >= settings.most_at_once {
        return Err(("too_many_at_once", GraphError::concurrency().with("retry-after", "1")));
    }
    of.inside += 1;
    Ok(Visit { sim: sim.clone(), smtp: smtp.to_owned() })
}

fn seconds(wait: TimeDelta) -> String {
    (wait.num_seconds() + 1).to_string()
}

/// Remembers until when an answer told the client to stay away.
pub(super) fn hold(sim: &Sim, smtp: &str, answer: &Response) {
    let told =
        answer.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse::<f64>().ok());
    let Some(seconds) = told.filter(|seconds| (0.0..86_400.0).contains(seconds)) else { return };
    #[expect(clippy::cast_possible_truncation, reason = "at most a day")]
    let wait = TimeDelta::milliseconds((seconds * 1000.0) as i64);
    sim.traffic().of(smtp).not_before = Some(sim.now() + wait);
}
