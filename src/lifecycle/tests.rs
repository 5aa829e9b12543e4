use super::*;
use chrono::TimeDelta;
use nix::sys::signal::{Signal, raise};
use std::cell::Cell;
use std::os::unix::net::UnixDatagram;
use std::process::Command;

#[tokio::test]
async fn the_first_signal_is_soft_and_the_second_hard() {
    let stop = Stop::on_signals().unwrap();
    raise(Signal::SIGTERM).unwrap();
    stop.soft.cancelled().await;
    assert!(!stop.hard.is_cancelled());
    raise(Signal::SIGINT).unwrap();
    stop.hard.cancelled().await;
}

#[test]
fn a_hard_stop_is_a_soft_one_too() {
    let stop = Stop::default();
    stop.hard.cancel();
    assert!(stop.soft.is_cancelled());
}

#[tokio::test]
async fn the_watchdog_is_fed_by_progress_alone() {
    let clock = Clock::manual("2026-03-01T08:00:00Z".parse().unwrap());
    let (progress, pings) = (Heartbeat::default(), Cell::new(0));
    let mut watch = Box::pin(watch(Duration::from_mins(1), &progress, &clock, || pings.set(pings.get() + 1)));
    let mut seen = Vec::new();
    assert!(futures::poll!(&mut watch).is_pending());
    for touched in [true, false, true, true, false, false] {
        if touched {
            progress.touch();
        }
        clock.advance(TimeDelta::seconds(15));
        assert!(futures::poll!(&mut watch).is_pending());
        seen.push(pings.get());
    }
    assert_eq!(seen, [1, 1, 2, 3, 3, 3]);
}

#[test]
fn systemd_hears_what_it_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let socket = UnixDatagram::bind(dir.path().join("notify")).unwrap();
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "lifecycle::tests::speaker", "--ignored"])
        .env("NOTIFY_SOCKET", dir.path().join("notify"))
        .output()
        .unwrap();
    assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stdout));
    socket.set_nonblocking(true).unwrap();
    let hear = || {
        let mut line = [0; 64];
        let length = socket.recv(&mut line).unwrap();
        String::from_utf8_lossy(&line[..length]).into_owned()
    };
    assert_eq!([hear(), hear(), hear()], ["READY=1\n", "STATUS=two lines\n", "STOPPING=1\n"]);
}

#[test]
#[ignore = "run by systemd_hears_what_it_is_told, in a process with its environment"]
fn speaker() {
    ready();
    status("two\nlines");
    stopping();
}
