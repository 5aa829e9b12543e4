//! Greeting, capabilities, sign-in.

use super::{SCOPE, World};
use outlook_sim::ImapFault;
use outlook_sim::imap::{Front, Quirk};
use outlook_sim::knobs::{Failure, Kind};
use outlook_syncd::error::{Classify, Disposition};
use outlook_syncd::imap::{ImapLogin, ImapServer};
use outlook_syncd::net;
use outlook_syncd::secret::secret;
use tokio::net::TcpStream;

#[tokio::test]
async fn both_front_ends_of_exchange_are_one_server() {
    let world = World::new(3).await;
    for front in [Front::Old, Front::New] {
        for quirks in [vec![], vec![Quirk::Rev2], vec![Quirk::TwoSteps]] {
            world.set(|imap| (imap.front, imap.quirks) = (front, quirks.iter().copied().collect()));
            let (mut mailbox, inbox) = world.in_the_inbox().await;
            let flags = mailbox.since(1).await.unwrap();
            assert_eq!(u32::try_from(flags.len()).unwrap(), inbox.total);
            mailbox.close().await;
        }
    }
    let counts = world.sim().counts(None);
    assert_eq!((counts["imap_authenticate"], counts["imap_capability"]), (6, 6));
    assert!(!counts.contains_key("imap_enable"), "nothing newer is enabled");
}

#[tokio::test]
async fn a_token_that_is_not_taken_is_sent_once() {
    let world = World::new(0).await;
    for quirks in [vec![], vec![Quirk::Challenge], vec![Quirk::TwoSteps, Quirk::Challenge]] {
        world.set(|imap| imap.quirks = quirks.iter().copied().collect());
        world.sim().clear_requests();
        let error = world.with(ImapLogin::Token(&secret("not-a-token".to_owned()))).await.err().unwrap();
        let meaning = error.meaning();
        assert_eq!((meaning.code, meaning.disposition), ("imap_unauthorized", Disposition::Blocked));
        assert!(meaning.doubtful && error.wants_token(), "a fresh one may mend it");
        let counts = world.sim().counts(None);
        assert_eq!(counts["imap_authenticate"], 1);
        assert!(
            !counts.contains_key("imap_other_reply"),
            "a challenge is answered with an empty line: {counts:?}"
        );
        assert_eq!(counts.contains_key("imap_empty_reply"), quirks.contains(&Quirk::Challenge));
        let shown = format!("{error} {error:?} {}", meaning.hint());
        assert!(!shown.contains("not-a-token") && shown.contains("IMAP.AccessAsUser.All"), "{shown}");
    }
}

#[tokio::test]
async fn a_password_is_shown_only_to_a_server_that_takes_passwords() {
    let world = World::new(0).await;
    let account = world.sim().accounts().remove(0);
    let right = secret(account.password);
    world.set(|imap| imap.front = Front::New);
    let error = world.with(ImapLogin::Password(&right)).await.err().unwrap();
    assert_eq!(error.meaning().code, "imap_no_sign_in");
    assert_eq!(world.sim().count("imap_login", &world.smtp), 0, "it is not sent");
    world.set(|imap| imap.passwords = true);
    world.with(ImapLogin::Password(&right)).await.unwrap().close().await;
    let wrong = world.with(ImapLogin::Password(&secret("wr\"ong\\".to_owned()))).await.err().unwrap();
    assert_eq!(
        (wrong.meaning().code, wrong.meaning().disposition),
        ("imap_wrong_password", Disposition::NeedsLogin)
    );
    let split = world.with(ImapLogin::Password(&secret("a\r\nb LOGOUT".to_owned()))).await.err().unwrap();
    assert_eq!(split.meaning().code, "imap_wrong_password");
    assert_eq!(world.sim().count("imap_login", &world.smtp), 2, "what no password can be is not sent");
}

#[tokio::test]
async fn a_password_that_is_no_good_argument_is_not_sent_again() {
    let world = World::new(0).await;
    world.set(|imap| (imap.front, imap.passwords) = (Front::New, true));
    let fault = Failure::from(Kind::Imap(ImapFault::ArgumentError)).on(&["imap_login"]);
    world.sim().fail(None, fault.times(1));
    let error = world.with(ImapLogin::Password(&secret("odd".to_owned()))).await.err().unwrap();
    assert_eq!(error.meaning().code, "imap_wrong_password");
    let error = world.with(ImapLogin::Password(&secret("Grüße".to_owned()))).await.err().unwrap();
    assert_eq!(error.meaning().code, "imap_no_sign_in");
    assert_eq!(world.sim().count("imap_login", &world.smtp), 1, "LOGIN has no letters beyond ASCII");
}

#[tokio::test]
async fn a_mailbox_of_somebody_else_is_told_from_a_refused_token() {
    let world = World::new(0).await;
    let other = world.sim().add_account(0).smtp;
    let token = secret(world.sim().access_token(&other, SCOPE).unwrap());
    let mut mailbox = world.with(ImapLogin::Token(&token)).await.unwrap();
    let error = mailbox.open("INBOX").await.unwrap_err();
    assert_eq!(
        (error.meaning().code, error.meaning().disposition),
        ("imap_not_connected", Disposition::Retry)
    );
    let smtp = world.smtp.clone();
    world.sim().set(Some(&other), |settings| settings.shared_mailboxes = vec![smtp.clone()]);
    let mut mailbox = world.with(ImapLogin::Token(&token)).await.unwrap();
    assert_eq!(mailbox.open("inbox").await.unwrap().total, 0);
}

#[tokio::test]
async fn a_certificate_of_nobody_is_not_trusted_and_nothing_is_said_to_who_shows_it() {
    let world = World::new(0).await;
    let trusted = net::tls_at(world.running.ca.pem.as_bytes()).unwrap();
    for (name, tls) in [(super::HOST, net::tls().unwrap()), ("imap.elsewhere.example", trusted)] {
        let stream = TcpStream::connect(world.running.imap).await.unwrap();
        let signed_in = ImapServer::new(name, tls)
            .unwrap()
            .sign_in(stream, &world.smtp, ImapLogin::Token(&world.token()))
            .await;
        let error = signed_in.err().unwrap();
        assert_eq!(
            (error.meaning().code, error.meaning().disposition),
            ("imap_untrusted", Disposition::Blocked),
            "{error:?}"
        );
    }
    assert!(ImapServer::new("not a host", net::tls().unwrap()).is_err());
    assert!(world.sim().counts(None).is_empty());
}
