//! What is logged, and where to.

use super::*;
use std::os::unix::fs::PermissionsExt;
use std::sync::{Arc, Mutex};

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn settings(level: &str, format: LogFormat) -> Settings {
    Settings { level: level.into(), format, ..Settings::default() }
}

fn written(settings: &Settings, place: LogPlace, speak: impl FnOnce()) -> String {
    let lines = Lines::default();
    let writer = lines.clone();
    let layer = layer(settings, place, move || writer.clone()).unwrap();
    tracing::subscriber::with_default(Registry::default().with(layer), speak);
    let bytes = lines.0.lock().unwrap().clone();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn the_most_talkative_level_does_not_make_others_tell_what_they_carry() {
    for level in ["trace", "trace,chromiumoxide=trace,chromiumoxide::conn=trace,hyper=debug"] {
        let text = written(&settings(level, LogFormat::Text), LogPlace::Stderr, || {
            tracing::trace!("ours");
            tracing::trace!(target: "chromiumoxide::conn", "Sending hunter2");
            tracing::debug!(target: "chromiumoxide::conn::raw_ws::parse_errors", "hunter2");
            tracing::warn!(target: "chromiumoxide::handler", "hunter2");
            tracing::debug!(target: "hyper::proto", "hunter2");
            tracing::error!(target: "chromiumoxide::handler", "hunter2");
            tracing::info!(target: "sqlx::postgres::notice", "hunter2");
            tracing::warn!(target: "sqlx::query", "slow");
        });
        assert!(["ours", "slow"].iter().all(|word| text.contains(word)), "{text}");
        assert!(!text.contains("hunter2"), "{text}");
    }
}

#[test]
fn the_level_is_obeyed() {
    let text = written(&settings("warn", LogFormat::Text), LogPlace::Stderr, || {
        tracing::info!("quiet");
        tracing::warn!("loud");
    });
    assert!(text.contains("loud") && !text.contains("quiet"), "{text}");
}

#[test]
fn the_journal_stamps_the_time_itself_and_is_told_the_priority() {
    let speak = || tracing::info!("hello");
    let text = written(&settings("info", LogFormat::Text), LogPlace::Journal, speak);
    assert!(text.starts_with("<6> INFO"), "{text}");
    let json = written(&settings("info", LogFormat::Json), LogPlace::Journal, speak);
    let line: serde_json::Value = serde_json::from_str(json.strip_prefix("<6>").unwrap()).unwrap();
    assert_eq!((line["fields"]["message"].as_str(), line.get("timestamp")), (Some("hello"), None));
}

#[test]
fn the_journal_can_be_asked_for_warnings_alone() {
    let text = written(&settings("trace", LogFormat::Text), LogPlace::Journal, || {
        tracing::error!("a");
        tracing::warn!("b");
        tracing::debug!("c");
        tracing::trace!("d");
    });
    let priorities: Vec<_> = text.lines().map(|line| &line[..3]).collect();
    assert_eq!(priorities, ["<3>", "<4>", "<7>", "<7>"]);
}

#[test]
fn a_quiet_terminal_is_told_errors_alone_and_a_file_everything() {
    let quiet = Settings { quiet: true, ..settings("info", LogFormat::Text) };
    let speak = || {
        tracing::warn!("loud");
        tracing::error!("louder");
    };
    let text = written(&quiet, LogPlace::Stderr, speak);
    assert!(text.contains("louder") && !text.contains("loud\n"), "{text}");
    assert!(written(&quiet, LogPlace::File, speak).contains("loud\n"));
}

#[test]
fn json_lines_are_json_with_the_time() {
    let text =
        written(&settings("info", LogFormat::Json), LogPlace::Stderr, || tracing::info!(pages = 3, "read"));
    let line: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(line["fields"]["pages"], 3);
    assert!(line["timestamp"].is_string());
}

#[test]
fn files_lie_in_a_private_directory() {
    let dir = tempfile::tempdir().unwrap();
    let logs = dir.path().join("logs");
    let (writer, guard) = file(&logs).unwrap();
    let layer = layer(&settings("info", LogFormat::Text), LogPlace::File, writer).unwrap();
    tracing::subscriber::with_default(Registry::default().with(layer), || tracing::info!("hello"));
    drop(guard);
    assert_eq!(std::fs::metadata(&logs).unwrap().permissions().mode() & 0o7777, 0o700);
    let files: Vec<_> = std::fs::read_dir(&logs).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 1);
    assert!(std::fs::read_to_string(&files[0]).unwrap().contains("hello"));
}

#[test]
fn a_level_that_is_none_is_refused() {
    for level in ["outlook_syncd=loud", "loud", "info,loud"] {
        let refused = init(&settings(level, LogFormat::Text)).unwrap_err();
        assert!(matches!(refused, TelemetryError::Level(_)), "{refused}");
    }
    for level in ["info", "OFF", "info,outlook_syncd::owa=debug", "warn,outlook_syncd[cycle]=trace"] {
        check(level).unwrap();
    }
}

#[test]
fn what_was_done_is_in_the_journal_whatever_the_level_says_and_who_did_it_at_a_terminal_is_spared_it() {
    let speak = || {
        tracing::info!(target: AUDIT, actor = "command line", action = "paused", "audit");
        tracing::info!("other");
    };
    for place in [LogPlace::Journal, LogPlace::File, LogPlace::Audit] {
        for quiet in [true, false] {
            let settings = Settings { quiet, ..settings("error", LogFormat::Text) };
            let text = written(&settings, place, speak);
            assert_eq!(text.lines().count(), 1, "{place:?}: {text}");
            assert!(text.contains("outlook_syncd::audit") && text.contains("paused"), "{place:?}: {text}");
        }
    }
    assert_eq!(written(&settings("error", LogFormat::Text), LogPlace::Stderr, speak), "");
}

#[test]
fn a_line_is_an_entry_of_the_journal_and_nothing_in_it_is_a_field_of_its_own() {
    let dir = tempfile::tempdir().unwrap();
    let place = dir.path().join("socket");
    assert!(Journal::at(&place).is_none());
    let socket = std::os::unix::net::UnixDatagram::bind(&place).unwrap();
    let mut journal = Journal::at(&place).unwrap();
    io::Write::write_all(&mut journal, b"audit a\nPRIORITY=0\n").unwrap();
    let mut entry = [0; 200];
    let length = socket.recv(&mut entry).unwrap();
    let entry = std::str::from_utf8(&entry[..length]).unwrap();
    assert_eq!(entry, "SYSLOG_IDENTIFIER=outlook-syncd\nPRIORITY=6\nMESSAGE=audit a PRIORITY=0\n");
}
