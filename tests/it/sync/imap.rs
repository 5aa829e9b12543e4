//! Mail by IMAP: what turns make of a mailbox of the simulator, and of one of Dovecot's.

mod faults;
mod judged;
mod mailbox;
mod numbers;
mod told;
