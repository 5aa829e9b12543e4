//! Dovecot as the judge of our client: with all that it offers, and with what Exchange offers.

use super::dovecot::{Dovecot, Offers, USER, token};
use super::uids;
use outlook_syncd::error::Classify;
use outlook_syncd::imap::ImapLogin;
use outlook_syncd::model::{ItemError, Role};
use outlook_syncd::secret::secret;

const PLAIN: &[u8] =
    b"From: Zoe <zoe@sim.example>\r\nTo: anna@sim.example\r\nSubject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\n\
    Date: Fri, 20 Nov 2026 12:00:00 +0000\r\nMessage-ID: <a@sim.example>\r\n\r\nHello\r\n";
/// 8-bit headers, no date, two Message-IDs of which the first is folded.
const ODD: &[u8] =
    b"From: Zo\xeb <zoe@sim.example>\r\nSubject: Gr\xc3\xbc\xc3\x9fe\r\nMessage-ID:\r\n <b@sim.example>\r\nMessage-ID: <c@sim.example>\r\n\r\nHi\r\n";

#[tokio::test]
async fn dovecot_and_exchanges_capabilities_give_the_same_mail() {
    for offers in [Offers::Own, Offers::Exchange] {
        let dovecot = Dovecot::start(offers).await;
        dovecot.deliver("", "1.plain", PLAIN);
        dovecot.deliver("", "2.odd", ODD);
        dovecot.deliver("Verzonden items", "3.sent", PLAIN);
        let mut mailbox = dovecot.signed_in().await;
        let folders = mailbox.folders().await.unwrap();
        let roles: Vec<_> =
            folders.listing.folders.iter().map(|f| (f.role, f.name.as_deref().unwrap())).collect();
        for folder in [
            (Role::Inbox, "INBOX"),
            (Role::Sent, "Verzonden items"),
            (Role::Deleted, "Bin"),
            (Role::Drafts, "Drafts"),
        ] {
            assert!(roles.contains(&folder), "{offers:?}: {roles:?}");
        }
        let inbox = mailbox.open("INBOX").await.unwrap();
        assert_eq!((inbox.total, inbox.next), (2, Some(3)));
        let uids = uids(&mut mailbox).await;
        let read = mailbox.messages(&[&uids[..], &[77]].concat()).await.unwrap();
        let said: Vec<_> = read[..2].iter().map(|(_, one)| one.as_ref().unwrap()).collect();
        for (sight, id) in said.iter().zip(["<a@sim.example>", "<b@sim.example>"]) {
            assert_eq!(
                (sight.subject.as_deref(), sight.internet_message_id.as_deref()),
                (Some("Grüße"), Some(id))
            );
            assert_eq!(sight.is_read, Some(false));
        }
        assert_eq!(said[1].sent_at, None);
        assert_eq!(read[2], (77, Err(ItemError::Gone)));
        assert_eq!(mailbox.open("Nowhere").await.unwrap_err().meaning().code, "imap_folder_gone");
        mailbox.close().await;
    }
}

#[tokio::test]
async fn a_token_that_dovecot_does_not_take_is_a_refusal() {
    let dovecot = Dovecot::start(Offers::Exchange).await;
    for (user, seconds) in [(USER, -60), ("somebody@sim.example", 3600)] {
        let error = dovecot.with(ImapLogin::Token(&secret(token(user, seconds)))).await.err().unwrap();
        assert_eq!(error.meaning().code, "imap_unauthorized", "{user} {seconds}");
    }
    let wrong = dovecot.with(ImapLogin::Password(&secret("wrong".to_owned()))).await.err().unwrap();
    assert_eq!(wrong.meaning().code, "imap_wrong_password");
    for right in ["right", "Grüße"] {
        dovecot.with(ImapLogin::Password(&secret(right.to_owned()))).await.unwrap().close().await;
    }
    let wrong = dovecot.with(ImapLogin::Password(&secret("größer".to_owned()))).await.err().unwrap();
    assert_eq!(wrong.meaning().code, "imap_wrong_password");
}
