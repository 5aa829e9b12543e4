//! The audit log: the one door by which verbs write into it, and who reads it.

use super::error::{DeskError, Result};
use super::{Database, Desk};
use crate::model::{AccountId, Actor, AuditAction, AuditEntry, AuditId};
use crate::store::Receipt;
use crate::sync::Failure;
use crate::vault::Ring;

pub use crate::strongbox::{AuditFault, AuditLook, AuditRenewed, AuditState, AuditWatch};

/// Behind the end of an account hardly a line is written about it.
const LINES_LOOKED_AT: u32 = 50;

impl Database {
    /// The line that tells what an actor does to an account.
    pub(super) fn line(&self, actor: &Actor, action: AuditAction, account: &AccountId) -> AuditEntry {
        AuditEntry { account: Some(account.clone()), ..AuditEntry::by(self.clock.now(), actor, action) }
    }

    /// The line that tells what an actor does for an owner.
    pub(super) fn owner_line(&self, actor: &Actor, action: AuditAction, owner: &str) -> AuditEntry {
        AuditEntry { owner: Some(owner.to_owned()), ..AuditEntry::by(self.clock.now(), actor, action) }
    }

    /// The account whose lines a person means: one that there is, by any of its names, or by its id also one that was
    /// disconnected.
    ///
    /// # Errors
    /// As `to_disconnect`, where there are no lines of it.
    pub async fn audited(&self, actor: &Actor, name: &str) -> Result<AccountId> {
        match self.to_disconnect(actor, name).await {
            Err(DeskError::NoSuchAccount(_)) => Ok(AccountId::from(name.to_owned())),
            found => Ok(found?.id),
        }
    }

    /// What was done to an account and with it, the latest first: so many lines, behind one where one is named. They
    /// outlive the account, for its owner too.
    ///
    /// # Errors
    /// `NoSuchAccount`; those of the database.
    pub async fn audit(
        &self,
        actor: &Actor,
        id: &AccountId,
        behind: Option<&AuditId>,
        limit: u32,
    ) -> Result<Vec<AuditEntry>> {
        let gone = match self.account(actor, id).await {
            Ok(_) => None,
            Err(gone @ DeskError::NoSuchAccount(_)) => Some(gone),
            Err(error) => return Err(error),
        };
        let lines = self.store.audit_of(&actor.reach, id, gone.is_none(), behind, limit).await?;
        match gone.filter(|_| lines.is_empty() && behind.is_none()) {
            Some(gone) => Err(gone),
            None => Ok(lines),
        }
    }

    /// What was destroyed with an account when it was disconnected, and the line that tells of it, for as long as that is
    /// kept. `None` where it was not.
    ///
    /// # Errors
    /// `NoSuchAccount` where there are no lines of it; those of the database.
    pub async fn receipt(&self, actor: &Actor, id: &AccountId) -> Result<Option<(AuditEntry, Receipt)>> {
        let lines = self.audit(actor, id, None, LINES_LOOKED_AT).await?;
        let ends = lines.into_iter().filter(|line| line.action == AuditAction::Disconnected);
        let mut receipts = ends.filter_map(|line| {
            let receipt = Receipt::read(line.detail.as_deref()?)?;
            Some((line, receipt))
        });
        Ok(receipts.next())
    }

    /// What was done within reach, the latest first: so many lines, behind one where one is named.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn audit_log(
        &self,
        actor: &Actor,
        behind: Option<&AuditId>,
        limit: u32,
    ) -> Result<Vec<AuditEntry>> {
        Ok(self.store.audit_within(&actor.reach, behind, limit).await?)
    }

    /// Whether anything of the audit log was changed since it was written, as far as `watch` has not seen it before.
    ///
    /// # Errors
    /// Those of the database; that the ring lacks the key that has marked it.
    pub async fn look_at_audit(&self, ring: &Ring, watch: &AuditWatch) -> Result<AuditLook, Failure> {
        Ok(watch.look(&self.store, ring, self.now()).await?)
    }
}

impl Desk {
    /// Begins the audit log anew where it is not as it was written; `None` where it is.
    ///
    /// # Errors
    /// Those of the database; that the ring lacks the key that has marked it.
    pub async fn renew_audit(&self, actor: &Actor) -> Result<Option<AuditRenewed>> {
        Ok(self.strongbox.renew_audit(actor).await?)
    }

    /// Writes down that somebody was refused.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn refused(&self, actor: &Actor, why: &str) -> Result<()> {
        let line = AuditEntry::by(self.clock.now(), actor, AuditAction::Refused);
        let owner = actor.reach.owner().map(str::to_owned);
        Ok(self.store.audit(&AuditEntry { owner, detail: Some(why.to_owned()), ..line }).await?)
    }

    /// Writes down that a mailbox was not connected, and why, as a word.
    pub(super) async fn not_connected(
        &self,
        actor: &Actor,
        owner: &str,
        account: Option<&AccountId>,
        code: &str,
    ) {
        let line = self.owner_line(actor, AuditAction::ConnectRefused, owner);
        let line = AuditEntry { account: account.cloned(), detail: Some(code.to_owned()), ..line };
        if let Err(error) = self.store.audit(&line).await {
            tracing::error!(%error, code, "that a mailbox was not connected could not be written down");
        }
    }
}
