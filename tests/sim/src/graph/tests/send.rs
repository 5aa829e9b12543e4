//! Mail that is sent.

use axum::body::Body;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;

use super::client::{Answer, Graph};
use crate::graph::Quirk;

const TEXT: (&str, &str) = ("content-type", "text/plain");

fn graph(scope: &str) -> Graph {
    let mut graph = Graph::with_mail(0);
    graph.token = graph.sim.access_token(&graph.smtp, scope).unwrap();
    graph
}

fn mime(from: &str, to: &str) -> String {
    format!(
        "From: <{from}>\r\nTo: {to}\r\nBcc: <eve@example.org>\r\nSubject: Lunch\r\nMessage-ID: <ours@example.com>\r\n\
         Content-Type: text/plain\r\n\r\nToday?\r\n"
    )
}

async fn post(graph: &Graph, text: String) -> Answer {
    graph.send("POST", "/v1.0/me/sendMail", &[TEXT], Body::from(text)).await
}

#[tokio::test]
async fn what_is_sent_lies_in_sent_items_with_its_own_id_and_reaches_people_of_the_same_world() {
    let graph = graph("Mail.Send");
    let other = graph.sim.add_account(0).smtp;
    let sent = post(&graph, STANDARD.encode(mime(&graph.smtp, &format!("<{other}>")))).await;
    assert_eq!((sent.status, sent.bytes.len()), (202, 0));
    let copy = graph.sim.truth(&graph.smtp).unwrap().remove(0);
    assert_eq!((copy.folder.as_str(), copy.is_read, copy.is_draft), ("sentitems", true, false));
    assert_eq!(copy.internet_message_id.as_deref(), Some("<ours@example.com>"));
    assert_eq!(
        (copy.to[0].address.as_str(), copy.bcc[0].address.as_str()),
        (other.as_str(), "eve@example.org")
    );
    let there = graph.sim.truth(&other).unwrap().remove(0);
    assert_eq!((there.folder.as_str(), there.is_read, there.bcc.len()), ("inbox", false, 0));
    assert_eq!(there.from.unwrap().address, graph.smtp);
    assert_eq!(graph.sim.letters(&graph.smtp).unwrap()[0].subject, "Lunch");
}

#[tokio::test]
async fn a_message_in_json_is_sent_too_and_kept_unless_that_is_not_wanted() {
    let graph = graph("Mail.Send");
    let to = json!([{"emailAddress": {"address": "bo@example.org"}}]);
    for (kept, copies) in [(true, 1), (false, 1)] {
        let body = json!({"message": {"subject": "Hi", "toRecipients": to}, "saveToSentItems": kept});
        assert_eq!(graph.with("POST", "/v1.0/me/sendMail", &[], body).await.status, 202);
        assert_eq!(graph.sim.truth(&graph.smtp).unwrap().len(), copies);
    }
    assert_eq!(graph.sim.letters(&graph.smtp).unwrap().len(), 2);
}

#[tokio::test]
async fn what_goes_to_nobody_or_is_from_another_or_is_no_mime_is_refused() {
    let graph = graph("Mail.Send");
    for (text, refusal) in [
        ("not base64!".to_owned(), (400, "ErrorMimeContentInvalidBase64String")),
        (STANDARD.encode(mime("other@example.org", "<bo@example.org>")), (403, "ErrorSendAsDenied")),
        (STANDARD.encode(mime(&graph.smtp, "<nobody>")), (400, "ErrorInvalidRecipients")),
        (
            STANDARD.encode(format!("From: <{}>\r\nSubject: x\r\n\r\nx", graph.smtp)),
            (400, "ErrorInvalidRecipients"),
        ),
    ] {
        assert_eq!(post(&graph, text).await.refusal(), refusal);
    }
    assert!(graph.sim.letters(&graph.smtp).unwrap().is_empty());
}

#[tokio::test]
async fn who_may_read_and_write_mail_may_not_send_it() {
    let graph = graph("Mail.ReadWrite");
    let sent = post(&graph, STANDARD.encode(mime(&graph.smtp, "<bo@example.org>"))).await;
    assert_eq!(sent.refusal(), (403, "ErrorAccessDenied"));
}

#[tokio::test]
async fn a_copy_may_come_late_or_under_another_id() {
    let graph = graph("Mail.Send Mail.Read");
    let found = async |expected: usize| {
        let filter = "$filter=internetMessageId%20eq%20'%3Cours@example.com%3E'";
        let answer = graph.get(&format!("/v1.0/me/mailFolders/sentitems/messages?{filter}"), &[]).await;
        assert_eq!(answer.body["value"].as_array().unwrap().len(), expected);
    };
    for (quirk, there) in [(Quirk::SentCopiesLate, 0), (Quirk::RenamesSent, 0), (Quirk::NoSentCopies, 0)] {
        graph.sim.set(None, |settings| settings.graph.quirks = [quirk].into());
        assert_eq!(post(&graph, STANDARD.encode(mime(&graph.smtp, "<bo@example.org>"))).await.status, 202);
        found(there).await;
    }
    graph.sim.withhold(&graph.smtp, &["<ours@example.com>".to_owned()], false).unwrap();
    found(1).await;
}
