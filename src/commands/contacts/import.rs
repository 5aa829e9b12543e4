//! `contacts import`: those of a file, one after the other; what is wrong with one is told with its line, and keeps no
//! other from being taken.

use crate::cards::{self, FileEntry, FiledContact};
use crate::cli::ImportContactsArgs;
use crate::commands::output::{Output, counted};
use crate::commands::{CommandError, Outcome, with_database};
use crate::config::Config;
use crate::desk::{ContactDone, Database, DeskError, Schema};
use crate::error::Exit;
use crate::model::{AccountId, Actor};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

/// Why a contact is not taken that cannot be written, as every answer has it.
const WRONG: &str = "wrong_contact";
/// Why one is not taken that somebody else changes again and again meanwhile.
const STALE: &str = "stale_contact";

/// What came of a file.
#[derive(Debug, Default, Serialize)]
struct ContactsImported {
    made: u64,
    written: u64,
    /// That had it all.
    same: u64,
    failed: Vec<NotImported>,
    /// What the file has and a card has no place for.
    left_out: Vec<LeftOut>,
}

/// A contact that was not taken.
#[derive(Debug, Serialize)]
struct NotImported {
    line: u64,
    /// The stable word for why.
    error: &'static str,
    message: String,
}

/// By the file's own name.
#[derive(Debug, Serialize)]
struct LeftOut {
    name: String,
    count: u64,
}

pub(super) async fn import(config: &Config, args: &ImportContactsArgs, output: Output) -> Outcome {
    let entries = cards::read(open(args.file.as_deref())?)?;
    let imported = with_database(config, Schema::Make, async |database| {
        let account = database.named(&Actor::command_line(), &args.account).await?.id;
        take(database, &account, entries).await
    });
    let imported = imported.await?;
    output.value(&imported, text)?;
    Ok(exit(&imported.failed))
}

/// What is wrong in the file is the graver: the same file again mends the rest.
fn exit(failed: &[NotImported]) -> Exit {
    let is_stale = |of: &NotImported| of.error == STALE;
    match failed {
        [] => Exit::Success,
        all if all.iter().all(is_stale) => Exit::Retry,
        _ => Exit::Usage,
    }
}

fn open(file: Option<&Path>) -> Result<Box<dyn BufRead>, CommandError> {
    let Some(path) = file.filter(|path| *path != Path::new("-")) else {
        return Ok(Box::new(io::stdin().lock()));
    };
    let file = File::open(path).map_err(|error| {
        let message = format!("{} cannot be read: {error}", path.display());
        CommandError::usage(message, "pipe it in: `outlook-syncd contacts import ACCOUNT <FILE`.")
    })?;
    Ok(Box::new(BufReader::new(file)))
}

async fn take(
    database: &Database,
    account: &AccountId,
    entries: impl Iterator<Item = io::Result<FileEntry>>,
) -> Result<ContactsImported, CommandError> {
    let (mut imported, mut left_out) = (ContactsImported::default(), BTreeMap::new());
    for entry in entries {
        let FileEntry { line, read } = entry?;
        let done = match &read {
            Err(why) => Err((WRONG, why.clone())),
            Ok(filed) => {
                filed.left_out.iter().for_each(|name| *left_out.entry(name.clone()).or_default() += 1);
                take_one(database, account, filed).await?
            }
        };
        match done {
            Ok(ContactDone::Made) => imported.made += 1,
            Ok(ContactDone::Written) => imported.written += 1,
            Ok(ContactDone::Same) => imported.same += 1,
            Err((error, message)) => imported.failed.push(NotImported { line, error, message }),
        }
    }
    imported.left_out = left_out.into_iter().map(|(name, count)| LeftOut { name, count }).collect();
    Ok(imported)
}

/// What came of a contact; the word and the reason where it alone was not taken.
async fn take_one(
    database: &Database,
    account: &AccountId,
    filed: &FiledContact,
) -> Result<Result<ContactDone, (&'static str, String)>, CommandError> {
    match database.import_contact(&Actor::command_line(), account, filed).await {
        Ok(put) => Ok(Ok(put.done)),
        Err(DeskError::WrongContact(why)) => Ok(Err((WRONG, why))),
        Err(error @ DeskError::StaleContact) => {
            let name = filed.card.called().unwrap_or_else(|| filed.external_id());
            Ok(Err((STALE, format!("{name}: {error}; import the file again"))))
        }
        Err(error) => Err(error.into()),
    }
}

fn text(imported: &ContactsImported) -> String {
    let ContactsImported { made, written, same, failed, left_out } = imported;
    let mut lines = vec![format!("{} made, {written} written, {same} had it all", counted(*made, "contact"))];
    lines.extend(failed.iter().map(|of| format!("line {}: not taken: {}", of.line, of.message)));
    let names: Vec<_> = left_out.iter().map(|of| format!("{} ({})", of.name, of.count)).collect();
    if !names.is_empty() {
        lines.push(format!("left out, since a contact has no place for it: {}", names.join(", ")));
    }
    lines.join("\n")
}
