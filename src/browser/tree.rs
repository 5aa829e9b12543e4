//! The browser's processes, as `/proc` shows them. All of them stay in the process group of the first.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;

/// Proportional memory (PSS) of the group, in bytes. A process whose memory may not be read counts as nothing.
pub(super) fn pss_bytes(group: u32) -> u64 {
    members(group)
        .filter_map(|pid| pss_of(&fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?))
        .sum()
}

/// Whether none of the group's processes runs any more.
pub(super) fn is_gone(group: u32) -> bool {
    members(group).next().is_none()
}

/// Whether the connection from `peer` to `local` was made by a process of the group.
pub(super) fn owns_connection(group: u32, peer: SocketAddr, local: SocketAddr) -> bool {
    let table = fs::read_to_string("/proc/self/net/tcp").unwrap_or_default();
    inode_of(&table, peer, local)
        .is_some_and(|inode| members(group).any(|pid| holds(pid, &format!("socket:[{inode}]"))))
}

fn members(group: u32) -> impl Iterator<Item = u32> {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    processes
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(move |pid| group_of(*pid) == Some(group))
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

fn pss_of(rollup: &str) -> Option<u64> {
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"))?;
    let kib: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kib * 1024)
}

/// The inode of the socket whose own end is `peer` and whose other end is `local`.
fn inode_of(table: &str, peer: SocketAddr, local: SocketAddr) -> Option<&str> {
    let (own, other) = (table_address(peer)?, table_address(local)?);
    table.lines().find_map(|line| {
        let fields: Vec<_> = line.split_whitespace().collect();
        (fields.get(1) == Some(&own.as_str()) && fields.get(2) == Some(&other.as_str()))
            .then(|| fields.get(9).copied())?
    })
}

/// As in `/proc/net/tcp`: the address in the machine's byte order, then the port.
fn table_address(address: SocketAddr) -> Option<String> {
    let SocketAddr::V4(v4) = address else { return None };
    Some(format!("{:08X}:{:04X}", u32::from_ne_bytes(v4.ip().octets()), v4.port()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{TcpListener, TcpStream};

    fn own_group() -> u32 {
        group_of(std::process::id()).unwrap()
    }

    #[test]
    fn a_connection_is_traced_to_the_group_that_made_it() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let local = listener.local_addr().unwrap();
        let client = TcpStream::connect(local).unwrap();
        let peer = client.local_addr().unwrap();
        assert!(owns_connection(own_group(), peer, local));
        assert!(!owns_connection(u32::MAX, peer, local), "another group did not make it");
        assert!(!owns_connection(own_group(), local, local), "there is no such connection");
    }

    #[test]
    fn memory_of_the_group_is_counted() {
        assert!(pss_bytes(own_group()) > 100 * 1024);
        assert_eq!(pss_bytes(u32::MAX), 0);
        assert_eq!(
            pss_of("00-ff ---p\nRss:  9 kB\nPss:                  12 kB\nPss_Dirty: 1 kB\n"),
            Some(12 * 1024)
        );
    }
}
