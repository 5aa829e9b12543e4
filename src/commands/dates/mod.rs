//! `dates`: how a date of a message list is read. It needs no account, key or configuration.

mod explain;
mod stream;

use super::output::Output;
use super::{CommandError, Outcome};
use crate::cli::DatesArgs;
use chrono::NaiveDateTime;

/// Wall time of a mailbox, as it is written here.
const TIME: &str = "%Y-%m-%dT%H:%M";

pub(super) fn dates(args: &DatesArgs, output: Output) -> Outcome {
    match &args.text {
        Some(text) => explain::explain(text, args, output),
        None => stream::stream(args),
    }
}

/// Wall time with or without seconds.
fn time(text: &str) -> Option<NaiveDateTime> {
    let seconds = || NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S").ok();
    NaiveDateTime::parse_from_str(text, TIME).ok().or_else(seconds)
}

fn wrong(what: &str, value: &str) -> CommandError {
    CommandError::usage(
        format!("{what}: `{value}` is not known here"),
        "`outlook-syncd dates --help` shows what is.",
    )
}
