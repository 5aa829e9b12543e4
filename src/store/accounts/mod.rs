//! Accounts, their state, and the schedule: who is due, who holds whom, how a turn ended.

mod account;
mod claim;
mod cycle;
mod state;
mod wipe;

pub use claim::{Claim, Finish};
pub(super) use claim::{held, hold};
pub(super) use state::write_folder;
pub use wipe::Wiped;
