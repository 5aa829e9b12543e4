//! Contacts of which something is left to go out, and does not; and those that the mailbox lacks.

use super::plan::{ContactPlan, LISTED, MissingContact, WithheldContact, called};
use crate::desk::Database;
use crate::desk::error::Result;
use crate::model::{AccountId, Contact, ContactId, ItemFault};
use crate::store::ParkedContact;
use crate::sync::contacts::Withheld;
use std::collections::BTreeSet;

words! {
    /// Why something is not written of which the server has said nothing.
    pub enum WithheldReason {
        /// It was made here since all of the mailbox was read.
        NotCompared = "not_compared",
        /// A person has to say whether it is one of the mailbox's.
        Match = "match",
        /// Nothing is on it.
        Empty = "empty",
        /// Both sides changed it, and a person is to decide.
        Conflict = "conflict",
        /// It is being written.
        UnderWay = "under_way",
        /// A person keeps it back.
        Rejected = "rejected",
    }
}

impl From<Withheld> for WithheldReason {
    fn from(why: Withheld) -> Self {
        match why {
            Withheld::Empty => Self::Empty,
            Withheld::Conflict => Self::Conflict,
        }
    }
}

impl WithheldContact {
    /// One that is not written for this reason.
    pub(super) fn of(contact: &Contact, why: WithheldReason) -> Self {
        Self::by_code(contact, why.as_str())
    }

    /// One that is not written for a reason that goes by this code, which may be the server's.
    pub(super) fn by_code(contact: &Contact, code: &str) -> Self {
        Self {
            contact: contact.id.clone(),
            name: called(contact),
            why: code.to_owned(),
            said: String::new(),
            due_at: None,
        }
    }
}

impl Database {
    /// Contacts that the mailbox lacks, by name.
    pub(super) async fn lacking(&self, account: &AccountId) -> Result<Vec<MissingContact>> {
        let missing = self.store.contacts_missing(account, LISTED).await?;
        let named = |contact: &Contact| MissingContact { contact: contact.id.clone(), name: called(contact) };
        Ok(missing.iter().map(named).collect())
    }

    /// Adds contacts of which something is left to go out, and does not; each once, with what has to end first, and once
    /// more where it is so of its photo. How many of them are not compared yet with the mailbox's.
    pub(super) async fn add_withheld(&self, account: &AccountId, plan: &mut ContactPlan) -> Result<u64> {
        let mut told = BTreeSet::new();
        for (mut held, all) in
            [self.parked(account).await?, self.under_way(account).await?, self.asked_about(account).await?]
        {
            plan.more.withheld += all.saturating_sub(held.len() as u64);
            held.retain(|held| told.insert(held.contact.clone()));
            plan.withheld.extend(held);
        }
        let (mut unmet, all) = self.unmet(account).await?;
        let listed = unmet.len() as u64;
        unmet.retain(|held| told.insert(held.contact.clone()));
        plan.more.withheld += all - listed;
        let told_otherwise = listed - unmet.len() as u64;
        plan.withheld.extend(unmet);
        plan.withheld.extend(self.withheld_photos(account).await?);
        Ok(all - told_otherwise)
    }

    /// Those that are parked, and how many there are; one that is tried again now is none.
    async fn parked(&self, account: &AccountId) -> Result<(Vec<WithheldContact>, u64)> {
        let (now, (mut parked, mut all)) = (self.now(), self.store.parked_contacts(account, LISTED).await?);
        all -= parked.extract_if(.., |parked| parked.due_at.is_some_and(|due| due <= now)).count() as u64;
        let contacts = self.store.contacts_by_id(parked.iter().map(|parked| &parked.contact)).await?;
        let held = |parked: ParkedContact| {
            let (contact, due_at) = (contacts.get(&parked.contact)?, parked.due_at);
            let ItemFault { code, text: said } = parked.fault;
            Some(WithheldContact { said, due_at, ..WithheldContact::by_code(contact, &code) })
        };
        Ok((parked.into_iter().filter_map(held).collect(), all))
    }

    async fn under_way(&self, account: &AccountId) -> Result<(Vec<WithheldContact>, u64)> {
        let open = self.store.open_contact_writes(account).await?;
        let held =
            self.withheld_for(WithheldReason::UnderWay, open.iter().map(|write| &write.contact)).await?;
        let all = held.len() as u64;
        Ok((held, all))
    }

    /// Those of which a person has to say whether they are some of the mailbox's.
    async fn asked_about(&self, account: &AccountId) -> Result<(Vec<WithheldContact>, u64)> {
        let asked = self.store.contact_matches(account, None, LISTED).await?;
        let held = self.withheld_for(WithheldReason::Match, asked.iter().map(|asked| &asked.here)).await?;
        // One contact may be asked about more than once.
        let rest = self.store.count_contact_matches(account).await?.saturating_sub(asked.len() as u64);
        let all = held.len() as u64 + rest;
        Ok((held, all))
    }

    async fn withheld_for(
        &self,
        why: WithheldReason,
        contacts: impl Iterator<Item = &ContactId>,
    ) -> Result<Vec<WithheldContact>> {
        // One may be named more than once.
        let named: BTreeSet<_> = contacts.collect();
        let found = self.store.contacts_by_id(named.iter().copied()).await?;
        Ok(named.into_iter().filter_map(|id| Some(WithheldContact::of(found.get(id)?, why))).collect())
    }

    /// Those that were made here and are not compared yet with the mailbox's.
    async fn unmet(&self, account: &AccountId) -> Result<(Vec<WithheldContact>, u64)> {
        let unmet = self.store.unmet_contacts(account, None, LISTED).await?;
        let all = self.store.count_unmet(account).await?.max(unmet.len() as u64);
        let held = unmet.iter().map(|contact| WithheldContact::of(contact, WithheldReason::NotCompared));
        Ok((held.collect(), all))
    }
}
