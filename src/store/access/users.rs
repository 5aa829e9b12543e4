//! Operators who sign in to the dashboard by a password. What proves that a row is ours, its mark, nobody here can make.

use super::write_down;
use crate::model::{AuditEntry, DashboardUser};
use crate::store::column::{Ms, readable};
use crate::store::secrets::fence;
use crate::store::{Result, Store, Tx, on, tx};

/// An operator as they lie here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredUser {
    /// What the row says of them, which is true when the mark fits.
    pub user: DashboardUser,
    /// What is kept of their password.
    pub verifier: String,
    /// The mark.
    pub mark: Vec<u8>,
}

#[derive(sqlx::FromRow)]
struct UserRow {
    name: String,
    created_at: Ms,
    verifier: String,
    mark: Vec<u8>,
}

impl From<UserRow> for StoredUser {
    fn from(UserRow { name, created_at, verifier, mark }: UserRow) -> Self {
        Self { user: DashboardUser { name, created_at: created_at.0 }, verifier, mark }
    }
}

impl Store {
    /// Keeps an operator, and that somebody let them in. Whether there was none of that name.
    ///
    /// # Errors
    /// `RingOutdated` when an older key has made the mark than the database goes by.
    pub async fn add_dashboard_user(&self, new: &StoredUser, line: &AuditEntry) -> Result<bool> {
        let mut open = self.begin().await?;
        fence(&mut open, &new.mark).await?;
        let added = tx!(&mut open, execute sqlx::query(
            "INSERT INTO dashboard_user (name, created_at, verifier, mark) VALUES ($1, $2, $3, $4)
             ON CONFLICT (name) DO NOTHING",
        )
        .bind(&new.user.name)
        .bind(new.user.created_at.timestamp_millis())
        .bind(&new.verifier)
        .bind(&new.mark))?
            > 0;
        finish(open, added, line).await
    }

    /// Gives an operator another password: whoever is signed in by the one before is so no more. Whether there
    /// is one of that name.
    ///
    /// # Errors
    /// `RingOutdated` when an older key has made the mark than the database goes by.
    pub async fn set_dashboard_password(
        &self,
        new: &StoredUser,
        visitor: &str,
        line: &AuditEntry,
    ) -> Result<bool> {
        let mut open = self.begin().await?;
        fence(&mut open, &new.mark).await?;
        let set = tx!(&mut open, execute sqlx::query(
            "UPDATE dashboard_user SET verifier = $2, mark = $3 WHERE name = $1",
        )
        .bind(&new.user.name)
        .bind(&new.verifier)
        .bind(&new.mark))?
            > 0;
        end_sessions(&mut open, visitor).await?;
        finish(open, set, line).await
    }

    /// Takes an operator's right to sign in away, and ends what they are signed in with. Whether there was one.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn remove_dashboard_user(&self, name: &str, visitor: &str, line: &AuditEntry) -> Result<bool> {
        let mut open = self.begin().await?;
        let removed =
            tx!(&mut open, execute sqlx::query("DELETE FROM dashboard_user WHERE name = $1").bind(name))? > 0;
        end_sessions(&mut open, visitor).await?;
        finish(open, removed, line).await
    }

    /// The operators, by name. Whether a row is ours is for the caller to see.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn dashboard_users(&self) -> Result<Vec<StoredUser>> {
        let rows: Vec<UserRow> = on!(self, db => sqlx::query(
            "SELECT name, created_at, verifier, mark FROM dashboard_user ORDER BY name",
        )
        .fetch_all(db)
        .await
        .map(readable))?;
        Ok(rows.into_iter().map(StoredUser::from).collect())
    }

    /// The operator of this name, likewise.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn dashboard_user(&self, name: &str) -> Result<Option<StoredUser>> {
        let rows: Vec<UserRow> = on!(self, db => sqlx::query(
            "SELECT name, created_at, verifier, mark FROM dashboard_user WHERE name = $1",
        )
        .bind(name)
        .fetch_all(db)
        .await
        .map(readable))?;
        Ok(rows.into_iter().next().map(StoredUser::from))
    }

    /// Whether there is any, ours or not.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn has_dashboard_users(&self) -> Result<bool> {
        Ok(
            on!(self, db => sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM dashboard_user)").fetch_one(db).await)?,
        )
    }

    /// Gives an operator a new mark, which one key of the ring has made. One that has changed meanwhile stays as
    /// they are.
    ///
    /// # Errors
    /// `RingOutdated` when the database goes by a newer key.
    pub async fn remark_dashboard_user(&self, old: &StoredUser, mark: &[u8]) -> Result<()> {
        let mut open = self.begin().await?;
        fence(&mut open, mark).await?;
        tx!(&mut open, execute sqlx::query("UPDATE dashboard_user SET mark = $3 WHERE name = $1 AND mark = $2")
            .bind(&old.user.name)
            .bind(&old.mark)
            .bind(mark))?;
        open.commit().await
    }

    /// Takes an operator's mark away, unless it has changed meanwhile: they need no key then, and are let in nowhere.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn unmark_dashboard_user(&self, old: &StoredUser) -> Result<()> {
        on!(self, execute sqlx::query("UPDATE dashboard_user SET mark = $3 WHERE name = $1 AND mark = $2")
            .bind(&old.user.name)
            .bind(&old.mark)
            .bind(&b""[..]))?;
        Ok(())
    }
}

async fn end_sessions(open: &mut Tx, visitor: &str) -> Result<()> {
    tx!(open, execute sqlx::query("DELETE FROM dashboard_session WHERE name = $1 AND owner IS NULL")
        .bind(visitor))?;
    Ok(())
}

/// What was done is written down; what was not is not done either.
async fn finish(mut open: Tx, done: bool, line: &AuditEntry) -> Result<bool> {
    if done {
        write_down(&mut open, line).await?;
        open.commit().await?;
    }
    Ok(done)
}
