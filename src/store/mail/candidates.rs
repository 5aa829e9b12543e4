//! Which stored messages one may be that was seen under no stored key.

use super::row::{depth, instant};
use crate::model::{AccountId, Depth, FolderId, Instant, KeySpace, MessageId, Precision, Sight};
use crate::store::column::{CHUNK, Ms, Word, chunks, rows_in};
use crate::store::{Result, Store, on};
use chrono::{DateTime, Utc};
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// A stored message that a row may stand for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The message's id.
    pub message_id: MessageId,
    /// The conversation it belongs to.
    pub conversation_id: String,
    /// RFC 5322's Message-ID.
    pub internet_message_id: Option<String>,
    /// Subject.
    pub subject: Option<String>,
    /// When it arrived.
    pub received: Option<Instant>,
    /// The spaces in which it has a key; none while only a page has shown it.
    pub spaces: Vec<KeySpace>,
    /// The deepest look there was.
    pub depth: Depth,
}

#[derive(sqlx::FromRow)]
struct CandidateRow {
    id: Word<MessageId>,
    conversation_id: String,
    internet_message_id: Option<String>,
    subject: Option<String>,
    received_at: Option<Ms>,
    received_precision: Option<Word<Precision>>,
    /// With a space between two.
    spaces: Option<String>,
    provisional: bool,
    has_detail: bool,
}

impl From<CandidateRow> for Candidate {
    fn from(row: CandidateRow) -> Self {
        let spaces = row.spaces.unwrap_or_default();
        Self {
            received: instant(row.received_at, row.received_precision),
            message_id: row.id.0,
            conversation_id: row.conversation_id,
            internet_message_id: row.internet_message_id,
            subject: row.subject,
            spaces: spaces.split_whitespace().map(|word| KeySpace::from(word.to_owned())).collect(),
            depth: depth(row.provisional, row.has_detail),
        }
    }
}

macro_rules! candidate_columns {
    () => {
        "m.id, m.conversation_id, m.internet_message_id, m.subject, m.received_at, m.received_precision,
         m.provisional, m.has_detail,
         (SELECT string_agg(k.space, ' ') FROM message_key k WHERE k.message_id = m.id) AS spaces"
    };
}

/// Of the conversation of a look without a time, so many messages are loaded.
const MOST_UNDATED: i64 = 100;

/// A conversation, and between which milliseconds a message of it came, of which that is known to the second,
/// if it is the one that was seen; neither of them included.
type Moment<'a> = (&'a str, i64, i64);

fn moment(sight: &Sight) -> Option<Moment<'_>> {
    let Instant { at, precision } = sight.received?;
    let (after, until) = (at - Precision::Second.width(), at + precision.width());
    Some((sight.conversation_id.as_deref()?, after.timestamp_millis(), until.timestamp_millis()))
}

/// `($first, …), …`: the places of one chunk of moments.
fn moment_places(first: usize) -> String {
    let three = |place: usize| format!("(${place}, ${}, ${})", place + 1, place + 2);
    (0..CHUNK).map(|n| three(first + 3 * n)).collect::<Vec<_>>().join(", ")
}

fn conversations<'a>(seen: impl Iterator<Item = &'a Sight>) -> Vec<&'a str> {
    let named: BTreeSet<_> = seen.filter_map(|sight| sight.conversation_id.as_deref()).collect();
    named.into_iter().collect()
}

impl Candidate {
    /// Newest first within each conversation.
    fn place(&self) -> (&str, Reverse<Option<DateTime<Utc>>>, &MessageId) {
        let received = self.received.map(|received| received.at);
        (&self.conversation_id, Reverse(received), &self.message_id)
    }
}

impl Store {
    /// The messages of a folder of which these may be other looks: those of their conversations that came in
    /// the same moment, or of which it is not known to the second when they came. For a look without a time
    /// they are the newest of its conversation, a hundred at most. Newest first within each conversation.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn candidates(
        &self,
        account: &AccountId,
        folder: &FolderId,
        seen: &[&Sight],
    ) -> Result<Vec<Candidate>> {
        let mut rows = self.of_moments(account, folder, seen).await?;
        rows.extend(self.inexact(folder, &conversations(seen.iter().copied())).await?);
        for conversation in conversations(seen.iter().copied().filter(|sight| sight.received.is_none())) {
            rows.extend(self.newest_of(account, folder, conversation).await?);
        }
        let mut found: Vec<Candidate> = rows.into_iter().map(Candidate::from).collect();
        found.sort_by(|one, other| one.place().cmp(&other.place()));
        found.dedup_by(|one, other| one.message_id == other.message_id);
        Ok(found)
    }

    /// A conversation may have hundreds of thousands of messages: they are found by their times.
    async fn of_moments(
        &self,
        account: &AccountId,
        folder: &FolderId,
        seen: &[&Sight],
    ) -> Result<Vec<CandidateRow>> {
        let moments: Vec<_> = seen.iter().filter_map(|sight| moment(sight)).collect();
        let mut rows = Vec::new();
        for chunk in chunks(&moments.iter().collect::<Vec<_>>()) {
            let text = format!(
                concat!(
                    "WITH seen (conversation_id, after, until) AS (VALUES {}) SELECT ",
                    candidate_columns!(),
                    " FROM seen CROSS JOIN message m WHERE m.account_id = $1 AND m.folder_id = $2
                     AND m.conversation_id = seen.conversation_id
                     AND m.listed_at > seen.after AND m.listed_at < seen.until"
                ),
                moment_places(3)
            );
            rows.extend(on!(self, db => {
                let query = sqlx::query_as(sqlx::AssertSqlSafe(text));
                let mut query = query.bind(account.as_str()).bind(folder.as_str());
                for (conversation, after, until) in chunk {
                    query = query.bind(conversation).bind(after).bind(until);
                }
                query.fetch_all(db).await
            })?);
        }
        Ok(rows)
    }

    async fn inexact(&self, folder: &FolderId, conversations: &[&str]) -> Result<Vec<CandidateRow>> {
        // Found by the index of the few that there are: SQLite would rather go through the conversations.
        Ok(rows_in!(
            on(self),
            concat!(
                "SELECT ",
                candidate_columns!(),
                " FROM message m WHERE m.folder_id = $1 AND COALESCE(m.received_precision, '') <> 'second'
                 AND m.conversation_id || '' IN"
            ),
            [folder.as_str()],
            conversations
        ))
    }

    async fn newest_of(
        &self,
        account: &AccountId,
        folder: &FolderId,
        conversation: &str,
    ) -> Result<Vec<CandidateRow>> {
        let rows = on!(self, db => sqlx::query_as(concat!(
            "SELECT ",
            candidate_columns!(),
            " FROM message m WHERE m.account_id = $1 AND m.folder_id = $2 AND m.conversation_id = $3
             ORDER BY m.listed_at DESC LIMIT $4"
        ))
        .bind(account.as_str())
        .bind(folder.as_str())
        .bind(conversation)
        .bind(MOST_UNDATED)
        .fetch_all(db)
        .await)?;
        Ok(rows)
    }
}
