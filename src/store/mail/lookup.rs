//! What sync asks before it writes: which items are stored, which may be adopted, which are incomplete.

use super::row::{depth, instant};
use crate::model::{AccountId, Depth, FolderId, Instant, ItemKey, KeySpace, MessageId, Precision};
use crate::store::column::{Ms, Word, rows_in};
use crate::store::{Result, Store, on};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, HashMap};

/// What is stored under an item's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The message's id.
    pub message_id: MessageId,
    /// Where it lies.
    pub folder: FolderId,
    /// The version of the item at the deepest look.
    pub change_key: Option<String>,
    /// The deepest look there was.
    pub depth: Depth,
    /// Whether it is missing or gone.
    pub is_away: bool,
}

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
struct KnownRow {
    item_id: String,
    message_id: Word<MessageId>,
    folder_id: Word<FolderId>,
    change_key: Option<String>,
    provisional: bool,
    has_detail: bool,
    is_away: bool,
}

impl From<KnownRow> for Known {
    fn from(row: KnownRow) -> Self {
        Self {
            message_id: row.message_id.0,
            folder: row.folder_id.0,
            change_key: row.change_key,
            depth: depth(row.provisional, row.has_detail),
            is_away: row.is_away,
        }
    }
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

/// The ids of keys, space by space.
pub(super) fn by_space(keys: &[ItemKey]) -> BTreeMap<&KeySpace, Vec<&str>> {
    let mut by_space: BTreeMap<&KeySpace, Vec<&str>> = BTreeMap::new();
    for key in keys {
        by_space.entry(&key.space).or_default().push(&key.id);
    }
    by_space
}

impl Store {
    /// What is stored under the keys of items; keys that are not stored are absent.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn known(&self, account: &AccountId, keys: &[ItemKey]) -> Result<HashMap<ItemKey, Known>> {
        let mut known = HashMap::new();
        for (space, wanted) in by_space(keys) {
            let rows: Vec<KnownRow> = rows_in!(
                on(self),
                "SELECT k.item_id, k.message_id, m.folder_id, m.change_key, m.provisional, m.has_detail,
                 COALESCE(m.missing_at, m.gone_at) IS NOT NULL AS is_away
                 FROM message_key k JOIN message m ON m.id = k.message_id
                 WHERE k.account_id = $1 AND k.space = $2 AND k.item_id IN",
                [account.as_str(), space.as_str()],
                &wanted
            );
            let key = |id: &str| ItemKey { space: space.clone(), id: id.to_owned() };
            known.extend(rows.into_iter().map(|row| (key(&row.item_id), row.into())));
        }
        Ok(known)
    }

    /// The messages of a folder that belong to these conversations, newest first within each: what a row that
    /// names no item may stand for, and what an item that is new may adopt.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn candidates(
        &self,
        account: &AccountId,
        folder: &FolderId,
        conversation_ids: &[String],
    ) -> Result<Vec<Candidate>> {
        let mut wanted: Vec<&str> = conversation_ids.iter().map(String::as_str).collect();
        wanted.sort_unstable();
        wanted.dedup();
        // Found by their conversations: SQLite would rather go through all of the folder.
        let rows: Vec<CandidateRow> = rows_in!(
            on(self),
            "SELECT m.id, m.conversation_id, m.internet_message_id, m.subject, m.received_at, m.received_precision,
             m.provisional, m.has_detail,
             (SELECT string_agg(k.space, ' ') FROM message_key k WHERE k.message_id = m.id) AS spaces
             FROM message m WHERE m.account_id = $1 AND m.folder_id || '' = $2 AND m.conversation_id IN",
            [account.as_str(), folder.as_str()],
            &wanted
        );
        let mut found: Vec<Candidate> = rows.into_iter().map(Candidate::from).collect();
        found.sort_by(|a, b| {
            let newest =
                |candidate: &Candidate| std::cmp::Reverse(candidate.received.map(|received| received.at));
            (&a.conversation_id, newest(a), &a.message_id).cmp(&(
                &b.conversation_id,
                newest(b),
                &b.message_id,
            ))
        });
        Ok(found)
    }

    /// When the oldest message that a folder holds came, of those whose time is known.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn oldest_message(&self, folder: &FolderId) -> Result<Option<DateTime<Utc>>> {
        let at: Option<Ms> = on!(self, db => sqlx::query_scalar(
            "SELECT listed_at FROM message WHERE folder_id = $1 AND received_at IS NOT NULL AND gone_at IS NULL
             ORDER BY listed_at, id LIMIT 1",
        )
        .bind(folder.as_str())
        .fetch_optional(db)
        .await)?;
        Ok(at.map(|at| at.0))
    }

    /// Items whose detail was never fetched and that never failed, the newest first, one key for each.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn without_detail(&self, account: &AccountId, limit: u32) -> Result<Vec<ItemKey>> {
        let rows: Vec<(Word<KeySpace>, String)> = on!(self, db => sqlx::query_as(
            "SELECT k.space, k.item_id FROM message m JOIN message_key k ON k.message_id = m.id
             WHERE m.account_id = $1 AND NOT m.has_detail AND NOT m.provisional
             AND m.missing_at IS NULL AND m.gone_at IS NULL
             AND NOT EXISTS (SELECT 1 FROM message_key o WHERE o.message_id = m.id AND o.space > k.space)
             AND NOT EXISTS (SELECT 1 FROM ledger l JOIN message_key f
                             ON f.account_id = l.account_id AND f.space = l.space AND f.item_id = l.item_id
                             WHERE f.message_id = m.id)
             ORDER BY m.listed_at DESC, m.id DESC LIMIT $2",
        )
        .bind(account.as_str())
        .bind(i64::from(limit))
        .fetch_all(db)
        .await)?;
        Ok(rows.into_iter().map(|(space, id)| ItemKey { space: space.0, id }).collect())
    }
}
