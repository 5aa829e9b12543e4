//! The walls that readers by SQL run against: row level security on all tables, views that look with the eyes
//! of who asks, and grants of just the columns that the views show.
//!
//! They are built after every migration from what there is, so that no table and no view of a later one is
//! forgotten: `CREATE OR REPLACE VIEW` alone would take a wall down. Whose the rows are say the policies in
//! `migrations/postgres/`. The service owns the tables, and row level security passes over the owner.

use sqlx::{AssertSqlSafe, PgConnection};

/// The names of what the migrations make, also of what later ones have taken away again.
#[derive(Debug, Clone, Default)]
pub(in crate::store) struct OurNames {
    pub(in crate::store) tables: Vec<String>,
    pub(in crate::store) views: Vec<String>,
}

/// What of ours is without its wall.
const BARE: &str = "
SELECT format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', c.relname)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND c.relname = ANY ($1) AND NOT c.relrowsecurity
UNION ALL
SELECT format('ALTER VIEW %I SET (security_invoker = true)', c.relname)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = current_schema() AND c.relkind = 'v' AND c.relname = ANY ($2)
  AND NOT 'security_invoker=true' = ANY (COALESCE(c.reloptions, '{}'))
  AND current_setting('server_version_num')::int >= 150000";

/// Which accounts a reader sees, and which contacts that outlived theirs.
const POLICIES: &str = "
SELECT format('CREATE POLICY %I ON %I FOR SELECT TO %I USING (%s)', r.role, t.name, r.role,
              t.bound || CASE WHEN r.owners IS NULL THEN 'TRUE' ELSE format('%I = ANY (%L::text[])', t.owner, r.owners) END)
FROM reader r JOIN pg_roles p ON p.rolname = r.role
CROSS JOIN (VALUES ('account', 'owner', ''), ('contact', 'former_owner', 'account_id IS NULL AND ')) t (name, owner, bound)
WHERE NOT EXISTS (
    SELECT FROM pg_policies l WHERE l.schemaname = current_schema() AND l.tablename = t.name AND l.policyname = r.role)";

/// What each reader may name: the views, all columns that stand in them, and what the policies look at. A view
/// that looks with the reader's eyes asks for their right to each column that it reads.
const GRANTS: &str = r"
WITH RECURSIVE root AS (
    SELECT r.role, r.origin, c.relname::text AS view
    FROM reader r JOIN pg_roles p ON p.rolname = r.role
    CROSS JOIN pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND c.relkind = 'v' AND c.relname = ANY ($1) AND c.relname LIKE '%\_v'
      AND (r.origin <> 'granted' OR has_any_column_privilege(p.oid, c.oid, 'SELECT'))
), shown AS (
    SELECT view_name::text AS view, table_name::text AS source, column_name::text AS col
    FROM information_schema.view_column_usage
    WHERE view_schema = current_schema() AND table_schema = current_schema()
), used AS (
    SELECT root.role, s.source, s.col FROM root JOIN shown s ON s.view = root.view
    UNION
    SELECT used.role, s.source, s.col FROM used JOIN shown s ON s.view = used.source
), needed AS (
    SELECT role, source, col FROM used
    UNION
    SELECT r.role, k.source, 'id' FROM reader r JOIN pg_roles p ON p.rolname = r.role
    CROSS JOIN (VALUES ('account'), ('message'), ('contact')) k (source)
)
SELECT format('GRANT SELECT (%s) ON %I TO %I', string_agg(format('%I', col), ', '), source, role)
FROM needed GROUP BY role, source
UNION ALL
SELECT format('GRANT SELECT ON %I TO %I', view, role) FROM root WHERE origin <> 'granted'
UNION ALL
SELECT format('GRANT INSERT (account_id, contact_id, external_id, change, card, based_on) ON %I TO %I', t.name, r.role)
FROM reader r JOIN pg_roles p ON p.rolname = r.role
CROSS JOIN (VALUES ('contact_change'), ('contact_change_v')) t (name)
WHERE r.writes_contacts
UNION ALL
SELECT format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), r.role)
FROM reader r JOIN pg_roles p ON p.rolname = r.role
WHERE r.origin <> 'granted' AND NOT has_schema_privilege(p.oid, current_schema(), 'USAGE')";

/// Takes from a role all that it may do with what is ours.
const REVOKED: &str = "
SELECT format('REVOKE ALL ON %s FROM %I', string_agg(format('%I', c.relname), ', '), $1::text)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p', 'v') AND c.relname = ANY ($2)
HAVING COUNT(*) > 0
UNION ALL
SELECT format('DROP POLICY %I ON %I', policyname, tablename)
FROM pg_policies
WHERE schemaname = current_schema() AND tablename IN ('account', 'contact') AND policyname = $1::text AND roles <> '{public}'";

/// Builds what is missing of the walls, and lets all readers in through them.
pub(in crate::store) async fn build(open: &mut PgConnection, made: &OurNames) -> sqlx::Result<()> {
    let mut statements: Vec<String> =
        sqlx::query_scalar(BARE).bind(&made.tables).bind(&made.views).fetch_all(&mut *open).await?;
    statements.extend(sqlx::query_scalar::<_, String>(POLICIES).fetch_all(&mut *open).await?);
    run(open, statements).await?;
    let grants = sqlx::query_scalar(GRANTS).bind(&made.views).fetch_all(&mut *open).await?;
    run(open, grants).await
}

/// Puts a role out.
pub(super) async fn shut_out(open: &mut PgConnection, made: &OurNames, role: &str) -> sqlx::Result<()> {
    let ours = [made.tables.as_slice(), &made.views].concat();
    let statements = sqlx::query_scalar(REVOKED).bind(role).bind(ours).fetch_all(&mut *open).await?;
    run(open, statements).await
}

/// The database has made each of these texts itself and quoted the names in it.
pub(super) async fn run(open: &mut PgConnection, statements: Vec<String>) -> sqlx::Result<()> {
    for statement in statements {
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut *open).await?;
    }
    Ok(())
}
