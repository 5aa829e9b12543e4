//! What the next cycle would write to a mailbox, and what it would not.

use super::detail::ContactDetail;
use crate::desk::Database;
use crate::desk::error::{DeskError, Result};
use crate::error::{Classify, Disposition, WhoseTurn};
use crate::model::{
    AccountId, Actor, AskedMissing, AskedPlan, CardMember, Contact, ContactGate, ContactId, ContactWriteKind,
    Direction, LastError, Part, SyncState, WriteCounts,
};
use crate::store::EditedContact;
use crate::sync::contacts::{Joining, Planned, PlannedWrite, WriteReason, plan, verdict};
use crate::sync::standing::{Connection, Standing, connection};
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

/// So many contacts are planned at a time.
const BATCH: u32 = 500;
/// Why a contact is not written that was made here since all of the mailbox was read.
const NOT_COMPARED: &str = "not_compared";

/// A write that is planned.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlannedContact {
    /// The contact.
    pub contact: ContactId,
    /// What it is called.
    pub name: String,
    /// What would be done.
    pub write: ContactWriteKind,
    /// Why.
    pub why: WriteReason,
    /// The members that would be written.
    pub members: BTreeSet<CardMember>,
    /// Entries that have no room in the mailbox, by member: they stay here.
    pub no_room: BTreeMap<CardMember, Vec<String>>,
    /// Those that both sides changed, and that wait for a person.
    pub conflicts: BTreeSet<CardMember>,
}

/// A contact of which something is left to go out, and does not.
#[derive(Debug, Serialize, ToSchema)]
pub struct WithheldContact {
    /// The contact.
    pub contact: ContactId,
    /// What it is called.
    pub name: String,
    /// Why, in a word: `not_compared`, `match`, `empty`, `conflict`, `under_way`, `rejected`, or the server's own code.
    pub why: String,
    /// What the server said of it; empty where it said nothing.
    pub said: String,
    /// When it is tried again by itself; `None` where it is not.
    pub due_at: Option<DateTime<Utc>>,
}

/// A contact that the mailbox lacks.
#[derive(Debug, Serialize, ToSchema)]
pub struct MissingContact {
    /// The contact.
    pub contact: ContactId,
    /// What it is called.
    pub name: String,
}

/// Why nothing is written at all before somebody acts.
#[derive(Debug)]
pub struct Barred {
    /// A stable word for programs.
    pub code: String,
    /// Who has to act.
    pub whose_turn: WhoseTurn,
    /// Whose turn it is and the next step, in a sentence for people.
    pub hint: String,
}

/// What the next cycle would write to a mailbox, as far as the database knows how the mailbox stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContactPlan {
    /// Which way its contacts go.
    pub direction: Direction,
    /// Since when the plan waits for a person, and why; `None` where it does not. Since the instant of asking
    /// where the next cycle is the first that finds it so.
    pub waits: Option<AskedPlan>,
    /// Since when contacts that the mailbox lacks wait for a person; `None` where none do.
    pub missing: Option<AskedMissing>,
    /// When an approval ends that lets out whatever is changed until then; `None` where there is none.
    pub approved_until: Option<DateTime<Utc>>,
    /// Whose turn it is, and the step, before anything is written at all, as where consent is missing; `None`
    /// where nothing is in the way.
    pub hint: Option<String>,
    /// The same, for whoever is told it in words of their own.
    #[serde(skip)]
    pub barred: Option<Barred>,
    /// Which contacts are missing; empty where none wait.
    pub lacking: Vec<MissingContact>,
    /// What would be written.
    pub writes: Vec<PlannedContact>,
    /// What would not.
    pub withheld: Vec<WithheldContact>,
}

impl Database {
    /// What the next cycle would write to the mailbox of an account.
    ///
    /// # Errors
    /// `NoSuchAccount`.
    pub async fn contact_plan(&self, actor: &Actor, account: &AccountId) -> Result<ContactPlan> {
        let (account, state) = self.account_and_state(actor, account).await?;
        let account = &account.id;
        let gate = self.store.contact_gate(account).await?;
        let barred = self.barred(account, &state).await?;
        let mut planned = ContactPlan {
            direction: gate.direction.unwrap_or(self.contacts.direction),
            waits: None,
            lacking: if gate.missing.is_some() { self.lacking(account).await? } else { Vec::new() },
            missing: gate.missing.clone(),
            approved_until: gate.approval(self.now()),
            hint: barred.as_ref().map(|barred| barred.hint.clone()),
            barred,
            writes: Vec::new(),
            withheld: self.held_back(account).await?,
        };
        let mut unapproved = WriteCounts::default();
        let (mut pages, now) = (self.store.edited_pages(account, BATCH), self.now());
        while let Some(page) = pages.next(now).await? {
            for edited in &page {
                let kind = planned.add(edited, self.contacts.joining);
                if let Some(kind) = kind.filter(|_| edited.contact.edited_at > gate.approved_until) {
                    unapproved.add(kind);
                }
            }
        }
        self.plan_photos(account, &mut planned, (&mut unapproved, gate.approved_until)).await?;
        planned.waits = self.asked(account, &planned, &gate, unapproved).await?;
        Ok(planned)
    }

    /// What the next cycle asks a person of a plan. It compares what was made here before, and may find it new.
    async fn asked(
        &self,
        account: &AccountId,
        planned: &ContactPlan,
        gate: &ContactGate,
        unapproved: WriteCounts,
    ) -> Result<Option<AskedPlan>> {
        if !planned.direction.writes() {
            return Ok(None);
        }
        let folders = self.store.contact_folders(account).await?;
        let held = folders.iter().map(|folder| folder.held).sum();
        let mut found = unapproved;
        found.creates += planned.withheld.iter().filter(|held| held.why == NOT_COMPARED).count() as u64;
        let why = verdict(gate, found, held, self.contacts.asks_first, self.contacts.brake);
        let since = gate.asked.as_ref().filter(|asked| Some(asked.why) == why).map(|asked| asked.since);
        Ok(why.map(|why| AskedPlan {
            since: since.unwrap_or_else(|| self.clock.now()),
            why,
            counts: unapproved,
        }))
    }

    /// What somebody has to do before contacts are read and written: the sign-in has ended, or consent is missing.
    async fn barred(&self, account: &AccountId, state: &SyncState) -> Result<Option<Barred>> {
        let Some(grant) = self.store.grant(account).await? else {
            let meaning = DeskError::NoContacts(account.to_string()).meaning();
            let (code, hint) = (meaning.code.to_owned(), meaning.hint());
            return Ok(Some(Barred { code, whose_turn: meaning.whose_turn, hint }));
        };
        let Connection { standing, error, whose_turn, hint, .. } = connection(&grant, self.now());
        if matches!(standing, Standing::Ended | Standing::Waiting) {
            let said = error.zip(whose_turn).zip(hint);
            return Ok(said.map(|((code, whose_turn), hint)| Barred {
                code: code.to_owned(),
                whose_turn,
                hint,
            }));
        }
        let last = state.part(Part::Contacts).and_then(|part| part.last_error.as_ref());
        let bars =
            |error: &&LastError| matches!(error.disposition, Disposition::NeedsLogin | Disposition::Blocked);
        Ok(last.filter(bars).cloned().map(|LastError { code, whose_turn, hint, .. }| Barred {
            code,
            whose_turn,
            hint,
        }))
    }

    async fn lacking(&self, account: &AccountId) -> Result<Vec<MissingContact>> {
        let missing = self.store.contacts_missing(account).await?;
        let named = |contact: &Contact| MissingContact { contact: contact.id.clone(), name: called(contact) };
        Ok(missing.iter().map(named).collect())
    }

    /// Contacts of which something is left to go out, and does not; each once, with what has to end first, and once
    /// more where it is so of its photo.
    async fn held_back(&self, account: &AccountId) -> Result<Vec<WithheldContact>> {
        let mut held = self.parked(account).await?;
        held.extend(self.under_way(account).await?);
        held.extend(self.asked_about(account).await?);
        held.extend(self.unmet(account).await?);
        let mut told = BTreeSet::new();
        held.retain(|held| told.insert(held.contact.clone()));
        held.extend(self.held_photos(account).await?);
        Ok(held)
    }

    async fn parked(&self, account: &AccountId) -> Result<Vec<WithheldContact>> {
        let (now, mut held) = (self.clock.now(), Vec::new());
        for parked in self.store.parked_contacts(account).await? {
            let is_held = parked.due_at.is_none_or(|due| due > now);
            if let Some(contact) = self.store.contact(&parked.contact).await?.filter(|_| is_held) {
                let (why, said, due_at) = (parked.fault.code, parked.fault.text, parked.due_at);
                held.push(WithheldContact { said, due_at, ..withheld(&contact, &why) });
            }
        }
        Ok(held)
    }

    async fn under_way(&self, account: &AccountId) -> Result<Vec<WithheldContact>> {
        let open = self.store.open_contact_writes(account).await?;
        self.withheld_for("under_way", open.iter().map(|write| &write.contact)).await
    }

    /// Those of which a person has to say whether they are some of the mailbox's.
    async fn asked_about(&self, account: &AccountId) -> Result<Vec<WithheldContact>> {
        let asked = self.store.contact_matches(account, None, u32::MAX).await?;
        self.withheld_for("match", asked.iter().map(|asked| &asked.here)).await
    }

    async fn withheld_for(
        &self,
        why: &str,
        contacts: impl Iterator<Item = &ContactId>,
    ) -> Result<Vec<WithheldContact>> {
        // One may be named more than once.
        let named: BTreeSet<_> = contacts.collect();
        let found = self.store.contacts_by_id(named.iter().copied()).await?;
        Ok(named.into_iter().filter_map(|id| Some(withheld(found.get(id)?, why))).collect())
    }

    /// Those that were made here and are not compared yet with the mailbox's.
    async fn unmet(&self, account: &AccountId) -> Result<Vec<WithheldContact>> {
        let (mut held, mut after) = (Vec::new(), None);
        loop {
            let unmet = self.store.unmet_contacts(account, after.as_ref(), BATCH).await?;
            let Some(last) = unmet.last() else { return Ok(held) };
            after = Some(last.id.clone());
            held.extend(unmet.iter().map(|contact| withheld(contact, NOT_COMPARED)));
        }
    }
}

impl ContactPlan {
    /// What would be done of a contact, where something would.
    fn add(&mut self, edited: &EditedContact, joining: Joining) -> Option<ContactWriteKind> {
        let contact = &edited.contact;
        match plan(edited, None, joining) {
            Planned::Nothing => None,
            Planned::Write(write) => {
                let PlannedWrite { request, why, open, overflow, .. } = *write;
                let kind = request.kind();
                self.writes.push(PlannedContact {
                    contact: contact.id.clone(),
                    name: called(contact),
                    write: kind,
                    why,
                    members: request.patch().map(|patch| patch.members.clone()).unwrap_or_default(),
                    no_room: overflow,
                    conflicts: open,
                });
                Some(kind)
            }
            Planned::Withheld(why) => {
                self.withheld.push(withheld(contact, why.as_str()));
                None
            }
        }
    }
}

pub(super) fn withheld(contact: &Contact, why: &str) -> WithheldContact {
    WithheldContact {
        contact: contact.id.clone(),
        name: called(contact),
        why: why.to_owned(),
        said: String::new(),
        due_at: None,
    }
}

/// The name, or whatever else tells a contact.
pub(super) fn called(contact: &Contact) -> String {
    ContactDetail::from(contact.clone()).name()
}
