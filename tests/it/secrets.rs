//! Files and credentials with secrets: who may read them, and what is said where they are blank.

#![cfg(test)]

use crate::stage::{READ, Run, World, write_secret};
use nix::unistd::Uid;
use outlook_syncd::config::{Config, ConfigError, Environment};
use outlook_syncd::secret::ExposeSecret;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

/// The settings that name a file with a secret, each with what it wants beside it.
const FILES: [(&str, &[(&str, &str)]); 6] = [
    ("DATABASE__URL_FILE", &[]),
    ("HTTP__READ_TOKEN_FILE", &[]),
    ("HTTP__CRON_SECRET_FILE", &[]),
    ("JWT__KEY_FILE", &[("JWT__ALGORITHM", "HS256")]),
    ("OAUTH__CLIENT_SECRET_FILE", &[("OAUTH__CLIENT_ID", "an-application")]),
    ("NET__PROXY_PASSWORD_FILE", &[("NET__PROXY", "http://proxy.test:3128"), ("NET__PROXY_USER", "svc")]),
];

fn load(settings: &[(&str, &str)]) -> Result<Config, ConfigError> {
    Config::load(Some("/dev/null".as_ref()), &Environment::of(settings))
}

#[test]
fn a_secret_that_others_may_read_is_refused_with_the_line_to_run() {
    if Uid::effective().is_root() {
        eprintln!("root leaves that to the user that it becomes");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("secret");
    // Long enough for a key, and the address of a database.
    fs::write(&file, "postgres://sync:hunter2@db.example.test/mail").unwrap();
    for (name, more) in FILES {
        let settings: Vec<_> =
            [(name, file.to_str().unwrap())].into_iter().chain(more.iter().copied()).collect();
        for mode in [0o644, 0o604, 0o602] {
            fs::set_permissions(&file, Permissions::from_mode(mode)).unwrap();
            let error = load(&settings).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
            let ConfigError::Secret { path, step, .. } = error else { panic!("{name} {mode:o}: {error}") };
            assert_eq!((path, step), (file.clone(), format!("run `chmod 600 {}`", file.display())), "{name}");
        }
        for mode in [0o600, 0o400, 0o640] {
            fs::set_permissions(&file, Permissions::from_mode(mode)).unwrap();
            load(&settings).unwrap_or_else(|error| panic!("{name} {mode:o}: {error}"));
        }
    }
}

#[test]
fn a_file_without_a_secret_is_named_with_the_step() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("secret");
    for (name, more) in FILES {
        let settings: Vec<_> =
            [(name, file.to_str().unwrap())].into_iter().chain(more.iter().copied()).collect();
        for blank in ["", "\n", "  \n\n"] {
            write_secret(&file, blank);
            let error = load(&settings).unwrap_err();
            let ConfigError::Secret { path, step, .. } = error else { panic!("{name}: {error}") };
            assert!(path == file && step.contains("write the secret into the first line"), "{name}: {step}");
        }
    }
}

#[test]
fn a_secret_in_utf_16_is_said_to_be_so() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("secret");
    let text = "postgres://sync:hunter2@db.example.test/mail\r\n";
    let units = || std::iter::once(0xfeff).chain(text.encode_utf16());
    let (little, big) = (units().flat_map(u16::to_le_bytes), units().flat_map(u16::to_be_bytes));
    // As `Out-File` of Windows PowerShell writes it, the same the other way round, and without its mark.
    for bytes in [little.clone().collect::<Vec<_>>(), big.collect(), little.skip(2).collect()] {
        write_secret(&file, "");
        fs::write(&file, bytes).unwrap();
        for (name, more) in FILES {
            let settings: Vec<_> =
                [(name, file.to_str().unwrap())].into_iter().chain(more.iter().copied()).collect();
            let error = load(&settings).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
            let ConfigError::Secret { path, why, step } = error else { panic!("{name}: {error}") };
            assert!(
                path == file && why.contains("UTF-16") && step.contains("UTF-8"),
                "{name}: {why}: {step}"
            );
        }
    }
}

#[test]
fn a_pipe_in_the_place_of_a_secret_holds_nobody_up() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("secret");
    nix::unistd::mkfifo(&file, nix::sys::stat::Mode::from_bits_truncate(0o600)).unwrap();
    let settings = [("HTTP__READ_TOKEN_FILE", file.to_str().unwrap().to_owned())];
    let (told, hear) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let settings: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
        told.send(load(&settings).map(drop))
    });
    let error = hear.recv_timeout(std::time::Duration::from_secs(10)).expect("it hangs").unwrap_err();
    let ConfigError::Secret { why, .. } = error else { panic!("{error}") };
    assert!(why.contains("no file"), "{why}");
}

#[test]
fn a_public_key_may_be_read_by_everybody() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("key.pem");
    let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).unwrap();
    fs::write(&file, key.public_key_pem()).unwrap();
    fs::set_permissions(&file, Permissions::from_mode(0o644)).unwrap();
    let settings = [("JWT__ALGORITHM", "ES256"), ("JWT__KEY_FILE", file.to_str().unwrap())];
    assert!(load(&settings).unwrap().http.access.jwt.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_tells_the_operator_what_to_do_with_a_file() {
    let mut world = World::new().await;
    world.set_secret("DATABASE__URL_FILE", "database-url", "\n");
    let file = world.dir.path().join("database-url");
    let run = world.run(&["status"]).await.expect(78);
    let said = format!("{} holds no secret", file.display());
    assert!(run.err.contains(&said) && run.err.contains("write the secret"), "{}", run.err);
    assert!(!run.err.contains("example"), "nothing is wrong with the configuration: {}", run.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blank_credential_is_none() {
    let world = World::new().await;
    let credentials = world.dir.path().join("credentials");
    fs::create_dir(&credentials).unwrap();
    let doctor = async |token_file: &str| -> Run {
        let mut command = world.command(&["doctor"]);
        command
            .env("CREDENTIALS_DIRECTORY", &credentials)
            .env("OUTLOOK_SYNCD_BROWSER__EXECUTABLE", "/nonexistent");
        command.env("OUTLOOK_SYNCD_HTTP__READ_TOKEN_FILE", token_file).output().await.unwrap().into()
    };
    let configured = world.dir.path().join("read-token");
    let (configured, none) = (configured.to_str().unwrap(), "/nonexistent");
    for blank in ["", "\n"] {
        for name in ["key", "read-token", "cron-secret", "jwt-key", "oauth-client-secret", "proxy-password"] {
            fs::write(credentials.join(name), blank).unwrap();
        }
        let run = doctor(configured).await;
        assert!(
            run.out.contains("ok   key") && run.out.contains("read token and cron secret are there"),
            "{run:?}"
        );
        let run = doctor(none).await.expect(78);
        assert!(run.err.contains(none) && !run.err.contains("credentials"), "{}", run.err);
    }
    fs::write(credentials.join("read-token"), format!("{READ}\n")).unwrap();
    let run = doctor(none).await;
    assert!(run.out.contains("read token and cron secret are there"), "{run:?}");
}

#[test]
fn a_secret_that_can_be_guessed_or_is_none_starts_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let load = |name: &str, secret: &str| {
        let file = dir.path().join("secret");
        write_secret(&file, secret);
        let settings = [("OAUTH__CLIENT_ID", "x"), (name, file.to_str().unwrap())];
        Config::load(Some(std::path::Path::new("/dev/null")), &Environment::of(&settings))
    };
    for name in ["HTTP__CRON_SECRET_FILE", "HTTP__READ_TOKEN_FILE"] {
        let error = load(name, "x").unwrap_err();
        assert!(error.to_string().contains("32 characters"), "{error}");
        assert!(format!("{error:?}").contains("openssl rand -hex 32"), "{error:?}");
        let config = load(name, &format!("\u{feff}\"{READ}\"\r\n")).unwrap();
        let access = &config.http.access;
        let read = access.read.as_ref().or(access.cron.as_ref()).unwrap();
        assert_eq!(read.expose_secret(), READ, "as an editor of another system writes it");
    }
    let error = load("OAUTH__CLIENT_SECRET_FILE", "9b4c1f0e-3f0d-4a53-9c0e-0c9d5d1f7a11").unwrap_err();
    assert!(error.to_string().contains("the secret's id"), "{error}");
    assert!(load("OAUTH__CLIENT_SECRET_FILE", "Zz~8Q~invented-secret").is_ok());
}

#[test]
fn a_password_of_the_database_does_not_belong_into_the_configuration() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let load = |text: &str, settings: &[(&str, &str)]| {
        fs::write(file.path(), text).unwrap();
        Config::load(Some(file.path()), &Environment::of(settings))
    };
    // The second is not percent-encoded, which is wrong wherever it stands.
    for (url, is_right) in [
        ("postgres://sync:hunter2@db.example.test/mail", true),
        ("postgresql://sync:hunter2/x@db.example.test/mail", false),
        ("postgres://db.example.test/mail?user=sync&password=hunter2", true),
    ] {
        let error = load(&format!("[database]\nurl = \"{url}\"\n"), &[]).unwrap_err().to_string();
        assert!(error.starts_with("database.url: ") && error.contains("database.url_file"), "{error}");
        assert!(!error.contains("hunter2"), "{error}");
        match load("", &[("DATABASE__URL", url)]) {
            Ok(_) => assert!(is_right, "{url}"),
            Err(error) => {
                assert!(!is_right && matches!(error, ConfigError::Database(_)), "{error:?}");
                assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
            }
        }
    }
    for url in [
        "postgres://sync@db.example.test:5432/mail",
        "postgres:///mail?host=/run/postgresql",
        "sqlite:///mail.db",
    ] {
        load(&format!("[database]\nurl = \"{url}\"\n"), &[]).unwrap();
    }
}
