//! `contacts`: shown, made, changed and removed, and what is said where that cannot be.

use crate::stage::{World, matched, new_account, now, written};
use outlook_syncd::model::{AccountId, Credential};
use outlook_syncd::store::Store;
use serde_json::{Value, json};

const ADA: &str = "ada@example.test";

/// A world with an account whose contacts are kept in step.
async fn world() -> (World, Store, AccountId) {
    let world = World::new().await;
    let store = world.store().await;
    let new = new_account("42", ADA, now());
    store.add_account(&new, now()).await.unwrap();
    store.schedule(&new.id, Credential::Grant, now()).await.unwrap();
    (world, store, new.id)
}

async fn run(world: &World, verb: &str, more: &[&str]) -> Value {
    let args: Vec<_> = ["contacts", verb].iter().chain(more).chain(&["--json"]).copied().collect();
    world.run(&args).await.expect(0).json()
}

async fn actions(store: &Store) -> Vec<&'static str> {
    store.audit_log(20).await.unwrap().iter().map(|line| line.action.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_is_made_shown_changed_and_removed_and_each_is_written_down() {
    let (world, store, _) = world().await;
    let more =
        ["--given-name", "Charles", "--surname", "Babbage", "--email", "c@x.test", "--home-city", "London"];
    let made = run(&world, "add", &[&[ADA, "--mobile-phone", "+44 7700 900123"][..], &more].concat()).await;
    let id = made["id"].as_str().unwrap();
    assert_eq!((&made["revision"], &made["card"]["places"]["home"]["city"]), (&json!(1), &json!("London")));
    assert!(made["edited_at"].is_string() && made["gone_at"].is_null(), "{made}");

    let args = ["C@x.test", "--business-phone", "+44 20 1", "--surname", "", "--home-street", "Dorset St 1"];
    let edited = run(&world, "edit", &args).await;
    assert_eq!((&edited["revision"], &edited["id"]), (&json!(2), &json!(id)));
    assert_eq!(edited["card"]["texts"], json!({"given_name": "Charles"}));
    assert_eq!(edited["card"]["places"]["home"], json!({"street": "Dorset St 1", "city": "London"}));
    assert_eq!(edited["card"]["phones"].as_array().unwrap().len(), 2, "those of another kind stay: {edited}");
    assert_eq!(run(&world, "edit", &args).await["revision"], 2, "the same again is no change");

    let shown = world.run(&["contacts", "show", id]).await.expect(0).out;
    for said in ["given name", "Charles", "business phone", "Dorset St 1", "to go out since", "revision"] {
        assert!(shown.contains(said), "{said}: {shown}");
    }
    let list = world.run(&["contacts", "list", ADA]).await.expect(0).out;
    assert!(list.contains(id), "the id by which it is named: {list}");

    let gone = run(&world, "remove", &[id, "--if-revision", "2"]).await;
    assert!(gone["gone_at"].is_string(), "{gone}");
    assert_eq!(run(&world, "list", &[]).await["contacts"], json!([]));
    assert_eq!(run(&world, "show", &[id]).await["gone_at"], gone["gone_at"]);
    assert_eq!(actions(&store).await, ["contact_removed", "contact_edited", "contact_added"]);
    let log = store.audit_log(1).await.unwrap();
    assert_eq!((log[0].detail.as_deref(), log[0].actor.as_str()), (Some(id), "command line"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_is_piped_in_and_an_external_id_is_never_doubled() {
    let (world, _, _) = world().await;
    let card = r#"{"texts": {"surname": "Babbage"}, "categories": ["Red", "red"]}"#;
    let add = [
        "contacts",
        "add",
        ADA,
        "--external-id",
        "crm-1",
        "--card",
        "-",
        "--given-name",
        "Charles",
        "--json",
    ];
    let made = world.run_with(&add, card).await.expect(0).json();
    assert_eq!(made["card"]["texts"], json!({"given_name": "Charles", "surname": "Babbage"}));
    assert_eq!(made["card"]["categories"], json!(["Red"]));
    let again = world.run_with(&add, card).await.expect(0).json();
    assert_eq!(again, made);
    let other = world.run_with(&add, r#"{"texts": {"title": "Mr."}}"#).await.expect(0).json();
    assert_eq!((&other["id"], &other["card"]["texts"]["surname"]), (&made["id"], &json!("Babbage")));
    run(&world, "remove", &["crm-1"]).await;
    let back = world.run_with(&add, card).await.expect(0).json();
    assert_eq!((&back["id"], &back["gone_at"]), (&made["id"], &Value::Null));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_written_ends_with_its_class_and_says_what_to_do() {
    let (world, store, _) = world().await;
    store.add_account(&new_account("42", "mail@example.test", now()), now()).await.unwrap();
    for (name, more) in
        [("A", &["--email", "a@x.test"][..]), ("B", &["--email", "b@x.test", "--email", "a@x.test"])]
    {
        run(&world, "add", &[&[ADA, "--given-name", name, "--external-id", name][..], more].concat()).await;
    }
    let before = actions(&store).await.len();
    for (args, code, error) in [
        (&["show", "nobody@x.test"][..], 64, "no_such_contact"),
        (&["show", "a@x.test"], 64, "ambiguous_contact"),
        (&["edit", "B"], 64, "usage"),
        (&["edit", "B", "--if-revision", "7", "--title", "Dr."], 75, "stale_contact"),
        (&["remove", "B", "--if-revision", "7"], 75, "stale_contact"),
        (&["edit", "B", "--birthday", "tomorrow"], 64, "wrong_contact"),
        (&["edit", "B", "--card", r#"{"texts": {"color": "red"}}"#], 64, "wrong_contact"),
        (&["edit", "B", "--given-name", "", "--email", ""], 64, "wrong_contact"),
        (&["edit", "B", "--external-id", ""], 64, "wrong_contact"),
        (&["edit", "B", "--external-id", "A"], 64, "external_id_taken"),
        (&["add", ADA], 64, "wrong_contact"),
        (&["add", "nobody@x.test", "--title", "Dr."], 64, "no_such_account"),
        (&["add", "mail@example.test", "--title", "Dr."], 77, "contacts_not_connected"),
    ] {
        let run = world.run(&[&["contacts"], args, &["--json"]].concat()).await.expect(code);
        let said = run.json();
        assert_eq!(said["error"], error, "{args:?}: {said}");
        assert!(said["hint"].as_str().unwrap().contains(" turn: "), "{args:?}: {said}");
    }
    assert_eq!(actions(&store).await.len(), before, "nothing is written down that was not done");
    world.run(&["contacts", "edit", "B", "--fax", "1"]).await.expect(64);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_that_was_kept_when_its_account_was_disconnected_is_shown_and_not_changed() {
    let (world, store, account) = world().await;
    run(&world, "add", &[ADA, "--given-name", "Anna", "--external-id", "crm-1"]).await;
    let Store::Sqlite(pool) = &store else { unreachable!() };
    sqlx::query("UPDATE contact SET account_id = NULL, former_owner = '42' WHERE account_id = $1")
        .bind(account.as_str())
        .execute(pool)
        .await
        .unwrap();
    assert_eq!(run(&world, "show", &["crm-1"]).await["account_id"], Value::Null);
    for args in [&["edit", "crm-1", "--title", "Dr."][..], &["remove", "crm-1"]] {
        let said = world.run(&[&["contacts"], args, &["--json"]].concat()).await.expect(64).json();
        assert_eq!(said["error"], "contact_kept", "{said}");
    }
}

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
        (&json!("run-1"), &json!("done"))
    );
    assert_eq!(run(&world, "journal", &[ADA, "--since", "2h"]).await["writes"], json!([]));
    world.run(&["contacts", "undo", ADA]).await.expect(64);
    let undo = ["--run", "run-1"];
    let would = run(&world, "undo", &[&[ADA, "--dry-run"][..], &undo].concat()).await;
    assert_eq!(
        (&would["undone"][0]["undo"], &would["undone"][0]["members"]),
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
