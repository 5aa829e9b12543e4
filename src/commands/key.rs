//! `key new | list | rotate | retire`

use super::output::{Output, say, table};
use super::{CommandError, Outcome, operator, with_database};
use crate::cli::{Cli, KeyCommand, ServiceCommand};
use crate::config::Config;
use crate::desk::Schema;
use crate::desk::keys::{KeyUse, Rewrapped, Rotated, RotationStep, add_when_rotated, remove_when_unneeded};
use crate::error::Exit;
use crate::privileges;
use crate::vault::{VaultError, new_key_file};
use serde::{Deserialize, Serialize};
use std::ffi::OsStr;
use std::path::Path;

/// What `key list` prints; root reads it back when it changes the key file.
#[derive(Debug, Serialize, Deserialize)]
struct KeyList {
    keys: Vec<KeyUse>,
}

/// What `key new` prints.
#[derive(Debug, Serialize)]
struct KeyMade<'a> {
    file: &'a Path,
}

/// What `key rotate` prints.
#[derive(Debug, Serialize)]
struct KeyRotated {
    /// The key that seals.
    id: u32,
    rewrapped: u64,
    lost: u64,
    /// Keys of the ring that the database needs no more.
    unused: Vec<u32>,
}

/// What `key retire` prints.
#[derive(Debug, Serialize)]
struct KeyRetired {
    id: u32,
}

pub(super) fn new(file: &Path, output: Output) -> Outcome {
    new_key_file(file).map_err(CommandError::from)?;
    let text = |_: &_| {
        format!(
            "a new key is in {}, readable by its owner alone. Keep a copy away from the database's backups.",
            file.display()
        )
    };
    output.value(&KeyMade { file }, text)?;
    Ok(Exit::Success)
}

/// The keys that the service would get, and what they wrap.
pub(super) async fn list(config: &Config, output: Output) -> Outcome {
    let keys = with_database(config, Schema::Keep, async |database| Ok(database.keys(&config.key).await?));
    output.value(&KeyList { keys: keys.await? }, |KeyList { keys }| {
        let mut rows = vec![["KEY", "STATE", "ACCOUNTS", "TOKENS", "SIGN-INS"].map(str::to_owned).to_vec()];
        rows.extend(keys.iter().map(row));
        table(&rows)
    })?;
    Ok(Exit::Success)
}

fn row(usage: &KeyUse) -> Vec<String> {
    let what = match usage {
        KeyUse { in_ring: false, .. } => "MISSING",
        KeyUse { active: true, .. } => "seals",
        usage if usage.is_needed() || usage.sign_ins > 0 => "opens",
        _ => "unused",
    };
    let counts = [usage.accounts, usage.tokens, usage.sign_ins].map(|count| count.to_string());
    [usage.id.to_string(), what.to_owned()].into_iter().chain(counts).collect()
}

pub(super) async fn rotate(config: &Config, output: Output) -> Outcome {
    let file = &config.key_file;
    let told = |step| match step {
        RotationStep::Added(id) => say(&format!("key {id} is in {}", file.display())),
        RotationStep::Adopted(id) => say(&format!("key {id} seals from now on")),
        RotationStep::Rewrapped(accounts) => say(&format!("{accounts} accounts are wrapped anew")),
    };
    let rotated = with_database(config, Schema::Make, async |database| {
        Ok(database.rotate_key(&operator(), file, told).await?)
    });
    let Rotated { active: id, rewrapped: Rewrapped { accounts: rewrapped, lost, .. }, unused } =
        rotated.await?;
    output.value(&KeyRotated { id, rewrapped, lost, unused }, rotated_text)?;
    Ok(if lost == 0 { Exit::Success } else { Exit::Fatal })
}

fn rotated_text(rotated: &KeyRotated) -> String {
    let KeyRotated { id, rewrapped, lost, unused } = rotated;
    let mut lines = vec![format!("key {id} seals; {rewrapped} accounts are wrapped anew.")];
    if *lost > 0 {
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
        Ok(database.retire_key(&operator(), &config.key_file, id).await?)
    });
    retired.await?;
    output.value(&KeyRetired { id }, |_| {
        format!(
            "key {id} is not in the key file; what a backup holds sealed by it opens with an old copy of the \
             file alone"
        )
    })?;
    Ok(Exit::Success)
}

/// Where the key file lies in a directory that only root may write to, root changes the file; the database is
/// asked, and everything else done, by the service's user. In any other directory that user does it all: root
/// would follow what they put there.
pub(super) fn change_as_root(
    cli: &Cli,
    command: Option<&ServiceCommand>,
    config: &Config,
) -> Result<(), CommandError> {
    let file = &config.key_file;
    if !privileges::is_roots_alone(file) {
        return Ok(());
    }
    match command {
        Some(ServiceCommand::Key(KeyCommand::Rotate)) => {
            if let Some(added) = add_when_rotated(&uses_as_user(cli, config)?, file)? {
                say(&format!("key {added} is in {}", file.display()));
            }
            Ok(())
        }
        Some(ServiceCommand::Key(KeyCommand::Retire { id })) => {
            Ok(remove_when_unneeded(&uses_as_user(cli, config)?, file, *id)?)
        }
        _ => Ok(()),
    }
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
