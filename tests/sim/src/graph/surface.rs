//! What a test may do with contacts: read the truth, and edit them as their owner does in Outlook. Ids may be
//! of either family; folders are named by id or name.

use anyhow::Result;

use crate::sim::Sim;
use crate::world::{ContactDraft, TruthContact, contacts};

/// Contacts.
impl Sim {
    /// Every contact of an account, those in Deleted Items too, in the order in which they were made.
    ///
    /// # Errors
    /// When there is no such account.
    pub fn contacts(&self, smtp: &str) -> Result<Vec<TruthContact>> {
        self.read(smtp, contacts_of)
    }

    /// Adds invented contacts, and two folders for them.
    ///
    /// # Errors
    /// When there is no such account.
    pub fn seed_contacts(&self, smtp: &str, count: usize) -> Result<()> {
        let now = self.now();
        self.change(smtp, |mailbox| contacts::fill(mailbox, count, now))
    }

    /// Adds a contact.
    ///
    /// # Errors
    /// When there is no such account, folder or member.
    pub fn add_contact(&self, smtp: &str, draft: &ContactDraft) -> Result<TruthContact> {
        let now = self.now();
        self.change(smtp, |mailbox| mailbox.add_contact(draft, now))?
    }

    /// Changes the members and extended properties that are given.
    ///
    /// # Errors
    /// When there is no such account, contact or member.
    pub fn edit_contact(&self, smtp: &str, id: &str, draft: &ContactDraft) -> Result<TruthContact> {
        let now = self.now();
        self.change(smtp, |mailbox| mailbox.edit_contact(id, draft, now))?
    }

    /// Moves a contact: its id changes.
    ///
    /// # Errors
    /// When there is no such account, contact or folder.
    pub fn move_contact(&self, smtp: &str, id: &str, folder: &str) -> Result<TruthContact> {
        let now = self.now();
        self.change(smtp, |mailbox| mailbox.move_contact(id, folder, now))?
    }

    /// Copies a contact with its extended properties.
    ///
    /// # Errors
    /// When there is no such account or contact, or it is deleted.
    pub fn copy_contact(&self, smtp: &str, id: &str) -> Result<TruthContact> {
        let now = self.now();
        self.change(smtp, |mailbox| mailbox.copy_contact(id, now))?
    }

    /// Deletes a contact: to Deleted Items, or for good when `hard`.
    ///
    /// # Errors
    /// When there is no such account or contact.
    pub fn delete_contact(&self, smtp: &str, id: &str, hard: bool) -> Result<()> {
        let now = self.now();
        self.change(smtp, |mailbox| mailbox.delete_contact(id, hard, now))?
    }

    /// Sets the photo of a contact, or takes it away.
    ///
    /// # Errors
    /// When there is no such account or contact.
    pub fn set_contact_photo(&self, smtp: &str, id: &str, jpeg: Option<Vec<u8>>) -> Result<()> {
        let now = self.now();
        self.change(smtp, |mailbox| mailbox.set_photo(id, jpeg, now))?
    }

    /// Makes a folder below another; `contacts` is the default one. Returns its id.
    ///
    /// # Errors
    /// When there is no such account or folder.
    pub fn add_contact_folder(&self, smtp: &str, name: &str, parent: &str) -> Result<String> {
        self.change(smtp, |mailbox| mailbox.add_contact_folder(name, parent))?
    }

    /// Renames a folder: its id stays.
    ///
    /// # Errors
    /// When there is no such account or folder.
    pub fn rename_contact_folder(&self, smtp: &str, folder: &str, name: &str) -> Result<()> {
        self.change(smtp, |mailbox| mailbox.rename_contact_folder(folder, name))?
    }

    /// Removes a folder with those below it; their contacts go to Deleted Items.
    ///
    /// # Errors
    /// When there is no such account or folder, or it is the default one.
    pub fn remove_contact_folder(&self, smtp: &str, folder: &str) -> Result<()> {
        let now = self.now();
        self.change(smtp, |mailbox| mailbox.remove_contact_folder(folder, now))?
    }

    /// Every cursor that was given so far is lost, those of next links too.
    ///
    /// # Errors
    /// When there is no such account.
    pub fn lose_contact_cursors(&self, smtp: &str) -> Result<()> {
        self.change(smtp, |mailbox| mailbox.book.generation += 8)
    }
}

fn contacts_of(mailbox: &crate::world::Mailbox) -> Vec<TruthContact> {
    mailbox.true_contacts()
}
