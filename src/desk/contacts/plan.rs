//! What the next cycle would write to a mailbox, and what it would not.

use super::brake::revision;
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
use crate::sync::standing::{GrantAccess, Standing, connection};
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

/// So many contacts are planned at a time.
const BATCH: u32 = 500;
/// So many of each kind are listed. What comes behind is counted by its rows.
pub(super) const LISTED: u32 = 1_000;

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
    /// As of the brake: an approval that names it lets out nothing that was not counted yet.
    pub revision: Option<String>,
    /// Whose turn it is, and the step, before anything is written at all, as where consent is missing; `None`
    /// where nothing is in the way.
    pub hint: Option<String>,
    /// The same, for whoever is told it in words of their own.
    #[serde(skip)]
    pub barred: Option<Barred>,
    /// Which contacts are missing; empty where none wait.
    pub lacking: Vec<MissingContact>,
    /// What would be written, what was changed first coming first; of more than a thousand these, and those that are deleted.
    pub writes: Vec<PlannedContact>,
    /// What would not.
    pub withheld: Vec<WithheldContact>,
    /// How many more there are of each than are listed.
    pub more: PlanRest,
}

/// What of a plan is not listed.
#[derive(Debug, Clone, Copy, Default, Serialize, ToSchema)]
pub struct PlanRest {
    /// Writes. A contact that comes to nothing, or is withheld in the end, is counted too.
    pub writes: u64,
    /// Contacts that are not written; one may be counted for each reason.
    pub withheld: u64,
    /// Contacts that the mailbox lacks.
    pub lacking: u64,
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
            lacking: Vec::new(),
            missing: gate.missing.clone(),
            approved_until: gate.approval(self.now()),
            revision: revision(&gate),
            hint: barred.as_ref().map(|barred| barred.hint.clone()),
            barred,
            writes: Vec::new(),
            withheld: Vec::new(),
            more: PlanRest::default(),
        };
        if let Some(missing) = &gate.missing {
            planned.lacking = self.lacking(account).await?;
            planned.more.lacking = missing.missing.saturating_sub(planned.lacking.len() as u64);
        }
        let unmet = self.add_withheld(account, &mut planned).await?;
        let mut unapproved = self.plan_writes(account, &mut planned, gate.approved_until).await?;
        self.plan_photos(account, &mut planned, (&mut unapproved, gate.approved_until)).await?;
        planned.waits = self.asked(account, &planned, &gate, (unapproved, unmet)).await?;
        Ok(planned)
    }

    /// Adds the contacts that would be written. How much of them was changed since it was last approved.
    async fn plan_writes(
        &self,
        account: &AccountId,
        planned: &mut ContactPlan,
        approved: Option<DateTime<Utc>>,
    ) -> Result<WriteCounts> {
        let (mut unapproved, joining) = (WriteCounts::default(), self.contacts.joining);
        let (mut pages, now) = (self.store.edited_pages(account, BATCH), self.now());
        let mut looked = 0;
        while looked < LISTED {
            let Some(page) = pages.next(now).await? else { return Ok(unapproved) };
            looked += BATCH;
            for edited in &page {
                let kind = planned.add(edited, joining);
                if let Some(kind) = kind.filter(|_| edited.contact.edited_at > approved) {
                    unapproved.add(kind);
                }
            }
        }
        let Some(place) = pages.place() else { return Ok(unapproved) };
        // What is deleted is to be looked at most.
        let deleted = self.store.deleted_contacts(account, Some(place), now, LISTED).await?;
        let listed: usize = deleted.iter().filter_map(|edited| planned.add(edited, joining)).count();
        let rest = self.store.count_edited(account, place, None, now).await?;
        planned.more.writes = rest.all().saturating_sub(listed as u64);
        unapproved.add_all(self.store.count_edited(account, place, approved, now).await?);
        Ok(unapproved)
    }

    /// What the next cycle asks a person of a plan. It compares what was made here before, and may find it new.
    async fn asked(
        &self,
        account: &AccountId,
        planned: &ContactPlan,
        gate: &ContactGate,
        (unapproved, unmet): (WriteCounts, u64),
    ) -> Result<Option<AskedPlan>> {
        if !planned.direction.writes() {
            return Ok(None);
        }
        // Of more than is listed the rows alone tell how much it is; a cycle has counted it.
        if planned.more.writes > 0 && gate.asked.is_some() {
            return Ok(gate.asked.clone());
        }
        let folders = self.store.contact_folders(account).await?;
        let held = folders.iter().map(|folder| folder.held).sum();
        let mut found = unapproved;
        found.creates += unmet;
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
        let GrantAccess { standing, error, hint } = connection(&grant, self.now()).reading;
        if matches!(standing, Standing::Ended | Standing::Waiting) {
            let barred =
                |(code, (whose_turn, hint)): (&str, _)| Barred { code: code.to_owned(), whose_turn, hint };
            return Ok(error.zip(hint).map(barred));
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
                self.withheld.push(WithheldContact::of(contact, why.into()));
                None
            }
        }
    }
}

/// The name, or whatever else tells a contact.
pub(super) fn called(contact: &Contact) -> String {
    ContactDetail::from(contact.clone()).name()
}
