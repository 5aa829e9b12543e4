//! The way to an account's mailbox: Microsoft's server with the tokens of its sign-in, or its own with its password.

use super::{ImapDoor, ImapStop};
use crate::imap::{ImapError, ImapLogin, RemoteImapMailbox};
use crate::model::{Account, Credential, Resource, Road, Use};
use crate::oauth::{AccessToken, OAuthError};
use crate::store::Claim;
use crate::strongbox::ImapPassword;
use crate::sync::{Cycle, Failure, SyncError};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

/// Opens the mailbox of a claimed account.
pub(super) struct AccountDoor<'a> {
    cycle: &'a Cycle,
    claim: &'a Claim,
    key: DoorKey,
}

/// What lets in.
enum DoorKey {
    /// Tokens, of which this one was the last; as who they let in.
    Tokens(String, Option<AccessToken>),
    /// A password.
    Password(ImapPassword),
    /// A password that was refused: it is not shown again.
    Refused,
}

impl<'a> AccountDoor<'a> {
    /// # Errors
    /// That nothing lets in: nobody has signed in, or no password is kept.
    pub(super) async fn of(cycle: &'a Cycle, claim: &'a Claim) -> Result<Self, Failure> {
        let account = &claim.account;
        let key = if Road::Imap.credential(account.imap.as_ref()) == Credential::Password {
            let kept = cycle.strongbox.imap_password(account).await?;
            DoorKey::Password(kept.ok_or(SyncError::NoPassword)?)
        } else {
            DoorKey::Tokens(user(cycle, account).await?, None)
        };
        Ok(Self { cycle, claim, key })
    }
}

/// As who tokens let in: the mailbox's address where it is known for sure, else what its person signs in with.
async fn user(cycle: &Cycle, account: &Account) -> Result<String, Failure> {
    if let Some(address) = &account.address {
        return Ok(address.clone());
    }
    let grant = cycle.strongbox.grant(&account.id).await?.ok_or(OAuthError::NotConnected)?;
    Ok(grant.given.login)
}

impl ImapDoor for AccountDoor<'_> {
    type Stream = TlsStream<TcpStream>;

    async fn open(&mut self, anew: bool) -> Result<RemoteImapMailbox, ImapStop> {
        let Self { cycle, claim, key } = self;
        match key {
            DoorKey::Tokens(user, last) => {
                let id = &claim.account.id;
                let token = match last.take().filter(|_| anew) {
                    Some(over) => cycle.oauth.another_token(id, Resource::Outlook, &over).await,
                    None => cycle.oauth.token_for(id, Use::Imap).await,
                };
                let token = token.map_err(Failure::from)?;
                let login = ImapLogin::Token(&token.token);
                let opened = cycle.imap.sign_in(cycle.imap.microsoft(), user, login).await;
                *last = Some(token);
                Ok(opened?)
            }
            DoorKey::Password(kept) => {
                let login = ImapLogin::Password(&kept.password);
                let opened = cycle.imap.sign_in(&kept.server, &kept.login, login).await;
                if matches!(opened, Err(ImapError::WrongPassword)) {
                    let refused = cycle.strongbox.refuse_imap(claim, kept).await;
                    *key = DoorKey::Refused;
                    refused.map_err(Failure::from)?;
                }
                Ok(opened?)
            }
            DoorKey::Refused => Err(ImapError::WrongPassword.into()),
        }
    }
}
