//! outlook-syncd

pub mod clock;
pub mod error;
pub mod lifecycle;
pub mod lock;
pub mod model;
pub mod net;
pub mod privileges;
pub mod secret;
pub mod store;
pub mod strongbox;
pub mod telemetry;
pub mod vault;
