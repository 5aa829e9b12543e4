//! Reading contacts back.

use super::parts::{StoredCard, whole};
use super::row::{ContactRow, contact_columns};
use crate::model::{AccountId, Contact, ContactId, storable};
use crate::store::column::{like_literal, rows_in};
use crate::store::{Result, Store, on};
use sqlx::AssertSqlSafe;

/// Which contacts to read, in the order of what they are listed as.
#[derive(Debug, Clone, Default)]
pub struct ContactQuery {
    /// Of this account only.
    pub account: Option<AccountId>,
    /// Of accounts of this owner only.
    pub owner: Option<String>,
    /// Only those whose names, company, addresses or numbers contain each of its words, in any case.
    pub text: String,
    /// At most so many.
    pub limit: u32,
    /// Only those that come after this contact: what it is listed as (`Card::listed_as`) and its id.
    pub after: Option<(String, ContactId)>,
}

impl Store {
    /// A contact, also one that is gone.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn contact(&self, id: &ContactId) -> Result<Option<Contact>> {
        Ok(self.contacts_by_id(std::iter::once(id)).await?.remove(id))
    }

    /// Contacts that are not gone, by what they are listed as.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn contacts(&self, query: &ContactQuery) -> Result<Vec<Contact>> {
        let (listed_as, id) = query.after.as_ref().map(|(name, id)| (name.as_str(), id.as_str())).unzip();
        let words = patterns(&query.text);
        let rows: Vec<ContactRow> = on!(self, db => {
            let mut asked = sqlx::query_as(AssertSqlSafe(text_of(query, words.len())))
                .bind(i64::from(query.limit))
                .bind(query.account.as_ref().map(AccountId::as_str))
                .bind(&query.owner)
                .bind(listed_as)
                .bind(id);
            for word in &words {
                asked = asked.bind(word);
            }
            asked.fetch_all(db).await
        })?;
        let contacts: Vec<StoredCard> = whole!(on(self), rows);
        Ok(contacts.into_iter().map(|stored| stored.contact).collect())
    }
}

/// What `LIKE` finds each word of a search by.
fn patterns(text: &str) -> Vec<String> {
    let pattern = |word: &str| format!("%{}%", like_literal(&storable(word).to_lowercase()));
    text.split_whitespace().map(pattern).collect()
}

/// Only the conditions that are asked for stand in the text: with all of them, and nulls, no index would be
/// used.
fn text_of(query: &ContactQuery, words: usize) -> String {
    let conditions = [
        (query.account.is_some(), "c.account_id = $2"),
        (query.owner.is_some(), "c.account_id IN (SELECT id FROM account WHERE owner = $3)"),
        (query.after.is_some(), "(c.listed_as, c.id) > ($4, $5)"),
    ];
    let asked = conditions.into_iter().filter(|(asked, _)| *asked).map(|(_, text)| text.to_owned());
    let words = (6..6 + words).map(|place| format!(r"c.searched LIKE ${place} ESCAPE '\'"));
    let asked: Vec<String> = asked.chain(words).chain(["c.gone_at IS NULL".to_owned()]).collect();
    format!(
        "SELECT {} FROM contact c WHERE {} ORDER BY c.listed_as, c.id LIMIT $1",
        contact_columns(),
        asked.join(" AND ")
    )
}
