//! The roads on which mail is read, chosen here and a file each: a road opens the account's mailbox, has
//! `MailReading` read it, and keeps the credential that the mailbox ended with.

mod graph;
mod imap;
mod owa;

pub use graph::GraphMail;
pub use imap::{ImapDoor, ImapMail, ImapStop};

use super::change::RoadLook;
use super::turn::{Read, Turn};
use super::{Cycle, Failure, SyncError};
use crate::model::{Road, RoadChangeState};

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

/// Looks at an account's mail on the road that is wanted for it.
pub(super) async fn look(cycle: &Cycle, look: &RoadLook<'_>) -> Result<RoadChangeState, Failure> {
    match look.wish.road {
        Road::Owa => owa::look(cycle, look).await,
        Road::Graph => graph::look(cycle, look).await,
        Road::Imap => imap::look(cycle, look).await,
    }
}
