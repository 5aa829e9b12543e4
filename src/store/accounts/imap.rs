//! Accounts whose mail is read at an IMAP server of their own, with a password. It lies sealed elsewhere.

use super::account::{AccountRow, account_columns, existing};
use super::claim::hold;
use super::due::{reset, schedule};
use super::wipe::shut_out;
use crate::model::{Account, AccountId, AuditEntry, ImapAddress, Part, Road};
use crate::store::access::write_down;
use crate::store::secrets::put;
use crate::store::{Claim, Result, Sealing, Store, on, tx};
use chrono::{DateTime, Utc};

/// What a sign-in at an IMAP server gave, but for the password.
#[derive(Debug, Clone, Copy)]
pub struct ImapTaken<'a> {
    /// Whose account it has to be.
    pub owner: &'a str,
    /// The server.
    pub server: &'a ImapAddress,
    /// Who was let in there.
    pub login: &'a str,
}

impl Store {
    /// The account of an owner that is read at that IMAP server with a password, as who that login names there.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn imap_account(&self, taken: ImapTaken<'_>) -> Result<Option<Account>> {
        const TEXT: &str = concat!(
            "SELECT ",
            account_columns!(),
            " FROM account a WHERE a.owner = $1 AND a.imap_host = $2 AND a.imap_port = $3 AND a.login = $4
             AND a.road = 'imap' AND NOT a.leaving"
        );
        let row: Option<AccountRow> = on!(self, db => sqlx::query_as(TEXT)
            .bind(taken.owner)
            .bind(&taken.server.host)
            .bind(i64::from(taken.server.port))
            .bind(taken.login)
            .fetch_optional(db)
            .await)?;
        Ok(row.map(Account::from))
    }

    /// Has the mail of an account read at an IMAP server with the password that was accepted there, from the instant of the
    /// line on that tells of it. What was met before is forgotten, and a turn that is under way writes nothing any more.
    ///
    /// # Errors
    /// `NoSuchAccount` where it is not this owner's, no longer, or its mail has another road; `KeyChanged`. Then nothing is
    /// written.
    pub async fn take_imap(
        &self,
        id: &AccountId,
        taken: ImapTaken<'_>,
        kind: &str,
        sealing: &Sealing<'_>,
        line: &AuditEntry,
    ) -> Result<()> {
        let mut open = self.begin().await?;
        shut_out(&mut open, id).await?;
        existing(tx!(&mut open, execute sqlx::query(
            "UPDATE account SET road = $3, login = $4, imap_host = $5, imap_port = $6,
                 created_at = CASE WHEN road = 'none' THEN $7 ELSE created_at END
             WHERE id = $1 AND owner = $2 AND NOT leaving AND road IN ('none', 'imap')",
        )
        .bind(id.as_str())
        .bind(taken.owner)
        .bind(Road::Imap.as_str())
        .bind(taken.login)
        .bind(&taken.server.host)
        .bind(i64::from(taken.server.port))
        .bind(line.at.timestamp_millis()))?)?;
        put(&mut open, id, kind, sealing, line.at).await?;
        schedule(&mut open, id, Part::Mail, line.at).await?;
        reset(&mut open, id, Part::Mail).await?;
        write_down(&mut open, line).await?;
        open.commit().await
    }

    /// Destroys the password of a held account that its server has refused, and keeps that this version was: whoever types
    /// it again is told so.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has the account, or another password was accepted; then nothing is written.
    pub async fn refuse_imap(
        &self,
        claim: &Claim,
        kind: &str,
        version: &str,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let mut open = self.begin().await?;
        hold(&mut open, claim).await?;
        let id = claim.account.id.as_str();
        tx!(&mut open, execute sqlx::query("DELETE FROM sealed_record WHERE account_id = $1 AND kind = $2")
            .bind(id)
            .bind(kind))?;
        tx!(&mut open, execute sqlx::query(
            "INSERT INTO password_attempt (account_id, version, outcome, begun_at, ended_at)
             VALUES ($1, $2, 'refused', $3, $3)
             ON CONFLICT (account_id, version) DO UPDATE SET outcome = 'refused', ended_at = excluded.ended_at",
        )
        .bind(id)
        .bind(version)
        .bind(now.timestamp_millis()))?;
        open.commit().await
    }
}
