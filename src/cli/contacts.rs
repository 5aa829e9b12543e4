//! What `contacts` takes.

use super::examples;
use clap::{Args, Subcommand};

/// Show contacts.
#[derive(Debug, Subcommand)]
pub enum ContactCommand {
    /// The contacts that are stored and not gone, by name
    #[command(after_help = examples::CONTACTS)]
    List(ContactsArgs),
}

/// Which contacts to show.
#[derive(Debug, Args)]
pub struct ContactsArgs {
    /// The address, the login or the id [default: every account]
    pub account: Option<String>,
    /// Only those with each of these words in a name, the company, an address or a number
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub search: String,
    /// How many
    #[arg(long, default_value_t = 20)]
    pub limit: u32,
}
