//! The dashboard: who signs in to it, and who is signed in.
//!
//! Every way in ends with a secret of its own for the browser, of which the hash is kept. Whatever is refused is refused
//! alike, and takes as long.

use super::error::Result;
use super::oauth::user_of;
use super::operators::LONGEST;
use super::{Database, Desk};
use crate::model::{
    Actor, AuditAction, AuditEntry, CallOrigin, DashboardLink, DashboardSession, DashboardSessionId,
    LINK_LIFE, SIGN_IN_LIFE, Visitor, is_operator_name,
};
use crate::secret::{self, ExposeSecret, SecretText};
use crate::store::SignInProof;
use crate::strongbox::Strongbox;
use crate::token;
use crate::vault;
use std::sync::{Arc, LazyLock};
use tokio::sync::Semaphore;

/// So many passwords wait to be looked at at once: each takes 19 MiB and tens of milliseconds.
const LINE: usize = 16;

/// What stands for the password of an operator whom nobody knows: it takes as long to refuse.
static NOBODY: LazyLock<String> = LazyLock::new(|| vault::password_verifier(&secret::random()));

/// The passwords that are looked at: one at a time, and not too many wait.
#[derive(Debug)]
pub(super) struct Verifying {
    line: Arc<Semaphore>,
    turn: Arc<Semaphore>,
}

impl Default for Verifying {
    fn default() -> Self {
        Self { line: Arc::new(Semaphore::new(LINE)), turn: Arc::new(Semaphore::new(1)) }
    }
}

impl Verifying {
    /// Whether it is the password; `None` where too many wait.
    async fn is_password(&self, verifier: String, password: SecretText) -> Option<bool> {
        self.look(move || vault::is_password(&verifier, &password)).await
    }

    /// The work has its turn until it is done, also where nobody waits for it any more: it cannot be stopped.
    async fn look<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        let place = Arc::clone(&self.line).try_acquire_owned().ok()?;
        let turn = Arc::clone(&self.turn).acquire_owned().await.ok()?;
        let work = move || {
            let _held = (place, turn);
            work()
        };
        tokio::task::spawn_blocking(work).await.ok()
    }
}

/// The browser that somebody signs in with.
#[derive(Debug, Clone, Default)]
pub struct VisitingBrowser {
    /// The request by which they do.
    pub call: CallOrigin,
    /// What it calls itself.
    pub name: Option<String>,
    /// The sign-in that it has already, which ends.
    pub before: Option<DashboardSessionId>,
}

/// A sign-in that is good from now on, with what the browser keeps of it.
#[derive(Debug)]
pub struct SignedIn {
    /// The sign-in.
    pub session: DashboardSession,
    /// What opens it.
    pub secret: SecretText,
}

/// What came of a name and a password.
#[derive(Debug)]
pub enum PasswordSignIn {
    /// They are an operator's.
    Good(Box<SignedIn>),
    /// They are not.
    Refused,
    /// Too many wait to be looked at.
    Busy,
}

impl Database {
    /// A link of this visitor's: it lets in whoever has it, once.
    pub(super) async fn new_link(
        &self,
        keys: &Strongbox,
        actor: &Actor,
        visitor: Visitor,
    ) -> Result<(SecretText, DashboardLink)> {
        let (secret, now) = (secret::random(), self.clock.now());
        let line = AuditEntry::by(now, actor, AuditAction::DashboardLinkMade);
        let line = AuditEntry { owner: visitor.owner.clone(), detail: Some(visitor.name.clone()), ..line };
        let made = DashboardLink { visitor, expires_at: now + LINK_LIFE };
        keys.add_dashboard_link(&made, &token::hash(secret.expose_secret()), &line).await?;
        Ok((secret, made))
    }
}

impl Desk {
    /// A link that lets a user of the CRM's in once, to their own accounts: the one the actor is bound to, or the
    /// one who is named. They go back to `return_to`.
    ///
    /// # Errors
    /// `NoUser`; those of the database.
    pub async fn owner_link(
        &self,
        actor: &Actor,
        user: Option<&str>,
        return_to: Option<String>,
    ) -> Result<(SecretText, DashboardLink)> {
        let owner = user_of(actor, user)?;
        self.new_link(&self.strongbox, actor, Visitor::owner(&owner, return_to)).await
    }

    /// The link that a secret opens; `None` when it was used before, is too old or made up. It stays unused.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn dashboard_link(&self, secret: &str) -> Result<Option<DashboardLink>> {
        Ok(self.strongbox.dashboard_link(&token::hash(secret), self.clock.now()).await?)
    }

    /// Signs in whoever has the link, which is used up. `None` as above.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn sign_in_by_link(&self, secret: &str, browser: VisitingBrowser) -> Result<Option<SignedIn>> {
        let hash = token::hash(secret);
        let Some(link) = self.strongbox.dashboard_link(&hash, self.clock.now()).await? else {
            return Ok(None);
        };
        self.signed_in(link.visitor, browser, SignInProof::Link(&hash)).await
    }

    /// Signs an operator in by name and password, unless that was changed or they were removed while it was looked at.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn sign_in_by_password(
        &self,
        name: &str,
        password: SecretText,
        browser: VisitingBrowser,
    ) -> Result<PasswordSignIn> {
        let verifier =
            if is_operator_name(name) { self.strongbox.dashboard_verifier(name).await? } else { None };
        let is_short = password.expose_secret().len() <= LONGEST;
        let password = if is_short { password } else { secret::random() };
        let against = verifier.clone().unwrap_or_else(|| NOBODY.clone());
        let Some(is_theirs) = self.verifying.is_password(against, password).await else {
            return Ok(PasswordSignIn::Busy);
        };
        let Some(verifier) = verifier.filter(|_| is_theirs) else { return Ok(PasswordSignIn::Refused) };
        let proof = SignInProof::Password { name, verifier: &verifier };
        let signed_in = self.signed_in(Visitor::operator(name), browser, proof).await?;
        Ok(signed_in.map_or(PasswordSignIn::Refused, |signed_in| PasswordSignIn::Good(Box::new(signed_in))))
    }

    async fn signed_in(
        &self,
        visitor: Visitor,
        browser: VisitingBrowser,
        proof: SignInProof<'_>,
    ) -> Result<Option<SignedIn>> {
        let (secret, now) = (secret::random(), self.clock.now());
        let VisitingBrowser { call, name, before } = browser;
        let actor = Actor { call: call.clone(), ..visitor.actor() };
        let line = AuditEntry::by(now, &actor, AuditAction::DashboardSignedIn);
        let line = AuditEntry { owner: visitor.owner.clone(), ..line };
        let session = DashboardSession {
            id: DashboardSessionId::new(now),
            visitor,
            signed_in_at: now,
            expires_at: now + SIGN_IN_LIFE,
            last_seen_at: now,
            peer: call.peer,
            browser: name,
        };
        let hash = token::hash(secret.expose_secret());
        let opened =
            self.strongbox.open_dashboard_session(&session, &hash, proof, before.as_ref(), &line).await?;
        Ok(opened.then_some(SignedIn { session, secret }))
    }

    /// Who is signed in by what a browser keeps; `None` when that is made up or over.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn dashboard_session(
        &self,
        id: &DashboardSessionId,
        secret: &str,
    ) -> Result<Option<DashboardSession>> {
        Ok(self.strongbox.dashboard_session(id, &token::hash(secret), self.clock.now()).await?)
    }

    /// Notes that somebody who is signed in is there.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn dashboard_session_seen(&self, session: &DashboardSession) -> Result<()> {
        Ok(self.store.dashboard_session_seen(session, self.clock.now()).await?)
    }

    /// Who is signed in, of those within reach, the latest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn dashboard_sessions(&self, actor: &Actor) -> Result<Vec<DashboardSession>> {
        Ok(self.strongbox.dashboard_sessions(&actor.reach, self.clock.now()).await?)
    }

    /// Ends a sign-in within reach. Doing it again changes nothing.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn end_dashboard_session(&self, actor: &Actor, id: &DashboardSessionId) -> Result<()> {
        let line = AuditEntry::by(self.clock.now(), actor, AuditAction::DashboardSignedOut);
        self.store.end_dashboard_session(&actor.reach, id, &line).await?;
        Ok(())
    }

    /// Whether any operator has a password.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn has_operators(&self) -> Result<bool> {
        Ok(self.store.has_dashboard_users().await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt as _;
    use std::sync::mpsc::channel;

    #[tokio::test]
    async fn a_password_that_nobody_waits_for_any_more_has_its_turn_until_it_is_looked_at() {
        let verifying = Verifying::default();
        let (done, is_done) = channel::<()>();
        let mut look = Box::pin(verifying.look(move || is_done.recv().is_ok()));
        assert!(look.as_mut().now_or_never().is_none());
        drop(look);
        let mut next = Box::pin(verifying.look(|| ()));
        assert!(next.as_mut().now_or_never().is_none(), "it waits");
        assert_eq!(verifying.line.available_permits(), LINE - 2);
        done.send(()).unwrap();
        assert!(next.await.is_some());
    }
}
