//! The API as a program asks it that nobody here wrote: Schemathesis, by the description that is kept, as two owners
//! and as an operator. What it looks for and what we add to that stands in `tests/peers/fuzz.py`.

use super::described::{Ids, with_book};
use super::*;
use crate::stage::{repository, with_contacts};
use crate::store::postgres_url;
use crate::store::run;
use chrono::TimeDelta;
use outlook_sim::Options;
use outlook_syncd::model::{AccountOutcome, CycleReport, Trigger};
use std::process::Stdio;
use tokio::process::Command;

/// Two owners; and a third, whose accounts an operator asks about.
const USERS: [&str; 3] = ["u1", "u2", "u3"];
/// So many accounts of each may be disconnected.
const SPARE: usize = 40;

/// An owner with an account in which everything is that can be asked for.
struct Owner {
    user: &'static str,
    ids: Ids,
    /// What no other owner may read.
    marks: Vec<String>,
    spare: Vec<String>,
}

impl Owner {
    async fn new(edges: &Stage, user: &'static str, account: &AccountId, number: usize) -> Self {
        let subject = format!("letter-of-{user}-");
        let names = ["Babbage", "Lovelace", "Peirce"].map(|name| format!("{name}-of-{user}"));
        let mut ids = with_book(edges, user, account, names.each_ref().map(String::as_str)).await;
        let message = messages::store_as(edges, account, number, &subject).await;
        ids.insert("{message}", message);
        ids.insert("{attempt}", attempt_of(edges, user, u8::try_from(number).unwrap()).await.to_string());
        ids.insert("{address}", format!("friend-of-{user}@example.test"));
        let mut marks: Vec<_> = ids.values().cloned().chain(names).collect();
        marks.extend([subject, edges.account(number).smtp, format!("c0117ac7{}", &account.as_str()[8..])]);
        Self { user, ids, marks, spare: spare(edges, user).await }
    }
}

/// An account of the simulator's that its owner has connected, by OAuth and for mail.
async fn connected(edges: &Stage, user: &str, index: usize) -> AccountId {
    let id = edges.connected(user, &edges.account(index).smtp).await;
    run(edges.store(), &format!("UPDATE account SET road = 'owa' WHERE id = '{id}'")).await;
    edges.store().begin_session(&id, None, tomorrow()).await.unwrap();
    id
}

/// What is there of an account, as an operator is told.
async fn state(edges: &Stage, operator: &str, account: &str) -> Vec<Value> {
    let mut told = Vec::new();
    for part in ["", "/contacts", "/contacts/matches", "/contacts/journal", "/messages", "/audit?limit=200"] {
        let answer = edges.get(&format!("/v1/accounts/{account}{part}"), operator).await;
        assert_eq!(answer.status, StatusCode::OK, "{part}");
        told.push(answer.json());
    }
    told
}

/// Accounts to be disconnected.
async fn spare(edges: &Stage, user: &str) -> Vec<String> {
    let mut ids = Vec::new();
    for number in 0..SPARE {
        let new = new_account(user, &format!("{number}.spare-of-{user}@example.test"), now());
        edges.store().add_account(&new, now()).await.unwrap();
        edges.store().begin_session(&new.id, None, tomorrow()).await.unwrap();
        ids.push(new.id.to_string());
    }
    ids
}

/// A cycle that went over these accounts.
async fn cycled(edges: &Stage, owners: &[Owner]) {
    let outcome = |owner: &Owner| AccountOutcome {
        account_id: AccountId::from(owner.ids["{id}"].clone()),
        name: format!("{}@example.test", owner.user),
        folders: Vec::new(),
        parts: Vec::new(),
        error: None,
        millis: 12,
    };
    let accounts = owners.iter().map(outcome).collect();
    let report = CycleReport { accounts, ..CycleReport::new(Trigger::Once, now()) };
    edges.store().record_cycle(&report).await.unwrap();
}

/// Endpoints on the database at this address, with these owners.
async fn world(url: Option<&str>) -> (Stage, [Owner; 3]) {
    let mut world = World::of(Options { accounts: 3, messages: 1, ..Options::default() }).await;
    world.register(Registration::public(CALLBACK));
    world.set("CONTACTS__CONFLICT", "ask");
    // No browser: a connect by a password ends at once.
    world.set("BROWSER__EXECUTABLE", "/bin/false");
    if let Some(url) = url {
        world.set_secret("DATABASE__URL_FILE", "database-url", url);
    }
    let edges = edges_of(world).await;
    let mut accounts = Vec::new();
    for (index, user) in USERS.into_iter().enumerate() {
        accounts.push(connected(&edges, user, index).await);
    }
    with_contacts(edges.store()).await;
    let mut owners = Vec::new();
    for (number, (user, account)) in USERS.into_iter().zip(&accounts).enumerate() {
        owners.push(Owner::new(&edges, user, account, number).await);
    }
    cycled(&edges, &owners).await;
    (edges, owners.try_into().ok().unwrap())
}

/// Has the API asked by who holds a token of this user's, or of an operator.
async fn asked(edges: &Stage, (user, phases): (Option<&str>, &str), own: &Owner, other: Option<&Owner>) {
    let given = json!({
        "url": format!("http://{}", edges.address),
        "user": user,
        "owner": own.user,
        "phases": phases,
        "bearer": edges.bearer(&Scope::ALL, user).await,
        "ids": own.ids,
        "spare": own.spare,
        "until": now() + TimeDelta::hours(1),
        "other": other.map(|other| json!({"ids": other.ids, "marks": other.marks})),
    });
    let file = edges.dir.path().join("given.json");
    std::fs::write(&file, given.to_string()).unwrap();
    #[expect(clippy::disallowed_methods, reason = "the tests are told where packages of Python are")]
    let packages = std::env::var("OUTLOOK_SYNCD_TEST_PYTHON").expect("run scripts/test, which installs them");
    let mut python = Command::new("/usr/bin/python3");
    python.arg(repository().join("tests/peers/fuzz.py")).arg(file);
    python.env("PYTHONPATH", packages).env("PYTHONDONTWRITEBYTECODE", "1").stdin(Stdio::null());
    let ran = python.output().await.unwrap();
    assert!(
        ran.status.success(),
        "as {user:?}: {}{}",
        String::from_utf8_lossy(&ran.stdout),
        String::from_utf8_lossy(&ran.stderr)
    );
}

async fn asked_by_all(url: Option<&str>) {
    let (edges, [one, two, three]) = world(url).await;
    let operator = edges.bearer(&[Scope::Read], None).await;
    for (own, other, phases) in [(&one, &two, "coverage,fuzzing"), (&two, &one, "fuzzing")] {
        let before = state(&edges, &operator, &other.ids["{id}"]).await;
        asked(&edges, (Some(own.user), phases), own, Some(other)).await;
        assert_eq!(state(&edges, &operator, &other.ids["{id}"]).await, before, "{} has changed it", own.user);
    }
    asked(&edges, (None, "fuzzing"), &three, None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_asked_of_the_api_is_answered_as_it_is_described() {
    asked_by_all(None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_asked_of_the_api_on_postgres_is_answered_as_it_is_described() {
    asked_by_all(Some(&postgres_url().await)).await;
}
