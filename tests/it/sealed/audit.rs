//! The audit log, changed by somebody who writes to the database and has no key.

use crate::stage::new_account;
use chrono::TimeDelta;
use outlook_syncd::clock::Clock;
use outlook_syncd::error::Classify;
use outlook_syncd::model::{Actor, AuditAction, AuditEntry};
use outlook_syncd::secret::secret;
use outlook_syncd::store::Store;
use outlook_syncd::strongbox::{AuditFault, AuditLook, AuditState, AuditWatch, Strongbox, audit_state};
use outlook_syncd::vault::{KeySource, Ring, new_key_file};
use std::path::PathBuf;
use tempfile::TempDir;

struct Fixture {
    store: Store,
    clock: Clock,
    strongbox: Strongbox,
    ring: Ring,
    key: PathBuf,
    _dir: TempDir,
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
    Fixture { store, clock, strongbox, ring: ring(), key, _dir: dir }
}

impl Fixture {
    /// As at the next start.
    async fn opened_again(&self) {
        let source = KeySource { file: Some(self.key.clone()), ..KeySource::default() };
        let ring = Ring::load(&source).unwrap();
        Strongbox::open(self.store.clone(), ring, self.clock.clone()).await.unwrap();
    }

    /// An account, with something that is sealed.
    async fn connected(&self) {
        let new = new_account("u1", "anna@example.test", self.clock.now());
        self.store.add_account(&new, self.clock.now()).await.unwrap();
        self.strongbox.put_session(&new.id, "u1", &secret("cookies".to_owned())).await.unwrap();
    }

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
    use AuditFault::{Beside, Changed, Head, Mark, NoHead, PutIn, Removed};
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
        // Beyond the end, and before the beginning.
        (
            "INSERT INTO audit_log (id, at, actor, action, seq, link) VALUES ('x', 5, 'anna', 'token_made', 9, x'00')",
            Beside(9),
        ),
        (
            "INSERT INTO audit_log (id, at, actor, action, seq, link) VALUES ('x', 5, 'anna', 'token_made', -7, x'00')",
            Beside(-7),
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
async fn a_second_look_checks_what_was_written_since_and_finds_what_was_changed_in_it() {
    let world = world().await;
    let watch = AuditWatch::default();
    let look = async || watch.look(&world.store, &world.ring, world.clock.now()).await.unwrap();
    world.written(4).await;
    world.strongbox.seal_audit().await.unwrap();
    let began = world.clock.now();
    let looked = |lines, checked, others_at| AuditLook {
        state: AuditState::Whole { lines, before: 0 },
        checked,
        others_at,
    };
    assert_eq!(look().await, looked(4, 4, None));
    world.clock.advance(TimeDelta::hours(1));
    world.written(2).await;
    assert_eq!(look().await, looked(6, 2, Some(began)));
    assert_eq!(look().await, looked(6, 0, Some(began)), "nothing was written since");
    // As if the last line had never been: a chain that is whole in itself, under a mark that is good.
    world.write("DROP TRIGGER audit_log_no_update; DROP TRIGGER audit_log_no_delete").await;
    world
        .write(
            "DELETE FROM audit_log WHERE seq > 5;
             UPDATE audit_head SET seq = 5, link = (SELECT link FROM audit_log WHERE seq = 5)",
        )
        .await;
    let cut = AuditState::Broken(AuditFault::Head);
    assert_eq!(look().await.state, cut, "an older end is found by who saw the newer");
    assert_eq!(look().await.state, cut, "and found again by whoever looks next");
    world.written(1).await;
    world.write("UPDATE audit_log SET actor = 'nobody' WHERE seq = 6").await;
    assert_eq!(look().await.state, cut, "also where it has grown as long as it was");
    let fresh = AuditWatch::default().look(&world.store, &world.ring, began).await.unwrap();
    assert_eq!(fresh.state, AuditState::Broken(AuditFault::Changed(6)));
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
    world.opened_again().await;
    world.written(1).await;
    assert_eq!(world.audited().await, AuditState::Whole { lines: 1, before: 1 });
}

/// What was never marked is marked once: who takes the mark away, to have another made over what they wrote, is found.
#[tokio::test]
async fn who_takes_the_mark_away_gets_no_other() {
    for more in ["", "DELETE FROM canary"] {
        let world = world().await;
        world.written(4).await;
        world.connected().await;
        world.strongbox.seal_audit().await.unwrap();
        world.write("UPDATE audit_head SET mark = NULL, sealed_seq = 0, sealed_link = NULL").await;
        world.write(more).await;
        assert!(matches!(world.audited().await, AuditState::Broken(_)), "{more}");
        let _ = world.strongbox.seal_audit().await;
        world.opened_again().await;
        assert!(matches!(world.audited().await, AuditState::Broken(_)), "and stays found: {more}");
    }
}

#[tokio::test]
async fn lines_that_were_written_before_there_was_a_key_are_marked_with_the_first_one() {
    let world = world().await;
    world.written(2).await;
    world
        .write("UPDATE audit_head SET mark = NULL, sealed_seq = 0, sealed_link = NULL; DELETE FROM canary")
        .await;
    assert_eq!(world.audited().await, AuditState::Whole { lines: 2, before: 0 });
    world.opened_again().await;
    assert_eq!(world.audited().await, AuditState::Whole { lines: 2, before: 0 });
    world.connected().await;
    world.write("UPDATE audit_head SET mark = NULL").await;
    assert!(matches!(world.audited().await, AuditState::Broken(_)));
}

#[tokio::test]
async fn who_puts_a_line_where_the_next_belongs_or_says_beforehand_what_was_done_is_found() {
    let world = world().await;
    world.written(2).await;
    world
        .write(
            "INSERT INTO audit_log (id, at, actor, action, detail, seq, link)
             VALUES ('x', 5, 'anna', 'key_retired', '1', 3, x'00')",
        )
        .await;
    let line = AuditEntry::new(world.clock.now(), "command line", AuditAction::KeyRetired);
    let line = AuditEntry { detail: Some("1".to_owned()), ..line };
    let refused = world.store.audit_once(&line).await.unwrap_err().meaning();
    assert_eq!(refused.code, "audit_line_taken", "and what it would tell of is not done");
    assert!(refused.next.contains("audit renew"), "{refused:?}");
}

#[tokio::test]
async fn an_audit_log_that_was_spoilt_begins_anew_and_keeps_its_lines() {
    let world = world().await;
    let actor = Actor::command_line();
    world.written(4).await;
    world.connected().await;
    assert_eq!(world.strongbox.renew_audit(&actor).await.unwrap(), None, "nothing is wrong with it");
    for sql in [
        "DELETE FROM audit_head",
        "INSERT INTO audit_log (id, at, actor, action, seq) VALUES ('x', 9000000000000, 'anna', 'paused', 900)",
        "INSERT INTO audit_log (id, at, actor, action) VALUES ('y', 9000000000001, 'anna', 'paused')",
        "INSERT INTO audit_log (id, at, actor, action, seq) VALUES ('z', 5, 'anna', 'paused', 9223372036854775807)",
        "UPDATE audit_head SET mark = NULL",
    ] {
        let (before, broken) = (world.store.audit_log(99).await.unwrap().len(), world.audited().await);
        world.write(sql).await;
        let AuditState::Broken(fault) = world.audited().await else { panic!("{sql}: {broken:?}") };
        let renewed = world.strongbox.renew_audit(&actor).await.unwrap().unwrap();
        assert_eq!(renewed.fault, fault, "{sql}");
        let lines = world.store.audit_log(99).await.unwrap();
        assert!(lines.len() > before, "none is lost: {sql}");
        assert_eq!(usize::try_from(renewed.lines).unwrap(), lines.len() - 1, "{sql}");
        let first = lines.iter().find(|line| line.action == AuditAction::AuditRenewed).unwrap();
        assert_eq!(first.detail, Some(fault.to_string()));
        world.written(1).await;
        world.opened_again().await;
        let whole = AuditState::Whole { lines: 2, before: i64::try_from(renewed.lines).unwrap() };
        assert_eq!(world.audited().await, whole, "{sql}");
    }
}
