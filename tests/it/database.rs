//! The database as the commands meet it: new, older, or not to be opened.

#![cfg(test)]

use crate::stage::{Daemon, READ, Run, World};
use crate::store::{left_at, postgres_url};
use outlook_syncd::store::Store;
use reqwest::{Method, StatusCode};

/// Commands that only read.
const READING: [&[&str]; 6] = [
    &["status"],
    &["messages"],
    &["account", "list"],
    &["account", "show", "ada"],
    &["token", "list"],
    &["key", "list"],
];

/// A world whose database is on PostgreSQL, and its address.
async fn on_postgres() -> (World, String) {
    let (mut world, url) = (World::new().await, postgres_url().await);
    world.set_secret("DATABASE__URL_FILE", "database-url", &url);
    (world, url)
}

/// Each with its database's address.
async fn both() -> [(World, String); 2] {
    let world = World::new().await;
    let url = format!("sqlite://{}", world.database().display());
    [(world, url), on_postgres().await]
}

/// Nothing of what PostgreSQL has to say.
fn assert_quiet(run: &Run) {
    assert!(!run.err.contains("notice") && !run.err.contains("skipping"), "{}", run.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_that_only_read_make_no_database() {
    for (world, url) in both().await {
        for command in READING {
            let run = world.run(command).await.expect(if command.contains(&"show") { 64 } else { 0 });
            assert_quiet(&run);
        }
        let status = world.run(&["status"]).await.expect(0);
        assert!(status.out.contains("no account is connected yet"), "{}", status.out);
        let doctor = world.run(&["doctor"]).await;
        let said = "new: the service makes the schema when it starts";
        assert!(doctor.out.contains("ok   database") && doctor.out.contains(said), "{}", doctor.out);
        assert!(!world.database().exists());
        assert!(Store::connect(&url).await.unwrap().is_new().await.unwrap());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_command_that_writes_sets_the_database_up() {
    for (world, url) in both().await {
        world.run(&["token", "new", "crm", "--scope", "read"]).await.expect(0);
        assert_eq!(Store::connect(&url).await.unwrap().api_tokens().await.unwrap().len(), 1);
        let doctor = world.run(&["doctor"]).await;
        assert!(doctor.out.contains("schema up to date"), "{}", doctor.out);
        for command in [&["token", "list"][..], &["migrate"], &["status"]] {
            let run = world.run(command).await.expect(0);
            assert_quiet(&run);
            assert!(!run.err.contains("database"), "{}", run.err);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_schema_is_said_with_the_step_and_only_migrate_and_the_service_change_it() {
    for (world, url) in both().await {
        let store = left_at(4, &url).await;
        let pending = store.pending_migrations().await.unwrap();
        store.close().await;
        let writing: [&[&str]; 2] = [&["sync"], &["token", "new", "crm", "--scope", "read"]];
        for command in READING.into_iter().chain(writing) {
            let run = world.run(command).await.expect(70);
            assert!(
                run.err.contains("older schema") && run.err.contains("outlook-syncd migrate"),
                "{}",
                run.err
            );
        }
        let doctor = world.run(&["doctor"]).await;
        let said = format!("migrations to run: {pending}; the service does it when it starts");
        assert!(doctor.out.contains("ok   database") && doctor.out.contains(&said), "{}", doctor.out);
        let run = world.run(&["migrate", "--json"]).await.expect(0);
        assert_eq!(run.json()["migrations"], pending);
        assert_quiet(&run);
        world.run(&["status"]).await.expect(0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn once_brings_an_older_schema_up_to_date() {
    for (world, url) in both().await {
        left_at(4, &url).await.close().await;
        assert_quiet(&world.once().await.expect(0));
        assert_eq!(Store::connect(&url).await.unwrap().pending_migrations().await.unwrap(), 0);
    }
}

/// What the service logs until it works.
async fn started(world: &World) -> String {
    let mut service = Daemon::spawn(world);
    service.says(" running ").await;
    service.stop().await;
    service.log()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_service_says_what_it_does_to_the_database_and_where() {
    for (world, url) in both().await {
        let place = Store::connect(&url).await.unwrap().place();
        let log = started(&world).await;
        assert!(log.contains("a new database is set up") && log.contains(&place), "{log}");
        let log = started(&world).await;
        assert!(log.contains("running") && !log.contains("set up") && !log.contains("schema"), "{log}");
    }
    for (world, url) in both().await {
        left_at(4, &url).await.close().await;
        let log = started(&world).await;
        assert!(log.contains("the schema is brought up to date") && !log.contains("new database"), "{log}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_says_what_is_wrong_with_the_database_and_where() {
    let mut world = World::new().await;
    let file = world.dir.path().join("none/mail.db");
    world.set("DATABASE__URL", &format!("sqlite://{}", file.display()));
    let doctor = world.run(&["doctor"]).await;
    let said = format!("FAIL database: SQLite at {}: the database cannot be opened", file.display());
    assert!(doctor.out.contains(&said) && doctor.out.contains("No such file or directory"), "{}", doctor.out);
    assert!(doctor.out.contains("ok   key"), "{}", doctor.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_takes_no_writes_is_told_and_what_is_stored_can_be_read() {
    let (mut world, url) = on_postgres().await;
    let account = world.account(0);
    world.connect(&account).await;
    world.once().await.expect(0);
    let read_only = format!("{url}&options[default_transaction_read_only]=on");
    world.set_secret("DATABASE__URL_FILE", "database-url", &read_only);
    let shown = world.run(&["status"]).await.expect(0);
    assert!(shown.out.contains(&account.smtp), "{}", shown.out);
    assert!(!world.messages(&account.smtp).await.is_empty());
    for command in [&["sync"][..], &["--once"], &["token", "new", "crm", "--scope", "read"]] {
        let run = world.run(command).await.expect(75);
        let said = format!("{}{}", run.out, run.err);
        assert!(said.contains("takes no writes") && !said.contains("defect"), "{command:?}: {said}");
    }
    let doctor = world.run(&["doctor"]).await;
    assert!(doctor.out.contains("FAIL database: PostgreSQL at "), "{}", doctor.out);
    assert!(doctor.out.contains("takes no writes"), "{}", doctor.out);
    let mut daemon = Daemon::start(&world).await;
    let line = daemon.says("no account can be read").await;
    assert!(line.contains("database_read_only"), "{line}");
    let (status, body) = daemon.ask(Method::GET, "/health", READ).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{body}");
    assert!(body.contains("database_read_only") && body.contains(&account.smtp), "{body}");
    daemon.stop().await;
}
