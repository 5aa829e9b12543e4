//! What the people of stored mail are called.

use crate::model::AccountId;
use crate::store::column::{chunks, like_literal, places};
use crate::store::{Result, Store, on};
use sqlx::AssertSqlSafe;
use std::collections::BTreeSet;

/// So many names are looked at.
const MOST: i64 = 100;

/// So many that may be one are told apart here.
const LOOKED_AT: i64 = 10_000;

/// Somebody as a message names them: a name, and an address.
type NameAndAddress = (Option<String>, Option<String>);

impl Store {
    /// What stored messages of an account call whoever has one of these addresses, which are in lower case, as Rust makes it. Looks
    /// through all of its messages.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn names_beside(
        &self,
        account: &AccountId,
        addresses: &BTreeSet<String>,
    ) -> Result<BTreeSet<String>> {
        let (plain, others): (Vec<&str>, Vec<&str>) =
            addresses.iter().map(String::as_str).partition(|address| address.is_ascii());
        let mut names = BTreeSet::new();
        for chunk in chunks(&plain) {
            let found = self.named(account, &format!("IN ({})", places(3)), &chunk, MOST).await?;
            // PostgreSQL takes some other letters for small ASCII ones, SQLite none.
            let is_one = |address: &String| plain.iter().any(|plain| address.eq_ignore_ascii_case(plain));
            names.extend(chosen(found, is_one));
        }
        // What the databases call lower case differs beyond ASCII: of those there are few, and Rust tells them apart.
        for address in others {
            let domain = address.rsplit('@').next().filter(|domain| domain.is_ascii());
            let pattern = format!("%@{}", domain.map_or_else(|| "%".to_owned(), like_literal));
            let found = self.named(account, "LIKE $3 ESCAPE '\\'", &[&pattern], LOOKED_AT).await?;
            names.extend(chosen(found, |seen| seen.to_lowercase() == address));
        }
        Ok(names)
    }

    /// Who stands in messages with an address that, in lower case, is so.
    async fn named(
        &self,
        account: &AccountId,
        is: &str,
        bound: &[&str],
        most: i64,
    ) -> Result<Vec<NameAndAddress>> {
        let text = format!(
            "SELECT from_name, from_address FROM message WHERE account_id = $1 AND LOWER(from_address) {is}
             UNION SELECT sender_name, sender_address FROM message WHERE account_id = $1 AND LOWER(sender_address) {is}
             UNION SELECT r.name, r.address FROM recipient r JOIN message m ON m.id = r.message_id
             WHERE m.account_id = $1 AND LOWER(r.address) {is} LIMIT $2"
        );
        Ok(on!(self, db => {
            let mut query = sqlx::query_as(AssertSqlSafe(text)).bind(account.as_str()).bind(most);
            for value in bound {
                query = query.bind(*value);
            }
            query.fetch_all(db).await
        })?)
    }
}

/// The names of those whose address is one.
fn chosen(found: Vec<NameAndAddress>, is_one: impl Fn(&String) -> bool) -> impl Iterator<Item = String> {
    found
        .into_iter()
        .filter_map(move |(name, address)| name.filter(|_| address.as_ref().is_some_and(&is_one)))
}
