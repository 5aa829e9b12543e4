//! What is refused, put off, or not sent at all.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_says_why_and_is_not_sent() {
    let own = Sending::new().await;
    let cases = [
        (GraphError::new(400, "ErrorInvalidRecipients", ""), "graph_recipients_refused"),
        (GraphError::new(403, "ErrorSendAsDenied", ""), "graph_sender_refused"),
        (GraphError::new(429, "ErrorExceededMessageLimit", ""), "graph_send_limit"),
        (GraphError::new(403, "ErrorMessageSubmissionBlocked", ""), "graph_send_limit"),
        (GraphError::new(413, "RequestEntityTooLarge", ""), "graph_too_large"),
        (GraphError::new(403, "ErrorAccessDenied", ""), "graph_send_denied"),
        (GraphError::new(400, "ErrorInvalidRequest", ""), "graph_invalid"),
    ];
    for (at, (error, expected)) in cases.into_iter().enumerate() {
        own.fail(Kind::Graph(error), 1);
        let entry = own.send(&format!("k{at}")).await;
        assert_eq!((state(&entry), &entry["error"]), ("refused", &json!(expected)), "{entry}");
        assert!(entry["hint"].is_string() && entry["ended_at"].is_string() && entry["handed_at"].is_null());
    }
    assert!(own.letters().is_empty());
    assert!(own.audited().await[0].starts_with("token send_refused "));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_that_is_busy_is_waited_for_and_a_503_is_no_refusal() {
    let own = Sending::new().await;
    // Surely not taken: it waits as long as was said.
    own.fail(Kind::TooManyRequests { retry_after: 600 }, 1);
    let put = own.send("k").await;
    assert_eq!(
        (state(&put), &put["error"], put["handed_at"].is_null()),
        ("queued", &json!("graph_busy"), true)
    );
    own.later(9).await;
    assert_eq!((state(&own.entry(&put).await), own.letters().len()), ("queued", 0));
    own.later(2).await;
    assert_eq!((state(&own.entry(&put).await), own.letters().len()), ("sent", 1));
    // Maybe taken, whatever it says of when to come back.
    own.fail(Kind::Unavailable { retry_after: 1 }, 1);
    let put = own.send("l").await;
    assert_eq!((state(&put), own.letters().len()), ("sending", 1));
    // A token that is taken no longer is renewed.
    own.fail(Kind::Unauthorized, 1);
    assert_eq!(state(&own.send("m").await), "sent");
    // What waits for a day is told to be unsent.
    own.fail(Kind::TooManyRequests { retry_after: 600 }, 1);
    let put = own.send("n").await;
    own.later(25 * 60).await;
    assert_eq!(
        (state(&own.entry(&put).await), &own.entry(&put).await["error"]),
        ("refused", &json!("outbox_expired"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent_where_it_is_not_configured_or_allowed_or_there_was_enough() {
    let mut world = world_that_asks_for(USES).await;
    world.set("SEND__PER_HOUR", "2");
    world.set("SEND__RECIPIENTS", "3");
    let own = Sending::of(world).await;
    for (scopes, owner, expected) in [
        (&[Scope::Read, Scope::Mail, Scope::Admin][..], "u1", (403, json!("insufficient_scope"))),
        (&[Scope::Send], "u2", (404, json!("no_such_account"))),
    ] {
        let bearer = own.mail.stage.bearer(scopes, Some(owner)).await;
        let answer = own.ask_as(&bearer, Method::POST, "/send", Some("k"), &lunch()).await;
        assert_eq!(refused(&answer), expected);
    }
    let person = json!({"address": "bo@example.org"});
    let four: Vec<_> = (0..4).map(|at| json!({"address": format!("bo{at}@example.org")})).collect();
    for wrong in [
        json!({"subject": "x", "text": "x"}),
        json!({"to": [person], "subject": "x\r\nBcc: eve@example.org", "text": "x"}),
        json!({"to": [{"address": "bo@example.org\r\nBcc: eve@example.org"}], "text": "x"}),
        json!({"to": [{"address": "bo@example.org, eve@example.org"}], "text": "x"}),
        json!({"to": [{"address": "bo@example.org", "name": "Bo\nBcc: eve@example.org"}], "text": "x"}),
        json!({"to": [person], "text": "x", "attachments": [{"name": "a\r\nX: y", "content": ""}]}),
        json!({"to": [person], "text": "x", "attachments": [{"name": "a", "type": "text/plain\r\nX: y", "content": ""}]}),
        json!({"to": four, "text": "x"}),
        json!({"to": [person]}),
        json!({"to": [person], "text": "x".repeat(3_000_001)}),
        json!({"to": [person], "text": "x", "mode": "reply"}),
    ] {
        let answer = own.ask(Method::POST, "/send", Some("k"), &wrong).await;
        assert_eq!(refused(&answer), (400, json!("wrong_send")), "{}", &wrong.to_string()[..60]);
    }
    let body = json!({"to": [person], "text": "x", "attachments": [{"name": "a", "content": "?"}]});
    assert_eq!(refused(&own.ask(Method::POST, "/send", Some("k"), &body).await), (400, json!("bad_body")));
    assert!(own.letters().is_empty() && own.audited().await.is_empty());
    own.send("1").await;
    own.send("2").await;
    let full = own.ask(Method::POST, "/send", Some("3"), &lunch()).await;
    assert_eq!(refused(&full), (429, json!("send_full")));
    let wait: u64 = full.headers.get("retry-after").unwrap().to_str().unwrap().parse().unwrap();
    assert!((3500..=3600).contains(&wait), "{wait}");
    own.later(61).await;
    assert_eq!((state(&own.send("3").await), own.letters().len()), ("sent", 3));

    let off = Sending::of(world_that_asks_for(r#"["contacts", "mail"]"#).await).await;
    assert_eq!(refused(&off.ask(Method::POST, "/send", Some("k"), &lunch()).await), (409, json!("send_off")));
    let world = world_that_asks_for(USES).await;
    let ada = world.account(0);
    world.sim().set(None, |settings| settings.identity.declined_scopes = vec!["Mail.Send".to_owned()]);
    connect(&world, &ada.smtp).await;
    let refusal =
        world.run_with(&["send", &ada.smtp, "--to", "bo@example.org", "--json"], "x").await.expect(77);
    assert_eq!(refusal.json()["error"], "oauth_not_granted");
    assert!(refusal.json()["hint"].as_str().unwrap().contains("Mail.Send"), "{}", refusal.json());
}
