//! What is to be sent, sealed as long as it waits, and under which keys of whom it was asked for.

use super::keys::TRIES;
use super::{Result, Strongbox, place, row};
use crate::model::{Account, AuditEntry, NewOutboxEntry, OutboxEntry, RequestKey};
use crate::secret::SecretText;
use crate::store::{OutboxAsked, OutboxClaim, OutboxQueued, Sealing, StoreError};
use chrono::{DateTime, Utc};

const PURPOSE: &str = "outbox";

/// What came of a message that was put in.
#[derive(Debug, PartialEq, Eq)]
pub enum OutboxPut {
    /// It waits.
    Queued,
    /// The same was put in before: it is this one.
    Before(Box<OutboxEntry>),
    /// Something else was asked for under that key.
    KeyReused,
    /// As many were put in within an hour as may be; when there is room for another.
    Full(DateTime<Utc>),
}

impl Strongbox {
    /// Puts a message in to be sent, sealed for the account's owner.
    ///
    /// # Errors
    /// When the database fails, the account is gone or another's, or its key does not open.
    pub async fn put_outbox(
        &self,
        account: &Account,
        entry: &NewOutboxEntry,
        (request, per_hour): (&RequestKey, u32),
        content: &SecretText,
        line: &AuditEntry,
    ) -> Result<OutboxPut> {
        let kind = OutboxClaim::kind_of(&entry.id);
        let mark = self.ring.mark(PURPOSE, &[Some(request.key.as_bytes()), Some(request.request.as_bytes())]);
        let asked = OutboxAsked { request, mark: &mark, per_hour, line };
        for _ in 0..TRIES {
            let (key, wrapped) = self.key_to_seal(&account.id, Some(&account.owner), None).await?;
            let seal = |version| key.seal(&place(&account.id, &row(&kind, version)), content);
            let sealing = Sealing { wrapped: &wrapped, seal: &seal };
            match self.store.queue_outbox(entry, &asked, &sealing).await {
                Err(StoreError::KeyChanged) => {}
                Ok(OutboxQueued::Queued) => return Ok(OutboxPut::Queued),
                Ok(OutboxQueued::Full(room_at)) => return Ok(OutboxPut::Full(room_at)),
                Ok(OutboxQueued::Before(found, mark)) => return Ok(self.before(request, found, &mark)),
                Err(error) => return Err(error.into()),
            }
        }
        Err(StoreError::Busy(None).into())
    }

    /// What was put in under a key before; `None` where nothing was.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn outbox_under(&self, request: &RequestKey) -> Result<Option<OutboxPut>> {
        let found = self.store.outbox_under(request).await?;
        Ok(found.map(|(entry, mark)| self.before(request, Box::new(entry), &mark)))
    }

    /// What a message says that waits; `None` where it does not wait any more, or the account's keys are destroyed.
    ///
    /// # Errors
    /// When the database fails or the record does not open.
    pub async fn outbox_content(&self, claim: &OutboxClaim) -> Result<Option<SecretText>> {
        let (account, kind) = (&claim.entry.of.account, claim.kind());
        let Some(record) = self.store.sealed(account, &kind).await? else { return Ok(None) };
        self.opened(account, &kind, &record).await
    }

    /// Nothing is sent of what is asked under a key a second time, even where nobody can say any more what was asked first.
    fn before(&self, request: &RequestKey, found: Box<OutboxEntry>, mark: &[u8]) -> OutboxPut {
        let fields = [Some(request.key.as_bytes()), Some(request.request.as_bytes())];
        match self.ring.is_marked(PURPOSE, &fields, mark) {
            Ok(false) => OutboxPut::KeyReused,
            Ok(true) | Err(_) => OutboxPut::Before(found),
        }
    }
}
