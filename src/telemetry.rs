//! Logs: to stderr, which under systemd is the journal, and when asked to a file per day. Lines of the audit log go to
//! the journal whatever the level says, also from a command at a terminal.

mod journal;

use journal::Journal;
use std::fs::DirBuilder;
use std::io::{self, IsTerminal};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_appender::non_blocking::{NonBlocking, WorkerGuard};
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::filter::{FilterExt, FilterFn, LevelFilter, filter_fn};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{self, FmtContext, FormatEvent, FormatFields, MakeWriter};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, Registry};

/// The target of lines of the audit log.
pub const AUDIT: &str = "outlook_syncd::audit";

/// Days of log files that are kept.
const DAYS: usize = 14;

/// How a line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// A line of text for people.
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
    pub format: LogFormat,
    /// Whether stderr is the journal, which stamps the time itself and is told each line's priority.
    pub journal: bool,
    /// Whether stderr is told errors only, whatever the level says.
    pub quiet: bool,
    /// Where to write a file per day, if anywhere.
    pub directory: Option<PathBuf>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            level: "info".to_owned(),
            format: LogFormat::Text,
            journal: false,
            quiet: false,
            directory: None,
        }
    }
}

/// Why there are no logs.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The level cannot be understood.
    #[error(
        "the log level {0:?} is not understood: write error, warn, info, debug, trace, off, or a filter such as \
             \"info,outlook_syncd::owa=debug\""
    )]
    Level(String),
    /// The directory or the file in it cannot be made.
    #[error("logs cannot be written to {}", path.display())]
    Directory {
        /// The directory of `log.directory`.
        path: PathBuf,
        /// What the system said.
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
    // A word that is no level would be taken for a part of the program, the only one to be logged.
    let is_meant = |part: &str| part.contains(['=', '[']) || part.trim().parse::<LevelFilter>().is_ok();
    let parsed = EnvFilter::try_new(level).ok().filter(|_| level.split(',').all(is_meant));
    parsed.ok_or_else(|| TelemetryError::Level(level.to_owned()))
}

/// Starts logging for the process.
///
/// # Errors
/// `TelemetryError` when a setting is wrong.
pub fn init(settings: &Settings) -> Result<Flush, TelemetryError> {
    let stderr =
        layer(settings, if settings.journal { LogPlace::Journal } else { LogPlace::Stderr }, io::stderr)?;
    let (file, guard) = match &settings.directory {
        None => (None, None),
        Some(directory) => {
            let (writer, guard) = file(directory)?;
            (Some(layer(settings, LogPlace::File, writer)?), Some(guard))
        }
    };
    let journal = Journal::of_this_machine().filter(|_| !settings.journal);
    let audit = journal.map(|journal| layer(settings, LogPlace::Audit, Mutex::new(journal))).transpose()?;
    Registry::default().with(stderr).with(file).with(audit).try_init().map_err(|_| TelemetryError::Twice)?;
    Ok(Flush(guard))
}

type Boxed<S> = Box<dyn Layer<S> + Send + Sync>;

/// Where lines go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LogPlace {
    Stderr,
    Journal,
    File,
    /// The journal, which standard error is not: lines of the audit log alone.
    Audit,
}

fn layer<S, W>(settings: &Settings, place: LogPlace, writer: W) -> Result<Boxed<S>, TelemetryError>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let level = filter(&settings.level)?;
    let level = match place {
        LogPlace::Audit => EnvFilter::new("off"),
        LogPlace::Stderr | LogPlace::Journal if settings.quiet => EnvFilter::new("error"),
        LogPlace::Stderr | LogPlace::Journal | LogPlace::File => level,
    };
    // A person at a terminal has seen what they did.
    let told = place != LogPlace::Stderr;
    let filter = level.and(discreet()).or(filter_fn(move |meta| told && meta.target() == AUDIT));
    let lines = fmt::layer().with_writer(writer);
    let lines = lines.with_ansi(place == LogPlace::Stderr && io::stderr().is_terminal());
    Ok(match (settings.format, place) {
        (LogFormat::Text, LogPlace::Journal) => {
            lines.map_event_format(|f| Prioritized(f.without_time())).with_filter(filter).boxed()
        }
        (LogFormat::Json, LogPlace::Journal) => {
            lines.json().map_event_format(|f| Prioritized(f.without_time())).with_filter(filter).boxed()
        }
        (LogFormat::Text, LogPlace::Audit) => lines.without_time().with_filter(filter).boxed(),
        (LogFormat::Json, LogPlace::Audit) => lines.json().without_time().with_filter(filter).boxed(),
        (LogFormat::Text, LogPlace::Stderr | LogPlace::File) => lines.with_filter(filter).boxed(),
        (LogFormat::Json, LogPlace::Stderr | LogPlace::File) => lines.json().with_filter(filter).boxed(),
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

/// Whatever the level says, other crates stay above info: there they write what they carry, or what means
/// nothing to an operator. chromiumoxide writes every message with its passwords and pages, warns of each
/// that is newer than itself, and calls every end of a browser an error; `browser` says what there is to say.
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
mod tests;
