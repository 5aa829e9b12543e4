//! The command line: errors that say what to do, exit codes of their class.

use crate::support::{World, repository};
use outlook_syncd::config::{Config, Environment};
use std::path::PathBuf;

fn write(world: &World, text: &str) -> String {
    let file = world.dir.path().join("outlook-syncd.toml");
    std::fs::write(&file, text).unwrap();
    file.display().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_configuration_names_the_line_and_starts_nothing() {
    let mut world = World::new().await;
    for (text, said) in [
        ("[sync]\nhistory = \"30d\"\nhistroy = \"7d\"\n", vec!["line 3", "histroy"]),
        ("[sync]\nhistory = \"soon\"\n", vec!["line 2", "30d"]),
        ("[sync]\ntime_zone = \"Mars/Olympus\"\n", vec!["sync.time_zone", "IANA"]),
        ("[sync\n", vec!["line 1"]),
        ("[owa]\nstart = \"http://outlook.office.com/\"\n", vec!["owa.start", "https"]),
    ] {
        let file = write(&world, text);
        let run = world.run(&["--config", &file, "status"]).await.expect(78);
        for word in said {
            assert!(run.err.contains(word), "{word} is not in {}", run.err);
        }
    }
    world.set("SYNC__SCHEDULE", "0 */5 * * * *");
    let run = world.run(&["status"]).await.expect(78);
    assert!(run.err.contains("sync.schedule") && run.err.contains("five"), "{}", run.err);
    assert!(!world.state_dir().join("outlook-syncd.db").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn usage_errors_are_64_and_help_is_not() {
    let world = World::new().await;
    world.run(&["no-such-verb"]).await.expect(64);
    for wrong in [&["--wait"][..], &["--json"], &["--once", "status"]] {
        world.run(wrong).await.expect(64);
    }
    world.run(&["account", "show", "nobody@example.test"]).await.expect(64);
    world.run(&["--help"]).await.expect(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_browser_is_69_and_names_the_package() {
    let mut world = World::new().await;
    world.set("BROWSER__EXECUTABLE", "/nonexistent/chromium");
    let run = world.once().await.expect(69);
    assert!(run.err.contains("apt install chromium"), "{}", run.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_key_a_weak_one_and_an_open_file_are_78() {
    let mut world = World::new().await;
    world.set("KEY__FILE", "/nonexistent/key");
    let run = world.run(&["status"]).await.expect(78);
    assert!(run.err.contains("key new"), "{}", run.err);
    world.set("KEY", &"A".repeat(43));
    world.run(&["status"]).await.expect(78);
    let open = world.dir.path().join("open");
    world.run(&["key", "new", open.to_str().unwrap()]).await.expect(0);
    std::fs::set_permissions(&open, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    world.set("KEY__FILE", open.to_str().unwrap());
    let run = world.run(&["status"]).await.expect(78);
    assert!(run.err.contains("chmod"), "{}", run.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_key_than_the_databases_is_refused_at_the_start() {
    let mut world = World::new().await;
    world.run(&["status"]).await.expect(0);
    let other = world.dir.path().join("other");
    world.run(&["key", "new", other.to_str().unwrap()]).await.expect(0);
    world.set("KEY__FILE", other.to_str().unwrap());
    let run = world.run(&["status"]).await;
    assert_ne!(run.code, 0, "{run:?}");
    assert!(run.err.contains("key"), "{}", run.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_is_private_not_shown_and_never_written_over() {
    let world = World::new().await;
    let file = world.dir.path().join("fresh");
    let run = world.run(&["key", "new", file.to_str().unwrap()]).await.expect(0);
    let text = std::fs::read_to_string(&file).unwrap();
    let key = text.lines().find_map(|line| line.strip_prefix("1:")).unwrap();
    assert!(!run.out.contains(key) && !run.err.contains(key));
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&file).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    assert_ne!(world.run(&["key", "new", file.to_str().unwrap()]).await.code, 0);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_says_what_is_fine_and_what_to_do() {
    let mut world = World::new().await;
    world.run(&["migrate"]).await.expect(0);
    let checks = world.run(&["doctor", "--json"]).await.expect(0).json();
    let names: Vec<_> =
        checks.as_array().unwrap().iter().map(|check| check["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["key", "database", "browser", "outlook", "disk"]);
    world.set("BROWSER__EXECUTABLE", "/nonexistent/chromium");
    let run = world.run(&["doctor"]).await.expect(69);
    assert!(run.out.contains("FAIL browser") && run.out.contains("chromium"), "{}", run.out);
}

#[test]
fn the_example_shows_every_key_at_its_default() {
    let text = std::fs::read_to_string(repository().join("outlook-syncd.example.toml")).unwrap();
    let load = |text: &str| {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        Config::load(Some(file.path()), &Environment::of(&[])).map(|config| format!("{config:?}"))
    };
    let defaults = load("").unwrap();
    assert_eq!(load(&text).unwrap(), defaults);
    // Secrets come from files that are not here, and a database has one address; the rest must say what is so anyway.
    let no_file =
        |line: &&str| !["url_file", "token_file", "secret_file"].iter().any(|key| line.contains(key));
    let is_setting = |line: &str| {
        line.strip_prefix("# ").is_some_and(|rest| {
            rest.split_once(" = ")
                .is_some_and(|(key, _)| key.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
        })
    };
    let spoken: Vec<_> = text
        .lines()
        .take_while(|line| !line.contains("[simulator]"))
        .filter(no_file)
        .map(|line| if is_setting(line) { &line[2..] } else { line })
        .collect();
    assert!(spoken.iter().filter(|line| line.contains(" = ")).count() > 20, "the example shows its keys");
    assert_eq!(load(&spoken.join("\n")).unwrap(), defaults);
}

#[test]
fn the_environment_wins_over_the_file() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "[sync]\nhistory = \"7d\"\npage_size = 20\n").unwrap();
    let load = |settings: &[(&str, &str)]| Config::load(Some(file.path()), &Environment::of(settings));
    let config = load(&[("SYNC__HISTORY", "90d"), ("STATE_DIR", "/elsewhere")]).unwrap();
    assert_eq!(config.sync.history.as_secs(), 90 * 86400);
    assert_eq!((config.sync.page_size, config.state_dir), (20, PathBuf::from("/elsewhere")));
    let error = load(&[("SYNC__HISTROY", "90d")]).unwrap_err().to_string();
    assert!(error.contains("histroy"), "{error}");
}
