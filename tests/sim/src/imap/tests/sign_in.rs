//! Greetings, capabilities and sign-ins.

use chrono::TimeDelta;

use super::client::{Client, SCOPE, quirk, said, set, world};
use crate::imap::{Front, Quirk};

#[tokio::test]
async fn both_front_ends_greet_and_offer_in_their_own_way() {
    let (sim, smtp) = world(0);
    let mut old = Client::new(&sim).await;
    assert!(old.greeting.starts_with("* OK The Microsoft Exchange IMAP4 service is ready."));
    let offered = old.ask("CAPABILITY").await;
    assert!(offered.contains("AUTH=PLAIN AUTH=XOAUTH2 SASL-IR") && !offered.contains(" MOVE"), "{offered}");
    set(&sim, |imap| imap.front = Front::New);
    let mut new = Client::new(&sim).await;
    assert!(new.greeting.contains("BACKENDAUTHENTICATE"));
    let offered = new.ask("CAPABILITY").await;
    assert!(offered.contains("AUTH=XOAUTH2 LOGINDISABLED") && !offered.contains("PLAIN"), "{offered}");
    let offered = Client::signed_in(&sim, &smtp).await.ask("CAPABILITY").await;
    assert!(offered.contains(" MOVE CLIENTACCESSRULES") && !offered.contains("ENABLE"), "{offered}");
    for absent in ["CONDSTORE", "ESEARCH", "SPECIAL-USE", "UTF8"] {
        assert!(!offered.contains(absent), "{offered}");
    }
}

#[tokio::test]
async fn a_token_is_taken_in_one_line_and_in_two_steps() {
    let (sim, smtp) = world(0);
    Client::signed_in(&sim, &smtp).await;
    let token = sim.access_token(&smtp, SCOPE).unwrap();
    let mut client = Client::new(&sim).await;
    assert_eq!(client.ask("AUTHENTICATE XOAUTH2").await, "+ \r\n");
    client.send(&format!("{}\r\n", said(&smtp, &token))).await;
    assert_eq!(client.answer().await, "a OK AUTHENTICATE completed.\r\n");
}

#[tokio::test]
async fn tokens_of_another_scope_resource_or_time_and_of_who_may_not_are_refused() {
    let (sim, smtp) = world(0);
    let token = |scope| sim.access_token(&smtp, scope).unwrap();
    let over = token(SCOPE);
    sim.pass(TimeDelta::seconds(3600));
    let good = token(SCOPE);
    let others = [over, token("Mail.Read"), token("https://outlook.office.com/SMTP.Send"), "x".to_owned()];
    for token in others {
        let answer =
            Client::new(&sim).await.ask(&format!("AUTHENTICATE XOAUTH2 {}", said(&smtp, &token))).await;
        assert_eq!(answer, "a NO AUTHENTICATE failed.\r\n");
    }
    set(&sim, |imap| imap.enabled = false);
    let answer = Client::new(&sim).await.ask(&format!("AUTHENTICATE XOAUTH2 {}", said(&smtp, &good))).await;
    assert_eq!(answer, "a NO AUTHENTICATE failed.\r\n");
}

#[tokio::test]
async fn a_refusal_by_challenge_waits_for_an_empty_line() {
    let (sim, smtp) = world(0);
    quirk(&sim, Quirk::Challenge);
    let mut client = Client::new(&sim).await;
    let challenge = client.ask(&format!("AUTHENTICATE XOAUTH2 {}", said(&smtp, "x"))).await;
    assert!(challenge.starts_with("+ eyJzdGF0dXMiOiI0MDEi"), "{challenge}");
    client.send("\r\n").await;
    assert_eq!(client.answer().await, "a NO AUTHENTICATE failed.\r\n");
    assert_eq!((sim.counts(None)["imap_empty_reply"], sim.count("imap_authenticate", &smtp)), (1, 1));
}

#[tokio::test]
async fn another_persons_mailbox_is_reached_where_it_is_shared() {
    let (sim, smtp) = world(0);
    let (other, token) = (sim.accounts().remove(1).smtp, sim.access_token(&smtp, SCOPE).unwrap());
    let line = format!("AUTHENTICATE XOAUTH2 {}", said(&other, &token));
    let mut client = Client::new(&sim).await;
    assert_eq!(client.ask(&line).await, "a OK AUTHENTICATE completed.\r\n");
    let answer = client.ask("SELECT INBOX").await;
    assert_eq!(answer, "a BAD User is authenticated but not connected.\r\n");
    assert_eq!(client.line().await, "* BYE Connection closed. 14\r\n");
    assert_eq!(client.line().await, "");
    sim.set(None, |settings| settings.shared_mailboxes = vec![other.clone()]);
    let mut client = Client::new(&sim).await;
    client.ask(&line).await;
    assert!(client.ask("EXAMINE INBOX").await.ends_with("a OK [READ-ONLY] EXAMINE completed.\r\n"));
}

#[tokio::test]
async fn a_password_is_taken_only_where_a_server_takes_passwords() {
    let (sim, _) = world(0);
    let account = sim.accounts().remove(0);
    let line = format!("LOGIN {} \"{}\"", account.smtp, account.password);
    assert_eq!(Client::new(&sim).await.ask(&line).await, "a NO LOGIN failed.\r\n");
    set(&sim, |imap| imap.passwords = true);
    assert_eq!(Client::new(&sim).await.ask(&line).await, "a OK LOGIN completed.\r\n");
    let wrong = format!("LOGIN {} {{5+}}\r\nwrong", account.smtp);
    assert_eq!(Client::new(&sim).await.ask(&wrong).await, "a NO LOGIN failed.\r\n");
}

#[tokio::test]
async fn what_signs_in_is_not_logged() {
    let (sim, smtp) = world(0);
    set(&sim, |imap| imap.passwords = true);
    Client::signed_in(&sim, &smtp).await;
    let account = sim.accounts().remove(0);
    let mut client = Client::new(&sim).await;
    client.ask(&format!("LOGIN {} \"{}\"", account.smtp, account.password)).await;
    client.ask("EXAMINE INBOX").await;
    let requested: Vec<_> = sim.requests(Some(&smtp)).into_iter().map(|entry| entry.requested).collect();
    assert_eq!(requested, [vec![], vec![], vec!["INBOX".to_owned()]]);
}

#[tokio::test]
async fn a_session_ends_with_its_token() {
    let (sim, smtp) = world(0);
    let mut client = Client::signed_in(&sim, &smtp).await;
    assert!(client.ask("NOOP").await.ends_with("OK NOOP completed.\r\n"));
    sim.pass(TimeDelta::seconds(3600));
    assert_eq!(client.ask("NOOP").await, "* BYE Session invalidated - AccessTokenExpired\r\n");
}

#[tokio::test]
async fn whoever_enables_the_newer_protocol_cannot_search() {
    let (sim, smtp) = world(3);
    quirk(&sim, Quirk::Rev2);
    let mut client = Client::in_the_inbox(&sim, &smtp).await;
    assert!(client.ask("CAPABILITY").await.contains(" ENABLE IMAP4rev2"));
    assert!(client.ask("UID SEARCH ALL").await.ends_with("OK SEARCH completed.\r\n"));
    client.ask("ENABLE IMAP4rev2").await;
    assert!(client.ask("UID SEARCH ALL").await.starts_with("a BAD "));
}
