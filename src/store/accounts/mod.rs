//! Accounts, their state, and the schedule: who is due, who holds whom, how a turn ended.

mod account;
mod claim;
mod cycle;
mod state;

pub use account::Wiped;
pub use claim::{Claim, Finish};
pub(super) use claim::{held, hold};
pub(super) use state::write_folder;
