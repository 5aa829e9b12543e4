//! The role of a reader on the server: made, found, dropped. Roles are the whole server's, not the database's.

use super::pinned::Pinned;
use super::{NewReader, ReaderError, Result, walls};
use crate::model::ReaderOrigin;
use crate::secret::ExposeSecret;
use crate::store::StoreError;
use sqlx::{Acquire as _, PgConnection};

/// Why no wall holds a role, by role; null where walls do. And whether nobody can sign in as it, nor as a member of it;
/// superusers take any role. `account` is any table of ours.
pub(super) const FITNESS: &str = r#"
SELECT r.oid, r.rolname::text AS role, CASE
    WHEN r.rolsuper THEN 'is a superuser'
    WHEN r.rolbypassrls THEN 'has BYPASSRLS'
    WHEN r.rolcreaterole THEN 'may make roles (CREATEROLE)'
    WHEN r.rolreplication THEN 'may copy the whole server (REPLICATION)'
    WHEN pg_has_role(r.oid, c.relowner, 'MEMBER') THEN 'may act as the owner of the tables'
    ELSE (SELECT CASE WHEN m.rolname LIKE 'pg\_%' THEN 'is a member of ' || m.rolname ELSE 'is a member of another reader, ' || m.rolname END
          FROM pg_roles m
          WHERE m.oid <> r.oid AND pg_has_role(r.oid, m.oid, 'MEMBER') AND m.rolname IN (
              SELECT role FROM :"schema".reader
              UNION ALL SELECT unnest('{pg_read_all_data,pg_write_all_data,pg_execute_server_program,pg_read_server_files,pg_write_server_files}'::text[]))
          ORDER BY m.rolname LIKE 'pg\_%' DESC, m.rolname LIMIT 1) END AS why,
    NOT EXISTS (SELECT FROM pg_roles m WHERE m.rolcanlogin AND NOT m.rolsuper AND pg_has_role(m.oid, r.oid, 'MEMBER')) AS is_mute
FROM pg_roles r, pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = :'schema' AND c.relname = 'account'"#;

/// Who beside the owner may make functions where the tables are, for all who call one there: everybody, or these.
const MAKERS: &str = r#"
WITH everybody AS (
    SELECT FROM pg_namespace n, aclexplode(n.nspacl) g
    WHERE n.nspname = :'schema' AND g.grantee = 0 AND g.privilege_type = 'CREATE'
)
SELECT 'PUBLIC' FROM everybody
UNION ALL
SELECT quote_ident(r.rolname) FROM :"schema".reader JOIN pg_roles r ON r.rolname = role CROSS JOIN pg_namespace n
WHERE n.nspname = :'schema' AND NOT r.rolsuper AND has_schema_privilege(r.oid, n.oid, 'CREATE')
  AND NOT EXISTS (SELECT FROM everybody)
ORDER BY 1"#;

/// What a role gets when it is made: it signs in, and may do nothing. Its statements find the views.
const MAKE: &str = "
SELECT unnest(ARRAY[
    format('CREATE ROLE %I LOGIN NOINHERIT PASSWORD %L', $1::text, $2::text),
    format('ALTER ROLE %I IN DATABASE %I SET search_path = %I', $1::text, current_database(), :'schema')])";

/// The role that a reader is to have, made if it is to be.
pub(super) async fn found_or_made(
    open: &mut PgConnection,
    pinned: &Pinned,
    new: NewReader<'_>,
) -> Result<ReaderOrigin> {
    let role = new.role.to_owned();
    match (exists(open, &role).await?, new.verifier) {
        (true, Some(_)) => Err(ReaderError::Taken(role)),
        (false, None) => Err(ReaderError::Missing(role)),
        (true, None) => fit(open, pinned, role).await,
        (false, Some(verifier)) => {
            may_make(open, &role).await?;
            let make = sqlx::query_scalar(pinned.text(MAKE)).bind(&role).bind(verifier.expose_secret());
            let statements = make.fetch_all(&mut *open).await?;
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
async fn fit(open: &mut PgConnection, pinned: &Pinned, role: String) -> Result<ReaderOrigin> {
    let statement = format!("SELECT why, is_mute FROM ({FITNESS}) f WHERE role = $1");
    let found = sqlx::query_as(pinned.text(&statement)).bind(&role).fetch_one(open).await?;
    match found {
        (Some(what), _) => Err(ReaderError::Unfit { role, what }),
        (None, true) => Err(ReaderError::NoLogin(role)),
        (None, false) => Ok(ReaderOrigin::Existing),
    }
}

/// Who may make functions beside the tables: `PUBLIC`, and readers, quoted.
pub(super) async fn makers(open: &mut PgConnection, pinned: &Pinned) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar(pinned.text(MAKERS)).fetch_all(open).await
}

/// That nobody of them may.
pub(super) async fn keep_out_makers(open: &mut PgConnection, pinned: &Pinned) -> Result<()> {
    let makers = makers(open, pinned).await?;
    if makers.is_empty() {
        return Ok(());
    }
    let schema = pinned.name().to_owned();
    Err(ReaderError::OpenSchema { schema, makers: makers.join(", ") })
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
pub(super) async fn dropped_or_closed(
    open: &mut PgConnection,
    pinned: &Pinned,
    role: &str,
) -> Result<Option<String>> {
    let lines: (String, String) = sqlx::query_as(
        "SELECT format('DROP ROLE %I', $1::text), format('ALTER ROLE %I NOLOGIN PASSWORD NULL', $1::text)",
    )
    .bind(role)
    .fetch_one(&mut *open)
    .await?;
    let shut = "SELECT format('REVOKE USAGE ON SCHEMA %I FROM %I', :'schema', $1::text)";
    let statement = sqlx::query_scalar(pinned.text(shut)).bind(role).fetch_all(&mut *open).await?;
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
