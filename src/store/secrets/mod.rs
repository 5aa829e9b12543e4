//! Sealed bytes, which nothing here can open, and the wrapped keys that do.

mod data_key;
mod sealed;

pub use data_key::WrappedKey;
pub(super) use sealed::PUT_SEALED;
