//! What bringing contacts into step is set to.

use super::canon::Canon;
use super::join::Joining;
use crate::model::{ConflictPolicy, Direction};
use crate::sync::Brake;
use chrono::TimeDelta;

/// What bringing contacts into step is set to.
#[derive(Debug, Clone, Copy)]
pub struct ContactSettings {
    /// Which way, unless an account has a direction of its own.
    pub direction: Direction,
    /// How contacts are joined.
    pub joining: Joining,
    /// Whether the first plan of an account waits for a person.
    pub asks_first: bool,
    /// How long what is over is kept: journal, changes that were handed in, contacts that are gone.
    pub keep: TimeDelta,
    /// How many items of an account one turn may overwrite or delete.
    pub brake: Brake,
}

impl Default for ContactSettings {
    fn default() -> Self {
        let joining = Joining { canon: Canon::default(), policy: ConflictPolicy::Newest };
        let brake = Brake { items: 25, percent: 10 };
        Self { direction: Direction::Both, joining, asks_first: true, keep: TimeDelta::days(90), brake }
    }
}
