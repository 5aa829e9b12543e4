//! `token`: what is said of tokens for the API.

use super::account::owner;
use super::{examples, span};
use crate::model::{Networks, Resource, Scope};
use clap::{Args, Subcommand};
use std::time::Duration;

/// Make, list and revoke tokens for the API.
#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Make a token and print it, once, to standard output
    #[command(after_help = examples::NEW_TOKEN)]
    New(TokenArgs),
    /// All tokens, without themselves
    List,
    /// Destroy a token: from the next request on it is refused
    #[command(after_help = examples::REVOKE)]
    Revoke {
        /// How the token begins or what it is for, as `token list` shows it, or its id
        token: String,
    },
    /// Refuse what the CRM has signed for a user until now (JWT), and sign them out of the dashboard: they have to sign in again
    #[command(after_help = examples::REFUSE)]
    Refuse {
        /// The CRM's id of the user
        #[arg(value_name = "USER", value_parser = owner)]
        user: String,
    },
}

fn resource(typed: &str) -> Result<Resource, &'static str> {
    Resource::parse(typed).ok_or("not one of graph, outlook")
}

/// Which token to make.
#[derive(Debug, Args)]
pub struct TokenArgs {
    /// What it is for, such as the program that gets it
    #[arg(value_parser = purpose)]
    pub name: String,
    /// What it may do: read (see accounts and contacts), sync (begin a cycle), contacts (change contacts),
    /// admin (connect and disconnect), tokens (be given access tokens); repeat for several
    #[arg(long = "scope", value_name = "SCOPE", required = true)]
    pub scopes: Vec<Scope>,
    /// The one user whose accounts it reaches [default: everybody's]
    #[arg(long, value_name = "USER", value_parser = owner)]
    pub owner: Option<String>,
    /// The one account whose routes it opens, by its address, login or id, and no other route
    #[arg(long, value_name = "ACCOUNT")]
    pub account: Option<String>,
    /// With the scope tokens: the one resource whose access tokens it is given, graph or outlook
    #[arg(long, value_name = "RESOURCE", value_parser = resource)]
    pub resource: Option<Resource>,
    /// Where it may be used from, such as 192.0.2.0/24; repeat for several [default: anywhere]
    #[arg(long = "cidr", value_name = "NETWORK")]
    pub networks: Vec<Networks>,
    /// How often it may be used in any hour, 10000 times at most [default: any number]
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub uses_per_hour: Option<u32>,
    /// When it expires
    #[arg(long, value_name = "TIME", default_value = "365d", value_parser = span)]
    pub expires: Duration,
}

/// What a token is for, as a person finds it again.
fn purpose(typed: &str) -> Result<String, &'static str> {
    let name = typed.trim();
    if name.is_empty() || name.contains(char::is_control) {
        return Err("say what it is for, in visible characters");
    }
    Ok(name.to_owned())
}
