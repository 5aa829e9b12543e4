//! What sync asks before it writes: which items are stored, and which are incomplete.

use super::row::depth;
use crate::model::{AccountId, Depth, FolderId, ItemKey, KeySpace, KeySpaces, MessageId};
use crate::store::column::{Ms, Word, rows_in};
use crate::store::{Result, Store, on};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, HashMap, HashSet};

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
    /// Whether the first words of its body are stored.
    pub has_preview: bool,
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
    preview: Option<String>,
}

impl From<KnownRow> for Known {
    fn from(row: KnownRow) -> Self {
        Self {
            message_id: row.message_id.0,
            folder: row.folder_id.0,
            change_key: row.change_key,
            depth: depth(row.provisional, row.has_detail),
            is_away: row.is_away,
            has_preview: row.preview.is_some_and(|preview| !preview.trim().is_empty()),
        }
    }
}

/// Whether a key `k` is the one by which a road asks for its message, whose spaces are bound as the first and the other.
macro_rules! asked_by {
    ($first:literal, $other:literal) => {
        concat!(
            "(k.space = ",
            $first,
            " OR (k.space = ",
            $other,
            " AND NOT EXISTS (SELECT 1 FROM message_key o WHERE o.message_id = k.message_id AND o.space = ",
            $first,
            ")))"
        )
    };
}
pub(super) use asked_by;

/// The ids of keys, space by space.
pub(in crate::store) fn by_space(keys: &[ItemKey]) -> BTreeMap<&KeySpace, Vec<&str>> {
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
                 COALESCE(m.missing_at, m.gone_at) IS NOT NULL AS is_away, m.preview
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

    /// By which key each of these messages is asked for on a road; none of those that it does not know.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn keys_of(&self, messages: &[MessageId], spaces: &KeySpaces) -> Result<Vec<ItemKey>> {
        let wanted: Vec<&str> = messages.iter().map(MessageId::as_str).collect();
        let rows: Vec<(Word<KeySpace>, String)> = rows_in!(
            on(self),
            concat!(
                "SELECT DISTINCT k.space, k.item_id FROM message_key k WHERE ",
                asked_by!("$1", "$2"),
                " AND k.message_id IN"
            ),
            [spaces.first.as_str(), spaces.other.as_str()],
            &wanted
        );
        let keys: HashSet<_> = rows.into_iter().map(|(space, id)| ItemKey { space: space.0, id }).collect();
        Ok(keys.into_iter().collect())
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

    /// Items that a road knows, whose detail was never fetched and that never failed, the newest first, one key for each.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn without_detail(
        &self,
        account: &AccountId,
        spaces: &KeySpaces,
        limit: u32,
    ) -> Result<Vec<ItemKey>> {
        let rows: Vec<(Word<KeySpace>, String)> = on!(self, db => sqlx::query_as(concat!(
            "SELECT k.space, k.item_id FROM message m JOIN message_key k ON k.message_id = m.id
             WHERE m.account_id = $1 AND NOT m.has_detail AND NOT m.provisional
             AND m.missing_at IS NULL AND m.gone_at IS NULL AND ",
            asked_by!("$3", "$4"),
            " AND NOT EXISTS (SELECT 1 FROM ledger l JOIN message_key f
                             ON f.account_id = l.account_id AND f.space = l.space AND f.item_id = l.item_id
                             WHERE f.message_id = m.id)
             ORDER BY m.listed_at DESC, m.id DESC LIMIT $2",
        ))
        .bind(account.as_str())
        .bind(i64::from(limit))
        .bind(spaces.first.as_str())
        .bind(spaces.other.as_str())
        .fetch_all(db)
        .await)?;
        Ok(rows.into_iter().map(|(space, id)| ItemKey { space: space.0, id }).collect())
    }
}
