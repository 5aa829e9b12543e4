//! What is said of a configuration that is wrong: where and what would be right, and never a secret.

use crate::stage::{Run, World, repository, write_secret};
use outlook_syncd::config::{Config, Environment};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
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
        ("[oauth]\nclient_secret_file = \"~/secret\"\n", vec!["line 2", "`~`", "whole path"]),
        ("[sync\n", vec!["line 1"]),
        ("[owa]\nstart = \"http://outlook.office.com/\"\n", vec!["owa.start", "https"]),
        ("[owa]\ntiers = []\n", vec!["owa.tiers", "at least one"]),
        ("[sync]\nfolders = [\"Inbox/\"]\n", vec!["sync.folders", "slash"]),
        ("[sync]\nfolders = [\"inbox\", \"/\"]\n", vec!["sync.folders", "slash"]),
        ("cloud = \"gcc\"\n", vec!["cloud: `gcc`", "global, us_gov, us_gov_dod, china"]),
        ("[net]\nproxy = \"https://proxy.corp.example\"\n", vec!["net.proxy", "http:// port"]),
        (
            "[net]\nproxy = \"http://svc:hunter2@proxy.corp.example\"\n",
            vec!["net.proxy", "net.proxy_password_file"],
        ),
        (
            "[net]\nproxy = \"http://proxy\"\nproxy_user = \"svc\"\n",
            vec!["net.proxy_password_file: is missing"],
        ),
        ("[net]\nproxy_user = \"svc\"\n", vec!["net.proxy_user", "without net.proxy"]),
        ("[net]\nproxy = \"http://proxy\"\nno_proxy = [\"*.corp\"]\n", vec!["net.no_proxy", "`*.corp`"]),
    ] {
        let file = write(&world, text);
        let run = world.run(&["--config", &file, "status"]).await.expect(78);
        for word in said {
            assert!(run.err.contains(word), "{word} is not in {}", run.err);
        }
        assert!(!run.err.contains("hunter2"), "{}", run.err);
    }
    world.set("LOG__DIRECTORY", "~/logs");
    let run = world.run(&["status"]).await.expect(78);
    assert!(run.err.contains("LOG__DIRECTORY") && run.err.contains("whole path"), "{}", run.err);
    world.set("LOG__DIRECTORY", "");
    world.set("HTTP__LISTEN", "0.0.0.0:8425");
    let run = world.run(&["status"]).await.expect(78);
    assert!(run.err.contains("without TLS") && run.err.contains("http.behind_proxy = true"), "{}", run.err);
    world.set("HTTP__BEHIND_PROXY", "true");
    world.run(&["config", "check"]).await.expect(0);
    world.set("SYNC__SCHEDULE", "0 */5 * * * *");
    let run = world.run(&["status"]).await.expect(78);
    assert!(run.err.contains("sync.schedule") && run.err.contains("five"), "{}", run.err);
    assert!(!world.database().exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_means_no_database_is_a_wrong_configuration_whatever_the_command() {
    let mut world = World::new().await;
    world.set_secret("DATABASE__URL_FILE", "database-url", "postgres://sync:hunter2/x@db.example.test/mail");
    for command in [&["config", "check"][..], &["run"], &["--once"], &["status"], &["migrate"]] {
        let run = world.run(command).await.expect(78);
        assert!(run.err.contains("database: ") && run.err.contains("%40 %2F"), "{command:?}: {}", run.err);
        assert!(!run.err.contains("hunter2"), "{}", run.err);
    }
    world.set_secret("DATABASE__URL_FILE", "database-url", "sqlite::memory:");
    world.set("LOG__LEVEL", "a=b=c");
    let run = world.run(&["run"]).await.expect(78);
    assert!(run.err.contains("log.level"), "{}", run.err);
}

#[test]
fn keys_of_the_crms_tokens_are_checked_at_the_start() {
    let dir = tempfile::tempdir().unwrap();
    let secret = dir.path().join("secret");
    let load = |settings: &[(&str, &str)]| {
        let all: Vec<_> =
            [("JWT__KEY_FILE", secret.to_str().unwrap())].iter().chain(settings).copied().collect();
        Config::load(Some("/dev/null".as_ref()), &Environment::of(&all))
            .map(|config| config.http.access.jwt.is_some())
    };
    write_secret(&secret, "hunter2 is far too short\n");
    assert!(!load(&[]).unwrap(), "without an algorithm there are none");
    for (settings, key, said) in [
        (&[("JWT__ALGORITHM", "none")][..], "jwt.algorithm", "HS256, RS256, ES256"),
        (&[("JWT__ALGORITHM", "HS256")], "jwt.key_file", "32 bytes"),
        (&[("JWT__ALGORITHM", "RS256")], "jwt.key_file", "PEM"),
        (&[("JWT__ALGORITHM", "HS256"), ("JWT__KEY_FILE", "/nonexistent")], "cannot read", "nonexistent"),
        (&[("JWT__ALGORITHM", "HS256"), ("JWT__AUDIENCE", "")], "jwt.audience", "meant for"),
    ] {
        let error = load(settings).unwrap_err().to_string();
        assert!(error.starts_with(key) && error.contains(said) && !error.contains("hunter2"), "{error}");
    }
    write_secret(&secret, &"x".repeat(32));
    assert!(load(&[("JWT__ALGORITHM", "HS256")]).unwrap());
    let error = load(&[("JWT__ALGORITHM", "HS256"), ("JWT__SCOPES", "[\"write\"]")]).unwrap_err().to_string();
    assert!(error.starts_with("jwt.scopes") && error.contains("tokens"), "{error}");
}

/// The password in it must not be seen, wherever it was put.
const DATABASE: &str = "postgres://sync:hunter2, expected hunter2@db.example.test/mail";

#[test]
fn errors_of_the_file_say_where_and_never_what() {
    for (text, said) in [
        (format!("[database]\nulr = \"{DATABASE}\"\n"), vec!["line 2, column 1", "`ulr`", "`url`"]),
        (format!("[database]\nurl = \"{DATABASE}\n"), vec!["line 2"]),
        (format!("[database]\nurl = {DATABASE}\n"), vec!["line 2"]),
        (format!("[database]\nurl = [\"{DATABASE}\"]\n"), vec!["line 2, column 7", "a string"]),
        (format!("database = \"{DATABASE}\"\n"), vec!["line 1, column 12"]),
        (format!("[sync]\n\npage_size = \"{DATABASE}\"\n"), vec!["line 3, column 13", "u32"]),
        (format!("[sync]\nhistory = \"{DATABASE}\"\n"), vec!["line 2", "30d"]),
        (format!("[owa]\nstart = \"hunter2 {DATABASE}\"\n"), vec!["line 2"]),
        (format!("[http]\nlisten = \"{DATABASE}\"\n"), vec!["line 2", "socket address"]),
    ] {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), &text).unwrap();
        let error = Config::load(Some(file.path()), &Environment::of(&[])).unwrap_err().to_string();
        assert!(!error.contains("hunter2"), "{error}");
        for word in said {
            assert!(error.contains(word), "{word} is not in {error}");
        }
    }
}

#[test]
fn errors_of_the_environment_name_the_variable_and_never_show_it() {
    let file = tempfile::NamedTempFile::new().unwrap();
    for name in [
        "DATABASE",
        "DATABASE__ULR",
        "SYNC__HISTORY",
        "SYNC__PAGE_SIZE",
        "HTTP__LISTEN",
        "HTTP__ENABLED",
        "KEYS",
    ] {
        let settings = [("LOG__LEVEL", "debug"), (name, DATABASE), ("USER", "somebody")];
        let error = Config::load(Some(file.path()), &Environment::of(&settings)).unwrap_err().to_string();
        assert!(error.contains(&format!("OUTLOOK_SYNCD_{name}: ")), "{error}");
        assert!(!error.contains("hunter2"), "{error}");
    }
}

#[test]
fn a_simulator_is_on_this_machine() {
    let load = |https: &str| {
        let settings = [("SIMULATOR__HTTPS", https), ("SIMULATOR__SPKI_SHA256", "x")];
        let file = tempfile::NamedTempFile::new().unwrap();
        Config::load(Some(file.path()), &Environment::of(&settings))
            .map(|config| config.simulator.unwrap().https)
    };
    for here in ["127.0.0.1:8443", "[::1]:8443"] {
        assert_eq!(load(here).unwrap(), here.parse().unwrap());
    }
    for elsewhere in ["192.0.2.1:443", "0.0.0.0:443", "[2001:db8::1]:443"] {
        let error = load(elsewhere).unwrap_err().to_string();
        assert!(error.contains("simulator.https") && error.contains("loopback"), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn variables_that_are_not_utf_8_are_refused_where_they_set_something() {
    let world = World::new().await;
    let not_utf_8 = OsStr::from_bytes(b"hunter2\xff");
    let run =
        async |name: &str| Run::from(world.command(&["status"]).env(name, not_utf_8).output().await.unwrap());
    let refused = run("OUTLOOK_SYNCD_DATABASE__URL").await.expect(78);
    assert!(refused.err.contains("OUTLOOK_SYNCD_DATABASE__URL: not UTF-8"), "{}", refused.err);
    assert!(!refused.err.contains("hunter2"), "{}", refused.err);
    run("SOMEBODY_ELSES").await.expect(0);
}

#[test]
fn the_environment_wins_over_the_file() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "[sync]\nhistory = \"7d\"\npage_size = 20\n").unwrap();
    let load = |settings: &[(&str, &str)]| Config::load(Some(file.path()), &Environment::of(settings));
    let config = load(&[("SYNC__HISTORY", "90d"), ("STATE_DIR", "/elsewhere")]).unwrap();
    assert_eq!(config.sync.history.as_secs(), 90 * 86400);
    assert_eq!((config.owa.page_size, config.state_dir), (20, PathBuf::from("/elsewhere")));
    let error = load(&[("SYNC__HISTROY", "90d")]).unwrap_err().to_string();
    assert!(error.contains("histroy"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_configuration_that_others_can_write_is_refused() {
    let world = World::new().await;
    let file = write(&world, "[sync]\nhistory = \"30d\"\n");
    let mode = |mode| std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(mode));
    for others in [0o666, 0o646] {
        mode(others).unwrap();
        let run = world.run(&["--config", &file, "config", "check"]).await.expect(78);
        assert!(run.err.contains("may write it") && run.err.contains("chmod go-w"), "{}", run.err);
    }
    mode(0o644).unwrap();
    world.run(&["--config", &file, "config", "check"]).await.expect(0);
}

#[test]
fn an_application_proves_itself_by_one_thing_that_it_can_be_proved_by() {
    let dir = tempfile::tempdir().unwrap();
    let pem = std::fs::read_to_string(repository().join("tests/data/oauth/certificate.pem")).unwrap();
    let passphrase = std::fs::read_to_string(repository().join("tests/data/oauth/passphrase.pem")).unwrap();
    for (name, text) in [("pem", pem.as_str()), ("none", "hunter2"), ("locked", &passphrase)] {
        write_secret(&dir.path().join(name), text);
    }
    let load = |secret: &str, certificate: &str| {
        let line = |key: &str, name: &str| match name {
            "" => String::new(),
            name => format!("{key} = {:?}\n", dir.path().join(name)),
        };
        let (secret, certificate) =
            (line("client_secret_file", secret), line("client_certificate_file", certificate));
        let file = dir.path().join("outlook-syncd.toml");
        std::fs::write(&file, format!("[oauth]\nclient_id = \"x\"\n{secret}{certificate}")).unwrap();
        Config::load(Some(&file), &Environment::of(&[])).map(|_| ()).map_err(|error| error.to_string())
    };
    assert_eq!(load("", "pem"), Ok(()));
    assert_eq!(load("none", ""), Ok(()));
    for (secret, certificate, said) in [
        ("none", "pem", "not both"),
        ("", "none", "oauth.client_certificate_file: holds no certificate"),
        ("", "locked", "`openssl pkey` writes it without one"),
    ] {
        let error = load(secret, certificate).unwrap_err();
        assert!(error.contains(said) && !error.contains("hunter2"), "{error}");
    }
}

#[test]
fn one_word_says_whose_microsoft_it_is() {
    for (cloud, sign_in, graph, mail) in [
        ("global", "https://login.microsoftonline.com/", "https://graph.microsoft.com", "outlook.office.com"),
        ("us_gov", "https://login.microsoftonline.us/", "https://graph.microsoft.us", "outlook.office365.us"),
        (
            "us_gov_dod",
            "https://login.microsoftonline.us/",
            "https://dod-graph.microsoft.us",
            "webmail.apps.mil",
        ),
        (
            "china",
            "https://login.partner.microsoftonline.cn/",
            "https://microsoftgraph.chinacloudapi.cn",
            "partner.outlook.cn",
        ),
    ] {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), format!("cloud = \"{cloud}\"\n[oauth]\nclient_id = \"x\"\n")).unwrap();
        let config = Config::load(Some(file.path()), &Environment::of(&[])).unwrap();
        let oauth = config.oauth.unwrap();
        assert!(oauth.authority.as_str().starts_with(sign_in), "{cloud}: {oauth:?}");
        assert_eq!(oauth.hosts.graph, graph);
        assert_eq!(config.owa.start.host_str(), Some(mail));
        let hosts = config.owa.hosts();
        let is_global = |host: &String| host.ends_with("office.com") || host == "login.microsoftonline.com";
        assert_eq!(hosts.iter().any(is_global), cloud == "global", "{cloud}: {hosts:?}");
    }
}
