//! Links that let somebody into the dashboard once, and who is signed in to it. What proves that a row is ours, its mark,
//! nobody here can make.

use super::write_down;
use crate::model::{AuditEntry, DashboardLink, DashboardSession, DashboardSessionId, Reach, Visitor};
use crate::store::column::{Ms, Word, readable};
use crate::store::secrets::fence;
use crate::store::{Result, Store, Tx, on, tx};
use chrono::{DateTime, Utc};

/// How exactly it is known when somebody was last there: one write a minute, not one a request.
const SEEN_MS: i64 = 60 * 1000;

/// Something that lies here with its mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked<T> {
    /// What the row says, which is true when the mark fits.
    pub row: T,
    /// SHA-256 of the secret that opens it.
    pub hash: Vec<u8>,
    /// The mark.
    pub mark: Vec<u8>,
}

/// By what somebody signs in.
#[derive(Debug, Clone, Copy)]
pub enum SignInProof<'a> {
    /// A link, by its hash, which is spent.
    Link(&'a [u8; 32]),
    /// An operator's password, which fitted what was kept of it then.
    Password {
        /// What the operator is called.
        name: &'a str,
        /// What was kept.
        verifier: &'a str,
    },
}

#[derive(sqlx::FromRow)]
struct DashboardLinkRow {
    name: String,
    owner: Option<String>,
    return_to: Option<String>,
    expires_at: Ms,
    hash: Vec<u8>,
    mark: Vec<u8>,
}

impl From<DashboardLinkRow> for Marked<DashboardLink> {
    fn from(DashboardLinkRow { name, owner, return_to, expires_at, hash, mark }: DashboardLinkRow) -> Self {
        let visitor = Visitor { name, owner, return_to };
        Self { row: DashboardLink { visitor, expires_at: expires_at.0 }, hash, mark }
    }
}

#[derive(sqlx::FromRow)]
struct SessionRow {
    id: Word<DashboardSessionId>,
    name: String,
    owner: Option<String>,
    return_to: Option<String>,
    signed_in_at: Ms,
    expires_at: Ms,
    last_seen_at: Ms,
    peer: Option<String>,
    browser: Option<String>,
    hash: Vec<u8>,
    mark: Vec<u8>,
}

impl From<SessionRow> for Marked<DashboardSession> {
    fn from(row: SessionRow) -> Self {
        let SessionRow { id, name, owner, return_to, peer, browser, hash, mark, .. } = row;
        let session = DashboardSession {
            id: id.0,
            visitor: Visitor { name, owner, return_to },
            signed_in_at: row.signed_in_at.0,
            expires_at: row.expires_at.0,
            last_seen_at: row.last_seen_at.0,
            peer,
            browser,
        };
        Self { row: session, hash, mark }
    }
}

/// The columns of a session, as `SessionRow` wants them.
macro_rules! session_columns {
    () => {
        "SELECT id, name, owner, return_to, signed_in_at, expires_at, last_seen_at, peer, browser, hash, mark
         FROM dashboard_session "
    };
}

impl Store {
    /// Keeps a link, and that somebody made it. Those whose time is over go.
    ///
    /// # Errors
    /// `RingOutdated` when an older key has made the mark than the database goes by.
    pub async fn add_dashboard_link(&self, new: &Marked<DashboardLink>, line: &AuditEntry) -> Result<()> {
        let mut open = self.begin().await?;
        fence(&mut open, &new.mark).await?;
        tx!(&mut open, execute sqlx::query("DELETE FROM dashboard_link WHERE expires_at <= $1")
            .bind(line.at.timestamp_millis()))?;
        let DashboardLink { visitor, expires_at } = &new.row;
        tx!(&mut open, execute sqlx::query(
            "INSERT INTO dashboard_link (hash, name, owner, return_to, expires_at, mark)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(&new.hash)
        .bind(&visitor.name)
        .bind(&visitor.owner)
        .bind(&visitor.return_to)
        .bind(expires_at.timestamp_millis())
        .bind(&new.mark))?;
        write_down(&mut open, line).await?;
        open.commit().await
    }

    /// The link that a secret of this hash opens, unless it has expired by `now`.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn dashboard_link(
        &self,
        hash: &[u8; 32],
        now: DateTime<Utc>,
    ) -> Result<Option<Marked<DashboardLink>>> {
        let rows: Vec<DashboardLinkRow> = on!(self, db => sqlx::query(
            "SELECT name, owner, return_to, expires_at, hash, mark FROM dashboard_link
             WHERE hash = $1 AND expires_at > $2",
        )
        .bind(&hash[..])
        .bind(now.timestamp_millis())
        .fetch_all(db)
        .await
        .map(readable))?;
        Ok(rows.into_iter().next().map(Marked::from))
    }

    /// Keeps who is signed in from now on, in place of the sign-in before in the same browser, and that they
    /// are. False, and nothing is kept, where what they came by counts no more: somebody else has spent the link, the
    /// operator has another password or is none. Sign-ins whose time is over go.
    ///
    /// # Errors
    /// `RingOutdated` when an older key has made the mark than the database goes by.
    pub async fn open_dashboard_session(
        &self,
        new: &Marked<DashboardSession>,
        proof: SignInProof<'_>,
        before: Option<&DashboardSessionId>,
        line: &AuditEntry,
    ) -> Result<bool> {
        let mut open = self.begin().await?;
        fence(&mut open, &new.mark).await?;
        if !counts(&mut open, proof).await? {
            return Ok(false);
        }
        tx!(&mut open, execute sqlx::query("DELETE FROM dashboard_session WHERE expires_at <= $1 OR id = $2")
            .bind(line.at.timestamp_millis())
            .bind(before.map(DashboardSessionId::as_str)))?;
        let session = &new.row;
        tx!(&mut open, execute sqlx::query(
            "INSERT INTO dashboard_session (id, hash, name, owner, return_to, signed_in_at, expires_at, last_seen_at,
             peer, browser, mark) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        )
        .bind(session.id.as_str())
        .bind(&new.hash)
        .bind(&session.visitor.name)
        .bind(&session.visitor.owner)
        .bind(&session.visitor.return_to)
        .bind(session.signed_in_at.timestamp_millis())
        .bind(session.expires_at.timestamp_millis())
        .bind(session.last_seen_at.timestamp_millis())
        .bind(&session.peer)
        .bind(&session.browser)
        .bind(&new.mark))?;
        write_down(&mut open, line).await?;
        open.commit().await?;
        Ok(true)
    }

    /// The sign-in of this id. Whether its row is ours, and whether it is good, is for the caller to see.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn dashboard_session(
        &self,
        id: &DashboardSessionId,
    ) -> Result<Option<Marked<DashboardSession>>> {
        const TEXT: &str = concat!(session_columns!(), "WHERE id = $1");
        let rows: Vec<SessionRow> =
            on!(self, db => sqlx::query(TEXT).bind(id.as_str()).fetch_all(db).await.map(readable))?;
        Ok(rows.into_iter().next().map(Marked::from))
    }

    /// The sign-ins of those within reach, the latest first, likewise.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn dashboard_sessions(&self, reach: &Reach) -> Result<Vec<Marked<DashboardSession>>> {
        const TEXT: &str =
            concat!(session_columns!(), "WHERE $1 IS NULL OR owner = $1 ORDER BY last_seen_at DESC, id DESC");
        let rows: Vec<SessionRow> =
            on!(self, db => sqlx::query(TEXT).bind(reach.owner()).fetch_all(db).await.map(readable))?;
        Ok(rows.into_iter().map(Marked::from).collect())
    }

    /// Notes that somebody who is signed in is there.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn dashboard_session_seen(&self, session: &DashboardSession, now: DateTime<Utc>) -> Result<()> {
        let now = now.timestamp_millis();
        if now - session.last_seen_at.timestamp_millis() >= SEEN_MS {
            on!(self, execute sqlx::query("UPDATE dashboard_session SET last_seen_at = $2 WHERE id = $1")
                .bind(session.id.as_str())
                .bind(now))?;
        }
        Ok(())
    }

    /// Ends a sign-in within reach, and writes down whose it was. Whether there was one.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn end_dashboard_session(
        &self,
        reach: &Reach,
        id: &DashboardSessionId,
        line: &AuditEntry,
    ) -> Result<bool> {
        let mut open = self.begin().await?;
        let ended: Option<(String, Option<String>)> = tx!(&mut open, db => sqlx::query_as(
            "DELETE FROM dashboard_session WHERE id = $1 AND ($2 IS NULL OR owner = $2) RETURNING name, owner",
        )
        .bind(id.as_str())
        .bind(reach.owner())
        .fetch_optional(db)
        .await)?;
        let Some((name, owner)) = ended else { return Ok(false) };
        write_down(&mut open, &AuditEntry { detail: Some(name), owner, ..line.clone() }).await?;
        open.commit().await?;
        Ok(true)
    }
}

/// Whether what somebody signs in by counts still, which holds until the transaction ends. A link is spent by it.
async fn counts(open: &mut Tx, proof: SignInProof<'_>) -> Result<bool> {
    let rows = match proof {
        SignInProof::Link(hash) => {
            tx!(open, execute sqlx::query("DELETE FROM dashboard_link WHERE hash = $1").bind(&hash[..]))?
        }
        SignInProof::Password { name, verifier } => tx!(open, execute sqlx::query(
            "UPDATE dashboard_user SET verifier = verifier WHERE name = $1 AND verifier = $2",
        )
        .bind(name)
        .bind(verifier))?,
    };
    Ok(rows > 0)
}
