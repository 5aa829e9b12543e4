//! Contacts. A file per verb.

mod list;
