//! Parses the command line, dispatches, and turns the outcome into an exit code.

use outlook_syncd::cli::Cli;
use outlook_syncd::commands;
use std::process::ExitCode;

fn main() -> ExitCode {
    let exit = match Cli::read() {
        Ok(cli) => commands::main(cli),
        Err(error) => commands::not_run(&error),
    };
    exit.into()
}
