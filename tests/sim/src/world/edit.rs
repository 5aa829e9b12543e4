//! The edits that tests make.

use anyhow::{Result, anyhow};
use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};
use serde::Deserialize;

use super::folder::{DELETED, INBOX, SENT};
use super::{Mailbox, Message, Person, Truth, ids, seed};

/// A message to deliver. What is left out is invented.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Draft {
    /// Subject.
    pub subject: Option<String>,
    /// Sender: display name, address.
    pub from: Option<(String, String)>,
    /// Recipients: display name, address.
    pub to: Vec<(String, String)>,
    /// Copies.
    pub cc: Vec<(String, String)>,
    /// Body: paragraphs parted by line feeds, without markup.
    pub text: Option<String>,
    /// Distinguished id or name of the folder; the inbox when left out.
    pub folder: Option<String>,
    /// When it was received; now when left out.
    pub received: Option<DateTime<Utc>>,
    /// Internet message id.
    pub internet_message_id: Option<String>,
    /// Any id of the message that it answers: it joins that conversation.
    pub answers: Option<String>,
}

impl Mailbox {
    pub(crate) fn restore(&mut self) {
        let elsewhere = self.folders.len() * 100;
        for (index, folder) in self.folders.iter_mut().enumerate() {
            folder.id = ids::folder(self.account.mailbox_guid, elsewhere + index);
        }
    }

    pub(crate) fn deliver(&mut self, count: usize, now: DateTime<Utc>) -> Vec<Truth> {
        let drafts = vec![Draft::default(); count];
        self.deliver_drafts(&drafts, now).expect("a draft without a folder or an answer cannot fail")
    }

    pub(crate) fn deliver_drafts(&mut self, drafts: &[Draft], now: DateTime<Utc>) -> Result<Vec<Truth>> {
        drafts.iter().map(|draft| self.deliver_one(draft, now)).collect()
    }

    fn deliver_one(&mut self, draft: &Draft, now: DateTime<Utc>) -> Result<Truth> {
        let folder = draft.folder.as_deref().map_or(Ok(INBOX), |name| self.folder_named(name))?;
        let at = draft.received.unwrap_or(now).duration_trunc(TimeDelta::seconds(1))?;
        let mut message = match &draft.answers {
            None => self.blank(folder, at),
            Some(id) => {
                let last = self.messages.iter().find(|m| m.answers_to(id)).cloned();
                seed::answer(self, &last.ok_or_else(|| anyhow!("no message {id}"))?, at)
            }
        };
        message.read = false;
        if draft.folder.is_some() && message.folder != folder {
            message.move_to(self.account.mailbox_guid, folder, message.key, at);
        }
        if draft.folder.is_some() && folder == SENT && draft.answers.is_none() {
            seed::send(self, &mut message);
        }
        apply(draft, &mut message);
        let truth = Truth::of(&message, self);
        self.messages.push(message);
        Ok(truth)
    }

    fn folder_named(&self, name: &str) -> Result<usize> {
        self.folder(name).ok_or_else(|| anyhow!("no folder {name}"))
    }

    pub(crate) fn move_to(&mut self, ids: &[String], folder: &str, now: DateTime<Utc>) -> Result<usize> {
        let (folder, guid) = (self.folder_named(folder)?, self.account.mailbox_guid);
        let mut moved = 0;
        for message in self.messages.iter_mut().filter(|m| ids.iter().any(|id| m.answers_to(id))) {
            self.last_key += 1;
            message.move_to(guid, folder, self.last_key, now);
            moved += 1;
        }
        Ok(moved)
    }

    pub(crate) fn delete(&mut self, ids: &[String], hard: bool, now: DateTime<Utc>) -> Result<usize> {
        if !hard {
            let name = self.folders[DELETED].id.clone();
            return self.move_to(ids, &name, now);
        }
        let before = self.messages.len();
        self.messages.retain(|m| !ids.iter().any(|id| m.answers_to(id)));
        Ok(before - self.messages.len())
    }

    /// Gives messages another place in lists; none: their own again.
    pub(crate) fn renew(
        &mut self,
        ids: &[String],
        renewed: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> usize {
        let named = self.messages.iter_mut().filter(|m| ids.iter().any(|id| m.answers_to(id)));
        named
            .map(|message| {
                message.renewed = renewed;
                message.touch(now);
            })
            .count()
    }

    pub(crate) fn withhold(&mut self, ids: &[String], withheld: bool) -> usize {
        let named = self.messages.iter_mut().filter(|m| ids.iter().any(|id| m.answers_to(id)));
        named.map(|message| message.withheld = withheld).count()
    }

    pub(crate) fn mark_read(&mut self, ids: &[String], read: bool, now: DateTime<Utc>) -> usize {
        let named = self.messages.iter_mut().filter(|m| ids.iter().any(|id| m.answers_to(id)));
        named
            .map(|message| {
                message.read = read;
                message.touch(now);
            })
            .count()
    }
}

fn apply(draft: &Draft, message: &mut Message) {
    let people =
        |list: &[(String, String)]| list.iter().map(|(name, address)| Person::smtp(name, address)).collect();
    if let Some(subject) = &draft.subject {
        message.subject = Some(subject.clone());
        if draft.answers.is_none() {
            message.topic = Some(subject.clone());
        }
    }
    if let Some((name, address)) = &draft.from {
        message.from = Some(Person::smtp(name, address));
    }
    if !draft.to.is_empty() {
        message.to = people(&draft.to);
    }
    message.cc = people(&draft.cc);
    if let Some(text) = &draft.text {
        message.text.clone_from(text);
    }
    if draft.internet_message_id.is_some() {
        message.internet_id.clone_from(&draft.internet_message_id);
    }
}
