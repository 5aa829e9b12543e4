//! What sync asks before it writes: which items are stored, which may be adopted, which are incomplete.

use crate::model::{AccountId, Address, Folder, IdFamily, Instant, ItemKey, MessageId, Precision};
use crate::store::column::{Ms, Word, count, rows_in};
use crate::store::{Result, Store, on};
use chrono::{DateTime, Utc};
use std::collections::HashMap;

/// What is stored under an item's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Ours.
    pub message_id: MessageId,
    /// The version of the item that is stored: of its detail, once that was fetched.
    pub change_key: Option<String>,
    /// Where it lies.
    pub folder: Folder,
    /// Whether it was read.
    pub is_read: Option<bool>,
    /// Whether its detail was fetched.
    pub has_detail: bool,
    /// Seen only on the page so far.
    pub provisional: bool,
}

/// A stored message that a row may stand for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Ours.
    pub message_id: MessageId,
    /// The conversation it belongs to.
    pub conversation_id: String,
    /// RFC 5322's Message-ID.
    pub internet_message_id: Option<String>,
    /// Subject.
    pub subject: Option<String>,
    /// From.
    pub from: Option<Address>,
    /// When it arrived.
    pub received: Option<Instant>,
    /// Which of its ids are known; empty while only the page has shown it.
    pub families: Vec<IdFamily>,
    /// Seen only on the page so far.
    pub provisional: bool,
}

/// How often an item that cannot be read is tried by `without_detail`.
const ATTEMPTS: i64 = 5;

#[derive(sqlx::FromRow)]
struct KnownRow {
    family: Word<IdFamily>,
    item_id: String,
    message_id: Word<MessageId>,
    change_key: Option<String>,
    folder: Word<Folder>,
    is_read: Option<bool>,
    has_detail: bool,
    provisional: bool,
}

impl From<KnownRow> for (ItemKey, Known) {
    fn from(row: KnownRow) -> Self {
        let known = Known {
            message_id: row.message_id.0,
            change_key: row.change_key,
            folder: row.folder.0,
            is_read: row.is_read,
            has_detail: row.has_detail,
            provisional: row.provisional,
        };
        (ItemKey { family: row.family.0, id: row.item_id }, known)
    }
}

#[derive(sqlx::FromRow)]
struct CandidateRow {
    id: Word<MessageId>,
    conversation_id: String,
    internet_message_id: Option<String>,
    subject: Option<String>,
    from_name: Option<String>,
    from_address: Option<String>,
    received_at: Option<Ms>,
    received_precision: Option<Word<Precision>>,
    has_entry: bool,
    has_immutable: bool,
    provisional: bool,
}

impl CandidateRow {
    fn received(&self) -> Option<Instant> {
        Some(Instant { at: self.received_at?.0, precision: self.received_precision.as_ref()?.0 })
    }
}

impl From<CandidateRow> for Candidate {
    fn from(row: CandidateRow) -> Self {
        let families = [(row.has_entry, IdFamily::Entry), (row.has_immutable, IdFamily::Immutable)];
        let from = Address { name: row.from_name.clone(), address: row.from_address.clone() };
        Self {
            received: row.received(),
            message_id: row.id.0,
            conversation_id: row.conversation_id,
            internet_message_id: row.internet_message_id,
            subject: row.subject,
            from: (from != Address::default()).then_some(from),
            families: families.into_iter().filter(|(has, _)| *has).map(|(_, family)| family).collect(),
            provisional: row.provisional,
        }
    }
}

impl Store {
    /// What is stored under the keys of items; keys that are not stored are absent.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn known(&self, account: &AccountId, keys: &[ItemKey]) -> Result<HashMap<ItemKey, Known>> {
        let wanted: Vec<&str> = keys.iter().map(|key| key.id.as_str()).collect();
        let rows: Vec<KnownRow> = rows_in!(
            on(self),
            "SELECT k.family, k.item_id, k.message_id, m.change_key, m.folder, m.is_read, m.has_detail, m.provisional
             FROM message_key k JOIN message m ON m.id = k.message_id
             WHERE k.account_id = $1 AND k.family IN ('entry', 'immutable') AND k.item_id IN",
            [account.as_str()],
            &wanted
        );
        Ok(rows.into_iter().map(Into::into).collect())
    }

    /// The messages of a folder that belong to these conversations, newest first within each: what a row that names
    /// no item may stand for, and what an item that is new may adopt.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn candidates(
        &self,
        account: &AccountId,
        folder: Folder,
        conversation_ids: &[String],
    ) -> Result<Vec<Candidate>> {
        let mut wanted: Vec<&str> = conversation_ids.iter().map(String::as_str).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let rows: Vec<CandidateRow> = rows_in!(
            on(self),
            "SELECT m.id, m.conversation_id, m.internet_message_id, m.subject, m.from_name, m.from_address,
             m.received_at, m.received_precision, m.provisional,
             EXISTS (SELECT 1 FROM message_key k WHERE k.message_id = m.id AND k.family = 'entry') AS has_entry,
             EXISTS (SELECT 1 FROM message_key k WHERE k.message_id = m.id AND k.family = 'immutable') AS has_immutable
             FROM message m WHERE m.account_id = $1 AND m.folder = $2 AND m.conversation_id IN",
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

    /// How many messages of a folder are stored.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn count_messages(&self, account: &AccountId, folder: Folder) -> Result<u64> {
        let rows = on!(self, db => sqlx::query_scalar(
            "SELECT COUNT(*) FROM message WHERE account_id = $1 AND folder = $2",
        )
        .bind(account.as_str())
        .bind(folder.as_str())
        .fetch_one(db)
        .await)?;
        Ok(count(rows))
    }

    /// When the oldest message of a folder came, of those whose time is known.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn oldest_message(&self, account: &AccountId, folder: Folder) -> Result<Option<DateTime<Utc>>> {
        let at: Option<Ms> = on!(self, db => sqlx::query_scalar(
            "SELECT MIN(received_at) FROM message WHERE account_id = $1 AND folder = $2",
        )
        .bind(account.as_str())
        .bind(folder.as_str())
        .fetch_one(db)
        .await)?;
        Ok(at.map(|at| at.0))
    }

    /// Items whose detail was never fetched, the newest first, one key for each; without those that failed five times.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn without_detail(&self, account: &AccountId, limit: u32) -> Result<Vec<ItemKey>> {
        let rows: Vec<(Word<IdFamily>, String)> = on!(self, db => sqlx::query_as(
            "SELECT k.family, k.item_id FROM message m JOIN message_key k ON k.message_id = m.id
             WHERE m.account_id = $1 AND NOT m.has_detail
             AND NOT EXISTS (SELECT 1 FROM message_key o WHERE o.message_id = m.id AND o.family > k.family)
             AND NOT EXISTS (SELECT 1 FROM ledger l JOIN message_key f
                             ON f.account_id = l.account_id AND f.family = l.family AND f.item_id = l.item_id
                             WHERE f.message_id = m.id AND l.attempts >= $2)
             ORDER BY m.listed_at DESC, m.id DESC LIMIT $3",
        )
        .bind(account.as_str())
        .bind(ATTEMPTS)
        .bind(i64::from(limit))
        .fetch_all(db)
        .await)?;
        Ok(rows.into_iter().map(|(family, id)| ItemKey { family: family.0, id }).collect())
    }
}
