//! `contacts`: what is stored of them. A file per verb.

mod list;

use super::Outcome;
use super::output::Output;
use crate::cli::ContactCommand;
use crate::config::Config;

pub(super) async fn contacts(config: &Config, command: ContactCommand, output: Output) -> Outcome {
    match command {
        ContactCommand::List(args) => list::list(config, &args, output).await,
    }
}
