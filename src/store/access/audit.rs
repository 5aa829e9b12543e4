//! The audit log: what is written down for good.

use super::chain::{ChainedLine, add};
use crate::model::{AccountId, AuditAction, AuditEntry, AuditId, Reach};
use crate::store::column::{Ms, Word};
use crate::store::{Result, Store, Tx, on, tx};
use chrono::TimeDelta;

/// The columns of a line, as `AuditRow` wants them.
macro_rules! audit_columns {
    () => {
        "SELECT id, at, actor, action, account, owner, peer, request, detail FROM audit_log"
    };
}

#[derive(sqlx::FromRow)]
struct AuditRow {
    id: Word<AuditId>,
    at: Ms,
    actor: String,
    action: Word<AuditAction>,
    account: Option<Word<AccountId>>,
    owner: Option<String>,
    peer: Option<String>,
    request: Option<String>,
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
            owner: row.owner,
            peer: row.peer,
            request: row.request,
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
    /// is told once. A line that stands beside the chain says nothing.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn audit_once(&self, entry: &AuditEntry) -> Result<()> {
        let mut open = self.begin().await?;
        let told: i64 = tx!(&mut open, db => sqlx::query_scalar(
            "SELECT COUNT(*) FROM audit_log l JOIN audit_head h ON l.seq > h.base_seq AND l.seq <= h.seq
             WHERE l.action = $1 AND l.detail = $2",
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

    /// Writes a line about an owner, unless one tells of the same deed of the same actor for the same owner, with the same
    /// detail, that is less than so old.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn audit_once_in(&self, entry: &AuditEntry, span: TimeDelta) -> Result<()> {
        let mut open = self.begin().await?;
        // Ids sort by age: no more of the log is looked at than is as young.
        let told: i64 = tx!(&mut open, db => sqlx::query_scalar(
            "SELECT COUNT(*) FROM audit_log WHERE id > $1 AND action = $2 AND owner = $3 AND actor = $4 AND COALESCE(detail, '') = $5",
        )
        .bind(AuditId::new(entry.at - span).as_str())
        .bind(entry.action.as_str())
        .bind(&entry.owner)
        .bind(&entry.actor)
        .bind(entry.detail.as_deref().unwrap_or_default())
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
        const TEXT: &str = concat!(audit_columns!(), " ORDER BY COALESCE(seq, 0) DESC, id DESC LIMIT $1");
        let rows: Vec<AuditRow> =
            on!(self, db => sqlx::query_as(TEXT).bind(i64::from(limit)).fetch_all(db).await)?;
        Ok(rows.into_iter().map(AuditEntry::from).collect())
    }

    /// The newest lines within reach, the newest first, behind a line where one is named. Who is bound to an owner sees
    /// those that are about them.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn audit_within(
        &self,
        reach: &Reach,
        behind: Option<&AuditId>,
        limit: u32,
    ) -> Result<Vec<AuditEntry>> {
        const TEXT: &str = concat!(
            audit_columns!(),
            " WHERE ($1 IS NULL OR owner = $1) AND ($2 IS NULL OR id < $2) ORDER BY id DESC LIMIT $3"
        );
        let rows: Vec<AuditRow> = on!(self, db => sqlx::query_as(TEXT)
            .bind(reach.owner())
            .bind(behind.map(AuditId::as_str))
            .bind(i64::from(limit))
            .fetch_all(db)
            .await)?;
        Ok(rows.into_iter().map(AuditEntry::from).collect())
    }

    /// The newest lines about an account, the newest first, behind a line where one is named. Who is bound to an
    /// owner sees none of the time when it was another's, and those of nobody's only while the account is theirs.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn audit_of(
        &self,
        reach: &Reach,
        account: &AccountId,
        is_there: bool,
        behind: Option<&AuditId>,
        limit: u32,
    ) -> Result<Vec<AuditEntry>> {
        const TEXT: &str = concat!(
            audit_columns!(),
            " WHERE account = $1 AND ($2 IS NULL OR owner = $2 OR owner IS NULL AND $5) AND ($3 IS NULL OR id < $3)
             ORDER BY id DESC LIMIT $4"
        );
        let rows: Vec<AuditRow> = on!(self, db => sqlx::query_as(TEXT)
            .bind(account.as_str())
            .bind(reach.owner())
            .bind(behind.map(AuditId::as_str))
            .bind(i64::from(limit))
            .bind(is_there)
            .fetch_all(db)
            .await)?;
        Ok(rows.into_iter().map(AuditEntry::from).collect())
    }
}

/// Writes a line in the transaction of what it tells of: neither is there without the other. Whose account it is
/// about stands in it. It is told to the journal when the transaction has ended well.
pub(in crate::store) async fn write_down(open: &mut Tx, entry: &AuditEntry) -> Result<()> {
    let entry = AuditEntry { owner: subject(open, entry).await?, ..entry.clone() };
    let line = ChainedLine {
        seq: 0,
        link: None,
        id: entry.id.to_string(),
        at: entry.at.timestamp_millis(),
        actor: entry.actor.clone(),
        action: entry.action.as_str().to_owned(),
        account: entry.account.as_ref().map(ToString::to_string),
        owner: entry.owner.clone(),
        peer: entry.peer.clone(),
        request: entry.request.clone(),
        detail: entry.detail.clone(),
    };
    add(open, line).await?;
    open.lines.push(entry);
    Ok(())
}

async fn subject(open: &mut Tx, entry: &AuditEntry) -> Result<Option<String>> {
    let Some(account) = entry.account.as_ref().filter(|_| entry.owner.is_none()) else {
        return Ok(entry.owner.clone());
    };
    Ok(tx!(open, db => sqlx::query_scalar("SELECT owner FROM account WHERE id = $1")
        .bind(account.as_str())
        .fetch_optional(db)
        .await)?)
}
