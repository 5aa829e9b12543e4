use super::*;
use crate::error::{Disposition, WhoseTurn};

fn daemon() -> Presence {
    Presence {
        pid: 7,
        started_at: Some(DateTime::UNIX_EPOCH),
        version: "1.2.3".into(),
        ..Presence::default()
    }
}

#[test]
fn a_daemon_is_there_as_long_as_it_lives_and_there_is_one() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("daemon");
    assert_eq!(look(&path).unwrap(), None);
    let post = take(&path, daemon()).unwrap().unwrap();
    assert_eq!(look(&path).unwrap(), Some(daemon()));
    let second = take(&path, Presence { pid: 8, ..daemon() }).unwrap();
    assert_eq!(second.unwrap_err(), daemon());
    drop(post);
    assert_eq!(look(&path).unwrap(), None);
    assert!(take(&path, Presence { pid: 8, ..daemon() }).unwrap().is_ok());
}

#[test]
fn what_it_says_last_is_read_whatever_its_length() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("daemon");
    let post = take(&path, daemon()).unwrap().unwrap();
    let fault = LastError {
        disposition: Disposition::Fatal,
        code: "c".into(),
        message: "m".repeat(2 * BLOCK),
        whose_turn: WhoseTurn::Operator,
        hint: "h".into(),
        at: DateTime::UNIX_EPOCH,
    };
    post.tell(|said| said.fault = Some(fault.clone()));
    assert_eq!(look(&path).unwrap().unwrap().fault, Some(fault));
    post.tell(|said| said.fault = None);
    assert_eq!(look(&path).unwrap(), Some(daemon()));
}
