//! Contacts by Microsoft Graph, with the access tokens of the account's sign-in.

use super::source::{ContactSource, LookedUp, PhotoFound};
use crate::graph::{Graph, GraphError, GraphMailbox};
use crate::model::{AccountId, ContactChanges, ContactFolderSight, ContactList, PageSize, Use};
use crate::oauth::{AccessToken, OAuth};
use crate::secret::copy;
use crate::sync::Failure;

/// An account's contacts at Graph.
pub(super) struct GraphContacts {
    graph: Graph,
    oauth: OAuth,
    account: AccountId,
    token: AccessToken,
    mailbox: GraphMailbox,
}

/// Asks, and once more with another token where this one is taken no longer.
macro_rules! ask {
    ($own:ident.$call:ident($($argument:expr),*)) => {
        match $own.mailbox.$call($($argument),*).await {
            Err(GraphError::Unauthorized(_)) => {
                $own.renew().await?;
                $own.mailbox.$call($($argument),*).await
            }
            answer => answer,
        }
    };
}

impl GraphContacts {
    /// # Errors
    /// Why there is no token: nobody has signed in, or allowed less than is needed.
    pub(super) async fn open(graph: &Graph, oauth: &OAuth, account: &AccountId) -> Result<Self, Failure> {
        let token = oauth.token_for(account, Use::Contacts).await?;
        let mailbox = graph.mailbox(account, copy(&token.token));
        let (graph, oauth, account) = (graph.clone(), oauth.clone(), account.clone());
        Ok(Self { graph, oauth, account, token, mailbox })
    }

    async fn renew(&mut self) -> Result<(), Failure> {
        let resource = Use::Contacts.resource();
        self.token = self.oauth.another_token(&self.account, resource, &self.token).await?;
        self.mailbox = self.graph.mailbox(&self.account, copy(&self.token.token));
        Ok(())
    }
}

/// A failure of a folder's own keeps no other from being read.
fn of_folder(error: GraphError) -> Failure {
    let is_of_folder = error.is_of_folder();
    let failure = Failure::from(error);
    if is_of_folder { Failure { meaning: failure.meaning.folder(), ..failure } } else { failure }
}

impl ContactSource for GraphContacts {
    fn word(&self) -> &'static str {
        "graph"
    }

    async fn folders(&mut self) -> Result<Vec<ContactFolderSight>, Failure> {
        Ok(ask!(self.contact_folders())?)
    }

    async fn changes(
        &mut self,
        folder: &str,
        from: Option<&str>,
        size: PageSize,
    ) -> Result<ContactChanges, Failure> {
        ask!(self.contact_changes(folder, from, size)).map_err(of_folder)
    }

    async fn list(&mut self, folder: &str, from: Option<&str>) -> Result<ContactList, Failure> {
        ask!(self.contact_list(folder, from)).map_err(of_folder)
    }

    async fn contacts(&mut self, ids: &[String]) -> Result<Vec<LookedUp>, Failure> {
        Ok(ask!(self.contacts(ids))?)
    }

    async fn photos(&mut self, ids: &[String]) -> Result<Vec<PhotoFound>, Failure> {
        Ok(ask!(self.contact_photos(ids))?)
    }
}
