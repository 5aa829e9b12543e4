//! Mail by IMAP: against the simulator, which has Exchange's mistakes, and against Dovecot, which nobody here wrote. First
//! of a mailbox, then of accounts, as the program reads them.

#![cfg(test)]

pub(crate) mod by_password;
mod by_tokens;
pub(crate) mod dovecot;
mod faults;
mod folders;
mod judged;
mod messages;
mod sign_in;
mod stays;

use outlook_sim::imap::Settings;
use outlook_sim::{Options, Running, Sim};
use outlook_syncd::imap::{ImapError, ImapFolder, ImapLogin, ImapMailbox, ImapServer};
use outlook_syncd::net;
use outlook_syncd::secret::{SecretText, secret};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

const HOST: &str = "outlook.office365.com";
const SCOPE: &str = "https://outlook.office.com/IMAP.AccessAsUser.All";

type Mailbox = ImapMailbox<TlsStream<TcpStream>>;

/// A simulator, and the mailbox that is read.
struct World {
    running: Running,
    smtp: String,
}

impl World {
    /// With so many messages in the first mailbox.
    async fn new(messages: usize) -> Self {
        let options = Options { accounts: 1, messages, ..Options::default() };
        let running = Sim::start(options).await.unwrap();
        let smtp = running.sim().accounts().remove(0).smtp;
        Self { running, smtp }
    }

    fn sim(&self) -> &Sim {
        self.running.sim()
    }

    fn set(&self, change: impl Fn(&mut Settings)) {
        self.sim().set(None, |settings| change(&mut settings.imap));
    }

    fn token(&self) -> SecretText {
        secret(self.sim().access_token(&self.smtp, SCOPE).unwrap())
    }

    async fn with(&self, login: ImapLogin<'_>) -> Result<Mailbox, ImapError> {
        let tls = net::tls_at(self.running.ca.pem.as_bytes()).unwrap();
        let stream = TcpStream::connect(self.running.imap).await.unwrap();
        ImapServer::new(HOST, tls).unwrap().sign_in(stream, &self.smtp, login).await
    }

    async fn signed_in(&self) -> Mailbox {
        self.with(ImapLogin::Token(&self.token())).await.unwrap()
    }

    /// The mailbox with its inbox open.
    async fn in_the_inbox(&self) -> (Mailbox, ImapFolder) {
        let mut mailbox = self.signed_in().await;
        let inbox = mailbox.open("INBOX").await.unwrap();
        (mailbox, inbox)
    }
}

/// Every UID of the open folder.
async fn uids(mailbox: &mut Mailbox) -> Vec<u32> {
    mailbox.since(1).await.unwrap().iter().map(|flags| flags.uid).collect()
}
