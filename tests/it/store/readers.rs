//! What other programs read: the views, and the file by the SQLite that this machine has beside the one that
//! is built in.

use super::statements::{run, text};
use super::*;
use serde_json::{Value, json};
use std::process::Command;

/// Debian's own, which takes Debian's own SQLite.
const PYTHON: &str = "/usr/bin/python3";

/// Reads everything that a file has, and copies it. Prints the library's version, the names, and what is seen
/// of `message_v`.
const READER: &str = r#"
import json, sqlite3, sys
file, copy = sys.argv[1:]
db = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
names = [name for name, in db.execute("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') ORDER BY name")]
for name in names:
    db.execute(f'SELECT * FROM "{name}"').fetchall()
db.execute("VACUUM INTO ?", (copy,))
seen = "SELECT subject, to_text, cc_text, bcc_text, received_iso, changed_iso FROM message_v ORDER BY received_ms"
rows = [source.execute(seen).fetchall() for source in (db, sqlite3.connect(copy))]
states = db.execute("SELECT mailbox_key, next_sync_iso FROM sync_state_v").fetchall()
print(json.dumps({"version": sqlite3.sqlite_version, "names": names, "rows": rows, "states": states}))
"#;

fn python(arguments: &[&str]) -> Value {
    let ran = Command::new(PYTHON).args(["-I", "-c"]).args(arguments).output().unwrap_or_else(|error| {
        panic!("{PYTHON}: {error}: scripts/setup installs it (Debian: apt-get install python3)")
    });
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    serde_json::from_slice(&ran.stdout).unwrap()
}

/// The version of Debian's package.
fn packaged() -> String {
    let mut ask = Command::new("dpkg-query");
    let ran = ask.args(["--show", "--showformat=${Version}", "libsqlite3-0"]).output().unwrap();
    String::from_utf8(ran.stdout).unwrap()
}

/// Messages with all kinds of recipients, whose positions are not those in which they were stored.
async fn fill(store: &Store) {
    let nobody = || Address { name: None, address: None };
    let only_address = || Address { name: Some(String::new()), address: Some("x@example.org".into()) };
    let only_name = || Address { name: Some("List, all".into()), address: None };
    let claim = claimed(store).await;
    let upserts = [
        ("One", vec![nobody()]),
        ("Two", vec![only_name(), nobody(), only_address(), person("Emil"), nobody()]),
        ("Three", Vec::new()),
    ];
    let upserts = upserts.into_iter().enumerate().map(|(n, (subject, people))| {
        let mut upsert = detailed(subject, subject, at(i64::try_from(n).unwrap()));
        let all = [RecipientKind::To, RecipientKind::Bcc]
            .into_iter()
            .flat_map(|kind| people.iter().map(move |address| Recipient { kind, address: address.clone() }));
        upsert.sight.recipients = Some(all.collect());
        upsert
    });
    store_page(store, &claim, &page(upserts.collect())).await.unwrap();
    run(store, "UPDATE recipient SET position = 1000 - position").await;
}

const TWO: &str = ", Emil <emil@example.org>, x@example.org, , List, all";

#[tokio::test]
async fn recipients_stand_in_their_order_whatever_they_are_called() {
    on_both(async |store| {
        fill(&store).await;
        for (subject, expected) in [("One", Some("")), ("Two", Some(TWO)), ("Three", None)] {
            for (column, expected) in [("to_text", expected), ("bcc_text", expected), ("cc_text", None)] {
                let sql = format!("SELECT {column} FROM message_v WHERE subject = '{subject}'");
                assert_eq!(text(&store, &sql).await.as_deref(), expected, "{subject}: {column}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn debians_own_sqlite_reads_the_file_while_the_service_has_it_open() {
    let dir = tempfile::tempdir().unwrap();
    let store = migrated(&sqlite_url(&dir)).await;
    fill(&store).await;
    let (file, copy) = (dir.path().join("store.db"), dir.path().join("copy.db"));
    assert!(dir.path().join("store.db-wal").metadata().unwrap().len() > 0, "it is read with its log");
    let seen = python(&[READER, file.to_str().unwrap(), copy.to_str().unwrap()]);
    let version = seen["version"].as_str().unwrap();
    assert!(packaged().starts_with(version), "{version} is not Debian's");
    let (changed, day) = ("2026-01-01T00:16:40.000Z", "2026-01-01T00:00");
    let rows = json!([
        ["One", "", null, "", format!("{day}:00.000Z"), changed],
        ["Two", TWO, null, TWO, format!("{day}:01.000Z"), changed],
        ["Three", null, null, null, format!("{day}:02.000Z"), changed],
    ]);
    assert_eq!(seen["rows"], json!([rows, rows]), "in the file and in its copy");
    let names = seen["names"].as_array().unwrap();
    assert!(names.contains(&"message_v".into()) && names.contains(&"audit_log".into()), "{names:?}");
    assert_eq!(seen["states"][0][1], "2026-01-01T00:00:00.000Z");
    store.check().await.unwrap();
}
