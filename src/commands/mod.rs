//! One file per verb; the only place that prints.

mod account;
mod answers;
mod audit;
mod config;
mod contacts;
mod correspondence;
mod dashboard;
mod dates;
mod device;
mod disconnect;
mod doctor;
mod error;
mod explain;
mod generate;
mod key;
mod manual;
mod messages;
mod once;
mod outbox;
mod output;
mod password;
mod presence;
mod progress;
mod reader;
mod road;
mod run;
mod sign_in;
mod status;
mod stock;
mod sync;
mod token;
mod troubles;

use crate::app::App;
use crate::cli::{
    AccountCommand, AuditCommand, Cli, Command, DoctorArgs, KeyCommand, PlainCommand, ServiceCommand,
    TokenCommand,
};
use crate::config::{Config, Environment};
use crate::desk::{Database, Schema};
use crate::error::Exit;
use crate::model::{Actor, LastError};
use crate::secret::ExposeSecret;
use crate::sync::Progress;
use crate::vault::Ring;
use crate::{privileges, telemetry};
use error::CommandError;
use output::Output;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::watch;

/// How long what a command left behind may still run.
const SHUTDOWN: Duration = Duration::from_secs(1);

/// What a command came to: what it ends with, or why it stopped.
type Outcome = Result<Exit, CommandError>;

/// Prints what is to be said of a command line that is not run; the answer is what to end with.
#[must_use]
pub fn not_run(error: &clap::Error) -> Exit {
    let printed = error.print();
    // Help and version are no errors.
    if error.use_stderr() {
        return Exit::Usage;
    }
    ended(output::taken(printed).map(|_| Exit::Success), Output { json: false, journal: false })
}

/// Who runs this process, as its environment says.
static OPERATOR: OnceLock<Actor> = OnceLock::new();

/// As whom commands ask.
fn operator() -> Actor {
    OPERATOR.get().cloned().unwrap_or_else(Actor::command_line)
}

/// Runs what the command line asks for; the answer is what to end with.
#[must_use]
pub fn main(cli: Cli) -> Exit {
    let environment = Environment::read();
    // The process has one operator and sets it once.
    let _ = OPERATOR.set(environment.operator());
    let output = Output { json: cli.json, journal: environment.under_journal };
    ended(start(cli, &environment, output), output)
}

fn ended(outcome: Outcome, output: Output) -> Exit {
    outcome.unwrap_or_else(|error| {
        output.stopped(&error);
        error.exit
    })
}

fn start(mut cli: Cli, environment: &Environment, output: Output) -> Outcome {
    match cli.command.take() {
        Some(Command::Plain(PlainCommand::Dates(args))) => dates::dates(&args, output),
        Some(Command::Plain(PlainCommand::Openapi)) => generate::described(),
        Some(Command::Plain(PlainCommand::Generate(what))) => generate::generate(what),
        // Without a log, which may make files.
        Some(Command::Config(command)) => {
            let config = configured(&cli, None, environment)?;
            config::config(&config, &command, cli.config.as_deref(), environment, output)
        }
        Some(Command::Service(ServiceCommand::Key(KeyCommand::New { file: Some(file) }))) => {
            key::new(&file, output)
        }
        Some(Command::Service(command)) => service(&cli, Some(command), environment, output),
        None => service(&cli, None, environment, output),
    }
}

/// The configuration, as the user whose it is.
fn configured(
    cli: &Cli,
    command: Option<&ServiceCommand>,
    environment: &Environment,
) -> Result<Config, CommandError> {
    let config = Config::load(cli.config.as_deref(), environment)?;
    if privileges::is_root() {
        key::change_as_root(cli, command, &config)?;
        leave_root(&config.user)?;
    }
    privileges::harden()?;
    Ok(config)
}

/// A command, or without one `--once`, with log and runtime.
fn service(cli: &Cli, command: Option<ServiceCommand>, environment: &Environment, output: Output) -> Outcome {
    if privileges::is_root()
        && matches!(command, Some(ServiceCommand::Doctor(DoctorArgs { probe: None, .. })))
        && let Some(code) = doctor::unit::inside(cli)
    {
        return Ok(code);
    }
    let config = configured(cli, command.as_ref(), environment)?;
    let _flush = telemetry::init(&telemetry::Settings {
        quiet: !cli.verbose && !matches!(command, Some(ServiceCommand::Run)),
        ..config.log.clone()
    })
    .map_err(CommandError::config)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let outcome = runtime.block_on(dispatch(command, cli.wait, &config, output));
    // Dropping it would wait for every blocking call, such as a look-up of a name, for as long as that takes.
    runtime.shutdown_timeout(SHUTDOWN);
    outcome
}

/// The browser's sandbox and the files' owner both want a user that is not root: the program starts over as
/// that user.
fn leave_root(user: &str) -> Result<(), CommandError> {
    let Err(error) = privileges::drop_to(user);
    Err(CommandError::root(&error, &privileges::line_to_run(user)))
}

async fn dispatch(command: Option<ServiceCommand>, wait: bool, config: &Config, output: Output) -> Outcome {
    match command {
        None => once::once(config, wait, output).await,
        Some(ServiceCommand::Run) => run::run(config).await,
        Some(ServiceCommand::Account(AccountCommand::Connect(args))) => {
            account::connect(config, &args, output).await
        }
        Some(ServiceCommand::Account(AccountCommand::List)) => account::list(config, output).await,
        Some(ServiceCommand::Account(AccountCommand::Show(args))) => {
            account::show(config, &args.account, output).await
        }
        Some(ServiceCommand::Account(AccountCommand::Audit(args))) => {
            audit::audit(config, &args, output).await
        }
        Some(ServiceCommand::Account(AccountCommand::Pause(args))) => {
            account::set_paused(config, &args.account, true, output).await
        }
        Some(ServiceCommand::Account(AccountCommand::Resume(args))) => {
            account::set_paused(config, &args.account, false, output).await
        }
        Some(ServiceCommand::Account(AccountCommand::Road(args))) => road::road(config, &args, output).await,
        Some(ServiceCommand::Account(AccountCommand::Disconnect(args))) => {
            disconnect::disconnect(config, &args, output).await
        }
        Some(ServiceCommand::Sync(args)) => sync::sync(config, &args, output).await,
        Some(ServiceCommand::Status) => status::status(config, output).await,
        Some(ServiceCommand::Explain(args)) => explain::account(config, &args.account, output).await,
        Some(ServiceCommand::Messages(args)) => messages::messages(config, &args, output).await,
        Some(ServiceCommand::Send(args)) => outbox::send(config, args, output).await,
        Some(ServiceCommand::Outbox(command)) => outbox::outbox(config, command, output).await,
        Some(ServiceCommand::Contacts(command)) => contacts::contacts(config, command, output).await,
        Some(ServiceCommand::Doctor(args)) => doctor::doctor(config, &args, output).await,
        Some(ServiceCommand::Migrate) => status::migrate(config, output).await,
        Some(ServiceCommand::Key(KeyCommand::New { file })) => {
            key::new(file.as_deref().unwrap_or(&config.key_file), output)
        }
        Some(ServiceCommand::Key(KeyCommand::List)) => key::list(config, output).await,
        Some(ServiceCommand::Key(KeyCommand::Rotate)) => key::rotate(config, output).await,
        Some(ServiceCommand::Key(KeyCommand::Retire { id })) => key::retire(config, id, output).await,
        Some(ServiceCommand::Token(TokenCommand::New(args))) => token::new(config, args, output).await,
        Some(ServiceCommand::Token(TokenCommand::List)) => token::list(config, output).await,
        Some(ServiceCommand::Token(TokenCommand::Revoke { token })) => {
            token::revoke(config, &token, output).await
        }
        Some(ServiceCommand::Token(TokenCommand::Refuse { user })) => {
            token::refuse(config, &user, output).await
        }
        Some(ServiceCommand::Audit(AuditCommand::Renew)) => audit::renew(config, output).await,
        Some(ServiceCommand::Dashboard) => dashboard::link(config, output).await,
        Some(ServiceCommand::User(command)) => dashboard::user(config, command, output).await,
        Some(ServiceCommand::Reader(command)) => reader::reader(config, command, output).await,
    }
}

/// Runs `work` with the database alone, and closes it however that ended. A command that changes something
/// asks for `Schema::Make`, one that only reads for `Schema::Keep`.
async fn with_database<T>(
    config: &Config,
    schema: Schema,
    work: impl AsyncFnOnce(&Database) -> Result<T, CommandError>,
) -> Result<T, CommandError> {
    let database = Database::open(config.database.expose_secret(), schema).await?;
    let database = database.with_contacts(config.contacts);
    let done = work(&database).await;
    database.close().await;
    done
}

/// Runs `work` with the parts, without a progress display, and closes them however that ended.
async fn with_app<T>(
    config: &Config,
    schema: Schema,
    work: impl AsyncFnOnce(&App) -> Result<T, CommandError>,
) -> Result<T, CommandError> {
    let app = open(config, schema, Arc::new(|_: &str, _: Option<&_>| ()), watch::channel(None).1).await?;
    let done = work(&app).await;
    app.close().await;
    done
}

/// The key, then the parts that it opens.
async fn open(
    config: &Config,
    schema: Schema,
    progress: Progress,
    fault: watch::Receiver<Option<LastError>>,
) -> Result<App, CommandError> {
    let ring = Ring::load(&config.key)?;
    Ok(App::open(config, schema, ring, progress, fault).await?)
}

/// Chromium is looked for before anything is begun.
fn want_browser(executable: &Path) -> Result<(), CommandError> {
    if executable.exists() { Ok(()) } else { Err(CommandError::no_browser(executable)) }
}
