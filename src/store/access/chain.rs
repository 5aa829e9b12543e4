//! What makes a chain of the audit log, in which nothing is changed, removed or moved unseen.
//!
//! ```text
//! link   SHA-256 of the link before, the line's number and what stands in it
//! head   the last line that was pruned and the last that was written, with their links, and a mark over them
//! ```
//! Whoever writes a line holds the head's row until the transaction ends: of several machines one after the other
//! adds to the chain. The mark nobody here can make.

use crate::store::secrets::fence;
use crate::store::{Result, Store, StoreError, Tx, on, tx};
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

/// The columns of the head, as `AuditHead` wants them. `sealed_there` is the link of the line that the mark is
/// over as it stands in the log.
macro_rules! head_columns {
    () => {
        "begun_at, kept_since, prune_at, base_seq, base_link, seq, link, sealed_seq, sealed_link, mark,
         (SELECT l.link FROM audit_log l WHERE l.seq = sealed_seq) AS sealed_there"
    };
}

/// A line as it lies here, understood or not.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ChainedLine {
    /// Its number.
    pub seq: i64,
    pub(super) link: Option<Vec<u8>>,
    pub(super) id: String,
    pub(super) at: i64,
    pub(super) actor: String,
    pub(super) action: String,
    pub(super) account: Option<String>,
    pub(super) owner: Option<String>,
    pub(super) peer: Option<String>,
    pub(super) request: Option<String>,
    pub(super) detail: Option<String>,
}

impl ChainedLine {
    /// Its link, if that is what follows from the one before and from what stands in the line.
    #[must_use]
    pub fn follows(&self, before: &[u8]) -> Option<Vec<u8>> {
        let link = self.link_after(before);
        (self.link.as_deref() == Some(&link[..])).then(|| link.to_vec())
    }

    /// Each field with its length before it, so that no two lines are one text.
    pub(super) fn link_after(&self, before: &[u8]) -> [u8; 32] {
        let (seq, at) = (self.seq.to_be_bytes(), self.at.to_be_bytes());
        let texts = [&self.id, &self.actor, &self.action].map(Some);
        let more = [&self.account, &self.owner, &self.peer, &self.request, &self.detail].map(Option::as_ref);
        let texts = texts.into_iter().chain(more).map(|text| text.map(String::as_bytes));
        let mut hash = Sha256::new();
        for field in [Some(before), Some(&seq[..]), Some(&at[..])].into_iter().chain(texts) {
            let bytes = field.unwrap_or_default();
            hash.update([u8::from(field.is_some())]);
            hash.update((bytes.len() as u64).to_be_bytes());
            hash.update(bytes);
        }
        hash.finalize().into()
    }
}

/// Where the chain begins and ends.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct AuditHead {
    /// Lines without a number are from no later than then, milliseconds.
    pub begun_at: i64,
    /// Lines from before were pruned, milliseconds.
    pub kept_since: i64,
    /// When it is next looked at what is too old, milliseconds.
    pub prune_at: i64,
    /// The last line that was pruned; 0: none.
    pub base_seq: i64,
    /// Its link.
    pub base_link: Vec<u8>,
    /// The last line; 0: none.
    pub seq: i64,
    /// Its link.
    pub link: Vec<u8>,
    /// The last line that the mark is over.
    pub sealed_seq: i64,
    /// Its link.
    pub sealed_link: Option<Vec<u8>>,
    /// The mark, over where the chain begins and that line.
    pub mark: Option<Vec<u8>>,
    sealed_there: Option<Vec<u8>>,
}

/// What of the audit log is to go.
#[derive(Debug, Clone, Copy)]
pub struct Pruning {
    /// Lines from before; `None`: none.
    pub before: Option<DateTime<Utc>>,
    /// When it is to be looked at again.
    pub next: DateTime<Utc>,
}

impl AuditHead {
    /// Whether a line was written that the mark is not over.
    #[must_use]
    pub fn has_grown(&self) -> bool {
        self.mark.is_none() || self.seq != self.sealed_seq
    }

    /// As it is when its last line is sealed.
    #[must_use]
    pub fn sealed(&self) -> Self {
        Self { sealed_seq: self.seq, sealed_link: Some(self.link.clone()), ..self.clone() }
    }

    /// Whether the line that the mark is over stands in the log as it was, or was pruned.
    #[must_use]
    pub fn has_sealed_line(&self) -> bool {
        self.sealed_seq <= self.base_seq || self.sealed_there == self.sealed_link
    }
}

impl Store {
    /// Where the chain begins and ends; `None` where somebody has taken that away.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn audit_head(&self) -> Result<Option<AuditHead>> {
        const TEXT: &str = concat!("SELECT ", head_columns!(), " FROM audit_head WHERE id = 1");
        Ok(on!(self, db => sqlx::query_as(TEXT).fetch_optional(db).await)?)
    }

    /// The next lines of the chain behind one, in their order.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn audit_chain(&self, after: i64, limit: u32) -> Result<Vec<ChainedLine>> {
        Ok(on!(self, db => sqlx::query_as(
            "SELECT seq, link, id, at, actor, action, account, owner, peer, request, detail FROM audit_log
             WHERE seq > $1 ORDER BY seq LIMIT $2",
        )
        .bind(after)
        .bind(i64::from(limit))
        .fetch_all(db)
        .await)?)
    }

    /// How many lines have no number, and when the last of them was written, milliseconds.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn audit_unchained(&self) -> Result<(i64, Option<i64>)> {
        Ok(on!(self, db => sqlx::query_as("SELECT COUNT(*), MAX(at) FROM audit_log WHERE seq IS NULL")
            .fetch_one(db)
            .await)?)
    }

    /// Prunes what is too old, as far as no newer line lies among it, and has the head marked as it
    /// is then, by the key whose records begin so. `mark` is told what was there before that, and gives `None`
    /// where it is not what was marked: nothing is changed then. Whether it was marked.
    ///
    /// # Errors
    /// `RingOutdated` when the key is older than the one that the database goes by.
    pub async fn seal_audit(
        &self,
        pruning: Option<Pruning>,
        beginning: &[u8],
        mark: &(dyn Fn(&AuditHead, &AuditHead) -> Option<Vec<u8>> + Sync),
    ) -> Result<bool> {
        let mut open = self.begin().await?;
        fence(&mut open, beginning).await?;
        let Some(found) = locked(&mut open).await? else { return Ok(false) };
        let head = match pruning {
            Some(pruning) => prune(&mut open, found.clone(), pruning).await?,
            None => found.clone(),
        };
        let Some(mark) = mark(&found, &head) else { return Ok(false) };
        put_mark(&mut open, &mark).await?;
        open.commit().await?;
        Ok(true)
    }

    /// A number of a line that is none of the chain: nobody but a stranger can have put it in. `None` where each is
    /// one.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn audit_beside(&self, head: &AuditHead) -> Result<Option<i64>> {
        // Each end by itself, so that the index answers. What was written since the head was read is no stranger's.
        let first: Option<i64> = on!(self, db => sqlx::query_scalar("SELECT MIN(seq) FROM audit_log WHERE seq <= $1")
            .bind(head.base_seq)
            .fetch_one(db)
            .await)?;
        let last: Option<i64> = on!(self, db => sqlx::query_scalar(
            "SELECT MIN(seq) FROM audit_log WHERE seq > (SELECT seq FROM audit_head WHERE id = 1)",
        )
        .fetch_one(db)
        .await)?;
        Ok(first.or(last))
    }
}

pub(super) async fn put_mark(open: &mut Tx, mark: &[u8]) -> Result<()> {
    tx!(open, execute sqlx::query(
        "UPDATE audit_head SET sealed_seq = seq, sealed_link = link, mark = $1 WHERE id = 1",
    )
    .bind(mark))?;
    Ok(())
}

/// The head, which nobody else adds to until the transaction ends.
pub(super) async fn locked(open: &mut Tx) -> Result<Option<AuditHead>> {
    const TEXT: &str = concat!("UPDATE audit_head SET seq = seq WHERE id = 1 RETURNING ", head_columns!());
    Ok(tx!(open, db => sqlx::query_as(TEXT).fetch_optional(db).await)?)
}

async fn prune(open: &mut Tx, head: AuditHead, pruning: Pruning) -> Result<AuditHead> {
    tx!(&mut *open, execute sqlx::query("UPDATE audit_head SET prune_at = $1 WHERE id = 1")
        .bind(pruning.next.timestamp_millis()))?;
    let Some(before) = pruning.before.map(|before| before.timestamp_millis()) else { return Ok(head) };
    let base: Option<(i64, Vec<u8>)> = tx!(&mut *open, db => sqlx::query_as(
        "SELECT seq, link FROM audit_log
         WHERE seq < COALESCE((SELECT MIN(seq) FROM audit_log WHERE at >= $1), $2 + 1) ORDER BY seq DESC LIMIT 1",
    )
    .bind(before)
    .bind(head.seq)
    .fetch_optional(db)
    .await)?;
    let (base_seq, base_link) = base.unwrap_or((head.base_seq, head.base_link));
    let kept_since = head.kept_since.max(before);
    tx!(&mut *open, execute sqlx::query(
        "UPDATE audit_head SET kept_since = $1, base_seq = $2, base_link = $3 WHERE id = 1",
    )
    .bind(kept_since)
    .bind(base_seq)
    .bind(&base_link))?;
    tx!(open, execute sqlx::query("DELETE FROM audit_log WHERE at < $1 AND COALESCE(seq, 0) <= $2")
        .bind(kept_since)
        .bind(base_seq))?;
    Ok(AuditHead { kept_since, base_seq, base_link, ..head })
}

/// Puts a line at the end of the chain.
pub(super) async fn add(open: &mut Tx, new: ChainedLine) -> Result<()> {
    let head = locked(open).await?.ok_or(StoreError::NoAuditHead)?;
    let new = ChainedLine { seq: head.seq + 1, ..new };
    let link = new.link_after(&head.link);
    let written = tx!(&mut *open, execute sqlx::query(
        "INSERT INTO audit_log (id, at, actor, action, account, owner, peer, request, detail, seq, link)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (seq) DO NOTHING",
    )
    .bind(&new.id)
    .bind(new.at)
    .bind(&new.actor)
    .bind(&new.action)
    .bind(&new.account)
    .bind(&new.owner)
    .bind(&new.peer)
    .bind(&new.request)
    .bind(&new.detail)
    .bind(new.seq)
    .bind(&link[..]))?;
    if written == 0 {
        return Err(StoreError::AuditTaken(new.seq));
    }
    tx!(open, execute sqlx::query("UPDATE audit_head SET seq = $1, link = $2 WHERE id = 1")
        .bind(new.seq)
        .bind(&link[..]))?;
    Ok(())
}
