//! The roads on which mail is read, chosen here and a file each: a road opens the account's mailbox, has
//! `MailReading` read it, and keeps the credential that the mailbox ended with.

mod graph;
mod imap;
mod owa;

pub use graph::GraphMail;
pub use imap::{ImapDoor, ImapMail, ImapStop};

use super::SyncError;
use super::turn::{Read, Turn};
use crate::model::Road;

/// Reads an account's mail on its road.
pub(super) async fn read(turn: &Turn<'_>) -> Read {
    (turn.cycle.progress)(&turn.claim.account.name(), None);
    match turn.claim.account.road {
        Some(Road::Owa) => owa::read(turn).await,
        Some(Road::Graph) => graph::read(turn).await,
        Some(Road::Imap) => imap::read(turn).await,
        None => Err(SyncError::NoRoad.into()),
    }
}
