//! The reading of mail, on a road that follows a script: no browser, no network, a clock that stands.
#![cfg(test)]

mod change;
mod correspondence;
mod crashes;
mod days;
mod folders;
mod gone;
mod graph;
pub(crate) mod histories;
mod imap;
mod lanes;
mod mail;
mod script;
mod sweep;
mod world;
