//! Edits of the world.

use anyhow::Result;
use chrono::{DateTime, Utc};

use super::{Sim, lock};
use crate::world::{Account, Draft, Letter, MessageEdit, SentCopy, Truth};

/// What Exchange gives a pinned row for its time: the page takes all that lie beyond 4500 for pinned.
fn far_ahead() -> DateTime<Utc> {
    DateTime::from_timestamp(79_860_124_800, 0).expect("4500-09-01 is a date")
}

/// Edits of the world. Ids may be item ids of either family, or Internet message ids.
impl Sim {
    /// Adds an account with `messages` messages.
    #[expect(clippy::must_use_candidate, reason = "called for what it adds")]
    pub fn add_account(&self, messages: usize) -> Account {
        lock(&self.0.world).add_account(messages, self.now()).clone()
    }

    /// New invented mail in the inbox, received now; the last is the newest.
    ///
    /// # Errors
    /// When there is no such account.
    pub fn deliver(&self, smtp: &str, count: usize) -> Result<Vec<Truth>> {
        Ok(lock(&self.0.world).mailbox_mut(smtp)?.deliver(count, self.now()))
    }

    /// Delivers messages as given; what a draft leaves open is invented.
    ///
    /// # Errors
    /// When there is no such account, or a draft names an unknown folder.
    pub fn deliver_drafts(&self, smtp: &str, drafts: &[Draft]) -> Result<Vec<Truth>> {
        lock(&self.0.world).mailbox_mut(smtp)?.deliver_drafts(drafts, self.now())
    }

    /// Accepts a message that a mailbox sends.
    pub(crate) fn send_letter(&self, letter: Letter, copy: SentCopy) -> Result<()> {
        lock(&self.0.world).send(letter, copy, self.now())
    }

    /// What was sent from a mailbox, in the order in which it was accepted.
    ///
    /// # Errors
    /// When there is no such account.
    pub fn letters(&self, smtp: &str) -> Result<Vec<Letter>> {
        Ok(lock(&self.0.world).mailbox(smtp)?.letters.clone())
    }

    /// Moves messages to the folder with this distinguished id or name: their item ids change. Returns how
    /// many.
    ///
    /// # Errors
    /// When there is no such account or folder.
    pub fn move_messages(&self, smtp: &str, ids: &[String], folder: &str) -> Result<usize> {
        lock(&self.0.world).mailbox_mut(smtp)?.move_to(ids, folder, self.now())
    }

    /// Deletes messages: to Deleted Items, or for good when `hard`. Returns how many.
    ///
    /// # Errors
    /// When there is no such account.
    pub fn delete(&self, smtp: &str, ids: &[String], hard: bool) -> Result<usize> {
        lock(&self.0.world).mailbox_mut(smtp)?.delete(ids, hard, self.now())
    }

    /// Pins messages to the top of their lists, or lets them go. Returns how many.
    ///
    /// # Errors
    /// When there is no such account.
    pub fn pin(&self, smtp: &str, ids: &[String], pinned: bool) -> Result<usize> {
        self.renew(smtp, ids, pinned.then(far_ahead))
    }

    /// Lets messages stand in lists as if they had been received at that instant, as after a snooze. Returns
    /// how many.
    ///
    /// # Errors
    /// When there is no such account.
    pub fn renew(&self, smtp: &str, ids: &[String], at: Option<DateTime<Utc>>) -> Result<usize> {
        Ok(lock(&self.0.world).mailbox_mut(smtp)?.renew(ids, at, self.now()))
    }

    /// Leaves messages out of every list, as while an index lags, or gives them again. Returns how many.
    ///
    /// # Errors
    /// When there is no such account.
    pub fn withhold(&self, smtp: &str, ids: &[String], withheld: bool) -> Result<usize> {
        Ok(lock(&self.0.world).mailbox_mut(smtp)?.withhold(ids, withheld))
    }

    /// Gives every folder another id, as a mailbox has that was moved to another server or restored.
    ///
    /// # Errors
    /// When there is no such account.
    pub fn restore(&self, smtp: &str) -> Result<()> {
        lock(&self.0.world).mailbox_mut(smtp)?.restore();
        Ok(())
    }

    /// Changes what is given of a message, as its owner does: its change key changes.
    ///
    /// # Errors
    /// When there is no such account or message.
    pub fn edit_message(&self, smtp: &str, id: &str, edit: &MessageEdit) -> Result<()> {
        lock(&self.0.world).mailbox_mut(smtp)?.edit_message(id, edit, self.now())
    }

    /// Makes a folder of mail below another (by distinguished id, id or name); returns its id.
    ///
    /// # Errors
    /// When there is no such account or folder.
    pub fn add_mail_folder(&self, smtp: &str, name: &str, parent: &str, hidden: bool) -> Result<String> {
        lock(&self.0.world).mailbox_mut(smtp)?.add_mail_folder(name, parent, hidden)
    }

    /// Renames a folder of mail: its id stays.
    ///
    /// # Errors
    /// When there is no such account or folder.
    pub fn rename_mail_folder(&self, smtp: &str, folder: &str, name: &str) -> Result<()> {
        lock(&self.0.world).mailbox_mut(smtp)?.rename_mail_folder(folder, name)
    }

    /// Moves a folder of mail with all that is in it; below Deleted Items it is deleted.
    ///
    /// # Errors
    /// When there is no such account or folder, or every mailbox has it.
    pub fn move_mail_folder(&self, smtp: &str, folder: &str, parent: &str) -> Result<()> {
        lock(&self.0.world).mailbox_mut(smtp)?.move_mail_folder(folder, parent)
    }

    /// Every cursor of mail that was given so far is lost, those of next links too.
    ///
    /// # Errors
    /// When there is no such account.
    pub fn lose_mail_cursors(&self, smtp: &str) -> Result<()> {
        self.change(smtp, |mailbox| mailbox.history.generation += 8)
    }

    /// Marks messages read or unread: their change keys change. Returns how many.
    ///
    /// # Errors
    /// When there is no such account.
    pub fn mark_read(&self, smtp: &str, ids: &[String], read: bool) -> Result<usize> {
        Ok(lock(&self.0.world).mailbox_mut(smtp)?.mark_read(ids, read, self.now()))
    }
}
