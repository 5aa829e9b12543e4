//! The audit log: what is written down for good.

use crate::model::{AccountId, AuditAction, AuditEntry, AuditId};
use crate::store::column::{Ms, Word};
use crate::store::{Result, Store, Tx, on, tx};

#[derive(sqlx::FromRow)]
struct AuditRow {
    id: Word<AuditId>,
    at: Ms,
    actor: String,
    action: Word<AuditAction>,
    account: Option<Word<AccountId>>,
    detail: Option<String>,
}

impl From<AuditRow> for AuditEntry {
    fn from(row: AuditRow) -> Self {
        Self {
            id: row.id.0,
            at: row.at.0,
            actor: row.actor,
            action: row.action.0,
            account: row.account.map(|account| account.0),
            detail: row.detail,
        }
    }
}

impl Store {
    /// Writes a line into the audit log.
    ///
    /// # Errors
    /// Those of the database; then what was to be written down must not be done.
    pub async fn audit(&self, entry: &AuditEntry) -> Result<()> {
        let mut open = self.begin().await?;
        write_down(&mut open, entry).await?;
        open.commit().await
    }

    /// Writes a line about no account, unless one says the same of the same already: what may be done again
    /// is told once.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn audit_once(&self, entry: &AuditEntry) -> Result<()> {
        let mut open = self.begin().await?;
        let told: i64 = tx!(&mut open, db => sqlx::query_scalar(
            "SELECT COUNT(*) FROM audit_log WHERE action = $1 AND detail = $2",
        )
        .bind(entry.action.as_str())
        .bind(&entry.detail)
        .fetch_one(db)
        .await)?;
        if told == 0 {
            write_down(&mut open, entry).await?;
        }
        open.commit().await
    }

    /// The newest lines of the audit log, the newest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn audit_log(&self, limit: u32) -> Result<Vec<AuditEntry>> {
        let rows: Vec<AuditRow> = on!(self, db => sqlx::query_as(
            "SELECT id, at, actor, action, account, detail FROM audit_log ORDER BY id DESC LIMIT $1",
        )
        .bind(i64::from(limit))
        .fetch_all(db)
        .await)?;
        Ok(rows.into_iter().map(AuditEntry::from).collect())
    }
}

/// Writes a line in the transaction of what it tells of: neither is there without the other.
pub(in crate::store) async fn write_down(open: &mut Tx, entry: &AuditEntry) -> Result<()> {
    tx!(open, execute sqlx::query(
        "INSERT INTO audit_log (id, at, actor, action, account, detail) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(entry.id.as_str())
    .bind(entry.at.timestamp_millis())
    .bind(&entry.actor)
    .bind(entry.action.as_str())
    .bind(entry.account.as_ref().map(AccountId::as_str))
    .bind(&entry.detail))?;
    Ok(())
}
