//! The command line: errors that say what to do, exit codes of their class.

#![cfg(test)]

mod account;
mod answers;
mod contacts;
mod dates;
mod keys;
mod matches;
mod output;
mod photos;
mod readers;
mod usage;
mod users;
