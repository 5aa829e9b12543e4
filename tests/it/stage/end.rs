//! What a world must not leave behind: a lease, a browser, a profile.

use super::World;
use super::browser::{command_line, describe, processes};
use std::path::Path;
use std::time::{Duration, Instant};

/// How long processes that were killed may take to go.
const PATIENCE: Duration = Duration::from_secs(5);

impl Drop for World {
    fn drop(&mut self) {
        nothing_left(|| self.left());
    }
}

impl World {
    fn left(&self) -> Vec<String> {
        [left_by_browsers(&self.state_dir().join("browser")), leases(&self.database())].concat()
    }
}

/// Fails a test that has not failed already and after which there is something left for good.
pub(crate) fn nothing_left(look: impl Fn() -> Vec<String>) {
    let end = Instant::now() + PATIENCE;
    while !std::thread::panicking() {
        let left = look();
        if left.is_empty() {
            break;
        }
        assert!(Instant::now() < end, "the test leaves work undone: {left:?}");
        std::thread::park_timeout(Duration::from_millis(10));
    }
}

/// The browsers that have their profiles here, and the profiles.
pub(crate) fn left_by_browsers(profiles: &Path) -> Vec<String> {
    [browsers(profiles), directories(profiles)].concat()
}

/// Chromium and its crash handlers, which stand in groups of their own.
fn browsers(profiles: &Path) -> Vec<String> {
    let profile = format!("={}/", profiles.display());
    let living = processes().into_iter().filter(|(_, stat)| stat.state != 'Z').map(|(pid, _)| pid);
    let ours = living.filter(|pid| command_line(*pid).contains(&profile));
    ours.map(|pid| format!("a browser: {}", describe(pid))).collect()
}

fn directories(profiles: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(profiles).into_iter().flatten().flatten().map(|entry| entry.path());
    entries.filter(|path| path.is_dir()).map(|path| format!("a profile: {}", path.display())).collect()
}

/// The tables in which somebody holds a lease.
fn leases(database: &Path) -> Vec<String> {
    if !database.exists() {
        return Vec::new();
    }
    let url = format!("sqlite://{}?mode=ro", database.display());
    let looked = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(held(&url))
    });
    looked.join().unwrap().unwrap()
}

async fn held(url: &str) -> sqlx::Result<Vec<String>> {
    let mut database = <sqlx::SqliteConnection as sqlx::Connection>::connect(url).await?;
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT t.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c
         WHERE t.type = 'table' AND c.name = 'lease_until'",
    )
    .fetch_all(&mut database)
    .await?;
    let mut held = Vec::new();
    for table in tables {
        let text = format!("SELECT COUNT(*) FROM {table} WHERE lease_until IS NOT NULL");
        let count: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(text)).fetch_one(&mut database).await?;
        held.extend((count > 0).then(|| format!("leases in {table}: {count}")));
    }
    Ok(held)
}

mod tests {
    use super::*;
    use crate::stage::{Stage, new_account, now};
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::process::{Command, Stdio};

    fn fails(world: World) -> bool {
        catch_unwind(AssertUnwindSafe(|| drop(world))).is_err()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_world_that_leaves_nothing_ends_well() {
        let world = World::new().await;
        world.run(&["migrate"]).await.expect(0);
        assert!(!fails(world));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_lease_that_is_held_at_the_end_is_seen() {
        let stage = Stage::start().await;
        let new = new_account("u1", "ada@example.test", now());
        let store = stage.store().clone();
        store.add_account(&new, now()).await.unwrap();
        store.begin_session(&new.id, None, now()).await.unwrap();
        let claim = store.claim("test", now(), now(), PATIENCE).await.unwrap().unwrap();
        let left = stage.left();
        assert!(left.len() == 1 && left[0].contains("lease"), "{left:?}");
        store.release(&claim).await.unwrap();
        assert_eq!(stage.left(), Vec::<String>::new());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_profile_that_is_left_fails_the_test() {
        let world = World::new().await;
        std::fs::create_dir_all(world.state_dir().join("browser/1-0")).unwrap();
        assert!(fails(world));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_browser_that_lives_is_seen() {
        let world = World::new().await;
        let profile = format!("--user-data-dir={}/browser/1-0", world.state_dir().display());
        let mut command = Command::new("sh");
        let command = command.args(["-c", "read line", "chromium", &profile]).stdin(Stdio::piped());
        let mut browser = command.spawn().unwrap();
        let left = world.left();
        assert!(left.len() == 1 && left[0].contains("a browser"), "{left:?}");
        drop(browser.stdin.take());
        browser.wait().unwrap();
    }
}
