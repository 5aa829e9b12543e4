//! What is stored of accounts' contacts, in numbers: of none are all rows counted.

use super::state::asked;
use crate::model::{AccountId, ContactStock, Direction, Reach};
use crate::store::column::{Ms, Word, count};
use crate::store::{AccountSpan, Result, Store, on};
use sqlx::AssertSqlSafe;
use std::collections::BTreeMap;

#[derive(sqlx::FromRow)]
struct ContactStockRow {
    account_id: Word<AccountId>,
    folders: i64,
    held: i64,
    server_total: Option<i64>,
    unreadable: i64,
    unreadable_since: Option<Ms>,
    waiting: i64,
    parked: i64,
    parked_since: Option<Ms>,
    asked: i64,
    asked_since: Option<Ms>,
    missing: i64,
    direction: Option<Word<Direction>>,
    plan_since: Option<Ms>,
    missing_since: Option<Ms>,
}

impl From<ContactStockRow> for ContactStock {
    fn from(row: ContactStockRow) -> Self {
        Self {
            folders: count(row.folders),
            held: count(row.held),
            server_total: row.server_total,
            unreadable: count(row.unreadable),
            unreadable_since: row.unreadable_since.map(|at| at.0),
            waiting: count(row.waiting),
            parked: count(row.parked),
            parked_since: row.parked_since.map(|at| at.0),
            asked: count(row.asked),
            asked_since: row.asked_since.map(|at| at.0),
            missing: count(row.missing),
            direction: row.direction.map(|direction| direction.0),
            waits_since: row.plan_since.or(row.missing_since).map(|at| at.0),
            plan_since: row.plan_since.map(|at| at.0),
            missing_since: row.missing_since.map(|at| at.0),
        }
    }
}

impl Store {
    /// What is stored of contacts of these accounts within reach whose mailboxes have listed
    /// their contact folders. `asks`: whether a person is asked which side of a contact holds.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn contact_stocks(
        &self,
        reach: &Reach,
        span: AccountSpan<'_>,
        asks: bool,
    ) -> Result<BTreeMap<AccountId, ContactStock>> {
        let rows: Vec<ContactStockRow> = on!(self, db => sqlx::query_as(AssertSqlSafe(stocks(reach, span)))
            .bind(reach.owner())
            .bind(asks)
            .bind(span.from)
            .bind(span.to)
            .fetch_all(db)
            .await)?;
        Ok(rows.into_iter().map(|row| (row.account_id.0.clone(), row.into())).collect())
    }
}

/// What is amiss stands in tables or indexes of its own. Accounts within reach `$1` from `$3` to `$4`; `$2` says whether
/// a person is asked which side of a contact holds.
fn stocks(reach: &Reach, span: AccountSpan<'_>) -> String {
    let within = |column: &str| span.holds(reach, column, ["$1", "$3", "$4"]);
    let (asked, folders, shown, parked) =
        (asked(&within), within("f.account_id"), within("c.account_id"), within("p.account_id"));
    format!(
        "
SELECT f.account_id, SUM(CASE WHEN f.vanished_at IS NULL THEN 1 ELSE 0 END) AS folders, CAST(SUM(f.held) AS BIGINT) AS held,
    CASE WHEN COUNT(CASE WHEN f.vanished_at IS NULL AND f.server_total IS NULL THEN 1 END) = 0
         THEN CAST(SUM(CASE WHEN f.vanished_at IS NULL THEN f.server_total END) AS BIGINT) END AS server_total,
    (SELECT COUNT(*) FROM contact_ledger l WHERE l.account_id = f.account_id) AS unreadable,
    (SELECT MIN(first_seen) FROM contact_ledger l WHERE l.account_id = f.account_id) AS unreadable_since,
    COALESCE(MAX(edited.waiting), 0) + COALESCE(MAX(photos.waiting), 0) AS waiting,
    (SELECT COUNT(*) FROM contact_parked p JOIN contact c ON c.id = p.contact_id
     WHERE p.account_id = f.account_id AND p.revision = c.revision)
    + COALESCE(MAX(photos.parked), 0) AS parked,
    MAX(refused.since) AS parked_since,
    COALESCE(MAX(asked.asked), 0) AS asked, MAX(asked.since) AS asked_since,
    (SELECT COUNT(*) FROM contact_link k WHERE k.account_id = f.account_id AND k.missing_at IS NOT NULL) AS missing,
    (SELECT g.direction FROM contact_gate g WHERE g.account_id = f.account_id) AS direction,
    (SELECT g.asked_at FROM contact_gate g WHERE g.account_id = f.account_id) AS plan_since,
    (SELECT g.missing_at FROM contact_gate g WHERE g.account_id = f.account_id) AS missing_since
FROM contact_folder f
LEFT JOIN ({asked}) AS asked ON asked.account_id = f.account_id
LEFT JOIN (
    SELECT c.account_id, COUNT(*) AS waiting FROM contact c WHERE c.edited_at IS NOT NULL AND {shown}
    AND NOT EXISTS (SELECT 1 FROM contact_parked p WHERE p.contact_id = c.id AND p.revision = c.revision) GROUP BY c.account_id
) AS edited ON edited.account_id = f.account_id
LEFT JOIN (
    SELECT c.account_id, SUM(CASE WHEN c.edited_at IS NULL AND e.code IS NULL THEN 1 ELSE 0 END) AS waiting,
        SUM(CASE WHEN e.code IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM contact_parked p WHERE p.contact_id = c.id AND p.revision = c.revision) THEN 1 ELSE 0 END) AS parked
    FROM contact_photo_edit e CROSS JOIN contact c WHERE c.id = e.contact_id AND c.gone_at IS NULL AND {shown}
    GROUP BY c.account_id
) AS photos ON photos.account_id = f.account_id
LEFT JOIN (
    SELECT account_id, MIN(since) AS since FROM (
        SELECT p.account_id, p.parked_at AS since FROM contact_parked p CROSS JOIN contact c
        WHERE c.id = p.contact_id AND p.revision = c.revision AND p.due_at IS NULL AND p.code <> 'rejected' AND {parked}
        UNION ALL
        SELECT c.account_id, e.parked_at AS since FROM contact_photo_edit e CROSS JOIN contact c
        WHERE c.id = e.contact_id AND c.gone_at IS NULL AND e.due_at IS NULL AND e.code <> 'rejected' AND {shown}
    ) AS both_kinds GROUP BY account_id
) AS refused ON refused.account_id = f.account_id
WHERE {folders}
GROUP BY f.account_id"
    )
}
