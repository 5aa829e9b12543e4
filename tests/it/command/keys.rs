//! `key` and `token`: what is made, refused and revoked.

use crate::stage::World;

#[tokio::test(flavor = "multi_thread")]
async fn no_key_a_weak_one_and_an_open_file_are_78() {
    let mut world = World::new().await;
    world.set("KEY__FILE", "/nonexistent/key");
    let run = world.run(&["sync"]).await.expect(78);
    assert!(run.err.contains("key new"), "{}", run.err);
    world.set("KEY", &"A".repeat(43));
    world.run(&["sync"]).await.expect(78);
    let open = world.dir.path().join("open");
    world.run(&["key", "new", open.to_str().unwrap()]).await.expect(0);
    std::fs::set_permissions(&open, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    world.set("KEY__FILE", open.to_str().unwrap());
    let run = world.run(&["sync"]).await.expect(78);
    assert!(run.err.contains("chmod"), "{}", run.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn status_shows_the_accounts_also_without_the_key() {
    let mut world = World::new().await;
    world.connect(&world.account(0)).await;
    let key = world.dir.path().join("other").display().to_string();
    world.set("KEY__FILE", &key);
    for (said, code) in [("key new", "no_key"), ("does not belong to this database", "wrong_key")] {
        let run = world.run(&["status"]).await.expect(1);
        assert!(
            run.out.contains(&world.account(0).smtp) && run.out.contains("NO ACCOUNT IS READ: "),
            "{run:?}"
        );
        assert!(run.out.contains(said), "{said}: {}", run.out);
        let status = world.run(&["status", "--json"]).await.expect(1).json();
        assert_eq!((&status["error"], &status["healthy"]), (&code.into(), &false.into()));
        world.run(&["key", "new", &key]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_key_than_the_databases_is_refused_at_the_start() {
    let mut world = World::new().await;
    world.run(&["migrate"]).await.expect(0);
    world.run(&["sync"]).await.expect(64);
    let other = world.dir.path().join("other");
    world.run(&["key", "new", other.to_str().unwrap()]).await.expect(0);
    world.set("KEY__FILE", other.to_str().unwrap());
    let run = world.run(&["sync"]).await.expect(70);
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
async fn a_token_is_revoked_by_its_name_when_no_other_has_it() {
    let world = World::new().await;
    let new = async |name: &str| {
        let made = world.run(&["token", "new", name, "--scope", "read", "--json"]).await.expect(0).json();
        made["prefix"].as_str().unwrap().to_owned()
    };
    let (first, second, _) = (new("crm").await, new("crm").await, new("dashboard").await);
    let several = world.run(&["token", "revoke", "crm", "--json"]).await.expect(64);
    assert_eq!(several.json()["error"], "ambiguous_token");
    assert!(several.err.contains(&first) && several.err.contains(&second), "{}", several.err);
    let several = world.run(&["token", "revoke", "osd_"]).await.expect(64);
    assert!(several.err.contains("no token begins"), "how all begin: {}", several.err);
    world.run(&["token", "revoke", &first[..10]]).await.expect(0);
    assert_eq!(world.run(&["token", "revoke", "crm", "--json"]).await.expect(0).json()["prefix"], second);
    let none = world.run(&["token", "revoke", "crm", "--json"]).await.expect(64).json();
    assert_eq!(none["error"], "no_such_token");
    assert!(world.run(&["token", "list"]).await.expect(0).out.contains("dashboard"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_narrowed_and_one_that_would_be_of_no_use_is_not_made() {
    let world = World::new().await;
    world.connect(&world.account(0)).await;
    let address = world.account(0).smtp;
    let new = ["token", "new", "n8n", "--scope", "tokens", "--account", &address, "--resource", "graph"];
    let limits = ["--cidr", "192.0.2.7", "--cidr", "2001:db8::/32", "--uses-per-hour", "60", "--json"];
    let made = world.run(&[&new[..], &limits].concat()).await.expect(0).json();
    let account = world.run(&["account", "show", &address, "--json"]).await.json();
    assert_eq!(made["account"], account["account"]["id"]);
    assert_eq!(made["owner"], account["account"]["owner"], "it reaches that one's owner alone");
    assert_eq!(made["networks"], serde_json::json!(["192.0.2.7/32", "2001:db8::/32"]));
    let listed = world.run(&["token", "list"]).await.expect(0);
    assert!(listed.out.contains("192.0.2.7/32 2001:db8::/32; 60 an hour"), "{}", listed.out);
    let of = |more: &[&'static str]| [&["token", "new", "x"][..], more].concat();
    for wrong in [
        of(&["--scope", "read", "--resource", "graph"]),
        of(&["--scope", "tokens", "--resource", "mail"]),
        of(&["--scope", "read", "--cidr", "192.0.2.0/33"]),
        of(&["--scope", "read", "--uses-per-hour", "0"]),
        of(&["--scope", "read", "--account", "nobody@example.com"]),
        [&of(&["--scope", "read", "--owner", "another", "--account"])[..], &[&address]].concat(),
    ] {
        world.run(&wrong).await.expect(64);
    }
    assert_eq!(world.run(&["token", "list", "--json"]).await.json()["tokens"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_whose_row_was_changed_is_listed_as_one_that_does_not_hold() {
    let world = World::new().await;
    for name in ["first", "second"] {
        world.run(&["token", "new", name, "--scope", "read"]).await.expect(0);
    }
    let list = async || world.run(&["token", "list"]).await.expect(0).out;
    assert!(!list().await.contains("does not hold"));
    crate::store::run(
        &world.store().await,
        "UPDATE api_token SET scopes = 'read tokens' WHERE name = 'first'",
    )
    .await;
    let listed = list().await;
    let lines: Vec<_> = listed.lines().filter(|line| line.contains("does not hold; refused")).collect();
    assert!(lines.len() == 1 && lines[0].contains("first"), "{listed}");
    std::fs::remove_file(world.dir.path().join("key")).unwrap();
    assert_eq!(
        list().await.matches("not told without the key").count(),
        2,
        "the list is there without the key"
    );
}
