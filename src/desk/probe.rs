//! What the mailbox of an account answers to questions that only a mailbox answers.

use super::Desk;
use super::error::{DeskError, Result};
use crate::graph::ProbeFinding;
use crate::model::{Account, Actor, Use};
use crate::oauth::OAuthError;
use crate::secret::copy;

impl Desk {
    /// Looks at how an account's contacts are told; where it `writes`, tries what becomes of one contact that is
    /// made for it and deleted at the end. Nothing that people have written is in the answers.
    ///
    /// # Errors
    /// `NoSuchAccount`; `oauth_off` where nothing is asked of Graph; what keeps the mailbox from answering.
    pub async fn probe(&self, actor: &Actor, account: &Account, writes: bool) -> Result<Vec<ProbeFinding>> {
        if !actor.reach.includes(&account.owner) {
            return Err(DeskError::NoSuchAccount(account.id.to_string()));
        }
        let Some(graph) = &self.graph else { return Err(OAuthError::Off.into()) };
        let token = self.oauth.token_for(&account.id, Use::Contacts).await?;
        let mailbox = graph.mailbox(&account.id, copy(&token.token));
        let mut findings = mailbox.probe_pages().await;
        if writes {
            findings.extend(mailbox.probe_writing().await?);
        }
        Ok(findings)
    }
}
