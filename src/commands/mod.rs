//! One file per verb; the only place that prints.

mod account;
mod answers;
mod config;
mod dates;
mod device;
mod doctor;
mod generate;
mod key;
mod manual;
mod messages;
mod once;
mod output;
mod presence;
mod progress;
mod run;
mod status;
mod stop;
mod sync;
mod token;

use crate::app::App;
use crate::cli::{AccountCommand, Cli, Command, KeyCommand, TokenCommand};
use crate::config::{Config, Environment};
use crate::error::Classify;
use crate::model::{Account, LastError};
use crate::secret::ExposeSecret;
use crate::store::{Schema, Store, StoreError};
use crate::sync::Progress;
use crate::vault::Ring;
use crate::{privileges, telemetry};
use output::Output;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use stop::Stop;
use tokio::sync::watch;

/// The command line was wrong (`EX_USAGE`).
const USAGE: u8 = 64;

/// How long what a command left behind may still run.
const SHUTDOWN: Duration = Duration::from_secs(1);

/// What a command came to: an exit code, or why it stopped.
type Outcome = Result<u8, Stop>;

/// Prints what is to be said of a command line that is not run; the answer is the exit code.
#[must_use]
pub fn not_run(error: &clap::Error) -> u8 {
    let printed = error.print();
    // Help and version are no errors.
    if error.use_stderr() {
        return USAGE;
    }
    ended(output::taken(printed).map(|_| 0), Output { json: false, journal: false })
}

/// Runs what the command line asks for; the answer is the exit code.
#[must_use]
pub fn main(cli: Cli) -> u8 {
    let environment = Environment::read();
    let output = Output { json: cli.json, journal: environment.under_journal };
    ended(start(cli, &environment, output), output)
}

fn ended(outcome: Outcome, output: Output) -> u8 {
    outcome.unwrap_or_else(|stop| {
        output.stopped(&stop);
        stop.exit
    })
}

fn start(cli: Cli, environment: &Environment, output: Output) -> Outcome {
    if let Some(Command::Key(KeyCommand::New { file: Some(file) })) = &cli.command {
        return key::new(file, output);
    }
    if let Some(Command::Dates(args)) = &cli.command {
        return dates::dates(args, output);
    }
    if let Some(Command::Generate(what)) = cli.command {
        return generate::generate(what);
    }
    if privileges::is_root()
        && matches!(cli.command, Some(Command::Doctor(_)))
        && let Some(code) = doctor::unit::inside(&cli)
    {
        return Ok(code);
    }
    let config = Config::load(cli.config.as_deref(), environment)?;
    if privileges::is_root() {
        key::change_as_root(&cli, &config)?;
        leave_root(&config.user)?;
    }
    privileges::harden()?;
    if let Some(Command::Config(command)) = &cli.command {
        // Before the log is begun, which may make files.
        return config::config(&config, command, cli.config.as_deref(), environment, output);
    }
    let _flush = telemetry::init(&telemetry::Settings {
        quiet: !cli.verbose && !matches!(cli.command, Some(Command::Run)),
        ..config.log.clone()
    })
    .map_err(Stop::config)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let outcome = runtime.block_on(dispatch(cli, &config, environment, output));
    // Dropping it would wait for every blocking call, such as a look-up of a name, for as long as that takes.
    runtime.shutdown_timeout(SHUTDOWN);
    outcome
}

/// The browser's sandbox and the files' owner both want a user that is not root: the program starts over as that user.
fn leave_root(user: &str) -> Result<(), Stop> {
    let Err(error) = privileges::drop_to(user);
    Err(Stop::root(&error, &privileges::line_to_run(user)))
}

async fn dispatch(cli: Cli, config: &Config, environment: &Environment, output: Output) -> Outcome {
    match cli.command {
        None => once::once(config, cli.wait, output).await,
        Some(Command::Run) => run::run(config).await,
        Some(Command::Account(AccountCommand::Connect(args))) => {
            account::connect(config, &args, output).await
        }
        Some(Command::Account(AccountCommand::List)) => account::list(config, output).await,
        Some(Command::Account(AccountCommand::Show(args))) => {
            account::show(config, &args.account, output).await
        }
        Some(Command::Account(AccountCommand::Disconnect(args))) => {
            account::disconnect(config, &args, output).await
        }
        Some(Command::Sync(args)) => sync::sync(config, &args, output).await,
        Some(Command::Status) => status::status(config, output).await,
        Some(Command::Messages(args)) => messages::messages(config, &args, output).await,
        Some(Command::Dates(args)) => dates::dates(&args, output),
        Some(Command::Doctor(args)) => doctor::doctor(config, args.in_unit, output).await,
        Some(Command::Config(command)) => {
            config::config(config, &command, cli.config.as_deref(), environment, output)
        }
        Some(Command::Migrate) => status::migrate(config, output).await,
        Some(Command::Key(KeyCommand::New { file })) => {
            key::new(file.as_deref().unwrap_or(&config.key_file), output)
        }
        Some(Command::Key(KeyCommand::List)) => key::list(config, output).await,
        Some(Command::Key(KeyCommand::Rotate)) => key::rotate(config, output).await,
        Some(Command::Key(KeyCommand::Retire { id })) => key::retire(config, id, output).await,
        Some(Command::Generate(what)) => generate::generate(what),
        Some(Command::Token(TokenCommand::New(args))) => token::new(config, args, output).await,
        Some(Command::Token(TokenCommand::List)) => token::list(config, output).await,
        Some(Command::Token(TokenCommand::Revoke { token })) => token::revoke(config, &token, output).await,
    }
}

/// The database alone. A command that changes something asks for `Schema::Make`, one that only reads for `Schema::Keep`.
async fn store(config: &Config, schema: Schema) -> Result<Store, Stop> {
    Ok(Store::open(config.database.expose_secret(), schema).await?)
}

/// The key, then the parts that it opens.
async fn open_with(
    config: &Config,
    schema: Schema,
    progress: Progress,
    fault: watch::Sender<Option<LastError>>,
) -> Result<App, Stop> {
    let ring = Ring::load(&config.key)?;
    Ok(App::open(config, schema, ring, progress, fault).await?)
}

/// The parts, without a progress display.
async fn open(config: &Config, schema: Schema) -> Result<App, Stop> {
    open_with(config, schema, Arc::new(|_: &str, _: &_| ()), watch::Sender::new(None)).await
}

/// The account that a person named.
async fn named(app: &App, name: &str) -> Result<Account, Stop> {
    app.engine.store.find_account(name).await?.ok_or_else(|| {
        let next = "`outlook-syncd account list` shows them all.";
        Stop::wrong(StoreError::NoSuchAccount.meaning().code, format!("no account goes by {name}"), next)
    })
}

/// Chromium is looked for before anything is begun.
fn want_browser(executable: &Path) -> Result<(), Stop> {
    if executable.exists() { Ok(()) } else { Err(Stop::no_browser(executable)) }
}
