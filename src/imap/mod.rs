//! Everything that knows IMAP (RFC 3501): mailboxes that neither a browser nor Graph reaches.
//!
//! ```text
//! way        servers as this machine reaches them
//! server     TLS, greeting, sign-in by token or password; what the server offers
//! mailbox    a mailbox: its folders, a folder's numbers, flags, headers, messages
//! answers    answers in their bounds: lines and literals
//! tagged     a command and its answers
//! fetch      what FETCH says, joined by UID           set       sets of UIDs
//! folders    LIST -> the model, by attribute or name  names     what folders are called
//! message    MIME -> the model                        utf7      names as IMAP writes them
//! key        the place of a message
//! error      what can go wrong                        refusal   what a server's no means
//! ```
//!
//! Written for Exchange, which lacks nearly every extension and makes mistakes (MailKit#2016, #919): nothing newer than
//! RFC 3501 is enabled, BODYSTRUCTURE and ENVELOPE are neither asked for nor parsed, messages are read without a mark, by
//! UIDs: headers in short sets, whole ones one by one. A token is handed in and sent once. Who reconnects is the
//! caller. Answers are cut out of the stream here, in bounds, and parsed by imap-proto one by one: one
//! that it does not know costs itself, and not the connection.

mod answers;
mod error;
mod fetch;
mod folders;
mod key;
mod mailbox;
mod message;
mod names;
mod refusal;
mod server;
mod set;
mod tagged;
mod utf7;
mod way;

pub use error::ImapError;
pub use folders::ImapFolders;
pub use key::ImapKey;
pub use mailbox::{ImapFolder, ImapMailbox, ItemRead, MessageFlags};
pub use server::{ImapGreeted, ImapLogin, ImapServer};
pub use set::{NoUidSet, UidSet};
pub use way::{Imap, RemoteImapMailbox};
