//! outlook-syncd

pub mod clock;
pub mod error;
pub mod model;
pub mod secret;
pub mod store;
