//! `contacts`: those that are stored, shown and changed. A file per verb or kind of verbs.

mod brake;
mod change;
mod conflicts;
mod export;
mod import;
mod journal;
mod list;
mod matches;
mod photo;
mod plan;
mod show;

pub(super) use show::kept_back;

use super::Outcome;
use super::output::Output;
use crate::cli::{BrakeCommand, ContactCommand};
use crate::config::Config;

pub(super) async fn contacts(config: &Config, command: ContactCommand, output: Output) -> Outcome {
    match command {
        ContactCommand::List(args) => list::list(config, &args, output).await,
        ContactCommand::Show(args) => show::show(config, &args, output).await,
        ContactCommand::Add(args) => change::add(config, &args, output).await,
        ContactCommand::Edit(args) => change::edit(config, &args, output).await,
        ContactCommand::Remove(args) => change::remove(config, &args, output).await,
        ContactCommand::Export(args) => export::export(config, &args).await,
        ContactCommand::Import(args) => import::import(config, &args, output).await,
        ContactCommand::Plan(arg) | ContactCommand::Brake(BrakeCommand::Show(arg)) => {
            plan::plan(config, &arg.account, output).await
        }
        ContactCommand::Brake(BrakeCommand::List) => brake::list(config, output).await,
        ContactCommand::Brake(BrakeCommand::Approve(args)) => brake::approve(config, &args, output).await,
        ContactCommand::Brake(BrakeCommand::Reject(args)) => brake::reject(config, &args, output).await,
        ContactCommand::Retry(arg) => brake::retry(config, &arg.account, output).await,
        ContactCommand::Direction(args) => plan::direction(config, &args, output).await,
        ContactCommand::Matches(args) => matches::list(config, &args, output).await,
        ContactCommand::Settle(args) => matches::settle(config, &args, output).await,
        ContactCommand::Conflicts(arg) => conflicts::list(config, &arg, output).await,
        ContactCommand::Resolve(args) => conflicts::resolve(config, &args, output).await,
        ContactCommand::Journal(args) => journal::journal(config, &args, output).await,
        ContactCommand::Undo(args) => journal::undo(config, &args, output).await,
    }
}
