//! Starts Chromium over a pipe, so that it listens nowhere and dies with us.

use super::egress::BYPASS;
use super::{BrowserError, Settings, Upstream, keeper, profile::ProfileDir};
use nix::libc;
use nix::sys::signal::{Signal, killpg};
use nix::unistd::{Pid, geteuid};
use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd as _, RawFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};

/// Chromium's diagnostics, in the profile and gone with it.
const STDERR: &str = "stderr";

/// How much of its diagnostics an error repeats: so many lines, of so many characters in all.
const LAST_LINES: usize = 8;
const LONGEST_WORDS: usize = 800;

/// Kept small and explained where the reason is not in the name.
const FLAGS: &[&str] = &[
    "--headless=new",
    "--remote-debugging-pipe",
    // Its dumps could hold cookies. Chromium 156 starts the handlers all the same: what they write lies in the
    // profile and is gone with it.
    "--disable-breakpad",
    "--disable-gpu",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-domain-reliability",
    "--disable-field-trial-config",
    "--metrics-recording-only",
    // Everything goes through the proxy: no UDP.
    "--disable-quic",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--password-store=basic",
    "--disable-blink-features=AutomationControlled",
    // 15 % less memory for a large page.
    "--js-flags=--max-semi-space-size=1",
    "--mute-audio",
    // Else it opens a new-tab page, which wants to fetch things.
    "--no-startup-window",
    // Two renderers per window for suggestions below an address bar that nobody sees.
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup",
];

/// A running Chromium: the first process of its group. Dropped, the group is killed, which blocks for a
/// moment.
pub(super) struct Process {
    child: Child,
}

impl Process {
    /// Its id, which is also the group's.
    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Process {
    /// Nothing in a profile is worth a polite close. The others of the group end at the latest with the
    /// first.
    fn drop(&mut self) {
        if let Ok(group) = i32::try_from(self.id()) {
            // It fails when all of them are gone already.
            let _ = killpg(Pid::from_raw(group), Signal::SIGKILL);
        }
        // It fails when somebody else has reaped the child: gone is gone.
        let _ = self.child.wait();
    }
}

/// Says early, and clearly, what would keep Chromium from starting.
pub(super) fn check(settings: &Settings) -> Result<(), BrowserError> {
    if !settings.executable.is_file() {
        return Err(BrowserError::Missing { executable: settings.executable.clone() });
    }
    if geteuid().is_root() {
        return Err(BrowserError::RootRefused);
    }
    Ok(())
}

/// Starts Chromium; gives the process and our end of its DevTools pipe.
pub(super) async fn start(
    settings: &Settings,
    profile: &ProfileDir,
    proxy: &str,
    user_agent: &str,
    languages: &str,
) -> Result<(Process, UnixStream), BrowserError> {
    let failed = |error: io::Error| BrowserError::Launch(error.to_string());
    let (ours, theirs) = UnixStream::pair().map_err(failed)?;
    let mut command = command(settings, profile, proxy).map_err(failed)?;
    command.arg(format!("--user-agent={user_agent}")).arg(format!("--accept-lang={languages}"));
    bind_to_us(&mut command, theirs.as_raw_fd());
    let child = keeper::spawn(command).await.map_err(failed)?;
    Ok((Process { child }, ours))
}

/// Why Chromium ended at once, from what it wrote.
pub(super) fn explain(profile: &ProfileDir) -> BrowserError {
    let text = std::fs::read_to_string(profile.path().join(STDERR)).unwrap_or_default();
    if text.contains("Running as root without --no-sandbox") {
        return BrowserError::RootRefused;
    }
    if text.contains("No usable sandbox") || text.contains("Failed to move to new namespace") {
        return BrowserError::NoSandbox;
    }
    let fatal = text.lines().rfind(|line| line.contains("FATAL"));
    BrowserError::Launch(fatal.map_or_else(|| last_words(&text), last_words))
}

/// The last lines of what a program wrote, made fit for one line of a log.
pub(super) fn last_words(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let last = lines[lines.len().saturating_sub(LAST_LINES)..].join(" / ");
    let printable: String = last.chars().filter(|c| !c.is_control()).take(LONGEST_WORDS).collect();
    if printable.is_empty() { "it ended without a word".to_owned() } else { printable }
}

/// An environment with nothing of ours in it, for the wrapper script and Chromium.
pub(super) fn bare(settings: &Settings, profile: &ProfileDir) -> Command {
    let home = profile.path();
    let mut command = Command::new(&settings.executable);
    command.env_clear().current_dir(home).stdin(Stdio::null());
    command.env("PATH", "/usr/local/bin:/usr/bin:/bin").env("LANG", "C.UTF-8");
    // Chromium binds a socket in there and ends where the path is longer than 107 bytes; this is the same
    // place.
    command.env("TMPDIR", "/proc/self/cwd");
    for name in ["HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"] {
        command.env(name, home);
    }
    command
}

fn command(settings: &Settings, profile: &ProfileDir, proxy: &str) -> io::Result<Command> {
    let (width, height) = settings.window;
    let mut command = bare(settings, profile);
    command.args(FLAGS);
    command.arg(format!("--user-data-dir={}", profile.path().display()));
    command.arg(format!("--proxy-server={proxy}"));
    command.arg(format!("--proxy-bypass-list={BYPASS}"));
    command.arg(format!("--window-size={width},{height}"));
    command.arg(format!("--screen-info={{{width}x{height}}}"));
    if let Upstream::Simulator { spki_sha256, .. } = &settings.upstream {
        command.arg(format!("--ignore-certificate-errors-spki-list={spki_sha256}"));
    }
    command.stdout(Stdio::null()).stderr(File::create(profile.path().join(STDERR))?);
    Ok(command)
}

/// Gives the child a group of its own, the pipe as descriptors 3 and 4, and a death with its parent.
fn bind_to_us(command: &mut Command, pipe: RawFd) {
    command.process_group(0);
    let parent = std::process::id();
    let prepare = move || {
        nix::sys::prctl::set_pdeathsig(Signal::SIGKILL)?;
        // The parent may have died before the line above.
        if nix::unistd::getppid().as_raw().cast_unsigned() != parent {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        give_descriptors(pipe)
    };
    #[expect(
        unsafe_code,
        reason = "the closure runs between fork and exec and makes only async-signal-safe calls"
    )]
    // SAFETY: prctl, getppid, fcntl and dup2 are async-signal-safe; nothing is allocated.
    unsafe {
        command.pre_exec(prepare);
    }
}

/// The pipe is one socket, so both descriptors are copies of it. It is first copied out of their way: `dup2`
/// of a descriptor onto itself would leave it to be closed by exec.
fn give_descriptors(pipe: RawFd) -> io::Result<()> {
    #[expect(unsafe_code, reason = "descriptors 3 and 4 of the child are nobody's, so no safe owner exists")]
    // SAFETY: plain system calls on numbers; no memory is involved.
    let given = unsafe {
        let copy = libc::fcntl(pipe, libc::F_DUPFD_CLOEXEC, 10);
        copy >= 0 && libc::dup2(copy, 3) >= 0 && libc::dup2(copy, 4) >= 0
    };
    if given { Ok(()) } else { Err(io::Error::last_os_error()) }
}

#[cfg(test)]
mod tests;
