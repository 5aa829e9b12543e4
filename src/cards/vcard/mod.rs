//! vCard 3.0 (RFC 2426) and 4.0 (RFC 6350); 2.1 is read too.

mod names;
mod read;
mod split;
mod write;

pub(super) use read::read;
pub use write::{CardVersion, write};
