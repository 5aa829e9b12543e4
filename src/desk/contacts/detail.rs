//! A contact as it is told, by commands and endpoints alike.

use crate::model::{AccountId, Card, Contact, ContactId};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// A contact as it is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ContactDetail {
    /// Ours, for life.
    pub id: ContactId,
    /// The account it belongs to; `None` once it was kept when its account was disconnected.
    pub account_id: Option<AccountId>,
    /// The id that another program has for it.
    pub external_id: Option<String>,
    /// What is written on it.
    pub card: Card,
    /// When it was first stored.
    pub created_at: DateTime<Utc>,
    /// When it last changed here.
    pub changed_at: DateTime<Utc>,
    /// When it was last changed here, while some of that is left to go out.
    pub edited_at: Option<DateTime<Utc>>,
    /// When it was deleted, here or in the mailbox; `None` while it is there.
    pub gone_at: Option<DateTime<Utc>>,
    /// 1 when new, one more with each change.
    pub revision: i64,
}

impl From<Contact> for ContactDetail {
    fn from(contact: Contact) -> Self {
        let Contact {
            id,
            account_id,
            external_id,
            card,
            edited_at,
            created_at,
            changed_at,
            revision,
            gone_at,
        } = contact;
        Self { id, account_id, external_id, card, created_at, changed_at, edited_at, gone_at, revision }
    }
}

impl ContactDetail {
    /// What a person calls it; its id where nothing on its card tells it.
    #[must_use]
    pub fn name(&self) -> String {
        self.card.called().unwrap_or_else(|| self.id.to_string())
    }
}
