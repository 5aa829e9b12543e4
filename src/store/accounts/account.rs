//! Accounts: made, found, named, deleted.

use super::road::mail_credential;
use crate::model::{
    Account, AccountId, AuditEntry, Credential, ImapAddress, MailboxSettings, NewAccount, Part, Reach, Road,
};
use crate::store::access::write_down;
use crate::store::column::{Ms, Word};
use crate::store::secrets::fence;
use crate::store::{Result, Store, StoreError, on, tx};
use chrono::{DateTime, Utc};

/// What stands for no road in the column, which is never null.
const NO_ROAD: &str = "none";

/// The columns of an account `a`, as `AccountRow` wants them.
macro_rules! account_columns {
    () => {
        "a.id, a.owner, a.login, a.address, a.tenant, a.display_name, a.culture, a.time_zone, a.date_format, a.time_format,
         NULLIF(a.road, 'none') AS road, a.imap_host, a.imap_port, a.sync_enabled, a.created_at"
    };
}
pub(super) use account_columns;

/// Whether an account `a` was ever connected: a password was accepted, which gives it the road of a session, or
/// somebody signed in by OAuth.
macro_rules! connected {
    () => {
        "(a.road <> 'none' OR EXISTS (SELECT 1 FROM oauth_grant g WHERE g.account_id = a.id))"
    };
}
pub(in crate::store) use connected;

/// An account that goes by a name.
#[derive(sqlx::FromRow)]
struct Named {
    #[sqlx(flatten)]
    account: AccountRow,
    connected: bool,
    /// 0 for a name that is the mailbox's or the owner's for sure.
    doubt: i32,
}

/// The doubt of a name that only Graph says.
const MADE_UP_PERHAPS: i32 = 2;

#[derive(sqlx::FromRow)]
pub(super) struct AccountRow {
    id: Word<AccountId>,
    owner: String,
    login: String,
    address: Option<String>,
    tenant: Option<String>,
    display_name: Option<String>,
    culture: Option<String>,
    time_zone: Option<String>,
    date_format: Option<String>,
    time_format: Option<String>,
    road: Option<Word<Road>>,
    imap_host: Option<String>,
    imap_port: Option<i64>,
    sync_enabled: bool,
    created_at: Ms,
}

impl From<AccountRow> for Account {
    fn from(row: AccountRow) -> Self {
        Self {
            id: row.id.0,
            owner: row.owner,
            login: row.login,
            address: row.address,
            tenant: row.tenant,
            display_name: row.display_name,
            settings: MailboxSettings {
                culture: row.culture,
                time_zone: row.time_zone,
                date_format: row.date_format,
                time_format: row.time_format,
            },
            road: row.road.map(|road| road.0),
            imap: row
                .imap_host
                .zip(row.imap_port.and_then(|port| port.try_into().ok()))
                .map(|(host, port)| ImapAddress { host, port }),
            sync_enabled: row.sync_enabled,
            created_at: row.created_at.0,
        }
    }
}

impl Store {
    /// Makes an account and its state: no session yet, no part to be read. Doing it again changes nothing.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn add_account(&self, new: &NewAccount, now: DateTime<Utc>) -> Result<()> {
        let mut open = self.begin().await?;
        tx!(&mut open, execute sqlx::query(
            "INSERT INTO account (id, owner, login, road, sync_enabled, created_at) VALUES ($1, $2, $3, $4, TRUE, $5)
             ON CONFLICT (id) DO NOTHING",
        )
        .bind(new.id.as_str())
        .bind(&new.owner)
        .bind(&new.login)
        .bind(new.road.map_or(NO_ROAD, Road::as_str))
        .bind(now.timestamp_millis()))?;
        tx!(&mut open, execute sqlx::query(
            "INSERT INTO sync_state (account_id, mailbox_key) VALUES ($1, 'account:' || $1)
             ON CONFLICT (account_id) DO NOTHING",
        )
        .bind(new.id.as_str()))?;
        open.commit().await
    }

    /// The account of that id.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn account(&self, id: &AccountId) -> Result<Option<Account>> {
        const TEXT: &str = concat!("SELECT ", account_columns!(), " FROM account a WHERE a.id = $1");
        let row: Option<AccountRow> =
            on!(self, db => sqlx::query_as(TEXT).bind(id.as_str()).fetch_optional(db).await)?;
        Ok(row.map(Account::from))
    }

    /// The account within reach that a person means by its id or by what its mailbox or its owner is called, in any
    /// case of letters: its address and its login; where none goes by these, what who signed in by OAuth signs in
    /// with.
    ///
    /// # Errors
    /// `Ambiguous` when several go by that name; `Unproven` when one does by what Graph calls its mailbox alone, which
    /// may be anybody's word.
    pub async fn find_account(&self, reach: &Reach, name: &str) -> Result<Option<Account>> {
        const TEXT: &str = concat!(
            "SELECT ",
            account_columns!(),
            ", ",
            connected!(),
            " AS connected,
             CASE WHEN a.id = $1 OR lower(a.address) = lower($1)
                       OR (lower(a.login) = lower($1) AND (a.road = 'owa' OR NOT ",
            connected!(),
            ")) THEN 0
                  WHEN lower(a.login) = lower($1) OR EXISTS (SELECT 1 FROM oauth_grant g WHERE g.account_id = a.id
                                                             AND lower(g.login) = lower($1)) THEN 1
                  ELSE 2 END AS doubt
             FROM account a
             WHERE (a.id = $1 OR lower(a.address) = lower($1) OR lower(a.login) = lower($1)
                    OR EXISTS (SELECT 1 FROM oauth_grant g WHERE g.account_id = a.id
                               AND (lower(g.address) = lower($1) OR lower(g.login) = lower($1))))
             AND ($2 IS NULL OR a.owner = $2)"
        );
        let mut rows: Vec<Named> =
            on!(self, db => sqlx::query_as(TEXT).bind(name).bind(reach.owner()).fetch_all(db).await)?;
        // What was begun and never connected stands in nobody's way.
        if rows.iter().any(|row| row.connected) {
            rows.retain(|row| row.connected);
        }
        let least = rows.iter().map(|row| row.doubt).min();
        rows.retain(|row| Some(row.doubt) == least);
        match (rows.len(), least) {
            (1, Some(MADE_UP_PERHAPS)) => Err(StoreError::Unproven(rows.swap_remove(0).account.id.0)),
            (0 | 1, _) => Ok(rows.pop().map(|row| row.account.into())),
            (many, _) => Err(StoreError::Ambiguous(many)),
        }
    }

    /// The accounts that were begun before an instant and never connected: what is kept of them is which
    /// passwords were tried.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn never_connected(&self, before: DateTime<Utc>) -> Result<Vec<AccountId>> {
        const TEXT: &str =
            concat!("SELECT a.id FROM account a WHERE a.created_at < $1 AND NOT ", connected!());
        let ids: Vec<Word<AccountId>> =
            on!(self, db => sqlx::query_scalar(TEXT).bind(before.timestamp_millis()).fetch_all(db).await)?;
        Ok(ids.into_iter().map(|id| id.0).collect())
    }

    /// Gives an account of an owner that was begun and never connected to another one, with its key as it was
    /// read and as it is wrapped for that one; whether it was such an account.
    ///
    /// # Errors
    /// `KeyChanged` when its key is another one, or it has got one, meanwhile; `RingOutdated`. Then nothing
    /// is written.
    pub async fn hand_over(
        &self,
        id: &AccountId,
        (from, to): (&str, &str),
        key: Option<(&[u8], &[u8])>,
    ) -> Result<bool> {
        const TEXT: &str = concat!(
            "UPDATE account AS a SET owner = $3 WHERE a.id = $1 AND a.owner = $2 AND NOT a.leaving AND NOT ",
            connected!()
        );
        let mut open = self.begin().await?;
        if let Some((_, new)) = key {
            fence(&mut open, new).await?;
        }
        if tx!(&mut open, execute sqlx::query(TEXT).bind(id.as_str()).bind(from).bind(to))? == 0 {
            return Ok(false);
        }
        let (old, new) = key.unzip();
        let rows = tx!(&mut open, execute sqlx::query(
            "UPDATE data_key SET wrapped = COALESCE($3, wrapped)
             WHERE account_id = $1 AND ($2 IS NULL OR wrapped = $2)",
        )
        .bind(id.as_str())
        .bind(old)
        .bind(new))?;
        if rows != u64::from(key.is_some()) {
            return Err(StoreError::KeyChanged);
        }
        open.commit().await?;
        Ok(true)
    }

    /// The connected accounts of the mailbox at an address, in any case of letters: that of which it was said, then
    /// those whose owner signs in to Outlook by it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn accounts_at(&self, address: &str) -> Result<Vec<Account>> {
        const TEXT: &str = concat!(
            "SELECT ",
            account_columns!(),
            " FROM account a
             WHERE (lower(a.address) = lower($1) OR (a.road = 'owa' AND lower(a.login) = lower($1))) AND ",
            connected!(),
            " ORDER BY COALESCE(lower(a.address) = lower($1), FALSE) DESC, a.id"
        );
        let rows: Vec<AccountRow> = on!(self, db => sqlx::query_as(TEXT).bind(address).fetch_all(db).await)?;
        Ok(rows.into_iter().map(Account::from).collect())
    }

    /// The accounts that were begun with a login and never connected.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn accounts_begun(&self, login: &str) -> Result<Vec<Account>> {
        const TEXT: &str = concat!(
            "SELECT ",
            account_columns!(),
            " FROM account a WHERE lower(a.login) = lower($1) AND NOT a.leaving AND NOT ",
            connected!(),
            " ORDER BY a.id"
        );
        let rows: Vec<AccountRow> = on!(self, db => sqlx::query_as(TEXT).bind(login).fetch_all(db).await)?;
        Ok(rows.into_iter().map(Account::from).collect())
    }

    /// The accounts within reach that were ever connected, the oldest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn accounts(&self, reach: &Reach) -> Result<Vec<Account>> {
        const TEXT: &str = concat!(
            "SELECT ",
            account_columns!(),
            " FROM account a WHERE ($1 IS NULL OR a.owner = $1) AND ",
            connected!(),
            " ORDER BY a.created_at, a.id"
        );
        let rows: Vec<AccountRow> =
            on!(self, db => sqlx::query_as(TEXT).bind(reach.owner()).fetch_all(db).await)?;
        Ok(rows.into_iter().map(Account::from).collect())
    }

    /// Whether cycles read the account at all, and the line that tells who decided it. Off parks its parts;
    /// on makes due, from the instant of the line on, what has not lost the browser session it lives on, and
    /// the rest when it was due before.
    ///
    /// # Errors
    /// `NoSuchAccount`; then no line is kept.
    pub async fn set_sync_enabled(&self, id: &AccountId, enabled: bool, line: &AuditEntry) -> Result<()> {
        let mut open = self.begin().await?;
        existing(tx!(&mut open, execute sqlx::query("UPDATE account SET sync_enabled = $2 WHERE id = $1")
            .bind(id.as_str())
            .bind(enabled))?)?;
        let mail = mail_credential(&mut open, id).await?;
        for part in Part::ALL {
            let on_session = part.lives_on(mail) == Credential::Session;
            tx!(&mut open, execute sqlx::query(
                "UPDATE part_state SET resumes_at = CASE WHEN NOT $3 THEN COALESCE(next_at, resumes_at) END,
                 next_at = CASE
                     WHEN NOT $3 THEN NULL
                     WHEN next_at IS NULL AND (NOT $4 OR EXISTS (SELECT 1 FROM browser_session s
                                                                 WHERE s.account_id = $1 AND s.state = 'valid')) THEN $5
                     ELSE COALESCE(next_at, resumes_at) END
                 WHERE account_id = $1 AND part = $2",
            )
            .bind(id.as_str())
            .bind(part.as_str())
            .bind(enabled)
            .bind(on_session)
            .bind(line.at.timestamp_millis()))?;
        }
        write_down(&mut open, line).await?;
        open.commit().await
    }
}

/// An update that found no row found no account.
pub(super) fn existing(rows: u64) -> Result<()> {
    if rows == 0 { Err(StoreError::NoSuchAccount) } else { Ok(()) }
}
