//! What `contacts journal` and `contacts undo` take.

use clap::Args;
use std::time::Duration;

/// Which writes to show.
#[derive(Debug, Args)]
pub struct JournalArgs {
    /// The address, the login or the id
    pub account: String,
    /// Which of them.
    #[command(flatten)]
    pub which: WritesArgs,
    /// How many, the latest first
    #[arg(long, default_value_t = 20)]
    pub limit: u32,
}

/// Which writes to take back.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("which").required(true).multiple(true).args(["run", "contact", "write", "since"]))]
pub struct UndoArgs {
    /// The address, the login or the id
    pub account: String,
    /// Which of them.
    #[command(flatten)]
    pub which: WritesArgs,
    /// Show what would be done, and do nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// Writes to a mailbox, all of them where nothing is named.
#[derive(Debug, Args)]
pub struct WritesArgs {
    /// Only those of this run, as `contacts journal` shows it
    #[arg(long, value_name = "ID")]
    pub run: Option<String>,
    /// Only those of this contact, by its id, its external id or an e-mail address
    #[arg(long, value_name = "ID")]
    pub contact: Option<String>,
    /// Only this one, by its id
    #[arg(long, value_name = "ID")]
    pub write: Option<String>,
    /// Only those of the last while, such as 2h
    #[arg(long, value_name = "TIME", value_parser = super::span)]
    pub since: Option<Duration>,
}
