//! Graph as a client meets it.

mod batch;
mod client;
mod contacts;
mod control;
mod delta;
mod faults;
mod mail;
mod mail_acts;
mod mail_delta;
mod quirks;
mod schema;
mod send;
mod writing;
