//! Looking from inside the service's box: the unit's own properties, given to a transient unit that runs this
//! command.

use crate::cli::Cli;
use crate::commands::output::say;
use crate::error::Exit;
use std::ffi::OsString;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output};

/// The unit that runs the daemon.
pub(super) const NAME: &str = "outlook-syncd.service";

/// What says how the service is started, watched and ended, and is no part of its box. The directory in /run
/// would be removed with the transient unit, under the feet of the running service.
const NO_BOX: [&str; 12] = [
    "Type",
    "NotifyAccess",
    "WatchdogSec",
    "Restart",
    "RestartSec",
    "RestartPreventExitStatus",
    "KillMode",
    "TimeoutStartSec",
    "TimeoutStopSec",
    "RuntimeDirectory",
    "RuntimeDirectoryMode",
    "SuccessExitStatus",
];

/// Runs this command again inside the box, where systemd is and knows the service; what it ended with. To be
/// asked by root.
pub(in crate::commands) fn inside(cli: &Cli) -> Option<Exit> {
    if !Path::new("/run/systemd/system").exists() {
        return None;
    }
    let unit =
        Command::new("systemctl").args(["cat", NAME]).output().ok().filter(|asked| asked.status.success())?;
    let settings = settings(&String::from_utf8_lossy(&unit.stdout));
    let ran = transient(&settings, cli).output().ok()?;
    let said = String::from_utf8_lossy(&ran.stderr);
    // What the command itself has to say, such as that the configuration is wrong, is its answer.
    if ran.stdout.is_empty() && !said.starts_with("outlook-syncd: ") {
        say(&format!("the box of {NAME} cannot be looked into: {}", said.trim()));
        return None;
    }
    print(&ran);
    ran.status.code().map(|code| Exit::of(code).unwrap_or(Exit::Fatal))
}

fn print(ran: &Output) {
    // Who no longer listens is no failure of what was looked for.
    let _ = std::io::stdout().write_all(&ran.stdout);
    let _ = std::io::stderr().write_all(&ran.stderr);
}

/// The lines of `[Service]`, drop-ins behind the unit, as name and value; a line that ends with a backslash
/// goes on.
fn settings(text: &str) -> Vec<(String, String)> {
    let text = text.replace("\\\n", " ");
    let mut section = "";
    let mut settings = Vec::new();
    for line in text.lines().map(str::trim) {
        match line.split_once('=') {
            _ if line.starts_with(['#', ';']) => {}
            _ if line.starts_with('[') => section = line,
            Some((name, value)) if section == "[Service]" => {
                settings.push((name.to_owned(), value.to_owned()));
            }
            _ => {}
        }
    }
    settings
}

fn transient(settings: &[(String, String)], cli: &Cli) -> Command {
    let mut command = Command::new("systemd-run");
    command.args(["--quiet", "--wait", "--pipe", "--collect", "-p", "RuntimeDirectory=outlook-syncd-doctor"]);
    // A process of Chromium's that is slow to end would keep the unit, and whoever waits for it, for its
    // whole stop limit.
    command.args(["-p", "KillSignal=SIGKILL"]);
    let of_box =
        settings.iter().filter(|(name, _)| !NO_BOX.contains(&name.as_str()) && !name.starts_with("Exec"));
    for (name, value) in of_box {
        command.arg("-p").arg(format!("{name}={value}"));
    }
    command.arg("--").arg(std::env::current_exe().unwrap_or_else(|_| "/usr/bin/outlook-syncd".into()));
    // The unit stands in another directory than this command.
    let own =
        cli.config.as_ref().map(|file| std::path::absolute(file).unwrap_or_else(|_| file.clone()).into());
    if let Some(file) = own.or_else(|| config_of(settings)) {
        command.arg("--config").arg(file);
    }
    command.args(cli.json.then_some("--json")).args(["doctor", "--in-unit"]);
    command
}

/// The configuration file that the service is started with, where its line names one.
fn config_of(settings: &[(String, String)]) -> Option<OsString> {
    let (_, line) = settings.iter().rfind(|(name, value)| name == "ExecStart" && !value.is_empty())?;
    let words: Vec<_> = line.split_whitespace().collect();
    let after = |word: &&str| word.strip_prefix("--config=").map(OsString::from);
    let behind = |pair: &[&str]| (pair[0] == "--config").then(|| OsString::from(pair[1]));
    words.iter().find_map(after).or_else(|| words.windows(2).find_map(behind))
}

#[cfg(test)]
mod tests;
