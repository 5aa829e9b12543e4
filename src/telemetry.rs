//! Logs: to stderr, which under systemd is the journal, and when asked to a file per day.

use std::fs::DirBuilder;
use std::io::{self, IsTerminal};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_appender::non_blocking::{NonBlocking, WorkerGuard};
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::filter::{FilterExt, FilterFn, filter_fn};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{self, FmtContext, FormatEvent, FormatFields, MakeWriter};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, Registry};

/// Days of log files that are kept.
const DAYS: usize = 14;

/// How a line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text,
    /// An object per line, for programs.
    Json,
}

/// What is logged, and where to.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Directives as of `RUST_LOG`, such as `info` or `outlook_syncd=debug`.
    pub level: String,
    /// How a line looks.
    pub format: Format,
    /// Whether stderr is the journal, which stamps the time itself and is told each line's priority.
    pub journal: bool,
    /// Whether stderr is told errors only, whatever the level says.
    pub quiet: bool,
    /// Where to write a file per day, if anywhere.
    pub directory: Option<PathBuf>,
}

/// Why there are no logs.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The level cannot be understood.
    #[error("the log level {level:?} is not understood")]
    Level {
        /// What was asked for.
        level: String,
        /// Where it is wrong.
        source: tracing_subscriber::filter::ParseError,
    },
    /// The directory or the file in it cannot be made.
    #[error("logs cannot be written to {}", path.display())]
    Directory {
        /// Which directory.
        path: PathBuf,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Something else logs in this process already.
    #[error("logging was started twice")]
    Twice,
}

/// Writes what is left to the files when it is dropped: keep it until the end of `main`.
#[derive(Debug)]
pub struct Flush(#[expect(dead_code, reason = "held for its drop")] Option<WorkerGuard>);

/// Whether a level can be understood.
///
/// # Errors
/// `Level` when it cannot.
pub fn check(level: &str) -> Result<(), TelemetryError> {
    filter(level).map(|_| ())
}

fn filter(level: &str) -> Result<EnvFilter, TelemetryError> {
    EnvFilter::try_new(level).map_err(|source| TelemetryError::Level { level: level.to_owned(), source })
}

/// Starts logging for the process.
///
/// # Errors
/// `TelemetryError` when a setting is wrong.
pub fn init(settings: &Settings) -> Result<Flush, TelemetryError> {
    let stderr = layer(settings, if settings.journal { Place::Journal } else { Place::Stderr }, io::stderr)?;
    let (file, guard) = match &settings.directory {
        None => (None, None),
        Some(directory) => {
            let (writer, guard) = file(directory)?;
            (Some(layer(settings, Place::File, writer)?), Some(guard))
        }
    };
    Registry::default().with(stderr).with(file).try_init().map_err(|_| TelemetryError::Twice)?;
    Ok(Flush(guard))
}

type Boxed<S> = Box<dyn Layer<S> + Send + Sync>;

/// Where lines go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Stderr,
    Journal,
    File,
}

fn layer<S, W>(settings: &Settings, place: Place, writer: W) -> Result<Boxed<S>, TelemetryError>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let level = filter(&settings.level)?;
    let quiet = settings.quiet && place != Place::File;
    let filter = if quiet { EnvFilter::new("error") } else { level }.and(discreet());
    let lines = fmt::layer().with_writer(writer);
    let lines = lines.with_ansi(place == Place::Stderr && io::stderr().is_terminal());
    Ok(match (settings.format, place) {
        (Format::Text, Place::Journal) => {
            lines.map_event_format(|f| Prioritized(f.without_time())).with_filter(filter).boxed()
        }
        (Format::Json, Place::Journal) => {
            lines.json().map_event_format(|f| Prioritized(f.without_time())).with_filter(filter).boxed()
        }
        (Format::Text, Place::Stderr | Place::File) => lines.with_filter(filter).boxed(),
        (Format::Json, Place::Stderr | Place::File) => lines.json().with_filter(filter).boxed(),
    })
}

/// A line that begins with its priority, `<4>`, which the journal takes off and keeps (sd-daemon(3)).
struct Prioritized<F>(F);

impl<S, N, F> FormatEvent<S, N> for Prioritized<F>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
    F: FormatEvent<S, N>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> std::fmt::Result {
        let priority = match *event.metadata().level() {
            Level::ERROR => 3,
            Level::WARN => 4,
            Level::INFO => 6,
            Level::DEBUG | Level::TRACE => 7,
        };
        write!(writer, "<{priority}>")?;
        self.0.format_event(context, writer, event)
    }
}

/// Whatever the level says, other crates stay above info: there they write what they carry, or what means nothing to an
/// operator. chromiumoxide writes every message with its passwords and pages, warns of each that is newer than itself, and
/// calls every end of a browser an error; `browser` says what there is to say.
fn discreet() -> FilterFn<fn(&Metadata<'_>) -> bool> {
    filter_fn(|meta| {
        let target = meta.target();
        match target.split("::").next() {
            Some("outlook_syncd") => true,
            Some("chromiumoxide") => false,
            Some(_) | None => *meta.level() <= Level::WARN,
        }
    })
}

fn file(directory: &Path) -> Result<(NonBlocking, WorkerGuard), TelemetryError> {
    let unwritable = |source: Box<dyn std::error::Error + Send + Sync>| TelemetryError::Directory {
        path: directory.to_owned(),
        source,
    };
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(directory)
        .map_err(|error| unwritable(error.into()))?;
    let daily = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("outlook-syncd")
        .filename_suffix("log")
        .max_log_files(DAYS)
        .build(directory)
        .map_err(|error| unwritable(error.into()))?;
    Ok(tracing_appender::non_blocking(daily))
}

#[cfg(test)]
mod tests {
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

    fn settings(level: &str, format: Format) -> Settings {
        Settings { level: level.into(), format, journal: false, quiet: false, directory: None }
    }

    fn written(settings: &Settings, place: Place, speak: impl FnOnce()) -> String {
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
            let text = written(&settings(level, Format::Text), Place::Stderr, || {
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
        let text = written(&settings("warn", Format::Text), Place::Stderr, || {
            tracing::info!("quiet");
            tracing::warn!("loud");
        });
        assert!(text.contains("loud") && !text.contains("quiet"), "{text}");
    }

    #[test]
    fn the_journal_stamps_the_time_itself_and_is_told_the_priority() {
        let speak = || tracing::info!("hello");
        let text = written(&settings("info", Format::Text), Place::Journal, speak);
        assert!(text.starts_with("<6> INFO"), "{text}");
        let json = written(&settings("info", Format::Json), Place::Journal, speak);
        let line: serde_json::Value = serde_json::from_str(json.strip_prefix("<6>").unwrap()).unwrap();
        assert_eq!((line["fields"]["message"].as_str(), line.get("timestamp")), (Some("hello"), None));
    }

    #[test]
    fn the_journal_can_be_asked_for_warnings_alone() {
        let text = written(&settings("trace", Format::Text), Place::Journal, || {
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
        let quiet = Settings { quiet: true, ..settings("info", Format::Text) };
        let speak = || {
            tracing::warn!("loud");
            tracing::error!("louder");
        };
        let text = written(&quiet, Place::Stderr, speak);
        assert!(text.contains("louder") && !text.contains("loud\n"), "{text}");
        assert!(written(&quiet, Place::File, speak).contains("loud\n"));
    }

    #[test]
    fn json_lines_are_json_with_the_time() {
        let text =
            written(&settings("info", Format::Json), Place::Stderr, || tracing::info!(pages = 3, "read"));
        let line: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(line["fields"]["pages"], 3);
        assert!(line["timestamp"].is_string());
    }

    #[test]
    fn files_lie_in_a_private_directory() {
        let dir = tempfile::tempdir().unwrap();
        let logs = dir.path().join("logs");
        let (writer, guard) = file(&logs).unwrap();
        let layer = layer(&settings("info", Format::Text), Place::File, writer).unwrap();
        tracing::subscriber::with_default(Registry::default().with(layer), || tracing::info!("hello"));
        drop(guard);
        assert_eq!(std::fs::metadata(&logs).unwrap().permissions().mode() & 0o7777, 0o700);
        let files: Vec<_> = std::fs::read_dir(&logs).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert_eq!(files.len(), 1);
        assert!(std::fs::read_to_string(&files[0]).unwrap().contains("hello"));
    }

    #[test]
    fn a_level_that_is_none_is_refused() {
        let refused = init(&settings("outlook_syncd=loud", Format::Text)).unwrap_err();
        assert!(matches!(refused, TelemetryError::Level { .. }), "{refused}");
    }
}
