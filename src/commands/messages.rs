//! `messages`: the newest that are stored.

use super::Outcome;
use super::answers::MessageShape;
use super::output::{Output, table};
use crate::cli::MessagesArgs;
use crate::config::Config;
use crate::desk::Schema;
use crate::error::Exit;
use crate::model::Actor;
use serde::Serialize;

/// A subject longer than this is cut in the table.
const SUBJECT: usize = 60;

/// What the command prints.
#[derive(Debug, Serialize)]
struct MessageList {
    messages: Vec<MessageShape>,
}

pub(super) async fn messages(config: &Config, args: &MessagesArgs, output: Output) -> Outcome {
    let messages = super::with_app(config, Schema::Keep, async |app| {
        let actor = Actor::command_line();
        let account = match &args.account {
            Some(name) => Some(app.desk.named(&actor, name).await?.id),
            None => None,
        };
        Ok(app.desk.messages(&actor, account, args.folder.as_deref(), args.limit).await?)
    });
    let messages = messages.await?.into_iter().map(MessageShape::from).collect();
    output.value(&MessageList { messages }, |MessageList { messages }| {
        let mut rows = vec![["RECEIVED (UTC)", "FOLDER", "FROM", "SUBJECT"].map(str::to_owned).to_vec()];
        rows.extend(messages.iter().map(row));
        table(&rows)
    })?;
    Ok(Exit::Success)
}

fn row(message: &MessageShape) -> Vec<String> {
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
