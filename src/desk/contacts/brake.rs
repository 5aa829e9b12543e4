//! Plans and missing contacts that wait for a person, what that person decides, what is sent once more, and which
//! way contacts go.

use crate::desk::Database;
use crate::desk::error::Result;
use crate::model::{
    Account, Actor, AskedMissing, AskedPlan, AuditAction, AuditEntry, ContactGate, Direction, MissingAnswer,
};

/// An account of which something waits for a person.
#[derive(Debug)]
pub struct ContactBrake {
    /// Whose it is.
    pub account: Account,
    /// Its plan: since when, why, and what it has; `None` where that does not wait.
    pub asked: Option<AskedPlan>,
    /// Its contacts that the mailbox lacks; `None` where they do not wait.
    pub missing: Option<AskedMissing>,
}

words! {
    /// What of an account waits for a person.
    pub enum BrakeKind {
        /// What is to be written to the mailbox.
        Plan = "plan",
        /// Contacts that the mailbox lacks.
        Missing = "missing",
    }
}

/// What a person has decided of an account.
#[derive(Debug)]
pub struct BrakeDecided {
    /// Whose it is.
    pub account: Account,
    /// How many contacts of its plan are kept back.
    pub kept_back: u64,
    /// How many contacts that the mailbox lacks are gone, or stay, by this.
    pub missing: u64,
}

impl Database {
    /// Accounts within reach of which something waits for a person, those that wait longest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn contact_brakes(&self, actor: &Actor) -> Result<Vec<ContactBrake>> {
        let mut brakes = Vec::new();
        for id in self.store.asking_accounts().await? {
            let ContactGate { asked, missing, .. } = self.store.contact_gate(&id).await?;
            let account = self.store.account(&id).await?;
            let within_reach = account.filter(|account| actor.reach.includes(&account.owner));
            brakes.extend(within_reach.map(|account| ContactBrake { account, asked, missing }));
        }
        Ok(brakes)
    }

    /// In the account that a person names, lets out what was changed of contacts until now, however much it is,
    /// and has those be gone that the mailbox lacks and that are asked about; only one of both, where it is
    /// named.
    ///
    /// # Errors
    /// Those of `named`.
    pub async fn approve_contacts(
        &self,
        actor: &Actor,
        name: &str,
        only: Option<BrakeKind>,
    ) -> Result<BrakeDecided> {
        let (account, line) = self.deciding(actor, name, AuditAction::ContactsApproved).await?;
        if only != Some(BrakeKind::Missing) {
            self.store.approve_contacts(&account.id, line.at, &line).await?;
        }
        let missing = self.say_of_missing(&account, only, MissingAnswer::Gone, line).await?;
        Ok(BrakeDecided { account, kept_back: 0, missing })
    }

    /// In the account that a person names, keeps back what was changed of contacts until now: what was deleted
    /// is there again, the rest stays as it is here alone. Contacts that the mailbox lacks and that are asked
    /// about stay here alone. Only one of both, where it is named.
    ///
    /// # Errors
    /// Those of `named`.
    pub async fn reject_contacts(
        &self,
        actor: &Actor,
        name: &str,
        only: Option<BrakeKind>,
    ) -> Result<BrakeDecided> {
        let (account, line) = self.deciding(actor, name, AuditAction::ContactsRejected).await?;
        let kept_back = match only {
            Some(BrakeKind::Missing) => 0,
            Some(BrakeKind::Plan) | None => self.store.reject_contacts(&account.id, line.at, &line).await?,
        };
        let missing = self.say_of_missing(&account, only, MissingAnswer::Kept, line).await?;
        Ok(BrakeDecided { account, kept_back, missing })
    }

    /// Of how many contacts it is said, if any are asked about and it is to be said of them.
    async fn say_of_missing(
        &self,
        account: &Account,
        only: Option<BrakeKind>,
        answer: MissingAnswer,
        line: AuditEntry,
    ) -> Result<u64> {
        let asked = self.store.contact_gate(&account.id).await?.missing;
        let Some(asked) = asked.filter(|_| only != Some(BrakeKind::Plan)) else { return Ok(0) };
        let detail = Some(format!("missing {}", answer.as_str()));
        let line = AuditEntry { detail, ..AuditEntry::new(line.at, &line.actor, line.action) };
        let line = AuditEntry { account: Some(account.id.clone()), ..line };
        self.store.say_of_missing(&account.id, answer, line.at, &line).await?;
        Ok(asked.missing)
    }

    /// Sends once more with the next cycle what Outlook did not take of contacts of the account that a person
    /// names, also what would be tried again later by itself. The answer counts them.
    ///
    /// # Errors
    /// Those of `named`.
    pub async fn retry_contacts(&self, actor: &Actor, name: &str) -> Result<(Account, u64)> {
        let (account, line) = self.deciding(actor, name, AuditAction::ContactsRetried).await?;
        let retried = self.store.retry_contacts(&account.id, &line).await?;
        Ok((account, retried))
    }

    /// Gives the account that a person names a direction of its own; `None`: that of the installation.
    ///
    /// # Errors
    /// Those of `named`.
    pub async fn direct_contacts(
        &self,
        actor: &Actor,
        name: &str,
        direction: Option<Direction>,
    ) -> Result<Account> {
        let (account, line) = self.deciding(actor, name, AuditAction::ContactsDirected).await?;
        let line = AuditEntry { detail: direction.map(|word| word.as_str().to_owned()), ..line };
        self.store.set_contact_direction(&account.id, direction, &line).await?;
        Ok(account)
    }

    async fn deciding(
        &self,
        actor: &Actor,
        name: &str,
        action: AuditAction,
    ) -> Result<(Account, AuditEntry)> {
        let account = self.named(actor, name).await?;
        let line = AuditEntry::new(self.now(), &actor.name, action);
        let line = AuditEntry { account: Some(account.id.clone()), ..line };
        Ok((account, line))
    }
}
