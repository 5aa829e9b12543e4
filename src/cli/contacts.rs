//! What `contacts` takes.

use super::{AccountArg, CardArgs, JournalArgs, MatchesArgs, ResolveArgs, SettleArgs, UndoArgs, examples};
use crate::cards::CardFormat;
use crate::desk::BrakeKind;
use crate::model::Direction;
use chrono::{DateTime, Utc};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};
use std::path::PathBuf;
use std::str::FromStr;

/// Show contacts, and change them.
#[derive(Debug, Subcommand)]
pub enum ContactCommand {
    /// The contacts that are stored and not gone, by name
    #[command(after_help = examples::CONTACTS)]
    List(ContactsArgs),
    /// One contact with all that is written on it
    Show(ContactArg),
    /// Make a contact, or with an external id that one has, write on that one
    #[command(after_help = examples::ADD_CONTACT)]
    Add(AddContactArgs),
    /// Write on a contact; what is not named stays
    #[command(after_help = examples::EDIT_CONTACT)]
    Edit(EditContactArgs),
    /// Delete a contact; one that was kept when its account was disconnected is destroyed
    Remove(RemoveContactArgs),
    /// Print an account's contacts as a file
    #[command(after_help = examples::EXPORT_CONTACTS)]
    Export(ExportContactsArgs),
    /// Make contacts of a file (vCard, CSV, JSON lines), or write on those that it names
    #[command(after_help = examples::IMPORT_CONTACTS)]
    Import(ImportContactsArgs),
    /// What the next cycle would write to a mailbox and why, and what it would not
    Plan(AccountArg),
    /// What waits for a person: an account's first plan, plans that overwrite or delete much at once, and contacts that
    /// Outlook lacks, if they are many
    #[command(subcommand, after_help = examples::BRAKE)]
    Brake(BrakeCommand),
    /// Send once more, with the next cycle, what Outlook did not take
    Retry(AccountArg),
    /// Which way the contacts of an account go, whatever contacts.direction says
    Direction(DirectionArgs),
    /// Contacts made here that may be some of the mailbox's: they do not go out before somebody has said it
    #[command(after_help = examples::MATCHES)]
    Matches(MatchesArgs),
    /// Say whether two of them are one
    #[command(after_help = examples::MATCHES)]
    Settle(SettleArgs),
    /// What both sides have changed, each differently, and waits for somebody to say whose values hold
    Conflicts(AccountArg),
    /// Say whose values of a contact hold
    #[command(after_help = examples::RESOLVE)]
    Resolve(ResolveArgs),
    /// What was written to a mailbox, and what here or there gave way where both sides had changed the same value
    Journal(JournalArgs),
    /// Take back what was written to a mailbox, or gave way to it: each contact is as it was before, but for what was changed since
    #[command(after_help = examples::UNDO)]
    Undo(UndoArgs),
}

/// Plans, and contacts that Outlook lacks, that wait for a person.
#[derive(Debug, Subcommand)]
pub enum BrakeCommand {
    /// The accounts of which something waits
    List,
    /// What waits in one of them, as `contacts plan` shows it
    Show(AccountArg),
    /// Let out what was changed here until that was counted, however much it is, and have those be gone here
    /// that Outlook lacks; not what was rejected before
    Approve(ApproveArgs),
    /// Keep it back: what was deleted here is there again, the rest stays here alone until it is changed again,
    /// or approved after all; so do contacts that Outlook lacks
    Reject(BrakeArgs),
}

/// What is decided.
#[derive(Debug, Args)]
pub struct BrakeArgs {
    /// The address, the login or the id
    pub account: String,
    /// Only plan (what is to be written to the mailbox) or missing (contacts that Outlook lacks) [default: both]
    #[arg(long, value_name = "WHAT", value_parser = brake_kind)]
    pub only: Option<BrakeKind>,
    /// Decide nothing where other things wait by now than those of this revision, which `contacts plan` tells
    #[arg(long, value_name = "REVISION")]
    pub seen: Option<String>,
}

/// What is approved.
#[derive(Debug, Args)]
pub struct ApproveArgs {
    /// Of what.
    #[command(flatten)]
    pub of: BrakeArgs,
    /// Let out also whatever is changed here until then, such as 2026-12-24T18:00:00Z
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    pub until: Option<DateTime<Utc>>,
    /// Let out also what was rejected before
    #[arg(long)]
    pub rejected: bool,
}

fn instant(text: &str) -> Result<DateTime<Utc>, &'static str> {
    text.parse().map_err(|_| "not an instant, such as 2026-12-24T18:00:00Z or 2026-12-24T19:00:00+01:00")
}

fn brake_kind(word: &str) -> Result<BrakeKind, &'static str> {
    BrakeKind::parse(word).ok_or("not one of plan, missing")
}

/// Which way the contacts of an account go.
#[derive(Debug, Args)]
pub struct DirectionArgs {
    /// The address, the login or the id
    pub account: String,
    /// both, in (from the mailbox only), out (to it only), off, or default (what contacts.direction says)
    pub direction: DirectionWord,
}

/// A direction as it is typed: `None` is that of the installation.
#[derive(Debug, Clone, Copy)]
pub struct DirectionWord(pub Option<Direction>);

impl FromStr for DirectionWord {
    type Err = &'static str;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "default" => Ok(Self(None)),
            word => Direction::parse(word)
                .map(|direction| Self(Some(direction)))
                .ok_or("not one of both, in, out, off, default"),
        }
    }
}

/// Which contacts to show.
#[derive(Debug, Args)]
pub struct ContactsArgs {
    /// The address, the login or the id [default: every account]
    pub account: Option<String>,
    /// Only those with each of these words in a name, the company, an address or a number
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub search: String,
    /// How many
    #[arg(long, default_value_t = 20)]
    pub limit: u32,
}

/// The contact that a command is about.
#[derive(Debug, Args)]
pub struct ContactArg {
    /// Its id, its external id, or an e-mail address that no other contact has
    pub contact: String,
}

/// What a contact is to be.
#[derive(Debug, Args)]
pub struct WrittenArgs {
    /// The id that another program gives it; no other contact of the account has it
    #[arg(long, value_name = "ID")]
    pub external_id: Option<String>,
    /// Merge this JSON object into the card, as the API does; - reads it from standard input
    #[arg(long, value_name = "JSON")]
    pub card: Option<String>,
    /// On the card.
    #[command(flatten)]
    pub on_card: CardArgs,
}

/// Which contact to make.
#[derive(Debug, Args)]
pub struct AddContactArgs {
    /// The account: its address, its login or its id
    pub account: String,
    /// What it is to be.
    #[command(flatten)]
    pub written: WrittenArgs,
    /// Set this photo, a JPEG of at most 4 MiB that the service's user can read; - reads it from standard input
    #[arg(long, value_name = "FILE")]
    pub photo: Option<PathBuf>,
}

/// Which contact to change, and how.
#[derive(Debug, Args)]
pub struct EditContactArgs {
    /// Which.
    #[command(flatten)]
    pub which: ContactArg,
    /// Only while it has this revision, as `contacts show` tells it
    #[arg(long, value_name = "N")]
    pub if_revision: Option<i64>,
    /// What it is to be.
    #[command(flatten)]
    pub written: WrittenArgs,
    /// Set this photo, a JPEG of at most 4 MiB that the service's user can read; - reads it from standard input
    #[arg(long, value_name = "FILE")]
    pub photo: Option<PathBuf>,
    /// Take its photo away
    #[arg(long, conflicts_with = "photo")]
    pub no_photo: bool,
}

/// Which contact to delete.
#[derive(Debug, Args)]
pub struct RemoveContactArgs {
    /// Which.
    #[command(flatten)]
    pub which: ContactArg,
    /// Only while it has this revision, as `contacts show` tells it
    #[arg(long, value_name = "N")]
    pub if_revision: Option<i64>,
}

/// Which contacts to print, and how.
#[derive(Debug, Args)]
pub struct ExportContactsArgs {
    /// The account: its address, its login or its id
    pub account: String,
    /// As what; vcard3 is the newest that Outlook reads, json is the only one that has all of it
    #[arg(long, value_parser = formats())]
    pub format: CardFormat,
    /// Begin with the mark by which Excel knows UTF-8
    #[arg(long)]
    pub bom: bool,
}

/// Where to take contacts from.
#[derive(Debug, Args)]
pub struct ImportContactsArgs {
    /// The account: its address, its login or its id
    pub account: String,
    /// The file, which the service's user can read [default: standard input]
    pub file: Option<PathBuf>,
}

fn formats() -> impl TypedValueParser<Value = CardFormat> {
    let words = CardFormat::ALL.map(CardFormat::as_str);
    PossibleValuesParser::new(words).try_map(|word| CardFormat::parse(&word).ok_or("there is no such format"))
}
