//! Mail that a client sends: the copy in Sent Items, and what reaches people of the same world.

use anyhow::Result;
use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{Draft, DraftAttachment, Mailbox, Person, Truth, World};

/// A message as a client handed it over.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Letter {
    /// Whose mailbox sent it.
    pub from: String,
    /// Its Message-ID; none where the client gave it none.
    pub internet_message_id: Option<String>,
    /// Display name and address of each.
    pub to: Vec<(String, String)>,
    /// The same.
    pub cc: Vec<(String, String)>,
    /// The same.
    pub bcc: Vec<(String, String)>,
    /// Subject.
    pub subject: String,
    /// Body as text.
    pub text: String,
    /// The message that it answers.
    pub in_reply_to: Option<String>,
    /// Names and sizes of its files.
    pub files: Vec<(String, u32)>,
    /// As it came, where it came as MIME.
    pub mime: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}

/// What becomes of the copy in Sent Items.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct SentCopy {
    /// It has another Message-ID than its client gave it.
    pub(crate) is_renamed: bool,
    /// No list has it yet.
    pub(crate) is_late: bool,
    /// None is kept.
    pub(crate) is_missing: bool,
}

impl Letter {
    /// Whom it goes to.
    pub(crate) fn addresses(&self) -> impl Iterator<Item = &str> {
        self.to.iter().chain(&self.cc).chain(&self.bcc).map(|(_, address)| address.as_str())
    }

    fn draft(&self, mailbox: &Mailbox, folder: &str) -> Draft {
        let answers = self.in_reply_to.clone().filter(|id| mailbox.messages.iter().any(|m| m.answers_to(id)));
        let file = |(name, size): &(String, u32)| DraftAttachment {
            name: name.clone(),
            size: *size,
            ..DraftAttachment::default()
        };
        Draft {
            subject: Some(self.subject.clone()),
            to: self.to.clone(),
            cc: self.cc.clone(),
            text: Some(self.text.clone()),
            folder: Some(folder.to_owned()),
            internet_message_id: self.internet_message_id.clone(),
            answers,
            attachments: self.files.iter().map(file).collect(),
            ..Draft::default()
        }
    }
}

impl World {
    /// Sends a message: one copy for the sender, and one for each person of this world.
    pub(crate) fn send(&mut self, letter: Letter, copy: SentCopy, now: DateTime<Utc>) -> Result<()> {
        let sender = self.mailbox_mut(&letter.from)?;
        let from = (sender.account.name.clone(), sender.account.smtp.clone());
        // Exchange gives every message an id.
        let made = format!("<{:016X}.sent@sim.example>", sender.next_key());
        let named = letter.internet_message_id.clone().filter(|_| !copy.is_renamed).unwrap_or(made);
        let kept = Letter { internet_message_id: Some(named), ..letter.clone() };
        if !copy.is_missing {
            sender.keep_copy(&kept, copy, now)?;
        }
        sender.letters.push(letter);
        for address in kept.addresses() {
            if let Ok(mailbox) = self.mailbox_mut(address) {
                let draft = Draft { from: Some(from.clone()), ..kept.draft(mailbox, "inbox") };
                mailbox.deliver_drafts(&[draft], now)?;
            }
        }
        Ok(())
    }
}

impl Mailbox {
    fn keep_copy(&mut self, letter: &Letter, copy: SentCopy, now: DateTime<Utc>) -> Result<Truth> {
        let owner = (self.account.name.clone(), self.account.smtp.clone());
        let draft = Draft { from: Some(owner), ..letter.draft(self, "sentitems") };
        let kept = self.deliver_drafts(&[draft], now)?.remove(0);
        let people = |list: &[(String, String)]| -> Vec<Person> {
            list.iter().map(|(name, address)| Person::smtp(name, address)).collect()
        };
        for message in self.messages.iter_mut().filter(|message| message.id == kept.item_id) {
            (message.to, message.bcc) = (people(&letter.to), people(&letter.bcc));
            (message.read, message.withheld, message.hides_from) = (true, copy.is_late, false);
        }
        Ok(kept)
    }
}
