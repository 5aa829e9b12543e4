//! The audit log, changed by somebody who writes to the database and has no key.

use chrono::TimeDelta;
use outlook_syncd::clock::Clock;
use outlook_syncd::model::{AuditAction, AuditEntry};
use outlook_syncd::store::Store;
use outlook_syncd::strongbox::{AuditFault, AuditState, Strongbox, audit_state};
use outlook_syncd::vault::{KeySource, Ring, new_key_file};

struct Fixture {
    store: Store,
    clock: Clock,
    strongbox: Strongbox,
    ring: Ring,
}

async fn world() -> Fixture {
    let dir = tempfile::tempdir().unwrap();
    let key = dir.path().join("key");
    new_key_file(&key).unwrap();
    let ring = || Ring::load(&KeySource { file: Some(key.clone()), ..KeySource::default() }).unwrap();
    let store = Store::connect("sqlite::memory:").await.unwrap();
    store.migrate().await.unwrap();
    let clock = Clock::manual("2026-03-01T08:00:00Z".parse().unwrap());
    let strongbox = Strongbox::open(store.clone(), ring(), clock.clone()).await.unwrap();
    Fixture { store, clock, strongbox, ring: ring() }
}

impl Fixture {
    async fn written(&self, lines: usize) {
        for line in 0..lines {
            let entry = AuditEntry::new(self.clock.now(), &format!("token:{line}"), AuditAction::TokenMade);
            self.store.audit(&entry).await.unwrap();
        }
    }

    async fn audited(&self) -> AuditState {
        audit_state(&self.store, &self.ring).await.unwrap()
    }

    /// What a writer does who may do everything.
    async fn write(&self, sql: &'static str) {
        let Store::Sqlite(pool) = &self.store else { unreachable!() };
        sqlx::raw_sql(sql).execute(pool).await.unwrap();
    }
}

#[tokio::test]
async fn a_line_that_was_changed_removed_or_swapped_is_found() {
    use AuditFault::{Changed, Head, Mark, NoHead, PutIn, Removed};
    for (sql, fault) in [
        ("UPDATE audit_log SET actor = 'nobody' WHERE seq = 2", Changed(2)),
        ("UPDATE audit_log SET owner = 'u2' WHERE seq = 5", Changed(5)),
        ("DELETE FROM audit_log WHERE seq = 2", Removed(2)),
        ("DELETE FROM audit_log WHERE seq = 5", Removed(5)),
        (
            "UPDATE audit_log SET seq = -1 WHERE seq = 2; UPDATE audit_log SET seq = 2 WHERE seq = 3;
          UPDATE audit_log SET seq = 3 WHERE seq = -1",
            Changed(2),
        ),
        (
            "INSERT INTO audit_log (id, at, actor, action) VALUES ('x', 9000000000000, 'anna', 'token_made')",
            PutIn,
        ),
        // As if the last lines had never been.
        (
            "DELETE FROM audit_log WHERE seq > 3;
          UPDATE audit_head SET seq = 3, link = (SELECT link FROM audit_log WHERE seq = 3)",
            Mark(4),
        ),
        // As if the first ones had been pruned.
        (
            "UPDATE audit_head SET base_seq = 2, base_link = (SELECT link FROM audit_log WHERE seq = 2);
          DELETE FROM audit_log WHERE seq <= 2",
            Mark(4),
        ),
        ("UPDATE audit_head SET link = x'00'", Head),
        (
            "UPDATE audit_head SET mark = x'02000000010000000000000000000000000000000000000000000000000000000000000000'",
            Mark(4),
        ),
        ("DELETE FROM audit_head", NoHead),
    ] {
        let world = world().await;
        world.written(4).await;
        world.strongbox.seal_audit().await.unwrap();
        world.written(1).await;
        assert_eq!(world.audited().await, AuditState::Whole { lines: 5, before: 0 });
        world.write("DROP TRIGGER audit_log_no_update; DROP TRIGGER audit_log_no_delete").await;
        world.write(sql).await;
        assert_eq!(world.audited().await, AuditState::Broken(fault.clone()), "{sql}");
        world.strongbox.seal_audit().await.unwrap();
        assert_eq!(world.audited().await, AuditState::Broken(fault), "and stays found: {sql}");
    }
}

#[tokio::test]
async fn an_audit_log_that_is_pruned_and_goes_on_is_whole() {
    let mut world = world().await;
    world.strongbox = world.strongbox.clone().keeping_audit(TimeDelta::days(30));
    world.written(3).await;
    world.strongbox.seal_audit().await.unwrap();
    for _ in 0..62 {
        world.clock.advance(TimeDelta::hours(12));
        world.strongbox.seal_audit().await.unwrap();
    }
    world.written(2).await;
    world.strongbox.seal_audit().await.unwrap();
    assert_eq!(world.store.audit_log(9).await.unwrap().len(), 2);
    assert_eq!(world.audited().await, AuditState::Whole { lines: 2, before: 0 });
}

#[tokio::test]
async fn a_start_with_a_wrong_clock_takes_no_line_of_the_audit_log_away() {
    let mut world = world().await;
    world.strongbox = world.strongbox.clone().keeping_audit(TimeDelta::days(400));
    for _ in 0..10 {
        world.written(1).await;
        world.strongbox.seal_audit().await.unwrap();
        world.clock.advance(TimeDelta::days(1));
    }
    let (right, hours) = (world.clock.now(), 24);
    world.clock.advance(TimeDelta::days(500));
    for _ in 0..hours {
        world.written(1).await;
        world.strongbox.seal_audit().await.unwrap();
        world.clock.advance(TimeDelta::minutes(5));
    }
    let before = |log: Vec<AuditEntry>| log.iter().filter(|line| line.at < right).count();
    assert_eq!(before(world.store.audit_log(99).await.unwrap()), 10);
    assert_eq!(world.audited().await, AuditState::Whole { lines: 10 + hours, before: 0 });
    // Nobody sees to it for two days, and then it is set right.
    for _ in 0..48 {
        world.strongbox.seal_audit().await.unwrap();
        world.clock.advance(TimeDelta::hours(1));
    }
    world.clock.advance(right - world.clock.now());
    world.strongbox.seal_audit().await.unwrap();
    assert_eq!(before(world.store.audit_log(99).await.unwrap()), 10);
}

#[tokio::test]
async fn lines_of_a_version_before_stay_and_prove_nothing() {
    let world = world().await;
    world
        .write(
            "UPDATE audit_head SET begun_at = 5, mark = NULL;
                 INSERT INTO audit_log (id, at, actor, action) VALUES ('x', 5, 'anna', 'token_made')",
        )
        .await;
    world.strongbox.seal_audit().await.unwrap();
    world.written(1).await;
    assert_eq!(world.audited().await, AuditState::Whole { lines: 1, before: 1 });
}
