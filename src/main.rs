//! Parses the command line, dispatches, and turns the outcome into an exit code.

use outlook_syncd::cli::Cli;
use outlook_syncd::commands;
use std::process::ExitCode;

fn main() -> ExitCode {
    match Cli::read() {
        Ok(cli) => ExitCode::from(commands::main(cli)),
        Err(error) => {
            // Help and version are no errors; everything else is 64 (`EX_USAGE`).
            let code = if error.use_stderr() { commands::USAGE } else { 0 };
            let _ = error.print();
            ExitCode::from(code)
        }
    }
}
