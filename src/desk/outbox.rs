//! Sending mail, and the outbox.

mod compose;
mod quote;

pub use compose::SendWish;

use super::Desk;
use super::error::{DeskError, Result};
use crate::error::Disposition;
use crate::mime;
use crate::model::{
    Account, AccountId, Actor, AuditAction, AuditEntry, MessageId, NewOutboxEntry, OutboxEntry, OutboxId,
    OutboxState, Outgoing, RequestKey, SendMode, Use,
};
use crate::oauth::{OAuthError, covers};
use crate::secret::secret;
use crate::strongbox::OutboxPut;
use crate::sync::Failure;
use crate::sync::outbox::OutboxError;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// A message that is sent from here, as it stands. It says nothing of what is in it.
#[derive(Debug, Serialize, ToSchema)]
pub struct OutboxDetail {
    /// Its id.
    pub id: OutboxId,
    /// From whose mailbox.
    pub account_id: AccountId,
    /// How it stands.
    pub state: OutboxState,
    /// What it is to the message that it is about.
    pub mode: SendMode,
    /// The message that it answers or forwards.
    pub regarding: Option<MessageId>,
    /// Its Message-ID, which was made here.
    pub internet_message_id: String,
    /// The sent copy, once it was read.
    pub message: Option<MessageId>,
    /// How many it goes to.
    pub recipients: u32,
    /// Bytes as it is sent.
    pub size: u32,
    /// Who had it sent, as the audit log names them.
    pub actor: String,
    /// When it was asked for.
    pub queued_at: DateTime<Utc>,
    /// When it was last handed over, where it may have been taken.
    pub handed_at: Option<DateTime<Utc>>,
    /// When it was sent or refused.
    pub ended_at: Option<DateTime<Utc>>,
    /// When it is looked at next; `None`: never by itself.
    pub next_at: Option<DateTime<Utc>>,
    /// How often it was looked at.
    pub tries: u32,
    /// Why it waits, was refused or is unknown: the word of a failure.
    pub error: Option<String>,
    /// The same, for people.
    pub reason: Option<String>,
    /// Whose turn it is and the next step.
    pub hint: Option<String>,
    /// What a command ends with that waits for it.
    #[serde(skip)]
    pub disposition: Option<Disposition>,
}

impl From<OutboxEntry> for OutboxDetail {
    fn from(entry: OutboxEntry) -> Self {
        let disposition = entry.disposition();
        let OutboxEntry { of, state, handed_at, ended_at, next_at, tries, error, message } = entry;
        Self {
            id: of.id,
            account_id: of.account,
            state,
            mode: of.mode,
            regarding: of.regarding,
            internet_message_id: of.internet_message_id,
            message,
            recipients: of.recipients,
            size: of.size,
            actor: of.actor,
            queued_at: of.queued_at,
            handed_at,
            ended_at,
            next_at,
            tries,
            error: error.as_ref().map(|error| error.code.clone()),
            reason: error.as_ref().map(|error| error.message.clone()),
            hint: error.map(|error| error.hint),
            disposition,
        }
    }
}

/// A message that was put in; whether the same request had put it in before.
pub struct SendAnswer {
    /// How it stands.
    pub entry: OutboxDetail,
    /// Nothing was done this time.
    pub is_repeated: bool,
}

impl Desk {
    /// Puts a message in to be sent from an account's mailbox, once for each key of the caller's.
    ///
    /// # Errors
    /// `NoSuchAccount`, `NoSuchMessage`; `SendOff` where the configuration sends nothing; `NotConnected`, `NotGranted` where
    /// the owner has not allowed it; `WrongSend`; `SendFull`; `KeyReused`; those of the database and the key ring.
    pub async fn send(
        &self,
        actor: &Actor,
        id: &AccountId,
        request: &RequestKey,
        wish: SendWish,
    ) -> Result<SendAnswer> {
        let account = self.account(actor, id).await?;
        if let Some(before) = self.strongbox.outbox_under(request).await? {
            return answered(before);
        }
        let address = self.may_send(&account).await?;
        let composed = self.composed(&account, &address, &wish).await?;
        self.put_in(actor, &account, request, &wish, composed).await
    }

    /// From which address it is sent.
    async fn may_send(&self, account: &Account) -> Result<String> {
        if self.graph.is_none() || !self.oauth.asks_for(Use::MailSend) {
            return Err(DeskError::SendOff(account.name().into_owned()));
        }
        let grant = self.strongbox.grant(&account.id).await?.ok_or(OAuthError::NotConnected)?;
        if !covers(&grant.given.scopes, Use::MailSend) {
            return Err(OAuthError::NotGranted(Use::MailSend).into());
        }
        Ok(account.address.clone().unwrap_or(grant.given.address))
    }

    async fn put_in(
        &self,
        actor: &Actor,
        account: &Account,
        request: &RequestKey,
        wish: &SendWish,
        (id, message): (OutboxId, Outgoing),
    ) -> Result<SendAnswer> {
        let built = mime::built(&message);
        let (size, most) = (built.len(), self.send_limits.size);
        if size > most as usize {
            return Err(DeskError::WrongSend(format!(
                "it has {size} bytes as it is sent, and at most {most} are"
            )));
        }
        let entry = NewOutboxEntry {
            id,
            account: account.id.clone(),
            actor: actor.name.clone(),
            mode: wish.mode,
            regarding: wish.regarding.clone(),
            recipients: u32::try_from(message.recipients().count()).unwrap_or(u32::MAX),
            size: u32::try_from(size).unwrap_or(u32::MAX),
            queued_at: message.date,
            internet_message_id: message.internet_message_id,
        };
        let line = self.line(actor, AuditAction::SendAsked, &account.id);
        let line = AuditEntry { detail: Some(entry.told()), ..line };
        let asked = (request, self.send_limits.per_hour);
        match self.strongbox.put_outbox(account, &entry, asked, &secret(built), &line).await? {
            OutboxPut::Queued => {
                self.courier.wake();
                let entry = self.store.outbox_entry(&entry.id).await?;
                let entry = entry.ok_or_else(|| DeskError::NoSuchAccount(account.id.to_string()))?;
                Ok(SendAnswer { entry: entry.into(), is_repeated: false })
            }
            OutboxPut::Full(room_at) => {
                let wait = (room_at - self.clock.now()).to_std().unwrap_or_default();
                Err(DeskError::SendFull { most: self.send_limits.per_hour, wait })
            }
            before @ (OutboxPut::Before(_) | OutboxPut::KeyReused) => answered(before),
        }
    }

    /// What was or is to be sent from an account's mailbox, the latest first, behind one where one is named.
    ///
    /// # Errors
    /// `NoSuchAccount`; those of the database.
    pub async fn outbox(
        &self,
        actor: &Actor,
        id: &AccountId,
        behind: Option<&OutboxId>,
        limit: u32,
    ) -> Result<Vec<OutboxDetail>> {
        let account = self.account(actor, id).await?;
        let entries = self.store.outbox(&account.id, behind, limit).await?;
        Ok(entries.into_iter().map(OutboxDetail::from).collect())
    }

    /// One of them.
    ///
    /// # Errors
    /// `NoSuchAccount`, `NoSuchSending`; those of the database.
    pub async fn outbox_entry(
        &self,
        actor: &Actor,
        id: &AccountId,
        entry: &OutboxId,
    ) -> Result<OutboxDetail> {
        let account = self.account(actor, id).await?;
        let found = self.store.outbox_entry(entry).await?.filter(|found| found.of.account == account.id);
        found.map(OutboxDetail::from).ok_or_else(|| DeskError::NoSuchSending(entry.to_string()))
    }

    /// Has one sent once more of which nobody knows whether it was: it is looked for first.
    ///
    /// # Errors
    /// As `outbox_entry`; `SendOff` and why Microsoft gives no token, as for one that is put in; `SendingDecided` where it is known what came of it, or it is being sent.
    pub async fn repeat_sending(
        &self,
        actor: &Actor,
        id: &AccountId,
        entry: &OutboxId,
    ) -> Result<OutboxDetail> {
        let account = self.account(actor, id).await?;
        let found = self.outbox_entry(actor, id, entry).await?;
        if found.state == OutboxState::Unknown {
            self.may_send(&account).await?;
        }
        let line = self.decision(actor, id, AuditAction::SendRepeated, &found);
        if !self.store.repeat_outbox(entry, &line, self.clock.now()).await? {
            return Err(DeskError::SendingDecided(found.state));
        }
        self.courier.wake();
        self.outbox_entry(actor, id, entry).await
    }

    /// Gives one up that waits, or of which nobody knows whether it was sent. What it says is destroyed.
    ///
    /// # Errors
    /// As `repeat_sending`.
    pub async fn drop_sending(
        &self,
        actor: &Actor,
        id: &AccountId,
        entry: &OutboxId,
    ) -> Result<OutboxDetail> {
        let found = self.outbox_entry(actor, id, entry).await?;
        let (line, now) = (self.decision(actor, id, AuditAction::SendDropped, &found), self.clock.now());
        let why = Failure::from(OutboxError::Dropped).at(now);
        if !self.store.drop_outbox(entry, &why, &line, now).await? {
            return Err(DeskError::SendingDecided(found.state));
        }
        self.outbox_entry(actor, id, entry).await
    }

    fn decision(
        &self,
        actor: &Actor,
        account: &AccountId,
        action: AuditAction,
        of: &OutboxDetail,
    ) -> AuditEntry {
        let detail = format!("{}: was {}, Message-ID {}", of.id, of.state.as_str(), of.internet_message_id);
        AuditEntry { detail: Some(detail), ..self.line(actor, action, account) }
    }
}

fn answered(put: OutboxPut) -> Result<SendAnswer> {
    match put {
        OutboxPut::Before(entry) => Ok(SendAnswer { entry: (*entry).into(), is_repeated: true }),
        OutboxPut::KeyReused | OutboxPut::Queued | OutboxPut::Full(_) => Err(DeskError::KeyReused),
    }
}
