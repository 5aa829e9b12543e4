//! Plans that wait for a person, what that person decides, and which way contacts go.

use crate::desk::Database;
use crate::desk::error::Result;
use crate::model::{Account, Actor, AskedPlan, AuditAction, AuditEntry, Direction};

/// An account whose plan waits for a person.
#[derive(Debug)]
pub struct ContactBrake {
    /// Whose it is.
    pub account: Account,
    /// Since when, why, and what it has.
    pub asked: AskedPlan,
}

impl Database {
    /// Accounts within reach whose plans wait for a person, those that wait longest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn contact_brakes(&self, actor: &Actor) -> Result<Vec<ContactBrake>> {
        let mut brakes = Vec::new();
        for id in self.store.asking_accounts().await? {
            let asked = self.store.contact_gate(&id).await?.asked;
            let account = self.store.account(&id).await?;
            let within_reach = account.filter(|account| actor.reach.includes(&account.owner));
            brakes.extend(within_reach.zip(asked).map(|(account, asked)| ContactBrake { account, asked }));
        }
        Ok(brakes)
    }

    /// Lets out what was changed of contacts until it was last counted and a person was asked, however much it is,
    /// in the account that a person names; until now, where nobody was asked.
    ///
    /// # Errors
    /// Those of `named`.
    pub async fn approve_contacts(&self, actor: &Actor, name: &str) -> Result<Account> {
        let (account, line) = self.deciding(actor, name, AuditAction::ContactsApproved).await?;
        self.store.approve_contacts(&account.id, line.at, &line).await?;
        Ok(account)
    }

    /// Keeps back the same in the account that a person names: what was deleted is there again, the rest stays as
    /// it is here alone. The answer counts both.
    ///
    /// # Errors
    /// Those of `named`.
    pub async fn reject_contacts(&self, actor: &Actor, name: &str) -> Result<(Account, u64)> {
        let (account, line) = self.deciding(actor, name, AuditAction::ContactsRejected).await?;
        let kept = self.store.reject_contacts(&account.id, line.at, &line).await?;
        Ok((account, kept))
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
