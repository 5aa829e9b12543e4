//! Contacts made here meet those of the mailbox, once all of these were read: which of them are one, which a
//! person is asked about, and which the mailbox has not.
//!
//! It is the contacts made here that are looked at, a page at a time, each once: when it was made, and again
//! when the mailbox brings one that has something in common with it. None goes out before. Until then one
//! that the mailbox brought is a contact of its own, as it is where nobody has said yet that it is none.
//!
//! One that has something in common with an item that was made here is asked about as well. Of several that are made here
//! alike the first goes out, and the others are compared when it is an item. Contacts for which another program has an
//! id each are two: it has said so.

use super::first::join_brought;
use super::reading::ContactsReading;
use super::who::{Here, MOST_SHARERS, There, doubles, in_common, who_is_whom};
use crate::model::{Contact, ContactForms, ContactId, ContactMatch, ContactMatchId, Proof};
use crate::store::{ContactJoin, FormHolders, MeetingWrite, NearContact};
use crate::sync::Failure;
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// So many are compared at a time.
const PAGE: u32 = 100;
/// What more have in common proves nothing, and is not asked.
pub(super) const MOST: usize = MOST_SHARERS + 1;

/// Compares what was not compared yet, while there is time. What somebody changes meanwhile is compared in
/// the next turn.
pub(super) async fn meet(reading: &ContactsReading<'_>) -> Result<(), Failure> {
    let (store, claim) = (reading.store, reading.claim);
    let (mut after, mut crowds) = (None, FormHolders::new());
    while !reading.is_over() && !reading.stop.is_cancelled() {
        let unmet = store.unmet_contacts(&claim.account.id, after.as_ref(), PAGE).await?;
        let Some(last) = unmet.last() else { return Ok(()) };
        after = Some(last.id.clone());
        let encounter = Encounter::load(reading, &unmet, &mut crowds).await?;
        let write = encounter.write(reading.clock.now());
        let (joined, asked) = (write.joins.len(), write.matches.len());
        if store.write_meeting(claim, &write).await? {
            tracing::debug!(account = %claim.account.id, met = unmet.len(), joined, asked, "contacts made here met the mailbox's");
        }
    }
    Ok(())
}

/// A page of contacts made here, and all that have something in common with one of them, or with one that
/// has.
struct Encounter<'a> {
    reading: &'a ContactsReading<'a>,
    page: Vec<(ContactId, i64)>,
    near: BTreeMap<ContactId, NearContact>,
    /// Contacts made here and others, of which a person said that they are two.
    different: BTreeSet<(ContactId, ContactId)>,
    /// Contacts of the page that were items before: beside the others of their names.
    were_items: BTreeSet<ContactId>,
}

impl<'a> Encounter<'a> {
    async fn load(
        reading: &'a ContactsReading<'a>,
        unmet: &[Contact],
        crowds: &mut FormHolders,
    ) -> Result<Self, Failure> {
        let (store, account) = (reading.store, &reading.claim.account.id);
        let mut found = near(reading, forms(reading, unmet.iter()), crowds).await?;
        let names = unmet.iter().flat_map(|contact| contact.card.namesakes()).collect();
        found.extend(store.namesakes(account, &names, MOST).await?);
        let brought = found.iter().filter(|near| near.is_brought).map(|near| &near.contact);
        let of_brought = forms(reading, brought);
        found.extend(near(reading, of_brought, crowds).await?);
        let own = |contact: &Contact| NearContact { contact: contact.clone(), link: None, is_brought: false };
        found.extend(unmet.iter().map(own));
        let ids: Vec<_> = unmet.iter().map(|contact| &contact.id).collect();
        Ok(Self {
            reading,
            page: unmet.iter().map(|contact| (contact.id.clone(), contact.revision)).collect(),
            near: found.into_iter().map(|near| (near.contact.id.clone(), near)).collect(),
            different: store.different_contacts(account, &ids).await?,
            were_items: store.ever_linked(&ids).await?,
        })
    }

    /// Of contacts that are not of the page not all is known that they have in common with others.
    fn write(&self, now: DateTime<Utc>) -> MeetingWrite {
        let (brought, made): (Vec<_>, Vec<_>) = self.near.values().partition(|near| near.is_brought);
        let here: Vec<_> = made.into_iter().map(made_here).collect();
        let there: Vec<_> = brought.iter().filter_map(|near| item(near)).collect();
        let of_item = brought.iter().filter_map(|near| Some((item(near)?.remote_id, &near.contact.id)));
        let of_item: BTreeMap<&str, &ContactId> = of_item.collect();
        let page: HashSet<_> = self.page.iter().map(|(id, _)| id).collect();
        let meeting = who_is_whom(&here, &there, self.reading.joining().canon);
        let pairs = meeting.pairs.iter().filter(|pair| page.contains(pair.here));
        let joins: Vec<_> =
            pairs.filter_map(|pair| self.join(pair.here, of_item.get(pair.there)?, now)).collect();
        let joined: HashSet<_> = joins.iter().map(|join| &join.upsert.id).collect();
        let doubtful = meeting.unclear.iter().flat_map(|group| {
            let here = group.here.iter().filter(|id| page.contains(*id));
            here.flat_map(|here| group.there.iter().map(move |there| (*here, *there)))
        });
        let mut matches: Vec<_> =
            doubtful.filter_map(|(here, there)| self.ask(here, of_item.get(there)?, now)).collect();
        let mut doubles = self.doubles(&here, &there, now);
        doubles.retain(|(found, _)| page.contains(&found.here) && !joined.contains(&found.here));
        matches.extend(doubles.iter().filter(|(_, is_item)| *is_item).map(|(found, _)| found.clone()));
        let asked: HashSet<_> = matches.iter().map(|found| &found.here).collect();
        let new: HashSet<_> = doubles.iter().map(|(found, _)| &found.here).collect();
        let is_met = |(id, _): &&(ContactId, i64)| asked.contains(id) || !new.contains(id);
        let met = self.page.iter().filter(is_met).cloned().collect();
        MeetingWrite { met, joins, matches, now }
    }

    /// What a person is to say of new contacts that may be others which were made here, each with whether the other one is
    /// an item: as long as it is none, nothing is asked.
    fn doubles(
        &self,
        here: &[Here<'_>],
        there: &[There<'_>],
        now: DateTime<Utc>,
    ) -> Vec<(ContactMatch, bool)> {
        let is_named = |id: &ContactId| self.near.get(id).is_some_and(|near| near.contact.is_named());
        let are_two = |new: &ContactId, other: &ContactId| {
            is_named(new) && is_named(other) || self.different.contains(&(new.clone(), other.clone()))
        };
        let doubles = doubles(here, there, self.reading.joining().canon).into_iter();
        let pairs = doubles.map(|(new, other)| (here[new].id, here[other]));
        let pairs = pairs.filter(|(new, other)| !are_two(new, other.id));
        pairs.filter_map(|(new, other)| Some((self.ask(new, other.id, now)?, other.link.is_some()))).collect()
    }

    fn join(&self, here: &ContactId, there: &ContactId, now: DateTime<Utc>) -> Option<ContactJoin> {
        let are_two = self.different.contains(&(here.clone(), there.clone()));
        let (here, there) = (self.near.get(here)?, self.near.get(there)?);
        join_brought(&here.contact, there, self.reading.joining(), (self.reading.cycle, now))
            .filter(|_| !are_two)
    }

    /// Of a group not each has something in common with each. A name alone asks of those that are new.
    fn ask(&self, here: &ContactId, there: &ContactId, now: DateTime<Utc>) -> Option<ContactMatch> {
        let cards = (&self.near.get(here)?.contact.card, &self.near.get(there)?.contact.card);
        let by = in_common(cards.0, cards.1, self.reading.joining().canon);
        let is_more = by.iter().any(|proof| *proof != Proof::Name);
        let is_asked = is_more || !by.is_empty() && !self.were_items.contains(here);
        is_asked.then(|| ContactMatch {
            id: ContactMatchId::new(now),
            here: here.clone(),
            there: there.clone(),
            by,
            found_at: now,
        })
    }
}

/// Contacts that have one of these forms. A form of very many is asked for once: `crowds` keeps who has it.
async fn near(
    reading: &ContactsReading<'_>,
    mut forms: ContactForms,
    crowds: &mut FormHolders,
) -> Result<Vec<NearContact>, Failure> {
    let mut ids: BTreeSet<ContactId> = BTreeSet::new();
    for form in forms.emails.iter_mut().chain(&mut forms.phones) {
        if let Some(holders) = form.as_ref().and_then(|form| crowds.get(form)) {
            ids.extend(holders.iter().cloned());
            *form = None;
        }
    }
    let found = reading.store.form_holders(&reading.claim.account.id, &forms, MOST).await?;
    ids.extend(found.values().flatten().cloned());
    crowds.extend(found.into_iter().filter(|(_, holders)| holders.len() >= MOST));
    Ok(reading.store.near(&ids).await?)
}

pub(super) fn made_here(near: &NearContact) -> Here<'_> {
    let link = near.link.as_ref().map(|link| link.remote_id.as_str());
    Here { id: &near.contact.id, link, card: &near.contact.card }
}

pub(super) fn item(near: &NearContact) -> Option<There<'_>> {
    let remote_id = &near.link.as_ref()?.remote_id;
    Some(There { remote_id, card: &near.contact.card })
}

pub(super) fn forms<'c>(
    reading: &ContactsReading<'_>,
    contacts: impl Iterator<Item = &'c Contact>,
) -> ContactForms {
    let mut all = ContactForms::default();
    for contact in contacts {
        let ContactForms { emails, phones } = reading.joining().canon.forms(&contact.card);
        all.emails.extend(emails);
        all.phones.extend(phones);
    }
    all
}
