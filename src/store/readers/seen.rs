//! Whether the walls stand, as the server's own catalogue says.

use super::Result;
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
}

const BARE: &str = "
SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = current_schema() AND c.relname = ANY ($1)
  AND (c.relkind IN ('r', 'p') AND NOT c.relrowsecurity
       OR c.relkind = 'v' AND current_setting('server_version_num')::int >= 150000
          AND NOT 'security_invoker=true' = ANY (COALESCE(c.reloptions, '{}')))
ORDER BY 1";

const STRANGERS: &str = "
SELECT DISTINCT COALESCE(r.rolname::text, 'PUBLIC')
FROM (
    SELECT c.relowner, (aclexplode(c.relacl)).grantee
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND c.relname = ANY ($1)
    UNION ALL
    SELECT c.relowner, (aclexplode(a.attacl)).grantee
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE n.nspname = current_schema() AND c.relname = ANY ($1)
) g
LEFT JOIN pg_roles r ON r.oid = g.grantee
WHERE g.grantee <> g.relowner AND (r.rolname IS NULL OR NOT EXISTS (SELECT FROM reader WHERE role = r.rolname))
ORDER BY 1";

const LOOSE: &str = "
SELECT role FROM reader LEFT JOIN pg_roles r ON r.rolname = role
WHERE r.oid IS NULL OR r.rolsuper OR r.rolbypassrls OR pg_has_role(r.oid, 'pg_read_all_data', 'MEMBER')
  OR pg_has_role(r.oid, (SELECT relowner FROM pg_class WHERE oid = 'account'::regclass), 'MEMBER')
ORDER BY 1";

impl Store {
    /// How the walls stand.
    ///
    /// # Errors
    /// `NoRoles` on SQLite; those of the database.
    pub async fn walls_seen(&self) -> Result<WallsSeen> {
        let (pool, made) = (self.server()?, migrate::made(self));
        let ours = [made.tables, made.views].concat();
        Ok(WallsSeen {
            readers: u64::try_from(self.readers().await?.len()).unwrap_or(u64::MAX),
            bare: sqlx::query_scalar(BARE).bind(&ours).fetch_all(pool).await?,
            strangers: sqlx::query_scalar(STRANGERS).bind(&ours).fetch_all(pool).await?,
            loose: sqlx::query_scalar(LOOSE).fetch_all(pool).await?,
        })
    }
}
