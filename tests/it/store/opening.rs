//! What an operator is told when the database cannot be opened: where it is, why, and the step to take; no
//! password.

use super::upgrade::{drop_role, with_role};
use super::*;
use outlook_syncd::error::Disposition;
use outlook_syncd::store::{Schema, StoreError};
use outlook_syncd::sync::Failure;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::str::FromStr;

/// A password, or its parts, which nobody may see.
const SECRET: &str = "hunter2";

/// The refusal with all that is said of it.
async fn refused(url: &str) -> Failure {
    told(Store::open(url, Schema::Update).await.unwrap_err())
}

fn told(error: StoreError) -> Failure {
    assert!(!format!("{error:?}").contains(SECRET), "{error:?}");
    let failure = Failure::from(error);
    assert!(!format!("{failure:?}").contains(SECRET), "{failure:?}");
    failure
}

/// Asserts the class, and that these words stand in the message or the hint.
fn assert_told(failure: &Failure, code: &str, disposition: Disposition, words: &[&str]) {
    assert_eq!((failure.meaning.code, failure.meaning.disposition), (code, disposition), "{failure:?}");
    for word in words {
        assert!(
            failure.message.contains(word) || failure.meaning.hint().contains(word),
            "{word}: {failure:?}"
        );
    }
}

#[tokio::test]
async fn an_address_that_means_no_database_is_refused() {
    for url in ["", "mysql://localhost/x", "/var/lib/store.db", "postgres://[::"] {
        let words = ["postgres://user:password@host/database"];
        assert_told(&refused(url).await, "database_address", Disposition::Fatal, &words);
    }
}

/// Nothing of it may be taken for a host: whoever answers for the domain would be asked for it.
#[tokio::test]
async fn a_password_that_is_not_percent_encoded_is_said_and_not_looked_up() {
    for password in ["hunter2/x", "x@hunter2/x", "12/hunter2", "x@hunter2?x", "12?hunter2", "x@hunter2#x"] {
        let failure = refused(&format!("postgres://user:{password}@db.example.test/mail")).await;
        assert_told(&failure, "database_address", Disposition::Fatal, &["percent-encoded", "%40 %2F"]);
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named_and_tried_again() {
    // Nobody listens on a port that was just given back.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let failure = refused(&format!("postgres://x:{SECRET}@127.0.0.1:{port}/mail")).await;
    let place = format!("PostgreSQL at 127.0.0.1:{port}/mail: no connection");
    assert_told(&failure, "database_connection", Disposition::Retry, &[&place, "refused"]);
    // No name server is asked for a name that cannot be.
    let host = "x".repeat(64);
    let failure = refused(&format!("postgres://x:{SECRET}@{host}/mail")).await;
    assert_told(&failure, "database_connection", Disposition::Retry, &[&host, "lookup"]);
}

/// The parts of the test server's address: before the password, the rest after it.
async fn server() -> (String, String) {
    let url = postgres_url().await;
    let (before, after) = url.split_once('@').unwrap();
    (before.rsplit_once(':').unwrap().0.to_owned(), after.to_owned())
}

#[tokio::test]
async fn a_wrong_password_or_user_of_the_server_is_for_the_operator() {
    let (before, after) = server().await;
    for (login, user) in [(before.as_str(), "test"), ("postgres://nobody", "nobody")] {
        let failure = refused(&format!("{login}:{SECRET}@{after}")).await;
        let said = format!("password authentication failed for user \"{user}\"");
        let words = [said.as_str(), "percent-encoded", "database.url_file", "PostgreSQL at 127.0.0.1"];
        assert_told(&failure, "database_login", Disposition::Fatal, &words);
        assert!(!failure.message.contains(" at line "), "{failure:?}");
        assert!(!failure.meaning.hint().contains("disk"), "{failure:?}");
    }
}

#[tokio::test]
async fn a_database_that_the_server_does_not_have_is_to_be_made() {
    let url = postgres_url().await.replace("/postgres?", "/no_such_mail?");
    let words = ["database \"no_such_mail\" does not exist", "CREATE DATABASE", "PostgreSQL at 127.0.0.1"];
    assert_told(&refused(&url).await, "database_missing", Disposition::Fatal, &words);
}

#[tokio::test]
async fn a_user_that_may_not_make_tables_is_to_own_the_database() {
    let url = postgres_url().await;
    let store = Store::connect(&url).await.unwrap();
    let (role, schema) = with_role(&store).await;
    let failure = refused(&format!("{url}&options[role]={role}")).await;
    let said = format!("permission denied for schema {schema}");
    let words = [said.as_str(), "OWNER TO", "GRANT", "PostgreSQL at 127.0.0.1"];
    assert_told(&failure, "database_permission", Disposition::Fatal, &words);
    drop_role(&store, &role).await;
}

async fn refused_file(file: &Path) -> Failure {
    let failure = refused(&format!("sqlite://{}", file.display())).await;
    assert!(failure.message.starts_with(&format!("SQLite at {}: ", file.display())), "{failure:?}");
    failure
}

#[tokio::test]
async fn a_directory_that_is_missing_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("none/store.db");
    let failure = refused_file(&file).await;
    let missing = format!("{}: No such file or directory", dir.path().join("none").display());
    assert_told(&failure, "database_access", Disposition::Fatal, &[&missing, "must exist"]);
    let url = format!("sqlite://{}", file.display());
    let same = told(Store::open(&url, Schema::Keep).await.unwrap_err());
    assert_eq!(same, failure, "reading makes nothing, but says what stands in the way");
}

#[tokio::test]
async fn a_directory_or_a_file_that_cannot_be_written_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("store.db");
    let chmod = |path: &Path, mode| fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    chmod(dir.path(), 0o500);
    if fs::write(dir.path().join("try"), "").is_ok() {
        eprintln!("root may write anywhere");
        return;
    }
    let failure = refused_file(&file).await;
    let denied = format!("{}: Permission denied", dir.path().display());
    assert_told(&failure, "database_access", Disposition::Fatal, &[&denied, "belong to the user"]);
    chmod(dir.path(), 0o700);
    migrated(&sqlite_url(&dir)).await.close().await;
    for (file_mode, dir_mode, culprit) in [(0o400, 0o700, file.as_path()), (0o600, 0o500, dir.path())] {
        chmod(&file, file_mode);
        chmod(dir.path(), dir_mode);
        let failure = refused_file(&file).await;
        let denied = format!("{}: Permission denied", culprit.display());
        assert_told(&failure, "database_access", Disposition::Fatal, &[&denied]);
        chmod(dir.path(), 0o700);
    }
}

#[tokio::test]
async fn a_file_that_is_no_database_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("store.db");
    let content = "no database at all, but a letter to somebody. ".repeat(100);
    fs::write(&file, &content).unwrap();
    let words = ["file is not a database", "backup"];
    assert_told(&refused_file(&file).await, "database_corrupt", Disposition::Fatal, &words);
    assert_eq!(fs::read_to_string(&file).unwrap(), content);
}

#[tokio::test]
async fn a_disk_that_is_full_when_the_schema_is_made_is_said_with_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let url = sqlite_url(&dir);
    let options = SqliteConnectOptions::from_str(&url).unwrap().create_if_missing(true);
    let small = SqlitePoolOptions::new().connect_with(options.pragma("max_page_count", "8")).await.unwrap();
    let store = Store::Sqlite(small);
    let failure = told(store.migrate().await.unwrap_err());
    let place = format!("SQLite at {}", dir.path().join("store.db").display());
    assert_told(&failure, "database_full", Disposition::Fatal, &[&place, "make room"]);
    assert!(store.is_new().await.unwrap(), "all of it or nothing");
}

/// Every connection that a store keeps, held.
async fn held(store: &Store) -> Vec<Box<dyn std::any::Any>> {
    let mut held: Vec<Box<dyn std::any::Any>> = Vec::new();
    match store {
        Store::Sqlite(pool) => {
            for _ in 0..pool.options().get_max_connections() {
                held.push(Box::new(pool.acquire().await.unwrap()));
            }
        }
        Store::Postgres(pool) => {
            for _ in 0..pool.options().get_max_connections() {
                held.push(Box::new(pool.acquire().await.unwrap()));
            }
        }
    }
    held
}

#[tokio::test]
async fn who_asks_and_asks_takes_no_connection_from_the_cycle() {
    super::on_both(async |store| {
        let asked = store.apart();
        let connections = held(&asked).await;
        store.check().await.unwrap();
        drop(connections);
        asked.check().await.unwrap();
        asked.close().await;
        store.check().await.unwrap();
    })
    .await;
}
