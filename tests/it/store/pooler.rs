//! `PgBouncer` between us and PostgreSQL.

use super::postgres_url;
use outlook_syncd::error::Classify as _;
use outlook_syncd::store::Store;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::net::TcpListener;
use std::process::{Child, ChildStderr, Command, Stdio};
use tempfile::TempDir;

/// Debian has it where not everybody looks.
const PGBOUNCER: &str = r#"PATH=$PATH:/usr/sbin exec pgbouncer "$0""#;

/// A running `PgBouncer`, which ends with it.
struct Pooler {
    process: Child,
    url: String,
    /// It goes on saying what it does.
    _log: BufReader<ChildStderr>,
    _directory: TempDir,
}

impl Pooler {
    /// Starts it before the test's server, with these settings.
    async fn start(settings: &str) -> Self {
        let (directory, port) = (tempfile::tempdir().unwrap(), free_port());
        let server: url::Url = postgres_url().await.parse().unwrap();
        let (host, user) = (server.host_str().unwrap(), server.username());
        let (at, password) = (server.port().unwrap(), server.password().unwrap());
        let configuration = format!(
            "[databases]\nmail = host={host} port={at} dbname=postgres user={user} password={password}\n[pgbouncer]\n\
             listen_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = any\n{settings}\n"
        );
        let file = directory.path().join("pgbouncer.ini");
        fs::write(&file, configuration).unwrap();
        let mut command = Command::new("sh");
        let mut process = command.args(["-c", PGBOUNCER]).arg(&file).stderr(Stdio::piped()).spawn().unwrap();
        let mut log = BufReader::new(process.stderr.take().unwrap());
        let is_up = log.by_ref().lines().map_while(Result::ok).any(|line| line.contains("process up"));
        let url = format!("postgres://any@127.0.0.1:{port}/mail");
        let pooler = Self { process, url, _log: log, _directory: directory };
        assert!(is_up, "PgBouncer did not start; scripts/setup installs it");
        pooler
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// One that was just given back.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[tokio::test]
async fn a_pooler_of_transactions_is_refused_with_the_setting_to_change() {
    for settings in
        ["pool_mode = transaction\nignore_startup_parameters = extra_float_digits", "pool_mode = session"]
    {
        let pooler = Pooler::start(settings).await;
        let refused = Store::connect(&pooler.url).await.unwrap_err();
        let meaning = refused.meaning();
        assert_eq!(meaning.code, "database_pooled", "{settings}: {refused:?}");
        let hint = meaning.hint();
        assert!(
            hint.contains("pool_mode = session, ignore_startup_parameters = extra_float_digits"),
            "{hint}"
        );
    }
}

#[tokio::test]
async fn a_pooler_that_keeps_a_connection_for_each_of_ours_is_as_good_as_its_server() {
    let pooler = Pooler::start("pool_mode = session\nignore_startup_parameters = extra_float_digits").await;
    let store = Store::connect(&pooler.url).await.unwrap();
    store.check().await.unwrap();
    store.close().await;
}
