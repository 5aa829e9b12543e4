//! Messages that are sent from here.

mod claim;
mod queue;
mod read;
mod settle;

pub use claim::OutboxClaim;
pub use queue::{OutboxAsked, OutboxQueued};
pub use settle::OutboxSettled;
pub(in crate::store) use settle::destroy_outbox;

use crate::model::{
    AccountId, LastError, MessageId, NewOutboxEntry, OutboxEntry, OutboxId, OutboxState, SendMode,
};
use crate::store::column::{Json, Ms, Word, count};

/// The kind of the sealed record of what a message says.
fn kind(id: &OutboxId) -> String {
    format!("outbox/{id}")
}

#[derive(sqlx::FromRow)]
struct OutboxRow {
    id: Word<OutboxId>,
    account_id: Word<AccountId>,
    actor: String,
    mode: Word<SendMode>,
    regarding: Option<Word<MessageId>>,
    internet_message_id: String,
    recipients: i64,
    size: i64,
    state: Word<OutboxState>,
    error: Option<Json<LastError>>,
    queued_at: Ms,
    handed_at: Option<Ms>,
    ended_at: Option<Ms>,
    next_at: Option<Ms>,
    tries: i64,
    message: Option<Word<MessageId>>,
}

/// The columns of an entry of `outbox o`. The sent copy is looked for among the mail that came when it was sent, so that no index
/// over all Message-IDs is needed.
macro_rules! outbox_columns {
    () => {
        concat!(
            "o.id, o.account_id, o.actor, o.mode, o.regarding, o.internet_message_id, o.recipients, o.size, o.state, o.error,
             o.queued_at, o.handed_at, o.ended_at, o.next_at, o.tries, ",
            $crate::store::outbox::sent_copy!(),
            " AS message"
        )
    };
}
use outbox_columns;

/// The sent copy of `outbox o`: any row but a draft shows that it was sent; the one of Sent Items first, for who writes to
/// themselves has two.
macro_rules! sent_copy {
    () => {
        "(SELECT m.id FROM message m JOIN folder f ON f.id = m.folder_id
          WHERE m.account_id = o.account_id AND m.listed_at >= o.queued_at - 86400000
          AND m.listed_at <= COALESCE(o.handed_at, o.queued_at) + 172800000
          AND m.internet_message_id = o.internet_message_id AND NOT m.is_draft AND m.gone_at IS NULL
          ORDER BY CASE f.role WHEN 'sent' THEN 0 ELSE 1 END, m.id LIMIT 1)"
    };
}
use sent_copy;

impl From<OutboxRow> for OutboxEntry {
    fn from(row: OutboxRow) -> Self {
        let whole = |number: i64| u32::try_from(count(number)).unwrap_or(u32::MAX);
        let of = NewOutboxEntry {
            id: row.id.0,
            account: row.account_id.0,
            actor: row.actor,
            mode: row.mode.0,
            regarding: row.regarding.map(|id| id.0),
            internet_message_id: row.internet_message_id,
            recipients: whole(row.recipients),
            size: whole(row.size),
            queued_at: row.queued_at.0,
        };
        Self {
            of,
            state: row.state.0,
            handed_at: row.handed_at.map(|at| at.0),
            ended_at: row.ended_at.map(|at| at.0),
            next_at: row.next_at.map(|at| at.0),
            tries: whole(row.tries),
            error: row.error.map(|error| error.0),
            message: row.message.map(|id| id.0),
        }
    }
}
