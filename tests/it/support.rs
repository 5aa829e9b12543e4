//! A world for one test: a simulator, a state directory, and the real program beside them.

#![cfg(test)]

use outlook_sim::{Account, Options, Running, Sim};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

/// Where the sources lie.
pub(crate) fn repository() -> PathBuf {
    // At run time: the binaries may have been moved away from where they were built.
    std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| ".".into(), PathBuf::from)
}

/// The program under test.
pub(crate) fn program() -> PathBuf {
    std::env::var_os("OUTLOOK_SYNCD_BIN").map_or(env!("CARGO_BIN_EXE_outlook-syncd").into(), PathBuf::from)
}

/// A simulator and the settings of a program that knows only it.
pub(crate) struct World {
    pub(crate) running: Running,
    pub(crate) dir: TempDir,
    settings: BTreeMap<String, String>,
}

/// What a run of the program came to.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Run {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The run, which must have ended with this exit code.
    pub(crate) fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}\n{}", self.out, self.err);
        self
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
    }
}

impl World {
    /// The default world: two accounts, 60 messages each.
    pub(crate) async fn new() -> Self {
        Self::of(Options::default()).await
    }

    pub(crate) async fn of(options: Options) -> Self {
        let running = Sim::start(options).await.unwrap();
        let dir = tempfile::tempdir().unwrap();
        let key = dir.path().join("key");
        let mut world = Self { running, dir, settings: BTreeMap::new() };
        let path = |name: &str| world.dir.path().join(name).display().to_string();
        let (state, https) = (path("state"), world.running.https.to_string());
        let spki = world.running.ca.spki_sha256.clone();
        std::fs::create_dir(&state).unwrap();
        for (name, value) in [
            ("STATE_DIR", state.as_str()),
            ("KEY__FILE", &key.display().to_string()),
            ("HTTP__LISTEN", "127.0.0.1:0"),
            ("SIMULATOR__HTTPS", &https),
            ("SIMULATOR__SPKI_SHA256", &spki),
            // Once a year: tests make accounts due themselves.
            ("SYNC__SCHEDULE", "0 0 1 1 *"),
            ("LOG__LEVEL", "info"),
        ] {
            world.set(name, value);
        }
        world.set_secret("HTTP__READ_TOKEN_FILE", "read-token", "read-me");
        world.set_secret("HTTP__CRON_SECRET_FILE", "cron-secret", "run-me");
        world.run(&["key", "new", key.to_str().unwrap()]).await.expect(0);
        world
    }

    /// Sets `SECTION__KEY` for every run from now on.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.settings.insert(format!("OUTLOOK_SYNCD_{name}"), value.to_owned());
    }

    /// Sets the path of a file that holds this secret.
    pub(crate) fn set_secret(&mut self, name: &str, file: &str, secret: &str) {
        let path = self.dir.path().join(file);
        write_secret(&path, secret);
        self.set(name, path.to_str().unwrap());
    }

    pub(crate) fn sim(&self) -> &Sim {
        self.running.sim()
    }

    pub(crate) fn account(&self, index: usize) -> Account {
        self.sim().accounts()[index].clone()
    }

    pub(crate) fn state_dir(&self) -> PathBuf {
        self.dir.path().join("state")
    }

    /// The program with these arguments and nothing of the test's own environment but what it needs.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(program());
        command.args(args).env_clear().envs(&self.settings).kill_on_drop(true);
        command.env("PATH", "/usr/bin:/bin").env("HOME", self.dir.path()).env("TMPDIR", self.dir.path());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub(crate) async fn run(&self, args: &[&str]) -> Run {
        self.command(args).output().await.unwrap().into()
    }

    /// The program with `input` on its standard input.
    pub(crate) async fn run_with(&self, args: &[&str], input: &str) -> Run {
        let mut child = self.command(args).stdin(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        // A program that stops early reads no more.
        let _ = stdin.write_all(input.as_bytes()).await;
        drop(stdin);
        child.wait_with_output().await.unwrap().into()
    }

    pub(crate) async fn connect_with(&self, login: &str, password: &str) -> Run {
        self.run_with(&["account", "connect", "--json", "--owner", "u1", "--password-stdin", login], password)
            .await
    }

    /// Connects an account of the simulator, which must succeed.
    pub(crate) async fn connect(&self, account: &Account) {
        self.connect_with(&account.smtp, &account.password).await.expect(0);
    }

    /// Makes every account due and runs one cycle.
    pub(crate) async fn cycle(&self) -> Run {
        self.run(&["sync", "--json"]).await;
        self.once().await
    }

    pub(crate) async fn once(&self) -> Run {
        self.run(&["--once", "--json"]).await
    }

    /// Everything that is stored of an account, newest first.
    pub(crate) async fn messages(&self, smtp: &str) -> Vec<Value> {
        let run = self.run(&["messages", smtp, "--json", "--limit", "100000"]).await.expect(0);
        run.json()["messages"].as_array().unwrap().clone()
    }
}

/// A file that nobody else may read.
pub(crate) fn write_secret(path: &Path, secret: &str) {
    std::fs::write(path, secret).unwrap();
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
}

/// The processes whose process group this is, and which are not dead.
pub(crate) fn group(pgid: i32) -> Vec<i32> {
    processes()
        .into_iter()
        .filter(|(_, stat)| stat.group == pgid && stat.state != 'Z')
        .map(|(pid, _)| pid)
        .collect()
}

/// A process in words, for a failed assertion.
pub(crate) fn describe(pid: i32) -> String {
    let read = |what: &str| std::fs::read_to_string(format!("/proc/{pid}/{what}")).unwrap_or_default();
    format!("{pid}: {:.200} | {:.80}", read("cmdline").replace('\0', " "), read("stat"))
}

/// What `/proc/PID/stat` says.
pub(crate) struct Stat {
    pub(crate) state: char,
    pub(crate) parent: i32,
    pub(crate) group: i32,
}

/// Every process that can be seen.
pub(crate) fn processes() -> Vec<(i32, Stat)> {
    let entries = std::fs::read_dir("/proc").unwrap().flatten();
    entries
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, stat(&entry.path())?)))
        .collect()
}

fn stat(process: &Path) -> Option<Stat> {
    let text = std::fs::read_to_string(process.join("stat")).ok()?;
    // The name in brackets may hold anything; what follows it may not.
    let mut words = text.rsplit_once(')')?.1.split_whitespace();
    let state = words.next()?.chars().next()?;
    Some(Stat { state, parent: words.next()?.parse().ok()?, group: words.next()?.parse().ok()? })
}
