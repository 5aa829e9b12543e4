//! Accounts, their state and its parts, and the schedule: what is due, who holds whom, how a part of a turn
//! ended.

mod account;
mod claim;
mod cycle;
mod due;
mod part;
mod session;
mod state;
mod wipe;

pub use claim::Claim;
pub(super) use claim::{held, hold};
pub use due::Latest;
pub use part::PartEnd;
pub(super) use state::write_folder;
pub use wipe::Wiped;
