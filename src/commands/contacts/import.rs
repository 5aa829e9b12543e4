//! `contacts import`: those of a file, one after the other; what is wrong with one is told with its line, and keeps no
//! other from being taken.

use crate::cards::{self, FileEntry, FiledContact};
use crate::cli::ImportContactsArgs;
use crate::commands::output::{Output, counted};
use crate::commands::{CommandError, Outcome, operator, with_database};
use crate::config::Config;
use crate::desk::{ContactDone, Database, DeskError, Schema};
use crate::error::Exit;
use crate::model::AccountId;
use serde::Serialize;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

/// Why a contact is not taken that cannot be written, as every answer has it.
const WRONG: &str = "wrong_contact";
/// Why one is not taken whose external id another contact has.
const TAKEN: &str = "external_id_taken";
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

impl ContactsImported {
    fn is_begun(&self) -> bool {
        self.made + self.written + self.same > 0 || !self.failed.is_empty()
    }

    /// # Errors
    /// What keeps the rest of the file from being taken.
    async fn take(
        &mut self,
        database: &Database,
        account: &AccountId,
        entries: impl Iterator<Item = io::Result<FileEntry>>,
    ) -> Result<(), CommandError> {
        for entry in entries {
            let FileEntry { line, read } = entry?;
            let done = match &read {
                Err(why) => Err((WRONG, why.clone())),
                Ok(filed) => {
                    filed.left_out.iter().for_each(|name| self.leave_out(name));
                    take_one(database, account, filed).await?
                }
            };
            match done {
                Ok(ContactDone::Made) => self.made += 1,
                Ok(ContactDone::Written) => self.written += 1,
                Ok(ContactDone::Same) => self.same += 1,
                Err((error, message)) => self.failed.push(NotImported { line, error, message }),
            }
        }
        Ok(())
    }

    fn leave_out(&mut self, name: &str) {
        match self.left_out.binary_search_by(|of| of.name.as_str().cmp(name)) {
            Ok(at) => self.left_out[at].count += 1,
            Err(at) => self.left_out.insert(at, LeftOut { name: name.to_owned(), count: 1 }),
        }
    }
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
    let entries = cards::read(open(args.file.as_deref())?).map_err(unusable)?;
    let imported = with_database(config, Schema::Make, async |database| {
        let account = database.named(&operator(), &args.account).await?.id;
        let mut imported = ContactsImported::default();
        let ended = imported.take(database, &account, entries).await;
        Ok((imported, ended))
    });
    let (imported, ended) = imported.await?;
    // What was taken before the end is told as well.
    if ended.is_ok() || imported.is_begun() {
        output.value(&imported, text)?;
    }
    ended.map(|()| exit(&imported.failed))
}

/// A file of which nothing can be taken.
fn unusable(error: io::Error) -> CommandError {
    if matches!(error.kind(), io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData) {
        let next = "bring a vCard, a table (CSV) or lines of JSON, in UTF-8; docs/contacts.md tells what is read of each.";
        return CommandError::usage(error.to_string(), next);
    }
    error.into()
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

/// What came of a contact; the word and the reason where it alone was not taken.
async fn take_one(
    database: &Database,
    account: &AccountId,
    filed: &FiledContact,
) -> Result<Result<ContactDone, (&'static str, String)>, CommandError> {
    match database.import_contact(&operator(), account, filed).await {
        Ok(put) => Ok(Ok(put.done)),
        Err(DeskError::WrongContact(why)) => Ok(Err((WRONG, why))),
        Err(error @ DeskError::ExternalIdTaken(_)) => Ok(Err((TAKEN, error.to_string()))),
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
