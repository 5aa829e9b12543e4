//! Command lines: which are none, which examples are, and the exit codes of what stands in the way.

use crate::stage::{World, repository};
use outlook_syncd::cli::Cli;
use outlook_syncd::store::Store;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;

#[tokio::test(flavor = "multi_thread")]
async fn usage_errors_are_64_and_help_is_not() {
    let world = World::new().await;
    world.run(&["no-such-verb"]).await.expect(64);
    for wrong in [&["--wait"][..], &["--json"], &["--once", "status"]] {
        world.run(wrong).await.expect(64);
    }
    world.run(&["account", "show", "nobody@example.test"]).await.expect(64);
    let years = world.run(&["token", "new", "crm", "--scope", "read", "--expires", "100y"]).await.expect(64);
    assert!(years.err.contains("more than a year") && years.err.contains("365d"), "{}", years.err);
    world.run(&["--help"]).await.expect(0);
}

/// The words of a line as a shell takes them, up to a remark or a redirection; without `sudo`.
fn words(line: &str) -> Vec<String> {
    let quoted = line.split('"').enumerate().flat_map(|(index, part)| {
        let parts: Vec<_> = if index % 2 == 1 { vec![part] } else { part.split_whitespace().collect() };
        parts.into_iter().map(str::to_owned)
    });
    quoted
        .skip_while(|word| word == "sudo")
        .take_while(|word| !word.starts_with(['#', '<', '>', '|']))
        .collect()
}

/// What stands below all helps, from the top down.
fn examples(command: &clap::Command, into: &mut String) {
    *into += &command.get_after_help().map_or_else(String::new, |text| format!("{text}\n"));
    command.get_subcommands().for_each(|below| examples(below, into));
}

#[test]
fn examples_of_the_help_and_of_the_readme_are_command_lines() {
    let mut help = String::new();
    examples(&<Cli as clap::CommandFactory>::command(), &mut help);
    let long: Vec<_> = help.lines().filter(|line| line.chars().count() > 100).collect();
    assert_eq!(long, Vec::<&str>::new(), "clap breaks them");
    let pages = ["README.md", "docs/operation.md", "docs/configuration.md", "docs/oauth.md"];
    let pages = pages.map(|page| std::fs::read_to_string(repository().join(page)).unwrap()).concat();
    for (text, at_least) in [(help, 20), (pages, 12)] {
        let lines: Vec<_> = text
            .lines()
            .map(|line| words(line.strip_prefix("sudo ").unwrap_or(line)))
            .filter(|words| words.first().is_some_and(|word| word == "outlook-syncd"))
            .collect();
        assert!(lines.len() >= at_least, "{lines:?}");
        for line in lines {
            let parsed = <Cli as clap::Parser>::try_parse_from(&line);
            assert!(parsed.is_ok(), "{line:?}: {}", parsed.unwrap_err());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_browser_is_69_and_names_the_package() {
    let mut world = World::new().await;
    world.set("BROWSER__EXECUTABLE", "/nonexistent/chromium");
    let run = world.once().await.expect(69);
    assert!(run.err.contains("apt install chromium"), "{}", run.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cycle_that_leaves_accounts_unread_is_75() {
    let mut world = World::new().await;
    for index in 0..2 {
        world.connect(&world.account(index)).await;
    }
    world.set("SYNC__CYCLE_LIMIT", "1ms");
    let report = world.cycle().await.expect(75).json();
    assert_eq!(report["interrupted"], true);
    assert!(report["accounts"].as_array().unwrap().len() < 2, "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_says_what_is_fine_and_what_to_do() {
    let mut world = World::new().await;
    world.run(&["migrate"]).await.expect(0);
    let checks = world.run(&["doctor", "--json"]).await.expect(0).json();
    let names: Vec<_> =
        checks["checks"].as_array().unwrap().iter().map(|check| check["name"].as_str().unwrap()).collect();
    let all = [
        "place",
        "configuration",
        "credentials",
        "daemon",
        "port",
        "key",
        "database",
        "audit",
        "browser",
        "outlook",
        "disk",
    ];
    assert_eq!(names, all);
    world.set("BROWSER__EXECUTABLE", "/nonexistent/chromium");
    let run = world.run(&["doctor"]).await.expect(69);
    assert!(run.out.contains("FAIL browser") && run.out.contains("chromium"), "{}", run.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_tells_of_a_database_file_that_others_may_read() {
    let world = World::new().await;
    world.run(&["migrate"]).await.expect(0);
    let Store::Sqlite(pool) = world.store().await else { unreachable!() };
    let file = pool.connect_options().get_filename().to_path_buf();
    let mode = |mode| std::fs::set_permissions(&file, Permissions::from_mode(mode)).unwrap();
    mode(0o644);
    let run = world.run(&["doctor"]).await.expect(70);
    assert!(run.out.contains("FAIL database file") && run.out.contains("0644"), "{}", run.out);
    mode(0o600);
    world.run(&["doctor"]).await.expect(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_tells_of_a_line_of_the_audit_log_that_was_changed() {
    let world = World::new().await;
    world.run(&["token", "new", "crm", "--scope", "read"]).await.expect(0);
    let whole = world.run(&["doctor"]).await.expect(0).out;
    assert!(whole.contains("1 lines, none changed or removed"), "{whole}");
    let Store::Sqlite(pool) = world.store().await else { unreachable!() };
    let sql = "DROP TRIGGER audit_log_no_update; UPDATE audit_log SET actor = 'somebody else'";
    sqlx::raw_sql(sql).execute(&pool).await.unwrap();
    let run = world.run(&["doctor"]).await.expect(70);
    assert!(run.out.contains("FAIL audit") && run.out.contains("line 1 was changed"), "{}", run.out);
}
