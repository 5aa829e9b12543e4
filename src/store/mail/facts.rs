//! What two looks at a message are compared by.

use super::row::instant;
use crate::model::{FolderId, Instant, MessageId, Precision};
use crate::store::column::{Ms, Word, rows_in};
use crate::store::{Result, Store, on};

/// What is stored of a message that another look may say otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageFacts {
    /// Ours.
    pub message_id: MessageId,
    /// Where it lies.
    pub folder: FolderId,
    /// RFC 5322's Message-ID.
    pub internet_message_id: Option<String>,
    /// When it arrived.
    pub received: Option<Instant>,
    /// The author's address.
    pub from: Option<String>,
    /// Subject.
    pub subject: Option<String>,
    /// Whether it was read.
    pub is_read: Option<bool>,
    /// Whether it has attachments.
    pub has_attachments: Option<bool>,
}

#[derive(sqlx::FromRow)]
struct FactsRow {
    id: Word<MessageId>,
    folder_id: Word<FolderId>,
    internet_message_id: Option<String>,
    received_at: Option<Ms>,
    received_precision: Option<Word<Precision>>,
    from_address: Option<String>,
    subject: Option<String>,
    is_read: Option<bool>,
    has_attachments: Option<bool>,
}

impl From<FactsRow> for MessageFacts {
    fn from(row: FactsRow) -> Self {
        Self {
            message_id: row.id.0,
            folder: row.folder_id.0,
            internet_message_id: row.internet_message_id,
            received: instant(row.received_at, row.received_precision),
            from: row.from_address,
            subject: row.subject,
            is_read: row.is_read,
            has_attachments: row.has_attachments,
        }
    }
}

impl Store {
    /// The facts of these messages, each once; others are absent.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn facts_of(&self, messages: &[MessageId]) -> Result<Vec<MessageFacts>> {
        let wanted: Vec<&str> = messages.iter().map(MessageId::as_str).collect();
        let rows: Vec<FactsRow> = rows_in!(
            on(self),
            "SELECT id, folder_id, internet_message_id, received_at, received_precision, from_address, subject, is_read,
             has_attachments FROM message WHERE id IN",
            [],
            &wanted
        );
        Ok(rows.into_iter().map(MessageFacts::from).collect())
    }
}
