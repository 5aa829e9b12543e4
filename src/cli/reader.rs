//! What `reader` takes.

use super::account::owner;
use super::examples;
use crate::model::is_role;
use clap::{ArgGroup, Args, Subcommand};

/// Let programs in that read the database by SQL, and put them out (PostgreSQL).
#[derive(Debug, Subcommand)]
pub enum ReaderCommand {
    /// Make a role that reads the views and nothing else; prints its password, once, to standard output
    #[command(after_help = examples::ADD_READER)]
    Add(ReaderArgs),
    /// All readers and whose accounts they see
    List,
    /// Put a reader out: it reads nothing from the next statement on, and its role is dropped if it was made here
    Remove {
        /// The role
        #[arg(value_parser = role)]
        role: String,
    },
}

/// Which reader to let in.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("whose").required(true).args(["owners", "everybody"]))]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag that a person gives or does not")]
pub struct ReaderArgs {
    /// The name of the role, which is unique on the whole server
    #[arg(value_parser = role)]
    pub role: String,
    /// A user whose accounts it sees; repeat for several
    #[arg(long = "owner", value_name = "USER", value_parser = owner)]
    pub owners: Vec<String>,
    /// It sees everybody's accounts
    #[arg(long)]
    pub everybody: bool,
    /// It may also hand in changes of contacts
    #[arg(long)]
    pub contacts: bool,
    /// The role is there already, with its own password; of a reader, change what it sees
    #[arg(long, conflicts_with = "password_stdin")]
    pub existing: bool,
    /// Read the password from standard input instead of making one: at least 16 printable characters of ASCII
    #[arg(long)]
    pub password_stdin: bool,
}

fn role(typed: &str) -> Result<String, &'static str> {
    if is_role(typed) {
        Ok(typed.to_owned())
    } else {
        Err("it is no name of a role: at most 63 bytes, not public, none or pg_…")
    }
}
