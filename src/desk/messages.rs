//! Stored mail, and what is done to it in its mailbox.

mod acts;
mod content;

pub use acts::{ActOutcome, ActWish, MOST_ACTED, MOST_UNASKED, MessageAct, MessageActed, MessagesActed};
pub use content::{LARGEST_CONTENT, MessageContent};

use super::error::{DeskError, Result};
use super::folders::NamedFolder;
use super::{Database, Desk};
use crate::model::{
    AccountId, Actor, Address, Attachment, Body, BodyKind, Depth, Folder, Importance, MessageId, Precision,
    Recipient,
};
use crate::store::{MessageQuery, StoredMessage};
use crate::sync::Settings;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// A message, as lists have it.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessageDetail {
    /// Ours, for life.
    pub id: MessageId,
    /// The account it belongs to.
    pub account_id: AccountId,
    /// Where it lies.
    #[serde(flatten)]
    pub folder: Folder,
    /// Its subject; empty also while no look has said it.
    pub subject: String,
    /// The author (`From`).
    pub from: Option<Address>,
    /// Recipients in order.
    pub recipients: Vec<Recipient>,
    /// When it arrived.
    pub received_at: Option<DateTime<Utc>>,
    /// How close after `received_at` the true instant lies.
    pub received_precision: Option<Precision>,
    /// RFC 5322 Message-ID.
    pub internet_message_id: Option<String>,
    /// The conversation it belongs to.
    pub conversation_id: Option<String>,
    /// Whether it was read.
    pub is_read: Option<bool>,
    /// Whether it has attachments.
    pub has_attachments: Option<bool>,
    /// The first words of the body.
    pub preview: Option<String>,
    /// Whether its body was fetched.
    pub has_body: bool,
    /// The road's word for how it was had.
    pub tier: String,
    /// Whether only the page has shown it so far.
    pub provisional: bool,
}

impl From<StoredMessage> for MessageDetail {
    fn from(found: StoredMessage) -> Self {
        let StoredMessage { message, folder, has_body } = found;
        Self {
            id: message.id,
            account_id: message.account_id,
            folder,
            subject: message.subject.unwrap_or_default(),
            from: message.from,
            recipients: message.recipients,
            received_at: message.received.map(|received| received.at),
            received_precision: message.received.map(|received| received.precision),
            internet_message_id: message.internet_message_id,
            conversation_id: message.conversation_id,
            is_read: message.is_read,
            has_attachments: message.has_attachments,
            preview: message.preview,
            has_body,
            tier: message.seen_by,
            provisional: message.depth == Depth::Shown,
        }
    }
}

/// A message with all that is stored of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessageWhole {
    /// What lists have of it.
    #[serde(flatten)]
    pub detail: MessageDetail,
    /// Who sent it for the author (`Sender`).
    pub sender: Option<Address>,
    /// When it was sent, as its sender says.
    pub sent_at: Option<DateTime<Utc>>,
    /// Whether it is a draft.
    pub is_draft: bool,
    /// How important its sender calls it.
    pub importance: Option<Importance>,
    /// Bytes, as the server counts.
    pub size: Option<i64>,
    /// Whether there are more recipients than are stored.
    pub recipients_truncated: bool,
    /// What hangs on it, in order, also what its body shows; of what each is, nothing was looked at. Empty as well while no look has
    /// said it.
    pub attachments: Vec<Attachment>,
    /// Its HTML is hostile input. `None` while it was not fetched.
    pub body: Option<BodyDetail>,
}

/// A body, as it is stored.
#[derive(Debug, Serialize, ToSchema)]
pub struct BodyDetail {
    /// What it is written in.
    pub kind: BodyKind,
    /// All of it that is stored.
    pub content: String,
    /// Whether there is more of it.
    pub truncated: bool,
}

/// Which messages of an account, the newest first.
#[derive(Debug, Default)]
pub struct MessagePage {
    /// In the folder of this role, name, path or id.
    pub folder: Option<String>,
    /// Arrived at or after this instant.
    pub since: Option<DateTime<Utc>>,
    /// Arrived before this instant.
    pub until: Option<DateTime<Utc>>,
    /// After this message: its instant (ms UTC, 0 where it has none) and its id.
    pub after: Option<(i64, MessageId)>,
    /// At most so many.
    pub limit: u32,
}

impl Desk {
    /// Messages of the account of this id.
    ///
    /// # Errors
    /// `NoSuchAccount`; `NoSuchFolder` where none has that name, or several.
    pub async fn message_page(
        &self,
        actor: &Actor,
        id: &AccountId,
        page: MessagePage,
    ) -> Result<Vec<MessageDetail>> {
        let account = Some(self.account(actor, id).await?.id);
        let MessagePage { folder, since, until, after, limit } = page;
        let settings = self.cycle.settings();
        let folders = match folder {
            Some(name) => Some(self.folders_named(actor, account.as_ref(), &name, settings).await?),
            None => None,
        };
        let folders = folders.map(|named| named.into_iter().map(|named| named.folder.id).collect());
        let query = MessageQuery { account, folders, since, until, limit, after, ..MessageQuery::default() };
        Ok(self.store.messages(&query).await?.into_iter().map(MessageDetail::from).collect())
    }
}

impl MessageWhole {
    fn of(found: StoredMessage, body: Option<Body>, attachments: Vec<Attachment>) -> Self {
        let message = &found.message;
        Self {
            sender: message.sender.clone(),
            sent_at: message.sent_at,
            is_draft: message.is_draft,
            importance: message.importance,
            size: message.size,
            recipients_truncated: message.recipients_truncated,
            attachments,
            body: body.map(|Body { kind, content, truncated }| BodyDetail { kind, content, truncated }),
            detail: found.into(),
        }
    }
}

/// Stored messages, and why there may be fewer than a mailbox has.
#[derive(Debug)]
pub struct MessagesFound {
    /// The newest first.
    pub messages: Vec<MessageDetail>,
    /// Of the folders that were named, those that their mailboxes have and the configuration does not name;
    /// each with what its account is called.
    pub left_out: Vec<(String, Folder)>,
}

impl Database {
    /// A message of the account of this id, with its body.
    ///
    /// # Errors
    /// `NoSuchAccount`; `NoSuchMessage`, also when it is gone.
    pub async fn message(&self, actor: &Actor, id: &AccountId, message: &MessageId) -> Result<MessageWhole> {
        let account = Some(self.account(actor, id).await?.id);
        let query =
            MessageQuery { account, only: Some(message.clone()), limit: 1, ..MessageQuery::default() };
        let found = self.store.messages(&query).await?.pop();
        let found = found.ok_or_else(|| DeskError::NoSuchMessage(message.to_string()))?;
        let (body, attachments) = (self.store.body(message).await?, self.store.attachments(message).await?);
        Ok(MessageWhole::of(found, body, attachments))
    }

    /// The newest messages within reach, of the account that a person names, in a folder, each `None` for
    /// all; at most `limit`. A folder goes by its role, its name or its path, with an account and without;
    /// `settings` say which are read.
    ///
    /// # Errors
    /// `NoSuchFolder` where none has that name, or several of one account; those of `named`.
    pub async fn messages(
        &self,
        actor: &Actor,
        account: Option<&str>,
        folder: Option<&str>,
        limit: u32,
        settings: &Settings,
    ) -> Result<MessagesFound> {
        let account = match account {
            Some(name) => Some(self.named(actor, name).await?.id),
            None => None,
        };
        let named = match folder {
            Some(name) => Some(self.folders_named(actor, account.as_ref(), name, settings).await?),
            None => None,
        };
        let ids = |named: &Vec<NamedFolder>| named.iter().map(|named| named.folder.id.clone()).collect();
        let (owner, folders) = (actor.reach.owner().map(str::to_owned), named.as_ref().map(ids));
        let query = MessageQuery { account, owner, folders, limit, ..MessageQuery::default() };
        let messages = self.store.messages(&query).await?.into_iter().map(MessageDetail::from).collect();
        let left_out = named.into_iter().flatten().filter(|named| named.is_left_out);
        let left_out = left_out.map(|named| (named.account.name().into_owned(), named.folder)).collect();
        Ok(MessagesFound { messages, left_out })
    }
}
