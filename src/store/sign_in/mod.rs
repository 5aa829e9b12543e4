//! Signing in: passwords that were tried, sign-ins by OAuth that are under way, the attempts that they are to their
//! users and how they ended, and what they granted.

mod attempt;
mod flow;
mod grant;
mod lease;
mod password;

pub use flow::{Flow, FlowKeys, NewFlow, SealedFlow};
pub use grant::GrantDestroyed;
pub use lease::{RefreshLease, Settled};
pub use password::PasswordAttempt;
