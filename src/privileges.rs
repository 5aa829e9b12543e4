//! Giving up what the process does not need: root, core dumps, files that others can read.

use nix::errno::Errno;
use nix::sys::prctl;
use nix::sys::resource::{Resource, setrlimit};
use nix::sys::stat::{Mode, umask};
use nix::unistd::{Uid, User, initgroups, setgid, setuid};
use std::convert::Infallible;
use std::ffi::{CString, OsStr};
use std::fs::Metadata;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// What stands in the way of another user's rights.
#[derive(Debug, thiserror::Error)]
pub enum PrivilegesError {
    /// There is no such user here.
    #[error("there is no user {0}")]
    NoUser(String),
    /// It is root.
    #[error("the user {0} is root")]
    Root(String),
    /// The system said no.
    #[error("cannot become {user}: {source}")]
    Refused {
        /// Who it was to be.
        user: String,
        /// What the system said.
        source: io::Error,
    },
}

/// Whether the process has root's rights.
#[must_use]
pub fn is_root() -> bool {
    Uid::effective().is_root()
}

/// Who this process runs as: a name, or the number of a user without one.
#[must_use]
pub fn user() -> String {
    let id = Uid::effective();
    User::from_uid(id).ok().flatten().map_or_else(|| id.to_string(), |user| user.name)
}

/// Starts this program over as `user`: same arguments, same terminal, that user's groups and HOME, nothing
/// left of root. Returns only when it failed. To be called by root before anything is opened or started.
///
/// # Errors
/// `PrivilegesError` says why; the caller must not go on, for some rights may be gone already.
pub fn drop_to(user: &str) -> Result<Infallible, PrivilegesError> {
    let refused = |source| PrivilegesError::Refused { user: user.to_owned(), source };
    let known = unprivileged(user)?;
    take_ids_of(&known).map_err(|errno| refused(errno.into()))?;
    let mut args = std::env::args_os();
    let error = Command::new("/proc/self/exe")
        .arg0(args.next().unwrap_or_else(|| "outlook-syncd".into()))
        .args(args)
        .envs([("USER", OsStr::new(user)), ("LOGNAME", OsStr::new(user)), ("HOME", known.dir.as_os_str())])
        .exec();
    Err(refused(error))
}

/// Runs this program as `user` with these arguments, waits for its end and gives what it printed; the caller
/// stays root.
///
/// # Errors
/// `PrivilegesError` when it cannot be started as that user.
pub fn run_as(user: &str, args: &[&OsStr]) -> Result<Output, PrivilegesError> {
    let refused = |source| PrivilegesError::Refused { user: user.to_owned(), source };
    let known = unprivileged(user)?;
    let mut command = Command::new("/proc/self/exe");
    command.args(args).uid(known.uid.as_raw()).gid(known.gid.as_raw()).stdin(Stdio::null());
    command.envs([
        ("USER", OsStr::new(user)),
        ("LOGNAME", OsStr::new(user)),
        ("HOME", known.dir.as_os_str()),
    ]);
    command.output().map_err(refused)
}

/// A user of that name who is not root: who becomes root again would start over for ever.
fn unprivileged(user: &str) -> Result<User, PrivilegesError> {
    let known = User::from_name(user)
        .map_err(|errno| PrivilegesError::Refused { user: user.to_owned(), source: errno.into() })?
        .ok_or_else(|| PrivilegesError::NoUser(user.to_owned()))?;
    if known.uid.is_root() { Err(PrivilegesError::Root(user.to_owned())) } else { Ok(known) }
}

/// Whether root alone may put another file in the place of that path, which need not be there.
#[must_use]
pub fn is_roots_alone(path: &Path) -> bool {
    let Some(Ok(directory)) = path.parent().map(Path::canonicalize) else { return false };
    // Whoever may write to a directory can replace what lies in it, in a sticky one what is theirs.
    let roots = |of: Metadata| of.uid() == 0 && (of.mode() & 0o022 == 0 || of.mode() & 0o1000 != 0);
    directory.ancestors().all(|of| of.metadata().is_ok_and(roots))
}

/// Groups first: without root they can no longer be changed.
fn take_ids_of(user: &User) -> nix::Result<()> {
    let name = CString::new(user.name.as_bytes()).map_err(|_| Errno::EINVAL)?;
    initgroups(&name, user.gid)?;
    setgid(user.gid)?;
    setuid(user.uid)
}

/// The line with which root runs this very command as `user`.
#[must_use]
pub fn line_to_run(user: &str) -> String {
    std::env::args_os()
        .fold(format!("runuser -u {user} --"), |line, word| line + " " + &quoted(&word.to_string_lossy()))
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain =
        !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || "/._-=:@,+".contains(c));
    if plain { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

/// Keeps the memory from core dumps and from other processes of the same user, and new files from other
/// users. Children that are started afterwards inherit the core limit and the mask.
///
/// # Errors
/// When the system refuses.
pub fn harden() -> io::Result<()> {
    umask(Mode::S_IRWXG | Mode::S_IRWXO);
    setrlimit(Resource::RLIMIT_CORE, 0, 0)?;
    Ok(prctl::set_dumpable(false)?)
}

#[cfg(test)]
mod tests;
