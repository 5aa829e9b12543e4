//! Contacts. A file per verb.

mod brake;
mod list;
mod plan;

pub use brake::ContactBrake;
pub use plan::{ContactPlan, PlannedContact, WithheldContact};
