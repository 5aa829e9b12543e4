//! What was written to a mailbox, and what here gave way to it; and taking it back.
//!
//! A write is taken back by a change here, which goes out as any other does.

use super::detail::ContactDetail;
use crate::desk::Database;
use crate::desk::error::{DeskError, Result};
use crate::model::{
    AccountId, Actor, AuditAction, AuditEntry, Card, CardMember, Conflict, Contact, ContactEdit, ContactId,
    ContactWrite, ContactWriteId, ContactWriteKind, CycleId,
};
use crate::store::{Edited, Editor, JournalQuery};
use crate::sync::contacts::{Undo, undo};
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::collections::{BTreeSet, HashMap};
use utoipa::ToSchema;

/// So often a write is taken back anew where somebody changed its contact meanwhile.
pub(super) const TRIES: u32 = 10;

words! {
    /// What came of a write to a mailbox.
    pub enum WriteOutcome {
        /// It was done.
        Done = "done",
        /// It was not done.
        Failed = "failed",
        /// It is not known.
        Open = "open",
    }
}

words! {
    /// What taking a write back does.
    pub enum UndoDeed {
        /// What it changed is as it was, but for what was changed since; of a photo, the one that was there before.
        Restored = "restored",
        /// The contact that it deleted is there again.
        Revived = "revived",
        /// The contact that it made is deleted.
        Removed = "removed",
        /// The contact that it made, or the photo that it set, stays: it was changed since.
        Kept = "kept",
        /// Nothing: all is as it was before.
        Nothing = "nothing",
    }
}

/// A write to a mailbox, as it is told.
#[derive(Debug, Serialize, ToSchema)]
pub struct WriteDetail {
    /// Its own id.
    pub id: ContactWriteId,
    /// The cycle that wrote.
    pub run: CycleId,
    /// The contact's id.
    pub contact: ContactId,
    /// What the contact is called.
    pub name: String,
    /// What was done.
    pub write: ContactWriteKind,
    /// The members that were written.
    pub members: BTreeSet<CardMember>,
    /// When it was begun.
    pub begun_at: DateTime<Utc>,
    /// What came of it.
    pub outcome: WriteOutcome,
    /// Why it failed, by a word of the server's; `None` where it did not.
    pub code: Option<String>,
    /// What both sides had changed, each differently, with whose value holds by this write.
    pub conflicts: Vec<Conflict>,
    /// The card that the mailbox had before, `None` of a contact that was made; of what was resolved, the contact's by
    /// what gave way, `None` where it would have been deleted by that.
    pub before: Option<Card>,
    /// The card that was sent, `None` of a contact that was deleted; of what was resolved, the contact's by what
    /// holds, `None` where it is deleted by that.
    pub sent: Option<Card>,
}

/// What taking a write back has done, or would do.
#[derive(Debug, Serialize, ToSchema)]
pub struct UndoneWrite {
    /// The write.
    pub id: ContactWriteId,
    /// The contact's id.
    pub contact: ContactId,
    /// What the contact is called.
    pub name: String,
    /// What was done by the write.
    pub write: ContactWriteKind,
    /// What is done now.
    pub undo: UndoDeed,
    /// The members that are as they were.
    pub members: BTreeSet<CardMember>,
    /// Values that were changed since, and stay: of each `theirs` is the one that was there before the write.
    pub kept: Vec<Conflict>,
}

impl Database {
    /// What was written to the mailbox of an account, the latest first.
    ///
    /// # Errors
    /// `NoSuchAccount`; `NoSuchContact`, `NoSuchWrite` of what is named and is not there.
    pub async fn contact_writes(
        &self,
        actor: &Actor,
        account: &AccountId,
        query: &JournalQuery,
    ) -> Result<Vec<WriteDetail>> {
        let writes = self.writes_asked(actor, account, query).await?;
        let contacts = self.store.contacts_by_id(writes.iter().map(|write| &write.contact)).await?;
        let named = |write: ContactWrite| {
            let name = contacts.get(&write.contact).map(called).unwrap_or_default();
            told(write, name)
        };
        Ok(writes.into_iter().map(named).collect())
    }

    /// Writes of an account. What is named and is not there is told from what has nothing to be shown.
    async fn writes_asked(
        &self,
        actor: &Actor,
        account: &AccountId,
        query: &JournalQuery,
    ) -> Result<Vec<ContactWrite>> {
        self.account(actor, account).await?;
        let JournalQuery { id, cycle, contact, .. } = query.clone();
        if let Some(contact) = contact {
            self.any_contact(actor, account, &contact).await?;
        }
        for (id, cycle) in [(id, None), (None, cycle)] {
            let Some(name) =
                id.as_ref().map(ToString::to_string).or_else(|| Some(cycle.as_ref()?.to_string()))
            else {
                continue;
            };
            let one = JournalQuery { id, cycle, limit: 1, ..JournalQuery::default() };
            if self.store.contact_writes(account, &one).await?.is_empty() {
                return Err(DeskError::NoSuchWrite(name));
            }
        }
        Ok(self.store.contact_writes(account, query).await?)
    }

    /// Takes writes back that were done, the latest first; with `is_dry`, says what that would do. The answer
    /// is in the same order.
    ///
    /// # Errors
    /// Those of `contact_writes`; `StaleContact` of a contact that somebody changes again and again.
    pub async fn undo_contact_writes(
        &self,
        actor: &Actor,
        account: &AccountId,
        query: &JournalQuery,
        is_dry: bool,
    ) -> Result<Vec<UndoneWrite>> {
        let mut writes = self.writes_asked(actor, account, query).await?;
        writes.retain(|write| matches!(write.ended, Some((_, Ok(())))));
        let (known, photos) = (HashMap::new(), HashMap::new());
        let mut undoing = Undoing { database: self, actor, account, is_dry, known, photos };
        let mut undone = Vec::new();
        for write in &writes {
            undone.extend(undoing.take_back(write).await?);
        }
        Ok(undone)
    }
}

/// Writes that are being taken back.
pub(super) struct Undoing<'a> {
    pub(super) database: &'a Database,
    pub(super) actor: &'a Actor,
    pub(super) account: &'a AccountId,
    pub(super) is_dry: bool,
    /// Contacts as they would be by now.
    known: HashMap<ContactId, Contact>,
    /// Their photos, by SHA-256.
    pub(super) photos: HashMap<ContactId, Option<String>>,
}

impl Undoing<'_> {
    /// `None` of a contact that is no longer there at all.
    async fn take_back(&mut self, write: &ContactWrite) -> Result<Option<UndoneWrite>> {
        if write.kind.is_of_photo() {
            return self.take_back_photo(write).await;
        }
        for _ in 0..TRIES {
            let Some(contact) = self.contact(&write.contact).await? else { return Ok(None) };
            let (undo, kept) = undo(write, &contact, self.database.contacts.joining.canon);
            if self.is_dry {
                self.known.insert(contact.id.clone(), after(&contact, &undo, self.database.now()));
            } else if !self.apply(&contact, &undo).await? {
                continue;
            }
            return Ok(Some(undone(write, &contact, &undo, kept)));
        }
        Err(DeskError::StaleContact)
    }

    pub(super) async fn contact(&self, id: &ContactId) -> Result<Option<Contact>> {
        match self.known.get(id) {
            Some(contact) => Ok(Some(contact.clone())),
            None => Ok(self.database.store.contact(id).await?),
        }
    }

    /// Whether it could be done: nobody has changed the contact meanwhile.
    async fn apply(&self, contact: &Contact, undo: &Undo) -> Result<bool> {
        let Database { store, clock, contacts } = self.database;
        let detail = Some(contact.id.to_string());
        let line = self.database.line(self.actor, AuditAction::ContactUndone, self.account);
        let line = AuditEntry { detail, ..line };
        let (by, now) = (Editor::Person(&line), clock.now());
        let edited = match undo {
            Undo::Restore(card) | Undo::Revive(card) => {
                let (id, card, forms) =
                    (contact.id.clone(), card.clone(), contacts.joining.canon.forms(card));
                let edit = ContactEdit { id, external_id: None, card, forms };
                store.edit_contact(self.account, &edit, contact.revision, by, now).await?
            }
            Undo::Remove => {
                store.remove_contact(self.account, &contact.id, contact.revision, by, now).await?
            }
            Undo::Keep | Undo::Nothing => return Ok(true),
        };
        Ok(matches!(edited, Edited::Done(_)))
    }
}

/// How a contact would stand after a write of it was taken back.
fn after(contact: &Contact, undo: &Undo, now: DateTime<Utc>) -> Contact {
    match undo {
        Undo::Restore(card) | Undo::Revive(card) => {
            Contact { card: card.clone(), gone_at: None, ..contact.clone() }
        }
        Undo::Remove => Contact { gone_at: Some(now), ..contact.clone() },
        Undo::Keep | Undo::Nothing => contact.clone(),
    }
}

fn undone(write: &ContactWrite, contact: &Contact, undo: &Undo, kept: Vec<Conflict>) -> UndoneWrite {
    let (deed, members) = match undo {
        Undo::Restore(card) => {
            let differs = |member: &CardMember| !card.has_same(*member, &contact.card);
            (UndoDeed::Restored, CardMember::all().filter(differs).collect())
        }
        Undo::Revive(_) => (UndoDeed::Revived, BTreeSet::new()),
        Undo::Remove => (UndoDeed::Removed, BTreeSet::new()),
        Undo::Keep => (UndoDeed::Kept, BTreeSet::new()),
        Undo::Nothing => (UndoDeed::Nothing, BTreeSet::new()),
    };
    let (id, name) = (write.id.clone(), called(contact));
    UndoneWrite { id, contact: contact.id.clone(), name, write: write.kind, undo: deed, members, kept }
}

fn told(write: ContactWrite, name: String) -> WriteDetail {
    let (outcome, code) = match write.ended {
        Some((_, Ok(()))) => (WriteOutcome::Done, None),
        Some((_, Err(fault))) => (WriteOutcome::Failed, Some(fault.code)),
        None => (WriteOutcome::Open, None),
    };
    let ContactWrite { id, cycle: run, contact, kind, before, sent, members, conflicts, begun_at, .. } =
        write;
    WriteDetail {
        id,
        run,
        contact,
        name,
        write: kind,
        members,
        begun_at,
        outcome,
        code,
        conflicts,
        before,
        sent,
    }
}

pub(super) fn called(contact: &Contact) -> String {
    ContactDetail::from(contact.clone()).name()
}
