//! What was sent, as Python's own `email` reads it; and threads that go on.

use super::*;

/// What Python's parser makes of a message.
const PYTHON: &str = r#"
import email, email.policy, email.utils, json, sys
message = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
def people(name):
    return [[a.display_name, a.addr_spec] for a in message[name].addresses] if message[name] else []
text, html = message.get_body(("plain",)), message.get_body(("html",))
print(json.dumps({
    "from": people("from"), "to": people("to"), "cc": people("cc"), "bcc": people("bcc"),
    "subject": message["subject"], "id": message["message-id"], "defects": [str(d) for d in message.defects],
    "in_reply_to": message["in-reply-to"], "references": message["references"],
    "date": message["date"].datetime.timestamp(), "headers": sorted(k.lower() for k in message.keys()),
    "text": text and text.get_content().replace("\r\n", "\n"), "html": html and html.get_content(),
    "files": [[a.get_filename(), a.get_content_type(), len(a.get_payload(decode=True))] for a in message.iter_attachments()],
}))
"#;

async fn read(letter: &Letter) -> Value {
    use tokio::io::AsyncWriteExt;
    let mut python = tokio::process::Command::new("/usr/bin/python3");
    python.args(["-c", PYTHON]).stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
    let mut child = python.spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(letter.mime.as_ref().unwrap().as_bytes()).await.unwrap();
    drop(input);
    let done = child.wait_with_output().await.unwrap();
    assert!(done.status.success());
    serde_json::from_slice(&done.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn another_program_reads_what_was_meant_and_no_header_that_was_not() {
    let own = Sending::new().await;
    let pdf: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    let content = base64(&pdf);
    let body = json!({
        "to": [{"address": "juergen@example.org", "name": "Jürgen \"J\" Groß"}, {"address": "b@example.org"}],
        "cc": [{"address": "c@example.org", "name": "Babbage, Charles"}],
        "bcc": [{"address": "eve@example.org"}],
        "subject": "Prüfung: 漢字, und ein langer Betreff, der auf mehr als eine Zeile gefaltet werden muss: =?utf-8?q?x?=",
        "text": "Grüße\n.\nBcc: mallory@example.org\n\nFrom here\n",
        "html": "<p>Grüße</p>",
        "attachments": [{"name": "Übersicht.pdf", "type": "application/pdf", "content": content}],
    });
    own.put("k", &body).await;
    own.pass().await;
    let letters = own.letters();
    let seen = read(&letters[0]).await;
    assert_eq!(seen["defects"], json!([]));
    assert_eq!(seen["from"][0][1], own.mail.smtp.as_str());
    assert_eq!(seen["to"], json!([["Jürgen \"J\" Groß", "juergen@example.org"], ["", "b@example.org"]]));
    assert_eq!(seen["cc"], json!([["Babbage, Charles", "c@example.org"]]));
    assert_eq!(seen["bcc"], json!([["", "eve@example.org"]]));
    assert_eq!((&seen["subject"], &seen["text"]), (&body["subject"], &body["text"]));
    assert_eq!(seen["html"].as_str().unwrap().trim_end(), "<p>Grüße</p>");
    assert_eq!(seen["files"], json!([["Übersicht.pdf", "application/pdf", 100_000]]));
    assert_eq!(
        seen["headers"],
        json!(["bcc", "cc", "content-type", "date", "from", "message-id", "mime-version", "subject", "to"])
    );
    // Whom it goes to in secret is delivered to, and shown to nobody.
    assert_eq!(letters[0].bcc.len(), 1);
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine;
    base64::prelude::BASE64_STANDARD.encode(bytes)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_goes_on_with_the_thread_and_quotes_and_what_is_forwarded_is_told_of() {
    let own = Sending::new().await;
    let (sim, smtp) = (own.mail.stage.sim(), own.mail.smtp.as_str());
    let draft = outlook_sim::Draft {
        subject: Some("Budget".to_owned()),
        from: Some(("Charles Babbage".to_owned(), "charles@example.org".to_owned())),
        to: vec![("Ada".to_owned(), smtp.to_owned()), ("Bo".to_owned(), "bo@example.org".to_owned())],
        cc: vec![("Di".to_owned(), "di@example.org".to_owned())],
        text: Some("The engine costs 17,000 pounds.".to_owned()),
        internet_message_id: Some("<budget@example.org>".to_owned()),
        ..outlook_sim::Draft::default()
    };
    sim.deliver_drafts(smtp, &[draft]).unwrap();
    own.mail.cycle().await;
    let all = own.mail.messages().await;
    let first = all.as_array().unwrap().iter().find(|one| one["subject"] == "Budget").unwrap().clone();
    for (key, mode, to) in [
        ("reply", "reply", json!([["Charles Babbage", "charles@example.org"]])),
        ("all", "reply_all", json!([["Charles Babbage", "charles@example.org"], ["Bo", "bo@example.org"]])),
    ] {
        let put = own.put(key, &json!({"mode": mode, "regarding": first["id"], "text": "Too much."})).await;
        assert_eq!((&put["mode"], &put["regarding"]), (&json!(mode), &first["id"]));
        own.pass().await;
        let seen = read(own.letters().last().unwrap()).await;
        assert_eq!((&seen["to"], &seen["subject"]), (&to, &json!("Re: Budget")));
        assert_eq!(
            (&seen["in_reply_to"], &seen["references"]),
            (&json!("<budget@example.org>"), &json!("<budget@example.org>"))
        );
        let text = seen["text"].as_str().unwrap();
        assert!(
            text.starts_with("Too much.\n\nOn ") && text.contains("\n> The engine costs 17,000 pounds."),
            "{text}"
        );
    }
    let body = json!({"mode": "forward", "regarding": first["id"], "to": [{"address": "eve@example.org"}], "text": "See"});
    own.put("forward", &body).await;
    own.pass().await;
    let seen = read(own.letters().last().unwrap()).await;
    assert_eq!(
        (&seen["subject"], seen["to"][0][1].as_str()),
        (&json!("Fwd: Budget"), Some("eve@example.org"))
    );
    assert!(
        seen["text"].as_str().unwrap().contains("\nFrom: Charles Babbage <charles@example.org>\n"),
        "{seen}"
    );
    // The mailbox has them in the conversation of the first.
    own.mail.cycle().await;
    let all = own.mail.messages().await;
    let of_thread =
        all.as_array().unwrap().iter().filter(|one| one["conversation_id"] == first["conversation_id"]);
    assert_eq!(of_thread.count(), 4);
    let stranger = json!({"mode": "reply", "regarding": "01a0c0f1-7a02-7b11-9a3c-5f2f4c0b7d36", "text": "x"});
    let refusal = own.ask(Method::POST, "/send", Some("x"), &stranger).await;
    assert_eq!(refused(&refusal), (404, json!("no_such_message")));
}
