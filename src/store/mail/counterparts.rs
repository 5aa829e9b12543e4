//! Stored messages of one Internet message id and time with messages that were seen: each of these may be one of those.

use super::row::{depth, instant};
use crate::model::{
    AccountId, Depth, FolderId, Instant, ItemKey, KeySpace, KeySpaces, MessageId, Precision, Sight,
};
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
    /// By which the road asks for it that has seen them; `None` where it does not know it.
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
    /// Its space, which has no blank in it, and its id.
    asked_by: Option<String>,
}

impl From<CounterpartRow> for Counterpart {
    fn from(row: CounterpartRow) -> Self {
        let asked_by = row.asked_by.as_deref().and_then(|key| key.split_once(' '));
        Self {
            message_id: row.id.0,
            folder: row.folder_id.0,
            internet_message_id: row.internet_message_id,
            received: instant(row.received_at, row.received_precision),
            from: row.from_address,
            subject: row.subject,
            has_attachments: row.has_attachments,
            preview: row.preview,
            depth: depth(row.provisional, row.has_detail),
            is_away: row.is_away,
            key: asked_by
                .map(|(space, id)| ItemKey { space: KeySpace::from(space.to_owned()), id: id.to_owned() }),
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

const BY_ID: &str = "m.account_id = $1 AND COALESCE(m.internet_message_id, '') = seen.internet_message_id";
const BY_TIME: &str = "m.folder_id = $1";

impl Store {
    /// The messages of an account, in whatever folder, that came when one of these did and have its Internet message id, or
    /// none as it has none; each once, the oldest first, with the key that it has in the spaces of a road.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn counterparts(
        &self,
        account: &AccountId,
        spaces: &KeySpaces,
        seen: &[&Sight],
    ) -> Result<Vec<Counterpart>> {
        self.arrived(BY_ID, account.as_str(), spaces, seen).await
    }

    /// The messages of a folder that came when one of these did, whatever their Internet message ids; each once, the oldest
    /// first, with the key that it has in the spaces of a road.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn lookalikes(
        &self,
        folder: &FolderId,
        spaces: &KeySpaces,
        seen: &[&Sight],
    ) -> Result<Vec<Counterpart>> {
        self.arrived(BY_TIME, folder.as_str(), spaces, seen).await
    }

    async fn arrived(
        &self,
        among: &'static str,
        of: &str,
        spaces: &KeySpaces,
        seen: &[&Sight],
    ) -> Result<Vec<Counterpart>> {
        let arrivals: Vec<_> = seen.iter().filter_map(|sight| arrival(sight)).collect();
        let mut found: Vec<Counterpart> = Vec::new();
        for chunk in chunks(&arrivals.iter().collect::<Vec<_>>()) {
            let text = format!(
                "WITH seen (internet_message_id, after, until) AS (VALUES {})
                 SELECT m.id, m.folder_id, COALESCE(m.internet_message_id, '') AS internet_message_id, m.received_at, m.received_precision,
                 m.from_address, m.subject, m.has_attachments, m.preview, m.provisional, m.has_detail,
                 COALESCE(m.missing_at, m.gone_at) IS NOT NULL AS is_away,
                 (SELECT k.space || ' ' || k.item_id FROM message_key k
                  WHERE k.message_id = m.id AND k.space IN ($2, $3)
                  ORDER BY CASE WHEN k.space = $2 THEN 0 ELSE 1 END, k.item_id DESC LIMIT 1) AS asked_by
                 FROM seen CROSS JOIN message m WHERE {among}
                 AND m.listed_at >= seen.after AND m.listed_at <= seen.until",
                arrival_places(4)
            );
            let rows: Vec<CounterpartRow> = on!(self, db => {
                let query = sqlx::query_as(sqlx::AssertSqlSafe(text));
                let mut query =
                    query.bind(of).bind(spaces.first.as_str()).bind(spaces.other.as_str());
                for (id, after, until) in chunk {
                    query = query.bind(id).bind(after).bind(until);
                }
                query.fetch_all(db).await
            })?;
            found.extend(rows.into_iter().map(Counterpart::from));
        }
        found.sort_by(|one, other| one.message_id.cmp(&other.message_id));
        found.dedup_by(|one, other| one.message_id == other.message_id);
        Ok(found)
    }
}
