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
    let owners = Owners::new(own_group());
    assert!(owners.have(peer, local));
    assert_eq!(owners.last.load(Ordering::Relaxed), std::process::id(), "where the next look begins");
    assert!(owners.have(peer, local));
    assert!(!owners.have(local, local), "there is no such connection");
    assert!(!Owners::new(u32::MAX).have(peer, local), "another group did not make it");
}

#[test]
fn the_last_owner_is_asked_only_while_it_is_of_the_group() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let local = listener.local_addr().unwrap();
    let client = TcpStream::connect(local).unwrap();
    let stranger = Owners { group: u32::MAX, last: AtomicU32::new(std::process::id()) };
    assert!(!stranger.have(client.local_addr().unwrap(), local));
    // A process that has ended since is passed over.
    let gone = Owners { group: own_group(), last: AtomicU32::new(u32::MAX) };
    assert!(gone.have(client.local_addr().unwrap(), local));
}

#[test]
fn memory_of_the_group_is_counted() {
    assert!(takes_more_than(own_group(), 100 * 1024));
    assert!(memory(own_group(), "status", "VmRSS:") >= memory(own_group(), "smaps_rollup", "Pss:"));
    assert!(!takes_more_than(own_group(), u64::MAX));
    assert!(!takes_more_than(u32::MAX, 0));
    let rollup = "00-ff ---p\nRss:  9 kB\nPss:                  12 kB\nPss_Dirty: 1 kB\n";
    assert_eq!(kilobytes(rollup, "Pss:"), Some(12));
}

#[test]
fn a_browser_is_gone_when_what_it_started_in_another_session_is() {
    let profile = tempfile::tempdir().unwrap();
    let mut handler = std::process::Command::new("cat");
    let mut handler = handler.current_dir(&profile).stdin(std::process::Stdio::piped()).spawn().unwrap();
    assert!(!is_gone(u32::MAX, profile.path()));
    drop(handler.stdin.take());
    handler.wait().unwrap();
    assert!(is_gone(u32::MAX, profile.path()));
    assert!(!is_gone(own_group(), profile.path()));
}
