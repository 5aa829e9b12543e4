//! What is stored of an account's contacts, in numbers.

use super::Direction;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// What is stored of an account's contacts, what waits and what is amiss, in numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct ContactStock {
    /// Contact folders that the mailbox lists.
    pub folders: u64,
    /// Items that are linked with a contact.
    pub held: u64,
    /// How many the server counts in those folders, with what it counts and does not list, such as contact
    /// lists; `None` until it has counted each.
    pub server_total: Option<i64>,
    /// Items that could not be read.
    pub unreadable: u64,
    /// When the first of those failed.
    pub unreadable_since: Option<DateTime<Utc>>,
    /// Contacts of which a change that was made here, or a photo, is not in the mailbox yet, whether it goes out or not.
    pub waiting: u64,
    /// Contacts that the server does not take as they stand, or whose photos it does not take.
    pub parked: u64,
    /// When the first of those was not taken that are tried again by nobody, and that no person has rejected.
    pub parked_since: Option<DateTime<Utc>>,
    /// Contacts of which a person is asked: whether they are the same as one in the mailbox, or which side holds.
    pub asked: u64,
    /// When the first of those was asked about, or changed here.
    pub asked_since: Option<DateTime<Utc>>,
    /// Items that their folders lack, which are not called gone yet.
    pub missing: u64,
    /// Which way they go, where the account has a direction of its own.
    pub direction: Option<Direction>,
    /// Since when its plan, or what the mailbox lacks, waits for a person.
    pub waits_since: Option<DateTime<Utc>>,
    /// The same of its plan alone.
    #[serde(skip)]
    pub plan_since: Option<DateTime<Utc>>,
    /// The same of what the mailbox lacks alone.
    #[serde(skip)]
    pub missing_since: Option<DateTime<Utc>>,
}
