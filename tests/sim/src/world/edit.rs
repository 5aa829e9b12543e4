//! The edits that tests make.

use anyhow::{Result, anyhow};
use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};
use serde::Deserialize;

use super::folder::{DELETED, INBOX, SENT};
use super::journal::What;
use super::{Attachment, AttachmentKind, Mailbox, Message, Person, Truth, ids, seed};

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
    /// What hangs on it.
    pub attachments: Vec<DraftAttachment>,
}

/// What hangs on a message that is delivered: a file, unless it is something else.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DraftAttachment {
    /// Name of the file, or subject of the message.
    pub name: String,
    /// Bytes.
    pub size: u32,
    /// Content id of a picture shown within the body.
    pub content_id: Option<String>,
    /// The text of a message that hangs on it.
    pub item: Option<String>,
    /// The address of a file that lies elsewhere.
    pub reference: Option<String>,
}

/// What of a message the owner changes.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MessageEdit {
    /// Subject.
    pub subject: Option<String>,
    /// Body: paragraphs parted by line feeds, without markup.
    pub text: Option<String>,
    /// Whether it is flagged.
    pub flagged: Option<bool>,
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
        message.since = self.history.log(now, message.key, message.folder, What::Made);
        let truth = Truth::of(&message, self);
        self.messages.push(message);
        Ok(truth)
    }

    pub(crate) fn move_to(&mut self, ids: &[String], folder: &str, now: DateTime<Utc>) -> Result<usize> {
        let (folder, guid) = (self.folder_named(folder)?, self.account.mailbox_guid);
        let mut moved = 0;
        for message in self.messages.iter_mut().filter(|m| ids.iter().any(|id| m.answers_to(id))) {
            self.last_key += 1;
            let left = What::Left { id: message.id.clone() };
            self.history.log(now, message.key, message.folder, left);
            message.move_to(guid, folder, self.last_key, now);
            message.since = self.history.log(now, message.key, folder, What::Arrived);
            moved += 1;
        }
        Ok(moved)
    }

    pub(crate) fn delete(&mut self, ids: &[String], hard: bool, now: DateTime<Utc>) -> Result<usize> {
        if !hard {
            let name = self.folders[DELETED].id.clone();
            return self.move_to(ids, &name, now);
        }
        let (before, history) = (self.messages.len(), &mut self.history);
        self.messages.retain(|m| {
            let is_left = ids.iter().any(|id| m.answers_to(id));
            if is_left {
                history.log(now, m.key, m.folder, What::Left { id: m.id.clone() });
            }
            !is_left
        });
        Ok(before - self.messages.len())
    }

    /// Gives messages another place in lists; none: their own again.
    pub(crate) fn renew(
        &mut self,
        ids: &[String],
        renewed: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> usize {
        self.edit(ids, &[], now, |message| message.renewed = renewed)
    }

    pub(crate) fn withhold(&mut self, ids: &[String], withheld: bool) -> usize {
        let named = self.messages.iter_mut().filter(|m| ids.iter().any(|id| m.answers_to(id)));
        named.map(|message| message.withheld = withheld).count()
    }

    pub(crate) fn mark_read(&mut self, ids: &[String], read: bool, now: DateTime<Utc>) -> usize {
        self.edit(ids, &["isRead"], now, |message| message.read = read)
    }

    pub(crate) fn edit_message(&mut self, id: &str, edit: &MessageEdit, now: DateTime<Utc>) -> Result<()> {
        let mut members = Vec::new();
        members.extend(edit.subject.as_ref().map(|_| "subject"));
        members.extend(edit.flagged.map(|_| "flag"));
        members.extend(edit.text.iter().flat_map(|_| ["body", "bodyPreview"]));
        members.extend(["changeKey", "lastModifiedDateTime"]);
        let edited = self.edit(&[id.to_owned()], &members, now, |message| {
            message.subject = edit.subject.clone().or_else(|| message.subject.take());
            message.flagged = edit.flagged.unwrap_or(message.flagged);
            if let Some(text) = &edit.text {
                message.text.clone_from(text);
            }
        });
        if edited == 0 { Err(anyhow!("no message {id}")) } else { Ok(()) }
    }

    /// Changes messages in place: these members of each. Returns how many.
    pub(super) fn edit(
        &mut self,
        ids: &[String],
        members: &[&str],
        now: DateTime<Utc>,
        mut change: impl FnMut(&mut Message),
    ) -> usize {
        let members: Vec<String> = members.iter().map(ToString::to_string).collect();
        let named = self.messages.iter_mut().filter(|m| ids.iter().any(|id| m.answers_to(id)));
        let mut count = 0;
        for message in named {
            change(message);
            message.touch(now);
            self.history.log(now, message.key, message.folder, What::Edited(members.clone()));
            count += 1;
        }
        count
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
    message.attachments.extend(draft.attachments.iter().map(attachment));
    if draft.internet_message_id.is_some() {
        message.internet_id.clone_from(&draft.internet_message_id);
    }
}

fn attachment(draft: &DraftAttachment) -> Attachment {
    let kind = match (&draft.item, &draft.reference) {
        (Some(text), _) => AttachmentKind::Item { text: text.clone() },
        (None, Some(url)) => AttachmentKind::Reference { url: url.clone() },
        (None, None) => AttachmentKind::File,
    };
    Attachment {
        name: draft.name.clone(),
        content_type: if draft.content_id.is_some() { "image/png" } else { "application/octet-stream" },
        size: draft.size,
        content_id: draft.content_id.clone(),
        kind,
    }
}
