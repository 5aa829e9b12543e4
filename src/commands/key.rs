//! `key new | list | rotate | retire`

use super::output::{Output, say, table};
use super::{Outcome, Stop, store};
use crate::cli::{Cli, Command, KeyCommand};
use crate::clock::Clock;
use crate::config::Config;
use crate::privileges;
use crate::store::{Schema, Store};
use crate::strongbox::{KeyUse, Rewrapped, Strongbox, StrongboxError, key_uses};
use crate::vault::{KeySource, Ring, VaultError, add_key, new_key_file, remove_key};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::ffi::OsStr;
use std::path::Path;

/// What the audit log calls whoever runs a command.
const ACTOR: &str = "command line";

/// What `key list` prints; root reads it back when it changes the key file.
#[derive(Debug, Serialize, Deserialize)]
struct Keys {
    keys: Vec<KeyUse>,
}

pub(super) fn new(file: &Path, output: Output) -> Outcome {
    new_key_file(file).map_err(Stop::from)?;
    let text = |_: &_| {
        format!(
            "a new key is in {}, readable by its owner alone. Keep a copy away from the database's backups.",
            file.display()
        )
    };
    output.value(&json!({"file": file}), text)?;
    Ok(0)
}

/// The keys that the service would get, and what they wrap. Works with a ring that does not fit.
pub(super) async fn list(config: &Config, output: Output) -> Outcome {
    let store = store(config, Schema::Keep).await?;
    let uses = uses(config, &store).await;
    store.close().await;
    output.value(&Keys { keys: uses? }, |Keys { keys }| {
        let mut rows = vec![["KEY", "STATE", "ACCOUNTS", "SIGN-INS"].map(str::to_owned).to_vec()];
        rows.extend(keys.iter().map(row));
        table(&rows)
    })?;
    Ok(0)
}

async fn uses(config: &Config, store: &Store) -> Result<Vec<KeyUse>, StrongboxError> {
    let load = || Ring::load(&config.key);
    // The first ring that meets a database is its ring.
    match Strongbox::open(store.clone(), load()?, Clock::System).await {
        Err(StrongboxError::Store(error)) => Err(error.into()),
        Err(StrongboxError::Vault(_)) => key_uses(store, &load()?, Clock::System.now()).await,
        Ok(strongbox) => strongbox.key_uses().await,
    }
}

fn row(usage: &KeyUse) -> Vec<String> {
    let what = match usage {
        KeyUse { in_ring: false, .. } => "MISSING",
        KeyUse { active: true, .. } => "seals",
        usage if usage.is_needed() || usage.sign_ins > 0 => "opens",
        _ => "unused",
    };
    vec![usage.id.to_string(), what.to_owned(), usage.accounts.to_string(), usage.sign_ins.to_string()]
}

/// Steps, each of which may be done again: the file gets a key; the database goes by it; batch after batch is wrapped anew.
/// While anything is still wrapped by an older key the first step is past.
pub(super) async fn rotate(config: &Config, output: Output) -> Outcome {
    let store = store(config, Schema::Make).await?;
    let rotated = steps(config, &store).await;
    store.close().await;
    let (active, done, unused) = rotated?;
    let rotated = json!({"id": active, "rewrapped": done.accounts, "lost": done.lost, "unused": unused});
    output.value(&rotated, |_| rotated_text(active, done, &unused))?;
    Ok(if done.lost == 0 { 0 } else { crate::error::Disposition::Fatal.exit_code() })
}

async fn steps(config: &Config, store: &Store) -> Result<(u32, Rewrapped, Vec<u32>), Stop> {
    let file = &config.key_file;
    // Opening it says whether this is the database's ring at all.
    let (mut strongbox, mut uses) = open(file, store).await?;
    if is_finished(&uses) {
        say(&format!("key {} is in {}", add_key(file)?, file.display()));
        (strongbox, uses) = open(file, store).await?;
    }
    let active = uses.iter().find(|usage| usage.active).map_or(0, |usage| usage.id);
    strongbox.adopt_key(ACTOR).await?;
    say(&format!("key {active} seals from now on"));
    let done = strongbox.rewrap(|done| say(&format!("{} accounts are wrapped anew", done.accounts))).await?;
    let uses = strongbox.key_uses().await?;
    let unused = uses.iter().filter(|usage| !usage.active && !usage.is_needed()).map(|usage| usage.id);
    Ok((active, done, unused.collect()))
}

async fn open(file: &Path, store: &Store) -> Result<(Strongbox, Vec<KeyUse>), Stop> {
    if !file.exists() {
        return Err(VaultError::NoFile(file.to_owned()).into());
    }
    // The file alone: a credential is a copy, and a variable cannot be changed.
    let source = KeySource { file: Some(file.to_owned()), ..KeySource::default() };
    let strongbox = Strongbox::open(store.clone(), Ring::load(&source)?, Clock::System).await?;
    let uses = strongbox.key_uses().await?;
    Ok((strongbox, uses))
}

/// Whether nothing needs another key than the one that seals.
fn is_finished(uses: &[KeyUse]) -> bool {
    uses.iter().all(|usage| usage.active || !usage.in_ring || !usage.is_needed())
}

fn rotated_text(active: u32, done: Rewrapped, unused: &[u32]) -> String {
    let mut lines = vec![format!("key {active} seals; {} accounts are wrapped anew.", done.accounts)];
    if done.lost > 0 {
        let lost = done.lost;
        lines.push(format!(
            "No key of the ring opens the secrets of {lost} accounts: `outlook-syncd doctor` says more."
        ));
    }
    let retire = |id: &u32| {
        format!("The database needs key {id} no more, backups of it do: `outlook-syncd key retire {id}`.")
    };
    lines.extend(unused.iter().map(retire));
    lines.push(
        "Keep a new copy of the key file. A running service reads that file by itself; where it cannot (its key is an \
         encrypted credential, or a file on another machine), replace its copy and restart it."
            .to_owned(),
    );
    lines.join("\n")
}

pub(super) async fn retire(config: &Config, id: u32, output: Output) -> Outcome {
    let store = store(config, Schema::Make).await?;
    let uses = open(&config.key_file, &store).await.map(|(_, uses)| uses);
    store.close().await;
    let was_there = may_retire(&uses?, id)?;
    if was_there {
        remove_key(&config.key_file, id)?;
    }
    output.value(&json!({"id": id}), |_| {
        format!("key {id} is not in the key file; what a backup holds sealed by it opens with an old copy of the file alone")
    })?;
    Ok(0)
}

/// Whether the ring has the key at all.
fn may_retire(uses: &[KeyUse], id: u32) -> Result<bool, Stop> {
    match uses.iter().find(|usage| usage.id == id) {
        Some(usage) if usage.active => Err(VaultError::Active(id).into()),
        Some(usage) if usage.is_needed() => Err(VaultError::InUse { id, accounts: usage.accounts }.into()),
        Some(KeyUse { sign_ins: 1.., .. }) => Err(VaultError::SigningIn(id).into()),
        usage => Ok(usage.is_some()),
    }
}

/// Where the key file lies in a directory that only root may write to, root changes the file; the database is asked, and
/// everything else done, by the service's user.
pub(super) fn change_as_root(cli: &Cli, config: &Config) -> Result<(), Stop> {
    match &cli.command {
        Some(Command::Key(KeyCommand::Rotate)) => add_unless_under_way(cli, config),
        Some(Command::Key(KeyCommand::Retire { id })) => remove_unless_needed(cli, config, *id),
        _ => Ok(()),
    }
}

fn add_unless_under_way(cli: &Cli, config: &Config) -> Result<(), Stop> {
    let file = &config.key_file;
    if is_finished(&uses_as_user(cli, config)?) {
        say(&format!("key {} is in {}", add_key(file)?, file.display()));
    }
    Ok(())
}

fn remove_unless_needed(cli: &Cli, config: &Config, id: u32) -> Result<(), Stop> {
    if may_retire(&uses_as_user(cli, config)?, id)? {
        remove_key(&config.key_file, id)?;
    }
    Ok(())
}

fn uses_as_user(cli: &Cli, config: &Config) -> Result<Vec<KeyUse>, Stop> {
    if !config.key_file.exists() {
        return Err(VaultError::NoFile(config.key_file.clone()).into());
    }
    let mut args: Vec<&OsStr> = ["--json", "key", "list"].map(OsStr::new).to_vec();
    if let Some(file) = &cli.config {
        args.extend([OsStr::new("--config"), file.as_os_str()]);
    }
    let ran = privileges::run_as(&config.user, &args)
        .map_err(|error| Stop::root(&error, &privileges::line_to_run(&config.user)))?;
    let listed: Keys = serde_json::from_slice(&ran.stdout).map_err(|_| Stop::of_child(&ran))?;
    Ok(listed.keys)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Disposition;

    #[test]
    fn a_key_is_retired_when_nothing_needs_it_not_even_a_sign_in_under_way() {
        let old = KeyUse { id: 1, in_ring: true, active: false, canary: false, accounts: 0, sign_ins: 0 };
        let code = |usage: KeyUse| may_retire(&[usage], 1).map_err(|stop| stop.exit);
        assert_eq!(code(old.clone()), Ok(true));
        assert_eq!(code(KeyUse { sign_ins: 1, ..old.clone() }), Err(Disposition::Retry.exit_code()));
        assert_eq!(code(KeyUse { accounts: 1, sign_ins: 1, ..old.clone() }), Err(super::super::USAGE));
        assert_eq!(code(KeyUse { active: true, ..old }), Err(super::super::USAGE));
        assert!(matches!(may_retire(&[], 1), Ok(false)), "done before");
    }
}
