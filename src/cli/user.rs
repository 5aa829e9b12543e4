//! What `user` takes.

use super::examples;
use crate::model::is_operator_name;
use clap::{Args, Subcommand};

/// Who may sign in to the dashboard by a password.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Let an operator sign in; asks for the password twice
    #[command(after_help = examples::ADD_USER)]
    Add(UserArgs),
    /// All operators who may sign in by a password
    List,
    /// Take an operator's right to sign in away, and end what they are signed in with
    Remove {
        /// What they are called
        #[arg(value_parser = name)]
        name: String,
    },
    /// Give an operator another password, and end what they are signed in with
    Password(UserArgs),
}

/// Whose password it is.
#[derive(Debug, Args)]
pub struct UserArgs {
    /// What they are called
    #[arg(value_parser = name)]
    pub name: String,
    /// Read the password from standard input instead of a prompt: 15 characters or more
    #[arg(long)]
    pub password_stdin: bool,
}

fn name(typed: &str) -> Result<String, &'static str> {
    if is_operator_name(typed) {
        Ok(typed.to_owned())
    } else {
        Err("a name is of visible characters, at most 64 bytes")
    }
}
