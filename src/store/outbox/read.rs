//! The outbox as it stands.

use super::{OutboxRow, outbox_columns};
use crate::model::{AccountId, OutboxEntry, OutboxId};
use crate::store::{Result, Store, on};

impl Store {
    /// An entry of the outbox.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn outbox_entry(&self, id: &OutboxId) -> Result<Option<OutboxEntry>> {
        const TEXT: &str = concat!("SELECT ", outbox_columns!(), " FROM outbox o WHERE o.id = $1");
        let row: Option<OutboxRow> =
            on!(self, db => sqlx::query_as(TEXT).bind(id.as_str()).fetch_optional(db).await)?;
        Ok(row.map(OutboxEntry::from))
    }

    /// The entries of an account, the latest first, behind one where one is named; so many at most.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn outbox(
        &self,
        account: &AccountId,
        behind: Option<&OutboxId>,
        limit: u32,
    ) -> Result<Vec<OutboxEntry>> {
        const TEXT: &str = concat!(
            "SELECT ",
            outbox_columns!(),
            " FROM outbox o WHERE o.account_id = $1 AND ($2 IS NULL OR o.id < $2) ORDER BY o.id DESC LIMIT $3"
        );
        let rows: Vec<OutboxRow> = on!(self, db => sqlx::query_as(TEXT)
            .bind(account.as_str())
            .bind(behind.map(OutboxId::as_str))
            .bind(i64::from(limit))
            .fetch_all(db)
            .await)?;
        Ok(rows.into_iter().map(OutboxEntry::from).collect())
    }
}
