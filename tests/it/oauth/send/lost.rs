//! Messages of which nobody knows for a while whether they were sent: answers that were lost, programs that died.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_was_lost_after_it_was_taken_is_found_in_sent_items_and_nothing_goes_twice() {
    Sending::on_both(async |own| {
        own.fail(Kind::AnswerLost, 1);
        let sent = own.send("k").await;
        assert_eq!((state(&sent), &sent["error"]), ("sending", &json!("outbox_unanswered")), "{sent}");
        own.later(1).await;
        assert_eq!((state(&own.entry(&sent).await), own.letters().len()), ("sent", 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_broke_before_it_was_taken_is_unknown_in_the_end_and_goes_when_a_person_says_so() {
    Sending::on_both(async |own| {
        // The connection ends without an answer: nobody here can tell that from one that ends after.
        own.fail(Kind::HangUp, 1);
        let put = own.send("k").await;
        assert_eq!((state(&put), own.letters().len()), ("sending", 0));
        own.later(3).await;
        assert_eq!(state(&own.entry(&put).await), "sending");
        own.later(14).await;
        let unknown = own.entry(&put).await;
        assert_eq!((state(&unknown), &unknown["error"]), ("unknown", &json!("outbox_unknown")), "{unknown}");
        own.later(600).await;
        assert_eq!((state(&own.entry(&put).await), own.letters().len()), ("unknown", 0));
        let path = format!("/outbox/{}/retry", put["id"].as_str().unwrap());
        let repeated = own.ask(Method::POST, &path, None, &Value::Null).await;
        assert_eq!((repeated.status.as_u16(), &repeated.json()["state"]), (202, &json!("queued")));
        own.pass().await;
        assert_eq!((state(&own.entry(&put).await), own.letters().len()), ("sent", 1));
        let again = own.ask(Method::POST, &path, None, &Value::Null).await;
        assert_eq!(refused(&again), (409, json!("sending_decided")));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_has_sent_once_more_is_looked_for_first() {
    let own = Sending::new().await;
    own.set(&[Quirk::SentCopiesLate]);
    own.fail(Kind::AnswerLost, 1);
    let put = own.send("k").await;
    own.later(20).await;
    assert_eq!(state(&own.entry(&put).await), "unknown");
    let copy = put["internet_message_id"].as_str().unwrap().to_owned();
    own.mail.stage.sim().withhold(&own.mail.smtp, &[copy], false).unwrap();
    let path = format!("/outbox/{}/retry", put["id"].as_str().unwrap());
    own.ask(Method::POST, &path, None, &Value::Null).await;
    own.pass().await;
    assert_eq!((state(&own.entry(&put).await), own.letters().len()), ("sent", 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_is_read_later_tells_that_what_was_unknown_was_sent() {
    Sending::on_both(async |own| {
        own.set(&[Quirk::SentCopiesLate]);
        own.fail(Kind::AnswerLost, 1);
        let put = own.send("k").await;
        own.later(20).await;
        assert_eq!(state(&own.entry(&put).await), "unknown");
        // It stands in the list at last, and a turn reads it.
        own.set(&[]);
        let copy = put["internet_message_id"].as_str().unwrap().to_owned();
        own.mail.stage.sim().withhold(&own.mail.smtp, std::slice::from_ref(&copy), false).unwrap();
        own.mail.stage.sim().mark_read(&own.mail.smtp, &[copy], false).unwrap();
        own.mail.cycle().await;
        own.pass().await;
        let entry = own.entry(&put).await;
        assert_eq!((state(&entry), entry["message"].is_string()), ("sent", true), "{entry}");
        assert_eq!(own.letters().len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_exchange_gave_another_message_id_is_unknown_and_never_sent_twice() {
    let own = Sending::new().await;
    own.set(&[Quirk::RenamesSent]);
    own.fail(Kind::AnswerLost, 1);
    let put = own.send("k").await;
    own.later(20).await;
    assert_eq!(state(&own.entry(&put).await), "unknown");
    let path = format!("/outbox/{}", put["id"].as_str().unwrap());
    let dropped = own.ask(Method::DELETE, &path, None, &Value::Null).await.json();
    assert_eq!((state(&dropped), &dropped["error"]), ("refused", &json!("outbox_dropped")));
    own.later(600).await;
    assert_eq!(own.letters().len(), 1);
    assert_eq!(
        count(own.mail.stage.store(), "SELECT COUNT(*) FROM sealed_record WHERE kind LIKE 'outbox/%'").await,
        0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_is_killed_while_it_sends_sends_once() {
    for (kind, letters, expected) in [(Kind::AnswerHeld, 1, "sent"), (Kind::Held, 0, "unknown")] {
        let own = Sending::new().await;
        let (stage, smtp) = (&own.mail.stage, own.mail.smtp.as_str());
        own.fail(kind.clone(), 1);
        let file = stage.dir.path().join("menu.txt");
        std::fs::write(&file, "Soup").unwrap();
        let file = file.to_str().unwrap();
        let args =
            ["send", smtp, "--to", "bo@example.org", "--subject", "Lunch", "--attach", file, "--key", "k"];
        let mut program = stage.command(&args).spawn().unwrap();
        tokio::select! {
            () = stage.sim().wait_for("held:send_mail", smtp, 1) => {}
            ended = program.wait() => panic!("it did not come to send: {ended:?}"),
        }
        program.kill().await.unwrap();
        stage.sim().clear_knobs(Some(smtp));
        let listed = stage.run(&["outbox", "list", smtp, "--json"]).await.expect(0).json();
        assert_eq!(listed["outbox"][0]["state"], "sending", "{listed}");
        // Another takes it up when the dead one's time is over, and the same request again does nothing.
        own.later(20).await;
        let listed = stage.run(&["outbox", "list", smtp, "--json"]).await.expect(0).json();
        assert_eq!(
            (&listed["outbox"][0]["state"], own.letters().len()),
            (&json!(expected), letters),
            "{listed}"
        );
        let code = if expected == "sent" { 0 } else { 75 };
        let again = stage.run(&args).await.expect(code).out;
        assert!(again.contains(listed["outbox"][0]["id"].as_str().unwrap()), "{again}");
        assert_eq!(own.letters().len(), letters);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_once_more_and_put_off_is_looked_for_again_before_it_goes() {
    let own = Sending::new().await;
    own.set(&[Quirk::SentCopiesLate]);
    own.fail(Kind::AnswerLost, 1);
    let put = own.send("k").await;
    own.later(20).await;
    assert_eq!(state(&own.entry(&put).await), "unknown");
    own.fail(Kind::Graph(GraphError::new(429, "TooManyRequests", "")), 9);
    let path = format!("/outbox/{}/retry", put["id"].as_str().unwrap());
    own.ask(Method::POST, &path, None, &Value::Null).await;
    own.pass().await;
    assert_eq!(state(&own.entry(&put).await), "queued");
    // The copy of what was taken at first is there by now.
    own.mail.stage.sim().clear_knobs(None);
    let copy = put["internet_message_id"].as_str().unwrap().to_owned();
    own.mail.stage.sim().withhold(&own.mail.smtp, &[copy], false).unwrap();
    own.later(30).await;
    assert_eq!((state(&own.entry(&put).await), own.letters().len()), ("sent", 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_once_more_on_another_day_goes() {
    let own = Sending::new().await;
    own.fail(Kind::HangUp, 1);
    let put = own.send("k").await;
    own.later(20).await;
    own.later(2 * 24 * 60).await;
    assert_eq!(state(&own.entry(&put).await), "unknown");
    let path = format!("/outbox/{}/retry", put["id"].as_str().unwrap());
    own.ask(Method::POST, &path, None, &Value::Null).await;
    own.pass().await;
    assert_eq!((state(&own.entry(&put).await), own.letters().len()), ("sent", 1));
}

/// A full mailbox keeps the copy out; whether the message went nobody says.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_server_failed_at_is_not_sent_again_by_itself_whatever_its_code_says() {
    for (status, code) in
        [(507, "ErrorQuotaExceeded"), (500, "ErrorQuotaExceeded"), (500, "ErrorItemNotFound")]
    {
        let own = Sending::new().await;
        own.fail(Kind::Graph(GraphError::new(status, code, "")), 1);
        let put = own.send("k").await;
        assert_eq!(state(&own.entry(&put).await), "sending", "{status} {code}");
        own.later(20).await;
        assert_eq!((state(&own.entry(&put).await), own.letters().len()), ("unknown", 0), "{status} {code}");
    }
}
