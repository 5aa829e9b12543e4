//! Signing in: attempts with a password, sign-ins by OAuth that are under way, how they ended, and what they
//! granted.

mod attempt;
mod flow;
mod grant;
mod lease;
mod outcome;

pub use attempt::PasswordAttempt;
pub use flow::{Flow, FlowKeys, NewFlow, SealedFlow};
pub use grant::GrantDestroyed;
pub use lease::{RefreshLease, Settled};
