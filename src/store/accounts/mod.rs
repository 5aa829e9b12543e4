//! Accounts and what belongs to them: state, parts, session and folders; the schedule (what is due, who holds
//! whom, how a part of a turn ended); the reports of cycles; what is destroyed with an account.

mod account;
mod claim;
mod cycle;
mod due;
mod folder;
mod imap;
mod mailbox;
mod part;
mod receipt;
mod road;
mod road_change;
mod session;
mod shortfall;
mod span;
mod state;
mod sweep;
mod wipe;

pub(super) use account::connected;
pub use claim::Claim;
pub(super) use claim::{held, hold, lock};
pub use due::Latest;
pub(super) use folder::{add_held, count_out, write_folder};
pub use imap::ImapTaken;
pub use part::PartEnd;
pub use receipt::Receipt;
pub use road::RoadSet;
pub(super) use road::mail_credential;
pub use road_change::{ItemVersion, RoadTurn, RoadWish};
pub use span::AccountSpan;
pub(super) use sweep::write_sweeps;
pub use wipe::Wiped;
pub(in crate::store) use wipe::shut_out;
