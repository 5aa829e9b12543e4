//! Accounts by their ids, which sort by age.

use crate::model::{AccountId, Reach};
use crate::store::accounts::connected;
use crate::store::column::{Word, count};
use crate::store::{Result, Store, on};

/// Accounts from one id to another, both with it.
#[derive(Debug, Clone, Copy)]
pub struct AccountSpan<'a> {
    pub(in crate::store) from: &'a str,
    /// `None`: to the last.
    pub(in crate::store) to: Option<&'a str>,
}

impl<'a> AccountSpan<'a> {
    /// How its owner, its first and its last are bound where nothing else comes before.
    pub(in crate::store) const BOUND: [&'static str; 3] = ["$1", "$2", "$3"];
    /// All of them.
    pub const ALL: AccountSpan<'static> = AccountSpan { from: "", to: None };

    /// One account.
    #[must_use]
    pub fn of(id: &'a AccountId) -> Self {
        Self::between(id, id)
    }

    /// From this one to that one.
    #[must_use]
    pub fn between(from: &'a AccountId, to: &'a AccountId) -> Self {
        Self { from: from.as_str(), to: Some(to.as_str()) }
    }

    /// The condition by which a column names one of them that is within reach, where `bound` are the owner, the first and the
    /// last. Only what is asked for stands in it: with all of it, and nulls, no index would end where they do.
    pub(in crate::store) fn holds(self, reach: &Reach, column: &str, bound: [&str; 3]) -> String {
        let [owner, from, to] = bound;
        let span = match self.to {
            Some(_) => format!("{column} BETWEEN {from} AND {to}"),
            None => format!("{column} >= {from}"),
        };
        match reach {
            Reach::Everyone => span,
            Reach::Owner(_) => {
                format!("{column} IN (SELECT id FROM account WHERE owner = {owner}) AND {span}")
            }
        }
    }
}

impl Store {
    /// The ids of accounts within reach that were ever connected, in their order, behind the one after `after`.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn account_ids(
        &self,
        reach: &Reach,
        after: Option<&AccountId>,
        limit: u32,
    ) -> Result<Vec<AccountId>> {
        const TEXT: &str = concat!(
            "SELECT a.id FROM account a WHERE ($1 IS NULL OR a.owner = $1) AND a.id > $2 AND ",
            connected!(),
            " ORDER BY a.id LIMIT $3"
        );
        let rows: Vec<Word<AccountId>> = on!(self, db => sqlx::query_scalar(TEXT)
            .bind(reach.owner())
            .bind(after.map_or("", AccountId::as_str))
            .bind(i64::from(limit))
            .fetch_all(db)
            .await)?;
        Ok(rows.into_iter().map(|id| id.0).collect())
    }

    /// How many of those there are.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn count_accounts(&self, reach: &Reach) -> Result<u64> {
        const TEXT: &str =
            concat!("SELECT COUNT(*) FROM account a WHERE ($1 IS NULL OR a.owner = $1) AND ", connected!());
        Ok(count(on!(self, db => sqlx::query_scalar(TEXT).bind(reach.owner()).fetch_one(db).await)?))
    }
}
