//! `reader add | list | remove`

use super::output::{Output, ago, say, table};
use super::password::piped_password;
use super::{CommandError, Outcome, operator, with_database};
use crate::cli::{ReaderArgs, ReaderCommand};
use crate::clock::Clock;
use crate::config::Config;
use crate::desk::{ReaderWish, Schema};
use crate::error::Exit;
use crate::model::SqlReader;
use crate::secret::{self, ExposeSecret, SecretText};
use chrono::{DateTime, Utc};
use serde::Serialize;

/// The shortest password of a role that is taken. Whoever gets at what the server keeps of it may guess.
const SHORTEST: usize = 16;

pub(super) async fn reader(config: &Config, command: ReaderCommand, output: Output) -> Outcome {
    match command {
        ReaderCommand::Add(args) => add(config, args, output).await,
        ReaderCommand::List => list(config, output).await,
        ReaderCommand::Remove { role } => remove(config, role, output).await,
    }
}

/// A reader that was let in just now: the only time that a password is shown.
#[derive(Debug, Serialize)]
struct ReaderAdded<'a> {
    /// None where the caller knows it.
    password: Option<&'a str>,
    #[serde(flatten)]
    reader: &'a SqlReader,
}

async fn add(config: &Config, args: ReaderArgs, output: Output) -> Outcome {
    let is_made_up = !args.existing && !args.password_stdin;
    let wish = wish(args)?;
    let reader = with_database(config, Schema::Make, async |database| {
        Ok(database.add_reader(&operator(), &wish).await?)
    })
    .await?;
    let password =
        wish.password.as_ref().filter(|_| is_made_up).map(|password| password.expose_secret().as_str());
    say(&format!("{} reads the views of {}", reader.role, whose(&reader)));
    if password.is_some() {
        say(
            "Its password is shown once and kept nowhere; `reader remove` and `reader add` make another one:",
        );
    }
    // Standard output may be a file for the password: nothing else goes there as text.
    if password.is_some() || output.json {
        output.value(&ReaderAdded { password, reader: &reader }, |added| {
            added.password.unwrap_or_default().to_owned()
        })?;
    }
    Ok(Exit::Success)
}

fn wish(args: ReaderArgs) -> Result<ReaderWish, CommandError> {
    let password = match (args.existing, args.password_stdin) {
        (true, _) => None,
        (false, true) => Some(plain(piped_password()?)?),
        (false, false) => Some(secret::random()),
    };
    Ok(ReaderWish {
        role: args.role,
        password,
        owners: (!args.everybody).then_some(args.owners),
        writes_contacts: args.contacts,
    })
}

/// What two programs that speak with the server cannot read differently.
fn plain(password: SecretText) -> Result<SecretText, CommandError> {
    let text = password.expose_secret();
    if text.len() < SHORTEST || !text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') {
        let message = format!("the password is shorter than {SHORTEST} characters, or not all are ASCII");
        return Err(CommandError::usage(message, "leave --password-stdin out, and one is made."));
    }
    Ok(password)
}

fn whose(reader: &SqlReader) -> String {
    reader.owners.as_ref().map_or_else(|| "everybody".to_owned(), |owners| owners.join(", "))
}

/// What `reader list` prints.
#[derive(Debug, Serialize)]
struct ReaderList {
    readers: Vec<SqlReader>,
}

async fn list(config: &Config, output: Output) -> Outcome {
    let readers = with_database(config, Schema::Keep, async |database| Ok(database.readers().await?)).await?;
    let now = Clock::System.now();
    output.value(&ReaderList { readers }, |ReaderList { readers }| {
        let heads = ["ROLE", "SEES", "CONTACTS", "ROLE WAS", "ADDED"];
        let mut rows = vec![heads.map(str::to_owned).to_vec()];
        rows.extend(readers.iter().map(|reader| row(reader, now)));
        table(&rows)
    })?;
    Ok(Exit::Success)
}

fn row(reader: &SqlReader, now: DateTime<Utc>) -> Vec<String> {
    vec![
        reader.role.clone(),
        whose(reader),
        if reader.writes_contacts { "reads, hands in" } else { "reads" }.to_owned(),
        reader.origin.as_str().to_owned(),
        ago(Some(reader.added_at), now),
    ]
}

/// What `reader remove` prints.
#[derive(Debug, Serialize)]
struct ReaderRemoved {
    role: String,
    /// Why the server keeps the role, which cannot sign in any more.
    kept: Option<String>,
}

async fn remove(config: &Config, role: String, output: Output) -> Outcome {
    let kept = with_database(config, Schema::Make, async |database| {
        Ok(database.remove_reader(&operator(), &role).await?)
    })
    .await?;
    output.value(&ReaderRemoved { role, kept }, |ReaderRemoved { role, kept }| match kept {
        None => format!("{role} reads nothing any more"),
        Some(why) => format!(
            "{role} reads nothing any more and cannot sign in. The server keeps the role, since it has something of \
             its own: {why}. `REASSIGN OWNED BY` or `DROP OWNED BY`, then `DROP ROLE` end it."
        ),
    })?;
    Ok(Exit::Success)
}
