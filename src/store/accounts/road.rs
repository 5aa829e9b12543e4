//! How an account's mail is read, and how that changes.

use super::account::{AccountRow, account_columns, existing};
use super::due::schedule;
use super::wipe::shut_out;
use crate::model::{Account, AccountId, AuditEntry, Credential, Part, Road};
use crate::store::access::write_down;
use crate::store::column::Word;
use crate::store::{Result, Store, Tx, on, tx};

/// What came of another road for an account's mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoadSet {
    /// It goes by it from now on.
    Done,
    /// Mail that was read on the road before is stored: nothing changes.
    HasMail,
}

impl Store {
    /// Gives the account that has no road for mail that of its owner's sign-in, and keeps the line that tells of it. With
    /// the first road it is connected, from the instant of that line on.
    ///
    /// # Errors
    /// `NoSuchAccount` when it is not this owner's, or no longer; then no line is kept.
    pub async fn take_road(&self, id: &AccountId, owner: &str, road: Road, line: &AuditEntry) -> Result<()> {
        let mut open = self.begin().await?;
        existing(tx!(&mut open, execute sqlx::query(
            "UPDATE account SET road = CASE WHEN road = 'none' THEN $3 ELSE road END,
                 created_at = CASE WHEN road = 'none' THEN $4 ELSE created_at END
             WHERE id = $1 AND owner = $2 AND NOT leaving",
        )
        .bind(id.as_str())
        .bind(owner)
        .bind(road.as_str())
        .bind(line.at.timestamp_millis()))?)?;
        write_down(&mut open, line).await?;
        open.commit().await
    }

    /// The accounts that are connected by OAuth, were asked for mail then and have no road for it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn without_road(&self) -> Result<Vec<AccountId>> {
        let ids: Vec<Word<AccountId>> = on!(self, db => sqlx::query_scalar(
            "SELECT a.id FROM account a WHERE a.road = 'none' AND NOT a.leaving
             AND EXISTS (SELECT 1 FROM oauth_grant g WHERE g.account_id = a.id AND g.uses LIKE '%\"mail\"%') ORDER BY a.id",
        )
        .fetch_all(db)
        .await)?;
        Ok(ids.into_iter().map(|id| id.0).collect())
    }

    /// Has the mail of an account that has no road read by its sign-in with OAuth, from the instant of the line on that
    /// tells of it. Whether it had none: else nothing changes, and no line is kept.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn take_graph(&self, id: &AccountId, line: &AuditEntry) -> Result<bool> {
        let mut open = self.begin().await?;
        let rows = tx!(&mut open, execute sqlx::query(
            "UPDATE account SET road = $2 WHERE id = $1 AND road = 'none' AND NOT leaving
             AND EXISTS (SELECT 1 FROM oauth_grant g WHERE g.account_id = $1)",
        )
        .bind(id.as_str())
        .bind(Road::Graph.as_str()))?;
        if rows == 0 {
            return Ok(false);
        }
        schedule(&mut open, id, Part::Mail, line.at).await?;
        write_down(&mut open, line).await?;
        open.commit().await?;
        Ok(true)
    }

    /// Has the mail of an account read on another road, from the instant of the line on that tells of it; what the road before
    /// has met is forgotten, and a turn that is under way on it writes nothing any more. Not where mail is stored.
    ///
    /// # Errors
    /// `NoSuchAccount`.
    pub async fn set_road(&self, id: &AccountId, road: Road, line: &AuditEntry) -> Result<RoadSet> {
        let mut open = self.begin().await?;
        // First: no turn stores mail from here on.
        shut_out(&mut open, id).await?;
        let has_mail: bool = tx!(&mut open, db => sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM message WHERE account_id = $1)",
        )
        .bind(id.as_str())
        .fetch_one(db)
        .await)?;
        if has_mail {
            return Ok(RoadSet::HasMail);
        }
        existing(
            tx!(&mut open, execute sqlx::query("UPDATE account SET road = $2 WHERE id = $1 AND NOT leaving")
            .bind(id.as_str())
            .bind(road.as_str()))?,
        )?;
        // Those of the road before mean nothing on another one.
        tx!(&mut open, execute sqlx::query("UPDATE folder SET remote_id = NULL, cursor = NULL WHERE account_id = $1")
            .bind(id.as_str()))?;
        tx!(&mut open, execute sqlx::query("DELETE FROM part_state WHERE account_id = $1 AND part = $2")
            .bind(id.as_str())
            .bind(Part::Mail.as_str()))?;
        schedule(&mut open, id, Part::Mail, line.at).await?;
        write_down(&mut open, line).await?;
        open.commit().await?;
        Ok(RoadSet::Done)
    }
}

/// What the mail of an account is read with, as `Account::mail_credential` has it.
pub(in crate::store) async fn mail_credential(open: &mut Tx, id: &AccountId) -> Result<Credential> {
    const TEXT: &str = concat!("SELECT ", account_columns!(), " FROM account a WHERE a.id = $1");
    let row: Option<AccountRow> =
        tx!(open, db => sqlx::query_as(TEXT).bind(id.as_str()).fetch_optional(db).await)?;
    Ok(row.map_or(Credential::Session, |row| Account::from(row).mail_credential()))
}
