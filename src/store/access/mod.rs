//! Who may call, and what is written down of it.

mod answers;
mod audit;
mod chain;
mod refused;
mod renewed;
mod tokens;
mod users;
mod visits;

pub use answers::{RequestFound, RequestRun, SealedAnswer};
pub(super) use audit::write_down;
pub use chain::{AuditHead, ChainedLine, Pruning};
pub use tokens::StoredToken;
pub use users::StoredUser;
pub use visits::{Marked, SignInProof};
