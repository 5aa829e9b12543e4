//! How contacts stand, and of which accounts a person is asked something.

use super::brake::BrakeDetail;
use crate::desk::Database;
use crate::desk::error::Result;
use crate::model::{Account, AccountId, Actor, Card, ConflictPolicy, Contact, ContactId, ContactState};
use std::collections::HashMap;

/// An account of which a person is asked something.
#[derive(Debug)]
pub struct AskedAccount {
    /// Which.
    pub account: Account,
    /// About how many contacts: whether they are the same as one in the mailbox, or which side holds.
    pub contacts: u64,
    /// Its plan, and what its mailbox lacks, where they wait.
    pub brake: BrakeDetail,
}

impl Database {
    /// How each of these contacts stands, which were found within reach.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn contact_states(&self, contacts: &[Contact]) -> Result<HashMap<ContactId, ContactState>> {
        let ids: Vec<_> = contacts.iter().map(|contact| contact.id.clone()).collect();
        Ok(self.store.contact_states(&ids, self.asks()).await?)
    }

    /// The card of a contact as the mailbox was last seen to have it; `None` of one that is no item of it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn card_in_mailbox(&self, contact: &Contact) -> Result<Option<Card>> {
        let link = self.store.contact_link(&contact.id).await?;
        Ok(link.map(|link| link.contested.map_or(link.theirs, |card| *card)))
    }

    /// Accounts within reach of which a person is asked something of their contacts, by id: so many, behind one where one
    /// is named.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn asked_accounts(
        &self,
        actor: &Actor,
        after: Option<&AccountId>,
        limit: u32,
    ) -> Result<Vec<AskedAccount>> {
        let mut asked = Vec::new();
        for (id, contacts) in self.store.asked_accounts(&actor.reach, self.asks(), after, limit).await? {
            let Some(account) = self.store.account(&id).await? else { continue };
            let brake = BrakeDetail::of(self.store.contact_gate(&id).await?, self.now());
            asked.push(AskedAccount { account, contacts, brake });
        }
        Ok(asked)
    }

    /// How much a person is asked of the contacts of the accounts within reach.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn count_questions(&self, actor: &Actor) -> Result<u64> {
        Ok(self.store.count_questions(&actor.reach, self.asks()).await?)
    }

    /// Whether a person is asked which side holds.
    fn asks(&self) -> bool {
        self.contacts.joining.policy == ConflictPolicy::Ask
    }
}
