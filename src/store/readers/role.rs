//! The role of a reader on the server: made, found, dropped. Roles are the whole server's, not the database's.

use super::{NewReader, ReaderError, Result, walls};
use crate::model::ReaderOrigin;
use crate::secret::ExposeSecret;
use crate::store::StoreError;
use sqlx::{Acquire as _, PgConnection};

/// What of a role no wall holds, as the server says it of itself.
const UNFIT: &str = "
SELECT CASE WHEN r.rolsuper THEN 'superuser' WHEN r.rolbypassrls THEN 'bypass'
            WHEN pg_has_role(r.oid, c.relowner, 'MEMBER') THEN 'owner'
            WHEN pg_has_role(r.oid, 'pg_read_all_data', 'MEMBER') THEN 'all'
            WHEN NOT EXISTS (SELECT FROM pg_roles m WHERE m.rolcanlogin AND NOT m.rolsuper AND pg_has_role(m.oid, r.oid, 'MEMBER'))
            THEN 'mute' END
FROM pg_roles r, pg_class c WHERE r.rolname = $1 AND c.oid = 'account'::regclass";

/// What a role gets when it is made: it signs in, and may do nothing. Its statements find the views.
const MAKE: &str = "
SELECT unnest(ARRAY[
    format('CREATE ROLE %I LOGIN NOINHERIT PASSWORD %L', $1::text, $2::text),
    format('ALTER ROLE %I IN DATABASE %I SET search_path = %I', $1::text, current_database(), current_schema())])";

/// The role that a reader is to have, made if it is to be.
pub(super) async fn found_or_made(open: &mut PgConnection, new: NewReader<'_>) -> Result<ReaderOrigin> {
    let role = new.role.to_owned();
    match (exists(open, &role).await?, new.verifier) {
        (true, Some(_)) => Err(ReaderError::Taken(role)),
        (false, None) => Err(ReaderError::Missing(role)),
        (true, None) => fit(open, role).await,
        (false, Some(verifier)) => {
            may_make(open, &role).await?;
            let statements =
                sqlx::query_scalar(MAKE).bind(&role).bind(verifier.expose_secret()).fetch_all(&mut *open);
            let statements = statements.await?;
            walls::run(open, statements).await?;
            Ok(ReaderOrigin::Made)
        }
    }
}

/// Whether the server has a role of this name.
pub(super) async fn exists(open: &mut PgConnection, role: &str) -> Result<bool> {
    let known = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)");
    Ok(known.bind(role).fetch_one(open).await?)
}

/// A role that somebody else has made, if walls hold it.
async fn fit(open: &mut PgConnection, role: String) -> Result<ReaderOrigin> {
    let unfit: Option<String> = sqlx::query_scalar(UNFIT).bind(&role).fetch_one(open).await?;
    let what = match unfit.as_deref() {
        None => return Ok(ReaderOrigin::Existing),
        Some("mute") => return Err(ReaderError::NoLogin(role)),
        Some("superuser") => "is a superuser",
        Some("bypass") => "has BYPASSRLS",
        Some("owner") => "may act as the owner of the tables",
        Some(_) => "is a member of pg_read_all_data",
    };
    Err(ReaderError::Unfit { role, what })
}

async fn may_make(open: &mut PgConnection, role: &str) -> Result<()> {
    let may: bool =
        sqlx::query_scalar("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user")
            .fetch_one(&mut *open)
            .await?;
    if may {
        return Ok(());
    }
    let line = sqlx::query_scalar("SELECT format('CREATE ROLE %I LOGIN NOINHERIT;', $1::text)");
    Err(ReaderError::MayNotMake(line.bind(role).fetch_one(open).await?))
}

/// Drops a role. One that has something of its own, here or in another database of the server, is kept, since
/// that is not ours to destroy: it cannot sign in any more, and what it has is the answer.
pub(super) async fn dropped_or_closed(open: &mut PgConnection, role: &str) -> Result<Option<String>> {
    let lines: (String, String) = sqlx::query_as(
        "SELECT format('DROP ROLE %I', $1::text), format('ALTER ROLE %I NOLOGIN PASSWORD NULL', $1::text)",
    )
    .bind(role)
    .fetch_one(&mut *open)
    .await?;
    let shut = "SELECT format('REVOKE USAGE ON SCHEMA %I FROM %I', current_schema(), $1::text)";
    let statement = sqlx::query_scalar(shut).bind(role).fetch_all(&mut *open).await?;
    walls::run(open, statement).await?;
    let mut attempt = open.begin().await?;
    match walls::run(&mut attempt, vec![lines.0]).await.map_err(StoreError::from) {
        Ok(()) => {
            attempt.commit().await?;
            Ok(None)
        }
        Err(StoreError::Dependents(what)) => {
            attempt.rollback().await?;
            walls::run(open, vec![lines.1]).await?;
            Ok(Some(what))
        }
        Err(error) => Err(error.into()),
    }
}
