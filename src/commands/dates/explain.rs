//! One text, for a person: how it was read, and what else it could be.

use super::super::Outcome;
use super::super::output::{Output, table};
use super::{TIME, time, wrong};
use crate::cli::DatesArgs;
use crate::clock::Clock;
use crate::dates::{Confidence, Explained, Granularity, Habits, Reader, zone};
use crate::error::Exit;
use chrono::NaiveDateTime;
use serde::Serialize;

/// How a text was read.
#[derive(Debug, Serialize)]
struct ExplainedText<'a> {
    string: &'a str,
    compared_as: Option<String>,
    now: String,
    at: Option<String>,
    granularity: Option<Granularity>,
    confidence: Option<Confidence>,
    readings: Vec<Reason>,
}

/// One reading, the likeliest first.
#[derive(Debug, Serialize)]
struct Reason {
    at: String,
    cost: u32,
    format: Option<String>,
}

pub(super) fn explain(text: &str, args: &DatesArgs, output: Output) -> Outcome {
    let habits = Habits {
        locale: args.locale.clone(),
        date_format: args.date_format.clone(),
        time_format: args.time_format.clone(),
        words: Vec::new(),
    };
    let (reader, now) = (Reader::new(&habits), now(args)?);
    let reading = reader.read(text, now);
    let read = ExplainedText {
        string: text,
        compared_as: Reader::plain(text),
        now: shown(now),
        at: reading.as_ref().map(|reading| shown(reading.at)),
        granularity: reading.as_ref().map(|reading| reading.granularity),
        confidence: reading.as_ref().map(|reading| reading.confidence),
        readings: reader.explain(text, now).into_iter().map(Reason::from).collect(),
    };
    output.value(&read, |read| for_a_person(read, reading.map(|reading| reading.at)))?;
    Ok(Exit::Success)
}

/// The wall time that was given, else the zone's now.
fn now(args: &DatesArgs) -> Result<NaiveDateTime, super::CommandError> {
    let name = args.tz.as_deref().unwrap_or("UTC");
    let zone = zone(name).ok_or_else(|| wrong("the time zone", name))?;
    match args.now.as_deref() {
        Some(text) => time(text).ok_or_else(|| wrong("the time", text)),
        None => Ok(Clock::System.now().with_timezone(&zone).naive_local()),
    }
}

fn shown(at: NaiveDateTime) -> String {
    at.format(TIME).to_string()
}

impl From<Explained> for Reason {
    fn from(reading: Explained) -> Self {
        Self { at: shown(reading.at), cost: reading.cost, format: reading.format }
    }
}

fn for_a_person(read: &ExplainedText<'_>, at: Option<NaiveDateTime>) -> String {
    let compared = read.compared_as.as_deref().unwrap_or("nothing: it is too long");
    let head = format!("{} at {}\n  compared as: {compared}\n", read.string, read.now);
    let Some((at, confidence)) = at.zip(read.confidence) else {
        return head + "  not read: a word is not known, or nothing that it can mean lies in the past";
    };
    let (format, exactly) = match read.granularity {
        Some(Granularity::Day) => ("%A, %-d %B %Y", "to the day"),
        Some(Granularity::Minute) | None => ("%A, %-d %B %Y, %H:%M", "to the minute"),
    };
    let sure = match confidence {
        Confidence::High => "surely",
        Confidence::Medium => "likely",
        Confidence::Low => "perhaps",
    };
    let mut rows = vec![["READING", "COST", "FORMAT"].map(str::to_owned).to_vec()];
    rows.extend(read.readings.iter().map(|reason| {
        vec![
            reason.at.clone(),
            reason.cost.to_string(),
            reason.format.clone().unwrap_or_else(|| "-".to_owned()),
        ]
    }));
    format!("{head}  {sure} {}, {exactly}\n\n{}", at.format(format), table(&rows))
}
