//! `messages`: the newest that are stored, and what is done with some.

mod acts;
mod content;
mod show;

use super::output::{Output, say, table};
use super::{Outcome, operator};
use crate::cli::{MessageCommand, MessagesArgs};
use crate::config::Config;
use crate::desk::{MessageDetail, MessagesFound, Schema};
use crate::error::Exit;
use serde::Serialize;

/// A subject longer than this is cut in the table.
const SUBJECT: usize = 60;

/// What the command prints.
#[derive(Debug, Serialize)]
struct MessageList {
    messages: Vec<MessageDetail>,
}

pub(super) async fn messages(config: &Config, args: &MessagesArgs, output: Output) -> Outcome {
    match &args.command {
        None => list(config, args, output).await,
        Some(MessageCommand::Show(args)) => show::show(config, args, output).await,
        Some(MessageCommand::Attachment(args)) => content::attachment(config, args, output).await,
        Some(MessageCommand::Mime(args)) => content::mime(config, args, output).await,
        Some(MessageCommand::Act(command)) => acts::act(config, command, output).await,
    }
}

async fn list(config: &Config, args: &MessagesArgs, output: Output) -> Outcome {
    let MessagesArgs { account, folder, limit, command: _ } = args;
    let found = super::with_database(config, Schema::Keep, async |database| {
        let (actor, account) = (operator(), account.as_deref());
        Ok(database.messages(&actor, account, folder.as_deref(), *limit, &config.sync).await?)
    });
    let MessagesFound { messages, left_out } = found.await?;
    for (account, folder) in left_out {
        say(&format!(
            "\"{}\" of {account} is not read: name it in sync.folders of the configuration and restart the \
             service to have it read",
            folder.title()
        ));
    }
    output.value(&MessageList { messages }, |MessageList { messages }| {
        let mut rows = vec![["RECEIVED (UTC)", "FOLDER", "FROM", "SUBJECT"].map(str::to_owned).to_vec()];
        rows.extend(messages.iter().map(row));
        table(&rows)
    })?;
    Ok(Exit::Success)
}

fn row(message: &MessageDetail) -> Vec<String> {
    let from = message.from.as_ref().and_then(|from| from.name.clone().or_else(|| from.address.clone()));
    vec![
        message.received_at.map_or("-".to_owned(), |at| at.format("%Y-%m-%d %H:%M").to_string()),
        cut(message.folder.title(), SUBJECT / 2),
        cut(from.as_deref().unwrap_or("-"), SUBJECT / 2),
        cut(&message.subject, SUBJECT),
    ]
}

fn cut(text: &str, longest: usize) -> String {
    text.chars().take(longest).collect()
}
