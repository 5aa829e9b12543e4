//! What `account` takes.

use super::examples;
use crate::model::{ContactsEnd, ImapAddress, Road, is_user};
use clap::{Args, Subcommand};

/// Connect, list, show, pause and disconnect mailboxes.
#[derive(Debug, Subcommand)]
pub enum AccountCommand {
    /// Sign in to a mailbox as its owner would, and keep what lets in
    #[command(after_help = examples::CONNECT)]
    Connect(ConnectArgs),
    /// All accounts
    List,
    /// One account with its state, folders and the items that could not be read
    Show(AccountArg),
    /// What was done to an account and with it, and by whom, the latest first
    Audit(AuditArgs),
    /// Have cycles leave an account out; its session and its mail stay
    Pause(AccountArg),
    /// Have cycles read it again
    Resume(AccountArg),
    /// How the mail of an account is read, or have it read on another road
    #[command(after_help = examples::ROAD)]
    Road(RoadArgs),
    /// Destroy an account: session, state, mail, and its contacts when asked to; prints what was destroyed
    #[command(after_help = examples::DISCONNECT)]
    Disconnect(DisconnectArgs),
}

/// The account that a command is about.
#[derive(Debug, Args)]
pub struct AccountArg {
    /// The address, the login or the id
    pub account: String,
}

/// Whose mail, and on which road.
#[derive(Debug, Args)]
pub struct RoadArgs {
    /// The address, the login or the id
    pub account: String,
    /// graph (Microsoft Graph, by the sign-in with OAuth), imap (IMAP, by that sign-in) or owa (the browser session);
    /// without it the road is shown
    ///
    /// Where mail of the account is stored, its next turn looks first whether it is the same on that road: then no
    /// message is stored anew, and else nothing is changed.
    #[arg(value_parser = road)]
    pub road: Option<Road>,
    /// Only compare: what is recognised on that road, and what differs
    #[arg(long, requires = "road")]
    pub shadow: bool,
}

fn road(word: &str) -> Result<Road, &'static str> {
    Road::parse(word).ok_or("not one of graph, imap, owa")
}

/// Whose lines of the audit log.
#[derive(Debug, Args)]
pub struct AuditArgs {
    /// The address, the login or the id
    pub account: String,
    /// So many lines at most
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub limit: u32,
}

/// Whose mailbox to connect.
#[derive(Debug, Args)]
pub struct ConnectArgs {
    /// What the owner types at sign-in; with --device-code whoever signs in, unless it is given
    #[arg(required_unless_present = "device_code")]
    pub login: Option<String>,
    /// The user id in the system that reads the database
    #[arg(long, value_name = "USER", value_parser = owner)]
    pub owner: String,
    /// Connect by OAuth, without a password: shows a code that the owner types into a page of Microsoft's on
    /// any device
    #[arg(long, conflicts_with = "password_stdin")]
    pub device_code: bool,
    /// Read the mail at an IMAP server, with the password that the login has there; only TLS is spoken, at port 993
    /// unless another is named
    ///
    /// The password is tried once before it is kept, sealed. Microsoft 365 and outlook.com take no passwords by IMAP:
    /// their mailboxes are connected by OAuth, and then `account road` has them read so.
    #[arg(long, value_name = "HOST[:PORT]", conflicts_with = "device_code", value_parser = ImapAddress::parse)]
    pub imap: Option<ImapAddress>,
    /// Read the password from standard input, as UTF-8, instead of asking for it; a one-time code is the line
    /// after it
    ///
    /// The end of the line is not part of it. A blank at its beginning or end, or a control character, is
    /// refused: a program put it there. A password that really ends with a blank is typed at the prompt.
    #[arg(long)]
    pub password_stdin: bool,
}

/// A blank one is what a script's variable that was never set comes to.
pub(super) fn owner(typed: &str) -> Result<String, &'static str> {
    match typed {
        typed if typed.trim().is_empty() => Err("it names nobody"),
        typed if is_user(typed) => Ok(typed.to_owned()),
        _ => Err("it is longer than 255 bytes, or has control characters"),
    }
}

/// Which account to destroy.
#[derive(Debug, Args)]
pub struct DisconnectArgs {
    /// The address, the login or the id
    pub account: String,
    /// keep (they stay here, without an account, until the same mailbox is connected with Microsoft again) or destroy
    ///
    /// Their links with the mailbox, where it was read to and the journal of what was written go either way.
    /// Nothing is deleted in the mailbox.
    #[arg(long, value_name = "WHAT", default_value = "keep", value_parser = contacts_end)]
    pub contacts: ContactsEnd,
    /// Do not ask
    #[arg(long)]
    pub yes: bool,
}

fn contacts_end(word: &str) -> Result<ContactsEnd, &'static str> {
    ContactsEnd::parse(word).ok_or("not one of keep, destroy")
}
