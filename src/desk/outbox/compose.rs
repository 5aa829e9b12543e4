//! A message as it is asked for -> the message as it is sent.

use super::quote;
use crate::desk::Desk;
use crate::desk::error::{DeskError, Result};
use crate::model::{
    Account, Address, Body, MailAddress, MessageId, OutboxId, Outgoing, OutgoingBody, OutgoingFault,
    OutgoingFile, RecipientKind, SendMode,
};
use crate::store::{MessageQuery, StoredMessage};

/// The longest subject of another message that is taken over, characters.
const LONGEST_SUBJECT: usize = 400;
/// How answers and what is handed on begin, in the languages of Outlook's that are met most.
const ANSWERS: [&str; 2] = ["re:", "aw:"];
const FORWARDS: [&str; 4] = ["fwd:", "fw:", "wg:", "tr:"];

/// A message that somebody wants sent.
#[derive(Debug, Clone)]
pub struct SendWish {
    /// What it is to another.
    pub mode: SendMode,
    /// Which it answers or forwards.
    pub regarding: Option<MessageId>,
    /// To whom, beside those whom an answer goes to.
    pub to: Vec<MailAddress>,
    /// Who sees it too.
    pub cc: Vec<MailAddress>,
    /// Who sees it unseen.
    pub bcc: Vec<MailAddress>,
    /// What it is about; `None`: what the other is about.
    pub subject: Option<String>,
    /// What it says.
    pub body: OutgoingBody,
    /// What goes along.
    pub files: Vec<OutgoingFile>,
}

/// The message that is answered or handed on.
pub(super) struct Original {
    pub(super) stored: StoredMessage,
    pub(super) body: Option<Body>,
}

impl Desk {
    /// The message, and the id that it has in the outbox.
    pub(super) async fn composed(
        &self,
        account: &Account,
        address: &str,
        wish: &SendWish,
    ) -> Result<(OutboxId, Outgoing)> {
        let from = sender(account, address)?;
        let original = self.original(account, wish).await?;
        let date = self.clock.now();
        let id = OutboxId::new(date);
        // The host of the sender's own address: nobody else makes ids of it, and this one no id twice.
        let host = from.address().rsplit_once('@').map_or("localhost", |(_, host)| host);
        let internet_message_id = format!("<{id}@{host}>");
        let [to, cc, bcc] = people(wish, original.as_ref(), &from)?;
        let thread = original.as_ref().and_then(|original| thread_id(&original.stored));
        let message = Outgoing {
            internet_message_id,
            date,
            subject: subject(wish, original.as_ref()),
            body: match &original {
                Some(original) => quote::quoted(&wish.body, original, wish.mode),
                None => wish.body.clone(),
            },
            files: wish.files.clone(),
            in_reply_to: thread.clone(),
            references: thread.into_iter().collect(),
            from,
            to,
            cc,
            bcc,
        };
        message.check()?;
        let (named, most) = (message.recipients().count(), self.send_limits.recipients);
        if named > most as usize {
            return Err(DeskError::WrongSend(format!(
                "it goes to {named} people, and to at most {most} it may"
            )));
        }
        Ok((id, message))
    }

    async fn original(&self, account: &Account, wish: &SendWish) -> Result<Option<Original>> {
        let id = match (wish.mode, &wish.regarding) {
            (SendMode::New, None) => return Ok(None),
            (SendMode::New, Some(_)) => return Err(wrong("a new message is about no other: say how (mode)")),
            (_, None) => return Err(wrong("the message is not named that it answers or forwards")),
            (_, Some(id)) => id,
        };
        let no_such = || DeskError::NoSuchMessage(id.to_string());
        // What is no id of ours is not asked of the database.
        let only = MessageId::parse(id.as_str()).ok_or_else(no_such)?;
        let body = self.store.body(&only).await?;
        let query = MessageQuery {
            account: Some(account.id.clone()),
            only: Some(only),
            limit: 1,
            ..MessageQuery::default()
        };
        let stored = self.store.messages(&query).await?.pop().ok_or_else(no_such)?;
        let original = Original { stored, body };
        if wish.mode == SendMode::Forward {
            original.may_be_forwarded()?;
        }
        Ok(Some(original))
    }
}

impl Original {
    /// What is not here whole would be handed on in part.
    fn may_be_forwarded(&self) -> Result<()> {
        match &self.body {
            None => {
                Err(wrong("what the message says is not stored here yet: forward it in Outlook, or later"))
            }
            Some(body) if body.truncated => {
                Err(wrong("the message is longer than what is stored of it: forward it in Outlook"))
            }
            Some(_) if self.stored.message.has_attachments == Some(true) => {
                Err(wrong("what is attached to the message is not stored here: forward it in Outlook"))
            }
            Some(_) => Ok(()),
        }
    }
}

fn wrong(why: &str) -> DeskError {
    DeskError::WrongSend(why.to_owned())
}

/// A name that cannot stand in a header is left out.
fn sender(account: &Account, address: &str) -> Result<MailAddress> {
    let named = MailAddress::new(address, account.display_name.as_deref());
    Ok(named.or_else(|_| MailAddress::new(address, None))?)
}

/// Its Message-ID, where it has one that can stand in a header.
fn thread_id(of: &StoredMessage) -> Option<String> {
    let id = of.message.internet_message_id.as_deref()?.trim();
    let inner = id.strip_prefix('<')?.strip_suffix('>')?;
    let is_plain = |c: char| c.is_ascii_graphic() && !matches!(c, '<' | '>');
    (inner.contains('@') && inner.chars().all(is_plain) && inner.len() <= 900).then(|| id.to_owned())
}

/// To, Cc, Bcc, each person once.
fn people(wish: &SendWish, original: Option<&Original>, from: &MailAddress) -> Result<[Vec<MailAddress>; 3]> {
    let [mut to, mut cc] = [Vec::new(), Vec::new()];
    if let (Some(original), SendMode::Reply | SendMode::ReplyAll) = (original, wish.mode) {
        (to, cc) = answered(original, wish.mode, from)?;
    }
    let mut seen: Vec<MailAddress> = Vec::new();
    let mut once = |people: Vec<MailAddress>| -> Vec<MailAddress> {
        let is_new = |one: &MailAddress| {
            let is_new = !seen.iter().any(|known| known.is_at(one.address()));
            if is_new {
                seen.push(one.clone());
            }
            is_new
        };
        people.into_iter().filter(is_new).collect()
    };
    to.extend(wish.to.iter().cloned());
    cc.extend(wish.cc.iter().cloned());
    Ok([once(to), once(cc), once(wish.bcc.clone())])
}

/// Whom an answer goes to: whoever wrote that, or, where that was oneself, those to whom one wrote.
fn answered(
    original: &Original,
    mode: SendMode,
    own: &MailAddress,
) -> Result<(Vec<MailAddress>, Vec<MailAddress>)> {
    let message = &original.stored.message;
    if mode == SendMode::ReplyAll && message.recipients_truncated {
        return Err(wrong("the message went to more people than are stored: answer all of them in Outlook"));
    }
    let of_kind = |kind: RecipientKind| {
        let those = message.recipients.iter().filter(move |one| one.kind == kind);
        others(those.map(|one| &one.address), own)
    };
    let author = message.from.as_ref().or(message.sender.as_ref());
    let mut to = others(author.into_iter(), own)?;
    let is_own = to.is_empty();
    if is_own || mode == SendMode::ReplyAll {
        to.extend(of_kind(RecipientKind::To)?);
    }
    let cc = if mode == SendMode::ReplyAll { of_kind(RecipientKind::Cc)? } else { Vec::new() };
    Ok((to, cc))
}

fn others<'a>(of: impl Iterator<Item = &'a Address>, own: &MailAddress) -> Result<Vec<MailAddress>> {
    let mut others = Vec::new();
    for Address { name, address } in of {
        let address = address.as_deref().ok_or_else(|| {
            wrong("somebody whom it would go to is stored by a name alone: name their address, as a new message")
        })?;
        let one = MailAddress::new(address, name.as_deref()).or_else(|_| MailAddress::new(address, None))?;
        if !one.is_at(own.address()) {
            others.push(one);
        }
    }
    Ok(others)
}

/// The one that is asked for, else that of the other message, which says once that it is an answer or handed on.
fn subject(wish: &SendWish, original: Option<&Original>) -> String {
    if let Some(subject) = &wish.subject {
        return subject.clone();
    }
    let other = original.and_then(|original| original.stored.message.subject.as_deref()).unwrap_or_default();
    let line = other.split(char::is_control).collect::<Vec<_>>().join(" ");
    let line: String =
        line.replace(['\u{2028}', '\u{2029}'], " ").trim().chars().take(LONGEST_SUBJECT).collect();
    let (prefix, known): (_, &[&str]) = match wish.mode {
        SendMode::New => return line,
        SendMode::Reply | SendMode::ReplyAll => ("Re: ", &ANSWERS),
        SendMode::Forward => ("Fwd: ", &FORWARDS),
    };
    let begins = line.to_lowercase();
    if known.iter().any(|known| begins.starts_with(known)) { line } else { format!("{prefix}{line}") }
}

impl From<OutgoingFault> for DeskError {
    fn from(fault: OutgoingFault) -> Self {
        Self::WrongSend(fault.to_string())
    }
}

#[cfg(test)]
mod tests;
