//! outlook-syncd

pub mod browser;
pub mod clock;
pub mod dates;
pub mod error;
pub mod model;
pub mod owa;
pub mod secret;
