//! `key new | list | rotate | retire`

use super::output::{Output, say, table};
use super::{CommandError, Outcome, with_database};
use crate::cli::{Cli, KeyCommand, ServiceCommand};
use crate::config::Config;
use crate::desk::Schema;
use crate::desk::keys::{KeyUse, Rewrapped, Rotated, RotationStep, is_rotated, may_retire};
use crate::error::Disposition;
use crate::model::Actor;
use crate::privileges;
use crate::vault::{VaultError, add_key, new_key_file, remove_key};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::ffi::OsStr;
use std::path::Path;

/// What `key list` prints; root reads it back when it changes the key file.
#[derive(Debug, Serialize, Deserialize)]
struct KeyList {
    keys: Vec<KeyUse>,
}

pub(super) fn new(file: &Path, output: Output) -> Outcome {
    new_key_file(file).map_err(CommandError::from)?;
    let text = |_: &_| {
        format!(
            "a new key is in {}, readable by its owner alone. Keep a copy away from the database's backups.",
            file.display()
        )
    };
    output.value(&json!({"file": file}), text)?;
    Ok(0)
}

/// The keys that the service would get, and what they wrap.
pub(super) async fn list(config: &Config, output: Output) -> Outcome {
    let keys = with_database(config, Schema::Keep, async |database| Ok(database.keys(&config.key).await?));
    output.value(&KeyList { keys: keys.await? }, |KeyList { keys }| {
        let mut rows = vec![["KEY", "STATE", "ACCOUNTS", "SIGN-INS"].map(str::to_owned).to_vec()];
        rows.extend(keys.iter().map(row));
        table(&rows)
    })?;
    Ok(0)
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

pub(super) async fn rotate(config: &Config, output: Output) -> Outcome {
    let file = &config.key_file;
    let told = |step| match step {
        RotationStep::Added(id) => say(&format!("key {id} is in {}", file.display())),
        RotationStep::Adopted(id) => say(&format!("key {id} seals from now on")),
        RotationStep::Rewrapped(accounts) => say(&format!("{accounts} accounts are wrapped anew")),
    };
    let rotated = with_database(config, Schema::Make, async |database| {
        Ok(database.rotate_key(&Actor::command_line(), file, told).await?)
    });
    let Rotated { active, rewrapped: done, unused } = rotated.await?;
    let rotated = json!({"id": active, "rewrapped": done.accounts, "lost": done.lost, "unused": unused});
    output.value(&rotated, |_| rotated_text(active, done, &unused))?;
    Ok(if done.lost == 0 { 0 } else { Disposition::Fatal.exit_code() })
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
    let retired = with_database(config, Schema::Make, async |database| {
        Ok(database.retire_key(&config.key_file, id).await?)
    });
    retired.await?;
    output.value(&json!({"id": id}), |_| {
        format!("key {id} is not in the key file; what a backup holds sealed by it opens with an old copy of the file alone")
    })?;
    Ok(0)
}

/// Where the key file lies in a directory that only root may write to, root changes the file; the database is
/// asked, and everything else done, by the service's user.
pub(super) fn change_as_root(
    cli: &Cli,
    command: Option<&ServiceCommand>,
    config: &Config,
) -> Result<(), CommandError> {
    match command {
        Some(ServiceCommand::Key(KeyCommand::Rotate)) => add_unless_under_way(cli, config),
        Some(ServiceCommand::Key(KeyCommand::Retire { id })) => remove_unless_needed(cli, config, *id),
        _ => Ok(()),
    }
}

fn add_unless_under_way(cli: &Cli, config: &Config) -> Result<(), CommandError> {
    let file = &config.key_file;
    if is_rotated(&uses_as_user(cli, config)?) {
        say(&format!("key {} is in {}", add_key(file)?, file.display()));
    }
    Ok(())
}

fn remove_unless_needed(cli: &Cli, config: &Config, id: u32) -> Result<(), CommandError> {
    if may_retire(&uses_as_user(cli, config)?, id)? {
        remove_key(&config.key_file, id)?;
    }
    Ok(())
}

fn uses_as_user(cli: &Cli, config: &Config) -> Result<Vec<KeyUse>, CommandError> {
    if !config.key_file.exists() {
        return Err(VaultError::NoFile(config.key_file.clone()).into());
    }
    let mut args: Vec<&OsStr> = ["--json", "key", "list"].map(OsStr::new).to_vec();
    if let Some(file) = &cli.config {
        args.extend([OsStr::new("--config"), file.as_os_str()]);
    }
    let ran = privileges::run_as(&config.user, &args)
        .map_err(|error| CommandError::root(&error, &privileges::line_to_run(&config.user)))?;
    let listed: KeyList = serde_json::from_slice(&ran.stdout).map_err(|_| CommandError::of_child(&ran))?;
    Ok(listed.keys)
}
