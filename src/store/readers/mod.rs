//! Readers by SQL: roles of PostgreSQL that see of the views what a token for the API with the same rights
//! would. They have no rights beyond it, and none that the next migration would have to remember.

mod error;
mod pinned;
mod role;
mod seen;
mod walls;

pub use error::ReaderError;
use pinned::Pinned;
pub use seen::WallsSeen;
pub(super) use walls::{OurNames, build};

use super::access::write_down;
use super::column::{Ms, Word};
use super::held;
use super::{OpenTx, Store, Tx, migrate};
use crate::model::{Actor, AuditAction, AuditEntry, ReaderOrigin, SqlReader};
use crate::secret::SecretText;
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool, Postgres, Transaction};

type Result<T> = std::result::Result<T, ReaderError>;

/// The reader's row.
#[derive(sqlx::FromRow)]
struct ReaderRow {
    role: String,
    origin: Word<ReaderOrigin>,
    owners: Option<Vec<String>>,
    writes_contacts: bool,
    added_at: Ms,
}

impl From<ReaderRow> for SqlReader {
    fn from(row: ReaderRow) -> Self {
        Self {
            role: row.role,
            origin: row.origin.0,
            owners: row.owners,
            writes_contacts: row.writes_contacts,
            added_at: row.added_at.0,
        }
    }
}

/// Which reader to let in.
#[derive(Debug, Clone, Copy)]
pub struct NewReader<'a> {
    /// The role's name.
    pub role: &'a str,
    /// What the server keeps of the password of a role that is made; `None` lets a role in that there is.
    pub verifier: Option<&'a SecretText>,
    /// Whose accounts it sees; `None`: everybody's.
    pub owners: Option<&'a [String]>,
    /// Whether it hands in changes of contacts.
    pub writes_contacts: bool,
}

impl Store {
    /// All readers, by name. A database that nobody has set up, for which one in memory stands, has none.
    ///
    /// # Errors
    /// `NoRoles` on SQLite; those of the database.
    pub async fn readers(&self) -> Result<Vec<SqlReader>> {
        if self.is_in_memory() {
            return Ok(Vec::new());
        }
        let rows: Vec<ReaderRow> = sqlx::query_as(
            "SELECT role, origin, owners, writes_contacts, added_at FROM reader ORDER BY role",
        )
        .fetch_all(self.server()?)
        .await?;
        Ok(rows.into_iter().map(SqlReader::from).collect())
    }

    /// Lets a reader in, and keeps that `actor` did so; of one that is in, changes what it sees.
    ///
    /// # Errors
    /// `NoRoles` on SQLite, `OldServer`, `MayNotMake`, `Taken`, `Missing`, `Unfit`, `OpenSchema`; those of the database.
    pub async fn add_reader(
        &self,
        new: NewReader<'_>,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<SqlReader> {
        let (mut open, process) = self.begin_on_server().await?;
        let let_in = let_in(&mut open, migrate::made(self), new, now);
        let reader = SqlReader::from(held::watched(self.server()?, process, let_in).await?);
        end(open, AuditEntry::by(now, actor, AuditAction::ReaderAdded), told(&reader)).await?;
        Ok(reader)
    }

    /// Puts a reader out, drops the role if it was made here, and keeps that `actor` did so. What the answer
    /// says is why the server keeps the role: then it cannot sign in any more.
    ///
    /// # Errors
    /// `NoRoles` on SQLite; `NoSuchReader`; those of the database.
    pub async fn remove_reader(
        &self,
        role: &str,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<Option<String>> {
        let (mut open, process) = self.begin_on_server().await?;
        let put_out = put_out(&mut open, migrate::made(self), role);
        let kept = held::watched(self.server()?, process, put_out).await?;
        end(open, AuditEntry::by(now, actor, AuditAction::ReaderRemoved), role.to_owned()).await?;
        Ok(kept)
    }

    fn server(&self) -> Result<&PgPool> {
        match self {
            Self::Sqlite(_) => Err(ReaderError::NoRoles),
            Self::Postgres(pool) => Ok(pool),
        }
    }

    /// A transaction on a server that can have readers, and the server's process that serves it.
    async fn begin_on_server(&self) -> Result<(Transaction<'static, Postgres>, i32)> {
        let mut open = self.server()?.begin().await?;
        let version: String = setting(&mut open, "server_version").await?;
        let number: String = setting(&mut open, "server_version_num").await?;
        if number.parse().unwrap_or(0) < SERVER_AT_LEAST {
            return Err(ReaderError::OldServer(version));
        }
        let process = held::wait_at_most(&mut open, held::LOCKS).await?;
        Ok((open, process))
    }
}

async fn let_in(
    open: &mut PgConnection,
    made: OurNames,
    new: NewReader<'_>,
    now: DateTime<Utc>,
) -> Result<ReaderRow> {
    let pinned = Pinned::begin(open).await?;
    let origin = role::found_or_made(open, &pinned, new).await?;
    walls::shut_out(open, &pinned, &made, new.role).await?;
    let row = sqlx::query_as(pinned.text(
        r#"INSERT INTO :"schema".reader (role, origin, owners, writes_contacts, added_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (role) DO UPDATE SET owners = excluded.owners, writes_contacts = excluded.writes_contacts,
         origin = CASE reader.origin WHEN 'made' THEN 'made' ELSE excluded.origin END
         RETURNING role, origin, owners, writes_contacts, added_at"#,
    ))
    .bind(new.role)
    .bind(origin.as_str())
    .bind(new.owners)
    .bind(new.writes_contacts)
    .bind(now.timestamp_millis())
    .fetch_one(&mut *open)
    .await?;
    role::keep_out_makers(open, &pinned).await?;
    walls::raise(open, &pinned, &made).await?;
    pinned.end(open).await?;
    Ok(row)
}

async fn put_out(open: &mut PgConnection, made: OurNames, role: &str) -> Result<Option<String>> {
    let pinned = Pinned::begin(open).await?;
    let delete = pinned.text(r#"DELETE FROM :"schema".reader WHERE role = $1 RETURNING origin"#);
    let origin: Option<Word<ReaderOrigin>> =
        sqlx::query_scalar(delete).bind(role).fetch_optional(&mut *open).await?;
    let Word(origin) = origin.ok_or_else(|| ReaderError::NoSuchReader(role.to_owned()))?;
    let mut kept = None;
    if role::exists(open, role).await? {
        walls::shut_out(open, &pinned, &made, role).await?;
        if origin == ReaderOrigin::Made {
            kept = role::dropped_or_closed(open, &pinned, role).await?;
        }
    }
    pinned.end(open).await?;
    Ok(kept)
}

/// The first whose views can look with the eyes of who asks (PostgreSQL 15, `CREATE VIEW`).
const SERVER_AT_LEAST: u32 = 150_000;

async fn setting(open: &mut PgConnection, name: &str) -> sqlx::Result<String> {
    sqlx::query_scalar("SELECT current_setting($1)").bind(name).fetch_one(open).await
}

/// What a reader may from now on, for the audit log.
fn told(reader: &SqlReader) -> String {
    let SqlReader { role, owners, writes_contacts, .. } = reader;
    let sees = owners.as_ref().map_or_else(|| "everybody".to_owned(), |owners| owners.join(", "));
    let hands_in = if *writes_contacts { "; hands in changes of contacts" } else { "" };
    format!("{role}: sees {sees}{hands_in}")
}

/// Writes down what was done, and commits.
async fn end(open: Transaction<'static, Postgres>, entry: AuditEntry, what: String) -> Result<()> {
    let mut open = Tx { open: OpenTx::Postgres(open), lines: Vec::new() };
    write_down(&mut open, &AuditEntry { detail: Some(what), ..entry }).await?;
    Ok(open.commit().await?)
}
