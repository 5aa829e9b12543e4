//! Sign-in with a code that the owner types into a page of Microsoft's on any device.

use super::ShownCode;
use super::places::SignInPlace;
use crate::desk::Desk;
use crate::desk::error::{DeskError, Result};
use crate::error::Classify;
use crate::model::{Account, AccountId, Actor, AuditAction, AuditEntry, Grant, Use};
use crate::oauth::{DeviceCode, OAuthError, SignedIn, covers};
use crate::sync::Failure;
use chrono::{DateTime, Utc};

/// A sign-in that waits for its person.
#[derive(Debug)]
pub struct DeviceSignIn {
    /// What the person types.
    pub user_code: String,
    /// The page where they type it.
    pub verification_uri: String,
    /// From when on the code is refused.
    pub expires_at: DateTime<Utc>,
    pub(super) code: DeviceCode,
    actor: Actor,
    owner: String,
    wanted: Option<AccountId>,
    /// The login of which no account is known: the person has to go by it.
    address: Option<String>,
    _place: SignInPlace,
}

impl DeviceSignIn {
    /// What its person is shown.
    pub(super) fn shown(&self) -> ShownCode {
        let Self { user_code, verification_uri, expires_at, .. } = self;
        ShownCode {
            user_code: user_code.clone(),
            verification_uri: verification_uri.clone(),
            expires_at: *expires_at,
        }
    }
}

impl Desk {
    /// Begins a sign-in with a code for an owner: with `login` that account or that address, without
    /// whichever the person has. Whoever types the code is attached to the owner, and no page tells them to whom
    /// (RFC 8628, 5.4): no owner begins one, for they could send it to somebody else.
    ///
    /// # Errors
    /// `code_by_operator` for an actor who is bound to an owner; `not_the_owner` for another owner's account;
    /// `account_unproven`; that too many are under way; why Microsoft gives no code.
    pub async fn begin_device(
        &self,
        actor: &Actor,
        owner: &str,
        login: Option<&str>,
    ) -> Result<DeviceSignIn> {
        if let Some(own) = actor.reach.owner() {
            let refused = DeskError::CodeByOperator;
            self.not_connected(actor, own, None, refused.meaning().code).await;
            return Err(refused);
        }
        let place = self.sign_ins.places.take(owner)?;
        let known = match login {
            Some(login) => self.known(owner, login).await?,
            None => None,
        };
        let line = self.owner_line(actor, AuditAction::ConnectBegun, owner);
        let account = known.as_ref().map(|account| account.id.clone());
        self.store.audit(&AuditEntry { account, ..line }).await?;
        let code = self.oauth.begin_device().await?;
        Ok(DeviceSignIn {
            user_code: code.user_code.clone(),
            verification_uri: code.verification_uri.to_string(),
            expires_at: code.expires_at,
            code,
            actor: actor.clone(),
            owner: owner.to_owned(),
            address: login.filter(|_| known.is_none()).map(str::to_owned),
            wanted: known.map(|account| account.id),
            _place: place,
        })
    }

    /// What was asked for at an account's last sign-in and not granted, as where the person declined it: without it
    /// contacts are not kept in step, or mail is not read. `None` where all was.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn not_granted(&self, account: &AccountId) -> Result<Option<Failure>> {
        let grant = self.store.grant(account).await?;
        let lacks =
            |grant: &Grant, of: &Use| grant.given.uses.contains(of) && !covers(&grant.given.scopes, *of);
        let lacking =
            grant.and_then(|grant| [Use::Contacts, Use::Mail].into_iter().find(|of| lacks(&grant, of)));
        Ok(lacking.map(|of| OAuthError::NotGranted(of).into()))
    }

    /// Waits until the person has signed in, and keeps their tokens.
    ///
    /// # Errors
    /// `another_person` when somebody else signed in than was wanted; that the person said no or did not come
    /// in time.
    pub async fn finish_device(&self, sign_in: &DeviceSignIn) -> Result<Account> {
        let signed_in = self.oauth.finish_device(&sign_in.code).await;
        self.end_device(sign_in, signed_in.map_err(DeskError::from)).await
    }

    /// Keeps the tokens of a person who has signed in, or writes down that nothing came of it.
    pub(super) async fn end_device(
        &self,
        sign_in: &DeviceSignIn,
        signed_in: Result<SignedIn>,
    ) -> Result<Account> {
        let DeviceSignIn { actor, owner, wanted, address, .. } = sign_in;
        let ended = match (signed_in, address) {
            (Err(error), _) => Err(error),
            (Ok(signed_in), Some(login)) if !signed_in.is_at(login) => {
                Err(DeskError::AnotherPerson(login.clone()))
            }
            (Ok(signed_in), _) => self.attach(actor, owner, wanted.as_ref(), &signed_in).await,
        };
        if let Err(error) = &ended {
            self.not_connected(actor, owner, wanted.as_ref(), error.meaning().code).await;
        }
        ended
    }
}
