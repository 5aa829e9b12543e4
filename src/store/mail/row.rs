//! How a message stands in its row.

use crate::model::{AccountId, Address, Depth, FolderId, Importance, Instant, Message, MessageId, Precision};
use crate::store::column::{Ms, Word, millis};
use crate::store::{Result, Tx, tx};
use chrono::{DateTime, Utc};

/// The columns of a message `m`, as `MessageRow` wants them.
macro_rules! message_columns {
    () => {
        "m.id, m.account_id, m.folder_id, m.change_key, m.conversation_id, m.internet_message_id, m.subject, m.from_name,
         m.from_address, m.sender_name, m.sender_address, m.recipients_truncated, m.received_at,
         m.received_precision, m.sent_at, m.is_read, m.is_draft, m.has_attachments, m.importance, m.item_class,
         m.preview, m.size, m.tier, m.provisional, m.has_detail, m.gone_at"
    };
}
pub(super) use message_columns;

/// A row of the table of messages.
#[derive(sqlx::FromRow)]
#[expect(clippy::struct_excessive_bools, reason = "they are columns")]
pub(super) struct MessageRow {
    id: Word<MessageId>,
    account_id: Word<AccountId>,
    folder_id: Word<FolderId>,
    change_key: Option<String>,
    conversation_id: Option<String>,
    internet_message_id: Option<String>,
    subject: Option<String>,
    from_name: Option<String>,
    from_address: Option<String>,
    sender_name: Option<String>,
    sender_address: Option<String>,
    recipients_truncated: bool,
    received_at: Option<Ms>,
    received_precision: Option<Word<Precision>>,
    sent_at: Option<Ms>,
    is_read: Option<bool>,
    is_draft: bool,
    has_attachments: Option<bool>,
    importance: Option<Word<Importance>>,
    item_class: Option<String>,
    preview: Option<String>,
    size: Option<i64>,
    tier: String,
    provisional: bool,
    has_detail: bool,
    gone_at: Option<Ms>,
}

impl From<MessageRow> for Message {
    /// Without its recipients, which have rows of their own.
    fn from(row: MessageRow) -> Self {
        Self {
            depth: depth(row.provisional, row.has_detail),
            received: instant(row.received_at, row.received_precision),
            id: row.id.0,
            account_id: row.account_id.0,
            folder: row.folder_id.0,
            seen_by: row.tier,
            change_key: row.change_key,
            conversation_id: row.conversation_id,
            internet_message_id: row.internet_message_id,
            subject: row.subject,
            from: address(row.from_name, row.from_address),
            sender: address(row.sender_name, row.sender_address),
            recipients: Vec::new(),
            recipients_truncated: row.recipients_truncated,
            sent_at: row.sent_at.map(|at| at.0),
            is_read: row.is_read,
            is_draft: row.is_draft,
            has_attachments: row.has_attachments,
            importance: row.importance.map(|importance| importance.0),
            item_class: row.item_class,
            preview: row.preview,
            size: row.size,
            gone_at: row.gone_at.map(|at| at.0),
        }
    }
}

/// Two columns hold it, for readers of the views.
pub(super) fn depth(provisional: bool, has_detail: bool) -> Depth {
    match (provisional, has_detail) {
        (_, true) => Depth::Whole,
        (false, false) => Depth::Listed,
        (true, false) => Depth::Shown,
    }
}

pub(super) fn instant(at: Option<Ms>, precision: Option<Word<Precision>>) -> Option<Instant> {
    Some(Instant { at: at?.0, precision: precision?.0 })
}

fn address(name: Option<String>, address: Option<String>) -> Option<Address> {
    Some(Address { name, address }).filter(|known| *known != Address::default())
}

/// Writes a message that was seen and is new or different.
pub(super) async fn save(open: &mut Tx, message: &Message, now: DateTime<Utc>) -> Result<()> {
    let name = |address: &Option<Address>| address.as_ref().and_then(|address| address.name.clone());
    let smtp = |address: &Option<Address>| address.as_ref().and_then(|address| address.address.clone());
    let received = millis(message.received.map(|received| received.at));
    tx!(open, execute sqlx::query(SAVE)
        .bind(message.id.as_str())
        .bind(message.account_id.as_str())
        .bind(message.folder.as_str())
        // What lists are ordered by.
        .bind(received.unwrap_or_default())
        .bind(&message.change_key)
        .bind(&message.conversation_id)
        .bind(&message.internet_message_id)
        .bind(&message.subject)
        .bind(name(&message.from))
        .bind(smtp(&message.from))
        .bind(name(&message.sender))
        .bind(smtp(&message.sender))
        .bind(message.recipients_truncated)
        .bind(received)
        .bind(message.received.map(|received| received.precision.as_str()))
        .bind(millis(message.sent_at))
        .bind(message.is_read)
        .bind(message.is_draft)
        .bind(message.has_attachments)
        .bind(message.importance.map(Importance::as_str))
        .bind(&message.item_class)
        .bind(&message.preview)
        .bind(message.size)
        .bind(&message.seen_by)
        .bind(message.depth == Depth::Shown)
        .bind(message.depth == Depth::Whole)
        .bind(now.timestamp_millis()))?;
    Ok(())
}

const SAVE: &str = "
INSERT INTO message AS m (id, account_id, folder_id, listed_at, change_key, conversation_id, internet_message_id, subject,
    from_name, from_address, sender_name, sender_address, recipients_truncated, received_at, received_precision, sent_at,
    is_read, is_draft, has_attachments, importance, item_class, preview, size, tier, provisional, has_detail,
    first_seen_at, changed_at, revision)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
    $25, $26, $27, $27, 1)
ON CONFLICT (id) DO UPDATE SET folder_id = excluded.folder_id, listed_at = excluded.listed_at,
    change_key = excluded.change_key, conversation_id = excluded.conversation_id,
    internet_message_id = excluded.internet_message_id, subject = excluded.subject, from_name = excluded.from_name,
    from_address = excluded.from_address, sender_name = excluded.sender_name,
    sender_address = excluded.sender_address, recipients_truncated = excluded.recipients_truncated,
    received_at = excluded.received_at, received_precision = excluded.received_precision, sent_at = excluded.sent_at,
    is_read = excluded.is_read, is_draft = excluded.is_draft, has_attachments = excluded.has_attachments,
    importance = excluded.importance, item_class = excluded.item_class, preview = excluded.preview,
    size = excluded.size, tier = excluded.tier, provisional = excluded.provisional, has_detail = excluded.has_detail,
    changed_at = excluded.changed_at, revision = m.revision + 1, missing_at = NULL, gone_at = NULL";
