//! The browser's processes, as `/proc` shows them. All of them stay in the process group of the first, but for
//! Chromium's crash handlers: they have sessions of their own, and end a moment after it.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

/// Whether the group's proportional memory (PSS) is more than this, in bytes. To count it the kernel walks
/// all of their memory, so the resident set is looked at first, which is never less.
pub(super) fn takes_more_than(group: u32, bytes: u64) -> bool {
    memory(group, "status", "VmRSS:") > bytes && memory(group, "smaps_rollup", "Pss:") > bytes
}

/// The sum over the group, in bytes. A process whose memory may not be read counts as nothing.
fn memory(group: u32, file: &str, name: &str) -> u64 {
    members(group)
        .filter_map(|pid| kilobytes(&fs::read_to_string(format!("/proc/{pid}/{file}")).ok()?, name))
        .map(|kib| kib * 1024)
        .sum()
}

/// Whether none of the group's processes runs any more, nor any other that a browser of this profile has
/// started: each works in the profile's directory, as the first does.
pub(super) fn is_gone(group: u32, profile: &Path) -> bool {
    let of_profile = fs::metadata(profile).map(|profile| (profile.dev(), profile.ino())).ok();
    !all().any(|pid| group_of(pid) == Some(group) || of_profile.is_some() && works_in(pid) == of_profile)
}

/// The device and the number of the directory in which a process works; none of the dead.
fn works_in(pid: u32) -> Option<(u64, u64)> {
    let directory = fs::metadata(format!("/proc/{pid}/cwd")).ok()?;
    Some((directory.dev(), directory.ino()))
}

/// Tells whether connections are the group's. One process of a browser makes nearly all of them: the one that
/// made the last is looked at first, before all processes of the machine are. Each connection is looked up
/// all the same.
pub(super) struct Owners {
    group: u32,
    last: AtomicU32,
}

impl Owners {
    pub(super) fn new(group: u32) -> Self {
        Self { group, last: AtomicU32::new(group) }
    }

    /// Whether the connection from `peer` to `local` was made by a process of the group.
    pub(super) fn have(&self, peer: SocketAddr, local: SocketAddr) -> bool {
        let table = File::open("/proc/self/net/tcp").map(BufReader::new);
        let Some(inode) = table.ok().and_then(|table| inode_of(table, peer, local)) else { return false };
        let socket = format!("socket:[{inode}]");
        let last = self.last.load(Ordering::Relaxed);
        // Ids are used again: it still has to be one of the group.
        let last = Some(last).filter(|pid| group_of(*pid) == Some(self.group));
        let owner = last.into_iter().chain(members(self.group)).find(|pid| holds(*pid, &socket));
        owner.inspect(|pid| self.last.store(*pid, Ordering::Relaxed)).is_some()
    }
}

fn members(group: u32) -> impl Iterator<Item = u32> {
    all().filter(move |pid| group_of(*pid) == Some(group))
}

fn all() -> impl Iterator<Item = u32> {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

/// The group is the fifth field of `stat`, the state the third; the second, the name in brackets, may hold
/// spaces. The dead that nobody has reaped yet have no group.
fn group_of(pid: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    let alive = !matches!(fields.next()?, "Z" | "X");
    alive.then_some(fields.nth(1)?.parse().ok()?)
}

fn holds(pid: u32, socket: &str) -> bool {
    let files = fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten();
    files.filter_map(|file| fs::read_link(file.path()).ok()).any(|target| target == Path::new(socket))
}

fn kilobytes(text: &str, name: &str) -> Option<u64> {
    let value = text.lines().find_map(|line| line.strip_prefix(name))?;
    value.trim().strip_suffix(" kB")?.parse().ok()
}

/// The inode of the socket whose own end is `peer` and whose other end is `local`.
fn inode_of(table: impl BufRead, peer: SocketAddr, local: SocketAddr) -> Option<String> {
    let ends = format!(" {} {} ", table_address(peer)?, table_address(local)?);
    let line = table.lines().map_while(Result::ok).find(|line| line.contains(&ends))?;
    line.split_whitespace().nth(9).map(str::to_owned)
}

/// As in `/proc/net/tcp`: the address in the machine's byte order, then the port.
fn table_address(address: SocketAddr) -> Option<String> {
    let SocketAddr::V4(v4) = address else { return None };
    Some(format!("{:08X}:{:04X}", u32::from_ne_bytes(v4.ip().octets()), v4.port()))
}

#[cfg(test)]
mod tests;
