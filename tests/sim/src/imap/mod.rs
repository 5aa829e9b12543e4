//! outlook.office365.com:993: the same mailboxes by IMAP (RFC 3501), as Exchange's two front ends speak it.
//!
//! ```text
//! wire       lines and literals             command    a command: tag, name, arguments
//! session    a connection from its greeting to its end; what is logged
//! answer     what a command is answered     faults     failures that a test has ordered
//! front      greetings and capabilities     access     XOAUTH2 and LOGIN: who asks, and for which mailbox
//! places     folders by path, LIST          utf7       their names in modified UTF-7
//! select     SELECT, EXAMINE, STATUS        numbers    UIDs and UIDVALIDITY, which a mailbox keeps
//! fetch      FETCH                          mime       a message of the world as a MIME message
//! search     SEARCH                         set        sets of numbers
//! store      STORE                          transfer   COPY, MOVE, EXPUNGE
//! settings   what varies from account to account
//! control    what a test may do, over HTTP too
//! ```
//!
//! Not there, as at Exchange: CONDSTORE, QRESYNC, ESEARCH, SORT, THREAD, SPECIAL-USE, LIST-STATUS, COMPRESS, OBJECTID
//! (MailKit#2016). BODYSTRUCTURE, ENVELOPE and single parts, which Exchange gets wrong (MailKit#919, #1415, #1446,
//! mailcore2#1621), are refused: a client that asks for them is found out.

mod access;
mod answer;
mod command;
pub(crate) mod control;
mod faults;
mod fetch;
mod front;
mod mime;
mod numbers;
mod places;
mod search;
mod select;
mod session;
mod set;
mod settings;
mod store;
#[cfg(test)]
mod tests;
mod transfer;
mod utf7;
mod wire;

use tokio::io::{AsyncRead, AsyncWrite};

pub use self::faults::ImapFault;
pub(crate) use self::numbers::Numbers;
pub use self::settings::{Front, Quirk, Settings};

use self::session::Session;
use self::wire::Wire;
use crate::sim::Sim;

/// Speaks with a client to the end of its connection. One that ends badly is the client's business.
pub(crate) async fn serve(stream: impl AsyncRead + AsyncWrite + Unpin, sim: Sim) {
    let _ = Session::new(sim).run(&mut Wire::new(stream)).await;
}
