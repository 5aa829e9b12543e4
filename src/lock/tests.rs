use super::*;
use chrono::TimeDelta;
use std::sync::atomic::{AtomicBool, Ordering};

fn start() -> DateTime<Utc> {
    "2026-03-01T08:00:00Z".parse().unwrap()
}

fn take(path: &Path) -> Guard {
    match try_lock(path, "a cycle", start()).unwrap() {
        LockAttempt::Taken(guard) => guard,
        LockAttempt::Held(held) => panic!("{held}"),
    }
}

#[test]
fn the_second_learns_who_has_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("lock");
    let guard = take(&path);
    let LockAttempt::Held(held) = try_lock(&path, "another", start() + TimeDelta::hours(1)).unwrap() else {
        panic!("two have it")
    };
    let pid = std::process::id();
    assert_eq!(held, Held { pid: Some(pid), since: Some(start()), what: Some("a cycle".into()) });
    assert_eq!(held.to_string(), format!("a cycle runs since 2026-03-01T08:00:00Z, held by pid {pid}"));
    drop(guard);
    drop(take(&path));
}

#[test]
fn a_longer_line_of_an_earlier_holder_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("lock");
    std::fs::write(&path, "4194304 2020-01-01T00:00:00.000Z a cycle of a holder that was killed long ago\n")
        .unwrap();
    let _guard = take(&path);
    let LockAttempt::Held(held) = try_lock(&path, "another", start()).unwrap() else { panic!("two have it") };
    assert_eq!(held.what.as_deref(), Some("a cycle"));
}

#[test]
fn a_holder_that_has_not_said_is_no_error() {
    for line in ["", "\n", "nonsense"] {
        assert_eq!(Held::parse(line), Held::default(), "{line:?}");
    }
    assert_eq!(Held::default().to_string(), "something runs");
}

#[test]
fn a_look_tells_who_has_it_and_is_not_taken_for_a_holder() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("lock");
    assert_eq!(holder(&path).unwrap(), None);
    assert!(!path.exists(), "a look leaves nothing behind");
    let guard = take(&path);
    assert_eq!(holder(&path).unwrap().unwrap().what.as_deref(), Some("a cycle"));
    drop(guard);
    assert_eq!(holder(&path).unwrap(), None);
    assert_eq!(holder(&path).unwrap(), None);
    drop(take(&path));
}

#[test]
fn lookers_are_not_taken_for_holders() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("lock");
    // Somebody who was killed left its line.
    std::fs::write(&path, "4194304 2020-01-01T00:00:00.000Z a cycle\n").unwrap();
    let looker = File::open(&path).unwrap();
    fs4::FileExt::lock_shared(&looker).unwrap();
    assert_eq!(holder(&path).unwrap(), None);
    drop(looker);
    let ended = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !ended.load(Ordering::Relaxed) {
                holder(&path).unwrap();
            }
        });
        let taken =
            (0..100).all(|_| matches!(try_lock(&path, "a cycle", start()), Ok(LockAttempt::Taken(_))));
        ended.store(true, Ordering::Relaxed);
        assert!(taken);
    });
}

#[tokio::test]
async fn one_who_waits_hears_when_it_is_free() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("lock");
    let guard = take(&path);
    let clock = Clock::manual(start());
    let mut waiting = Box::pin(released(&path, &clock));
    for _ in 0..3 {
        assert!(futures::poll!(&mut waiting).is_pending());
        clock.advance(TimeDelta::seconds(1));
    }
    assert!(futures::poll!(&mut waiting).is_pending());
    drop(guard);
    clock.advance(TimeDelta::seconds(1));
    waiting.await.unwrap();
    drop(take(&path));
}
