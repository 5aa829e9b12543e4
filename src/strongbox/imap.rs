//! Passwords of mailboxes at IMAP servers, which are kept: a server is asked with its own at every turn.

use super::{Put, Result, Strongbox, StrongboxError};
use crate::model::{Account, AccountId, AuditEntry, ImapAddress};
use crate::secret::{ExposeSecret, SecretText, secret};
use crate::store::{Claim, ImapTaken};
use crate::vault::VaultError;
use serde::{Deserialize, Serialize};

pub(super) const IMAP: &str = "imap";

/// What lets in at an IMAP server.
#[derive(Debug)]
pub struct ImapPassword {
    /// The server, and no other is shown the password.
    pub server: ImapAddress,
    /// Who is let in.
    pub login: String,
    /// By which.
    pub password: SecretText,
}

/// What is sealed: the password, and where it may go. The same stands in the account's row, where others read it.
#[derive(Serialize, Deserialize)]
struct BoundPassword {
    host: String,
    port: u16,
    login: String,
    password: String,
}

impl ImapPassword {
    /// What its version is made of: one that a server refused says nothing of another server, or of another login there.
    fn named(&self) -> SecretText {
        let Self { server, login, password } = self;
        secret(format!("{}\n{}\n{login}\n{}", server.host, server.port, password.expose_secret()))
    }

    fn seal(&self) -> SecretText {
        let ImapAddress { host, port } = self.server.clone();
        let (login, password) = (self.login.clone(), self.password.expose_secret().clone());
        let bound = BoundPassword { host, port, login, password };
        secret(serde_json::to_string(&bound).expect("texts serialise"))
    }

    /// The password, if the account's row says of it what was sealed with it.
    fn open(opened: &SecretText, account: &Account) -> Result<Self> {
        let damaged =
            || VaultError::Damaged { table: "sealed_record".to_owned(), column: "sealed".to_owned() };
        let bound: BoundPassword = serde_json::from_str(opened.expose_secret()).map_err(|_| damaged())?;
        let BoundPassword { host, port, login, password } = bound;
        let server = ImapAddress { host, port };
        if account.imap.as_ref() != Some(&server) {
            return Err(StrongboxError::ImapChanged("imap_host or account.imap_port"));
        }
        if account.login != login {
            return Err(StrongboxError::ImapChanged("login"));
        }
        Ok(Self { server, login, password: secret(password) })
    }
}

impl Strongbox {
    /// Puts away the password that an IMAP server has accepted, in the place of the one before, and has the account's mail read
    /// with it, with the line that tells of it.
    ///
    /// # Errors
    /// When the account is gone, another's or its mail has another road; when the database fails.
    pub async fn put_imap(
        &self,
        account: &AccountId,
        owner: &str,
        accepted: &ImapPassword,
        line: &AuditEntry,
    ) -> Result<()> {
        let taken = ImapTaken { owner, server: &accepted.server, login: &accepted.login };
        self.put(account, &accepted.seal(), Put::Imap(taken, line)).await
    }

    /// What lets in at the account's IMAP server; `None` where none is kept.
    ///
    /// # Errors
    /// `ImapChanged` when the account's row says otherwise than what was sealed; when the database fails or the record does
    /// not open.
    pub async fn imap_password(&self, account: &Account) -> Result<Option<ImapPassword>> {
        let opened = self.secret(&account.id, IMAP).await?;
        opened.map(|opened| ImapPassword::open(&opened, account)).transpose()
    }

    /// By what the password is known again, as `password_version`.
    ///
    /// # Errors
    /// Those of `password_version`.
    pub async fn imap_version(
        &self,
        account: &AccountId,
        owner: &str,
        with: &ImapPassword,
    ) -> Result<String> {
        self.password_version(account, owner, &with.named()).await
    }

    /// Destroys the password of a held account, which its server has refused. It is known again by its version.
    ///
    /// # Errors
    /// `StoreError::LeaseLost` when the claim no longer holds; when the database fails.
    pub async fn refuse_imap(&self, claim: &Claim, refused: &ImapPassword) -> Result<()> {
        let Account { id, owner, .. } = &claim.account;
        let version = self.imap_version(id, owner, refused).await?;
        Ok(self.store.refuse_imap(claim, IMAP, &version, self.clock.now()).await?)
    }
}
