//! Writing a page: its contacts with their links, the ledger and the folder's state in one transaction.

use super::folder::write_folder;
use super::journal::enter;
use super::ledger::UnreadContact;
use super::linker::Linker;
use super::parts::{StoredCard, fitted, replace_parts, whole};
use super::rejected::stay_rejected;
use super::resolve::contest;
use super::round::mark_seen;
use super::row::{ContactRow, contact_columns};
use super::write::{Writing, insert_contacts, save_contact, save_edited};
use super::{gone, ledger, meeting, remote_keys};
use crate::model::{AccountId, Card, ContactFolder, ContactForms, ContactId, ContactLink, ContactWrite};
use crate::store::accounts::hold;
use crate::store::column::rows_in;
use crate::store::{Claim, Result, Store, Tx, tx};
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::collections::{HashMap, HashSet};

/// One contact to be written, with the item that it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactUpsert {
    /// Ours: of the stored contact, or a fresh one.
    pub id: ContactId,
    /// The revision of the stored contact that the card was made from; 0 of a fresh one.
    pub based_on: i64,
    /// What is written on it from now on.
    pub card: Card,
    /// The forms of its addresses and numbers.
    pub forms: ContactForms,
    /// How the journal has it where values of the stored contact gave way; `None` where none did.
    pub resolved: Option<ContactWrite>,
    /// The item, and what both sides agree on. Nothing of the contact is left to go out where `ours` says what
    /// its card does.
    pub link: ContactLink,
}

/// One page of a folder, written with the folder's state in one transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactPageWrite {
    /// The folder as it stands after this page; `None` where only contacts were read again. What a page shows
    /// of a folder whose full round is under way is marked as seen in that round.
    pub folder: Option<ContactFolder>,
    /// Items that the page names as no longer in its folder, by their ids on the server.
    pub removed: Vec<String>,
    /// The contacts of the page. Of several of one item the last counts.
    pub upserts: Vec<ContactUpsert>,
    /// Items that the page shows as they are stored.
    pub seen: Vec<String>,
    /// Items of the page of which a person is to say whether they are deleted, with what the mailbox has.
    pub contested: Vec<(String, Card)>,
    /// Items of the page that could not be read.
    pub failed: Vec<UnreadContact>,
    /// Items that are not where they were known to lie: asked for in vain, found elsewhere, or left out of a list.
    /// They are missing from then on, and nothing is left to be read of them.
    pub gone: Vec<String>,
    /// When it was read.
    pub now: DateTime<Utc>,
}

impl ContactPageWrite {
    /// Of a page without anything on it.
    #[must_use]
    pub const fn at(now: DateTime<Utc>) -> Self {
        Self {
            folder: None,
            removed: Vec::new(),
            upserts: Vec::new(),
            seen: Vec::new(),
            contested: Vec::new(),
            failed: Vec::new(),
            gone: Vec::new(),
            now,
        }
    }
}

/// What a page changed. Writing the same again changes nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct ContactCounts {
    /// Contacts that were not stored before.
    pub new: u64,
    /// Contacts of which something differs now.
    pub changed: u64,
}

impl Store {
    /// Writes a page and the folder's state behind it, both or neither. Writing the same again writes no
    /// contact. `None`, and nothing is written, where a contact was changed here since its card was made: it
    /// has to be made again, from what is stored now.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has the account; then nothing is written.
    pub async fn write_contact_page(
        &self,
        claim: &Claim,
        page: &ContactPageWrite,
    ) -> Result<Option<ContactCounts>> {
        let account = &claim.account.id;
        let mut open = self.begin().await?;
        hold(&mut open, claim).await?;
        if let Some(folder) = &page.folder {
            gone::miss(&mut open, account, Some(&folder.id), &page.removed, page.now).await?;
            ledger::strike(&mut open, account, &remote_keys(&page.removed), Some(&folder.id)).await?;
        }
        let upserts = last_of_each(&page.upserts);
        let mut writer = ContactWriter::load(&mut open, account, page, &upserts).await?;
        for upsert in upserts {
            if !writer.write(&mut open, upsert).await? {
                return Ok(None);
            }
        }
        let counts = writer.finish(&mut open, page).await?;
        open.commit().await?;
        Ok(Some(counts))
    }
}

fn last_of_each(upserts: &[ContactUpsert]) -> Vec<&ContactUpsert> {
    let mut named = HashSet::new();
    let mut last: Vec<_> =
        upserts.iter().rev().filter(|upsert| named.insert(&upsert.link.remote_id)).collect();
    last.reverse();
    last
}

/// What is stored of the contacts of a page, and what is written of them at its end.
pub(super) struct ContactWriter<'a> {
    account: &'a AccountId,
    now: DateTime<Utc>,
    contacts: HashMap<ContactId, StoredCard>,
    linker: Linker<'a>,
    new: Vec<Writing<'a>>,
    changed: u64,
}

impl<'a> ContactWriter<'a> {
    pub(super) async fn load(
        open: &mut Tx,
        account: &'a AccountId,
        page: &'a ContactPageWrite,
        upserts: &[&ContactUpsert],
    ) -> Result<Self> {
        let ids: Vec<&str> = upserts.iter().map(|upsert| upsert.id.as_str()).collect();
        let rows: Vec<ContactRow> = rows_in!(
            tx(&mut *open),
            format!("SELECT {} FROM contact c WHERE c.id IN", contact_columns()),
            [],
            &ids
        );
        let contacts: Vec<StoredCard> = whole!(tx(&mut *open), rows);
        let contacts: HashMap<_, _> =
            contacts.into_iter().map(|stored| (stored.contact.id.clone(), stored)).collect();
        let round = page.folder.as_ref().and_then(|folder| folder.round).map(|round| round.began);
        let remote_ids = upserts.iter().map(|upsert| &upsert.link.remote_id);
        let linker = Linker::load(open, account, contacts.keys(), remote_ids, round, page.now).await?;
        Ok(Self { account, now: page.now, contacts, linker, new: Vec::new(), changed: 0 })
    }

    /// Whether it could be written: the contact was not changed here since.
    pub(super) async fn write(&mut self, open: &mut Tx, upsert: &'a ContactUpsert) -> Result<bool> {
        let link = ContactLink { ours: upsert.link.ours.storable(), ..upsert.link.clone() };
        let card = upsert.card.storable();
        let stored = self.contacts.get(&upsert.id);
        let before = stored.and_then(|stored| stored.contact.edited_at);
        let edited_at = if card.says_the_same(&link.ours) { None } else { before.or(Some(self.now)) };
        let forms = fitted(&upsert.forms, &card);
        let writing = Writing { id: &upsert.id, card, forms, edited_at };
        match stored {
            None if upsert.based_on == 0 => self.new.push(writing),
            None => return Ok(false),
            Some(stored) => match rewrite(open, stored, &writing, upsert.based_on, self.now).await? {
                Rewritten::Overtaken => return Ok(false),
                Rewritten::Changed => self.changed += 1,
                Rewritten::Same => {}
            },
        }
        if stored.is_some() && !self.linker.is_item(&upsert.id) {
            meeting::became_item(open, &upsert.id).await?;
        }
        self.linker.link(open, &upsert.id, link).await?;
        if let Some(resolved) = &upsert.resolved {
            enter(open, self.account, resolved).await?;
        }
        Ok(true)
    }

    pub(super) async fn finish(self, open: &mut Tx, page: &ContactPageWrite) -> Result<ContactCounts> {
        let account = self.account;
        insert_contacts(open, account, &self.new, self.now).await?;
        meeting::await_meeting_again(open, account, &self.new).await?;
        let (keys, round) = (self.linker.keys.clone(), self.linker.round);
        self.linker.finish(open).await?;
        mark_seen(open, account, &remote_keys(&page.seen), round).await?;
        for (remote_id, card) in &page.contested {
            contest(open, account, remote_id, card).await?;
        }
        ledger::strike(open, account, &keys, None).await?;
        for unread in &page.failed {
            ledger::enter(open, account, unread, page.now).await?;
        }
        gone::miss(open, account, None, &page.gone, page.now).await?;
        ledger::strike(open, account, &remote_keys(&page.gone), None).await?;
        if let Some(folder) = &page.folder {
            write_folder(open, account, folder).await?;
        }
        Ok(ContactCounts { new: self.new.len() as u64, changed: self.changed })
    }
}

enum Rewritten {
    Same,
    Changed,
    /// It was changed here since.
    Overtaken,
}

/// Writes what of a stored contact differs.
async fn rewrite(
    open: &mut Tx,
    stored: &StoredCard,
    next: &Writing<'_>,
    based_on: i64,
    now: DateTime<Utc>,
) -> Result<Rewritten> {
    let StoredCard { contact, forms } = stored;
    if contact.card != next.card || contact.gone_at.is_some() {
        if contact.revision != based_on || !save_contact(open, next, based_on, now).await? {
            return Ok(Rewritten::Overtaken);
        }
        if contact.edited_at.is_some() {
            stay_rejected(open, next.id, based_on).await?;
        }
        return Ok(Rewritten::Changed);
    }
    if contact.edited_at != next.edited_at && !save_edited(open, next, contact.revision).await? {
        return Ok(Rewritten::Overtaken);
    }
    if *forms != next.forms {
        replace_parts(open, next).await?;
    }
    Ok(Rewritten::Same)
}
