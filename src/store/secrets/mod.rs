//! Sealed bytes, which nothing here can open, and the wrapped keys that do.

mod data_key;
mod sealed;

pub(super) use data_key::fence;
pub use data_key::{OldKey, WrappedKey};
pub use sealed::{Resealing, SealedRecord, Sealing};
pub(super) use sealed::{put, reseal};
