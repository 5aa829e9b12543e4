//! An account's mailbox at Graph, with the access tokens of its sign-in.

use crate::graph::{Graph, GraphMailbox};
use crate::model::{AccountId, Use};
use crate::oauth::{AccessToken, OAuth, OAuthError};
use crate::secret::copy;

/// A mailbox, and how another token for it is had.
pub(crate) struct GraphAccess {
    pub(crate) mailbox: GraphMailbox,
    /// What it is asked for.
    pub(crate) wanted: Use,
    /// `None` where its token is all that there is.
    renewal: Option<TokenRenewal>,
}

struct TokenRenewal {
    graph: Graph,
    oauth: OAuth,
    account: AccountId,
    token: AccessToken,
}

/// Asks, and once more with another token where this one is taken no longer.
macro_rules! ask {
    ($access:expr, $call:ident($($argument:expr),*)) => {
        match $access.mailbox.$call($($argument),*).await {
            Err($crate::graph::GraphError::Unauthorized(_)) if $access.renew().await? => {
                $access.mailbox.$call($($argument),*).await
            }
            answer => answer,
        }
        .map_err(|error| error.asked_for($access.wanted))
    };
}
pub(crate) use ask;

impl GraphAccess {
    /// # Errors
    /// Why there is no token: nobody has signed in, or allowed less than is needed.
    pub(crate) async fn open(
        graph: &Graph,
        oauth: &OAuth,
        account: &AccountId,
        wanted: Use,
    ) -> Result<Self, OAuthError> {
        let token = oauth.token_for(account, wanted).await?;
        let mailbox = graph.mailbox(account, copy(&token.token));
        let (graph, oauth, account) = (graph.clone(), oauth.clone(), account.clone());
        Ok(Self { mailbox, wanted, renewal: Some(TokenRenewal { graph, oauth, account, token }) })
    }

    /// A mailbox whose token is not renewed.
    pub(super) fn with(mailbox: GraphMailbox, wanted: Use) -> Self {
        Self { mailbox, wanted, renewal: None }
    }

    /// Goes on with another token; whether there is one to be had.
    ///
    /// # Errors
    /// Why there is none.
    pub(crate) async fn renew(&mut self) -> Result<bool, OAuthError> {
        let Some(TokenRenewal { graph, oauth, account, token }) = &mut self.renewal else { return Ok(false) };
        *token = oauth.another_token(account, self.wanted.resource(), token).await?;
        self.mailbox = graph.mailbox(account, copy(&token.token));
        Ok(true)
    }
}
