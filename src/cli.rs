//! The command line: types, whose comments are the help.

mod account;
mod card;
mod conflicts;
mod contacts;
mod examples;
mod journal;
mod matches;
mod messages;
mod outbox;
mod reader;
mod token;
mod user;

pub use account::{AccountArg, AccountCommand, AuditArgs, ConnectArgs, DisconnectArgs, RoadArgs};
pub use card::CardArgs;
pub use contacts::{
    AddContactArgs, ApproveArgs, BrakeArgs, BrakeCommand, ContactArg, ContactCommand, ContactsArgs,
    DirectionArgs, EditContactArgs, ExportContactsArgs, ImportContactsArgs, RemoveContactArgs, WrittenArgs,
};

pub use conflicts::ResolveArgs;
pub use journal::{JournalArgs, UndoArgs, WritesArgs};
pub use matches::{MatchesArgs, SettleArgs};
pub use messages::{
    ActCommand, ActedArgs, AttachmentArgs, DeleteArgs, FileArgs, MarkArgs, MessageArg, MessageCommand,
    MessagesArgs, MimeArgs, MoveArgs,
};
pub use outbox::{OutboxCommand, OutboxEntryArgs, OutboxListArgs, SendArgs};
pub use reader::{ReaderArgs, ReaderCommand};
pub use token::{TokenArgs, TokenCommand};
pub use user::{UserArgs, UserCommand};

use clap::error::ErrorKind;
use clap::{Args, CommandFactory, Parser, Subcommand};
use clap_complete::Shell;
use std::path::PathBuf;
use std::time::Duration;

/// Keeps a database in step with people's Outlook mailboxes.
#[derive(Debug, Parser)]
#[command(name = "outlook-syncd", version, arg_required_else_help = true, after_help = examples::TOP)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag that a person gives or does not")]
pub struct Cli {
    /// The configuration file [default: /etc/outlook-syncd/outlook-syncd.toml, if it is there]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Print JSON instead of text
    #[arg(long, global = true)]
    pub json: bool,
    /// Show the log on standard error too, as log.level says; commands other than `run` show errors only
    #[arg(short, long, global = true)]
    pub verbose: bool,
    /// Run one cycle over all due accounts and end; the exit code tells how it went
    #[arg(long)]
    pub once: bool,
    /// With --once: wait for a running cycle instead of ending with 75
    #[arg(long, requires = "once")]
    pub wait: bool,
    /// What to do
    #[command(subcommand)]
    pub command: Option<Command>,
}

impl Cli {
    /// The command line of this process: a verb, or `--once`, and not both.
    ///
    /// # Errors
    /// What is wrong with it, or the help that was asked for.
    pub fn read() -> Result<Self, clap::Error> {
        let cli = Self::try_parse()?;
        let wrong = |kind, what: &str| Err(Self::command().error(kind, what));
        match (cli.once, &cli.command) {
            (true, Some(_)) => {
                wrong(ErrorKind::ArgumentConflict, "--once is a whole command: give no other beside it")
            }
            (false, None) => wrong(ErrorKind::MissingSubcommand, "say what to do: a command, or --once"),
            (true, None) | (false, Some(_)) => Ok(cli),
        }
    }
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// With the service's configuration, database and key.
    #[command(flatten)]
    Service(ServiceCommand),
    /// Check and show the configuration
    #[command(subcommand, after_help = examples::CONFIG)]
    Config(ConfigCommand),
    /// Without configuration and database.
    #[command(flatten)]
    Plain(PlainCommand),
}

/// What works with the service: its database, its key, its browser.
#[derive(Debug, Subcommand)]
pub enum ServiceCommand {
    /// Run the daemon: cycles by the schedule, and the health endpoint
    Run,
    /// Connect, list, show, pause and disconnect mailboxes
    #[command(subcommand)]
    Account(AccountCommand),
    /// Make accounts due at once; the running daemon reads them
    #[command(after_help = examples::SYNC)]
    Sync(SyncArgs),
    /// How every account does
    Status,
    /// Why an account stands as it does, since when, whose turn it is, the next step and the next try
    Explain(AccountArg),
    /// The newest messages that are stored; mark, move and delete messages in their mailbox
    #[command(after_help = examples::MESSAGES)]
    Messages(MessagesArgs),
    /// Send mail from a mailbox (by Microsoft Graph); what it says comes from standard input
    #[command(after_help = examples::SEND)]
    Send(SendArgs),
    /// What was sent and is to be sent, and how it stands
    #[command(subcommand)]
    Outbox(OutboxCommand),
    /// Show the contacts that are stored, change them, and see what goes out of them
    #[command(subcommand)]
    Contacts(ContactCommand),
    /// Check configuration, daemon, key, database, browser, network, clock and disk; a line each with the
    /// step to take. As root, where systemd is, it looks from inside the service's box
    Doctor(DoctorArgs),
    /// Bring the database to this version's schema (`run` and `--once` do it by themselves)
    Migrate,
    /// Make, list, rotate and retire keys
    #[command(subcommand)]
    Key(KeyCommand),
    /// Make, list and revoke tokens for the API
    #[command(subcommand)]
    Token(TokenCommand),
    /// Print a link that opens the dashboard: good once, for ten minutes, for whoever has it
    Dashboard,
    /// Say who may sign in to the dashboard by a password
    #[command(subcommand)]
    User(UserCommand),
    /// Let programs in that read the database by SQL, and put them out (PostgreSQL)
    #[command(subcommand)]
    Reader(ReaderCommand),
    /// Begin the audit log anew behind one that somebody has changed
    #[command(subcommand)]
    Audit(AuditCommand),
}

/// What is done about the audit log as a whole.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Begin it anew where `doctor` says that it is not as it was written. Its lines stay, and prove nothing any more;
    /// who began it anew, and why, is the first line of the new one
    Renew,
}

/// What needs neither configuration nor database.
#[derive(Debug, Subcommand)]
pub enum PlainCommand {
    /// Tell how a date of a message list is read; without a text, JSON lines from standard input
    #[command(after_help = examples::DATES)]
    Dates(DatesArgs),
    /// Print the description of the API (OpenAPI 3.1)
    Openapi,
    /// Print the manual page or a shell's completions, as the package ships them
    #[command(subcommand, hide = true)]
    Generate(GenerateCommand),
}

/// What to make due.
#[derive(Debug, Args)]
pub struct SyncArgs {
    /// The address, the login or the id [default: every account]
    pub account: Option<String>,
    /// Read the mail of one person in every folder, however old it is: that of a contact, by its id, its external id
    /// or an address of it, or that of any address
    #[arg(long, value_name = "WHO", requires = "account")]
    pub contact: Option<String>,
    /// Wait until it has been read
    #[arg(long)]
    pub wait: bool,
    /// With --wait: how long, before it ends with 75
    #[arg(long, value_name = "TIME", default_value = "2m", value_parser = span, requires = "wait")]
    pub timeout: Duration,
}

/// Where the doctor looks from.
#[derive(Debug, Args)]
pub struct DoctorArgs {
    /// Set by `doctor` itself when it runs in the service's box
    #[arg(long, hide = true)]
    pub in_unit: bool,
    /// Ask the mailbox of this account, by its address, login or id, what only a mailbox answers about its
    /// contacts, and nothing else. Nothing that people have written is shown
    #[arg(long, value_name = "ACCOUNT")]
    pub probe: Option<String>,
    /// Make one contact in the mailbox for it, change it in several ways and delete it
    #[arg(long, requires = "probe")]
    pub write: bool,
}

/// What to read as a date.
#[derive(Debug, Args)]
pub struct DatesArgs {
    /// The text as the list shows it, such as "Po 9:23"
    pub text: Option<String>,
    /// Language tag of the mailbox, such as cs-CZ or cs [default: any]
    #[arg(long, value_name = "TAG")]
    pub locale: Option<String>,
    /// The mailbox's zone, by its IANA or Windows name [default: UTC]
    #[arg(long, value_name = "ZONE")]
    pub tz: Option<String>,
    /// The mailbox's wall time at which the list was read, YYYY-MM-DDTHH:MM [default: now]
    #[arg(long, value_name = "TIME")]
    pub now: Option<String>,
    /// The mailbox's .NET pattern of the short date, such as dd.MM.yyyy
    #[arg(long, value_name = "PATTERN")]
    pub date_format: Option<String>,
    /// The mailbox's .NET pattern of the short time, such as H:mm
    #[arg(long, value_name = "PATTERN")]
    pub time_format: Option<String>,
}

/// Check and show the configuration.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Tell which file is read and whether it and the environment are right, as the service's user sees them
    Check,
    /// Print every key with the value that is in effect and where it comes from; passwords are masked
    Show,
}

/// Make, list, rotate and retire keys.
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// Write a new key to a file that only its owner can read; the key is never printed
    New {
        /// The file, which must not exist yet [default: key.file of the configuration]
        file: Option<PathBuf>,
    },
    /// The keys of the ring and what each of them wraps, never the keys themselves
    List,
    /// Add a key to the key file, which seals from now on, and wrap everything by it; a rotation that was
    /// stopped goes on
    Rotate,
    /// Remove a key from the key file; refused while anything is wrapped by it
    #[command(after_help = examples::RETIRE)]
    Retire {
        /// Its number, as `key list` shows it
        id: u32,
    },
}

/// Print the manual page or a shell's completions.
#[derive(Debug, Clone, Copy, Subcommand)]
pub enum GenerateCommand {
    /// The manual page, in roff
    Man,
    /// What completes a command line
    Completions {
        /// For which shell
        shell: Shell,
    },
}

/// A length of time.
fn span(typed: &str) -> Result<std::time::Duration, String> {
    humantime::parse_duration(typed)
        .map_err(|error| format!("no length of time such as 2h or 90days: {error}"))
}
