//! What `send` and `outbox` take.

use super::examples;
use crate::model::{MailAddress, MessageId, OutboxId};
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// What to send, from whose mailbox and to whom. What it says comes from standard input.
#[derive(Debug, Args)]
pub struct SendArgs {
    /// The account: its address, its login or its id
    pub account: String,
    /// To whom: ada@example.com, or "Ada Lovelace <ada@example.com>"; again for each
    #[arg(long, value_name = "WHOM", value_parser = address)]
    pub to: Vec<MailAddress>,
    /// Who sees it too; again for each
    #[arg(long, value_name = "WHOM", value_parser = address)]
    pub cc: Vec<MailAddress>,
    /// Who sees it too, unseen; again for each
    #[arg(long, value_name = "WHOM", value_parser = address)]
    pub bcc: Vec<MailAddress>,
    /// What it is about [default of an answer: what the other message is about]
    #[arg(long)]
    pub subject: Option<String>,
    /// Answer this message, by its id as `messages --json` shows it
    #[arg(long, value_name = "MESSAGE", group = "about", value_parser = message)]
    pub reply: Option<MessageId>,
    /// Answer it to all whom it went to
    #[arg(long, value_name = "MESSAGE", group = "about", value_parser = message)]
    pub reply_all: Option<MessageId>,
    /// Hand it on
    #[arg(long, value_name = "MESSAGE", group = "about", value_parser = message)]
    pub forward: Option<MessageId>,
    /// What is piped in is HTML
    #[arg(long)]
    pub html: bool,
    /// A file that goes along, which the service's user can read; again for each
    #[arg(long, value_name = "FILE")]
    pub attach: Vec<PathBuf>,
    /// A text of your own for this message: the same again under it sends nothing a second time
    #[arg(long, value_name = "TEXT")]
    pub key: Option<String>,
}

/// What is or was to be sent.
#[derive(Debug, Subcommand)]
pub enum OutboxCommand {
    /// List what was sent and is to be sent from an account, the latest first
    #[command(after_help = examples::OUTBOX)]
    List(OutboxListArgs),
    /// Show how one of them stands
    Show(OutboxEntryArgs),
    /// Send one once more of which nobody knows whether it was sent; it is looked for first
    Retry(OutboxEntryArgs),
    /// Give one up that waits, or of which nobody knows whether it was sent
    Drop(OutboxEntryArgs),
}

/// Which of them to list.
#[derive(Debug, Args)]
pub struct OutboxListArgs {
    /// The account: its address, its login or its id
    pub account: String,
    /// How many
    #[arg(long, default_value_t = 20)]
    pub limit: u32,
}

/// One of them.
#[derive(Debug, Args)]
pub struct OutboxEntryArgs {
    /// The account: its address, its login or its id
    pub account: String,
    /// Its id, as `outbox list` shows it
    #[arg(value_parser = entry)]
    pub id: OutboxId,
}

fn address(text: &str) -> Result<MailAddress, String> {
    MailAddress::parse(text).map_err(|fault| fault.to_string())
}

fn message(text: &str) -> Result<MessageId, &'static str> {
    MessageId::parse(text).ok_or("no id of a message, as `messages --json` shows them")
}

fn entry(text: &str) -> Result<OutboxId, &'static str> {
    OutboxId::parse(text).ok_or("no id of a message that is sent, as `outbox list` shows them")
}
