//! An audit log that is not as it was written, and one that begins behind it.

use super::audit::write_down;
use super::chain::{locked, put_mark};
use crate::model::AuditEntry;
use crate::store::secrets::fence;
use crate::store::{AuditHead, Result, Store, StoreError, Tx, tx};

impl Store {
    /// Begins the chain anew, with this line as its first, and has its head marked by the key whose records begin so. What
    /// there was stays without numbers, as lines of which nothing is proven, and none of them is from after the new
    /// beginning. How many these are.
    ///
    /// # Errors
    /// `RingOutdated` when the key is older than the one that the database goes by.
    pub async fn renew_audit(
        &self,
        first: &AuditEntry,
        beginning: &[u8],
        mark: &(dyn Fn(&AuditHead) -> Vec<u8> + Sync),
    ) -> Result<u64> {
        let mut open = self.begin().await?;
        fence(&mut open, beginning).await?;
        let lines = set_aside(&mut open, first.at.timestamp_millis()).await?;
        write_down(&mut open, first).await?;
        let head = locked(&mut open).await?.ok_or(StoreError::NoAuditHead)?;
        put_mark(&mut open, &mark(&head)).await?;
        open.commit().await?;
        Ok(lines)
    }
}

/// Takes their numbers from all lines, and the chain has none.
async fn set_aside(open: &mut Tx, now: i64) -> Result<u64> {
    tx!(&mut *open, execute sqlx::query(
        "INSERT INTO audit_head (id, begun_at, base_link, link) VALUES (1, 0, $1, $1)
         ON CONFLICT (id) DO UPDATE SET seq = audit_head.seq",
    )
    .bind(&b""[..]))?;
    // A line is never changed: each goes, as far as the head says that it may, and comes again.
    tx!(&mut *open, execute sqlx::query(
        "CREATE TEMP TABLE audit_aside AS
         SELECT id, at, actor, action, account, owner, peer, request, detail FROM audit_log",
    ))?;
    tx!(&mut *open, execute sqlx::query("UPDATE audit_head SET kept_since = $1, base_seq = $1").bind(i64::MAX))?;
    tx!(&mut *open, execute sqlx::query("DELETE FROM audit_log"))?;
    let lines = tx!(&mut *open, execute sqlx::query(
        "INSERT INTO audit_log (id, at, actor, action, account, owner, peer, request, detail)
         SELECT id, CASE WHEN at > $1 THEN $1 ELSE at END, actor, action, account, owner, peer, request, detail
         FROM audit_aside",
    )
    .bind(now))?;
    tx!(&mut *open, execute sqlx::query("DROP TABLE audit_aside"))?;
    tx!(open, execute sqlx::query(
        "UPDATE audit_head SET begun_at = $1, kept_since = 0, base_seq = 0, base_link = $2, seq = 0, link = $2,
         sealed_seq = 0, sealed_link = NULL, mark = NULL",
    )
    .bind(now)
    .bind(&b""[..]))?;
    Ok(lines)
}
