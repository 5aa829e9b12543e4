//! Outlook on the web: real Chromium against the simulator.

mod failures;
mod outlook;
mod pane;
mod sign_in;
mod tiers;
mod variants;
mod worlds;
