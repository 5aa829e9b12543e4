//! `generate` and `openapi`: the manual page and completions, made of the types that also make the help, and the
//! description of the API, made of the routes. They need no account, key or configuration.

use super::output::print;
use super::{Outcome, manual};
use crate::cli::{Cli, GenerateCommand};
use crate::error::Exit;
use crate::http;
use clap::{Command, CommandFactory};
use clap_complete::Shell;

pub(super) fn generate(what: GenerateCommand) -> Outcome {
    let text = match what {
        GenerateCommand::Man => manual::page(Cli::command()),
        GenerateCommand::Completions { shell } => completions(shell, &Cli::command()),
    };
    print(text.trim_end())?;
    Ok(Exit::Success)
}

pub(super) fn described() -> Outcome {
    print(http::openapi().trim_end())?;
    Ok(Exit::Success)
}

/// `clap_complete` offers what is hidden as well, so it is given a command without that.
fn completions(shell: Shell, cli: &Command) -> String {
    const NAME: &str = env!("CARGO_PKG_NAME");
    let shown = cli.get_subcommands().filter(|command| !command.is_hide_set()).cloned();
    let mut cli = Command::new(NAME).args(cli.get_arguments().cloned()).subcommands(shown);
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut cli, NAME, &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn completions_offer_what_the_help_shows() {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
            let script = completions(shell, &Cli::command());
            assert!(script.contains("disconnect") && !script.contains("generate"), "{shell}: {script}");
        }
    }
}
