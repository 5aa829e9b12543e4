//! Text for people or JSON for programs, to standard output; reasons to standard error.

use super::error::CommandError;
use crate::error::WhoseTurn;
use crate::model::{Import, printable};
use crate::sync::Failure;
use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use std::io::{BufRead, ErrorKind, Write};

/// How to print.
#[derive(Debug, Clone, Copy)]
pub(super) struct Output {
    /// JSON instead of text.
    pub(super) json: bool,
    /// Whether standard error is the journal.
    pub(super) journal: bool,
}

/// Why a command stopped, for programs.
#[derive(Serialize)]
struct Stopped<'a> {
    error: &'static str,
    message: &'a str,
    whose_turn: WhoseTurn,
    hint: &'a str,
}

impl Output {
    /// Prints a value, as `print` does: `text` makes the form for people.
    pub(super) fn value<T: Serialize + ?Sized>(
        self,
        value: &T,
        text: impl FnOnce(&T) -> String,
    ) -> Result<bool, CommandError> {
        let text = if self.json {
            serde_json::to_string_pretty(value).map_err(std::io::Error::from)?
        } else {
            printable(&text(value))
        };
        print(text.trim_end())
    }

    /// Prints why a command stopped.
    pub(super) fn stopped(self, error: &CommandError) {
        let Failure { meaning, message } = &error.failure;
        let hint = meaning.hint();
        if self.json {
            let (error, whose_turn) = (meaning.code, meaning.whose_turn);
            let stopped = Stopped { error, message, whose_turn, hint: &hint };
            let _ = serde_json::to_string(&stopped).map(|json| writeln!(std::io::stdout(), "{json}"));
        }
        // The journal's priority of an error (sd-daemon(3)).
        let priority = if self.journal { "<3>" } else { "" };
        let _ = writeln!(std::io::stderr(), "{priority}outlook-syncd: {}", printable(message));
        let _ = writeln!(std::io::stderr(), "{priority}  {}", printable(&hint));
    }
}

/// Asks whoever sits at the terminal; anything but yes is no.
pub(super) fn says_yes(question: &str) -> std::io::Result<bool> {
    let _ = write!(std::io::stderr(), "{question} [y/N] ");
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    Ok(["y", "yes"].iter().any(|yes| line.trim().eq_ignore_ascii_case(yes)))
}

/// Writes lines to standard output, at once. Whether anybody took them: a reader that went away (`| head`) is
/// no failure of the command, everything else is one.
pub(super) fn print(lines: &str) -> Result<bool, CommandError> {
    let mut output = std::io::stdout().lock();
    taken(writeln!(output, "{lines}").and_then(|()| output.flush()))
}

/// What a write to standard output came to.
pub(super) fn taken(written: std::io::Result<()>) -> Result<bool, CommandError> {
    match written {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(CommandError::output(&error)),
    }
}

/// Says something to the person at the terminal, beside the command's own output.
pub(super) fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{}", printable(text));
}

/// Lines of columns, each as wide as its widest cell. A cell is one line, and printable.
pub(super) fn table(rows: &[Vec<String>]) -> String {
    let cell = |cell: &String| printable(cell).replace('\n', " ");
    let rows: Vec<Vec<_>> = rows.iter().map(|row| row.iter().map(cell).collect()).collect();
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width =
        |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widths: Vec<_> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, &width)| format!("{cell:<width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// So many of them, in words: `1 item`, `2 items`.
pub(super) fn counted(count: impl Into<i128>, what: &str) -> String {
    match count.into() {
        1 => format!("1 {what}"),
        count => format!("{count} {what}s"),
    }
}

/// How long ago, or in how long, in a person's words.
pub(super) fn ago(at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> String {
    let Some(at) = at else { return "-".to_owned() };
    let (span, size) = (now - at, words(now - at));
    if span < TimeDelta::zero() { format!("in {size}") } else { format!("{size} ago") }
}

/// How much of a history is held, and about how long the rest takes where that can be told.
pub(super) fn done(import: &Import, now: DateTime<Utc>) -> String {
    let percent = format!("{} %", import.percent());
    match import.ends_at {
        Some(at) if at > now => format!("{percent}, about {}", words(at - now)),
        Some(_) | None => percent,
    }
}

/// So many days are told by the day, and by the month.
const DAYS_OF_MONTH: i64 = 30;
const DAYS_OF_YEAR: i64 = 365;

fn words(span: TimeDelta) -> String {
    match span.abs() {
        short if short.num_minutes() < 1 => format!("{} s", short.num_seconds()),
        short if short.num_hours() < 1 => format!("{} min", short.num_minutes()),
        long if long.num_days() < 1 => format!("{} h", long.num_hours()),
        days if days.num_days() <= DAYS_OF_MONTH => counted(days.num_days(), "day"),
        months if months.num_days() <= DAYS_OF_YEAR => {
            counted(months.num_days() * 12 / DAYS_OF_YEAR, "month")
        }
        years => counted(years.num_days() / DAYS_OF_YEAR, "year"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let row = |cells: [&str; 2]| cells.map(str::to_owned).to_vec();
        assert_eq!(table(&[row(["a", "bb"]), row(["ccc", ""])]), "a    bb\nccc");
    }

    #[test]
    fn what_mail_says_controls_no_terminal_and_begins_no_row() {
        let cell = |text: &str| table(&[vec![text.to_owned()]]);
        assert_eq!(cell("a\x1b[2J\u{9b}b\nc"), "a [2J b c");
    }

    #[test]
    fn one_is_not_several() {
        assert_eq!(
            [0_i64, 1, 2].map(|count| counted(count, "item")),
            ["0 items", "1 item", "2 items"].map(str::to_owned)
        );
    }

    #[test]
    fn times_in_words() {
        let now = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
        let minutes = |count| Some(now - TimeDelta::minutes(count));
        assert_eq!(ago(minutes(3), now), "3 min ago");
        assert_eq!(ago(minutes(-90), now), "in 1 h");
        let days = |count: i64| ago(minutes(count * 1440), now);
        assert_eq!([1, 30, 31, -364].map(days), ["1 day ago", "30 days ago", "1 month ago", "in 11 months"]);
        assert_eq!([365, 800].map(days), ["12 months ago", "2 years ago"]);
        assert_eq!(ago(None, now), "-");
    }

    #[test]
    fn how_far_a_history_is_read_in_words() {
        let now = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
        let before = Import { since: now - TimeDelta::hours(1), from: 20_000, done: 20_000, ends_at: None };
        assert_eq!(done(&before, now), "2 %");
        let import = Import::after(Some(&before), 120_000, now);
        assert_eq!(done(&import, now), "12 %, about 8 h");
        assert_eq!(done(&import, now + TimeDelta::hours(9)), "12 %", "it took longer");
        let almost = Import::after(Some(&before), 999_000, now);
        assert_eq!(done(&almost, now), "99 %, about 3 s");
    }
}
