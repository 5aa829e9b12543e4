//! The one integration-test binary.

mod owa;
mod browser;
