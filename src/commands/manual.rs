//! The manual page: every command on one page, made of the types that also make the help, and what they do
//! not know.

use crate::error::Exit;
use clap::{Arg, Command};
use roff::{Roff, bold, roman};

const DESCRIPTION: &str = "The daemon signs in to Outlook on the web as the owner of a mailbox would, in a headless \
    Chromium, reads Inbox and Sent items, and writes them to SQLite or PostgreSQL. Run as root, a command becomes the \
    user outlook-syncd before it does anything.";

/// The page in roff, for section 8.
pub(super) fn page(mut cli: Command) -> String {
    cli.build();
    let mut page = Roff::new();
    let source = format!("{} {}", cli.get_name(), cli.get_version().unwrap_or_default());
    // The third is a date, which no build knows; roff tells an empty argument by its quotes.
    page.control("TH", ["OUTLOOK-SYNCD", "8", "\"\"", &source, "System Administration"]);
    page.control("SH", ["NAME"]).text([roman(format!("{} - {}", cli.get_name(), about(&cli)))]);
    page.control("SH", ["SYNOPSIS"]);
    usage(&mut page, &mut cli);
    page.control("SH", ["DESCRIPTION"]).text([roman(DESCRIPTION)]);
    page.control("SH", ["OPTIONS"]);
    for option in cli.get_arguments().filter(|option| !option.is_hide_set()) {
        argument(&mut page, option);
    }
    examples(&mut page, &cli);
    page.control("SH", ["COMMANDS"]);
    commands(&mut page, &mut cli);
    page.control("SH", ["EXIT STATUS"]);
    for (exit, what) in Exit::TABLE {
        page.control("TP", []).text([roman(exit.code().to_string())]).text([roman(what)]);
    }
    page.render() + include_str!("manual.roff")
}

fn commands(page: &mut Roff, parent: &mut Command) {
    let shown = |command: &&mut Command| !command.is_hide_set() && command.get_name() != "help";
    for command in parent.get_subcommands_mut().filter(shown) {
        let path = command.get_bin_name().unwrap_or_default().to_owned();
        page.control("SS", [path.split_once(' ').map_or("", |(_, words)| words)]);
        usage(page, command);
        page.control("PP", []).text([roman(about(command)), roman(".")]);
        // What every command has stands under OPTIONS.
        let own =
            |option: &&Arg| !option.is_global_set() && !option.is_hide_set() && option.get_id() != "help";
        for option in command.get_arguments().filter(own) {
            argument(page, option);
        }
        examples(page, command);
        commands(page, command);
    }
}

fn about(command: &Command) -> String {
    command.get_long_about().or(command.get_about()).map(ToString::to_string).unwrap_or_default()
}

fn usage(page: &mut Roff, command: &mut Command) {
    let usage = command.render_usage().to_string();
    page.text([bold(usage.trim_start_matches("Usage: "))]);
}

fn argument(page: &mut Roff, option: &Arg) {
    let help = option.get_long_help().or(option.get_help()).map(ToString::to_string).unwrap_or_default();
    // A flag has a default as well: not to be given.
    let defaults = option.get_default_values().iter().filter(|_| option.get_action().takes_values());
    let defaults = defaults.map(|value| format!(" [default: {}]", value.display()));
    page.control("TP", []).text([bold(option.to_string())]);
    page.text([roman(help + &defaults.collect::<String>())]);
}

/// What stands below the help, line by line as it stands there.
fn examples(page: &mut Roff, command: &Command) {
    let Some(text) = command.get_after_long_help().or(command.get_after_help()) else { return };
    page.control("PP", []).control("nf", []);
    for line in text.to_string().lines() {
        page.text([roman(line)]);
    }
    page.control("fi", []);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_keep_their_lines() {
        let greet = Command::new("greet").about("Greet").after_help("Examples:\n  greet ada\n  greet bob");
        let page = page(Command::new("outlook-syncd").subcommand(greet));
        assert!(page.contains(".SS greet\n"), "{page}");
        assert!(page.contains(".nf\nExamples:\n  greet ada\n  greet bob\n.fi\n"), "{page}");
    }

    #[test]
    fn only_an_option_that_takes_a_value_shows_a_default() {
        let limit = Arg::new("limit").long("limit").default_value("20").help("How many");
        let wait = Arg::new("wait").long("wait").action(clap::ArgAction::SetTrue).help("Wait");
        let page = page(Command::new("outlook-syncd").args([limit, wait]));
        assert!(page.contains("How many [default: 20]\n") && page.contains("\nWait\n"), "{page}");
    }

    #[test]
    fn what_is_hidden_is_not_on_the_page() {
        let hidden = Command::new("whisper").hide(true);
        assert!(!page(Command::new("outlook-syncd").subcommand(hidden)).contains("whisper"));
    }

    #[test]
    fn the_exit_codes_are_those_of_the_documentation() {
        let documented = include_str!("../../docs/operation.md");
        let code = |line: &str| line.strip_prefix("| ")?.split_once(" | ")?.0.parse().ok();
        let mut told: Vec<u8> = documented.lines().filter_map(code).collect();
        assert!(documented.contains("`status` ends with 1"));
        told.push(Exit::Unhealthy.code());
        told.sort_unstable();
        assert_eq!(told, Exit::TABLE.map(|(exit, _)| exit.code()));
        let page = page(Command::new("outlook-syncd"));
        assert!(page.contains("\n.TP\n77\nA sign\\-in is wanted"), "{page}");
    }

    #[test]
    fn the_unit_knows_the_exit_codes_that_another_start_does_not_mend() {
        let unit = include_str!("../../systemd/outlook-syncd.service");
        let codes = unit.lines().find_map(|line| line.strip_prefix("RestartPreventExitStatus=")).unwrap();
        let codes: Vec<_> = codes.split(' ').map(|code| Exit::of(code.parse().unwrap()).unwrap()).collect();
        assert_eq!(codes, [Exit::Usage, Exit::Missing, Exit::Fatal, Exit::Config]);
    }
}
