//! `contacts journal | undo`: what was written to a mailbox and what gave way to it, and taking it back.

use crate::cli::{JournalArgs, UndoArgs, WritesArgs};
use crate::commands::output::{Output, table};
use crate::commands::{CommandError, Outcome, operator, with_database};
use crate::config::Config;
use crate::desk::{Database, DeskError, JournalQuery, Schema, UndoneWrite, WriteDetail};
use crate::error::Exit;
use crate::model::{AccountId, CardMember, Conflict, ContactId, ContactWriteKind};
use serde::Serialize;
use serde_json::Value;

/// What `contacts journal` prints.
#[derive(Debug, Serialize)]
struct WritesShown {
    writes: Vec<WriteDetail>,
}

/// What `contacts undo` prints.
#[derive(Debug, Serialize)]
struct UndoneShown {
    /// Whether nothing was done.
    dry_run: bool,
    undone: Vec<UndoneWrite>,
}

pub(super) async fn journal(config: &Config, args: &JournalArgs, output: Output) -> Outcome {
    let actor = operator();
    let writes = with_database(config, Schema::Keep, async |database| {
        let account = database.named(&actor, &args.account).await?.id;
        let query = query(database, &account, &args.which).await?;
        let query = JournalQuery { limit: args.limit, ..query };
        Ok(database.contact_writes(&actor, &account, &query).await?)
    });
    output.value(&WritesShown { writes: writes.await? }, |WritesShown { writes }| {
        let heading = ["WHEN", "CONTACT", "WRITE", "MEMBERS", "OUTCOME", "GAVE WAY", "RUN"];
        let mut rows = vec![heading.map(str::to_owned).to_vec()];
        rows.extend(writes.iter().map(written));
        table(&rows)
    })?;
    Ok(Exit::Success)
}

fn written(write: &WriteDetail) -> Vec<String> {
    let code = write.code.as_ref().map(|code| format!(": {code}")).unwrap_or_default();
    vec![
        write.begun_at.format("%F %T UTC").to_string(),
        write.name.clone(),
        write.write.as_str().replace('_', " "),
        words(write.members.iter().copied()),
        format!("{}{code}", write.outcome.as_str()),
        lost(write),
        write.run.to_string(),
    ]
}

/// What did not hold: a deletion where the contact would not be there by that, and values.
fn lost(write: &WriteDetail) -> String {
    let is_deletion = write.write == ContactWriteKind::Resolve && write.before.is_none();
    let deletion = is_deletion.then(|| "its deletion".to_owned());
    deletion.into_iter().chain(write.conflicts.iter().map(given_up)).collect::<Vec<_>>().join("; ")
}

/// The value that did not hold, such as `job_title "Clerk"`.
fn given_up(conflict: &Conflict) -> String {
    let lost = conflict.lost().map(Value::to_string).unwrap_or_default();
    format!("{} {lost}", conflict.member.as_str())
}

pub(super) async fn undo(config: &Config, args: &UndoArgs, output: Output) -> Outcome {
    let (actor, dry_run) = (operator(), args.dry_run);
    let undone = with_database(config, Schema::Make, async |database| {
        let account = database.named(&actor, &args.account).await?.id;
        let query = query(database, &account, &args.which).await?;
        Ok(database.undo_contact_writes(&actor, &account, &query, dry_run).await?)
    });
    output.value(&UndoneShown { dry_run, undone: undone.await? }, |UndoneShown { undone, .. }| {
        if undone.is_empty() {
            return "nothing was written that could be taken back".to_owned();
        }
        let heading = ["CONTACT", "WRITE", "UNDO", "MEMBERS", "CHANGED SINCE"];
        let mut rows = vec![heading.map(str::to_owned).to_vec()];
        rows.extend(undone.iter().map(taken_back));
        table(&rows)
    })?;
    Ok(Exit::Success)
}

fn taken_back(undone: &UndoneWrite) -> Vec<String> {
    vec![
        undone.name.clone(),
        undone.write.as_str().replace('_', " "),
        undone.undo.as_str().to_owned(),
        words(undone.members.iter().copied()),
        words(undone.kept.iter().map(|Conflict { member, .. }| *member)),
    ]
}

fn words(members: impl Iterator<Item = CardMember>) -> String {
    members.map(CardMember::as_str).collect::<Vec<_>>().join(" ")
}

/// All of them, as far as nothing else is said.
async fn query(
    database: &Database,
    account: &AccountId,
    which: &WritesArgs,
) -> Result<JournalQuery, CommandError> {
    let WritesArgs { run, contact, write, since } = which;
    let contact = match contact {
        Some(name) => Some(named(database, account, name).await?),
        None => None,
    };
    Ok(JournalQuery {
        id: write.clone().map(Into::into),
        cycle: run.clone().map(Into::into),
        contact,
        since: since.map(|since| database.now() - since),
        limit: u32::MAX,
        ..JournalQuery::default()
    })
}

/// The contact of an account that a person names; another account's is none of it.
async fn named(database: &Database, account: &AccountId, name: &str) -> Result<ContactId, CommandError> {
    let contact = database.contact_named(&operator(), name).await?;
    if contact.account_id.as_ref() == Some(account) {
        Ok(contact.id)
    } else {
        Err(DeskError::NoSuchContact(name.to_owned()).into())
    }
}
