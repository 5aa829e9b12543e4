//! `contacts`: what is stored of them. A file per verb.

mod brake;
mod list;
mod plan;

use super::Outcome;
use super::output::Output;
use crate::cli::{BrakeCommand, ContactCommand};
use crate::config::Config;

pub(super) async fn contacts(config: &Config, command: ContactCommand, output: Output) -> Outcome {
    match command {
        ContactCommand::List(args) => list::list(config, &args, output).await,
        ContactCommand::Plan(arg) | ContactCommand::Brake(BrakeCommand::Show(arg)) => {
            plan::plan(config, &arg.account, output).await
        }
        ContactCommand::Brake(BrakeCommand::List) => brake::list(config, output).await,
        ContactCommand::Brake(BrakeCommand::Approve(arg)) => {
            brake::approve(config, &arg.account, output).await
        }
        ContactCommand::Brake(BrakeCommand::Reject(arg)) => brake::reject(config, &arg.account, output).await,
        ContactCommand::Direction(args) => plan::direction(config, &args, output).await,
    }
}
