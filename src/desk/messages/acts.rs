//! What is done to messages in their mailbox: they are marked, moved and deleted.
//!
//! The rows stay as they are: what the mailbox says of itself counts, and it is asked at once, by a turn that is due
//! now. A row that was written from here would be overwritten by a turn that is under way and had read before.

mod sending;

use crate::desk::Desk;
use crate::desk::error::{DeskError, Result};
use crate::graph::{Graph, MailAct};
use crate::model::{
    Account, AccountId, Actor, AuditAction, AuditEntry, ItemKey, KeySpace, MessageId, Road, Role, Use,
};
use crate::oauth::OAuthError;
use crate::sync::Failure;
use crate::sync::access::GraphAccess;
use crate::sync::folders::find;
use sending::ActSending;
use serde::Serialize;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use utoipa::ToSchema;

/// So many messages have something done to them at once.
pub const MOST_ACTED: usize = 100;
/// More than so many at once want somebody's word that they are meant: as many as the brake of contacts lets through by
/// itself.
pub const MOST_UNASKED: usize = 25;

words! {
    /// What is done to messages of a mailbox.
    pub enum MessageAct {
        /// They are marked as read.
        MarkRead = "mark_read",
        /// They are marked as unread.
        MarkUnread = "mark_unread",
        /// They are moved to a folder.
        Move = "move",
        /// They are moved to Deleted Items.
        Delete = "delete",
        /// They are deleted for good: nobody brings them back.
        Purge = "delete_permanently",
    }
}

words! {
    /// What came of it for a message.
    pub enum ActOutcome {
        /// It was done.
        Done = "done",
        /// The mailbox has no message of the id that is known here, or no such folder.
        Gone = "gone",
        /// It was not done.
        Failed = "failed",
        /// It may have been done: the answer was lost.
        Unknown = "unknown",
    }
}

/// What is to be done, and to which messages.
#[derive(Debug)]
pub struct ActWish {
    /// What.
    pub act: MessageAct,
    /// Where they are moved to: a role, a name, a path or an id.
    pub folder: Option<String>,
    /// Each of them once.
    pub messages: Vec<MessageId>,
    /// Whether somebody has said that so many are meant.
    pub is_confirmed: bool,
}

/// What came of an act for one message.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessageActed {
    /// Which.
    pub id: MessageId,
    /// What came of it.
    pub outcome: ActOutcome,
    /// Why it was not done: the word of a failure; `None` where it was.
    pub error: Option<&'static str>,
    /// The same, for people.
    pub message: Option<String>,
    /// Whose turn it is and the next step.
    pub hint: Option<String>,
}

/// What came of an act.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessagesActed {
    /// What was to be done.
    pub act: MessageAct,
    /// To how many it was done.
    pub done: u64,
    /// How many the mailbox has not under the id that is known here. What was to be deleted is deleted then, unless an error
    /// stands with it: by an id that ends with a move it may lie elsewhere.
    pub gone: u64,
    /// To how many it was not done.
    pub failed: u64,
    /// To how many it may have been done.
    pub unknown: u64,
    /// Each message, in the order in which they were named.
    pub messages: Vec<MessageActed>,
    /// Whether the mailbox is read now: else at its next turn.
    #[serde(skip)]
    pub is_read_now: bool,
    /// The worst of what kept it from being done; `None` where all is as it was wished.
    #[serde(skip)]
    pub worst: Option<Failure>,
}

impl MessageAct {
    /// Whether the messages are to be away afterwards.
    #[must_use]
    pub const fn deletes(self) -> bool {
        matches!(self, Self::Delete | Self::Purge)
    }

    const fn audited(self) -> AuditAction {
        match self {
            Self::MarkRead | Self::MarkUnread => AuditAction::MessagesMarked,
            Self::Move => AuditAction::MessagesMoved,
            Self::Delete => AuditAction::MessagesDeleted,
            Self::Purge => AuditAction::MessagesPurged,
        }
    }
}

impl Desk {
    /// Does something to messages of an account, in its mailbox. It goes on when whoever asked goes away, and stands in the
    /// audit log before it begins and batch by batch. What the account has of them here is read anew at once.
    ///
    /// # Errors
    /// `NoSuchAccount`, `NoSuchFolder`; `RoadCannotAct` where its mail is not read by Graph, `ActsOff` where the
    /// configuration allows none, `NoPurge` in a national cloud; `WrongAct`, `UnconfirmedActs`; why there is no token for it;
    /// those of the database. What concerns one message stands with it.
    pub async fn act_on_messages(
        &self,
        actor: &Actor,
        id: &AccountId,
        wish: ActWish,
    ) -> Result<MessagesActed> {
        let account = self.account(actor, id).await?;
        let graph = self.may_act(&account, &wish)?;
        let act = self.mail_act(&account, &wish).await?;
        let access = GraphAccess::open(graph, &self.oauth, id, Use::MailWrite).await?;
        let messages = self.keyed(id, &wish.messages).await?;
        let line = self.line(actor, audited(&wish, &act), id);
        let begun = AuditEntry { detail: Some(detail(&wish, &act)), ..line };
        self.store.audit(&begun).await?;
        let (store, clock, cycle) = (self.store.clone(), self.clock.clone(), Arc::clone(&self.cycle));
        let sending = ActSending { access, store, clock, cycle, begun, wished: wish.act, act, messages };
        // It does not panic; a runtime that ends takes its callers along.
        self.oauth.apart(sending.send()).await.map_err(|_| OAuthError::Busy.into())
    }

    /// Whether it can be done, and is meant.
    fn may_act(&self, account: &Account, wish: &ActWish) -> Result<&Graph> {
        let name = || account.name().into_owned();
        if account.road != Some(Road::Graph) {
            return Err(DeskError::RoadCannotAct(name()));
        }
        let graph = self.graph.as_ref().filter(|_| self.oauth.asks_for(Use::MailWrite));
        let graph = graph.ok_or_else(|| DeskError::ActsOff(name()))?;
        if wish.act == MessageAct::Purge && self.oauth.is_national() {
            return Err(DeskError::NoPurge(name()));
        }
        match wish.messages.len() {
            0 => Err(DeskError::WrongAct("no message is named")),
            named if named > MOST_ACTED => Err(DeskError::WrongAct("more than 100 messages are named")),
            named if named > MOST_UNASKED && !wish.is_confirmed => Err(DeskError::UnconfirmedActs(named)),
            _ => Ok(graph),
        }
    }

    async fn mail_act(&self, account: &Account, wish: &ActWish) -> Result<MailAct> {
        Ok(match (wish.act, &wish.folder) {
            (MessageAct::Move, Some(name)) => {
                let folders = self.store.folders(&account.id).await?;
                let to = find(name, &folders).map_err(DeskError::NoSuchFolder)?;
                MailAct::Move { to: to.folder.clone() }
            }
            (MessageAct::Move, None) => return Err(DeskError::WrongAct("no folder is named to move to")),
            (_, Some(_)) => return Err(DeskError::WrongAct("only who moves messages names a folder")),
            (MessageAct::MarkRead, None) => MailAct::Mark { is_read: true },
            (MessageAct::MarkUnread, None) => MailAct::Mark { is_read: false },
            (MessageAct::Delete, None) => MailAct::Delete,
            (MessageAct::Purge, None) => MailAct::Purge,
        })
    }

    /// Each message once, with what Graph knows it by; `None` of one that the account has not.
    async fn keyed(
        &self,
        account: &AccountId,
        named: &[MessageId],
    ) -> Result<Vec<(MessageId, Option<ItemKey>)>> {
        let mut seen = BTreeSet::new();
        let named: Vec<_> = named.iter().filter(|id| seen.insert(id.as_str())).cloned().collect();
        // What is no id of ours is not asked of the database.
        let ids: Vec<_> = named.iter().filter_map(|id| MessageId::parse(id.as_str())).collect();
        let mut keys: HashMap<_, _> = self.store.message_keys(account, &ids).await?;
        let key = |id: MessageId| {
            let keys = keys.remove(&id).unwrap_or_default();
            (id, best(keys))
        };
        Ok(named.into_iter().map(key).collect())
    }
}

/// The key that Graph takes: one that outlives a move, where there is one.
pub(super) fn best(keys: Vec<ItemKey>) -> Option<ItemKey> {
    let rank = |key: &ItemKey| match &key.space {
        space if *space == KeySpace::EXCHANGE_IMMUTABLE => Some(2),
        space if *space == KeySpace::EXCHANGE_ENTRY => Some(1),
        _ => None,
    };
    keys.into_iter().filter(|key| rank(key).is_some()).max_by_key(rank)
}

/// What the audit log has of what begins.
fn detail(wish: &ActWish, act: &MailAct) -> String {
    let to = match act {
        MailAct::Move { to } => format!(" to {}", to.id),
        MailAct::Mark { .. } | MailAct::Delete | MailAct::Purge => String::new(),
    };
    format!("asked for: {} {}{to}", wish.act.as_str(), wish.messages.len())
}

/// Who moves messages to Deleted Items deletes them.
fn audited(wish: &ActWish, act: &MailAct) -> AuditAction {
    match act {
        MailAct::Move { to } if to.role == Role::Deleted => AuditAction::MessagesDeleted,
        MailAct::Mark { .. } | MailAct::Move { .. } | MailAct::Delete | MailAct::Purge => wish.act.audited(),
    }
}
