//! What a test plays on.
//!
//! ```text
//! world     a directory, a simulator, the settings of a program that knows only these; its commands
//! program   the program under test, and what a run of it came to
//! daemon    the program as a service
//! edges     `Stage`: a world with the program's parts and its endpoints in this process
//! browser   a browser of the test's own, and the processes that the machine shows
//! matched   contacts as a mailbox that was read and written leaves them
//! people    whoever signs in, with a browser and with tokens of ours
//! end       what a world must not leave behind: a lease, a browser, a profile
//! ```
//!
//! `World` is the builder of all: it is set, then commands run in it, a daemon, or the endpoints of a
//! `Stage`. A world that is dropped looks whether work was left undone, and fails the test if so.

#![cfg(test)]

mod browser;
mod daemon;
mod edges;
mod end;
mod matched;
mod people;
mod program;
mod world;

pub(crate) use browser::{browser_settings, command_line, describe, group, processes};
pub(crate) use daemon::Daemon;
pub(crate) use edges::{Answer, Stage};
pub(crate) use end::{left_by_browsers, nothing_left};
pub(crate) use matched::{WRITING_RUN, contested, matched, with_contacts, written};
pub(crate) use people::{CALLBACK, HOST, OPENER, READ, RETURN, RUN, by_crm, new_account, now, tomorrow};
pub(crate) use program::{Run, repository, write_secret};
pub(crate) use world::World;
