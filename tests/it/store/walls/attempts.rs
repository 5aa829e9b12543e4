//! Readers who would have the service itself do something for them, or keep it from its work.

use super::super::upgrade::left_at;
use super::*;
use std::time::Duration;
use tokio::time::timeout;

/// Whoever waits for another that long waits for ever.
const SOON: Duration = Duration::from_secs(30);

async fn execute(pool: &PgPool, sql: &str) {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(pool).await.unwrap();
}

/// A function that fits what the service calls better than the server's own, and lets its maker in.
fn better_format(role: &str, owner: &str, schema: &str) -> String {
    format!(
        "CREATE FUNCTION {schema}.format(f TEXT, v TEXT) RETURNS TEXT LANGUAGE plpgsql AS $$ BEGIN
            IF current_user = '{owner}' THEN EXECUTE 'GRANT \"{owner}\" TO {role}'; END IF;
            RETURN pg_catalog.format(f, v); END $$"
    )
}

#[tokio::test]
async fn who_may_make_functions_beside_the_tables_has_the_service_do_nothing() {
    let server = Server::start().await;
    let role = server.add(Some(&["u1"]), false).await;
    let one = server.sign_in(&role).await.unwrap();
    let owner = text(&server.store, "SELECT current_user::text").await.unwrap();
    let schema = text(&server.store, "SELECT current_schema()::text").await.unwrap();
    run(&server.store, &format!("GRANT CREATE ON SCHEMA {schema} TO PUBLIC")).await;
    execute(&one, &better_format(&role, &owner, &schema)).await;
    let verifier = scram_verifier(&secret(PASSWORD.to_owned()));
    let carol = name("carol");
    let new = NewReader { role: &carol, verifier: Some(&verifier), owners: None, writes_contacts: false };
    let refused = server.store.add_reader(new, &tester(), at(0)).await.unwrap_err();
    assert_eq!(refused.meaning().code, "schema_open");
    assert!(
        refused.to_string().ends_with(&format!("REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC;")),
        "{refused}"
    );
    assert_eq!(server.store.walls_seen().await.unwrap().makers, ["PUBLIC"]);
    run(
        &server.store,
        &format!("REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC; GRANT CREATE ON SCHEMA {schema} TO {role}"),
    )
    .await;
    assert_eq!(server.store.walls_seen().await.unwrap().makers, std::slice::from_ref(&role));
    server.store.remove_reader(&role, &tester(), at(0)).await.unwrap();
    assert_eq!(refusal(&one, &format!("SET ROLE \"{owner}\"")).await, FORBIDDEN);
}

#[tokio::test]
async fn no_reader_learns_whom_another_is_bound_to() {
    let server = Server::start().await;
    let other = server.add(Some(&["someone.else"]), false).await;
    let one = server.reader(Some(&["u1"]), false).await;
    let policies = "SELECT string_agg(concat(policyname, roles, qual, with_check), ' ') FROM pg_policies WHERE schemaname = current_schema()";
    let seen = words(&one, policies).await;
    assert!(!seen.contains("someone.else") && !seen.contains(&other), "{seen}");
    // Of the table they see what is said of themselves.
    assert_eq!(words(&one, "SELECT string_agg(owners::text, ',') FROM reader").await, "{u1}");
    for column in ["origin", "added_at", "writes_contacts"] {
        assert_eq!(refusal(&one, &format!("SELECT {column} FROM reader")).await, FORBIDDEN, "{column}");
    }
}

#[tokio::test]
async fn a_reader_is_let_in_and_put_out_while_another_reads_in_a_transaction_of_its_own() {
    let server = Server::start().await;
    let one = server.reader(Some(&["u1"]), false).await;
    let mut reading = one.begin().await.unwrap();
    for view in VIEWS {
        sqlx::raw_sql(AssertSqlSafe(format!("SELECT * FROM {view}"))).execute(&mut *reading).await.unwrap();
    }
    let other = timeout(SOON, server.add(Some(&["u2"]), true)).await.expect("it waits for who reads");
    let by = tester();
    let put_out = server.store.remove_reader(&other, &by, at(0));
    timeout(SOON, put_out).await.expect("it waits for who reads").unwrap();
    reading.rollback().await.unwrap();
}

#[tokio::test]
async fn an_upgrade_that_somebody_stands_in_the_way_of_ends_soon_and_says_who() {
    let url = postgres_url().await;
    let store = left_at(154, &url).await;
    let other = PgPool::connect(&url).await.unwrap();
    let mut reading = other.begin().await.unwrap();
    sqlx::raw_sql("SELECT * FROM account").execute(&mut *reading).await.unwrap();
    let who: i32 = sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(&mut *reading).await.unwrap();
    let refused = timeout(SOON, store.migrate()).await.expect("it waits for ever").unwrap_err();
    assert_eq!(refused.meaning().code, "database_held");
    assert!(format!("{refused:#}").contains(&who.to_string()), "{refused}");
    assert!(refused.meaning().next.contains("pg_terminate_backend"), "{}", refused.meaning().next);
    reading.rollback().await.unwrap();
    store.migrate().await.unwrap();
}

#[tokio::test]
async fn who_may_only_connect_keeps_nobody_from_an_upgrade() {
    let url = postgres_url().await;
    let store = left_at(154, &url).await;
    let other = PgPool::connect(&url).await.unwrap();
    let mut locking = other.acquire().await.unwrap();
    // What the program takes before it sets a database up; and what versions before took.
    let locks = format!(
        "SELECT pg_advisory_lock(hashtext('outlook_syncd'), hashtext(current_schema())), pg_advisory_lock({})",
        i64::from_be_bytes(*b"outlooks")
    );
    sqlx::raw_sql(AssertSqlSafe(locks)).execute(&mut *locking).await.unwrap();
    timeout(SOON, store.migrate()).await.expect("it waits for ever").unwrap();
}

#[tokio::test]
async fn a_role_that_may_make_itself_more_is_not_let_in() {
    let server = Server::start().await;
    let other = server.add(Some(&["u2"]), false).await;
    for (attributes, said) in [
        ("CREATEROLE", "may make roles"),
        ("REPLICATION", "may copy the whole server"),
        ("IN ROLE pg_write_all_data", "is a member of pg_write_all_data"),
        ("IN ROLE pg_execute_server_program", "is a member of pg_execute_server_program"),
        ("IN ROLE pg_read_server_files", "is a member of pg_read_server_files"),
        ("IN ROLE pg_write_server_files", "is a member of pg_write_server_files"),
        (&format!("IN ROLE {other}"), "is a member of another reader"),
    ] {
        let role = server.role(attributes).await;
        let new = NewReader { role: &role, verifier: None, owners: None, writes_contacts: false };
        let refused = server.store.add_reader(new, &tester(), at(0)).await.map(drop).expect_err(attributes);
        assert!(refused.to_string().contains(said), "{refused}");
    }
    let role = server.add(Some(&["u1"]), false).await;
    for more in [format!("ALTER ROLE {role} CREATEROLE"), format!("GRANT {other} TO {role}")] {
        run(&server.store, &more).await;
        assert_eq!(server.store.walls_seen().await.unwrap().loose.len(), 1, "{more}");
        run(&server.store, &format!("ALTER ROLE {role} NOCREATEROLE")).await;
    }
}
