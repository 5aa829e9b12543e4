//! How contacts stand, in a word, and of which accounts a person is asked something.

use super::matching::IS_ASKED;
use super::rejected::REJECTED;
use crate::model::{AccountId, ContactId, ContactState, Reach};
use crate::store::column::{Word, count, rows_in};
use crate::store::{Result, Store, on};
use sqlx::AssertSqlSafe;
use std::collections::HashMap;

/// Whether a person is to say which side of a contact `c` holds.
const IS_CONTESTED: &str =
    "(c.edited_at IS NOT NULL AND EXISTS (SELECT 1 FROM contact_link l WHERE l.contact_id = c.id
         AND (l.contested IS NOT NULL AND l.ended_at IS NULL OR l.ended_there AND c.gone_at IS NULL))
     OR c.gone_at IS NULL AND EXISTS (SELECT 1 FROM contact_photo_edit e WHERE e.contact_id = c.id
         AND e.contested IS NOT NULL AND e.holds IS NULL))";

/// Accounts within reach `$1` with how many contacts of theirs a person is asked about, and whether their plan or what
/// their mailbox lacks waits; `$2` says whether a person is asked which side holds.
const QUESTIONS: &str = "
SELECT a.id, CAST(SUM(q.asked) AS BIGINT) AS asked, CAST(SUM(q.waits) AS BIGINT) AS waits FROM (
    SELECT m.account_id, COUNT(*) AS asked, 0 AS waits
    FROM contact_match m JOIN contact h ON h.id = m.here_id JOIN contact t ON t.id = m.there_id
    WHERE m.settled_at IS NULL AND h.gone_at IS NULL AND t.gone_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM contact_link l WHERE l.contact_id = h.id AND l.ended_at IS NULL)
    GROUP BY m.account_id
    UNION ALL
    SELECT c.account_id, COUNT(*), 0 FROM contact c JOIN contact_link l ON l.contact_id = c.id
    WHERE $2 AND c.edited_at IS NOT NULL
    AND (l.contested IS NOT NULL AND l.ended_at IS NULL OR l.ended_there AND c.gone_at IS NULL)
    GROUP BY c.account_id
    UNION ALL
    SELECT c.account_id, COUNT(*), 0 FROM contact_photo_edit e CROSS JOIN contact c
    WHERE c.id = e.contact_id AND $2 AND c.gone_at IS NULL AND e.contested IS NOT NULL AND e.holds IS NULL
    GROUP BY c.account_id
    UNION ALL
    SELECT account_id, 0, 1 FROM contact_gate WHERE asked_at IS NOT NULL OR missing_at IS NOT NULL
) AS q JOIN account a ON a.id = q.account_id
WHERE ($1 IS NULL OR a.owner = $1) AND NOT a.leaving
GROUP BY a.id";

#[derive(sqlx::FromRow)]
struct StateRow {
    id: Word<ContactId>,
    state: Word<ContactState>,
}

#[derive(sqlx::FromRow)]
struct QuestionsRow {
    id: Word<AccountId>,
    asked: i64,
}

impl Store {
    /// How these contacts stand; `asks` says whether a person is asked which side holds.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn contact_states(
        &self,
        ids: &[ContactId],
        asks: bool,
    ) -> Result<HashMap<ContactId, ContactState>> {
        let ids: Vec<&str> = ids.iter().map(ContactId::as_str).collect();
        let parked =
            "EXISTS (SELECT 1 FROM contact_parked p WHERE p.contact_id = c.id AND p.revision = c.revision";
        let item = "EXISTS (SELECT 1 FROM contact_link l WHERE l.contact_id = c.id AND l.ended_at IS NULL";
        let text = format!(
            "SELECT c.id, CASE WHEN {IS_ASKED} OR $1 AND {IS_CONTESTED} THEN 'asked' WHEN c.gone_at IS NOT NULL THEN 'gone'
                 WHEN {parked} AND p.code = $2) THEN 'kept_back' WHEN {parked}) THEN 'refused'
                 WHEN c.edited_at IS NOT NULL THEN 'waiting' WHEN {item} AND l.missing_at IS NOT NULL) THEN 'missing'
                 WHEN {item}) THEN 'linked' ELSE 'here' END AS state
             FROM contact c WHERE c.id IN"
        );
        let rows: Vec<StateRow> = rows_in!(on(self), text, [asks, REJECTED], &ids);
        Ok(rows.into_iter().map(|row| (row.id.0, row.state.0)).collect())
    }

    /// Accounts within reach of which a person is asked something, by id, from the one after `after` on: with how many
    /// contacts that is about. Their plans, and what their mailboxes lack, count as none.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn asked_accounts(
        &self,
        reach: &Reach,
        asks: bool,
        after: Option<&AccountId>,
        limit: u32,
    ) -> Result<Vec<(AccountId, u64)>> {
        let text = format!("{QUESTIONS} HAVING a.id > $3 ORDER BY a.id LIMIT $4");
        let rows: Vec<QuestionsRow> = on!(self, db => sqlx::query_as(AssertSqlSafe(text))
            .bind(reach.owner())
            .bind(asks)
            .bind(after.map_or("", AccountId::as_str))
            .bind(i64::from(limit))
            .fetch_all(db)
            .await)?;
        Ok(rows.into_iter().map(|row| (row.id.0, count(row.asked))).collect())
    }

    /// How much a person is asked of the accounts within reach: contacts, plans, and mailboxes that lack some.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn count_questions(&self, reach: &Reach, asks: bool) -> Result<u64> {
        let text =
            format!("SELECT CAST(COALESCE(SUM(asked + waits), 0) AS BIGINT) FROM ({QUESTIONS}) AS questions");
        let all = on!(self, db => sqlx::query_scalar(AssertSqlSafe(text))
            .bind(reach.owner())
            .bind(asks)
            .fetch_one(db)
            .await)?;
        Ok(count(all))
    }
}
