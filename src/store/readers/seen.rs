//! Whether the walls stand, as the server's own catalogue says.

use super::Result;
use super::pinned::Pinned;
use super::role::{self, WHY_UNFIT};
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
    /// Who may make functions beside the tables: `PUBLIC`, and readers.
    pub makers: Vec<String>,
}

const BARE: &str = r"
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

impl Store {
    /// How the walls stand.
    ///
    /// # Errors
    /// `NoRoles` on SQLite; those of the database.
    pub async fn walls_seen(&self) -> Result<WallsSeen> {
        let (made, readers) = (migrate::made(self), self.readers().await?);
        let ours = [made.tables, made.views].concat();
        let mut open = self.server()?.begin().await?;
        let pinned = Pinned::begin(&mut open).await?;
        let loose = format!(
            r#"SELECT reader.role FROM :"schema".reader LEFT JOIN ({WHY_UNFIT}) w ON w.role = reader.role
             WHERE w.oid IS NULL OR w.why IS NOT NULL ORDER BY 1"#
        );
        Ok(WallsSeen {
            readers: u64::try_from(readers.len()).unwrap_or(u64::MAX),
            bare: sqlx::query_scalar(pinned.text(BARE)).bind(&ours).fetch_all(&mut *open).await?,
            strangers: sqlx::query_scalar(pinned.text(STRANGERS)).bind(&ours).fetch_all(&mut *open).await?,
            loose: sqlx::query_scalar(pinned.text(&loose)).fetch_all(&mut *open).await?,
            makers: role::makers(&mut open, &pinned).await?,
        })
    }
}
