//! Stored messages of one Internet message id and time with messages that were seen: each of these may be one of those.

use super::row::{depth, instant};
use crate::model::{AccountId, Depth, FolderId, Instant, ItemKey, KeySpace, MessageId, Precision, Sight};
use crate::store::column::{CHUNK, Ms, Word, chunks};
use crate::store::{Result, Store, on};
use chrono::TimeDelta;

/// Two looks at a message, on whichever road, say that it came within so much time.
pub const ARRIVALS_APART: TimeDelta = TimeDelta::seconds(2);

/// A stored message of the same Internet message id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counterpart {
    /// Ours.
    pub message_id: MessageId,
    /// Where it lies.
    pub folder: FolderId,
    /// RFC 5322's Message-ID; empty where it has none.
    pub internet_message_id: String,
    /// When it arrived.
    pub received: Option<Instant>,
    /// The author's address.
    pub from: Option<String>,
    /// Subject.
    pub subject: Option<String>,
    /// Whether it has attachments.
    pub has_attachments: Option<bool>,
    /// The first words of its body.
    pub preview: Option<String>,
    /// The deepest look there was.
    pub depth: Depth,
    /// Whether it is missing or gone.
    pub is_away: bool,
    /// Its key in the space of those that were seen.
    pub key: Option<ItemKey>,
}

#[derive(sqlx::FromRow)]
struct CounterpartRow {
    id: Word<MessageId>,
    folder_id: Word<FolderId>,
    internet_message_id: String,
    received_at: Option<Ms>,
    received_precision: Option<Word<Precision>>,
    from_address: Option<String>,
    subject: Option<String>,
    has_attachments: Option<bool>,
    preview: Option<String>,
    provisional: bool,
    has_detail: bool,
    is_away: bool,
    item_id: Option<String>,
}

impl CounterpartRow {
    fn of(self, space: &KeySpace) -> Counterpart {
        Counterpart {
            message_id: self.id.0,
            folder: self.folder_id.0,
            internet_message_id: self.internet_message_id,
            received: instant(self.received_at, self.received_precision),
            from: self.from_address,
            subject: self.subject,
            has_attachments: self.has_attachments,
            preview: self.preview,
            depth: depth(self.provisional, self.has_detail),
            is_away: self.is_away,
            key: self.item_id.map(|id| ItemKey { space: space.clone(), id }),
        }
    }
}

/// An Internet message id, and between which milliseconds its message came; both of them included.
type Arrival<'a> = (&'a str, i64, i64);

fn arrival(sight: &Sight) -> Option<Arrival<'_>> {
    let (id, Instant { at, precision }) = (sight.internet_message_id.as_deref(), sight.received?);
    // A second is as exact as it gets.
    let width = if precision == Precision::Second { TimeDelta::zero() } else { precision.width() };
    Some((
        id.unwrap_or_default(),
        (at - ARRIVALS_APART).timestamp_millis(),
        (at + width + ARRIVALS_APART).timestamp_millis(),
    ))
}

/// `($first, …), …`: the places of one chunk of arrivals.
fn arrival_places(first: usize) -> String {
    let three = |place: usize| format!("(${place}, ${}, ${})", place + 1, place + 2);
    (0..CHUNK).map(|n| three(first + 3 * n)).collect::<Vec<_>>().join(", ")
}

impl Store {
    /// The messages of an account, in whatever folder, that came when one of these did and have its Internet message id, or
    /// none as it has none; each once, the oldest first, with the key that it has in a space.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn counterparts(
        &self,
        account: &AccountId,
        space: &KeySpace,
        seen: &[&Sight],
    ) -> Result<Vec<Counterpart>> {
        let arrivals: Vec<_> = seen.iter().filter_map(|sight| arrival(sight)).collect();
        let mut found: Vec<Counterpart> = Vec::new();
        for chunk in chunks(&arrivals.iter().collect::<Vec<_>>()) {
            let text = format!(
                "WITH seen (internet_message_id, after, until) AS (VALUES {})
                 SELECT m.id, m.folder_id, seen.internet_message_id, m.received_at, m.received_precision,
                 m.from_address, m.subject, m.has_attachments, m.preview, m.provisional, m.has_detail,
                 COALESCE(m.missing_at, m.gone_at) IS NOT NULL AS is_away,
                 (SELECT MAX(k.item_id) FROM message_key k WHERE k.message_id = m.id AND k.space = $2) AS item_id
                 FROM seen CROSS JOIN message m WHERE m.account_id = $1
                 AND COALESCE(m.internet_message_id, '') = seen.internet_message_id
                 AND m.listed_at >= seen.after AND m.listed_at <= seen.until",
                arrival_places(3)
            );
            let rows: Vec<CounterpartRow> = on!(self, db => {
                let query = sqlx::query_as(sqlx::AssertSqlSafe(text));
                let mut query = query.bind(account.as_str()).bind(space.as_str());
                for (id, after, until) in chunk {
                    query = query.bind(id).bind(after).bind(until);
                }
                query.fetch_all(db).await
            })?;
            found.extend(rows.into_iter().map(|row| row.of(space)));
        }
        found.sort_by(|one, other| one.message_id.cmp(&other.message_id));
        found.dedup_by(|one, other| one.message_id == other.message_id);
        Ok(found)
    }
}
