//! What `contacts matches` and `contacts settle` take.

use crate::model::MatchAnswer;
use clap::Args;

/// Whose contacts to ask about.
#[derive(Debug, Args)]
pub struct MatchesArgs {
    /// The address, the login or the id
    pub account: String,
    /// How many
    #[arg(long, default_value_t = 20)]
    pub limit: u32,
}

/// What is said of two contacts.
#[derive(Debug, Args)]
pub struct SettleArgs {
    /// The address, the login or the id
    pub account: String,
    /// The id of the question, as `contacts matches` shows it
    pub id: String,
    /// same or different
    #[arg(value_parser = answer)]
    pub answer: MatchAnswer,
}

fn answer(word: &str) -> Result<MatchAnswer, &'static str> {
    MatchAnswer::parse(word).ok_or("not one of same, different")
}
