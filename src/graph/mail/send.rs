//! Messages that are sent, and looked for afterwards. <https://learn.microsoft.com/graph/api/user-sendmail>

use super::super::{GraphError, GraphMailbox};
use super::GraphAnswer;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;

/// It is taken: "the request has been accepted", no more.
const ACCEPTED: u16 = 202;

/// Whether the mailbox has a message that was sent from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailFound {
    /// It has.
    Sent,
    /// It has not, or not yet: Exchange puts the copy there some time after it has taken a message, and nobody says within
    /// which.
    Nowhere,
}

#[derive(Deserialize)]
struct FoundPage {
    value: Vec<FoundWire>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FoundWire {
    #[serde(default)]
    is_draft: Option<bool>,
}

impl GraphMailbox {
    /// Sends a message, which says itself to whom. Nothing is tried again but what was surely not done. It is saved to
    /// Sent Items.
    ///
    /// # Errors
    /// Those of Graph; `is_undone` says whether it surely was not taken.
    pub async fn send_mail(&self, mime: &str) -> Result<(), GraphError> {
        let address = self.address(&["me", "sendMail"], &[]);
        let answer = self.send_text(address, &BASE64_STANDARD.encode(mime)).await;
        match answer.map_err(GraphError::of_sending)? {
            GraphAnswer { status: ACCEPTED, .. } => Ok(()),
            // A proxy's page.
            GraphAnswer { status, .. } => Err(GraphError::Unreadable { what: "202", status }),
        }
    }

    /// Looks for a message that was sent, by its Message-ID, which is ours: among those that were sent, then everywhere,
    /// for it may have been moved since. What is a draft was not sent.
    ///
    /// # Errors
    /// Those of Graph.
    pub async fn find_sent(&self, internet_message_id: &str) -> Result<MailFound, GraphError> {
        for path in [&["me", "mailFolders", "sentitems", "messages"][..], &["me", "messages"]] {
            let filter = format!("internetMessageId eq '{}'", internet_message_id.replace('\'', "''"));
            let query = [("$filter", filter.as_str()), ("$select", "id,isDraft,internetMessageId")];
            let answer = self.get(self.address(path, &query)).await?;
            let unreadable = |_| GraphError::Unreadable { what: "list of messages", status: answer.status };
            let page: FoundPage = serde_json::from_value(answer.body).map_err(unreadable)?;
            if page.value.iter().any(|found| found.is_draft == Some(false)) {
                return Ok(MailFound::Sent);
            }
        }
        Ok(MailFound::Nowhere)
    }
}
