//! The walls that readers by SQL run against: row level security on all tables, views that look with the eyes
//! of who asks, and grants of just the columns that the views show.
//!
//! They are built after every migration from what there is, so that no table and no view of a later one is
//! forgotten: `CREATE OR REPLACE VIEW` alone would take a wall down. Whose the rows are say the policies in
//! `migrations/postgres/`, one of a table for all readers. The service owns the tables, and row level security
//! passes over the owner.

use super::pinned::Pinned;
use sqlx::{AssertSqlSafe, PgConnection};

/// The names of what the migrations make, also of what later ones have taken away again.
#[derive(Debug, Clone, Default)]
pub(in crate::store) struct OurNames {
    pub(in crate::store) tables: Vec<String>,
    pub(in crate::store) views: Vec<String>,
}

/// What of ours is without its wall.
const BARE: &str = r"
SELECT format('ALTER TABLE %I.%I ENABLE ROW LEVEL SECURITY', n.nspname, c.relname)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = :'schema' AND c.relkind IN ('r', 'p') AND c.relname = ANY ($1) AND NOT c.relrowsecurity
UNION ALL
SELECT format('ALTER VIEW %I.%I SET (security_invoker = true)', n.nspname, c.relname)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = :'schema' AND c.relkind = 'v' AND c.relname = ANY ($2)
  AND NOT 'security_invoker=true' = ANY (COALESCE(c.reloptions, '{}'))
  AND current_setting('server_version_num')::int >= 150000";

/// What each reader may name: the views, all columns that stand in them, and what the policies look at. A view
/// that looks with the reader's eyes asks for their right to each column that it reads.
const GRANTS: &str = r#"
WITH RECURSIVE root AS (
    SELECT r.role, r.origin, c.relname::text AS view
    FROM :"schema".reader r JOIN pg_roles p ON p.rolname = r.role
    CROSS JOIN pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = :'schema' AND c.relkind = 'v' AND c.relname = ANY ($1) AND c.relname LIKE '%\_v'
      AND (r.origin <> 'granted' OR has_any_column_privilege(p.oid, c.oid, 'SELECT'))
), shown AS (
    SELECT view_name::text AS view, table_name::text AS source, column_name::text AS col
    FROM information_schema.view_column_usage
    WHERE view_schema = :'schema' AND table_schema = :'schema'
), used AS (
    SELECT root.role, s.source, s.col FROM root JOIN shown s ON s.view = root.view
    UNION
    SELECT used.role, s.source, s.col FROM used JOIN shown s ON s.view = used.source
), needed AS (
    SELECT role, source, col FROM used
    UNION
    SELECT r.role, k.source, k.col FROM :"schema".reader r JOIN pg_roles p ON p.rolname = r.role
    CROSS JOIN (VALUES ('account', 'id'), ('message', 'id'), ('contact', 'id'), ('reader', 'role'), ('reader', 'owners')) k (source, col)
)
SELECT format('GRANT SELECT (%s) ON %I.%I TO %I', string_agg(format('%I', col), ', '), :'schema', source, role)
FROM needed GROUP BY role, source
UNION ALL
SELECT format('GRANT SELECT ON %I.%I TO %I', :'schema', view, role) FROM root WHERE origin <> 'granted'
UNION ALL
SELECT format('GRANT INSERT (account_id, contact_id, external_id, change, card, based_on) ON %I.%I TO %I', :'schema', t.name, r.role)
FROM :"schema".reader r JOIN pg_roles p ON p.rolname = r.role
CROSS JOIN (VALUES ('contact_change'), ('contact_change_v')) t (name)
WHERE r.writes_contacts
UNION ALL
SELECT format('GRANT USAGE ON SCHEMA %I TO %I', n.nspname, r.role)
FROM :"schema".reader r JOIN pg_roles p ON p.rolname = r.role CROSS JOIN pg_namespace n
WHERE r.origin <> 'granted' AND n.nspname = :'schema' AND NOT has_schema_privilege(p.oid, n.oid, 'USAGE')"#;

/// Takes from a role all that it may do with what is ours.
const REVOKED: &str = r"
SELECT format('REVOKE ALL ON %s FROM %I', string_agg(format('%I.%I', n.nspname, c.relname), ', '), $1::text)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = :'schema' AND c.relkind IN ('r', 'p', 'v') AND c.relname = ANY ($2)
HAVING COUNT(*) > 0";

/// Builds what is missing of the walls, and lets all readers in through them.
pub(in crate::store) async fn build(open: &mut PgConnection, made: &OurNames) -> sqlx::Result<()> {
    let pinned = Pinned::begin(open).await?;
    raise(open, &pinned, made).await?;
    pinned.end(open).await
}

/// The same in a transaction that is pinned.
pub(super) async fn raise(open: &mut PgConnection, pinned: &Pinned, made: &OurNames) -> sqlx::Result<()> {
    let bare = sqlx::query_scalar(pinned.text(BARE)).bind(&made.tables).bind(&made.views);
    let statements = bare.fetch_all(&mut *open).await?;
    run(open, statements).await?;
    let grants = sqlx::query_scalar(pinned.text(GRANTS)).bind(&made.views).fetch_all(&mut *open).await?;
    run(open, grants).await
}

/// Puts a role out.
pub(super) async fn shut_out(
    open: &mut PgConnection,
    pinned: &Pinned,
    made: &OurNames,
    role: &str,
) -> sqlx::Result<()> {
    let ours = [made.tables.as_slice(), &made.views].concat();
    let statements =
        sqlx::query_scalar(pinned.text(REVOKED)).bind(role).bind(ours).fetch_all(&mut *open).await?;
    run(open, statements).await
}

/// The database has made each of these texts itself and quoted the names in it.
pub(super) async fn run(open: &mut PgConnection, statements: Vec<String>) -> sqlx::Result<()> {
    for statement in statements {
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut *open).await?;
    }
    Ok(())
}
