//! A browser of the test's own, and the processes that the machine shows.

use outlook_syncd::browser::{Settings, Upstream};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A browser for tests: machines that build beside may be slow.
pub(crate) fn browser_settings(profiles: PathBuf, upstream: Upstream) -> Settings {
    Settings { profiles, upstream, call_limit: Duration::from_secs(30), ..Settings::default() }
}

/// The processes whose process group this is, and which are not dead.
pub(crate) fn group(pgid: i32) -> Vec<i32> {
    let living = processes().into_iter().filter(|(_, stat)| stat.group == pgid && stat.state != 'Z');
    living.map(|(pid, _)| pid).collect()
}

/// A process in words, for a failed assertion.
pub(crate) fn describe(pid: i32) -> String {
    let read = |what: &str| std::fs::read_to_string(format!("/proc/{pid}/{what}")).unwrap_or_default();
    format!("{pid}: {:.200} | {:.80}", command_line(pid), read("stat"))
}

/// Arguments, parted by blanks; nothing of a process that is dead.
pub(crate) fn command_line(pid: i32) -> String {
    let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    String::from_utf8_lossy(&line).replace('\0', " ")
}

/// What `/proc/PID/stat` says.
pub(crate) struct Stat {
    pub(crate) state: char,
    pub(crate) parent: i32,
    pub(crate) group: i32,
}

/// Every process that can be seen.
pub(crate) fn processes() -> Vec<(i32, Stat)> {
    let entries = std::fs::read_dir("/proc").unwrap().flatten();
    entries
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, stat(&entry.path())?)))
        .collect()
}

fn stat(process: &Path) -> Option<Stat> {
    let text = std::fs::read_to_string(process.join("stat")).ok()?;
    // The name in brackets may hold anything; what follows it may not.
    let mut words = text.rsplit_once(')')?.1.split_whitespace();
    let state = words.next()?.chars().next()?;
    Some(Stat { state, parent: words.next()?.parse().ok()?, group: words.next()?.parse().ok()? })
}
