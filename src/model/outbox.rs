//! Messages that are sent from here, and how each of them stands.

use super::{AccountId, LastError, MessageId, OutboxId, SendMode};
use crate::error::Disposition;
use chrono::{DateTime, TimeDelta, Utc};

words! {
    /// How a message that is sent from here stands.
    pub enum OutboxState {
        /// It was handed to nobody yet, or surely not taken.
        Queued = "queued",
        /// It is being handed over, or was, and nobody knows yet what came of that.
        Sending = "sending",
        /// Exchange has taken it.
        Sent = "sent",
        /// It is not sent, and will not be.
        Refused = "refused",
        /// It may have been sent: a person decides.
        Unknown = "unknown",
    }
}

impl OutboxState {
    /// Whether nothing comes of it any more.
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Sent | Self::Refused)
    }
}

/// A message that is to be sent. What it says lies sealed, and is kept no longer than it waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOutboxEntry {
    /// Its id.
    pub id: OutboxId,
    /// From whose mailbox.
    pub account: AccountId,
    /// Who had it sent, by the name in the audit log.
    pub actor: String,
    /// What it is to the message that it is about.
    pub mode: SendMode,
    /// The message that it answers or forwards.
    pub regarding: Option<MessageId>,
    /// Its Message-ID, ours, with brackets: by it the sent copy is found.
    pub internet_message_id: String,
    /// How many it goes to.
    pub recipients: u32,
    /// Bytes of it as it is sent.
    pub size: u32,
    /// When it was asked for.
    pub queued_at: DateTime<Utc>,
}

impl NewOutboxEntry {
    /// What the audit log tells of it: nothing that it says, and nobody whom it goes to.
    #[must_use]
    pub fn told(&self) -> String {
        let Self { id, recipients, internet_message_id, .. } = self;
        let people = if *recipients == 1 { "recipient" } else { "recipients" };
        format!("{id}: {recipients} {people}, Message-ID {internet_message_id}")
    }
}

/// A message that is sent from here, as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxEntry {
    /// What was asked for.
    pub of: NewOutboxEntry,
    /// How it stands.
    pub state: OutboxState,
    /// When it was last handed over, where it may have been taken.
    pub handed_at: Option<DateTime<Utc>>,
    /// When it was sent or refused.
    pub ended_at: Option<DateTime<Utc>>,
    /// When it is looked at next; `None`: never by itself.
    pub next_at: Option<DateTime<Utc>>,
    /// How often it was looked at.
    pub tries: u32,
    /// Why it waits, was refused or is unknown.
    pub error: Option<LastError>,
    /// The sent copy, once it was read.
    pub message: Option<MessageId>,
}

impl OutboxEntry {
    /// What whoever asked for it alone and waits for it is told.
    #[must_use]
    pub fn disposition(&self) -> Option<Disposition> {
        match self.state {
            OutboxState::Queued | OutboxState::Sent => None,
            OutboxState::Sending | OutboxState::Unknown => Some(Disposition::Retry),
            OutboxState::Refused => self.error.as_ref().map(|error| error.disposition),
        }
    }
}

/// How much is sent at most. Exchange Online takes 30 messages a minute and 10,000 recipients a day of a mailbox.
/// <https://learn.microsoft.com/office365/servicedescriptions/exchange-online-service-description/exchange-online-limits>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SendLimits {
    /// Messages of an account in an hour.
    pub per_hour: u32,
    /// Recipients of a message.
    pub recipients: u32,
    /// Bytes of a message as it is sent, attachments and all.
    pub size: u32,
}

impl SendLimits {
    /// No message is longer, bytes: Graph takes requests of 4 MB, and in base64 three bytes are four.
    /// <https://learn.microsoft.com/graph/api/user-sendmail>
    pub const LONGEST: u32 = 3_000_000;
    /// The time that messages are counted in.
    pub const SPAN: TimeDelta = TimeDelta::hours(1);
}

impl Default for SendLimits {
    fn default() -> Self {
        Self { per_hour: 30, recipients: 50, size: Self::LONGEST }
    }
}
