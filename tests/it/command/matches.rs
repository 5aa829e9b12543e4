//! Contacts that may be one, values that both sides have changed, and what was written to a mailbox: shown, settled, taken back.

use super::contacts::{ADA, actions, run, world};
use crate::stage::{WRITING_RUN, contested, matched, written};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn whether_two_contacts_are_one_is_said_by_command_and_written_down() {
    let (world, store, _) = world().await;
    let add =
        async |name: &str| run(&world, "add", &[ADA, "--display-name", name, "--email", "c@x.test"]).await;
    let (here, there) = (add("Charles").await, add("Charles Babbage").await);
    let asked = matched(&store, &here, &there).await;
    let list = run(&world, "matches", &[ADA]).await;
    assert_eq!(list["matches"][0]["id"], asked.as_str());
    assert_eq!(list["matches"][0]["by"], json!(["email"]));
    assert_eq!(list["matches"][0]["there"]["id"], there["id"]);
    let plan = run(&world, "plan", &[ADA]).await;
    assert_eq!(
        (&plan["withheld"][0]["contact"], &plan["withheld"][0]["why"]),
        (&here["id"], &json!("match"))
    );
    let text = world.run(&["contacts", "matches", ADA]).await.expect(0).out;
    for said in [asked.as_str(), "Charles <c@x.test>", "Charles Babbage <c@x.test>", "email"] {
        assert!(text.contains(said), "{said}: {text}");
    }
    world.run(&["contacts", "settle", ADA, asked.as_str(), "perhaps"]).await.expect(64);
    let one = run(&world, "settle", &[ADA, asked.as_str(), "same"]).await;
    assert_eq!((&one["id"], &one["gone_at"]), (&here["id"], &Value::Null));
    assert!(run(&world, "show", &[there["id"].as_str().unwrap()]).await["gone_at"].is_string());
    assert_eq!(run(&world, "matches", &[ADA]).await["matches"], json!([]));
    world.run(&["contacts", "settle", ADA, asked.as_str(), "same"]).await.expect(64);
    assert_eq!(actions(&store).await[0], "contacts_matched");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_is_shown_and_taken_back_by_command_and_what_was_changed_since_is_told() {
    let (world, store, _) = world().await;
    let made = run(&world, "add", &[ADA, "--display-name", "Charles", "--job-title", "Inventor"]).await;
    let id = made["id"].as_str().unwrap();
    written(&store, &made, &json!({"texts": {"display_name": "Charles", "job_title": "Clerk"}})).await;
    let journal = run(&world, "journal", &[ADA, "--contact", id]).await;
    assert_eq!(
        (&journal["writes"][0]["run"], &journal["writes"][0]["outcome"]),
        (&json!(WRITING_RUN), &json!("done"))
    );
    assert_eq!(run(&world, "journal", &[ADA, "--since", "2h"]).await["writes"], json!([]));
    world.run(&["contacts", "undo", ADA]).await.expect(64);
    let undo = ["--run", WRITING_RUN];
    let dry = run(&world, "undo", &[&[ADA, "--dry-run"][..], &undo].concat()).await;
    assert_eq!(
        (&dry["undone"][0]["undo"], &dry["undone"][0]["members"]),
        (&json!("restored"), &json!(["job_title"]))
    );
    assert_eq!(run(&world, "show", &[id]).await["revision"], 1, "nothing was done");
    run(&world, "undo", &[&[ADA][..], &undo].concat()).await;
    assert_eq!(run(&world, "show", &[id]).await["card"]["texts"]["job_title"], "Clerk");
    assert_eq!(actions(&store).await[0], "contact_undone");
    run(&world, "edit", &[id, "--job-title", "Peer"]).await;
    let kept = run(&world, "undo", &[&[ADA][..], &undo].concat()).await;
    assert_eq!(
        (&kept["undone"][0]["undo"], &kept["undone"][0]["kept"][0]["ours"]),
        (&json!("nothing"), &json!("Peer"))
    );
    assert_eq!(run(&world, "show", &[id]).await["card"]["texts"]["job_title"], "Peer");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_both_sides_have_changed_is_shown_and_whose_values_hold_is_said_by_command_and_written_down() {
    let (mut world, store, _) = world().await;
    world.set("CONTACTS__CONFLICT", "ask");
    let made = run(&world, "add", &[ADA, "--display-name", "Charles", "--job-title", "Inventor"]).await;
    let id = made["id"].as_str().unwrap();
    contested(&store, &made, "Peer").await;
    let shown = run(&world, "show", &[id]).await;
    let values = json!([{"member": "job_title", "ours": "Inventor", "theirs": "Peer", "holds": null}]);
    assert_eq!((&shown["conflict"]["values"], &shown["gave_way"]), (&values, &json!([])));
    assert_eq!(run(&world, "conflicts", &[ADA]).await["conflicts"][0]["values"], values);
    for args in [&["conflicts", ADA][..], &["show", id]] {
        let text = world.run(&[&["contacts"][..], args].concat()).await.expect(0).out;
        assert!(text.contains(r#"job_title: "Inventor" here, "Peer" in Outlook"#), "{text}");
    }
    let plan = world.run(&["contacts", "plan", ADA]).await.expect(0).out;
    assert!(plan.contains("contacts resolve"), "where to go from there: {plan}");
    for wrong in [&["mine"][..], &["ours", "--member", "fax"]] {
        world.run(&[&["contacts", "resolve", id][..], wrong].concat()).await.expect(64);
    }
    world.run(&["contacts", "resolve", id, "ours", "--member", "birthday"]).await.expect(64);
    let one = run(&world, "resolve", &[id, "theirs", "--member", "job_title"]).await;
    assert_eq!(one["card"]["texts"]["job_title"], "Peer");
    assert_eq!(actions(&store).await[0], "contact_resolved");
    assert_eq!(run(&world, "conflicts", &[ADA]).await["conflicts"], json!([]));
    world.run(&["contacts", "resolve", id, "ours"]).await.expect(64);
    let gave_way = run(&world, "show", &[id]).await["gave_way"][0].clone();
    assert_eq!(
        (&gave_way["member"], &gave_way["side"], &gave_way["value"]),
        (&json!("job_title"), &json!("ours"), &json!("Inventor"))
    );
    let text = world.run(&["contacts", "journal", ADA]).await.expect(0).out;
    assert!(text.contains(r#"job_title "Inventor""#), "{text}");
    run(&world, "undo", &[ADA, "--write", gave_way["write"].as_str().unwrap()]).await;
    assert_eq!(run(&world, "show", &[id]).await["card"]["texts"]["job_title"], "Inventor");
}
