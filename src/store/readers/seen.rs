//! Whether the walls stand, as the server's own catalogue says.

use super::Result;
use super::pinned::Pinned;
use super::role::{self, FITNESS};
use crate::store::{Store, migrate};

/// What is to be said of the walls.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WallsSeen {
    /// How many readers were let in.
    pub readers: u64,
    /// Tables without row level security, and views that look with the owner's eyes.
    pub bare: Vec<String>,
    /// Roles that may do something with tables or views and are no readers.
    pub strangers: Vec<String>,
    /// Readers that no wall holds, or whose role is gone.
    pub loose: Vec<String>,
    /// Policies that let somebody see or write more than those of ours do.
    pub policies: Vec<String>,
    /// What readers may do beside reading the views.
    pub rights: Vec<String>,
    /// Readers as whom nobody can sign in.
    pub mute: Vec<String>,
    /// Who may make functions beside the tables: `PUBLIC`, and readers.
    pub makers: Vec<String>,
}

const BARE: &str = "
SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = :'schema' AND c.relname = ANY ($1)
  AND (c.relkind IN ('r', 'p') AND NOT c.relrowsecurity
       OR c.relkind = 'v' AND current_setting('server_version_num')::int >= 150000
          AND NOT 'security_invoker=true' = ANY (COALESCE(c.reloptions, '{}')))
ORDER BY 1";

const STRANGERS: &str = r#"
SELECT DISTINCT COALESCE(r.rolname::text, 'PUBLIC')
FROM (
    SELECT c.relowner, (aclexplode(c.relacl)).grantee
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = :'schema' AND c.relname = ANY ($1)
    UNION ALL
    SELECT c.relowner, (aclexplode(a.attacl)).grantee
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE n.nspname = :'schema' AND c.relname = ANY ($1)
) g
LEFT JOIN pg_roles r ON r.oid = g.grantee
WHERE g.grantee <> g.relowner AND (r.rolname IS NULL OR NOT EXISTS (SELECT FROM :"schema".reader WHERE role = r.rolname))
ORDER BY 1"#;

/// All permissive policies but those of the migrations, as they stand there: of several, one that holds is enough. Of
/// those that say whose rows a reader sees, blanks, brackets and our schema are left out.
const POLICIES: &str = r"
SELECT format('%s on %s', l.policyname, l.tablename) FROM pg_policies l
WHERE l.schemaname = :'schema' AND l.tablename = ANY ($1) AND l.permissive = 'PERMISSIVE'
  AND NOT (l.cmd = 'SELECT' AND l.roles = '{public}' AND (
      l.policyname = 'of_account' AND l.tablename IN ('sync_state', 'part_state', 'browser_session', 'oauth_grant', 'folder', 'message',
          'contact', 'contact_folder', 'contact_link', 'contact_change')
      OR l.policyname = 'of_message' AND l.tablename IN ('message_body', 'recipient', 'attachment')
      OR l.policyname = 'of_contact' AND l.tablename IN ('contact_email', 'contact_phone', 'contact_place', 'contact_photo')
      OR (l.policyname, l.tablename, regexp_replace(replace(l.qual, quote_ident(:'schema') || '.', ''), '[\s()]+', '', 'g')) IN (
          ('of_reader', 'account', 'SELECTbool_orr.ownersISNULLASbool_orFROMreaderrORowner=ANYARRAYSELECTunnestr.ownersASunnestFROMreaderr'),
          ('of_reader', 'contact', 'account_idISNULLANDSELECTbool_orr.ownersISNULLASbool_orFROMreaderrORformer_owner=ANYARRAYSELECTunnestr.ownersASunnestFROMreaderr'),
          ('of_role', 'reader', 'roleINSELECTr.rolnameFROMpg_rolesrWHEREpg_has_roler.oid,''USAGE''::text'))))
  AND NOT (l.cmd = 'INSERT' AND l.roles = '{public}' AND l.policyname = 'for_account' AND l.tablename = 'contact_change')
ORDER BY 1";

/// What a reader may do with a table or view of the service's user beside reading our views, the columns that stand in
/// them, and handing in changes; a reader's own are not looked at, nor what has a wall of its own.
const RIGHTS: &str = r#"
WITH RECURSIVE shown AS (
    SELECT view_name::text AS view, table_name::text AS source, column_name::text AS col
    FROM information_schema.view_column_usage
    WHERE view_schema = :'schema' AND table_schema = :'schema'
), needed AS (
    (SELECT source, col FROM shown WHERE view = ANY ($2) AND view LIKE '%\_v'
     UNION
     SELECT source, col FROM (VALUES ('account', 'id'), ('message', 'id'), ('contact', 'id'), ('reader', 'role'), ('reader', 'owners')) k (source, col))
    UNION
    SELECT s.source, s.col FROM needed JOIN shown s ON s.view = needed.source
)
SELECT DISTINCT format('%s: %s on %s', r.role, p.name, c.relname)
FROM :"schema".reader r JOIN pg_roles u ON u.rolname = r.role
CROSS JOIN pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN (VALUES ('SELECT'), ('INSERT'), ('UPDATE'), ('DELETE'), ('TRUNCATE'), ('REFERENCES'), ('TRIGGER')) p (name)
WHERE n.nspname = :'schema' AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
  AND c.relowner = (SELECT a.relowner FROM pg_class a WHERE a.relname = 'account' AND a.relnamespace = n.oid)
  AND NOT u.rolsuper AND NOT pg_has_role(u.oid, c.relowner, 'MEMBER')
  AND CASE WHEN p.name IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES') THEN has_any_column_privilege(u.oid, c.oid, p.name)
           ELSE has_table_privilege(u.oid, c.oid, p.name) END
  AND NOT (p.name = 'INSERT' AND r.writes_contacts AND c.relname IN ('contact_change', 'contact_change_v')
           AND NOT has_table_privilege(u.oid, c.oid, 'INSERT'))
  AND NOT (p.name = 'SELECT' AND CASE
      WHEN c.relname = ANY ($2) THEN TRUE
      WHEN c.relname = ANY ($1) THEN NOT EXISTS (
          SELECT FROM pg_attribute a
          WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND has_column_privilege(u.oid, c.oid, a.attnum, 'SELECT')
            AND (c.relname::text, a.attname::text) NOT IN (SELECT source, col FROM needed))
      ELSE c.relrowsecurity OR 'security_invoker=true' = ANY (COALESCE(c.reloptions, '{}')) END)
ORDER BY 1"#;

impl Store {
    /// How the walls stand.
    ///
    /// # Errors
    /// `NoRoles` on SQLite; those of the database.
    pub async fn walls_seen(&self) -> Result<WallsSeen> {
        let (made, readers) = (migrate::made(self), self.readers().await?);
        let ours = [made.tables.as_slice(), &made.views].concat();
        let mut open = self.server()?.begin().await?;
        let pinned = Pinned::begin(&mut open).await?;
        let of_readers = |condition| {
            pinned.text(&format!(
                r#"SELECT reader.role FROM :"schema".reader LEFT JOIN ({FITNESS}) f ON f.role = reader.role
                 WHERE {condition} ORDER BY 1"#
            ))
        };
        let (loose, mute) = (of_readers("f.oid IS NULL OR f.why IS NOT NULL"), of_readers("f.is_mute"));
        let rights = sqlx::query_scalar(pinned.text(RIGHTS)).bind(&made.tables).bind(&made.views);
        Ok(WallsSeen {
            readers: u64::try_from(readers.len()).unwrap_or(u64::MAX),
            bare: sqlx::query_scalar(pinned.text(BARE)).bind(&ours).fetch_all(&mut *open).await?,
            strangers: sqlx::query_scalar(pinned.text(STRANGERS)).bind(&ours).fetch_all(&mut *open).await?,
            loose: sqlx::query_scalar(loose).fetch_all(&mut *open).await?,
            policies: sqlx::query_scalar(pinned.text(POLICIES)).bind(&ours).fetch_all(&mut *open).await?,
            rights: rights.fetch_all(&mut *open).await?,
            mute: sqlx::query_scalar(mute).fetch_all(&mut *open).await?,
            makers: role::makers(&mut open, &pinned).await?,
        })
    }
}
