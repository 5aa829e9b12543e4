//! The bytes of what hangs on a message, and a message as MIME: had of its mailbox when somebody asks.
//!
//! Nothing of it is stored. Ids of Exchange's may be of a family that Graph was not asked in before, or end with a move:
//! where there is nothing under one that is known here, the mailbox is asked what hangs on the message now.

use super::acts::best;
use crate::desk::Desk;
use crate::desk::error::{DeskError, Result};
use crate::graph::{ContentOf, Graph, GraphContent, GraphError};
use crate::model::{
    Account, AccountId, Actor, AttachedKind, Attachment, AuditAction, AuditEntry, ItemKey, MessageId, Road,
    Use,
};
use crate::store::MessageQuery;
use crate::sync::access::{GraphAccess, ask};

/// So many bytes are handed out at most unless the configuration says otherwise.
pub const LARGEST_CONTENT: u64 = 50 << 20;
/// A message as MIME, and what hangs on one as an item.
const MIME: &str = "message/rfc822";

/// Bytes of a message, as they come.
#[derive(Debug)]
pub struct MessageContent {
    /// What a file of them would be called: hostile input.
    pub name: String,
    /// Their media type, as their sender says.
    pub media_type: Option<String>,
    bytes: GraphContent,
}

impl MessageContent {
    /// How many bytes come in all, where the server says it.
    #[must_use]
    pub fn length(&self) -> Option<u64> {
        self.bytes.length()
    }

    /// The next piece; `None` at the end.
    ///
    /// # Errors
    /// Where it breaks off, or more comes than is handed out.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>> {
        Ok(self.bytes.next().await?)
    }
}

impl Desk {
    /// What hangs on a message of the account of this id at this place, from 0 on: the bytes of a file, an item as MIME.
    ///
    /// # Errors
    /// `NoSuchAccount`, `NoSuchMessage`, `NoSuchAttachment`; `LiesElsewhere` of a reference; `RoadCannotFetch` where the
    /// mail is not read by Graph; why there is no token for it; those of Graph, `TooLong` with them; those of the database.
    pub async fn attachment_content(
        &self,
        actor: &Actor,
        id: &AccountId,
        message: &MessageId,
        position: u32,
    ) -> Result<MessageContent> {
        let account = self.account_with(actor, id, message).await?;
        let none = || DeskError::NoSuchAttachment { message: message.clone(), position };
        let mut all = self.store.attachments(message).await?;
        let place = usize::try_from(position).ok().filter(|place| *place < all.len()).ok_or_else(none)?;
        let attachment = all.swap_remove(place);
        if attachment.kind == AttachedKind::Reference {
            return Err(DeskError::LiesElsewhere(attachment.url));
        }
        let (mut access, key) = self.access_to(&account, message).await?;
        if attachment.size.and_then(|size| u64::try_from(size).ok()) > Some(self.largest_content) {
            return Err(GraphError::TooLong.into());
        }
        let bytes = self.attached(&mut access, &key, (place, &attachment)).await?;
        self.note(actor, id, format!("attachment {position} of {message}")).await?;
        let (name, kind) =
            (attachment.name.unwrap_or_else(|| format!("attachment-{position}")), attachment.kind);
        Ok(match kind {
            AttachedKind::Item => {
                MessageContent { name: format!("{name}.eml"), media_type: Some(MIME.to_owned()), bytes }
            }
            AttachedKind::File | AttachedKind::Reference => {
                MessageContent { name, media_type: attachment.content_type, bytes }
            }
        })
    }

    /// A message of the account of this id as MIME, which the server makes of it.
    ///
    /// # Errors
    /// Those of `attachment_content`.
    pub async fn message_mime(
        &self,
        actor: &Actor,
        id: &AccountId,
        message: &MessageId,
    ) -> Result<MessageContent> {
        let account = self.account_with(actor, id, message).await?;
        let (mut access, key) = self.access_to(&account, message).await?;
        let bytes = self.had(&mut access, &key, ContentOf::Message).await.map_err(gone)?;
        self.note(actor, id, format!("mime of {message}")).await?;
        Ok(MessageContent { name: format!("{message}.eml"), media_type: Some(MIME.to_owned()), bytes })
    }

    /// The account of this id, which has the message.
    async fn account_with(&self, actor: &Actor, id: &AccountId, message: &MessageId) -> Result<Account> {
        let account = self.account(actor, id).await?;
        let query = MessageQuery {
            account: Some(id.clone()),
            only: Some(message.clone()),
            limit: 1,
            ..MessageQuery::default()
        };
        let found = self.store.messages(&query).await?.pop();
        found.map(|_| account).ok_or_else(|| DeskError::NoSuchMessage(message.to_string()))
    }

    /// The mailbox, and what it knows the message by.
    async fn access_to(&self, account: &Account, message: &MessageId) -> Result<(GraphAccess, ItemKey)> {
        let graph: Option<&Graph> = self.graph.as_ref().filter(|_| account.road == Some(Road::Graph));
        let graph = graph.ok_or_else(|| DeskError::RoadCannotFetch(account.name().into_owned()))?;
        let keys = self.store.message_keys(&account.id, std::slice::from_ref(message)).await?;
        let key = keys.into_values().next().and_then(best);
        let key = key.ok_or_else(|| DeskError::NoSuchMessage(message.to_string()))?;
        Ok((GraphAccess::open(graph, &self.oauth, &account.id, Use::Mail).await?, key))
    }

    /// What hangs there by the id that is known here, else by the one that it has now.
    async fn attached(
        &self,
        access: &mut GraphAccess,
        key: &ItemKey,
        (place, known): (usize, &Attachment),
    ) -> Result<GraphContent> {
        let id = known.item_id.as_deref().unwrap_or_default();
        let had = match id {
            "" => None,
            id => Some(self.had(access, key, ContentOf::Attachment(id)).await),
        };
        match had {
            Some(Err(DeskError::Graph(GraphError::Gone(_) | GraphError::Invalid(_)))) | None => {}
            Some(had) => return had,
        }
        let now = self.id_now(access, key, (place, known)).await?;
        self.had(access, key, ContentOf::Attachment(&now)).await.map_err(gone)
    }

    /// Under which id the same hangs at the same place now.
    async fn id_now(
        &self,
        access: &mut GraphAccess,
        key: &ItemKey,
        (place, known): (usize, &Attachment),
    ) -> Result<String> {
        let keys = std::slice::from_ref(key);
        let said = ask!(access, attachments(keys))?.pop().and_then(|(_, hung)| hung.ok()).unwrap_or_default();
        let is_same = |one: &Attachment| (one.kind, &one.name) == (known.kind, &known.name);
        let now = said.into_iter().nth(place).filter(is_same).and_then(|one| one.item_id);
        now.ok_or(DeskError::ContentGone)
    }

    async fn had(&self, access: &mut GraphAccess, key: &ItemKey, of: ContentOf<'_>) -> Result<GraphContent> {
        let most = self.largest_content;
        Ok(ask!(access, content(key, of, most))?)
    }

    async fn note(&self, actor: &Actor, id: &AccountId, what: String) -> Result<()> {
        let line = self.line(actor, AuditAction::ContentFetched, id);
        Ok(self.store.audit(&AuditEntry { detail: Some(what), ..line }).await?)
    }
}

/// What the mailbox has no longer under the id that is known here.
fn gone(error: DeskError) -> DeskError {
    if matches!(error, DeskError::Graph(GraphError::Gone(_))) { DeskError::ContentGone } else { error }
}
