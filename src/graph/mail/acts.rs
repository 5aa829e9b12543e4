//! What is done to messages: they are marked, moved and deleted. What was done may be done again: it changes nothing then.
//! <https://learn.microsoft.com/graph/api/message-update>, `message-move`, `message-permanentdelete`

use super::folders::name_of;
use super::id;
use crate::graph::batch::{LARGEST, PartRequest};
use crate::graph::{GraphError, GraphMailbox};
use crate::model::{Folder, ItemKey};
use reqwest::Method;
use serde_json::json;

/// What is done to a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailAct {
    /// It is marked as read, or as unread.
    Mark {
        /// Which of the two.
        is_read: bool,
    },
    /// It is moved to a folder; its immutable id stays.
    Move {
        /// To which.
        to: Folder,
    },
    /// It is moved to Deleted Items, where its owner finds it.
    Delete,
    /// It is deleted for good. No national cloud does that.
    Purge,
}

impl GraphMailbox {
    /// So many messages have it done to them at a time.
    pub const MOST_ACTS: usize = LARGEST;

    /// Does the same to each of these messages, which have ids of Exchange's, and what came of each: `Gone` where there
    /// is no message of that id, or no folder to move it to.
    ///
    /// # Errors
    /// Those of Graph that concern all of them: then of none it is known.
    pub async fn act(
        &self,
        act: &MailAct,
        keys: &[ItemKey],
    ) -> Result<Vec<Result<(), GraphError>>, GraphError> {
        let parts: Vec<_> = keys.iter().map(|key| self.part_of(act, key)).collect();
        let answers = self.do_batch(&parts).await?;
        Ok(answers.into_iter().map(|answer| answer.map(drop)).collect())
    }

    fn part_of(&self, act: &MailAct, key: &ItemKey) -> PartRequest {
        let message = id::to_graph(&key.id);
        let (method, deed, body) = match act {
            MailAct::Mark { is_read } => (Method::PATCH, None, Some(json!({"isRead": is_read}))),
            MailAct::Move { to } => (Method::POST, Some("move"), Some(json!({"destinationId": name_of(to)}))),
            MailAct::Delete => (Method::POST, Some("move"), Some(json!({"destinationId": "deleteditems"}))),
            MailAct::Purge => (Method::POST, Some("permanentDelete"), None),
        };
        let path = ["me", "messages", &message].into_iter().chain(deed).collect::<Vec<_>>();
        PartRequest { method, address: self.address(&path, &[]), body }
    }
}
