//! What goes wrong by order, and on the way.

use super::client::{Client, world};
use crate::imap::ImapFault;
use crate::knobs::{Failure, Kind};

#[tokio::test]
async fn a_session_may_end_within_an_answer() {
    let (sim, smtp) = world(0);
    sim.deliver(&smtp, 5).unwrap();
    let fault = Failure::from(Kind::Imap(ImapFault::TokenExpired { after: 2 }));
    sim.fail(Some(&smtp), fault.on(&["imap_fetch"]).about("BODY.PEEK[]").times(1));
    let mut client = Client::in_the_inbox(&sim, &smtp).await;
    assert!(client.ask("UID FETCH 1:* (UID)").await.ends_with("a OK FETCH completed.\r\n"));
    let answer = client.ask("UID FETCH 1:* BODY.PEEK[]").await;
    assert_eq!(answer.matches(" FETCH (").count(), 2);
    assert!(answer.ends_with("* BYE Session invalidated - AccessTokenExpired\r\n"), "{answer}");
}

#[tokio::test]
async fn failures_read_as_flat_json_and_are_worded_as_exchange_does() {
    let (sim, smtp) = world(1);
    for (json, answer) in [
        (
            r#"{"how":"backoff","ms":299961}"#,
            "a BAD Request is throttled. Suggested Backoff Time: 299961 milliseconds\r\n",
        ),
        (r#"{"how":"not_connected"}"#, "a BAD User is authenticated but not connected.\r\n"),
        (r#"{"how":"unavailable"}"#, "a NO Server Unavailable. 15\r\n"),
        (r#"{"how":"closed"}"#, "* BYE Connection closed. 14\r\n"),
        (r#"{"how":"literal","bytes":9}"#, "* 1 FETCH (UID 1 BODY[] {9}\r\nxxxxxxxxx"),
    ] {
        let mut fault: serde_json::Value = serde_json::from_str(json).unwrap();
        fault["kind"] = "imap".into();
        fault["times"] = 1.into();
        fault["actions"] = ["imap_list"].into();
        sim.fail(None, serde_json::from_value::<Failure>(fault).unwrap());
        let mut client = Client::signed_in(&sim, &smtp).await;
        assert_eq!(client.ask("LIST \"\" *").await, answer);
    }
}

#[tokio::test]
async fn after_ten_errors_the_server_hangs_up() {
    let (sim, smtp) = world(0);
    let mut client = Client::signed_in(&sim, &smtp).await;
    for _ in 0..9 {
        assert_eq!(client.ask("FETCH 1 FLAGS").await, "a BAD Command received in Invalid state.\r\n");
    }
    client.ask("FETCH 1 FLAGS").await;
    assert_eq!(client.line().await, "* BYE Connection closed. 14\r\n");
}

#[tokio::test]
async fn idle_and_the_rest_of_a_session() {
    let (sim, smtp) = world(0);
    let mut client = Client::in_the_inbox(&sim, &smtp).await;
    assert!(client.ask("IDLE").await.starts_with("+ IDLE accepted"));
    sim.deliver(&smtp, 1).unwrap();
    client.send("DONE\r\n").await;
    assert_eq!(client.answer().await, "* 1 EXISTS\r\na OK IDLE completed.\r\n");
    assert!(client.ask("NAMESPACE").await.starts_with("* NAMESPACE ((\"\" \"/\")) NIL NIL\r\n"));
    assert!(client.ask("LOGOUT").await.ends_with("a OK LOGOUT completed.\r\n"));
    assert_eq!(client.line().await, "");
}
