//! IMAP as a client meets it.

mod client;
mod faults;
mod reading;
mod sign_in;
mod writing;
