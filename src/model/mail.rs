//! The vocabulary of mail: instants, people, bodies.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

words! {
    /// How a page of OWA mail was had.
    #[derive(PartialOrd, Ord)]
    pub enum Tier {
        /// We called OWA's JSON service from inside its origin, with the headers its own page uses.
        Service = "service",
        /// We kept the JSON that OWA's full page fetched for itself.
        Network = "network",
        /// We read the list off the page.
        Dom = "dom",
    }
}

words! {
    /// How exactly an instant is known.
    pub enum Precision {
        /// As the server sent it.
        Second = "second",
        /// Read off the page, with a time of day.
        Minute = "minute",
        /// Read off the page, a date alone: the instant is the day's start in the mailbox's zone.
        Day = "day",
    }
}

impl Precision {
    /// The length of the interval, from the instant on, in which the true instant lies.
    #[must_use]
    pub fn width(self) -> chrono::TimeDelta {
        match self {
            Self::Second => chrono::TimeDelta::seconds(1),
            Self::Minute => chrono::TimeDelta::minutes(1),
            // A day of a zone that falls back is 25 hours long.
            Self::Day => chrono::TimeDelta::hours(25),
        }
    }
}

/// An instant and how exactly it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instant {
    /// The start of the interval that `precision` gives.
    pub at: DateTime<Utc>,
    /// How much later than `at` the true instant may lie.
    pub precision: Precision,
}

/// A name and an address; either may be missing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Address {
    /// The name that the header shows; `None` where it shows none.
    pub name: Option<String>,
    /// SMTP address as written, or an X.500 name where Exchange gives no other (`/o=…`).
    pub address: Option<String>,
}

words! {
    /// In which header line a recipient stood.
    pub enum RecipientKind {
        /// `To`
        To = "to",
        /// `Cc`
        Cc = "cc",
        /// `Bcc`
        Bcc = "bcc",
    }
}

/// Whom a message was sent to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Recipient {
    /// The header line that they stood in.
    pub kind: RecipientKind,
    /// Their name and address.
    #[serde(flatten)]
    pub address: Address,
}

words! {
    /// Exchange's three importances.
    #[derive(Default)]
    pub enum Importance {
        /// `Low`
        Low = "low",
        /// `Normal`
        #[default]
        Normal = "normal",
        /// `High`
        High = "high",
    }
}

words! {
    /// What a body is written in.
    pub enum BodyKind {
        /// HTML as the server filtered it.
        Html = "html",
        /// Text without markup.
        Text = "text",
    }
}

/// A message's body. Hostile input: never show its HTML outside a sandbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body {
    /// HTML or text.
    pub kind: BodyKind,
    /// The text itself.
    pub content: String,
    /// Whether the server cut it off at the size asked for.
    pub truncated: bool,
}
