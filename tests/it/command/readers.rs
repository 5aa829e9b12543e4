//! `reader`: what it prints, takes and refuses.

use crate::stage::World;
use crate::store::postgres_url;
use sqlx::PgPool;
use sqlx::postgres::PgConnectOptions;
use std::str::FromStr;
use uuid::Uuid;

async fn on_postgres() -> (World, String, String) {
    let (mut world, url) = (World::new().await, postgres_url().await);
    world.set_secret("DATABASE__URL_FILE", "database-url", &url);
    (world, url, format!("reader_{}", Uuid::new_v4().simple()))
}

/// Signs in with nothing but name and password.
async fn sign_in(url: &str, role: &str, password: &str) -> sqlx::Result<PgPool> {
    let options = PgConnectOptions::from_str(url.split('?').next().unwrap()).unwrap();
    PgPool::connect_with(options.username(role).password(password)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_password_alone_is_on_standard_output_and_lets_the_reader_in() {
    let (world, url, role) = on_postgres().await;
    let added = world.run(&["reader", "add", &role, "--owner", "42"]).await.expect(0);
    assert!(added.err.contains("shown once") && !added.err.contains(added.out.trim()), "{}", added.err);
    let pool = sign_in(&url, &role, added.out.trim()).await.unwrap();
    let seen: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM message_v").fetch_one(&pool).await.unwrap();
    assert_eq!(seen, 0);
    let listed = world.run(&["reader", "list"]).await.expect(0);
    assert!(listed.out.contains(&role) && listed.out.contains("42"), "{}", listed.out);
    let doctor = world.run(&["doctor"]).await;
    assert!(doctor.out.contains("ok   readers: 1 by SQL"), "{}", doctor.out);
    let taken = world.run(&["reader", "add", &role, "--everybody"]).await.expect(64);
    assert!(taken.err.contains("--existing"), "{}", taken.err);
    world.run(&["reader", "remove", &role]).await.expect(0);
    world.run(&["reader", "remove", &role]).await.expect(64);
    assert!(sign_in(&url, &role, added.out.trim()).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_is_piped_in_is_taken_as_it_is_or_refused() {
    let (world, url, role) = on_postgres().await;
    let add = ["reader", "add", &role, "--everybody", "--password-stdin"];
    for wrong in ["too short\n", "sixteen characters of ä\n", "\n", " an invented password\n"] {
        world.run_with(&add, wrong).await.expect(64);
    }
    let added = world.run_with(&add, "an invented password\n").await.expect(0);
    assert!(!added.out.contains("invented") && !added.err.contains("invented"), "{}{}", added.out, added.err);
    assert!(sign_in(&url, &role, "an invented password").await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_a_reader_sees_is_always_said_and_sqlite_has_none() {
    let world = World::new().await;
    for wrong in [
        &["crm"][..],
        &["crm", "--owner", ""],
        &["crm", "--owner", "42", "--everybody"],
        &["pg_crm", "--owner", "42"],
        &["public", "--owner", "42"],
        &["crm", "--owner", "42", "--existing", "--password-stdin"],
        &["crm", "--owner", "42"],
    ] {
        let run = world.run(&[&["reader", "add"][..], wrong].concat()).await.expect(64);
        assert!(run.out.is_empty(), "{}", run.out);
    }
    let refused = world.run(&["reader", "list"]).await.expect(64);
    assert!(refused.err.contains("SQLite") && refused.err.contains("token new"), "{}", refused.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_role_that_there_is_nothing_goes_where_a_password_would() {
    let (world, url, role) = on_postgres().await;
    world.run(&["reader", "add", &role, "--owner", "42"]).await.expect(0);
    let changed = world.run(&["reader", "add", &role, "--everybody", "--existing"]).await.expect(0);
    assert_eq!(changed.out, "", "{}", changed.err);
    let server = PgPool::connect(&url).await.unwrap();
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!("ALTER ROLE {role} NOLOGIN"))).execute(&server).await.unwrap();
    let refused = world.run(&["reader", "add", &role, "--everybody", "--existing"]).await.expect(64);
    assert!(refused.err.contains("nobody can sign in") && refused.err.contains("LOGIN"), "{}", refused.err);
    let doctor = world.run(&["doctor"]).await;
    let told = format!("FAIL readers: readers as whom nobody can sign in: {role}");
    assert!(doctor.out.contains(&told), "{}", doctor.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_forgets_whom_a_reader_sees_is_told_of_both_ways() {
    let world = World::new().await;
    let refused = world.run(&["reader", "add", "crm"]).await.expect(64);
    assert!(refused.err.contains("--owner") && refused.err.contains("--everybody"), "{}", refused.err);
}
