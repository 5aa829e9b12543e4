//! The world: accounts, their folders, messages and contacts, made from a seed; and the edits that tests make.

mod account;
pub(crate) mod contacts;
mod edit;
mod folder;
pub(crate) mod ids;
pub(crate) mod journal;
mod kinds;
mod letter;
mod locale;
mod mail_folders;
mod mailbox;
mod marks;
mod message;
mod messages;
mod seed;
#[cfg(test)]
mod tests;
mod text;
mod truth;

use anyhow::{Result, anyhow};
use chrono::{DateTime, Utc};

use crate::options::Options;

pub use account::Account;
pub(crate) use account::{DOMAIN, TENANT};
pub use contacts::{ContactDraft, TruthContact};
pub use edit::{Draft, DraftAttachment, MessageEdit};
pub(crate) use folder::{DELETED, DRAFTS, Folder, INBOX, ROOT, SENT};
pub use letter::Letter;
pub(crate) use letter::SentCopy;
pub(crate) use mailbox::Mailbox;
pub(crate) use message::{Attachment, AttachmentKind, Importance, Meeting, Message, Person};
pub use text::half;
pub(crate) use text::half_of;
pub use truth::{Truth, TruthPerson};

/// Every account of the simulator.
pub(crate) struct World {
    seed: u64,
    mailboxes: Vec<Mailbox>,
}

impl World {
    pub(crate) fn new(options: &Options, now: DateTime<Utc>) -> Self {
        let mut world = Self { seed: options.seed, mailboxes: Vec::new() };
        for _ in 0..options.accounts {
            world.add_account(options.messages, now);
        }
        world.mailboxes.iter_mut().for_each(|mailbox| contacts::fill(mailbox, options.contacts, now));
        world
    }

    pub(crate) fn add_account(&mut self, messages: usize, now: DateTime<Utc>) -> &Account {
        let mailbox = Mailbox::new(self.seed, self.mailboxes.len(), messages, now);
        self.mailboxes.push(mailbox);
        &self.mailboxes.last().expect("one was pushed").account
    }

    pub(crate) fn accounts(&self) -> impl Iterator<Item = &Account> {
        self.mailboxes.iter().map(|mailbox| &mailbox.account)
    }

    pub(crate) fn mailbox(&self, smtp: &str) -> Result<&Mailbox> {
        let mut mailboxes = self.mailboxes.iter();
        mailboxes.find(|mailbox| mailbox.account.is(smtp)).ok_or_else(|| anyhow!("no account {smtp}"))
    }

    pub(crate) fn mailbox_mut(&mut self, smtp: &str) -> Result<&mut Mailbox> {
        let mut mailboxes = self.mailboxes.iter_mut();
        mailboxes.find(|mailbox| mailbox.account.is(smtp)).ok_or_else(|| anyhow!("no account {smtp}"))
    }
}
