//! Accounts that are connected by OAuth.

use super::attempt;
use crate::model::{
    AccountId, AttemptId, AuditEntry, ContactsEnd, ContactsEnded, Credential, Grant, NewGrant, Person, Reach,
    Troubles, Use, shown_login, storable,
};
use crate::store::access::write_down;
use crate::store::accounts::mail_credential;
use crate::store::column::{Json, Ms, Word, json};
use crate::store::contacts::{leave_contacts, will_leave};
use crate::store::outbox::destroy_outbox;
use crate::store::secrets::{put, reseal};
use crate::store::{AccountSpan, Resealing, Result, SealedRecord, Sealing, Store, StoreError, on, tx};
use sqlx::AssertSqlSafe;
use sqlx::error::DatabaseError;

/// The columns of a grant, as `GrantRow` wants them.
macro_rules! grant_columns {
    () => {
        "SELECT account_id, authority, client_id, tenant_id, object_id, address, COALESCE(login, address) AS login, display_name, uses,
         scopes, troubles, granted_at, refreshed_at,
         (SELECT COALESCE(a.address, a.login) FROM account a WHERE a.id = oauth_grant.account_id) AS name FROM oauth_grant"
    };
}

#[derive(sqlx::FromRow)]
struct GrantRow {
    account_id: Word<AccountId>,
    name: String,
    authority: String,
    client_id: String,
    tenant_id: String,
    object_id: String,
    address: String,
    login: String,
    display_name: Option<String>,
    uses: Json<Vec<Use>>,
    scopes: Json<Vec<String>>,
    troubles: Json<Troubles>,
    granted_at: Ms,
    refreshed_at: Ms,
}

/// What went with a grant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct GrantDestroyed {
    /// Whether there was one.
    pub tokens: bool,
    /// What became of the contacts that came by it.
    pub contacts: ContactsEnded,
}

/// The grant and its tokens in one statement: of two, a sign-in between them would have them differ.
#[derive(sqlx::FromRow)]
struct GrantAndSealed {
    #[sqlx(flatten)]
    grant: GrantRow,
    sealed: Option<Vec<u8>>,
    version: i64,
}

impl From<GrantRow> for Grant {
    fn from(row: GrantRow) -> Self {
        Self {
            account_id: row.account_id.0,
            name: shown_login(&row.name).into_owned(),
            given: NewGrant {
                authority: row.authority,
                client_id: row.client_id,
                person: Person { tenant: row.tenant_id, object: row.object_id },
                address: row.address,
                login: row.login,
                display_name: row.display_name,
                uses: row.uses.0,
                scopes: row.scopes.0,
            },
            troubles: row.troubles.0,
            granted_at: row.granted_at.0,
            refreshed_at: row.refreshed_at.0,
        }
    }
}

impl Store {
    /// Keeps what a sign-in gave with its sealed tokens, in the place of the last one, how its attempt ended, and the line
    /// that tells of it; its troubles are over, and a refresh that is under way loses its lease.
    ///
    /// # Errors
    /// `PersonTaken` when another account is this person's; `NoSuchAccount`; `KeyChanged`, and then nothing
    /// is written.
    pub async fn put_grant(
        &self,
        account: &AccountId,
        grant: &NewGrant,
        kind: &str,
        sealing: &Sealing<'_>,
        (attempt, line): (Option<&AttemptId>, &AuditEntry),
    ) -> Result<()> {
        let now = line.at.timestamp_millis();
        let mut open = self.begin().await?;
        tx!(&mut open, execute sqlx::query(
            "INSERT INTO oauth_grant AS g (account_id, authority, client_id, tenant_id, object_id, address, login,
             display_name, uses, scopes, troubles, granted_at, refreshed_at, epoch)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '{}', $11, $11, 1)
             ON CONFLICT (account_id) DO UPDATE SET authority = excluded.authority, client_id = excluded.client_id,
             tenant_id = excluded.tenant_id, object_id = excluded.object_id, address = excluded.address,
             login = excluded.login, display_name = excluded.display_name, uses = excluded.uses, scopes = excluded.scopes, troubles = '{}',
             granted_at = excluded.granted_at, refreshed_at = excluded.refreshed_at, lease_until = NULL,
             epoch = g.epoch + 1",
        )
        .bind(account.as_str())
        .bind(&grant.authority)
        .bind(&grant.client_id)
        .bind(&grant.person.tenant)
        .bind(&grant.person.object)
        .bind(storable(&grant.address))
        .bind(storable(&grant.login))
        .bind(grant.display_name.as_deref().map(storable))
        .bind(json(&grant.uses)?)
        .bind(json(&grant.scopes)?)
        .bind(now))
        .map_err(taken)?;
        put(&mut open, account, kind, sealing, line.at).await?;
        if let Some(attempt) = attempt {
            attempt::connected(&mut open, attempt, account, line.at).await?;
        }
        write_down(&mut open, line).await?;
        open.commit().await
    }

    /// What an account's sign-in gave.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn grant(&self, account: &AccountId) -> Result<Option<Grant>> {
        const TEXT: &str = concat!(grant_columns!(), " WHERE account_id = $1");
        let row: Option<GrantRow> =
            on!(self, db => sqlx::query_as(TEXT).bind(account.as_str()).fetch_optional(db).await)?;
        Ok(row.map(Grant::from))
    }

    /// The same with the sealed record of a kind, which was written with it, where there is one.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn grant_and_sealed(
        &self,
        account: &AccountId,
        kind: &str,
    ) -> Result<Option<(Grant, Option<SealedRecord>)>> {
        const TEXT: &str = concat!(
            "SELECT g.*, r.sealed, COALESCE(v.version, 0) AS version FROM (",
            grant_columns!(),
            " WHERE account_id = $1) g
             LEFT JOIN sealed_record r ON r.account_id = g.account_id AND r.kind = $2
             LEFT JOIN sealed_version v ON v.account_id = g.account_id AND v.kind = $2"
        );
        let row: Option<GrantAndSealed> =
            on!(self, db => sqlx::query_as(TEXT).bind(account.as_str()).bind(kind).fetch_optional(db).await)?;
        Ok(row.map(|row| {
            let record = row.sealed.map(|sealed| SealedRecord { sealed, version: row.version });
            (row.grant.into(), record)
        }))
    }

    /// What the sign-ins of the accounts within reach gave.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn grants(&self, reach: &Reach) -> Result<Vec<Grant>> {
        self.grants_in(reach, AccountSpan::ALL).await
    }

    /// The same of some of them.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn grants_in(&self, reach: &Reach, span: AccountSpan<'_>) -> Result<Vec<Grant>> {
        let within = span.holds(reach, "account_id", AccountSpan::BOUND);
        let text = format!(concat!(grant_columns!(), " WHERE {} ORDER BY account_id"), within);
        let rows: Vec<GrantRow> = on!(self, db => sqlx::query_as(AssertSqlSafe(text))
            .bind(reach.owner())
            .bind(span.from)
            .bind(span.to)
            .fetch_all(db)
            .await)?;
        Ok(rows.into_iter().map(Grant::from).collect())
    }

    /// What a person's sign-in gave.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn grant_of(&self, person: &Person) -> Result<Option<Grant>> {
        const TEXT: &str = concat!(grant_columns!(), " WHERE tenant_id = $1 AND object_id = $2");
        let row: Option<GrantRow> = on!(self, db => sqlx::query_as(TEXT)
            .bind(&person.tenant)
            .bind(&person.object)
            .fetch_optional(db)
            .await)?;
        Ok(row.map(Grant::from))
    }

    /// Destroys an account's grant, its sealed tokens and the state of what lives on them, and keeps the line
    /// that tells of it. With them goes the key that has sealed them, where one is given in its place with what
    /// stays; and in slices what is known of the contacts that came by it, or they themselves. On SQLite all of
    /// it leaves the write-ahead log too. What is cut short is finished by `finish_deletions`.
    ///
    /// # Errors
    /// `KeyChanged` when the key, or what stays, is not what was read any more; then nothing is destroyed.
    /// `LogKept` when a reader keeps the log from being emptied; the rows are gone.
    pub async fn destroy_grant(
        &self,
        account: &AccountId,
        kind: &str,
        rest: Option<&Resealing<'_>>,
        contacts: ContactsEnd,
        line: &AuditEntry,
    ) -> Result<GrantDestroyed> {
        let mut open = self.begin().await?;
        if let Some(rest) = rest {
            reseal(&mut open, account, rest).await?;
        }
        let grants = tx!(&mut open, execute sqlx::query("DELETE FROM oauth_grant WHERE account_id = $1")
            .bind(account.as_str()))?;
        let records = tx!(&mut open, execute sqlx::query(
            "DELETE FROM sealed_record WHERE account_id = $1 AND kind = $2",
        )
        .bind(account.as_str())
        .bind(kind))?;
        destroy_outbox(&mut open, account).await?;
        tx!(&mut open, execute sqlx::query("DELETE FROM oauth_flow WHERE account_id = $1")
            .bind(account.as_str()))?;
        for part in Credential::Grant.parts(mail_credential(&mut open, account).await?) {
            tx!(&mut open, execute sqlx::query("DELETE FROM part_state WHERE account_id = $1 AND part = $2")
                .bind(account.as_str())
                .bind(part.as_str()))?;
        }
        let contacts = will_leave(&mut open, account, contacts).await?;
        leave_contacts(&mut open, account).await?;
        let tokens = grants + records > 0;
        if tokens {
            write_down(&mut open, line).await?;
        }
        open.commit().await?;
        self.give_contacts_up(account).await?;
        self.empty_log().await?;
        Ok(GrantDestroyed { tokens, contacts })
    }
}

fn taken(error: sqlx::Error) -> StoreError {
    let twice = error.as_database_error().is_some_and(DatabaseError::is_unique_violation);
    if twice { StoreError::PersonTaken } else { error.into() }
}
