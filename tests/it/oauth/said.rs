//! What is said of contacts that are read and written by Graph: counts, refusals, what is missing.

use super::graph::Read;
use super::outgoing::named;
use crate::stage::{Run, now};
use outlook_sim::{Failure, GraphError, Kind};
use outlook_syncd::model::{Actor, CardText, Direction, Scope};
use serde_json::json;

impl Read {
    async fn ran(&self, args: &[&str], code: i32) -> Run {
        self.stage.run(args).await.expect(code)
    }

    /// What the card says is held, and what the server counts.
    async fn counts(&self) -> [serde_json::Value; 2] {
        let card = self.stage.run(&["status", "--json"]).await.json();
        let parts = card["accounts"][0]["parts"].as_array().unwrap();
        let contacts = &parts.iter().find(|part| part["part"] == "contacts").unwrap()["contacts"];
        [contacts["held"].clone(), contacts["server_total"].clone()]
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_servers_count_is_right_after_writes_of_ours_and_of_the_owner() {
    let read = Read::of(20).await;
    assert_eq!(read.counts().await, [json!(23), json!(23)]);
    for n in 0..5 {
        read.make(|card| named(card, &format!("Made {n}"))).await;
    }
    for _ in 0..2 {
        read.cycle().await;
        assert_eq!(read.counts().await, [json!(28), json!(28)]);
    }
    let all = read.stage.sim().contacts(&read.smtp).unwrap();
    for contact in &all[..3] {
        read.stage.sim().delete_contact(&read.smtp, &contact.id, true).unwrap();
    }
    read.cycle().await;
    assert_eq!(read.counts().await, [json!(25), json!(25)]);
    let asked = || read.stage.sim().count("list_contacts", &read.smtp);
    let before = asked();
    read.cycle().await;
    assert_eq!(asked(), before, "nothing changed: nothing is counted");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_probe_that_is_refused_says_so_with_the_step_and_its_exit_code() {
    let read = Read::of(1).await;
    let refused = Failure::from(Kind::Graph(GraphError::new(401, "InvalidAuthenticationToken", "")));
    read.stage.sim().fail(Some(&read.smtp), refused);
    let run = read.stage.run(&["doctor", "--probe", read.id.as_str()]).await;
    assert!(run.out.contains("FAIL") && !run.out.contains("ok "), "{run:?}");
    assert!(run.out.contains("turn: "), "the step: {run:?}");
    run.expect(77);
}

#[tokio::test(flavor = "multi_thread")]
async fn contacts_whose_direction_is_off_end_a_wait_at_once() {
    let read = Read::of(1).await;
    let desk = &read.stage.app.desk;
    desk.direct_contacts(&Actor::command_line(), &read.id, Some(Direction::Off)).await.unwrap();
    read.cycle().await;
    let asked = now();
    desk.make_due(&Actor::command_line(), Some(&read.id)).await.unwrap();
    let turn = read.cycle().await;
    assert!(turn.has_ended(asked), "{turn:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_that_outlook_does_not_take_says_why_and_what_to_do_by_its_name() {
    let read = Read::of(1).await;
    let refusal = Failure::from(Kind::Graph(GraphError::new(400, "ErrorInvalidRequest", "no such title")));
    read.stage.sim().fail(Some(&read.smtp), refusal.on(&["update_contact"]));
    let contact = read.named("Friend 0").await;
    read.edit(&contact, |card| card.set_text(CardText::JobTitle, "Chief".to_owned())).await;
    read.cycle().await;
    let shown = read.ran(&["contacts", "show", contact.id.as_str()], 0).await.out;
    let account = read.ran(&["account", "show", read.id.as_str()], 0).await.out;
    for (said, what) in
        [(&shown, "ErrorInvalidRequest"), (&shown, "contacts retry"), (&account, "contacts retry")]
    {
        assert!(said.contains(what), "{what}: {said}");
    }
    let line = account.lines().find(|line| line.starts_with("contact not taken")).unwrap();
    assert!(line.contains("Friend 0") && line.contains("ErrorInvalidRequest"), "{line}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_stands_in_the_log_of_a_cycle_and_a_status_says_what_waits_and_which_way() {
    let read = Read::of(1).await;
    read.make(|card| named(card, "Made here")).await;
    read.ran(&["sync"], 0).await;
    let once = read.ran(&["--once", "--verbose"], 0).await;
    assert!(once.err.contains("created=1"), "{}", once.err);
    let desk = &read.stage.app.desk;
    desk.direct_contacts(&Actor::command_line(), &read.id, Some(Direction::In)).await.unwrap();
    let status = read.ran(&["status"], 0).await.out;
    assert!(status.contains("in only"), "{status}");
    let shown = read.ran(&["account", "show", read.id.as_str()], 0).await.out;
    assert!(shown.contains("direction") && shown.contains("in only"), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_is_told_by_the_api_as_the_command_shows_it() {
    let read = Read::of(1).await;
    let contact = read.named("Friend 0").await;
    let bearer = read.stage.bearer(&[Scope::Read], Some("u1")).await;
    let path = format!("/v1/accounts/{}/contacts/{}", read.id, contact.id);
    let told = read.stage.get(&path, &bearer).await.json();
    let shown = read.ran(&["contacts", "show", contact.id.as_str(), "--json"], 0).await.json();
    assert_eq!(told, shown);
}
