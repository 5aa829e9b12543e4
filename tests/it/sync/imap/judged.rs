//! Dovecot has the mailbox: what turns make of it.

use super::mailbox::{Words, new, read_by, stored, written};
use crate::imap::dovecot::{Dovecot, Offers, USER, token};
use crate::store::{add_due, at, on_both};
use chrono::TimeDelta;
use outlook_syncd::clock::Clock;
use outlook_syncd::imap::{ImapLogin, ImapMailbox};
use outlook_syncd::secret::secret;
use outlook_syncd::store::Store;
use outlook_syncd::sync::{ImapDoor, ImapMail, ImapStop, PartRead, Settings};
use std::ops::ControlFlow;
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

struct Door<'a>(&'a Dovecot);

impl ImapDoor for Door<'_> {
    type Stream = TlsStream<TcpStream>;

    async fn open(&mut self, _anew: bool) -> Result<ImapMailbox<Self::Stream>, ImapStop> {
        Ok(self.0.with(ImapLogin::Token(&secret(token(USER, 3600)))).await?)
    }
}

fn mime(subject: &str) -> Vec<u8> {
    let text = format!(
        "From: Zoe <zoe@sim.example>\r\nSubject: {subject}\r\nDate: Fri, 20 Nov 2026 12:00:00 +0000\r\n\
         Message-ID: <{subject}@sim.example>\r\n\r\nHello\r\n"
    );
    text.into_bytes()
}

async fn read(store: &Store, clock: &Clock, dovecot: &Dovecot) -> PartRead {
    clock.advance(TimeDelta::minutes(1));
    let mut mail = ImapMail::new(Door(dovecot), clock.clone());
    let limits = (Settings::default().brake, TimeDelta::days(1), TimeDelta::hours(1));
    let horizon = clock.now() - TimeDelta::days(400);
    let read = read_by(store, clock, horizon, limits, &mut mail).await;
    mail.close().await;
    match read {
        Ok(ControlFlow::Continue(read)) => read,
        other => panic!("{other:?}"),
    }
}

/// Where they lie, what they are called, and whether they were read.
async fn all(store: &Store) -> Vec<String> {
    let word = |(folder, subject, _, is_read): Words| {
        format!("{folder} {subject}{}", if is_read == Some(true) { " read" } else { "" })
    };
    let mut all: Vec<_> = stored(store).await.into_iter().map(word).collect();
    all.sort();
    all
}

#[tokio::test]
async fn mail_of_dovecot_comes_moves_is_read_is_numbered_anew_and_goes() {
    for offers in [Offers::Own, Offers::Exchange] {
        on_both(async |store| {
            let dovecot = Dovecot::start(offers).await;
            for subject in ["a", "b", "c", "d", "e", "f"] {
                dovecot.deliver("", &format!("{subject}.mail"), &mime(subject));
            }
            dovecot.deliver("Archive", "z.mail", &mime("z"));
            dovecot.deliver("Verzonden items", "y.mail", &mime("y"));
            let nameless = String::from_utf8(mime("h")).unwrap().replace("Message-ID: <h@", "X-Other: <h@");
            dovecot.deliver("", "h.mail", nameless.as_bytes());
            add_due(&store, USER, at(0)).await;
            let clock = Clock::manual(Clock::System.now() + TimeDelta::minutes(1));
            assert_eq!(new(&read(&store, &clock, &dovecot).await), 9);
            assert_eq!(written(&read(&store, &clock, &dovecot).await), 0);
            dovecot.set_flags("", "a.mail", "S");
            dovecot.carry("", "Archive", "b.mail");
            dovecot.deliver("", "g.mail", &mime("g"));
            assert_eq!(new(&read(&store, &clock, &dovecot).await), 1);
            let inbox = ["inbox a read", "inbox c", "inbox d", "inbox e", "inbox f", "inbox g", "inbox h"];
            let expected = [&["archive b", "archive z"][..], &inbox, &["sentitems y"]].concat();
            assert_eq!(all(&store).await, expected, "{offers:?}");
            dovecot.renumber("");
            assert_eq!(new(&read(&store, &clock, &dovecot).await), 0);
            dovecot.remove("", "c.mail");
            for _ in 0..2 {
                assert_eq!(new(&read(&store, &clock, &dovecot).await), 0);
            }
            let left: Vec<_> = expected.into_iter().filter(|one| *one != "inbox c").collect();
            assert_eq!(all(&store).await, left, "{offers:?}");
            assert_eq!(written(&read(&store, &clock, &dovecot).await), 0);
        })
        .await;
    }
}
