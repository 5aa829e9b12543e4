//! Mail by Microsoft Graph: what turns make of a mailbox of the simulator.

mod attached;
mod faults;
mod mailbox;
mod told;
