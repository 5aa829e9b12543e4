//! What is stored of accounts' contacts, in numbers: of none are all rows counted.

use crate::model::{AccountId, ContactStock, Reach};
use crate::store::column::{Ms, Word, count};
use crate::store::{Result, Store, on};
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
    missing: i64,
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
            missing: count(row.missing),
        }
    }
}

impl Store {
    /// What is stored of contacts of the accounts within reach, of one or of all, whose mailboxes have listed
    /// their contact folders.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn contact_stocks(
        &self,
        reach: &Reach,
        id: Option<&AccountId>,
    ) -> Result<BTreeMap<AccountId, ContactStock>> {
        let rows: Vec<ContactStockRow> = on!(self, db => sqlx::query_as(STOCKS)
            .bind(reach.owner())
            .bind(id.map(AccountId::as_str))
            .fetch_all(db)
            .await)?;
        Ok(rows.into_iter().map(|row| (row.account_id.0.clone(), row.into())).collect())
    }
}

/// What is amiss stands in tables or indexes of its own.
const STOCKS: &str = "
SELECT f.account_id, SUM(CASE WHEN f.vanished_at IS NULL THEN 1 ELSE 0 END) AS folders, CAST(SUM(f.held) AS BIGINT) AS held,
    CASE WHEN COUNT(CASE WHEN f.vanished_at IS NULL AND f.server_total IS NULL THEN 1 END) = 0
         THEN CAST(SUM(CASE WHEN f.vanished_at IS NULL THEN f.server_total END) AS BIGINT) END AS server_total,
    (SELECT COUNT(*) FROM contact_ledger l WHERE l.account_id = f.account_id) AS unreadable,
    (SELECT MIN(first_seen) FROM contact_ledger l WHERE l.account_id = f.account_id) AS unreadable_since,
    (SELECT COUNT(*) FROM contact c WHERE c.account_id = f.account_id AND c.edited_at IS NOT NULL
     AND NOT EXISTS (SELECT 1 FROM contact_parked p WHERE p.contact_id = c.id AND p.revision = c.revision))
    + (SELECT COUNT(*) FROM contact_photo_edit e JOIN contact c ON c.id = e.contact_id
     WHERE c.account_id = f.account_id AND c.gone_at IS NULL AND c.edited_at IS NULL AND e.code IS NULL) AS waiting,
    (SELECT COUNT(*) FROM contact_parked p JOIN contact c ON c.id = p.contact_id
     WHERE p.account_id = f.account_id AND p.revision = c.revision)
    + (SELECT COUNT(*) FROM contact_photo_edit e JOIN contact c ON c.id = e.contact_id
     WHERE c.account_id = f.account_id AND c.gone_at IS NULL AND e.code IS NOT NULL AND NOT EXISTS (
         SELECT 1 FROM contact_parked p WHERE p.contact_id = c.id AND p.revision = c.revision)) AS parked,
    (SELECT COUNT(*) FROM contact_link k WHERE k.account_id = f.account_id AND k.missing_at IS NOT NULL) AS missing
FROM contact_folder f JOIN account a ON a.id = f.account_id
WHERE ($1 IS NULL OR a.owner = $1) AND ($2 IS NULL OR a.id = $2)
GROUP BY f.account_id";
