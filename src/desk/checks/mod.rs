//! What is looked at when somebody asks whether all is well, a line each with the step to take: `doctor` on the command line
//! and on a page. Every check runs, whatever the others say; those here ask nobody outside.

mod readers;
mod ring;

use super::{AuditWatch, Database, Desk};
use crate::error::Exit;
use crate::sync::Failure;
use crate::vault::Ring;
use serde::Serialize;
use std::path::Path;

/// Below this much room the disk is called full, bytes.
const ROOM: u64 = 256 << 20;

/// What was looked at, and what was found.
#[derive(Debug, Serialize)]
pub struct Check {
    /// A word for what was looked at.
    pub name: &'static str,
    /// Whether it is as it should be.
    pub ok: bool,
    /// What was found.
    pub found: String,
    /// The step to take.
    #[serde(rename = "hint")]
    pub step: Option<String>,
    /// What the command ends with when nothing worse is found.
    #[serde(skip)]
    pub exit: Exit,
}

impl Check {
    /// Something that is as it should be.
    pub fn fine(name: &'static str, found: impl Into<String>) -> Self {
        Self { name, ok: true, found: found.into(), step: None, exit: Exit::Success }
    }

    /// Something that is not, and what to do.
    pub fn wrong(name: &'static str, found: impl Into<String>, step: impl Into<String>) -> Self {
        Self { name, ok: false, found: found.into(), step: Some(step.into()), exit: exit(name) }
    }

    /// Something that could not be looked at, or says itself what is wrong.
    pub fn of(name: &'static str, error: impl Into<Failure>) -> Self {
        let failure = error.into();
        let (exit, hint) = (failure.exit(), failure.meaning.hint());
        Self { exit, ..Self::wrong(name, failure.message, hint) }
    }

    /// How much room there is where the state lies.
    #[must_use]
    pub fn disk(state_dir: &Path) -> Self {
        let path = state_dir.display();
        let disk = match nix::sys::statvfs::statvfs(state_dir) {
            Ok(disk) => disk,
            Err(error) => {
                let step = "Make the state directory, owned by the service's user, mode 0700.";
                return Self::wrong("disk", format!("{path}: {error}"), step);
            }
        };
        let free = disk.blocks_available() * disk.fragment_size();
        let found = format!("{} MiB free at {path}", free >> 20);
        if free >= ROOM {
            Self::fine("disk", found)
        } else {
            Self::wrong("disk", found, "Make room: 256 MiB at least.")
        }
    }
}

/// What the command ends with when this check finds something wrong of which no command has a word.
fn exit(check: &str) -> Exit {
    match check {
        "port" => Exit::Missing,
        "outlook" | "clock" | "proxy" => Exit::Retry,
        "oauth" | "registration" => Exit::Config,
        _ => Exit::Fatal,
    }
}

impl Database {
    /// What is to be said of it, and of the ring that opens it; of the audit log as far as `watch` has not seen it before.
    pub async fn checks(&self, ring: Result<&Ring, Failure>, watch: &AuditWatch) -> Vec<Check> {
        let mut checks = match ring {
            Err(error) => vec![Check::of("key", error), self.seen()],
            Ok(ring) => {
                let fit = self.fit(ring).await;
                let key = fit.map_or_else(|error| Check::of("key", error), ring::key);
                let mut checks = vec![key, self.seen(), ring::audit(self, ring, watch).await];
                checks.extend(ring::owners(self, ring).await);
                checks
            }
        };
        checks.extend(self.rights());
        checks.extend(self.ahead().await);
        checks.extend(self.refused_registration().await);
        checks.extend(readers::check(self).await);
        checks
    }

    /// Where it is, and how its server is known.
    fn seen(&self) -> Check {
        let (found, link) = (format!("{}, schema up to date", self.place()), self.link());
        let found = link.as_ref().map_or(found.clone(), |link| format!("{found}, by {}", link.what));
        let step = "Whoever is on the way can read all mail: leave `sslmode` out of its address (docs/configuration.md).";
        let step = link.filter(|link| !link.is_safe).map(|_| step.to_owned());
        Check { step, ..Check::fine("database", found) }
    }

    /// Whether everybody on this machine may reach the file of SQLite, in which the mail lies in plain.
    fn rights(&self) -> Option<Check> {
        let mode = self.exposed()?;
        let found = format!("{}, which other users may reach (mode {mode})", self.place());
        Some(Check::wrong(
            "database file",
            found,
            "Take that away: `chmod o-rwx` on it and on the files beside it, -wal and -shm.",
        ))
    }

    /// Whether a mailbox was last read at a time that is still to come: then this machine's clock goes wrong.
    async fn ahead(&self) -> Option<Check> {
        let last = self.last_success_at().await.ok()??;
        let step = "Set this machine's clock (`timedatectl set-ntp true`).";
        (last > self.now()).then(|| {
            let found = format!("the last success in the database, {last}, lies in the future");
            Check::wrong("clock", found, step)
        })
    }

    /// Whether Microsoft refuses our registration, as it does when its secret has expired: no owner can mend that.
    async fn refused_registration(&self) -> Option<Check> {
        let (trouble, accounts) = self.registration_trouble().await.ok()??;
        let at = trouble.at.format("%Y-%m-%d %H:%M UTC");
        let found = format!("{} (accounts: {accounts}, last at {at})", trouble.message);
        Some(Check::wrong("registration", found, trouble.hint))
    }
}

impl Desk {
    /// What the parts that are open say of themselves: what keeps them from reading, the ring, the database, the disk.
    pub async fn checks(&self) -> Vec<Check> {
        let fault = self.fault.borrow().clone();
        let fault = fault.map(|fault| {
            let found = format!("it reads no account: {}", fault.message);
            Check { exit: fault.exit(), ..Check::wrong("daemon", found, fault.hint) }
        });
        let mut checks: Vec<_> = fault.into_iter().collect();
        checks.extend(self.database.checks(Ok(self.strongbox.ring()), &self.audit_watch).await);
        checks.extend(self.daemon_file.parent().map(Check::disk));
        checks
    }
}
