//! Connections by OAuth as the CRM's pages see them: a popup that begins one, its end, how it stands, the
//! connection's end.

use super::attempts::failed;
use super::error::{DeskError, Result};
use super::{Desk, Disconnected, Ending};
use crate::model::{
    Account, AccountId, Actor, AuditAction, AuditEntry, Beginner, ContactsEnd, Grant, Reach, is_user,
};
use crate::oauth::{Begin, Begun, Bound, OAuthError, PopupAsked, PopupReturned, PopupTaken};
use crate::secret::{ExposeSecret, SecretText};
use crate::sync::standing::{Connection, connection};
use std::sync::Arc;
use url::Url;

/// Which connection is meant: one that is named, or the only one of a user.
#[derive(Debug, Clone, Default)]
pub struct ConnectionNamed {
    /// Names one account.
    pub account: Option<AccountId>,
    /// The user, where the actor is bound to none.
    pub user: Option<String>,
}

/// What is known of who will sign in, and where the popup comes from and goes back to.
#[derive(Debug, Clone)]
pub struct PopupWish {
    /// What the CRM calls the user.
    pub name: Option<String>,
    /// An address of the mailbox that it must be.
    pub expected: Option<String>,
    /// The origin of the page that begins it.
    pub opener: String,
    /// Where Microsoft sends it back to.
    pub redirect_uri: Url,
}

impl Desk {
    /// Whether anybody can sign in by OAuth.
    #[must_use]
    pub fn has_oauth(&self) -> bool {
        self.oauth.is_on()
    }

    /// Begins a sign-in in a popup for the user who is meant. The handle in the answer opens it, once, within
    /// `POPUP_LIFE`.
    ///
    /// # Errors
    /// `NoUser`, `NoSuchAccount`; that no registration is configured; those of the database.
    pub async fn begin_popup(
        &self,
        actor: &Actor,
        named: &ConnectionNamed,
        wish: PopupWish,
    ) -> Result<Begun> {
        let owner = user_of(actor, named.user.as_deref())?;
        let account = match &named.account {
            Some(id) => Some(self.account(&Actor::user(&owner), id).await?),
            None => None,
        };
        let line = self.owner_line(actor, AuditAction::ConnectBegun, &owner);
        let line = AuditEntry { account: account.as_ref().map(|account| account.id.clone()), ..line };
        self.store.audit(&line).await?;
        let begin = Begin {
            owner,
            begun_by: actor.operator().map(str::to_owned),
            name: wish.name,
            login: account.as_ref().map(|account| account.name().into_owned()),
            account: account.map(|account| account.id),
            expected: wish.expected,
            opener: wish.opener,
            redirect_uri: wish.redirect_uri,
        };
        Ok(self.oauth.begin(begin).await?)
    }

    /// Who asks for the sign-in that a handle opens. Nothing changes.
    ///
    /// # Errors
    /// That the handle was used before, is too old or made up; those of the database.
    pub async fn popup_asked(&self, handle: &str) -> Result<PopupAsked> {
        Ok(self.oauth.asked(handle).await?)
    }

    /// Ties the popup that brings the handle to its sign-in.
    ///
    /// # Errors
    /// As `popup_asked`; what Microsoft's description lacks, which leaves the handle good.
    pub async fn bind_popup(&self, handle: &str) -> Result<Bound> {
        Ok(self.oauth.bind(handle).await?)
    }

    /// Puts away the answer that a popup brought back, over https or not: the query of its address and the `Cookie` headers.
    ///
    /// # Errors
    /// When it belongs to no sign-in of this browser; those of the database.
    pub async fn popup_returned(&self, query: &str, cookies: &str, is_secure: bool) -> Result<PopupReturned> {
        Ok(self.oauth.returned(query, cookies, is_secure).await?)
    }

    /// Finishes a sign-in that the actor has begun, for the user who is meant, or as an operator for whom they began it:
    /// keeps the tokens of whoever signed in. It goes to its end also when nobody waits for it any more.
    ///
    /// # Errors
    /// `NoUser`; that nothing waits to be finished, or was begun by another; why nothing was connected;
    /// those of the database.
    pub async fn finish_popup(
        self: &Arc<Self>,
        actor: &Actor,
        named: Option<&str>,
        finish: SecretText,
    ) -> Result<Account> {
        let by = match actor.operator() {
            Some(operator) => Beginner::Operator(operator.to_owned()),
            None => Beginner::User(user_of(actor, named)?),
        };
        let (desk, actor) = (Arc::clone(self), actor.clone());
        let work = async move { desk.finish(&actor, by, &finish).await };
        // The work does not panic; a runtime that ends takes its callers along.
        self.oauth.apart(work).await.unwrap_or(Err(OAuthError::Busy.into()))
    }

    async fn finish(&self, actor: &Actor, by: Beginner, finish: &SecretText) -> Result<Account> {
        let refusal = AuditEntry::by(self.clock.now(), actor, AuditAction::ConnectRefused);
        let taken = self.oauth.take(finish.expose_secret(), by, &refusal).await?;
        let (attempt, account) = (taken.attempt.clone(), taken.account().cloned());
        let owner = &taken.owner().to_owned();
        // That it connected is kept with the tokens.
        let end = self.redeem(actor, owner, account.as_ref(), taken).await;
        if let Err(error) = &end {
            let failure = failed(&attempt, error);
            let may_again = matches!(error, DeskError::OAuth(OAuthError::NotRedeemed(_)));
            // That another had begun it was written down as it was taken.
            if !may_again && !matches!(error, DeskError::OAuth(OAuthError::AnotherUser)) {
                self.not_connected(actor, owner, account.as_ref(), &failure.code).await;
            }
            let kept = if may_again {
                self.store.give_attempt_back(&attempt, &failure).await
            } else {
                self.store.end_attempt(&attempt, &failure, self.clock.now()).await
            };
            if let Err(error) = kept {
                tracing::warn!(%attempt, %error, "why a connect failed could not be kept: it can be finished again in a while");
            }
        }
        end
    }

    async fn redeem(
        &self,
        actor: &Actor,
        owner: &str,
        wanted: Option<&AccountId>,
        taken: PopupTaken,
    ) -> Result<Account> {
        let signed_in = self.oauth.redeem(taken).await?;
        self.attach(actor, owner, wanted, &signed_in).await
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
    pub async fn end_connection(
        &self,
        actor: &Actor,
        named: &ConnectionNamed,
        contacts: ContactsEnd,
    ) -> Result<Disconnected> {
        if named.account.is_none() {
            user_of(actor, named.user.as_deref())?;
        }
        match self.meant(actor, named).await? {
            Some(grant) => {
                let account = self.account(actor, &grant.account_id).await?;
                self.disconnect(actor, &account, Ending::Grant, contacts).await
            }
            None => Ok(Disconnected::default()),
        }
    }

    async fn meant(&self, actor: &Actor, named: &ConnectionNamed) -> Result<Option<Grant>> {
        let reach = match named.user {
            Some(_) => Reach::Owner(user_of(actor, named.user.as_deref())?),
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
pub(super) fn user_of(actor: &Actor, named: Option<&str>) -> Result<String> {
    match (actor.reach.owner(), named) {
        (Some(own), None) => Ok(own.to_owned()),
        (Some(own), Some(user)) if own != user => Err(DeskError::NoSuchAccount(user.to_owned())),
        (_, Some(user)) if is_user(user) => Ok(user.to_owned()),
        _ => Err(DeskError::NoUser),
    }
}
