//! What `messages` takes.

use super::examples;
use crate::desk::MessageAct;
use crate::model::{MessageId, Role};
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Which messages to show, or what to do to some.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct MessagesArgs {
    /// The address, the login or the id [default: every account]
    pub account: Option<String>,
    /// A role, a name or a path
    #[arg(long, help = folder_help())]
    pub folder: Option<String>,
    /// How many
    #[arg(long, default_value_t = 20)]
    pub limit: u32,
    /// What to do with some instead
    #[command(subcommand)]
    pub command: Option<MessageCommand>,
}

fn folder_help() -> String {
    let roles: Vec<_> = Role::naming().map(Role::as_str).collect();
    format!("Only this folder: a role ({}; Outlook's own word does too), a name or a path", roles.join(", "))
}

/// What to do with some messages.
#[derive(Debug, Subcommand)]
pub enum MessageCommand {
    /// Show one with what is stored of it, and what hangs on it
    #[command(after_help = examples::SHOW_MESSAGE)]
    Show(MessageArg),
    /// Save what hangs on one as a file (by Microsoft Graph)
    #[command(after_help = examples::ATTACHMENT)]
    Attachment(AttachmentArgs),
    /// Save one as MIME, as other mail programs read it (by Microsoft Graph)
    #[command(after_help = examples::MIME)]
    Mime(MimeArgs),
    /// What is done to some in their mailbox.
    #[command(flatten)]
    Act(ActCommand),
}

/// What to do to messages in their mailbox.
#[derive(Debug, Subcommand)]
pub enum ActCommand {
    /// Mark messages as read or unread in their mailbox (by Microsoft Graph)
    #[command(after_help = examples::MARK)]
    Mark(MarkArgs),
    /// Move messages to another folder of their mailbox (by Microsoft Graph)
    #[command(after_help = examples::MOVE)]
    Move(MoveArgs),
    /// Move messages to their mailbox's Deleted Items, or delete them for good (by Microsoft Graph)
    #[command(after_help = examples::DELETE)]
    Delete(DeleteArgs),
}

/// Which message.
#[derive(Debug, Args)]
pub struct MessageArg {
    /// The account: its address, its login or its id
    pub account: String,
    /// The message, by its id as `messages --json` shows it
    #[arg(value_parser = message)]
    pub message: MessageId,
}

/// What hangs on which message, and the file that it becomes.
#[derive(Debug, Args)]
pub struct AttachmentArgs {
    /// Which.
    #[command(flatten)]
    pub of: MessageArg,
    /// Its place among what hangs on the message, from 0 on, as `messages show` shows it
    pub position: u32,
    /// The file.
    #[command(flatten)]
    pub to: FileArgs,
}

/// Which message as MIME, and the file that it becomes.
#[derive(Debug, Args)]
pub struct MimeArgs {
    /// Which.
    #[command(flatten)]
    pub of: MessageArg,
    /// The file.
    #[command(flatten)]
    pub to: FileArgs,
}

/// The file that something becomes.
#[derive(Debug, Args)]
pub struct FileArgs {
    /// The file; `-` for standard output
    #[arg(long, value_name = "FILE")]
    pub output: PathBuf,
    /// Write over a file that is there
    #[arg(long)]
    pub force: bool,
}

/// To which messages something is done.
#[derive(Debug, Args)]
pub struct ActedArgs {
    /// The account: its address, its login or its id
    pub account: String,
    /// The messages, by their ids as `messages --json` shows them; 100 at most
    #[arg(required = true, value_name = "MESSAGE", value_parser = message)]
    pub messages: Vec<MessageId>,
    /// Do not ask, however many there are; more than 25 are asked about
    #[arg(long)]
    pub yes: bool,
}

/// How to mark which messages.
#[derive(Debug, Args)]
pub struct MarkArgs {
    /// Which.
    #[command(flatten)]
    pub of: ActedArgs,
    /// As read
    #[arg(long, required_unless_present = "unread")]
    pub read: bool,
    /// As unread
    #[arg(long, conflicts_with = "read")]
    pub unread: bool,
}

/// Where to move which messages.
#[derive(Debug, Args)]
pub struct MoveArgs {
    /// Which.
    #[command(flatten)]
    pub of: ActedArgs,
    /// The folder: a role, a name, a path or an id
    #[arg(long, value_name = "FOLDER")]
    pub to: String,
}

/// Which messages to delete, and how.
#[derive(Debug, Args)]
pub struct DeleteArgs {
    /// Which.
    #[command(flatten)]
    pub of: ActedArgs,
    /// Delete them for good: nobody brings them back
    #[arg(long)]
    pub permanent: bool,
}

impl ActCommand {
    /// What is done, to which messages, and where they are moved to.
    #[must_use]
    pub fn parts(&self) -> (MessageAct, &ActedArgs, Option<&str>) {
        match self {
            Self::Mark(args) if args.unread => (MessageAct::MarkUnread, &args.of, None),
            Self::Mark(args) => (MessageAct::MarkRead, &args.of, None),
            Self::Move(args) => (MessageAct::Move, &args.of, Some(&args.to)),
            Self::Delete(args) if args.permanent => (MessageAct::Purge, &args.of, None),
            Self::Delete(args) => (MessageAct::Delete, &args.of, None),
        }
    }
}

fn message(text: &str) -> Result<MessageId, &'static str> {
    MessageId::parse(text).ok_or("no id of a message, as `messages --json` shows them")
}
