//! Connections by OAuth as the CRM's pages see them: a popup that begins one, how it stands, its end.

use super::error::{DeskError, Result};
use super::{Desk, Disconnected, Ending};
use crate::error::Classify;
use crate::model::{Account, AccountId, Actor, Grant, Reach, is_user};
use crate::oauth::{Begin, Bound, Finished};
use crate::secret::SecretText;
use crate::sync::standing::{Connection, connection};
use url::Url;

/// Which connection is meant: one that is named, or the only one of a user.
#[derive(Debug, Clone, Default)]
pub struct ConnectionNamed {
    /// Names one account.
    pub account: Option<AccountId>,
    /// The user, where the actor is bound to none.
    pub user: Option<String>,
}

/// Where a popup comes from and goes back to.
#[derive(Debug, Clone)]
pub struct PopupPlace {
    /// The origin of the page that opens it, which hears how it ended.
    pub opener: Option<String>,
    /// Where Microsoft sends it back to.
    pub redirect_uri: Url,
}

/// A popup that has come back.
#[derive(Debug)]
pub struct PopupReturned {
    /// The name of the cookie, which has done its work.
    pub cookie: String,
    /// The origin of the page that hears how it ended.
    pub opener: Option<String>,
    /// How it ended.
    pub end: Result<Account>,
}

impl Desk {
    /// Begins a sign-in in a popup for the user who is meant. The handle in the answer opens it, once, within
    /// `POPUP_LIFE`.
    ///
    /// # Errors
    /// `NoUser`, `NoSuchAccount`; that no registration is configured; those of the database.
    pub async fn begin_popup(
        &self,
        actor: &Actor,
        named: &ConnectionNamed,
        place: PopupPlace,
    ) -> Result<SecretText> {
        let owner = user(actor, named)?;
        let account = match &named.account {
            Some(id) => Some(self.account(&Actor::user(&owner), id).await?),
            None => None,
        };
        let begin = Begin {
            owner,
            login: account.as_ref().map(|account| account.name().to_owned()),
            account: account.map(|account| account.id),
            opener: place.opener,
            redirect_uri: place.redirect_uri,
        };
        Ok(self.oauth.begin(begin).await?)
    }

    /// Ties the popup that brings the handle to its sign-in.
    ///
    /// # Errors
    /// That the handle was used before, is too old or made up; what Microsoft's description lacks; those of
    /// the database.
    pub async fn bind_popup(&self, handle: &str) -> Result<Bound> {
        Ok(self.oauth.bind(handle).await?)
    }

    /// Takes the answer that a popup brought back, the query of its address and the `Cookie` headers, and
    /// keeps the tokens of whoever signed in.
    ///
    /// # Errors
    /// When it belongs to no sign-in of this browser; those of the database. How the sign-in itself ended
    /// stands in the answer.
    pub async fn finish_popup(&self, query: &str, cookies: &str) -> Result<PopupReturned> {
        let Finished { owner, account, opener, cookie, end } = self.oauth.finish(query, cookies).await?;
        let end = match end {
            Ok(signed_in) => self.attach(&Actor::user(&owner), &owner, account.as_ref(), &signed_in).await,
            Err(error) => Err(error.into()),
        };
        if let Err(error) = &end {
            tracing::warn!(code = error.meaning().code, %error, "not connected by OAuth");
        }
        Ok(PopupReturned { cookie, opener, end })
    }

    /// How the connection that is meant stands, and whose it is; `None` where there is none.
    ///
    /// # Errors
    /// `NoSuchAccount`; `SeveralAccounts` when one has to be named; those of the database.
    pub async fn connection(
        &self,
        actor: &Actor,
        named: &ConnectionNamed,
    ) -> Result<Option<(AccountId, Connection)>> {
        let grant = self.meant(actor, named).await?;
        Ok(grant.map(|grant| (grant.account_id.clone(), connection(&grant, self.clock.now()))))
    }

    /// Ends the connection that is meant. Doing it again destroys nothing and is no error.
    ///
    /// # Errors
    /// As `connection`; `NoUser` when the actor reaches everybody's and names neither user nor account: that
    /// there is only one connection today makes it nobody's choice.
    pub async fn end_connection(&self, actor: &Actor, named: &ConnectionNamed) -> Result<Disconnected> {
        if named.account.is_none() {
            user(actor, named)?;
        }
        match self.meant(actor, named).await? {
            Some(grant) => {
                let account = self.account(actor, &grant.account_id).await?;
                self.disconnect(actor, &account, Ending::Grant).await
            }
            None => Ok(Disconnected::default()),
        }
    }

    async fn meant(&self, actor: &Actor, named: &ConnectionNamed) -> Result<Option<Grant>> {
        let reach = match named.user {
            Some(_) => Reach::Owner(user(actor, named)?),
            None => actor.reach.clone(),
        };
        let mut grants = match &named.account {
            Some(id) => {
                let own = Actor { reach, ..actor.clone() };
                let account = self.account(&own, id).await?;
                self.store.grant(&account.id).await?.into_iter().collect()
            }
            None => self.store.grants(&reach).await?,
        };
        if grants.len() > 1 { Err(DeskError::SeveralAccounts(grants)) } else { Ok(grants.pop()) }
    }
}

/// Whose connection it is: the actor's own, or the user's whom an actor bound to none names.
fn user(actor: &Actor, named: &ConnectionNamed) -> Result<String> {
    match (actor.reach.owner(), named.user.as_deref()) {
        (Some(own), None) => Ok(own.to_owned()),
        (Some(own), Some(user)) if own != user => Err(DeskError::NoSuchAccount(user.to_owned())),
        (_, Some(user)) if is_user(user) => Ok(user.to_owned()),
        _ => Err(DeskError::NoUser),
    }
}
