//! How contacts stand, and of which accounts a person is asked something.

use super::brake::BrakeDetail;
use super::change::account_of;
use super::detail::ContactDetail;
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
    /// How those of these contacts stand that are within reach.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn contact_states(
        &self,
        actor: &Actor,
        contacts: &[Contact],
    ) -> Result<HashMap<ContactId, ContactState>> {
        let ids: Vec<_> = contacts.iter().map(|contact| contact.id.clone()).collect();
        Ok(self.store.contact_states(&actor.reach, &ids, self.asks()).await?)
    }

    /// The card of a contact as the mailbox was last seen to have it; `None` of one that is no item of it.
    ///
    /// # Errors
    /// `NoSuchAccount`; `KeptContact`.
    pub async fn card_in_mailbox(&self, actor: &Actor, contact: &Contact) -> Result<Option<Card>> {
        self.account(actor, account_of(contact)?).await?;
        let link = self.store.contact_link(&contact.id).await?;
        Ok(link.map(|link| link.contested.map_or(link.theirs, |card| *card)))
    }

    /// Contacts of an account of which a person is to say which side holds, what was changed here first coming first: so
    /// many.
    ///
    /// # Errors
    /// `NoSuchAccount`.
    pub async fn contested_contacts(
        &self,
        actor: &Actor,
        account: &AccountId,
        limit: u32,
    ) -> Result<Vec<ContactDetail>> {
        self.account(actor, account).await?;
        let contested = self.store.contested_contacts(account, self.asks(), limit).await?;
        Ok(contested.into_iter().map(ContactDetail::from).collect())
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
