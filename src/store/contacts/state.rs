//! How contacts stand, in a word, and of which accounts a person is asked something.

use super::matching::{IS_ASKED, OPEN};
use super::rejected::REJECTED;
use crate::model::{AccountId, Contact, ContactId, ContactState, Reach};
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

/// Of which accounts something is asked: the condition on a column that names one. It stands in each arm of a question, so
/// that whoever asks of one account pays for no other.
pub(super) type AccountCondition<'a> = &'a dyn Fn(&str) -> String;

/// Accounts within reach, whose owner is bound as `$1`. Of all of them nothing is said: with a condition, SQLite goes through
/// all that has an account, and not through what the indexes are over.
fn within(reach: &Reach) -> impl Fn(&str) -> String {
    let is_all = *reach == Reach::Everyone;
    move |column| {
        if is_all {
            "TRUE".to_owned()
        } else {
            format!("{column} IN (SELECT id FROM account WHERE owner = $1)")
        }
    }
}

/// The contacts of which a person is to say which side holds, each perhaps more than once, if `$2` says that they are
/// asked.
fn contested(of: AccountCondition<'_>) -> String {
    let (linked, shown) = (of("l.account_id"), of("c.account_id"));
    // The first line is what the index is over. It is looked through, and not what waits to go out: that is what the CROSS JOIN
    // says to SQLite.
    format!(
        "
    SELECT l.account_id, l.contact_id, c.edited_at AS since FROM contact_link l CROSS JOIN contact c
    WHERE c.id = l.contact_id AND (l.contested IS NOT NULL OR l.ended_there) AND {linked}
    AND $2 AND c.edited_at IS NOT NULL AND (l.contested IS NOT NULL AND l.ended_at IS NULL OR l.ended_there AND c.gone_at IS NULL)
    UNION ALL
    SELECT c.account_id, c.id AS contact_id, e.edited_at AS since FROM contact_photo_edit e CROSS JOIN contact c
    WHERE c.id = e.contact_id AND {shown} AND $2 AND c.gone_at IS NULL AND e.contested IS NOT NULL AND e.holds IS NULL"
    )
}

/// Which of these accounts a person is asked something about, with how many contacts that is about, and since when; `$2`
/// says whether a person is asked which side holds.
pub(super) fn asked(of: AccountCondition<'_>) -> String {
    let (matched, contested) = (of("m.account_id"), contested(of));
    format!(
        "SELECT account_id, COUNT(DISTINCT contact_id) AS asked, MIN(since) AS since FROM (
             SELECT m.account_id, m.here_id AS contact_id, m.found_at AS since {OPEN} AND {matched} UNION ALL {contested}
         ) AS questions GROUP BY account_id"
    )
}

/// Accounts within reach with how many contacts of theirs a person is asked about, and whether their plan or what their
/// mailbox lacks waits; `$2` says whether a person is asked which side holds.
fn questions(reach: &Reach) -> String {
    let within = within(reach);
    let (asked, gated) = (asked(&within), within("account_id"));
    // From what is asked to its account, and not the other way: that is what the CROSS JOIN says to SQLite.
    format!(
        "SELECT a.id, CAST(SUM(q.asked) AS BIGINT) AS asked, CAST(SUM(q.waits) AS BIGINT) AS waits FROM (
             SELECT account_id, asked, 0 AS waits FROM ({asked}) AS contacts
             UNION ALL
             SELECT account_id, 0, 1 FROM contact_gate WHERE (asked_at IS NOT NULL OR missing_at IS NOT NULL) AND {gated}
         ) AS q CROSS JOIN account a WHERE a.id = q.account_id AND NOT a.leaving
         GROUP BY a.id"
    )
}

#[derive(sqlx::FromRow)]
struct ContactStateRow {
    id: Word<ContactId>,
    state: Word<ContactState>,
}

#[derive(sqlx::FromRow)]
struct QuestionsRow {
    id: Word<AccountId>,
    asked: i64,
}

impl Store {
    /// How those of these contacts stand that are within reach; `asks` says whether a person is asked which side holds.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn contact_states(
        &self,
        reach: &Reach,
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
             FROM contact c LEFT JOIN account a ON a.id = c.account_id
             WHERE ($3 IS NULL OR COALESCE(a.owner, c.former_owner) = $3) AND c.id IN"
        );
        let rows: Vec<ContactStateRow> = rows_in!(on(self), text, [asks, REJECTED, reach.owner()], &ids);
        Ok(rows.into_iter().map(|row| (row.id.0, row.state.0)).collect())
    }

    /// At most `limit` contacts of an account of which a person is to say which side holds, also ones that were deleted
    /// here, what was changed here first coming first; none unless `asks` says that a person is asked.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn contested_contacts(
        &self,
        account: &AccountId,
        asks: bool,
        limit: u32,
    ) -> Result<Vec<Contact>> {
        let text = format!(
            "SELECT contact_id FROM ({}) AS contested GROUP BY contact_id ORDER BY MIN(since), contact_id LIMIT $3",
            contested(&|column| format!("{column} = $1"))
        );
        let ids: Vec<Word<ContactId>> = on!(self, db => sqlx::query_scalar(AssertSqlSafe(text))
            .bind(account.as_str())
            .bind(asks)
            .bind(i64::from(limit))
            .fetch_all(db)
            .await)?;
        let mut contacts = self.contacts_by_id(ids.iter().map(|id| &id.0)).await?;
        Ok(ids.iter().filter_map(|id| contacts.remove(&id.0)).collect())
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
        // Materialized: from which id on is nothing to the arms of the question, which go by indexes of their own.
        let text = format!(
            "WITH questions AS MATERIALIZED ({}) SELECT id, asked FROM questions WHERE id > $3 ORDER BY id LIMIT $4",
            questions(reach)
        );
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
        let text = format!(
            "SELECT CAST(COALESCE(SUM(asked + waits), 0) AS BIGINT) FROM ({}) AS questions",
            questions(reach)
        );
        let all = on!(self, db => sqlx::query_scalar(AssertSqlSafe(text))
            .bind(reach.owner())
            .bind(asks)
            .fetch_one(db)
            .await)?;
        Ok(count(all))
    }
}
