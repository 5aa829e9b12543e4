//! `contacts`: shown, made, changed and removed, and what is said where that cannot be.

use crate::stage::{Run, World, new_account, now};
use outlook_syncd::model::{
    AccountId, AuditAction, AuditEntry, Card, ContactEdit, ContactForms, ContactId, Part,
};
use outlook_syncd::store::{Editor, Store};
use serde_json::{Value, json};
use std::fs::File;

pub(super) const ADA: &str = "ada@example.test";

/// A world with an account whose contacts are kept in step.
pub(super) async fn world() -> (World, Store, AccountId) {
    let world = World::new().await;
    let store = world.store().await;
    let new = new_account("42", ADA, now());
    store.add_account(&new, now()).await.unwrap();
    store.schedule(&new.id, Part::Contacts, now()).await.unwrap();
    (world, store, new.id)
}

pub(super) async fn run(world: &World, verb: &str, more: &[&str]) -> Value {
    let args: Vec<_> = ["contacts", verb].iter().chain(more).chain(&["--json"]).copied().collect();
    world.run(&args).await.expect(0).json()
}

pub(super) async fn actions(store: &Store) -> Vec<&'static str> {
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
async fn a_contact_just_made_is_in_the_plan_by_its_name_before_it_was_compared_with_the_mailboxes() {
    let (world, _, _) = world().await;
    run(&world, "add", &[ADA, "--given-name", "Charles", "--surname", "Babbage"]).await;
    let plan = run(&world, "plan", &[ADA]).await;
    let waits = &plan["withheld"][0];
    assert_eq!(
        (&waits["name"], &waits["why"]),
        (&json!("Charles Babbage"), &json!("not_compared")),
        "{plan}"
    );
    assert_eq!(plan["writes"], json!([]));
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
async fn a_contact_that_was_kept_when_its_account_was_disconnected_is_shown_removed_and_not_changed() {
    let (world, store, account) = world().await;
    let anna = [ADA, "--given-name", "Anna", "--email", "anna@x.test", "--external-id", "crm-1"];
    run(&world, "add", &anna).await;
    let Store::Sqlite(pool) = &store else { unreachable!() };
    sqlx::query("UPDATE contact SET account_id = NULL, former_owner = '42' WHERE account_id = $1")
        .bind(account.as_str())
        .execute(pool)
        .await
        .unwrap();
    assert_eq!(run(&world, "show", &["crm-1"]).await["account_id"], Value::Null);
    for (args, code, error) in [
        (&["edit", "crm-1", "--title", "Dr."][..], 64, "contact_kept"),
        (&["remove", "crm-1", "--if-revision", "7"], 75, "stale_contact"),
    ] {
        let said = world.run(&[&["contacts"], args, &["--json"]].concat()).await.expect(code).json();
        assert_eq!(said["error"], error, "{said}");
    }
    assert!(run(&world, "remove", &["crm-1"]).await["gone_at"].is_string());
    let said = world.run(&["contacts", "show", "crm-1", "--json"]).await.expect(64).json();
    assert_eq!(said["error"], "no_such_contact");
    assert_eq!(actions(&store).await[0], "contact_removed");
    let left = "SELECT (SELECT COUNT(*) FROM contact) + (SELECT COUNT(*) FROM contact_email)";
    let left: i64 = sqlx::query_scalar(left).fetch_one(pool).await.unwrap();
    assert_eq!(left, 0);
}

/// The names of the contacts of an account.
async fn names(world: &World, account: &str) -> Vec<String> {
    let list = run(world, "list", &[account, "--limit", "1000"]).await;
    let name =
        |contact: &Value| contact["card"]["texts"]["display_name"].as_str().unwrap_or_default().to_owned();
    list["contacts"].as_array().unwrap().iter().map(name).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn contacts_leave_as_a_file_and_the_same_file_again_changes_nothing() {
    let (world, store, account) = world().await;
    let other = new_account("42", "other@example.test", now());
    store.add_account(&other, now()).await.unwrap();
    store.schedule(&other.id, Part::Contacts, now()).await.unwrap();
    // More than a page of them.
    for number in 0..201 {
        let name = format!("Contact {number:03}");
        let card =
            Card::default().overlaid(&json!({"texts": {"display_name": name, "title": "=Dr."}}).to_string());
        let line = AuditEntry::new(now(), "test", AuditAction::ContactAdded);
        let edit = ContactEdit {
            id: ContactId::new(now()),
            external_id: (number == 7).then(|| "crm-7".to_owned()),
            card: card.unwrap(),
            forms: ContactForms::default(),
        };
        store.add_contact(&account, &edit, Editor::Person(&line), now()).await.unwrap();
    }
    let rest = [
        "--given-name",
        "Ada",
        "--email",
        "a@x.test",
        "--mobile-phone",
        "+44 1",
        "--home-city",
        "London",
        "--category",
        "A, b",
    ];
    run(&world, "add", &[&[ADA][..], &rest].concat()).await;
    let all = names(&world, ADA).await;
    assert_eq!(all.len(), 202);
    for (format, made) in [("vcard4", 202), ("vcard3", 0), ("csv", 0), ("json", 0)] {
        let file = world.run(&["contacts", "export", ADA, "--format", format]).await.expect(0).out;
        let before = store.audit_log(1000).await.unwrap().len();
        let own = world.run_with(&["contacts", "import", ADA, "--json"], &file).await.expect(0).json();
        assert_eq!((&own["same"], &own["left_out"]), (&json!(202), &json!([])), "{format}: {own}");
        assert_eq!(store.audit_log(1000).await.unwrap().len(), before, "nothing was written");
        let there = world
            .run_with(&["contacts", "import", "other@example.test", "--json"], &file)
            .await
            .expect(0)
            .json();
        assert_eq!((&there["made"], &there["same"]), (&json!(made), &json!(202 - made)), "{format}: {there}");
        assert_eq!(names(&world, "other@example.test").await, all, "{format}");
    }
    let log = store.audit_log(1000).await.unwrap();
    let exports: Vec<_> = log.iter().filter(|line| line.action == AuditAction::ContactsExported).collect();
    assert_eq!((exports.len(), exports[0].detail.as_deref()), (4, Some("json")));
    let said = world.run(&["contacts", "show", "crm-7"]).await.expect(64).err;
    assert!(said.contains("several contacts"), "it has its id in both accounts: {said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_with_faults_is_taken_as_far_as_it_goes_and_each_fault_told_with_its_line() {
    let (world, _, _) = world().await;
    let file = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:1\r\nFN:Ada\r\nPHOTO;ENCODING=b:AAAA\r\nEND:VCARD\r\n\
        BEGIN:VCARD\r\nVERSION:3.0\r\nKIND:group\r\nEND:VCARD\r\n\
        BEGIN:VCARD\r\nVERSION:3.0\r\nN:;;;;\r\nEND:VCARD\r\n\
        BEGIN:VCARD\r\nVERSION:3.0\r\nUID:2\r\nFN:Ben\r\nEND:VCARD\r\n";
    let path = world.dir.path().join("contacts.vcf");
    std::fs::write(&path, file).unwrap();
    let said = world.run(&["contacts", "import", ADA, path.to_str().unwrap()]).await.expect(64).out;
    for line in
        ["2 contacts made", "line 7: not taken: it is a group", "line 11: not taken: nothing", "PHOTO (1)"]
    {
        assert!(said.contains(line), "{line}: {said}");
    }
    assert_eq!(names(&world, ADA).await, ["Ada", "Ben"]);
    let twice = world.run_with(&["contacts", "import", ADA, "--json"], file).await.expect(64).json();
    assert_eq!((&twice["made"], &twice["same"]), (&json!(0), &json!(2)));
    run(&world, "edit", &["1", "--job-title", "Countess"]).await;
    let kept = world.run_with(&["contacts", "import", ADA, "--json"], file).await.expect(64).json();
    assert_eq!(kept["same"], 2, "what the file does not have stays");
    let none = world.run(&["contacts", "import", ADA, "/nonexistent"]).await.expect(64);
    assert!(none.err.contains("pipe it in"), "{}", none.err);
    world.run(&["contacts", "export", ADA, "--format", "xml"]).await.expect(64);
    let csv = world.run(&["contacts", "export", ADA, "--format", "csv", "--bom"]).await.expect(0).out;
    assert!(csv.starts_with("\u{feff}id,external_id,display_name,") && csv.contains("\r\n"), "{csv}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_with_new_external_ids_beside_ours_renames_its_contacts_and_makes_none() {
    for format in ["csv", "json"] {
        let (world, _, _) = world().await;
        for name in ["old-1", "old-2"] {
            run(&world, "add", &[ADA, "--display-name", name, "--external-id", name]).await;
        }
        let file = world.run(&["contacts", "export", ADA, "--format", format]).await.expect(0).out;
        // In what the contacts are called too, which shows that it was these.
        let renumbered = file.replace("old-1", "new-1").replace("old-2", "new-2");
        let done = world.run_with(&["contacts", "import", ADA, "--json"], &renumbered).await.expect(0).json();
        assert_eq!((&done["made"], &done["written"]), (&json!(0), &json!(2)), "{format}: {done}");
        assert_eq!(names(&world, ADA).await, ["new-1", "new-2"], "{format}");
        assert_eq!(run(&world, "show", &["new-2"]).await["external_id"], "new-2", "{format}");
        let taken = renumbered.replace("new-2", "new-1");
        let done = world.run_with(&["contacts", "import", ADA, "--json"], &taken).await.expect(64).json();
        assert_eq!(done["failed"][0]["error"], "external_id_taken", "{format}: {done}");
        assert_eq!((&done["made"], &done["same"]), (&json!(0), &json!(1)), "{format}: {done}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_ends_in_the_middle_tells_what_it_took_before() {
    let (world, store, _) = world().await;
    let card =
        |uid: u8| format!("BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{uid}\r\nFN:Person {uid}\r\nEND:VCARD\r\n");
    let Store::Sqlite(pool) = &store else { unreachable!("worlds have files") };
    let full = "CREATE TRIGGER full BEFORE INSERT ON contact WHEN (SELECT COUNT(*) FROM contact) = 2 BEGIN SELECT RAISE(ABORT, 'full'); END";
    sqlx::raw_sql(full).execute(pool).await.unwrap();
    let file: String = (1..=4).map(card).collect();
    let ended = world.run_with(&["contacts", "import", ADA], &file).await.expect(70);
    assert!(ended.out.contains("2 contacts made"), "{}", ended.out);
    assert!(ended.err.contains("database"), "{}", ended.err);
    sqlx::raw_sql("DROP TRIGGER full").execute(pool).await.unwrap();
    let again = world.run_with(&["contacts", "import", ADA, "--json"], &file).await.expect(0).json();
    assert_eq!((&again["made"], &again["same"]), (&json!(2), &json!(2)), "{again}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_that_somebody_else_changes_again_and_again_is_named_and_the_others_of_the_file_are_taken()
{
    let (world, store, _) = world().await;
    let card = |uid: &str, more: &str| {
        format!("BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{uid}\r\nFN:Person {uid}\r\n{more}END:VCARD\r\n")
    };
    world.run_with(&["contacts", "import", ADA], &card("2", "")).await.expect(0);
    // Whoever changes it finds that somebody was faster.
    let Store::Sqlite(pool) = &store else { unreachable!("worlds have files") };
    let faster = "CREATE TRIGGER faster BEFORE UPDATE ON contact WHEN old.external_id = '2' BEGIN SELECT RAISE(IGNORE); END";
    sqlx::raw_sql(faster).execute(pool).await.unwrap();
    let title = "TITLE:Countess\r\n";
    let file = [card("1", title), card("2", title), card("3", title)].concat();
    let said = world.run_with(&["contacts", "import", ADA, "--json"], &file).await.expect(75).json();
    assert_eq!((&said["made"], &said["written"]), (&json!(2), &json!(0)), "{said}");
    let failed = &said["failed"][0];
    assert_eq!((&failed["line"], &failed["error"]), (&json!(7), &json!("stale_contact")), "{said}");
    assert!(failed["message"].as_str().unwrap().starts_with("Person 2: "), "{said}");
    let wrong = [file.as_str(), "BEGIN:VCARD\r\n"].concat();
    let text = world.run_with(&["contacts", "import", ADA], &wrong).await.expect(64).out;
    for line in ["line 7: not taken: Person 2: ", "import the file again", "line 19: not taken: "] {
        assert!(text.contains(line), "{line}: {text}");
    }
    sqlx::raw_sql("DROP TRIGGER faster").execute(pool).await.unwrap();
    let again = world.run_with(&["contacts", "import", ADA, "--json"], &file).await.expect(0).json();
    assert_eq!((&again["written"], &again["same"]), (&json!(1), &json!(2)));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_table_has_its_head_and_a_full_disk_is_74() {
    let (world, _, _) = world().await;
    let csv = world.run(&["contacts", "export", ADA, "--format", "csv"]).await.expect(0).out;
    assert_eq!(csv.lines().count(), 1, "{csv}");
    assert_eq!(world.run(&["contacts", "export", ADA, "--format", "vcard3"]).await.expect(0).out, "");
    let full = File::create("/dev/full").unwrap();
    let child = world.command(&["contacts", "export", ADA, "--format", "csv"]).stdout(full).spawn().unwrap();
    Run::from(child.wait_with_output().await.unwrap()).expect(74);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_is_typed_is_compared_as_it_is_dialled_where_the_installation_stands() {
    let (mut world, store, _) = world().await;
    world.set("CONTACTS__REGION", "DE");
    run(&world, "add", &[ADA, "--business-phone", "030 123456"]).await;
    let Store::Sqlite(pool) = &store else { unreachable!() };
    let e164: Option<String> =
        sqlx::query_scalar("SELECT e164 FROM contact_phone_v").fetch_one(pool).await.unwrap();
    assert_eq!(e164.as_deref(), Some("+4930123456"));
}
