//! Items from before an account's history. Nothing of them is kept but that they need not be asked for.

use super::lookup::by_space;
use crate::model::{AccountId, ItemKey};
use crate::store::column::{Ms, rows_in};
use crate::store::{Result, Store, Tx, on, tx};
use chrono::{DateTime, Utc};
use std::collections::HashSet;

/// An item that came before the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OlderItem {
    /// Its id.
    pub key: ItemKey,
    /// When it had come.
    pub received_by: DateTime<Utc>,
}

impl Store {
    /// Those of these items that are known to have come before a history that begins at `horizon`.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn older(
        &self,
        account: &AccountId,
        keys: &[ItemKey],
        horizon: DateTime<Utc>,
    ) -> Result<HashSet<ItemKey>> {
        let mut found = HashSet::new();
        for (space, wanted) in by_space(keys) {
            let rows: Vec<(String, Ms)> = rows_in!(
                on(self),
                "SELECT item_id, received_by FROM older_item WHERE account_id = $1 AND space = $2 AND item_id IN",
                [account.as_str(), space.as_str()],
                &wanted
            );
            let older = rows.into_iter().filter(|(_, received_by)| received_by.0 <= horizon);
            found.extend(older.map(|(id, _)| ItemKey { space: space.clone(), id }));
        }
        Ok(found)
    }
}

pub(super) async fn enter(open: &mut Tx, account: &AccountId, item: &OlderItem) -> Result<()> {
    tx!(open, execute sqlx::query(
        "INSERT INTO older_item (account_id, space, item_id, received_by) VALUES ($1, $2, $3, $4)
         ON CONFLICT (account_id, space, item_id) DO UPDATE SET received_by = excluded.received_by",
    )
    .bind(account.as_str())
    .bind(item.key.space.as_str())
    .bind(&item.key.id)
    .bind(item.received_by.timestamp_millis()))?;
    Ok(())
}
