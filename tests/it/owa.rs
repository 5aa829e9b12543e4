//! Outlook on the web: real Chromium against the simulator.

mod failures;
mod pane;
mod sign_in;
mod stage;
mod tiers;
