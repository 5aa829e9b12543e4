//! JSON lines in, JSON lines out. Lines of one list that follow each other are read together.

use super::super::output::print;
use super::super::{CommandError, Outcome};
use super::{TIME, time};
use crate::cli::DatesArgs;
use crate::dates::{Confidence, Granularity, Habits, Reader, Reading, Row, zone};
use crate::error::Exit;
use chrono::{MappedLocalTime, NaiveDateTime, TimeZone};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::io::{BufRead, ErrorKind};

/// A line of the input; `now` is wall time of the mailbox's zone.
#[derive(Debug, Deserialize)]
struct Line {
    string: String,
    locale: Option<String>,
    tz: Option<String>,
    now: Option<String>,
    date_format: Option<String>,
    time_format: Option<String>,
    list: Option<String>,
    row: Option<i64>,
    header: Option<String>,
}

/// A line that was understood.
struct Asked {
    line: Line,
    now: NaiveDateTime,
    zone: Option<Tz>,
}

/// A line of the output; `at` and the alternatives are wall time as well.
#[derive(Debug, Serialize)]
struct DateLine<'a> {
    string: &'a str,
    at: Option<String>,
    granularity: Option<Granularity>,
    confidence: Option<Confidence>,
    alternatives: Vec<String>,
}

/// What the input gave so far of one list, and the readers that were made.
#[derive(Default)]
struct DateStream {
    readers: HashMap<Habits, Reader>,
    list: Vec<Asked>,
}

pub(super) fn stream(args: &DatesArgs) -> Outcome {
    let mut stream = DateStream::default();
    for (number, line) in (1..).zip(std::io::stdin().lock().lines()) {
        let parsed = match line {
            Ok(line) if line.trim().is_empty() => continue,
            Ok(line) => parse(&line, args),
            Err(error) if error.kind() == ErrorKind::InvalidData => Err("it is not UTF-8".to_owned()),
            Err(error) => return Err(error.into()),
        };
        match parsed {
            Ok(asked) => {
                if !stream.add(asked)? {
                    return Ok(Exit::Success);
                }
            }
            Err(why) => {
                stream.answer()?;
                return Err(bad_line(number, &why));
            }
        }
    }
    stream.answer()?;
    Ok(Exit::Success)
}

fn bad_line(number: usize, why: &str) -> CommandError {
    let next = "each line is a JSON object with `string` and `now`; docs/configuration.md, \"Read dates\", \
                shows all keys.";
    CommandError::usage(format!("line {number} of the input: {why}"), next)
}

/// What a line does not say the command line may.
fn parse(text: &str, args: &DatesArgs) -> Result<Asked, String> {
    let mut line: Line = serde_json::from_str(text).map_err(|error| error.to_string())?;
    line.locale = line.locale.or_else(|| args.locale.clone());
    line.date_format = line.date_format.or_else(|| args.date_format.clone());
    line.time_format = line.time_format.or_else(|| args.time_format.clone());
    let now = line.now.as_deref().or(args.now.as_deref()).ok_or("`now` is missing")?;
    let now = time(now).ok_or("`now` is not a time such as 2026-02-04T15:30")?;
    let tz = line.tz.as_deref().or(args.tz.as_deref());
    let zone = tz.map(|tz| zone(tz).ok_or_else(|| format!("`{tz}` is not a time zone that is known here")));
    Ok(Asked { now, zone: zone.transpose()?, line })
}

impl DateStream {
    /// A line that begins another list ends the one before. Whether anybody takes the answers.
    fn add(&mut self, asked: Asked) -> Result<bool, CommandError> {
        let ends = |last: &Asked| last.line.list.is_none() || last.line.list != asked.line.list;
        let taken = !self.list.last().is_some_and(ends) || self.answer()?;
        self.list.push(asked);
        Ok(taken)
    }

    /// Reads what was gathered in the order of its rows, and answers in the order of its lines. Whether
    /// anybody takes the answers.
    fn answer(&mut self) -> Result<bool, CommandError> {
        let lines = std::mem::take(&mut self.list);
        let Some(first) = lines.first() else { return Ok(true) };
        let reader = self.readers.entry(first.habits()).or_insert_with_key(Reader::new);
        let mut order: Vec<_> = (0..lines.len()).collect();
        order.sort_by_key(|&at| lines[at].line.row);
        let rows: Vec<_> = order.iter().map(|&at| lines[at].row()).collect();
        let readings = match rows.as_slice() {
            [row] => vec![reader.read(row.text, first.now)],
            rows => reader.read_list(rows, first.now),
        };
        let mut answers: Vec<_> = order.into_iter().zip(readings).collect();
        answers.sort_by_key(|(at, _)| *at);
        let answers =
            answers.into_iter().map(|(at, reading)| serde_json::to_string(&lines[at].answer(reading)));
        print(&answers.collect::<Result<Vec<_>, _>>().map_err(std::io::Error::from)?.join("\n"))
    }
}

impl Asked {
    fn habits(&self) -> Habits {
        Habits {
            locale: self.line.locale.clone(),
            date_format: self.line.date_format.clone(),
            time_format: self.line.time_format.clone(),
            words: Vec::new(),
        }
    }

    fn row(&self) -> Row<'_> {
        Row { text: &self.line.string, header: self.line.header.as_deref() }
    }

    /// A time that the zone's clock skipped was never shown; one that it showed twice is not sure.
    fn answer(&self, reading: Option<Reading>) -> DateLine<'_> {
        let times = |at: &NaiveDateTime| {
            self.zone.map_or(1, |zone| match zone.from_local_datetime(at) {
                MappedLocalTime::None => 0,
                MappedLocalTime::Single(_) => 1,
                MappedLocalTime::Ambiguous(..) => 2,
            })
        };
        let to_the_minute = |reading: &Reading| reading.granularity == Granularity::Minute;
        let reading = reading.filter(|reading| !to_the_minute(reading) || times(&reading.at) > 0);
        let twice = reading.as_ref().is_some_and(|reading| to_the_minute(reading) && times(&reading.at) > 1);
        let shown = |at: NaiveDateTime| at.format(TIME).to_string();
        DateLine {
            string: &self.line.string,
            at: reading.as_ref().map(|reading| shown(reading.at)),
            granularity: reading.as_ref().map(|reading| reading.granularity),
            confidence: reading.as_ref().map(|reading| {
                if twice { reading.confidence.min(Confidence::Medium) } else { reading.confidence }
            }),
            alternatives: reading.into_iter().flat_map(|reading| reading.alternatives).map(shown).collect(),
        }
    }
}
