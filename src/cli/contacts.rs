//! What `contacts` takes.

use super::{AccountArg, examples};
use crate::model::Direction;
use clap::{Args, Subcommand};
use std::str::FromStr;

/// Show contacts.
#[derive(Debug, Subcommand)]
pub enum ContactCommand {
    /// The contacts that are stored and not gone, by name
    #[command(after_help = examples::CONTACTS)]
    List(ContactsArgs),
    /// What the next cycle would write to a mailbox and why, and what it would not
    Plan(AccountArg),
    /// Plans that wait for a person: an account's first one, and those that overwrite or delete much at once
    #[command(subcommand, after_help = examples::BRAKE)]
    Brake(BrakeCommand),
    /// Which way the contacts of an account go, whatever contacts.direction says
    Direction(DirectionArgs),
}

/// Plans that wait for a person.
#[derive(Debug, Subcommand)]
pub enum BrakeCommand {
    /// The accounts whose plans wait
    List,
    /// What waits in one of them, as `contacts plan` shows it
    Show(AccountArg),
    /// Let out what was changed here until now, however much it is
    Approve(AccountArg),
    /// Keep it back: what was deleted here is there again, the rest stays here alone until it is changed again,
    /// or approved after all
    Reject(AccountArg),
}

/// Which way the contacts of an account go.
#[derive(Debug, Args)]
pub struct DirectionArgs {
    /// The address, the login or the id
    pub account: String,
    /// both, in (from the mailbox only), out (to it only), off, or default (what contacts.direction says)
    pub direction: DirectionWord,
}

/// A direction as it is typed: `None` is that of the installation.
#[derive(Debug, Clone, Copy)]
pub struct DirectionWord(pub Option<Direction>);

impl FromStr for DirectionWord {
    type Err = &'static str;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "default" => Ok(Self(None)),
            word => Direction::parse(word)
                .map(|direction| Self(Some(direction)))
                .ok_or("not one of both, in, out, off, default"),
        }
    }
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
