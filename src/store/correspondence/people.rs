//! What the people of stored mail are called.

use crate::model::AccountId;
use crate::store::column::{chunks, places};
use crate::store::{Result, Store, on};
use sqlx::AssertSqlSafe;
use std::collections::BTreeSet;

/// So many names are looked at.
const MOST: i64 = 100;

impl Store {
    /// What stored messages of an account call whoever has one of these addresses, which are in lower case. Looks
    /// through all of its messages.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn names_beside(
        &self,
        account: &AccountId,
        addresses: &BTreeSet<String>,
    ) -> Result<BTreeSet<String>> {
        let addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
        let mut names = BTreeSet::new();
        for chunk in chunks(&addresses) {
            let of = places(3);
            let text = format!(
                "SELECT from_name FROM message WHERE account_id = $1 AND LOWER(from_address) IN ({of})
                 UNION SELECT sender_name FROM message WHERE account_id = $1 AND LOWER(sender_address) IN ({of})
                 UNION SELECT r.name FROM recipient r JOIN message m ON m.id = r.message_id
                 WHERE m.account_id = $1 AND LOWER(r.address) IN ({of}) LIMIT $2"
            );
            let rows: Vec<(Option<String>,)> = on!(self, db => {
                let mut query = sqlx::query_as(AssertSqlSafe(text)).bind(account.as_str()).bind(MOST);
                for address in chunk {
                    query = query.bind(address);
                }
                query.fetch_all(db).await
            })?;
            names.extend(rows.into_iter().filter_map(|(name,)| name));
        }
        Ok(names)
    }
}
